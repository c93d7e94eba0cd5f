"""Refusals that belong to no single address."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.api.questions import assert_problem
from tracker.services import status


@pytest.mark.parametrize(
    "path", ["/api/", "/api/v1", "/api/v1/", "/api/v1/truce", "/api/v1/truces/", "/api/v2/truces"]
)
def test_an_address_that_nothing_serves_is_a_404_that_names_it(api, path):
    assert path in assert_problem(api.get(path), 404)["detail"]


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
@pytest.mark.parametrize("path", ["/api/v1/truce", "/api/v1/reports/"])
def test_nothing_can_be_written_where_nothing_is_either(api, method, path):
    client = Client(enforce_csrf_checks=True)
    for _time in range(2):
        response = getattr(client, method)(path, b"{}", content_type="application/json")
        assert path in assert_problem(response, 404)["detail"]
        assert response.headers["Access-Control-Allow-Origin"] == "*"
        assert response.headers["Cache-Control"] == "private, no-store"
        client.cookies["django_language"] = "en"


def test_what_goes_wrong_inside_is_a_500_without_a_trace(cast, api, monkeypatch):
    def fail(*_arguments, **_named):
        raise RuntimeError("a secret of the inside")

    monkeypatch.setattr(status, "status", fail)
    response = api.get("/api/v1/truces/river-truce/status")
    assert_problem(response, 500)
    assert "secret" not in response.content.decode()
    assert "RuntimeError" not in response.content.decode()
    assert response.headers["X-Request-ID"]


def test_what_fails_before_a_view_is_reached_is_a_problem_too(api, monkeypatch):
    def fail(*_arguments, **_named):
        raise RuntimeError("a secret of the inside")

    monkeypatch.setattr("django.middleware.csrf.CsrfViewMiddleware.process_view", fail)
    assert "secret" not in str(assert_problem(api.get("/api/v1/truces"), 500))


def test_another_type_of_answer_than_there_is_is_406(cast, api):
    assert_problem(api.get("/api/v1/truces", Accept="image/png"), 406)


def test_a_null_byte_in_an_address_is_a_refusal(cast, api):
    assert_problem(api.get("/api/v1/truces", {"cursor": "\x00"}), 400, "/cursor")
    assert api.get("/api/v1/truces/%00/status").status_code == 404
    assert api.get("/api/v1/reports/%00").status_code == 404
    assert api.get("/api/v1/incidents/%00").status_code == 404


def test_more_parameters_than_are_read_are_a_refusal(cast, api):
    assert_problem(api.get("/api/v1/truces?" + "&".join(f"a{number}=1" for number in range(1_100))), 400)


@pytest.mark.parametrize("path", ["/api/v1/reports/%D8%B3%20%22%25", "/api/v1/%C3%A9"])
def test_the_address_that_a_problem_is_of_is_one(cast, api, path):
    assert assert_problem(api.get(path), 404)["instance"] == path


def test_a_host_that_this_is_not_is_a_refusal(cast, api):
    assert_problem(api.get("/api/v1/truces", Host="elsewhere.example"), 400)
    assert api.get("/method/", Host="elsewhere.example").headers["Content-Type"].startswith("text/html")
