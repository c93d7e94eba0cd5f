"""What the web server serves: a dispatcher between what waits and what works.

Live streams and long polls wait, for minutes: they are asynchronous, and hold no thread and no database
connection. Everything else works, and is soon done, in a fixed pool of threads.
"""

import asyncio
import gc
import importlib
import os
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import django

from ceasefire import environment

environment.load_instance_file()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ceasefire.settings")
django.setup(set_prefix=False)

from django.conf import settings  # noqa: E402 - as the next one

from ceasefire.working import Working  # noqa: E402 - it needs Django set up

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

THREADS = int(os.environ.get("WEB_THREADS") or 8)
STREAM_PATH, POLL_PATH = "/api/v1/feed/stream", "/api/v1/feed"
LINES = "application/x-ndjson"

_working = Working(THREADS)


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """ASGI: HTTP goes to one of the two applications, a lifespan is followed, nothing else is served."""
    if scope["type"] == "http":
        await (_waiting() if waits(scope) else _working)(scope, receive, send)
    elif scope["type"] == "lifespan":
        await _follow_lifespan(receive, send)


def waits(scope: Scope) -> bool:
    """Whether a request asks for a live stream, to be answered only when there is news, or for the whole log
    as lines, which may take a slow reader hours."""
    if scope["path"] != POLL_PATH:
        return bool(scope["path"] == STREAM_PATH)
    preferences, accepted = _header(scope, b"prefer"), _header(scope, b"accept")
    names = {part.partition("=")[0].strip().lower() for part in preferences.replace(";", ",").split(",")}
    return "wait" in names or LINES in accepted or b"format=ndjson" in scope["query_string"]


def _header(scope: Scope, wanted: bytes) -> str:
    return b",".join(value for name, value in scope["headers"] if name == wanted).decode("latin-1")


def _waiting() -> Any:
    return importlib.import_module("tracker.api.live").application


async def _follow_lifespan(receive: Receive, send: Send) -> None:
    """Begin and end what a process does beside answering."""
    placing = importlib.import_module("tracker.services.placing")
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            placing.start()
            _set_aside_what_stays()
        else:
            await importlib.import_module("tracker.api.live").stop()
            await asyncio.to_thread(placing.stop)
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return


def _set_aside_what_stays() -> None:
    """Have the garbage collector pass over the modules: to look through them is a sixth of a page's time."""
    importlib.import_module(settings.ROOT_URLCONF)
    gc.collect()
    gc.freeze()
