"""What the web server serves: a dispatcher between what waits and what works.

Live streams and long polls wait, for minutes: they are asynchronous, and hold no thread and no database
connection. Everything else works, and is soon done: it runs on Django's WSGI application in a fixed pool of
threads, each with a lasting database connection, which is several times faster than a new one each time.
"""

import importlib
import os
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, cast

from a2wsgi import WSGIMiddleware

from ceasefire.files import sending_files
from ceasefire.patience import letting_go
from ceasefire.pieces import in_pieces
from ceasefire.wsgi import application as django_application

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

THREADS = int(os.environ.get("WEB_THREADS") or 8)
STREAM_PATH, POLL_PATH = "/api/v1/feed/stream", "/api/v1/feed"
LINES = "application/x-ndjson"

# Its own types name each message; ours are the plain mappings that every server sends.
_working = cast(Application, WSGIMiddleware(django_application, workers=THREADS))  # type: ignore[arg-type]


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """ASGI: HTTP goes to one of the two applications, a lifespan is acknowledged, nothing else is served."""
    if scope["type"] == "http":
        # WSGI cannot tell `-` from `_` in a header's name, so that one could pass for the other.
        scope["headers"] = [pair for pair in scope["headers"] if b"_" not in pair[0]]
        if waits(scope):
            await _waiting()(scope, receive, send)
        else:
            sending = in_pieces(letting_go(scope, sending_files(scope, send)))
            await _working(scope, _as_coroutines(receive), sending)
    elif scope["type"] == "lifespan":
        await _acknowledge_lifespan(receive, send)


def _as_coroutines(receive: Receive) -> Receive:
    """The same, of coroutines: granian gives futures, and the thread that reads a body cannot await those."""

    async def next_message() -> MutableMapping[str, Any]:
        return await receive()

    return next_message


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


async def _acknowledge_lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        if message["type"] == "lifespan.shutdown":
            await importlib.import_module("tracker.api.live").stop()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
