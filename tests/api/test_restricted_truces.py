"""A truce that only the cleared may see: they ask for it by name, and nobody else learns that it is there."""

from __future__ import annotations

import pytest

from tests.api.cast import report_of
from tests.api.questions import assert_problem
from tracker.models import Truce

FULL = {"truce": "river-truce", "view": "full"}
ADDRESSES = ["/api/v1/incidents", "/api/v1/reports", "/api/v1/feed"]


@pytest.fixture
def restricted(api):
    api.send(report_of())
    Truce.objects.update(visibility="restricted")


@pytest.mark.parametrize("address", ADDRESSES)
def test_the_cleared_ask_for_it_by_name(restricted, api, address):
    assert api.get(address, FULL, key="cleared").json()["results"]


@pytest.mark.parametrize("address", ADDRESSES)
def test_to_everybody_else_it_is_no_truce(restricted, api, address):
    public = {"truce": "river-truce"}
    assert_problem(api.get(address, public), 400, "/truce")
    assert_problem(api.get(address, public, key="cleared"), 400, "/truce")
    for slug in ("river-truce", "no-such-truce"):
        assert_problem(api.get(address, {**FULL, "truce": slug}), 401)
        assert_problem(api.get(address, {**FULL, "truce": slug}, key="monitor"), 403)


def test_an_export_of_it_is_for_the_cleared(restricted, api):
    body = {"what": "feed", "view": "full", "filters": {"truce": "river-truce"}}
    assert api.post("/api/v1/exports", body, key="cleared").status_code == 202
    assert_problem(api.post("/api/v1/exports", body, key="monitor"), 403)
    public = {**body, "view": "public"}
    assert_problem(api.post("/api/v1/exports", public, key="cleared"), 400, "/filters/truce")
