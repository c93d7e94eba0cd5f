"""POST reports/batch: each line its own outcome, in order."""

from __future__ import annotations

import orjson

from tests.api.cast import report_of
from tests.api.questions import assert_problem
from tracker.models import Report

PATH = "/api/v1/reports/batch"


def send(api, *lines, key="monitor"):
    text = b"\n".join(line if isinstance(line, bytes) else orjson.dumps(line) for line in lines)
    return api.post(PATH, text, key=key, content_type="application/x-ndjson")


def test_one_bad_line_spoils_no_other(cast, api):
    response = send(
        api,
        report_of(1),
        b"{",
        report_of(2, kind="rumour"),
        b"",
        report_of(1),
        report_of(2),
        report_of(1, summary="x"),
    )
    assert response.status_code == 200
    results = response.json()["results"]
    assert [(one["line"], one["outcome"], one["status"]) for one in results] == [
        (1, "created", 201),
        (2, "refused", 400),
        (3, "refused", 400),
        (5, "unchanged", 200),
        (6, "created", 201),
        (7, "refused", 409),
    ]
    assert results[1]["problem"]["errors"][0]["line"] == 2
    assert results[2]["problem"]["errors"][0]["pointer"] == "/kind"
    assert results[0]["ref"] == results[3]["ref"]
    assert Report.objects.count() == 2


def test_a_batch_has_bounds(cast, api):
    assert_problem(send(api, b" "), 400)
    assert_problem(send(api, *[b"{}"] * 10_001), 413)


def test_a_batch_needs_a_key_and_its_own_type(cast, api):
    assert_problem(send(api, report_of(), key=None), 401)
    assert_problem(send(api, report_of(), key="cleared"), 403)
    assert_problem(api.post(PATH, report_of(), key="monitor"), 415)
    assert_problem(api.get(PATH), 405)
