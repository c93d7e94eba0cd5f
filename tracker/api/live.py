"""The live feed as an ASGI application: server-sent events, and long polls of the change log.

Both are asynchronous: whoever waits holds no thread and no database connection. Positions are dense, so a
reader that comes back with ``Last-Event-ID`` (or ``after``) misses nothing and sees nothing twice.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, MutableMapping
from typing import Any

import orjson
import structlog
from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.core.handlers.asgi import ASGIRequest
from rest_framework.exceptions import APIException

from tracker.api import parameters, problems
from tracker.api.authentication import key_of, view_for
from tracker.api.feed import FEED_QUERY, STREAM_QUERY, next_address
from tracker.api.problems import Problem
from tracker.api.resource import PREFLIGHT_HEADERS, READ_HEADERS, truce_asked
from tracker.feed import hub as hubs
from tracker.feed import log as change_log
from tracker.feed.hub import Listener, in_thread
from tracker.feed.log import Entry
from tracker.models import Truce, View

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

STREAM_PATH = "/api/v1/feed/stream"
HEARTBEAT_SECONDS = 15.0
RETRY_MILLISECONDS = 2_000
LONGEST_WAIT = 60
log = structlog.get_logger()


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """ASGI, HTTP only: ``/api/v1/feed/stream``, and ``/api/v1/feed`` with ``Prefer: wait=…``."""
    request = ASGIRequest(scope, io.BytesIO())
    gone = asyncio.ensure_future(_gone(receive))
    try:
        await _answer(request, gone, send)
    except (Problem, APIException) as error:
        status = error.status_code
        members = getattr(error, "members", {})
        body = problems.document(
            status, str(error.detail), request.path, getattr(error, "errors", None), **members
        )
        headers = {**getattr(error, "headers", {}), "Cache-Control": "private, no-store"}
        if status == 401:
            headers["WWW-Authenticate"] = 'Bearer realm="api"'
        await _send_whole(send, status, orjson.dumps(body), problems.CONTENT_TYPE, headers)
    except asyncio.CancelledError:
        # A reader that fell too far behind, or the service ends: the connection closes and may be resumed.
        if not gone.done():
            log.info("feed.let_go", path=request.path)
        with contextlib.suppress(Exception):
            await asyncio.wait_for(asyncio.shield(send({"type": "http.response.body", "body": b""})), 1)
    except Exception as error:
        log.error("feed.failed", path=request.path, exc_info=error)
        body = problems.document(500, "Something went wrong here. Try again.", request.path)
        with contextlib.suppress(Exception):
            await _send_whole(send, 500, orjson.dumps(body), problems.CONTENT_TYPE, {})
    finally:
        gone.cancel()


async def stop() -> None:
    """End every stream of this process, at its end; readers resume elsewhere."""
    await hubs.stop()


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _answer(request: ASGIRequest, gone: asyncio.Future[None], send: Send) -> None:
    if request.method == "OPTIONS":
        await _send_whole(send, 204, b"", "text/plain", PREFLIGHT_HEADERS)
        return
    if request.method != "GET":
        raise Problem(405, f"{request.method} is not possible here.", headers={"Allow": "GET, OPTIONS"})
    try:
        request.get_host()
    except DisallowedHost:
        raise Problem(400, "This host name is not one that the service answers to.") from None
    if settings.SECURE_SSL_REDIRECT and not request.is_secure():
        address = request.build_absolute_uri().replace("http://", "https://", 1)
        await _send_whole(send, 301, b"", "text/plain", {"Location": address})
    elif request.path == STREAM_PATH:
        await _stream(request, gone, send)
    else:
        await _poll(request, gone, send)


def _asked(
    request: ASGIRequest, table: tuple[parameters.Parameter, ...]
) -> tuple[Mapping[str, Any], Truce | None, View]:
    """The parameters, the truce and the view of a request; reads the database."""
    asked = parameters.read_query(request.GET, table)
    truce = truce_asked(asked["truce"])
    key = key_of(request.headers.get("Authorization", ""))
    return asked, truce, view_for(asked["view"], key=key, person=None, truce=truce)


# --- server-sent events ------------------------------------------------------------------------------


async def _stream(request: ASGIRequest, gone: asyncio.Future[None], send: Send) -> None:
    asked, truce, view = await in_thread(_asked, request, STREAM_QUERY)
    hub = await hubs.hub(view)
    after = _resumes_after(request, asked, hub.position)
    headers = {**READ_HEADERS, "Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    await _send_start(send, 200, "text/event-stream; charset=utf-8", headers)
    await _send_part(send, f"retry: {RETRY_MILLISECONDS}\n: from {after}\n\n".encode())
    async for entries in _caught_up(hub, after, truce, gone):
        await _send_part(send, b"".join(map(_event, entries)) or b": heartbeat\n\n")


def _resumes_after(request: ASGIRequest, asked: Mapping[str, Any], now: int) -> int:
    """The position that a reader has seen: its Last-Event-ID, else ``after``, else all that is there now."""
    seen = request.headers.get("Last-Event-ID", "")
    if seen:
        if not re.fullmatch(r"[0-9]{1,18}", seen, re.ASCII):
            detail = "Last-Event-ID must be the position of an entry."
            raise Problem(
                400,
                detail,
                errors=[{"pointer": "", "header": "Last-Event-ID", "code": "malformed", "detail": detail}],
            )
        return int(seen)
    return now if asked["after"] is None else asked["after"]


async def _caught_up(
    hub: hubs.Hub, after: int, truce: Truce | None, gone: asyncio.Future[None]
) -> AsyncIterator[list[Entry]]:
    """Runs of entries after a position: first from the database, then live; an empty one is a heartbeat."""
    truce_id, slug = (truce.pk, truce.slug) if truce else (None, None)
    seen = after
    while seen < hub.position:
        upto = hub.position
        entries = await in_thread(change_log.run, hub.view, after=seen, limit=hubs.AT_ONCE, truce_id=truce_id)
        if entries:
            yield entries
        if gone.done():
            return
        # A run that is not full holds everything there was, at least up to where the hub stood before it.
        seen = (
            entries[-1].position
            if len(entries) == hubs.AT_ONCE
            else max([upto, *(e.position for e in entries)])
        )
    with hub.listening(slug) as listener:
        while not gone.done():
            entries = await _next(listener, gone)
            yield [entry for entry in entries if entry.position > seen]


async def _next(listener: Listener, gone: asyncio.Future[None], patience: float | None = None) -> list[Entry]:
    """What has arrived, waiting for it; nothing when the patience (seconds; None: until the next heartbeat)
    ends, or the reader has gone."""
    patience = HEARTBEAT_SECONDS if patience is None else patience
    arriving = asyncio.ensure_future(listener.entries.get())
    try:
        awaited: set[asyncio.Future[Any]] = {arriving, gone}
        await asyncio.wait(awaited, timeout=patience, return_when=asyncio.FIRST_COMPLETED)
        entries = [arriving.result()] if arriving.done() else []
    finally:
        arriving.cancel()
    while entries and not listener.entries.empty() and len(entries) < hubs.AT_ONCE:
        entries.append(listener.entries.get_nowait())
    return entries


def _event(entry: Entry) -> bytes:
    return f"id: {entry.position}\nevent: {entry.type}\ndata: {entry.text}\n\n".encode()


# --- long polls --------------------------------------------------------------------------------------


async def _poll(request: ASGIRequest, gone: asyncio.Future[None], send: Send) -> None:
    wait = _wait_asked(request)
    asked, truce, view = await in_thread(_asked, request, FEED_QUERY)
    hub = await hubs.hub(view)
    with hub.listening(truce.slug if truce else None) as listener:
        page = await in_thread(_read_page, asked, truce, view)
        if not page.count:
            ends = asyncio.get_running_loop().time() + wait
            while not gone.done() and (left := ends - asyncio.get_running_loop().time()) > 0:
                if any(entry.position > asked["after"] for entry in await _next(listener, gone, left)):
                    break
            page = await in_thread(_read_page, asked, truce, view)
    tag = change_log.tag(
        view,
        after=asked["after"],
        limit=asked["limit"],
        truce_id=truce.pk if truce else None,
        last=page.last,
    )
    headers = {
        **READ_HEADERS,
        "Preference-Applied": f"wait={wait}",
        "ETag": tag,
        "Cache-Control": "no-store",
        "Vary": "Prefer, Authorization",
    }
    if not page.count and request.headers.get("If-None-Match", "").removeprefix("W/") == tag:
        await _send_whole(send, 304, b"", "application/json", headers)
    else:
        await _send_whole(send, 200, page.body(next_address(request, page)), "application/json", headers)


def _read_page(asked: Mapping[str, Any], truce: Truce | None, view: View) -> change_log.Page:
    change_log.catch_up()
    truce_id = truce.pk if truce else None
    return change_log.page(view, after=asked["after"], limit=asked["limit"], truce_id=truce_id)


def _wait_asked(request: ASGIRequest) -> int:
    """The seconds of ``Prefer: wait=…``, at most ``LONGEST_WAIT``; what is applied is said in the answer."""
    found = re.search(
        r"(?:^|[,;]\s*)wait\s*=\s*\"?([0-9]{1,6})\"?\s*(?:$|[,;])", request.headers.get("Prefer", ""), re.I
    )
    if not found:
        detail = "Prefer: wait needs a whole number of seconds, such as wait=30."
        raise Problem(
            400, detail, errors=[{"pointer": "", "header": "Prefer", "code": "malformed", "detail": detail}]
        )
    return min(int(found[1]), LONGEST_WAIT)


# --- answers -----------------------------------------------------------------------------------------


async def _send_start(send: Send, status: int, content_type: str, headers: Mapping[str, str]) -> None:
    every = {"Content-Type": content_type, "X-Content-Type-Options": "nosniff", **headers}
    pairs = [
        (name.lower().encode("latin-1"), value.encode("latin-1", "replace")) for name, value in every.items()
    ]
    await send({"type": "http.response.start", "status": status, "headers": pairs})


async def _send_part(send: Send, body: bytes) -> None:
    await send({"type": "http.response.body", "body": body, "more_body": True})


async def _send_whole(
    send: Send, status: int, body: bytes, content_type: str, headers: Mapping[str, str]
) -> None:
    await _send_start(send, status, content_type, {"Content-Length": str(len(body)), **headers})
    await send({"type": "http.response.body", "body": body})
