"""The API of webhooks: endpoints of whoever asks, secrets shown once, tests, replays, delivery logs."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.core import mail
from django.test import Client
from standardwebhooks import Webhook

from tests.api.cast import another_of, report_of
from tests.api.questions import assert_problem
from tracker.models import (
    ApiKey,
    AuditEntry,
    DisabledBecause,
    Membership,
    Organisation,
    Person,
    Scope,
    Truce,
    WebhookDelivery,
    WebhookEndpoint,
    WebhookMessage,
)
from tracker.services import clock, webhooks, webhooks_owner

PATH = "/api/v1/webhooks"
URL = "https://receiver.example/hook"


@pytest.fixture
def hooks(cast):
    """The names of two keys that may have webhooks; the second is cleared for the full view."""
    cast.add_key("hooks", [Scope.WEBHOOKS_MANAGE])
    cast.add_key("cleared hooks", [Scope.WEBHOOKS_MANAGE, Scope.RESTRICTED_READ])


def make(api, key="hooks", **body):
    response = api.post(PATH, {"url": URL, **body}, key=key)
    assert response.status_code == 201, response.content
    return response.json()


def patch(api, ref, body, key="hooks"):
    import orjson

    headers = {"Authorization": f"Bearer {api.secrets[key]}"}
    return api.client.patch(
        f"{PATH}/{ref}", orjson.dumps(body), content_type="application/json", headers=headers
    )


def delivery(endpoint, number, problem=""):
    return WebhookDelivery.objects.create(
        endpoint=endpoint,
        message_id=f"{endpoint.reference}_{number}",
        type="incident.opened",
        position=number,
        attempt=1,
        tried=clock.now(),
        milliseconds=12,
        status=500 if problem else 204,
        problem=problem,
    )


def test_an_endpoint_is_made_and_its_secret_shown_once(hooks, cast, api):
    api.send(report_of())
    response = api.post(PATH, {"url": URL, "name": "a copy", "truce": "river-truce"}, key="hooks")
    made = response.json()
    assert response.headers["Location"].endswith(f"{PATH}/{made['ref']}")
    assert made["secret"].startswith("whsec_")
    assert Webhook(made["secret"]).sign("a", datetime(2026, 3, 2, tzinfo=UTC), "b")
    assert (made["position"], made["state"], made["view"]) == (2, "active", "public")
    shown = api.get(f"{PATH}/{made['ref']}", key="hooks")
    assert shown.json() == {name: value for name, value in made.items() if name != "secret"}
    assert shown.headers["Cache-Control"] == "private, no-store"
    entry = AuditEntry.objects.get(verb="webhook.created")
    assert made["secret"] not in str(entry.after)


@pytest.mark.parametrize("rest", ["?token=mine", "/?token=mine", "/hook?token=mine"])
def test_the_audit_and_the_mails_name_the_host_of_an_address_alone(hooks, cast, api, rest):
    made = make(api, url=f"https://receiver.example:8443{rest}")
    patch(api, made["ref"], {"name": "renamed"})
    for entry in AuditEntry.objects.filter(subject=made["ref"]):
        assert entry.after["host"] == "receiver.example:8443"
        assert "mine" not in f"{entry.before} {entry.after}"
    person = Person.objects.create_user("owner@example.org")
    ApiKey.objects.filter(name="hooks").update(owner=person)
    webhooks.disable_by_worker(WebhookEndpoint.objects.get(), DisabledBecause.GONE)
    webhooks_owner.tell_waiting()
    assert "receiver.example:8443" in mail.outbox[0].body
    assert "mine" not in mail.outbox[0].body


def test_each_manages_its_own_alone(hooks, cast, api):
    made = make(api)
    for request in (
        lambda: api.get(f"{PATH}/{made['ref']}", key="cleared hooks"),
        lambda: api.get(f"{PATH}/{made['ref']}/deliveries", key="cleared hooks"),
        lambda: api.post(f"{PATH}/{made['ref']}/rotate", {}, key="cleared hooks"),
        lambda: api.post(f"{PATH}/{made['ref']}/test", {}, key="cleared hooks"),
        lambda: api.post(f"{PATH}/{made['ref']}/replay", {"after": 0}, key="cleared hooks"),
        lambda: patch(api, made["ref"], {"name": "mine"}, key="cleared hooks"),
    ):
        assert_problem(request(), 404)
    assert api.get(PATH, key="cleared hooks").json()["results"] == []
    assert [one["ref"] for one in api.get(PATH, key="hooks").json()["results"]] == [made["ref"]]


@pytest.mark.parametrize("path", ["", "/whk_0000000000", "/whk_0000000000/deliveries"])
def test_webhooks_need_a_key_with_their_scope(hooks, cast, api, path):
    assert_problem(api.get(PATH + path), 401)
    assert_problem(api.get(PATH + path, key="monitor"), 403)
    assert_problem(api.get(PATH + path, key="no such key"), 401)


def test_a_coordinator_who_is_signed_in_manages_too_and_a_reporter_does_not(hooks, cast, api):
    made = make(api, truce="river-truce")
    other = make(api)
    organisation = Organisation.objects.create(slug="assessors", name={"en": "Assessors"})
    for role, status in (("coordinator", 200), ("reporter", 403)):
        person = Person.objects.create_user(f"{role}@example.org")
        Membership.objects.create(person=person, organisation=organisation, role=role, truce=cast.truce)
        client = Client()
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        response = client.get(PATH)
        assert response.status_code == status
        if status == 200:
            assert [one["ref"] for one in response.json()["results"]] == [made["ref"]]
            assert client.get(f"{PATH}/{other['ref']}").status_code == 404


class Coordinator:
    """Somebody signed in who coordinates one truce, or (None) all of them."""

    def __init__(self, name, truce):
        organisation, _made = Organisation.objects.get_or_create(slug="assessors", name={"en": "Assessors"})
        self.person = Person.objects.create_user(f"{name}@example.org")
        Membership.objects.create(
            person=self.person, organisation=organisation, role="coordinator", truce=truce
        )
        self.client = Client(raise_request_exception=False)
        self.client.force_login(self.person, backend="django.contrib.auth.backends.ModelBackend")

    def patch(self, ref, **body):
        return self.client.patch(f"{PATH}/{ref}", body, content_type="application/json")


class TestWhoChangesAnothersEndpoint:
    MINE = "https://mine.example/hook"

    @pytest.fixture
    def ref(self, hooks, cast, api):
        return make(api, key="cleared hooks", view="full", truce="river-truce")["ref"]

    def now(self, ref):
        endpoint = WebhookEndpoint.objects.select_related("truce").get(reference=ref)
        return endpoint.url, endpoint.truce and endpoint.truce.slug

    def test_who_coordinates_its_truce_alone_neither_redirects_nor_widens_it(self, ref, cast):
        one = Coordinator("one", cast.truce)
        assert_problem(one.patch(ref, url=self.MINE), 400, "/url")
        assert_problem(one.patch(ref, truce=None), 400, "/truce")
        assert_problem(one.patch(ref, url=self.MINE, truce=None), 400, "/truce", "/url")
        assert self.now(ref) == (URL, "river-truce")
        assert one.patch(ref, name="renamed", types=["finding.issued"], url=URL).status_code == 200

    def test_nor_does_so_in_the_public_view(self, hooks, cast, api):
        made = make(api, truce="river-truce")
        one = Coordinator("one", cast.truce)
        assert_problem(one.patch(made["ref"], truce=None), 400, "/truce")
        assert_problem(one.patch(made["ref"], url=self.MINE), 400, "/url")
        assert self.now(made["ref"]) == (URL, "river-truce")

    def test_who_coordinates_all_truces_may(self, ref, cast):
        everywhere = Coordinator("everywhere", None)
        assert everywhere.patch(ref, url=self.MINE, truce=None).status_code == 200
        assert self.now(ref) == (self.MINE, None)

    def test_the_owner_of_its_key_may_only_while_cleared_for_what_it_is_sent(self, ref, cast):
        owner = Coordinator("owner", None)
        cast.keys["cleared hooks"].owner = owner.person
        cast.keys["cleared hooks"].save()
        assert owner.patch(ref, url=self.MINE).status_code == 200
        Membership.objects.update(truce=Truce.objects.create(**another_of(cast.truce)))
        assert_problem(owner.patch(ref, url=URL), 400, "")
        assert self.now(ref) == (self.MINE, "river-truce")


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({}, ["/url"]),
        ({"url": "http://receiver.example/"}, ["/url"]),
        ({"url": "https://10.0.0.1/"}, ["/url"]),
        ({"url": URL, "types": ["no.such", "incident.opened"]}, ["/types"]),
        ({"url": "x", "types": ["no.such"]}, ["/types", "/url"]),
        ({"url": URL, "truce": "no-such-truce"}, ["/truce"]),
        ({"url": URL, "view": "full"}, ["/view"]),
        ({"url": URL, "view": "secret"}, ["/view"]),
        ({"url": URL, "after": 99}, ["/after"]),
        ({"url": URL, "after": -1}, ["/after"]),
        ({"url": 5, "secret": "mine"}, ["/secret", "/url"]),
        ({"url": URL, "name": "x" * 201}, ["/name"]),
        ({"url": URL + "\0", "name": "a\0b", "truce": "river\0truce"}, ["/name", "/truce", "/url"]),
        ({"url": URL, "types": ["incident\0"]}, ["/types"]),
        ([], [""]),
    ],
)
def test_what_is_wrong_is_named_all_at_once(hooks, cast, api, body, pointers):
    assert_problem(api.post(PATH, body, key="hooks"), 400, *pointers)
    assert not WebhookEndpoint.objects.exists()


def test_the_full_view_and_truces_that_are_not_public_are_for_the_cleared(hooks, cast, api):
    Truce.objects.update(visibility="restricted")
    assert_problem(api.post(PATH, {"url": URL, "truce": "river-truce"}, key="hooks"), 400, "/truce")
    assert_problem(
        api.post(PATH, {"url": URL, "truce": "river-truce", "view": "full"}, key="hooks"), 400, "/truce"
    )
    made = make(api, key="cleared hooks", view="full", truce="river-truce")
    assert made["truce"] == "river-truce"
    assert_problem(api.post(PATH, {"url": URL, "truce": "river-truce"}, key="cleared hooks"), 400, "/truce")


def test_it_is_changed_field_by_field(hooks, cast, api):
    made = make(api, types=["finding.issued"])
    answer = patch(api, made["ref"], {"types": [], "name": "renamed"})
    assert answer.status_code == 200
    assert (answer.json()["types"], answer.json()["name"], answer.json()["url"]) == ([], "renamed", URL)
    assert patch(api, made["ref"], {"truce": "river-truce"}).json()["truce"] == "river-truce"
    assert patch(api, made["ref"], {"truce": None}).json()["truce"] is None
    assert_problem(patch(api, made["ref"], {"url": "https://127.0.0.1/"}), 400, "/url")
    nothing = {"name": "a\0b", "truce": "\0", "url": f"{URL}\0"}
    assert_problem(patch(api, made["ref"], nothing), 400, "/name", "/truce", "/url")
    assert patch(api, made["ref"], {"name": ""}).json()["name"] == ""
    assert_problem(patch(api, made["ref"], {"view": "full", "position": 1}), 400, "/position", "/view")


def test_it_is_disabled_enabled_and_removed(hooks, cast, api):
    made = make(api)
    disabled = patch(api, made["ref"], {"state": "disabled"}).json()
    assert (disabled["state"], disabled["because"]) == ("disabled", "asked")
    assert disabled["reason"]
    assert patch(api, made["ref"], {"state": "active"}).json()["because"] is None
    headers = {"Authorization": f"Bearer {api.secrets['hooks']}"}
    assert api.client.delete(f"{PATH}/{made['ref']}", headers=headers).status_code == 204
    assert_problem(api.get(f"{PATH}/{made['ref']}", key="hooks"), 404)
    verbs = set(AuditEntry.objects.filter(subject=made["ref"]).values_list("verb", flat=True))
    assert verbs == {"webhook.created", "webhook.disabled", "webhook.enabled", "webhook.removed"}


def test_a_rotation_gives_another_secret_and_says_until_when_the_old_one_signs(hooks, cast, api):
    made = make(api)
    rotated = api.post(f"{PATH}/{made['ref']}/rotate", {"overlap_hours": 2}, key="hooks").json()
    assert rotated["secret"] != made["secret"]
    assert rotated["previous_secret_until"] is not None
    again = api.post(f"{PATH}/{made['ref']}/rotate", b"", key="hooks")
    problem = assert_problem(again, 409, "/overlap_hours")
    assert rotated["previous_secret_until"][:10] in problem["detail"]
    at_once = api.post(f"{PATH}/{made['ref']}/rotate", {"overlap_hours": 0}, key="hooks")
    assert at_once.status_code == 200
    assert at_once.json()["secret"] != rotated["secret"]
    assert api.post(f"{PATH}/{made['ref']}/rotate", b"", key="hooks").status_code == 200
    assert_problem(
        api.post(f"{PATH}/{made['ref']}/rotate", {"overlap_hours": 200}, key="hooks"), 400, "/overlap_hours"
    )


def test_a_test_is_asked_for_and_not_without_end(hooks, cast, api):
    made = make(api)
    for _number in range(webhooks.MOST_TESTS_WAITING):
        answer = api.post(f"{PATH}/{made['ref']}/test", b"", key="hooks")
        assert answer.status_code == 202
        assert answer.json()["message"].startswith(f"{made['ref']}_test_")
    assert_problem(api.post(f"{PATH}/{made['ref']}/test", b"", key="hooks"), 409)


def test_a_replay_begins_after_a_position_or_sends_one_message(hooks, cast, api):
    for number in range(3):
        api.send(report_of(number))
    made = make(api)
    path = f"{PATH}/{made['ref']}/replay"
    assert api.post(path, {"after": 2}, key="hooks").json()["position"] == 2
    assert api.post(path, {"message": f"{made['ref']}_2"}, key="hooks").json()["owed"] == 1
    assert WebhookMessage.objects.get().position == 2
    for body in ({}, {"after": 1, "message": f"{made['ref']}_1"}):
        assert_problem(api.post(path, body, key="hooks"), 400, "/after")
    assert_problem(api.post(path, {"after": 1000}, key="hooks"), 400, "/after")
    for message in (f"{made['ref']}_999", "whk_other_1", f"{made['ref']}_x", f"{made['ref']}_" + "9" * 40):
        assert_problem(api.post(path, {"message": message}, key="hooks"), 400, "/message")


def test_the_delivery_log_is_told_page_by_page_in_words(hooks, cast, api):
    made = make(api)
    endpoint = WebhookEndpoint.objects.get()
    rows = [delivery(endpoint, number, "status" if number % 2 else "") for number in range(5)]
    path = f"{PATH}/{made['ref']}/deliveries"
    first = api.get(path, {"limit": 2}, key="hooks").json()
    assert [one["ref"] for one in first["results"]] == [rows[4].reference, rows[3].reference]
    assert first["results"][1]["outcome"] == "failed"
    assert "500" in first["results"][1]["detail"]
    following = api.get(first["next"].removeprefix("http://testserver"), key="hooks").json()
    assert [one["ref"] for one in following["results"]] == [rows[2].reference, rows[1].reference]
    failed = api.get(path, {"outcome": "failed"}, key="hooks").json()["results"]
    assert [one["position"] for one in failed] == [3, 1]
    one = api.get(path, {"message": f"{made['ref']}_4"}, key="hooks").json()["results"]
    assert [row["position"] for row in one] == [4]
    assert_problem(api.get(path, {"cursor": "x", "limit": "0"}, key="hooks"), 400, "/limit")
    assert_problem(api.get(path, {"cursor": "x"}, key="hooks"), 400, "/cursor")


def test_an_owner_has_so_many_endpoints_and_no_more(hooks, cast, api, monkeypatch):
    monkeypatch.setattr(webhooks, "MOST_OF_AN_OWNER", 2)
    make(api)
    make(api)
    assert_problem(api.post(PATH, {"url": URL}, key="hooks"), 400, "")


def test_the_list_of_endpoints_costs_the_same_however_long_it_is(
    hooks, cast, api, django_assert_max_num_queries
):
    for _number in range(8):
        make(api)
    with django_assert_max_num_queries(8):
        assert len(api.get(PATH, key="hooks").json()["results"]) == 8


@pytest.mark.parametrize("method", ["put", "trace"])
def test_a_wrong_method_is_405(hooks, cast, api, method):
    assert_problem(getattr(api.client, method)(PATH), 405)
