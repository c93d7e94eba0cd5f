"""Answers that are asked for under a condition: what a cache may do with them, and what it is told."""

from __future__ import annotations

import pytest

from tests.api.cast import report_of
from tests.api.questions import assert_problem
from tracker.services.authors import Author

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


@pytest.mark.parametrize("address", ADDRESSES)
def test_the_public_view_is_kept_by_whoever_asks_with_a_key(told, api, address):
    whole = api.get(f"/api/v1/{address}", key="monitor")
    assert whole.headers["Cache-Control"] == "private, no-cache"
    tag = whole.headers["ETag"]
    assert api.get(f"/api/v1/{address}", key="monitor", **{"If-None-Match": tag}).status_code == 304


@pytest.mark.parametrize("address", ["incidents?view=full", "feed?view=full", "truces"])
def test_what_is_for_the_cleared_is_stored_nowhere_and_has_an_etag(told, api, address):
    whole = api.get(f"/api/v1/{address}", key="cleared")
    tag = whole.headers["ETag"]
    unchanged = api.get(f"/api/v1/{address}", key="cleared", **{"If-None-Match": tag})
    assert (whole.status_code, unchanged.status_code) == (200, 304)
    for response in (whole, unchanged):
        assert response.headers["Cache-Control"] == "private, no-store"


def test_no_shared_cache_keeps_what_a_person_asks_for(told, api):
    from tracker.services import people

    author = Author.of_worker("a test")
    person = people.add_person("a@example.invalid", "A", people.own_organisation(), author)
    api.client.force_login(person)
    assert api.get("/api/v1/exports").headers["Cache-Control"] == "private, no-store"
    assert api.get("/api/v1/incidents").headers["Cache-Control"] == "private, no-cache"


@pytest.mark.parametrize("address", ADDRESSES)
def test_what_a_head_tells_is_what_a_get_tells(told, api, address):
    whole, head = api.get(f"/api/v1/{address}"), api.client.head(f"/api/v1/{address}")
    assert head.headers["ETag"] == whole.headers["ETag"]
    headers = {"If-None-Match": whole.headers["ETag"]}
    assert api.client.head(f"/api/v1/{address}", headers=headers).status_code == 304


@pytest.mark.parametrize("condition", ["If-Match", "If-Unmodified-Since"])
@pytest.mark.parametrize("address", ["truces", "feed"])
def test_a_condition_that_does_not_hold_is_a_problem(told, api, address, condition):
    value = '"another"' if condition == "If-Match" else "Mon, 01 Jan 1990 00:00:00 GMT"
    response = api.get(f"/api/v1/{address}", **{condition: value})
    assert_problem(response, 412)
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.headers["Cache-Control"] == "private, no-store"
    assert "ETag" not in response.headers
