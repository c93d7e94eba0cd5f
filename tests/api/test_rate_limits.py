"""Rate limits: counted for each key, person or address, told in headers, and never in anybody's way."""

from __future__ import annotations

import asyncio
import json
import re
import socket
import time

import pytest
from django.test import Client
from redis import Redis

from tests.api.cast import report_of
from tests.api.questions import assert_problem
from tests.asynchronous import run
from tracker.api import limits, live
from tracker.models import Person

PATH = "/api/v1/truces"
PATIENCE = 20


@pytest.fixture
def valkey(settings):
    """Valkey, with nothing counted yet and nothing remembered of it."""
    with Redis.from_url(settings.REDIS_URL) as client:
        for name in client.scan_iter(limits.PREFIX + "*"):
            client.delete(name)
        forget()
        yield client
        forget()


def forget():
    limits._own.__dict__.clear()
    limits._hash_key.until = 0.0
    limits._valkey.away_until, limits._valkey.is_away = 0.0, False


def told(response) -> tuple[str, int, int]:
    """The policy's name, what is left, and the seconds until it starts anew, as the headers say."""
    policy = re.fullmatch(r'"(\w+)";q=(\d+);w=(\d+)', response.headers["RateLimit-Policy"])
    state = re.fullmatch(r'"(\w+)";r=(\d+);t=(\d+)', response.headers["RateLimit"])
    assert policy
    assert state
    assert policy[1] == state[1]
    assert 1 <= int(state[3]) <= int(policy[3])
    return policy[1], int(state[2]), int(state[3])


def test_what_counts_is_sent_again_to_a_server_that_has_forgotten_it(cast, api, valkey, settings):
    settings.RATE_LIMIT_ANONYMOUS = (5, 60)
    assert told(api.get(PATH))[1] == 4
    valkey.script_flush()
    assert [told(api.get(PATH))[1] for _time in range(2)] == [3, 2]


def test_every_answer_says_what_is_left(cast, api, valkey, settings):
    settings.RATE_LIMIT_ANONYMOUS, settings.RATE_LIMIT_KEY = (5, 60), (9, 60)
    assert [told(api.get(PATH))[:2] for _time in range(3)] == [("anonymous", left) for left in (4, 3, 2)]
    response = api.get(PATH, key="monitor")
    assert told(response)[:2] == ("key", 8)
    assert response.headers["RateLimit-Policy"] == '"key";q=9;w=60'
    assert told(api.get("/api/v1/truces/no-such-truce", key="monitor"))[1] == 7, "refusals count too"
    assert "RateLimit" in response.headers["Access-Control-Expose-Headers"]


def test_one_request_too_many_is_429_and_says_when_to_go_on(cast, api, valkey, settings):
    settings.RATE_LIMIT_ANONYMOUS = (2, 60)
    assert [api.get(PATH).status_code for _time in range(3)] == [200, 200, 429]
    response = api.get(PATH)
    assert_problem(response, 429)
    seconds = int(response.headers["Retry-After"])
    assert 1 <= seconds <= 60
    assert told(response) == ("anonymous", 0, seconds)
    assert response.headers["Cache-Control"] == "private, no-store"


def test_the_window_ends_and_it_goes_on(cast, api, valkey, settings):
    settings.RATE_LIMIT_ANONYMOUS = (1, 1)
    assert api.get(PATH).status_code == 200
    refused = api.get(PATH)
    assert refused.status_code == 429
    ends = time.monotonic() + 5
    while api.get(PATH).status_code == 429:
        assert time.monotonic() < ends
        time.sleep(0.05)


def test_keys_persons_and_addresses_are_counted_apart(cast, api, valkey, settings):
    settings.RATE_LIMIT_ANONYMOUS = settings.RATE_LIMIT_KEY = (1, 60)
    person = Person.objects.create_user("somebody@example.org")
    signed_in = Client()
    signed_in.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    for ask in (
        lambda: api.get(PATH),
        lambda: api.get(PATH, key="monitor"),
        lambda: api.get(PATH, key="field"),
        lambda: signed_in.get(PATH),
        lambda: api.client.get(PATH, REMOTE_ADDR="198.51.100.7"),
    ):
        assert [ask().status_code, ask().status_code] == [200, 429]


def test_a_batch_counts_as_one_request(cast, api, valkey, settings):
    import orjson

    lines = b"\n".join(orjson.dumps(report_of(number)) for number in range(20))
    response = api.post("/api/v1/reports/batch", lines, key="monitor", content_type="application/x-ndjson")
    before = told(response)[1]
    assert told(api.get(PATH, key="monitor"))[1] == before - 1


def test_trying_keys_is_counted_by_address(cast, api, valkey, settings):
    settings.RATE_LIMIT_ANONYMOUS = (3, 60)
    answers = [api.get(PATH, key=f"cft_{number}").status_code for number in range(5)]
    assert answers == [401, 401, 401, 429, 429]


def test_a_preflight_costs_nothing(cast, api, valkey, settings):
    settings.RATE_LIMIT_ANONYMOUS = (1, 60)
    for _time in range(3):
        assert api.client.options(PATH).status_code == 204
    assert api.get(PATH).status_code == 200


def test_the_hosts_of_one_ipv6_network_are_one_caller_and_a_proxy_is_believed_only_if_it_is_ours(settings):
    address = limits.address_of
    assert address({"REMOTE_ADDR": "2a00:1450:1:2:3:4:5:6"}) == address({"REMOTE_ADDR": "2a00:1450:1:2::9"})
    assert address({"REMOTE_ADDR": "2a00:1450:1:2::9"}) != address({"REMOTE_ADDR": "2a00:1450:1:3::9"})
    assert address({"REMOTE_ADDR": "::ffff:9.9.9.9"}) == "9.9.9.9"
    forwarded = {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "1.2.3.4, 9.9.9.9"}
    settings.SECURE_PROXY_SSL_HEADER = None
    assert address(forwarded) == "127.0.0.1"
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    assert address(forwarded) == "9.9.9.9", "what our own proxy added, not what the caller said"


def test_no_address_is_kept_in_valkey_or_in_a_log_line(cast, api, valkey, settings, caplog, capfd):
    settings.RATE_LIMIT_ANONYMOUS = (1, 60)
    for _time in range(3):
        api.client.get(PATH, REMOTE_ADDR="198.51.100.77")
    kept = [(name, valkey.get(name)) for name in valkey.scan_iter(limits.PREFIX + "*")]
    assert len(kept) == 2
    assert b"198.51.100.77" not in repr(kept).encode()
    assert all(0 < valkey.ttl(name) <= limits.HASH_KEY_SECONDS for name, _value in kept)
    assert "198.51.100" not in caplog.text + "".join(capfd.readouterr())


def test_processes_share_one_count(cast, api, valkey, settings):
    settings.RATE_LIMIT_ANONYMOUS = (10, 60)
    first = told(api.get(PATH))[1]
    forget()  # what another process has: the same Valkey, and nothing remembered
    assert told(api.get(PATH))[1] == first - 1


@pytest.mark.parametrize("silent", [True, False], ids=["silent", "refusing"])
def test_without_valkey_everybody_is_let_in_at_once_and_it_is_told_once(
    cast, api, valkey, settings, silent, monkeypatch
):
    settings.RATE_LIMIT_ANONYMOUS = (1, 60)
    told_of = []
    monkeypatch.setattr(limits.log, "warning", lambda *words, **more: told_of.append(words))
    with socket.socket() as away:
        away.bind(("127.0.0.1", 0))
        if silent:
            away.listen()
        settings.REDIS_URL = f"redis://127.0.0.1:{away.getsockname()[1]}/0"
        forget()
        started = time.monotonic()
        answers = [api.get(PATH) for _time in range(6)]
        took = time.monotonic() - started
    assert [answer.status_code for answer in answers] == [200] * 6
    assert "RateLimit" not in answers[0].headers
    assert took < 4
    assert len(told_of) == 1


@pytest.mark.parametrize("path", ["/api/v1/feed/stream", "/api/v1/feed"])
def test_live_streams_and_long_polls_are_counted_too(valkey, settings, path):
    settings.RATE_LIMIT_ANONYMOUS = (1, 60)
    limits.count({"REMOTE_ADDR": "198.51.100.7"}, key=None)
    start, body = run(asked_live(path))
    assert start["status"] == 429
    headers = dict(start["headers"])
    assert int(headers[b"retry-after"]) >= 1
    assert headers[b"ratelimit-policy"] == b'"anonymous";q=1;w=60'
    assert [name for name, _value in start["headers"]].count(b"ratelimit") == 1
    assert json.loads(body["body"])["status"] == 429


async def asked_live(path: str) -> list[dict]:
    """What the asynchronous side answers to one request of the address 198.51.100.7."""
    sent = []
    scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "query_string": b"",
        "headers": [(b"host", b"localhost"), (b"prefer", b"wait=1")],
        "client": ("198.51.100.7", 5),
        "scheme": "http",
    }

    async def receive() -> dict:
        await asyncio.sleep(PATIENCE)
        return {"type": "http.disconnect"}

    async def send(message: dict) -> None:
        sent.append(message)

    await asyncio.wait_for(live.application(scope, receive, send), PATIENCE)
    return sent


def test_no_limit_is_counted_where_it_is_off(cast, api, valkey, settings):
    settings.RATE_LIMIT_ANONYMOUS = None
    assert "RateLimit" not in api.get(PATH).headers
    assert list(valkey.scan_iter(limits.PREFIX + "*")) == []


def test_counting_costs_well_under_a_millisecond(cast, valkey, settings):
    meta = {"REMOTE_ADDR": "198.51.100.7"}
    limits.count(meta, key=None)
    took = []
    for _time in range(200):
        started = time.perf_counter()
        limits.count(meta, key=None)
        took.append(time.perf_counter() - started)
    assert sorted(took)[100] < 0.001
