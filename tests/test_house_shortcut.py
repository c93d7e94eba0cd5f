"""A program's request passes by what is for people; what comes out is the same, and forms stay guarded."""

from __future__ import annotations

import pytest
from django.http import HttpResponse
from django.test import Client, override_settings
from django.urls import path

from ceasefire.shortcut import is_of_a_program

KEY = {"HTTP_AUTHORIZATION": "Bearer cft_0000"}


class Between:
    """Middleware that stands where the shortcut passes by and says that it was asked."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        response["X-Between"] = "asked"
        return response


def answer(request):
    return HttpResponse(b"here")


urlpatterns = [path("api/v1/here", answer), path("here", answer)]

SHORTCUT = [
    "ceasefire.shortcut.Shortcut",
    f"{__name__}.Between",
    "django.middleware.csrf.CsrfViewMiddleware",
    "ceasefire.shortcut.ShortcutEnd",
]


@pytest.fixture
def client():
    with override_settings(ROOT_URLCONF=__name__, MIDDLEWARE=SHORTCUT):
        yield Client(enforce_csrf_checks=True)


@pytest.mark.parametrize("headers", [KEY, {}, {"HTTP_AUTHORIZATION": "Basic bm8="}])
def test_a_request_without_a_cookie_passes_by_what_is_between(client, headers):
    response = client.get("/api/v1/here", **headers)
    assert (response.status_code, response.content) == (200, b"here")
    assert "X-Between" not in response.headers


@pytest.mark.parametrize(
    ("address", "headers"),
    [
        ("/here", {}),
        ("/here", KEY),
        ("/api/v1/here", {"HTTP_COOKIE": "sessionid=1"}),
        ("/api/v1/here", {**KEY, "HTTP_COOKIE": "sessionid=1"}),
    ],
)
def test_every_other_request_goes_through_all_of_it(client, address, headers):
    assert client.get(address, **headers).headers["X-Between"] == "asked"


def test_who_says_to_have_a_key_is_still_refused_a_forged_form(client):
    assert client.post("/api/v1/here").status_code == 403
    assert client.post("/api/v1/here", **KEY).status_code == 403


@pytest.mark.parametrize(
    "address", ["/api/v1/reports", "/api/v1/nowhere", "/api/v1/reports?view=full", "/api/v1/openapi.json"]
)
@pytest.mark.parametrize("headers", [KEY, {}])
def test_a_program_is_answered_as_if_it_had_gone_through_all_of_it(db, rf, monkeypatch, address, headers):
    short = Client().get(address, **headers)
    assert is_of_a_program(rf.get(address, **headers))
    monkeypatch.setattr("ceasefire.shortcut.is_of_a_program", lambda request: False)
    whole = Client().get(address, **headers)
    assert (short.status_code, short.content) == (whole.status_code, whole.content)
    varying = {"X-Request-ID", "RateLimit"}
    assert short.headers.keys() == whole.headers.keys()
    assert all(whole.headers[name] == value for name, value in short.headers.items() if name not in varying)
