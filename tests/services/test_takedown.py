"""Takedown: out of public view, purged everywhere it went out, and every subscriber told."""

from __future__ import annotations

import gzip

import orjson
import pytest

from tests.api.cast import report_of
from tests.api.questions import assert_problem
from tests.services.published import AUTHOR, MARK, copy_of, feed, marked, ruled, send, told_and_shown
from tracker.models import AuditEntry, Incident, LogDraft, LogPayload, Report, Snapshot
from tracker.services import assessment, incidents, publication, snapshots, takedown
from tracker.services.refusals import Refused

REASON = "A name was published in error."


def test_nothing_of_it_is_told_any_more_and_every_follower_hears_of_it(api):
    ref = send(api, marked())
    last = feed(api)[-1]["position"]
    copy = copy_of(feed(api))
    assert takedown.take_down(ref, REASON, AUTHOR) == [ref]
    assert MARK not in str(feed(api))
    since = feed(api, after=last)
    redacted = {entry["subject"] for entry in since if entry["type"] == "entry.redacted"}
    assert ref in redacted
    assert any("/cessation" in subject for subject in redacted)
    assert "allegation.withdrawn" in {entry["type"] for entry in since}
    assert MARK not in str(copy_of(since, copy))
    for path in ("reports", "incidents", "violations?reading=alleged"):
        assert api.get(f"/api/v1/{path}").json()["results"] == []
    assert_problem(api.get(f"/api/v1/reports/{ref}"), 404)
    positions = [entry["position"] for entry in feed(api)]
    assert positions == list(range(1, len(positions) + 1)), "the positions stay"
    assert AuditEntry.objects.filter(verb="report.taken_down", subject=ref).exists()


SAID_OTHERWISE = {
    "statement": {"statement": {"about": "truce"}},
    "tally": {
        "tally": {
            "from": "2026-03-04T00:00:00Z",
            "to": "2026-03-05T00:00:00Z",
            "counts": [{"what": MARK.lower(), "n": 7}],
        }
    },
    "incident": {},
}


@pytest.mark.parametrize("kind", SAID_OTHERWISE)
def test_on_no_page_about_a_moment_before_it_do_its_words_stand(api, kind):
    body = marked(kind=kind, **SAID_OTHERWISE[kind])
    if kind != "incident":
        del body["claim"]
    ref = send(api, body)
    then = {"as_of": feed(api)[-1]["known"], "known_at": feed(api)[-1]["known"]}
    truce = "/api/v1/truces/river-truce"
    addresses = ["/truces/river-truce/", "/truces/river-truce/incidents/", f"{truce}/status", f"{truce}/days"]

    def said():
        answers = [api.get(address, then) for address in addresses]
        assert {answer.status_code for answer in answers} == {200}
        return "".join(answer.text for answer in answers).casefold()

    assert MARK.casefold() in said()
    incident = api.get(f"/api/v1/reports/{ref}").json()["incident"]
    takedown.take_down(ref, REASON, AUTHOR)
    assessment.sweep()
    assert MARK.casefold() not in said()
    for page in addresses[:2]:
        assert f"/incidents/{incident}/" not in api.get(page, then).text, "no page leads where there is none"


def test_no_page_is_kept_where_it_is_not_asked_for_again(api):
    incident = api.get(f"/api/v1/reports/{send(api, marked())}").json()["incident"]
    for address in ("/", "/truces/river-truce/", "/truces/river-truce/incidents/", f"/incidents/{incident}/"):
        kept = api.get(address).headers["Cache-Control"]
        assert {"no-cache", "private"} <= set(kept.split(", ")), address


def test_what_a_cache_has_kept_can_not_be_confirmed(api):
    ref = send(api, marked())
    addresses = [
        "feed",
        "feed?format=ndjson",
        "reports",
        f"reports/{ref}",
        "incidents",
        "violations?reading=alleged",
        "feed/snapshot",
    ]
    snapshots.build()
    tags = {}
    for address in addresses:
        response = api.get(f"/api/v1/{address}")
        assert response.status_code == 200
        assert response.headers["Cache-Control"] in ("public, no-cache", "private, no-store")
        tags[address] = response.headers["ETag"]
    takedown.take_down(ref, REASON, AUTHOR)
    for address, tag in tags.items():
        response = api.get(f"/api/v1/{address}", **{"If-None-Match": tag})
        assert response.status_code in (200, 404), address
        assert MARK.encode() not in response.getvalue(), address


def test_the_purge_is_seen_before_any_position_is_given_for_it(api, monkeypatch):
    ref = send(api, marked())
    tag = api.get("/api/v1/feed").headers["ETag"]
    monkeypatch.setattr("tracker.services.positions.place", lambda: 0)
    takedown.take_down(ref, REASON, AUTHOR)
    response = api.get("/api/v1/feed", **{"If-None-Match": tag})
    assert response.status_code == 200
    assert MARK.encode() not in response.content


def test_of_an_incident_every_public_report_is_taken_down(api):
    first = send(api, marked(1))
    incident = api.get(f"/api/v1/reports/{first}").json()["incident"]
    second = send(api, marked(2, incident=incident))
    assert takedown.take_down(incident, REASON, AUTHOR) == [first, second]
    assessment.sweep()
    assert MARK not in str(feed(api))
    assert copy_of(feed(api)) == {
        subject: payload for subject, payload in copy_of(feed(api)).items() if subject.startswith("trn_")
    }


def test_an_incident_that_others_report_as_well_is_told_of_again_without_it(api):
    first = send(api, report_of(1))
    incident = api.get(f"/api/v1/reports/{first}").json()["incident"]
    second = send(api, marked(2, incident=incident))
    takedown.take_down(second, REASON, AUTHOR)
    assessment.sweep()
    copy = copy_of(feed(api))
    assert MARK not in str(feed(api))
    assert copy[incident]["report"] == first
    listed = api.get("/api/v1/violations", {"reading": "alleged"}).json()["results"]
    assert [copy[entry["ref"]]["sources"] for entry in listed] == [entry["sources"] for entry in listed]


def test_what_was_alleged_of_an_incident_before_a_merge_goes_as_well(api):
    first, second = send(api, marked(1)), send(api, report_of(2))
    old, new = (api.get(f"/api/v1/reports/{ref}").json()["incident"] for ref in (first, second))
    incidents.merge(
        Incident.objects.get(reference=old), Incident.objects.get(reference=new), "The same.", AUTHOR
    )
    assessment.sweep()
    takedown.take_down(first, REASON, AUTHOR)
    assessment.sweep()
    assert MARK not in str(feed(api))
    assert copy_of(feed(api))[old] == {"ref": old, "into": new, "url": f"/incidents/{new}/"}
    assert new in copy_of(feed(api))


def test_what_still_awaits_its_position_goes_out_without_content(api, monkeypatch):
    monkeypatch.setattr("tracker.services.positions.place", lambda: 0)
    api.post("/api/v1/reports", marked(), key="monitor")
    takedown.take_down(Report.objects.get().reference, REASON, AUTHOR)
    monkeypatch.undo()
    assert not LogDraft.objects.filter(view="public", payload__contains=MARK).exists()
    assert MARK not in str(feed(api))
    assert copy_of(feed(api)) == {}
    assert LogPayload.objects.filter(view="full", payload__contains=MARK).exists(), "the cleared keep it"


def test_the_snapshot_is_gone_with_its_file_and_a_new_one_is_without_it(
    api, django_capture_on_commit_callbacks
):
    ref = send(api, marked())
    send(api, report_of(2))
    snapshot = snapshots.build()
    path, address = snapshots.path_of(snapshot), f"/api/v1/feed/snapshot/{snapshot.reference}"
    assert MARK.encode() in gzip.decompress(b"".join(api.get(address).streaming_content))
    with django_capture_on_commit_callbacks(execute=True):
        takedown.take_down(ref, REASON, AUTHOR)
    assert not path.exists()
    assert_problem(api.get(address), 410)
    assert_problem(api.get("/api/v1/feed/snapshot"), 404)
    assert snapshots.is_due()
    assessment.sweep()
    newer = snapshots.build()
    text = gzip.decompress(snapshots.path_of(newer).read_bytes())
    assert MARK.encode() not in text
    assert [orjson.loads(line)["subject"] for line in text.splitlines()]


def test_a_snapshot_that_was_begun_before_is_never_served(api):
    ref = send(api, marked())
    snapshot = snapshots.build()
    takedown.take_down(ref, REASON, AUTHOR)
    Snapshot.objects.filter(pk=snapshot.pk).update(state="published")
    assert_problem(api.get(f"/api/v1/feed/snapshot/{snapshot.reference}"), 410)


def test_it_can_be_published_again_and_is_told_of_anew(api):
    ref = send(api, marked())
    takedown.take_down(ref, REASON, AUTHOR)
    assessment.sweep()
    publication.publish(Report.objects.get(reference=ref), "It was right.", AUTHOR)
    assessment.sweep()
    copy = copy_of(feed(api))
    listed = api.get("/api/v1/violations", {"reading": "alleged"}).json()["results"]
    assert {subject for subject in copy if "/" in subject} == {entry["ref"] for entry in listed}
    assert ref in copy


def test_what_was_found_of_an_incident_goes_with_its_last_public_report_and_comes_back_with_one(api, cast):
    ref = send(api, marked())
    incident = api.get(f"/api/v1/reports/{ref}").json()["incident"]
    ruling = ruled(cast, incident)
    assert copy_of(feed(api))[ruling]["reason"] == f"Seen at {MARK}."
    takedown.take_down(ref, REASON, AUTHOR)
    assessment.sweep()
    assert MARK not in str(feed(api))
    told, shown = told_and_shown(api)
    assert told == shown == set()
    publication.publish(Report.objects.get(reference=ref), "It was right.", AUTHOR)
    assessment.sweep()
    told, shown = told_and_shown(api)
    assert told == shown
    assert ruling in told


def test_an_incident_that_its_last_report_has_left_is_there_no_longer(api, cast):
    first, second = send(api, report_of(1)), send(api, report_of(2))
    left, joined = (api.get(f"/api/v1/reports/{ref}").json()["incident"] for ref in (first, second))
    ruling = ruled(cast, left)
    incidents.link(
        Report.objects.get(reference=first), Incident.objects.get(reference=joined), "Of this one.", AUTHOR
    )
    assessment.sweep()
    told, shown = told_and_shown(api)
    assert told == shown == {joined, f"{joined}/cessation"}
    incidents.link(
        Report.objects.get(reference=first), Incident.objects.get(reference=left), "Of that one.", AUTHOR
    )
    assessment.sweep()
    told, shown = told_and_shown(api)
    assert told == shown
    assert {left, ruling} <= told


def test_where_the_closest_place_is_taken_down_the_next_is_shown_and_told(api):
    vague = report_of(1)
    vague["claim"]["place"] = {
        "name": "the valley",
        "country": "SYR",
        "lat": 35.1,
        "lon": 40.1,
        "precision": 4,
    }
    incident = api.get(f"/api/v1/reports/{send(api, vague)}").json()["incident"]
    close = send(api, marked(2, incident=incident))
    (listed,) = api.get("/api/v1/violations", {"reading": "alleged"}).json()["results"]
    assert copy_of(feed(api))[listed["ref"]]["incident"] == listed["incident"]
    takedown.take_down(close, REASON, AUTHOR)
    assessment.sweep()
    (listed,) = api.get("/api/v1/violations", {"reading": "alleged"}).json()["results"]
    assert listed["incident"]["place"]["name"] == "the valley"
    assert copy_of(feed(api))[listed["ref"]]["incident"] == listed["incident"]


@pytest.mark.parametrize(
    ("reference", "reason", "code"),
    [
        ("rep_0000000000", REASON, "unknown_report"),
        ("inc_0000000000", REASON, "unknown_incident"),
        ("the only one", " ", "reason_missing"),
    ],
)
def test_what_can_not_be_taken_down_is_refused(api, reference, reason, code):
    ref = send(api, marked())
    with pytest.raises(Refused) as refused:
        takedown.take_down(ref if reference == "the only one" else reference, reason, AUTHOR)
    assert refused.value.code == code
    takedown.take_down(ref, REASON, AUTHOR)
    with pytest.raises(Refused, match="already"):
        takedown.take_down(ref, REASON, AUTHOR)


def test_what_was_told_of_an_incident_is_purged_once_its_last_report_has_left_it(api, cast):
    first, second = send(api, report_of(1)), send(api, report_of(2))
    left, joined = (api.get(f"/api/v1/reports/{ref}").json()["incident"] for ref in (first, second))
    ruling = ruled(cast, left)
    incidents.link(
        Report.objects.get(reference=first), Incident.objects.get(reference=joined), "Of this one.", AUTHOR
    )
    assessment.sweep()
    about = [entry for entry in feed(api) if entry["subject"].startswith((left, ruling))]
    assert {entry["subject"] for entry in about} == {left, f"{left}/cessation", ruling}
    assert [entry["payload"] for entry in about if entry["payload"]] == []
