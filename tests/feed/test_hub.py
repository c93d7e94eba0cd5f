"""The hub: one reader for all who wait, whatever becomes of Redis or of a slow reader."""

from __future__ import annotations

import asyncio
import contextlib
import json
import threading
from typing import Any

import pytest
import redis

from tests import asynchronous
from tests.api.cast import report_of
from tracker.api import live
from tracker.feed import hub as hubs
from tracker.feed import log as change_log
from tracker.feed.log import Entry
from tracker.models import ApiKey, View
from tracker.services import clock, wake

PATIENCE = 20


def entry(position: int, truce: str | None = None) -> Entry:
    return Entry(position, truce, "report.received", f"rep_{position}", f'{{"position":{position}}}')


class Ears:
    """What an ASGI server does for one reader; ``blocks`` after so many parts were taken."""

    def __init__(
        self,
        path: str = "/api/v1/feed/stream",
        query: str = "",
        blocks: int | None = None,
        method: str = "GET",
        **headers: str,
    ) -> None:
        self.scope: dict[str, Any] = {
            "type": "http",
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "root_path": "",
            "headers": [
                (b"host", b"localhost"),
                *((name.encode(), value.encode()) for name, value in headers.items()),
            ],
            "server": ("127.0.0.1", 80),
            "client": ("127.0.0.1", 1),
        }
        self.starts: list[dict[str, Any]] = []
        self.parts: list[bytes] = []
        self.blocks = blocks
        self.left = asyncio.Event()
        self.heard = asyncio.Event()

    async def receive(self) -> dict[str, Any]:
        await self.left.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: dict[str, Any]) -> None:
        if self.blocks is not None and len(self.parts) >= self.blocks:
            await asyncio.Event().wait()
        if message["type"] == "http.response.start":
            self.starts.append(message)
        if message["type"] == "http.response.body":
            self.parts.append(message["body"])
            self.heard.set()

    async def until(self, text: bytes) -> None:
        async with asyncio.timeout(PATIENCE):
            while not any(text in part for part in self.parts):
                self.heard.clear()
                await self.heard.wait()


@pytest.fixture
def following(transactional_db):
    """A cast whose reports are committed, so that other threads see them."""
    from tests.api.cast import Api, make_cast

    return Api(make_cast().secrets)


def send_in_thread(api: Any, number: int) -> None:
    def send() -> None:
        from django.db import connection

        assert api.post("/api/v1/reports", report_of(number), key="monitor").status_code == 201
        connection.close()

    sender = threading.Thread(target=send)
    sender.start()
    sender.join(PATIENCE)


def run(story: Any) -> None:
    async def whole() -> None:
        try:
            await story
        finally:
            await hubs.stop()

    asynchronous.run(whole())


def test_a_listener_of_one_truce_hears_of_a_takedown_that_names_none_and_of_no_other_truce():
    async def story() -> None:
        listener = hubs.Listener("river-truce")
        told = [
            entry(1, "river-truce"),
            entry(2, "hill-truce"),
            entry(3),
            Entry(4, None, "entry.redacted", "rep_1", "{}"),
            Entry(5, "hill-truce", "entry.redacted", "rep_2", "{}"),
        ]
        assert all(map(listener.offer, told))
        assert [entry.position for entry in [await listener.next(), *listener.rest(10)]] == [1, 4]

    asynchronous.run(story())


def test_a_payload_that_waits_is_dropped_once_something_newer_is_told_of_its_subject():
    def about(position: int, subject: str, truce: str = "river-truce") -> Entry:
        text = f'{{"position":{position},"payload_version":1,"payload":{{"a":1}}}}'
        return Entry(position, truce, "incident.updated", subject, text)

    async def story() -> None:
        listener = hubs.Listener("river-truce")
        told = [about(1, "inc_1"), about(2, "inc_2"), about(3, "inc_1"), about(4, "inc_2", "hill-truce")]
        assert all(map(listener.offer, told))
        heard = [await listener.next(), *listener.rest(10)]
        assert [entry.position for entry in heard] == [1, 2, 3]
        assert [json.loads(entry.text)["payload"] for entry in heard] == [None, None, {"a": 1}]
        assert listener.offer(about(5, "inc_1"))
        assert json.loads((await listener.next()).text)["payload"] == {"a": 1}

    asynchronous.run(story())


def test_while_redis_is_away_the_log_is_looked_at_every_few_seconds(following, settings, monkeypatch):
    monkeypatch.setattr(hubs, "LOOK_SECONDS", 0.2)
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    monkeypatch.setattr(wake, "_client", lambda: redis.Redis.from_url(settings.REDIS_URL))

    async def story() -> None:
        ears = Ears()
        app = asyncio.ensure_future(live.application(ears.scope, ears.receive, ears.send))
        await ears.until(b"from 0")
        await asyncio.to_thread(send_in_thread, following, 1)
        await ears.until(b"id: 2\n")
        ears.left.set()
        async with asyncio.timeout(PATIENCE):
            await app

    run(story())


def test_a_quiet_stream_has_a_heartbeat(following, monkeypatch):
    monkeypatch.setattr(live, "HEARTBEAT_SECONDS", 0.1)

    async def story() -> None:
        ears = Ears()
        app = asyncio.ensure_future(live.application(ears.scope, ears.receive, ears.send))
        await ears.until(b": heartbeat\n\n")
        ears.left.set()
        async with asyncio.timeout(PATIENCE):
            await app

    run(story())


REVOKED, EXPIRED, LOST = "revoked", "expired", "has lost the scope"


def end_in_thread(how: str) -> None:
    """Have the key that is cleared for the full view be so no longer."""

    def end() -> None:
        from django.db import connection

        now = clock.now()
        changes = {REVOKED: {"revoked": now}, EXPIRED: {"expires": now}, LOST: {"scopes": ["reports:write"]}}
        assert ApiKey.objects.filter(name="cleared").update(**changes[how])
        connection.close()

    ender = threading.Thread(target=end)
    ender.start()
    ender.join(PATIENCE)


async def has_ended(app: asyncio.Future[None]) -> None:
    """Wait for an answer to end by itself: cancelled it would end as well, and say nothing of it."""
    done, _pending = await asyncio.wait([app], timeout=PATIENCE)
    assert done


def cleared(api: Any) -> dict[str, str]:
    return {"authorization": f"Bearer {api.secrets['cleared']}"}


@pytest.mark.parametrize("how", [REVOKED, EXPIRED, LOST])
def test_a_stream_of_the_full_view_ends_when_its_key_is_revoked_expires_or_loses_the_scope(
    following, monkeypatch, how
):
    monkeypatch.setattr(live, "HEARTBEAT_SECONDS", 0.1)

    async def story() -> None:
        ears, public = Ears(query="view=full", **cleared(following)), Ears()
        apps = [
            asyncio.ensure_future(live.application(one.scope, one.receive, one.send))
            for one in (ears, public)
        ]
        await ears.until(b": heartbeat\n\n")
        await asyncio.to_thread(end_in_thread, how)
        await has_ended(apps[0])
        assert ears.parts[-1] == b""
        public.parts.clear()
        await public.until(b": heartbeat\n\n")
        public.left.set()
        async with asyncio.timeout(PATIENCE):
            await apps[1]

    run(story())


def test_a_stream_of_the_full_view_tells_nothing_more_once_its_key_has_ended(following):
    async def story() -> None:
        ears = Ears(query="view=full", **cleared(following))
        app = asyncio.ensure_future(live.application(ears.scope, ears.receive, ears.send))
        await ears.until(b"from 0")
        await asyncio.to_thread(end_in_thread, REVOKED)
        await asyncio.to_thread(send_in_thread, following, 1)
        await has_ended(app)
        assert not any(b"data:" in part for part in ears.parts)

    run(story())


def test_a_long_poll_of_the_full_view_is_refused_where_its_key_has_ended_meanwhile(following):
    async def story() -> None:
        ears = Ears("/api/v1/feed", "view=full", prefer="wait=30", **cleared(following))
        hub = await hubs.hub(View.FULL)
        app = asyncio.ensure_future(live.application(ears.scope, ears.receive, ears.send))
        async with asyncio.timeout(PATIENCE):
            while not hub.listeners:
                await asyncio.sleep(0.01)
        await asyncio.to_thread(end_in_thread, REVOKED)
        await asyncio.to_thread(send_in_thread, following, 1)
        await has_ended(app)
        assert [start["status"] for start in ears.starts] == [401]

    run(story())


def test_the_whole_log_of_the_full_view_ends_where_its_key_does(following, monkeypatch):
    monkeypatch.setattr(change_log, "AT_ONCE", 1)
    for number in range(3):
        send_in_thread(following, number)

    class Ending(Ears):
        async def send(self, message: dict[str, Any]) -> None:
            await super().send(message)
            if len(self.parts) == 1:
                await asyncio.to_thread(end_in_thread, REVOKED)

    async def story() -> None:
        ears = Ending("/api/v1/feed", "view=full&format=ndjson", **cleared(following))
        async with asyncio.timeout(PATIENCE):
            await live.application(ears.scope, ears.receive, ears.send)
        assert b"".join(ears.parts).count(b"\n") == 1

    run(story())


@pytest.mark.parametrize(
    ("path", "query", "headers", "kind"),
    [
        ("/api/v1/feed", "format=ndjson", {}, b"application/x-ndjson"),
        ("/api/v1/feed", "after=0", {"prefer": "wait=60"}, b"application/json"),
        (
            "/api/v1/feed",
            "",
            {"prefer": "wait=60", "accept": "application/x-ndjson"},
            b"application/x-ndjson",
        ),
        ("/api/v1/feed/stream", "", {}, b"text/event-stream; charset=utf-8"),
    ],
)
def test_head_is_answered_as_get_is_at_once_and_without_a_body(following, path, query, headers, kind):
    async def story() -> None:
        head = Ears(path, query, method="HEAD", **headers)
        async with asyncio.timeout(PATIENCE):
            await live.application(head.scope, head.receive, head.send)
        (start,) = head.starts
        assert start["status"] == 200
        assert dict(start["headers"])[b"content-type"] == kind
        assert head.parts == [b""]

    run(story())


def test_a_reader_that_falls_too_far_behind_is_let_go_and_the_others_are_not(following, monkeypatch):
    monkeypatch.setattr(hubs, "QUEUE", 3)

    async def story() -> None:
        hub = await hubs.hub(View.PUBLIC)
        slow, quick = Ears(blocks=1), Ears()
        apps = [
            asyncio.ensure_future(live.application(one.scope, one.receive, one.send)) for one in (slow, quick)
        ]
        await slow.until(b"from 0")
        await quick.until(b"from 0")
        for number in range(1, 8):
            for listener in list(hub.listeners):
                if not listener.offer(entry(number)):
                    hub._let_go(listener)
            await quick.until(f"id: {number}\n".encode())
        async with asyncio.timeout(PATIENCE):
            await apps[0]
        assert len(hub.listeners) == 1
        quick.left.set()
        async with asyncio.timeout(PATIENCE):
            await apps[1]
        assert not hub.listeners

    run(story())


def test_what_happens_while_a_reader_catches_up_is_neither_lost_nor_told_twice(following, monkeypatch):
    monkeypatch.setattr(hubs, "AT_ONCE", 2)
    for number in range(4):
        send_in_thread(following, number)

    async def story() -> None:
        ears = Ears(query="after=0")
        app = asyncio.ensure_future(live.application(ears.scope, ears.receive, ears.send))
        await asyncio.to_thread(send_in_thread, following, 4)
        await ears.until(b"id: 10\n")
        ears.left.set()
        async with asyncio.timeout(PATIENCE):
            await app
        text = b"".join(ears.parts).decode()
        assert [int(line[4:]) for line in text.splitlines() if line.startswith("id: ")] == list(range(1, 11))

    run(story())


def test_the_end_of_the_service_lets_everybody_go(following):
    async def story() -> None:
        ears = Ears()
        app = asyncio.ensure_future(live.application(ears.scope, ears.receive, ears.send))
        await ears.until(b"from 0")
        await live.stop()
        async with asyncio.timeout(PATIENCE):
            with contextlib.suppress(asyncio.CancelledError):
                await app

    run(story())


@pytest.mark.parametrize("steps", range(5))
def test_a_wake_at_the_moment_of_the_end_does_not_hold_it_up(following, steps):
    """What was woken and is cancelled before it could look must end all the same."""

    async def story() -> None:
        hub = await hubs.hub(View.PUBLIC)
        await asyncio.sleep(0.01)
        hub._news.set()
        for _step in range(steps):
            await asyncio.sleep(0)
        async with asyncio.timeout(PATIENCE / 4):
            await hub.stop()

    run(story())


def test_it_ends_at_any_moment_of_its_beginning(following):
    """Whatever it awaits just then, and whoever loses the first cancellation on its way."""

    async def story() -> None:
        for steps in range(0, 120, 3):
            hub = await hubs.hub(View.PUBLIC)
            for _step in range(steps):
                await asyncio.sleep(0)
            async with asyncio.timeout(PATIENCE / 4):
                await hub.stop()

    run(story())
