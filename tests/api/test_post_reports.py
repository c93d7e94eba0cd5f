"""POST reports: what is taken in, once, and what is refused, whole."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.api.cast import report_of, with_claim
from tests.api.questions import assert_problem
from tracker.models import AuditEntry, Change, Report
from tracker.services import clock

PATH = "/api/v1/reports"


def test_a_first_report_is_201_with_its_address(cast, api):
    response = api.send(report_of())
    assert response.status_code == 201
    report = response.json()
    assert report["ref"].startswith("rep_")
    assert report["incident"].startswith("inc_")
    assert response.headers["Location"] == f"http://testserver/api/v1/reports/{report['ref']}"
    assert api.get(f"/api/v1/reports/{report['ref']}").json()["summary"] == "Shells fell on the bridge."


def test_the_same_content_again_is_200_with_the_same_report(cast, api):
    first = api.send(report_of())
    written_otherwise = {**report_of(), "supersedes": None, "published": "2026-03-04T11:00:00+03:00"}
    again = api.send(written_otherwise)
    assert again.status_code == 200
    assert again.json()["ref"] == first.json()["ref"]
    assert Report.objects.count() == 1


def test_other_content_without_supersedes_is_409_naming_both(cast, api):
    first = api.send(report_of()).json()
    problem = assert_problem(api.send(report_of(summary="Nothing fell.")), 409, "/supersedes")
    assert first["ref"] in problem["detail"]
    assert problem["existing"]["ref"] == first["ref"]
    assert problem["existing"]["digest"] != problem["sent"]["digest"]
    assert Report.objects.count() == 1


def test_other_content_that_names_what_it_supersedes_is_201(cast, api):
    first = api.send(report_of()).json()
    response = api.send(report_of(summary="Nothing fell.", supersedes=first["ref"]))
    assert response.status_code == 201
    assert response.json()["supersedes"] == first["ref"]
    assert response.json()["incident"] == first["incident"]
    again = api.send(report_of(summary="Once more.", supersedes=first["ref"]))
    assert_problem(again, 409, "/supersedes")


def test_the_known_time_is_always_ours(cast, api):
    before = clock.now()
    assert_problem(api.send(report_of(known="2026-03-04T08:00:00Z")), 400, "/known")
    api.send(report_of())
    assert Change.objects.get(reports__isnull=False).known >= before


@pytest.mark.parametrize(
    ("changed", "pointer"),
    [
        ({"truce": "no-such-truce"}, "/truce"),
        ({"source": "no-such-source"}, "/source"),
        ({"summry": "x"}, "/summry"),
        ({"published": "1899-12-31T23:59:59Z"}, "/published"),
        (
            {"published": (clock.datetime.datetime.now(clock.datetime.UTC) + timedelta(days=3)).isoformat()},
            "/published",
        ),
        ({"published": "yesterday"}, "/published"),
        ({"kind": "rumour"}, "/kind"),
        ({"claim": None}, "/claim"),
        ({"relayed_by": "gazette"}, "/relayed_by"),
    ],
)
def test_a_fault_is_answered_with_a_pointer_and_nothing_is_stored(cast, api, changed, pointer):
    assert_problem(api.send(report_of(**changed)), 400, pointer)
    assert_nothing_was_stored()


@pytest.mark.parametrize(
    ("changed", "pointer"),
    [
        ({"by": "nobody-known"}, "/claim/by"),
        (
            {"casualties": [{"group": "combatants", "effect": "killed", "min": 9, "max": 3}]},
            "/claim/casualties/0/min",
        ),
        (
            {"occurred": {"from": "2026-03-04T07:00:00Z", "to": "2026-03-04T06:00:00Z", "precision": "hour"}},
            "/claim/occurred/to",
        ),
        (
            {"occurred": {"from": "1850-03-04T07:00:00Z", "to": "2026-03-04T06:00:00Z", "precision": "year"}},
            "/claim/occurred/from",
        ),
        ({"place": {"lat": 91, "lon": 0}}, "/claim/place/lat"),
        ({"credibility": 7}, "/claim/credibility"),
    ],
)
def test_a_fault_within_the_claim_is_pointed_to(cast, api, changed, pointer):
    assert_problem(api.send(with_claim(**changed)), 400, pointer)
    assert_nothing_was_stored()


def test_all_faults_come_at_once(cast, api):
    body = with_claim(by="nobody-known", credibility=0)
    body |= {"published": "1800-01-01T00:00:00Z", "extra": 1}
    assert_problem(api.send(body), 400, "/published", "/extra", "/claim/by", "/claim/credibility")


def test_what_is_not_json_is_refused_by_line_and_column(cast, api):
    problem = assert_problem(
        api.post(PATH, b'{"source": "river-monitor",\n "kind": }', key="monitor"), 400, ""
    )
    assert (problem["errors"][0]["line"], problem["errors"][0]["column"]) == (2, 10)
    assert_problem(api.post(PATH, b'{"a": "\xff"}', key="monitor"), 400, "")
    assert_problem(api.post(PATH, b"[" * 100_000, key="monitor"), 400, "")
    assert_problem(api.post(PATH, b'{"claim": NaN}', key="monitor"), 400, "")


@pytest.mark.parametrize("body", [b"", b"null", b"[]", b'"text"', b"7"])
def test_what_is_no_object_is_refused(cast, api, body):
    response = api.post(PATH, body, key="monitor")
    assert response.status_code == 400
    assert response.headers["Content-Type"] == "application/problem+json"


def test_a_body_that_is_too_large_is_413(cast, api):
    assert_problem(api.post(PATH, b" " * 1_000_001, key="monitor"), 413)


def test_another_type_of_body_is_415(cast, api):
    assert_problem(
        api.post(PATH, b"a=b", key="monitor", content_type="application/x-www-form-urlencoded"), 415
    )


def test_without_a_key_it_is_401_and_with_a_wrong_one_403(cast, api):
    assert_problem(api.post(PATH, report_of()), 401)
    assert_problem(api.post(PATH, report_of(), key="cleared"), 403)
    assert_problem(api.post(PATH, report_of(), key="field"), 403, "/source")
    assert_problem(api.post(PATH + "?dry=1", report_of(), key="monitor"), 400, "/dry")
    assert_nothing_was_stored()


def test_a_report_that_is_not_public_is_its_senders_and_the_cleareds_to_read(cast, api):
    body = report_of(source="field", external_id="1", visibility="restricted")
    sent = api.send(body, key="field")
    assert sent.status_code == 201
    path = f"{PATH}/{sent.json()['ref']}"
    assert_problem(api.get(path), 404)
    assert_problem(api.get(path, key="monitor"), 404)
    assert api.get(path, key="field").status_code == 200
    assert api.get(path, {"view": "full"}, key="cleared").json()["summary"] == "Shells fell on the bridge."


def test_a_report_awaits_screening_where_its_source_is_not_trusted(cast, api):
    sent = api.send(report_of(source="gazette", external_id="1"), key="field")
    assert sent.json()["screening"] == "received"
    assert api.get(PATH).json()["results"] == []
    assert api.get("/api/v1/feed").json()["results"] == []


def test_an_answer_to_a_sender_is_for_nobody_to_keep(cast, api):
    assert api.send(report_of()).headers["Cache-Control"] == "private, no-store"


def assert_nothing_was_stored() -> None:
    assert not Report.objects.exists()
    assert not Change.objects.exists()
    assert not AuditEntry.objects.exists()
