"""One reader of the log per process and view, which hands every new entry to all who wait for it.

However many wait, the log is read once: on a wake over Redis, or, where Redis cannot be reached, every few
seconds. Nobody who waits holds a thread or a database connection.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

import structlog
from django.conf import settings
from django.db import close_old_connections
from redis import asyncio as redis
from redis.exceptions import RedisError

from tracker.feed import log as change_log
from tracker.feed.log import Entry
from tracker.models import EntryType, View
from tracker.services import wake

T = TypeVar("T")
log = structlog.get_logger()

AT_ONCE = 1_000
QUEUE = 2_000
"""How many entries may wait for one reader. One that falls further behind is let go, and may resume."""

LOOK_SECONDS = 2.0
"""How often the log is looked at while Redis is away."""

LOOK_ANYWAY_SECONDS = 20.0
"""How often it is looked at all the same: a wake is a hint, and may be lost."""

CANCELLED_AGAIN_SECONDS = 0.2

_threads = ThreadPoolExecutor(max_workers=2, thread_name_prefix="feed")
_bulk_threads = ThreadPoolExecutor(max_workers=2, thread_name_prefix="bulk")


async def in_thread(call: Callable[..., T], *arguments: Any, **named: Any) -> T:
    """Run something that uses the database in one of the two threads that have a connection."""
    return await _in_one_of(_threads, call, *arguments, **named)


async def in_bulk_thread(call: Callable[..., T], *arguments: Any) -> T:
    """The same for what reads much: in two threads of its own, so that live readers do not wait for it."""
    return await _in_one_of(_bulk_threads, call, *arguments)


async def _in_one_of(threads: ThreadPoolExecutor, call: Callable[..., T], *arguments: Any, **named: Any) -> T:
    def with_connection() -> T:
        close_old_connections()
        try:
            return call(*arguments, **named)
        finally:
            close_old_connections()

    return await asyncio.get_running_loop().run_in_executor(threads, with_connection)


class Listener:
    """Somebody who waits: the entries that arrived since, and whether they fell too far behind.

    What waits here was read from the log before. Whatever is told of its subject afterwards may have come
    with the end of its payload (a takedown, or the subject once more as it may be told now): so the payload
    goes, as it did from the log, before it is handed out.
    """

    def __init__(self, truce: str | None) -> None:
        self.truce = truce
        self.task = asyncio.current_task()
        self._entries: asyncio.Queue[Entry] = asyncio.Queue(QUEUE)
        self._waiting: Counter[str] = Counter()
        self._newest: dict[str, int] = {}

    def offer(self, entry: Entry) -> bool:
        """Hand over an entry; False where the queue is full."""
        if entry.subject in self._waiting:
            self._newest[entry.subject] = entry.position
        # A takedown that names no truce may be about what was told in any of them.
        is_for_all = entry.truce is None and entry.type == EntryType.ENTRY_REDACTED
        if self.truce in (None, entry.truce) or is_for_all:
            try:
                self._entries.put_nowait(entry)
            except asyncio.QueueFull:
                return False
            self._waiting[entry.subject] += 1
        return True

    async def next(self) -> Entry:
        """The next entry, waiting for it."""
        return self._handed_out(await self._entries.get())

    def rest(self, most: int) -> list[Entry]:
        """What else has arrived, at most so many."""
        count = min(most, self._entries.qsize())
        return [self._handed_out(self._entries.get_nowait()) for _number in range(count)]

    def _handed_out(self, entry: Entry) -> Entry:
        overtaken = self._newest.get(entry.subject, 0) > entry.position
        self._waiting[entry.subject] -= 1
        if not self._waiting[entry.subject]:
            del self._waiting[entry.subject]
            self._newest.pop(entry.subject, None)
        return entry.without_payload() if overtaken else entry


class Hub:
    """The log of one view as it grows, from the moment at which the first listener came."""

    def __init__(self, view: View) -> None:
        self.view = view
        self.position = 0
        self.listeners: set[Listener] = set()
        self._news = asyncio.Event()
        self._look_seconds = LOOK_SECONDS
        self._tasks: list[asyncio.Task[None]] = []
        self._starting = asyncio.Lock()

    async def start(self) -> None:
        """Find the end of the log and begin to follow it; does nothing the second time."""
        async with self._starting:
            if not self._tasks:
                self.position = await in_thread(change_log.last_position, self.view)
                self._tasks = [asyncio.create_task(self._follow()), asyncio.create_task(self._await_wakes())]

    async def stop(self) -> None:
        """Let everybody go and end."""
        for listener in list(self.listeners):
            self._let_go(listener)
        ending: set[asyncio.Task[None]] = set(self._tasks)
        # Libraries may lose a cancellation that comes while they connect: it is said until it is heard.
        while ending:
            for task in ending:
                task.cancel()
            _ended, ending = await asyncio.wait(ending, timeout=CANCELLED_AGAIN_SECONDS)
        self._tasks = []

    @contextlib.contextmanager
    def listening(self, truce: str | None = None) -> Iterator[Listener]:
        """Hear of every entry after ``self.position``, as it is now, until the block ends."""
        listener = Listener(truce)
        self.listeners.add(listener)
        try:
            yield listener
        finally:
            self.listeners.discard(listener)

    async def _follow(self) -> None:
        while True:
            # Not asyncio.wait_for: before Python 3.12 it loses a cancellation that comes with a wake.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._look_seconds):
                    await self._news.wait()
            self._news.clear()
            try:
                await self._read_on()
            except Exception as error:  # the database being away must not end the stream
                log.warning("feed.unreadable", error=type(error).__name__)
                await asyncio.sleep(LOOK_SECONDS)

    async def _read_on(self) -> None:
        while True:
            entries = await in_thread(self._read)
            for entry in entries:
                for listener in list(self.listeners):
                    if not listener.offer(entry):
                        self._let_go(listener)
                self.position = entry.position
            if len(entries) < AT_ONCE:
                return

    def _read(self) -> list[Entry]:
        change_log.catch_up()
        return change_log.run(self.view, after=self.position, limit=AT_ONCE)

    def _let_go(self, listener: Listener) -> None:
        self.listeners.discard(listener)
        if listener.task is not None:
            listener.task.cancel()

    async def _await_wakes(self) -> None:
        pause = 0.5
        while True:
            client = redis.Redis.from_url(
                settings.REDIS_URL, socket_connect_timeout=2, health_check_interval=15
            )
            try:
                async with client, client.pubsub() as channel:
                    await channel.subscribe(wake.CHANNEL)
                    while True:
                        message = await channel.get_message(timeout=10)
                        if message and message["type"] == "subscribe":
                            # Only from here on is every wake heard: look once for what was missed before.
                            self._look_seconds, pause = LOOK_ANYWAY_SECONDS, 0.5
                            log.info("feed.wakes_heard", view=self.view)
                        if message:
                            self._news.set()
            except (RedisError, OSError) as error:
                self._look_seconds = LOOK_SECONDS
                self._news.set()
                log.warning("feed.wakes_unreachable", error=type(error).__name__, looking_every=LOOK_SECONDS)
            await asyncio.sleep(pause)
            pause = min(pause * 2, 10.0)


_hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[View, Hub]] = WeakKeyDictionary()


async def hub(view: View) -> Hub:
    """The hub of a view in the running event loop, started."""
    here = _hubs.setdefault(asyncio.get_running_loop(), {})
    if view not in here:
        here[view] = Hub(view)
    await here[view].start()
    return here[view]


async def stop() -> None:
    """End the hubs of the running event loop: those who wait are let go, and may resume elsewhere."""
    for one in _hubs.pop(asyncio.get_running_loop(), {}).values():
        await one.stop()
