"""Takedown of a ruling: its words go everywhere, what was weighed by it is weighed without it, and what was
right in it is said by another."""

from __future__ import annotations

import gzip

import pytest

from tests.api.cast import report_of
from tests.api.questions import assert_problem
from tests.services.published import AUTHOR, MARK, copy_of, feed, ruled, send, told_and_shown
from tracker.models import AuditEntry, Export, ExportState, Incident, LogPayload, Report, Ruling, View
from tracker.services import assessment, exports, publication, rulings, snapshots, status, takedown
from tracker.services.authors import Author
from tracker.services.refusals import Refused

REASON = "It names a witness."


@pytest.fixture
def incident(api):
    return api.get(f"/api/v1/reports/{send(api, report_of())}").json()["incident"]


def take_down(reference):
    taken = takedown.take_down(reference, REASON, AUTHOR)
    assessment.sweep()
    return taken


def allegation(api):
    (listed,) = api.get("/api/v1/violations", {"reading": "alleged"}).json()["results"]
    return listed


def pages(incident, **query):
    """The board, the list and the incident's own page, as a reader without an account sees them."""
    from django.test import Client

    addresses = ("/truces/river-truce/", "/truces/river-truce/incidents/", f"/incidents/{incident}/")
    answers = [Client().get(address, query) for address in addresses]
    assert {answer.status_code for answer in answers} == {200}
    return "".join(answer.text for answer in answers)


def test_nothing_of_its_words_is_told_any_more_and_every_follower_hears_of_it(cast, api, incident):
    ruling = ruled(cast, incident)
    last = feed(api)[-1]["position"]
    copy = copy_of(feed(api))
    assert copy[ruling]["reason"] == f"Seen at {MARK}."
    assert MARK in copy[ruling]["answer_text"]
    assert MARK in pages(incident)
    assert take_down(ruling) == [ruling]
    assert MARK not in str(feed(api))
    assert MARK not in api.get(f"/api/v1/incidents/{incident}").text
    assert MARK not in pages(incident)
    since = feed(api, after=last)
    assert {entry["subject"] for entry in since if entry["type"] == "entry.redacted"} == {
        ruling,
        f"{incident}/cessation",
    }
    copy_of(since, copy)
    assert MARK not in str(copy)
    told, shown = told_and_shown(api)
    assert told == shown == {incident, f"{incident}/cessation"}
    positions = [entry["position"] for entry in feed(api)]
    assert positions == list(range(1, len(positions) + 1)), "the positions stay"
    assert AuditEntry.objects.filter(verb="ruling.taken_down", subject=ruling).exists()


def test_those_who_are_cleared_still_read_it(cast, api, incident):
    ruling = ruled(cast, incident)
    take_down(ruling)
    (full,) = api.get(f"/api/v1/incidents/{incident}", {"view": "full"}, key="cleared").json()["rulings"]
    assert (full["ref"], full["reason"]) == (ruling, f"Seen at {MARK}.")
    assert LogPayload.objects.filter(view=View.FULL, payload__contains=MARK).exists()
    weighed = api.get("/api/v1/violations", {"reading": "ruled", "view": "full"}, key="cleared").json()
    assert [one["ruling"] for one in weighed["results"]] == [ruling]


def test_what_it_found_counts_no_longer_in_public_and_the_allegation_is_told_without_it(cast, api, incident):
    ruling = ruled(cast, incident)
    assert (allegation(api)["severity"], allegation(api)["readings"]["ruled"]) == ("serious", True)
    take_down(ruling)
    now = allegation(api)
    assert (now["ruling"], now["severity"], now["readings"]["ruled"]) == (None, None, False)
    assert api.get("/api/v1/violations", {"reading": "ruled"}).json()["results"] == []
    told = [entry for entry in feed(api) if entry["subject"] == now["ref"]]
    assert [entry["payload"]["severity"] for entry in told if entry["payload"]] == [None]
    assert "serious" not in str(feed(api)), "nor does an earlier position say what was found"
    assert told[-1]["payload"]["readings"] == now["readings"]


def test_what_was_found_no_violation_is_alleged_again(cast, api, incident):
    ruling = ruled(cast, incident, "no_violation")
    assert api.get("/api/v1/violations", {"reading": "alleged"}).json()["results"] == []
    take_down(ruling)
    assert copy_of(feed(api))[f"{incident}/cessation"]["grade"] == allegation(api)["grade"]


def test_of_a_moment_before_the_verdict_stays_and_the_words_go(cast, api, incident):
    ruling = ruled(cast, incident)
    then = {"as_of": feed(api)[-1]["known"], "known_at": feed(api)[-1]["known"]}
    said = api.get("/api/v1/truces/river-truce/status", then).json()
    assert MARK in pages(incident, **then)
    take_down(ruling)
    assert MARK not in pages(incident, **then)
    after = api.get("/api/v1/truces/river-truce/status", then).json()
    assert {**after, "revision": 0} == {**said, "revision": 0}
    assert status.status(cast.truce)["terms"] != after["terms"]


def test_what_a_cache_has_kept_can_not_be_confirmed(cast, api, incident):
    ruling = ruled(cast, incident)
    snapshots.build()
    addresses = [f"incidents/{incident}", "feed", "feed?format=ndjson", "violations?reading=alleged"]
    tags = {address: api.get(f"/api/v1/{address}").headers["ETag"] for address in addresses}
    takedown.take_down(ruling, REASON, AUTHOR)
    for address, tag in tags.items():
        response = api.get(f"/api/v1/{address}", **{"If-None-Match": tag})
        assert response.status_code == 200, address
        assert MARK.encode() not in response.getvalue(), address


def test_snapshots_and_exports_that_hold_it_are_gone(cast, api, incident, django_capture_on_commit_callbacks):
    ruling = ruled(cast, incident)
    snapshot = snapshots.build()
    assert MARK.encode() in gzip.decompress(snapshots.path_of(snapshot).read_bytes())
    asked = {
        what: api.post("/api/v1/exports", {"what": what, "filters": filters}, key="monitor").json()["ref"]
        for what, filters in (("feed", {"truce": "river-truce"}), ("violations", {}))
    }
    made = {what: Export.objects.get(reference=reference) for what, reference in asked.items()}
    assert all(exports.build(export.pk) for export in made.values())
    files = [exports.path_of(Export.objects.get(pk=export.pk)) for export in made.values()]
    assert MARK.encode() in files[0].read_bytes()
    with django_capture_on_commit_callbacks(execute=True):
        takedown.take_down(ruling, REASON, AUTHOR)
    assert not any(path.exists() for path in (*files, snapshots.path_of(snapshot)))
    assert_problem(api.get(f"/api/v1/feed/snapshot/{snapshot.reference}"), 410)
    for reference in asked.values():
        assert_problem(api.get(f"/api/v1/exports/{reference}/file", key="monitor"), 410)
    assessment.sweep()
    assert MARK.encode() not in gzip.decompress(snapshots.path_of(snapshots.build()).read_bytes())


@pytest.mark.parametrize("filters", [{}, {"truce": "river-truce"}])
def test_an_export_that_was_asked_for_while_it_was_under_way_is_never_served(cast, api, incident, filters):
    ruling = ruled(cast, incident)
    asked = api.post("/api/v1/exports", {"what": "feed", "filters": filters}, key="monitor").json()["ref"]
    assert exports.build(Export.objects.get(reference=asked).pk)
    takedown.take_down(ruling, REASON, AUTHOR)
    Export.objects.filter(reference=asked).update(state=ExportState.FINISHED)
    assert_problem(api.get(f"/api/v1/exports/{asked}/file", key="monitor"), 410)


def test_what_still_awaits_its_position_goes_out_without_content(cast, api, incident, monkeypatch):
    monkeypatch.setattr("tracker.services.positions.place", lambda: 0)
    ruling = ruled(cast, incident)
    takedown.take_down(ruling, REASON, AUTHOR)
    monkeypatch.undo()
    assessment.sweep()
    assert MARK not in str(feed(api))
    assert [entry["type"] for entry in feed(api) if entry["subject"] == ruling] == [
        "finding.issued",
        "entry.redacted",
    ]
    told, shown = told_and_shown(api)
    assert told == shown


def test_a_ruling_that_supersedes_it_says_again_what_was_right(cast, api, incident):
    ruling = ruled(cast, incident)
    take_down(ruling)
    again = ruled(cast, incident, reason="Seen from the mill.", supersedes=ruling)
    assert allegation(api)["ruling"] == again
    copy = copy_of(feed(api))
    (shown,) = api.get(f"/api/v1/incidents/{incident}").json()["rulings"]
    assert copy[again] == {**shown, "known": None}, "told before it had its place"
    assert (shown["reason"], shown["supersedes"]) == ("Seen from the mill.", ruling)
    assert ruling not in copy
    assert MARK not in pages(incident)


def test_it_brings_back_nothing_that_it_had_superseded(cast, api, incident):
    first = ruled(cast, incident, reason="Seen from the mill.")
    second = ruled(cast, incident, "no_violation", supersedes=first)
    take_down(second)
    assert allegation(api)["ruling"] is None
    copy = copy_of(feed(api))
    (shown,) = api.get(f"/api/v1/incidents/{incident}").json()["rulings"]
    assert copy[first] == shown
    assert shown["superseded_by"] == second
    assert "the mill" not in pages(incident), "what stood no more does not stand again"


def test_an_incident_that_is_published_again_tells_nothing_of_it(cast, api, incident):
    ruling = ruled(cast, incident)
    report = Report.objects.get()
    publication.withhold(report, "Not yet.", AUTHOR)
    take_down(ruling)
    redacted = [entry for entry in feed(api) if entry["type"] == "entry.redacted"]
    publication.publish(report, "It may be known.", AUTHOR)
    assessment.sweep()
    assert MARK not in str(feed(api))
    assert ruling not in copy_of(feed(api))
    told, shown = told_and_shown(api)
    assert told == shown
    publication.withhold(Report.objects.get(), "Not yet.", AUTHOR)
    assessment.sweep()
    again = [entry["subject"] for entry in feed(api) if entry["type"] == "entry.redacted"]
    assert ruling not in again[len(redacted) :], "nobody is told to forget it once more"


def test_a_finding_about_an_incident_that_was_never_public_is_taken_down_without_a_word(cast, api):
    from tracker.models import Visibility

    body = report_of(visibility=Visibility.RESTRICTED)
    api.send(body)
    ruling = ruled(cast, Incident.objects.get().reference)
    before = feed(api)
    take_down(ruling)
    assert [entry["subject"] for entry in feed(api)] == [entry["subject"] for entry in before]


def test_what_a_restricted_ruling_supersedes_stands_in_public_and_does_not_name_it(cast, api, incident):
    first = ruled(cast, incident, reason="Seen from the mill.")
    before = feed(api)
    ruled(cast, incident, "no_violation", supersedes=first, visibility="restricted")
    assert feed(api) == before
    (shown,) = api.get(f"/api/v1/incidents/{incident}").json()["rulings"]
    assert (shown["ref"], shown["superseded_by"]) == (first, None)
    send(api, report_of(2))  # the public knows of a later moment
    assert "the mill" in pages(incident)


def test_what_can_not_be_taken_down_is_refused_and_nothing_happens_twice(cast, api, incident):
    about = Incident.objects.get(reference=incident)
    found = rulings.Assessment("violation", f"Seen at {MARK}.", severity="serious")
    unreviewed = rulings.rule(about, cast.cessation, found, AUTHOR)
    for reference, reason, code in (
        ("rul_0000000000", REASON, "unknown_ruling"),
        (unreviewed.reference, REASON, "already_so"),
        (unreviewed.reference, " ", "reason_missing"),
    ):
        with pytest.raises(Refused) as refused:
            takedown.take_down(reference, reason, AUTHOR)
        assert refused.value.code == code
    rulings.review(unreviewed, Author.of_worker("another"))
    assessment.sweep()
    take_down(unreviewed.reference)
    last = feed(api)[-1]["position"]
    with pytest.raises(Refused, match="already"):
        takedown.take_down(unreviewed.reference, REASON, AUTHOR)
    assessment.sweep()
    assert feed(api)[-1]["position"] == last
    assert Ruling.objects.get().takedown.reason == REASON
