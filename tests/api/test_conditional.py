"""Answers that are asked for under a condition: what a cache may do with them, and what it is told."""

from __future__ import annotations

import pytest

from tests.api.cast import report_of
from tests.api.questions import assert_problem

ADDRESSES = ["truces", "truces/river-truce", "incidents", "reports", "violations?reading=alleged", "feed"]


@pytest.fixture
def told(api):
    api.send(report_of())


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_answer_that_has_not_changed_keeps_its_headers(told, api, address):
    whole = api.get(f"/api/v1/{address}")
    unchanged = api.get(f"/api/v1/{address}", **{"If-None-Match": whole.headers["ETag"]})
    assert unchanged.status_code == 304
    for name in ("ETag", "Access-Control-Allow-Origin", "RateLimit-Policy", "Cache-Control", "Vary"):
        assert unchanged.headers[name] == whole.headers[name], name
    assert "RateLimit" in unchanged.headers
    assert "Content-Type" not in unchanged.headers


@pytest.mark.parametrize("condition", ["If-Match", "If-Unmodified-Since"])
@pytest.mark.parametrize("address", ["truces", "feed"])
def test_a_condition_that_does_not_hold_is_a_problem(told, api, address, condition):
    value = '"another"' if condition == "If-Match" else "Mon, 01 Jan 1990 00:00:00 GMT"
    response = api.get(f"/api/v1/{address}", **{condition: value})
    assert_problem(response, 412)
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.headers["Cache-Control"] == "private, no-store"
    assert "ETag" not in response.headers
