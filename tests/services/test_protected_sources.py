"""A protected source: named in no verdict that rests on its word, and told of to the hour; and one that comes
to be protected."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from django.test import Client

from tests.services.cast import received
from tests.services.published import copy_of
from tracker import tasks
from tracker.models import Report, Source, View
from tracker.services import assessment, charters, protection, publication, references, status
from tracker.services.refusals import Refused

SLUG = "syrian-observatory"
NOTICED = "2016-09-15T10:17:00Z"


@pytest.fixture
def refusal(truce, author) -> Report:
    """A convoy was refused, as a protected source tells, which consented; a coordinator has published it."""
    Source.objects.filter(slug=SLUG).update(protected=True, visibility="restricted")
    convoy = truce.convoys.get(slug="trucks-at-the-turkish-border")
    access = {
        "convoy": convoy.slug,
        "waiting": 40,
        "withheld_by": "syrian-government",
        "refused_by": "syrian-government",
        "occurred": {"from": "2016-09-15T09:43:00Z", "to": NOTICED, "precision": "exact"},
    }
    report = received(
        author, kind="access", source=SLUG, access=access, consent="public", published="2016-09-15T10:21:00Z"
    )
    assessment.sweep()
    publication.publish(report, "It was called off.", author)
    assessment.sweep()
    return report


def ways_out(truce) -> dict[str, str]:
    """Whatever tells the public of a verdict, as text."""
    client, base = Client(), f"/api/v1/truces/{truce.slug}"
    as_of = {"as_of": "2016-09-17T00:00:00Z"}
    asked = {
        "status": (f"{base}/status", as_of),
        "history": (f"{base}/status/history", {"limit": 1000}),
        "feed": ("/api/v1/feed", {"limit": 10_000}),
        "board": (f"/truces/{truce.slug}/", as_of),
    }
    return {name: client.get(path, query).content.decode() for name, (path, query) in asked.items()}


def test_it_is_named_in_no_verdict_in_public(truce, refusal):
    told = ways_out(truce)
    for name in ("status", "history", "feed"):
        assert '"says":null' in told[name], name
    for name in ("status", "history", "board"):
        assert "a source that is not named" in told[name].lower(), name
    assert {name for name, text in told.items() if SLUG in text} == set()


def test_the_minute_that_it_told_of_shows_nowhere_in_public(truce, refusal):
    told = ways_out(truce)
    for minute in (":43:00", ":17:00", ":21:00"):
        assert {name for name, text in told.items() if minute in text} == set()
    assert "2016-09-15T11:00:00Z" in told["status"]


def test_the_cleared_are_told_who_it_was_and_when(truce, refusal):
    full = orjson.dumps(status.status(truce, view=View.FULL)).decode()
    assert f'"says":"{SLUG}"' in full
    assert NOTICED in full


# --- A source that comes to be protected ----------------------------------------------------------------


def becomes_protected(author) -> None:
    """As whoever administrates it, or a file, has it."""
    source = Source.objects.get(slug=SLUG)
    before = Source.objects.get(slug=SLUG)
    source.protected, source.visibility = True, "restricted"
    source.save()
    assert protection.shows_otherwise(before, source)
    protection.tell_anew(source, author)
    assessment.sweep()


def follower(entries=None) -> dict[str, Any]:
    """What a client that followed the log from its beginning has now."""
    told = Client().get("/api/v1/feed", {"limit": 10_000}).json()["results"]
    return copy_of(told, entries)


def named_in_public(truce) -> set[str]:
    client = Client()
    told = ways_out(truce)
    told["list"] = client.get("/api/v1/violations", {"reading": "alleged"}).content.decode()
    told["reports"] = client.get("/api/v1/reports").content.decode()
    told["incidents"] = client.get(f"/truces/{truce.slug}/incidents/").content.decode()
    return {name for name, text in told.items() if SLUG in text or "Syrian Observatory" in text}


def test_what_it_said_without_consent_is_withheld_and_named_nowhere(truce, author):
    report = received(author)
    assessment.sweep()
    assert {"feed", "list", "reports"} <= named_in_public(truce)
    followed = follower()
    assert report.reference in followed
    becomes_protected(author)
    assert named_in_public(truce) == set()
    assert Client().get(f"/api/v1/reports/{report.reference}").status_code == 404
    assert [one for one in follower(followed) if one.startswith(("rep_", "inc_"))] == []
    with pytest.raises(Refused) as refused:
        publication.publish(Report.objects.get(pk=report.pk), "It is known anyway.", author)
    assert refused.value.code == "never_public"


def test_what_it_consented_to_is_told_again_without_its_name(truce, author):
    report = received(author, consent="public")
    incident = references.incident_of(report).reference
    assessment.sweep()
    followed = follower()
    assert followed[report.reference]["source"] == SLUG
    assert followed[f"{incident}/cessation"]["sources"] == [SLUG]
    becomes_protected(author)
    assert named_in_public(truce) == set()
    followed = follower(followed)
    assert followed[report.reference]["source"] is None
    assert followed[report.reference] == Client().get(f"/api/v1/reports/{report.reference}").json()
    assert followed[f"{incident}/cessation"]["sources"] == []


def test_who_had_it_from_that_source_is_told_of_again_without_saying_so(truce, author):
    passed_on = received(author, source="sana", relayed_by=[SLUG], claim={"quotes": [SLUG]})
    said = {"kind": "statement", "statement": {"about": "truce", "quotes": [SLUG]}, "external_id": "two"}
    quoting = received(author, source="sana", **said)
    assessment.sweep()
    assert "feed" in named_in_public(truce)
    becomes_protected(author)
    assert named_in_public(truce) == set()
    followed = follower()
    assert (
        followed[passed_on.reference]["relayed_by"] == followed[passed_on.reference]["claim"]["quotes"] == []
    )
    assert followed[quoting.reference]["statement"]["quotes"] == []


def test_what_verdicts_rested_on_is_told_again_without_its_name(truce, author):
    convoy = truce.convoys.get(slug="trucks-at-the-turkish-border")
    said = {"convoy": convoy.slug, "waiting": 40, "refused_by": "syrian-government"}
    received(author, kind="access", access=said, consent="public", published="2016-09-15T10:00:00Z")
    assessment.sweep()
    assert {"feed", "history", "status"} <= named_in_public(truce)
    becomes_protected(author)
    assert named_in_public(truce) == set()
    assert '"says":null' in orjson.dumps(follower()).decode()


@pytest.mark.parametrize("consent", [None, "public"])
def test_a_report_that_was_taken_in_meanwhile_is_found_within_the_hour(truce, author, consent):
    received(author, consent=consent)
    assessment.sweep()
    Source.objects.filter(slug=SLUG).update(protected=True, visibility="restricted")
    assert protection.enforce() == 1
    assessment.sweep()
    assert named_in_public(truce) == set()
    assert protection.enforce() == 0


def test_a_report_that_has_it_from_that_source_and_was_taken_in_meanwhile_is_found_within_the_hour(
    truce, author
):
    received(author, source="sana", relayed_by=[SLUG])
    received(author, source="sana", claim={"quotes": [SLUG]}, external_id="two")
    access = {"convoy": "trucks-at-the-turkish-border", "waiting": 40, "quotes": [SLUG]}
    received(author, kind="access", source="sana", access=access, external_id="three")
    assessment.sweep()
    Source.objects.filter(slug=SLUG).update(protected=True, visibility="restricted")
    assert "feed" in named_in_public(truce)
    assert protection.enforce() == 1
    assessment.sweep()
    assert named_in_public(truce) == set()
    assert protection.enforce() == 0


def test_an_actor_of_the_same_name_may_be_named(truce, author):
    Source.objects.create(slug="syrian-army", name="A press office", kind="party", visibility="restricted")
    received(author, relayed_by=["syrian-army"])
    assessment.sweep()
    assert '"against":"syrian-army"' in ways_out(truce)["feed"]
    assert protection.enforce() == 0


def test_of_many_reports_the_workers_tell_the_rest(
    truce, author, monkeypatch, django_capture_on_commit_callbacks
):
    monkeypatch.setattr(protection, "AT_ONCE", 2)
    called: list[tuple[str, int, int]] = []
    monkeypatch.setattr(protection.queue, "call", lambda *call, **_how: called.append(call))
    consents = [None, "public", None, "public", None]
    made = [received(author, consent=one, external_id=f"number {n}") for n, one in enumerate(consents)]
    assessment.sweep()
    with django_capture_on_commit_callbacks(execute=True):
        becomes_protected(author)
    assert {"reports", "list"}.isdisjoint(named_in_public(truce)), (
        "what is not reached yet is not named either"
    )
    rounds = 0
    while rest := [call for call in called if call[0].endswith("_anew")]:
        called.clear()
        rounds += 1
        with django_capture_on_commit_callbacks(execute=True):
            tasks.tell_of_source_anew(*rest[0][1:])
    assert rounds == 2
    assessment.sweep()
    assert named_in_public(truce) == set()
    shown = [one for one in made if Client().get(f"/api/v1/reports/{one.reference}").status_code == 200]
    assert shown == [made[1], made[3]]


def test_a_file_that_protects_a_source_has_it_taken_back(truce, scenario, author):
    received(author)
    assessment.sweep()
    sources = [
        one.model_copy(update={"protected": one.slug == SLUG or one.protected}) for one in scenario.sources
    ]
    supplement = {"charter": None, "adds_to": truce.slug, "sources": tuple(sources), "convoys": ()}
    charters.load_charter(scenario.model_copy(update=supplement), author)
    assessment.sweep()
    assert named_in_public(truce) == set()


def test_what_it_consented_to_is_told_again_with_its_name_once_that_may_be_told(truce, author):
    report = received(author, consent="public")
    convoy = truce.convoys.get(slug="trucks-at-the-turkish-border")
    said = {"convoy": convoy.slug, "waiting": 40, "refused_by": "syrian-government"}
    noted = "2016-09-15T10:00:00Z"
    received(author, kind="access", external_id="two", access=said, consent="public", published=noted)
    assessment.sweep()
    whole = follower()
    becomes_protected(author)
    Source.objects.filter(slug=SLUG).update(protected=False, visibility="public")
    protection.tell_anew(Source.objects.get(slug=SLUG), author)
    assessment.sweep()
    again = follower()
    # When it became known was not known yet as it was first told.
    assert {**again[report.reference], "known": None} == whole[report.reference]
    assert f'"says":"{SLUG}"' in orjson.dumps(again).decode()
    assert again.keys() == whole.keys()


def test_what_may_be_told_of_a_source_changes_only_with_who_it_is():
    source, reliable = Source(slug=SLUG, kind="monitor"), Source(slug=SLUG, kind="monitor", reliability="A")
    assert not protection.shows_otherwise(source, reliable)
    for change in ({"protected": True}, {"visibility": "restricted"}, {"kind": "own_field_staff"}):
        changed = Source(**{"slug": SLUG, "kind": "monitor", **change})
        assert protection.shows_otherwise(source, changed)
        assert protection.shows_otherwise(changed, source)


def test_a_charter_that_measures_by_it_does_not_name_it_in_public(truce, author):
    term = truce.terms.get(ref="humanitarian-access")
    term.parameters["measured_by"] = ["un-ocha", SLUG]
    term.save()
    becomes_protected(author)
    charter = Client().get(f"/api/v1/truces/{truce.slug}").json()
    (measured,) = (one["parameters"] for one in charter["terms"] if one["ref"] == term.ref)
    assert measured["measured_by"] == ["un-ocha"]
    told = ways_out(truce)
    assert '"measured_by":["un-ocha"]' in told["status"]
    assert {name for name, text in told.items() if SLUG in text} == set()
    assert SLUG in orjson.dumps(status.status(truce, view=View.FULL)).decode()
