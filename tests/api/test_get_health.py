"""GET /healthz, /readyz and /metrics, at the root."""

from __future__ import annotations

import pytest

from tests.api.questions import assert_problem
from tests.feed.hooks import hook, owner
from tracker.services import heartbeats


def test_alive_says_its_version(client):
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json()["version"]


@pytest.mark.servers
def test_ready_names_each_part(cast, api):
    for process in (heartbeats.WORKER, heartbeats.SCHEDULER):
        heartbeats.beat(process)
    answer = api.get("/readyz")
    assert answer.status_code == 200, answer.content
    parts = answer.json()
    assert all(parts[part]["ok"] for part in ("database", "broker", "worker", "scheduler"))
    assert parts["oldest_due_seconds"] is None


def test_a_worker_that_never_beat_makes_it_not_ready(cast, api):
    heartbeats.beat(heartbeats.SCHEDULER)
    answer = api.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["worker"] == {"ok": False, "age_seconds": None}
    assert answer.json()["scheduler"]["ok"]


def test_who_sends_webhooks_is_asked_for_once_there_is_one(cast, api):
    for process in (heartbeats.WORKER, heartbeats.SCHEDULER):
        heartbeats.beat(process)
    assert "outgoing" not in api.get("/readyz").json()
    hook(owner(cast), "https://receiver.example.org/")
    answer = api.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["outgoing"] == {"ok": False, "age_seconds": None}
    heartbeats.beat(heartbeats.OUTGOING)
    assert api.get("/readyz").status_code == 200


def test_a_broker_that_is_away_makes_it_not_ready(cast, api, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    answer = api.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["broker"] == {"ok": False, "error": "ConnectionError"}


def test_the_truce_that_waits_longest_is_told(cast, api):
    cast.truce.next_moment = cast.truce.in_force_from
    cast.truce.save(update_fields=["next_moment"])
    assert api.get("/readyz").json()["oldest_due_seconds"] > 0


def test_metrics_are_for_loopback_or_for_whoever_has_the_token(api, settings):
    settings.METRICS_TOKEN = "a token"
    assert api.client.get("/metrics").status_code == 200
    far = {"REMOTE_ADDR": "203.0.113.7"}
    assert_problem(api.client.get("/metrics", **far), 401)
    assert_problem(api.client.get("/metrics", headers={"Authorization": "Bearer guess"}, **far), 401)
    assert api.client.get("/metrics", headers={"Authorization": "Bearer a token"}, **far).status_code == 200
    assert_problem(api.client.get("/metrics", headers={"X-Forwarded-For": "203.0.113.7"}), 401)


def test_a_wrong_method_is_405(api):
    for path in ("/healthz", "/readyz", "/metrics"):
        assert api.client.post(path).status_code == 405
