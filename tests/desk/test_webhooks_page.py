"""The pages of webhooks: where the log is sent to, what became of it, and what can be done."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from tests.desk.cast import Cast, add_truce
from tracker.models import Heartbeat, WebhookDelivery, WebhookEndpoint, WebhookMessage
from tracker.services import clock, heartbeats, webhooks
from tracker.services.authors import Author

PAGE = "/desk/webhooks/"
URL = "https://receiver.example/hook"


def make(cast: Cast, role: str = "coordinator", **values: object):
    return cast.client(role).post(PAGE, {"url": URL, "name": "a copy", "truce": "", "after": "", **values})


def act(cast: Cast, action: str, role: str = "coordinator", **values: object):
    reference = WebhookEndpoint.objects.get().reference
    return cast.client(role).post(f"{PAGE}{reference}/{action}/", values, follow=True)


def test_a_webhook_is_made_and_its_secret_shown_once(cast: Cast) -> None:
    page = make(cast, truce="syria-2016-09")
    assert page.status_code == 200
    assert "no-store" in page["Cache-Control"]
    secret = re.search(r"whsec_[A-Za-z0-9+/=]+", page.text)
    assert secret
    endpoint = WebhookEndpoint.objects.get()
    assert (endpoint.person, endpoint.view) == (cast.people["coordinator"], "public")
    assert endpoint.truce == cast.truce
    assert endpoint.origin == "http://testserver"
    again = cast.client("coordinator").get(PAGE).text
    assert "whsec_" not in again
    assert "receiver.example" in again


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"url": ""}, "not an address"),
        ({"url": "http://receiver.example/"}, "TLS"),
        ({"url": "https://192.168.0.1/"}, "private"),
        ({"truce": "no-such"}, "There is no truce"),
        ({"after": "x"}, "whole number"),
        ({"after": "12"}, "The log ends"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(cast: Cast, values: dict[str, str], said: str) -> None:
    page = make(cast, **values)
    assert page.status_code == 422
    assert said in page.text
    assert not WebhookEndpoint.objects.exists()


def test_it_is_disabled_enabled_rotated_tested_replayed_and_removed(cast: Cast) -> None:
    make(cast)
    assert "Nothing more is sent" in act(cast, "disable").text
    assert WebhookEndpoint.objects.get().because == "asked"
    assert "goes on where it was left" in act(cast, "enable").text
    rotated = act(cast, "rotate")
    assert "whsec_" in rotated.text
    again = act(cast, "rotate")
    assert "whsec_" not in again.text
    assert "secret before" in again.text
    assert (
        "whsec_"
        not in cast.client("coordinator").get(f"{PAGE}{WebhookEndpoint.objects.get().reference}/").text
    )
    act(cast, "test")
    assert WebhookMessage.objects.get().position is None
    assert "after position 0" in act(cast, "replay", after="0").text
    assert "Give a number" in act(cast, "replay", after="x").text
    assert "There is no message" in act(cast, "replay", message="whk_x").text
    assert "is removed" in act(cast, "remove").text
    assert not WebhookEndpoint.objects.exists()


def test_attempts_are_listed_with_what_went_wrong(cast: Cast) -> None:
    make(cast)
    endpoint = WebhookEndpoint.objects.get()
    WebhookDelivery.objects.create(
        endpoint=endpoint,
        message_id=f"{endpoint.reference}_7",
        type="incident.opened",
        position=7,
        attempt=2,
        tried=clock.now(),
        milliseconds=31,
        status=500,
        problem="status",
    )
    page = cast.client("coordinator").get(f"{PAGE}{endpoint.reference}/").text
    assert "answered 500" in page
    assert f"{endpoint.reference}_7" in page


def test_one_that_was_disabled_says_why(cast: Cast) -> None:
    make(cast)
    endpoint = WebhookEndpoint.objects.get()
    webhooks.disable_by_worker(endpoint, webhooks.DisabledBecause.FAILING)
    for page in (PAGE, f"{PAGE}{endpoint.reference}/"):
        assert "Every attempt of three days failed" in cast.client("coordinator").get(page).text


def test_a_sender_that_is_silent_is_told(cast: Cast) -> None:
    heartbeats.beat(heartbeats.OUTGOING)
    make(cast)
    assert "no sign of life" not in cast.client("coordinator").get(PAGE).text
    Heartbeat.objects.update(beat=clock.now() - timedelta(minutes=5))
    assert "no sign of life" in cast.client("coordinator").get(PAGE).text


def test_others_see_only_what_is_sent_of_their_truces(cast: Cast) -> None:
    make(cast)
    reference = WebhookEndpoint.objects.get().reference
    assert reference not in cast.client("administrator").get(PAGE).text
    assert cast.client("administrator").get(f"{PAGE}{reference}/").status_code == 404
    assert act(cast, "disable", "administrator").status_code == 404
    WebhookEndpoint.objects.update(truce=cast.truce)
    assert reference in cast.client("administrator").get(PAGE).text
    WebhookEndpoint.objects.update(truce=add_truce("elsewhere"))
    assert cast.client("administrator").get(f"{PAGE}{reference}/").status_code == 404


@pytest.mark.parametrize("role", ["viewer", "reporter", "analyst", "reviewer"])
def test_the_pages_are_for_coordinators(cast: Cast, role: str) -> None:
    webhooks.create(
        Author.of_worker("test"), url=URL, origin="https://x.example", person=cast.people["coordinator"]
    )
    assert cast.client(role).get(PAGE).status_code == 403
    assert act(cast, "disable", role).status_code == 403


def test_a_thing_that_cannot_be_done_is_not_there(cast: Cast) -> None:
    make(cast)
    assert act(cast, "publish").status_code == 404


@pytest.mark.parametrize(("language", "direction"), [("ar", "rtl"), ("fr", "ltr")])
def test_the_pages_read_in_the_direction_of_their_language(cast: Cast, language: str, direction: str) -> None:
    make(cast)
    client = cast.client("coordinator")
    client.cookies["django_language"] = language
    for page in (PAGE, f"{PAGE}{WebhookEndpoint.objects.get().reference}/", "/desk/keys/"):
        text = client.get(page).text
        assert f'<html lang="{language}" dir="{direction}">' in text
        assert "style=" not in text
