"""The live feed as an ASGI application: server-sent events, long polls and the whole of the change log.

All are asynchronous: whoever waits, or reads slowly, holds no thread and no database connection. Positions
are dense, so a reader that comes back with ``Last-Event-ID`` (or ``after``) misses nothing and sees nothing
twice.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, MutableMapping
from typing import Any

import orjson
import structlog
from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.core.handlers.asgi import ASGIRequest
from rest_framework.exceptions import APIException, AuthenticationFailed

from tracker.api import compression, limits, parameters, problems
from tracker.api.authentication import key_of, view_for
from tracker.api.feed import (
    FEED_QUERY,
    LINES,
    STREAM_QUERY,
    Asked,
    address_after,
    asked_of,
    check_kept,
)
from tracker.api.problems import Problem
from tracker.api.resource import PREFLIGHT_HEADERS, READ_HEADERS, truce_asked
from tracker.feed import hub as hubs
from tracker.feed import log as change_log
from tracker.feed.hub import Listener, in_bulk_thread, in_thread
from tracker.feed.log import Entry
from tracker.models import ApiKey, Truce, View

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

STREAM_PATH = "/api/v1/feed/stream"
ALLOWANCE = "tracker.allowance"
HEARTBEAT_SECONDS = 15.0
RETRY_MILLISECONDS = 2_000
LONGEST_WAIT = 60
log = structlog.get_logger()


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """ASGI, HTTP only: ``/api/v1/feed/stream``, and ``/api/v1/feed`` as NDJSON or with ``Prefer: wait=…``."""
    request = ASGIRequest(scope, io.BytesIO())
    send = _with_allowance(request, _without_body(send) if request.method == "HEAD" else send)
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
    if request.method not in ("GET", "HEAD"):
        raise Problem(405, f"{request.method} is not possible here.", headers={"Allow": "GET, HEAD, OPTIONS"})
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
        await _log(request, gone, send)


def _asked(
    request: ASGIRequest, table: tuple[parameters.Parameter, ...]
) -> tuple[Mapping[str, Any], Truce | None, View]:
    """The parameters, the truce and the view of a request; reads the database, and counts the request."""
    key = _admitted(request)
    asked = parameters.read_query(request.GET, table)
    view = view_for(asked["view"], key=key, person=None, truce=None)
    return asked, truce_asked(asked["truce"], view), view


def _ask_again(request: ASGIRequest, view: View, truce: Truce | None) -> None:
    """401 or 403 where who is being answered may not have the view any more; reads the database."""
    view_for(view, key=key_of(request.headers.get("Authorization", "")), person=None, truce=truce)


async def _may_go_on(request: ASGIRequest, view: View, truce: Truce | None) -> bool:
    """Whether an answer that has begun may be gone on with. The public view is everybody's."""
    if view != View.FULL:
        return True
    try:
        await in_thread(_ask_again, request, view, truce)
    except (Problem, APIException):
        log.info("feed.ended", path=request.path)
        return False
    return True


def _admitted(request: ASGIRequest) -> ApiKey | None:
    """The key of a request that is not one too many; what is left goes out with the answer's headers."""
    try:
        key = key_of(request.headers.get("Authorization", ""))
    except AuthenticationFailed:
        limits.enforce(limits.count_address(request.META))
        raise
    request.META[ALLOWANCE] = limits.count(request.META, key=key)
    limits.enforce(request.META[ALLOWANCE])
    return key


def _with_allowance(request: ASGIRequest, send: Send) -> Send:
    """The same, telling in every answer's headers what may still be asked, once that is known."""

    async def told(message: MutableMapping[str, Any]) -> None:
        allowance = request.META.get(ALLOWANCE)
        if message["type"] == "http.response.start" and allowance is not None:
            given = {name for name, _value in message["headers"]}
            pairs = ((name.lower().encode(), value.encode()) for name, value in allowance.headers.items())
            message["headers"] = [*message["headers"], *(pair for pair in pairs if pair[0] not in given)]
        await send(message)

    return told


def _without_body(send: Send) -> Send:
    """The same for a HEAD: of an answer only how it begins."""

    async def told(message: MutableMapping[str, Any]) -> None:
        await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

    return told


# --- server-sent events ------------------------------------------------------------------------------


async def _stream(request: ASGIRequest, gone: asyncio.Future[None], send: Send) -> None:
    asked, truce, view = await in_thread(_asked, request, STREAM_QUERY)
    hub = await hubs.hub(view)
    after = _resumes_after(request, asked, hub.position)
    check_kept(after, await in_thread(change_log.head, view), request)
    headers = {**READ_HEADERS, "Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    await _send_start(send, 200, "text/event-stream; charset=utf-8", headers)
    if request.method == "HEAD":
        await send({"type": "http.response.body", "body": b""})
        return
    await _send_part(send, f"retry: {RETRY_MILLISECONDS}\n: from {after}\n\n".encode())
    async for entries in _caught_up(hub, after, truce, gone):
        if not await _may_go_on(request, view, truce):
            break
        await _send_part(send, b"".join(map(_event, entries)) or b": heartbeat\n\n")
    if not gone.done():
        await send({"type": "http.response.body", "body": b""})


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
    arriving = asyncio.ensure_future(listener.next())
    try:
        awaited: set[asyncio.Future[Any]] = {arriving, gone}
        await asyncio.wait(awaited, timeout=patience, return_when=asyncio.FIRST_COMPLETED)
        entries = [arriving.result()] if arriving.done() else []
    finally:
        arriving.cancel()
    return entries + listener.rest(hubs.AT_ONCE - 1) if entries else []


def _event(entry: Entry) -> bytes:
    return f"id: {entry.position}\nevent: {entry.type}\ndata: {entry.text}\n\n".encode()


# --- the log: long polls, and all of it ---------------------------------------------------------------


async def _log(request: ASGIRequest, gone: asyncio.Future[None], send: Send) -> None:
    wait = _wait_asked(request)
    if request.method == "HEAD":
        wait = 0
    asked = await in_thread(_log_asked, request)
    if asked.lines:
        await _lines(request, asked, gone, send)
    else:
        await _poll(request, asked, wait, gone, send)


def _log_asked(request: ASGIRequest) -> Asked:
    query, truce, view = _asked(request, FEED_QUERY)
    return asked_of(query, request.headers.get("Accept", ""), view, truce, request)


async def _poll(
    request: ASGIRequest, asked: Asked, wait: int, gone: asyncio.Future[None], send: Send
) -> None:
    hub = await hubs.hub(asked.view)
    with hub.listening(asked.truce.slug if asked.truce else None) as listener:
        page = await in_thread(_read_page, asked)
        if not page.count:
            ends = asyncio.get_running_loop().time() + wait
            while not gone.done() and (left := ends - asyncio.get_running_loop().time()) > 0:
                if any(entry.position > asked.after for entry in await _next(listener, gone, left)):
                    break
            if asked.view == View.FULL:
                await in_thread(_ask_again, request, asked.view, asked.truce)
            page = await in_thread(_read_page, asked)
    headers = {
        **READ_HEADERS,
        **({"Preference-Applied": f"wait={wait}"} if wait else {}),
        "ETag": asked.tag_at(page.last),
        "Cache-Control": "no-store",
        "Vary": "Prefer, Authorization",
    }
    if not page.count and _has_already(request, headers["ETag"]):
        await _send_whole(send, 304, b"", "application/json", headers)
    else:
        await _send_whole(send, 200, page.body(address_after(request)), "application/json", headers)


def _has_already(request: ASGIRequest, tag: str) -> bool:
    return request.headers.get("If-None-Match", "").removeprefix("W/") == tag


def _read_page(asked: Asked) -> change_log.Page:
    change_log.catch_up()
    return change_log.page(asked.view, after=asked.after, limit=asked.at_most, truce_id=asked.truce_id)


async def _lines(request: ASGIRequest, asked: Asked, gone: asyncio.Future[None], send: Send) -> None:
    """Everything up to where the log stood, block by block: the next is read while the last one is sent."""
    headers = {
        **READ_HEADERS,
        "ETag": asked.tag,
        "Cache-Control": "private, no-store" if asked.view == View.FULL else "public, no-cache",
        "Vary": "Accept, Accept-Encoding, Authorization",
    }
    if _has_already(request, asked.tag):
        await _send_whole(send, 304, b"", LINES, headers)
        return
    coding = compression.encoding(request.headers.get("Accept-Encoding", ""))
    if coding is not None:
        headers |= {"Content-Encoding": coding, "ETag": f"W/{asked.tag}"}
    await _send_start(send, 200, LINES, headers)
    if request.method == "HEAD":
        await send({"type": "http.response.body", "body": b""})
        return
    blocks = _blocks(asked, coding)
    coming = asyncio.ensure_future(in_bulk_thread(next, blocks, None))
    try:
        while (block := await coming) is not None and not gone.done():
            coming = asyncio.ensure_future(in_bulk_thread(next, blocks, None))
            if not await _may_go_on(request, asked.view, asked.truce):
                break
            await _send_part(send, block)
    finally:
        coming.cancel()
    await send({"type": "http.response.body", "body": b""})


def _blocks(asked: Asked, coding: str | None) -> Iterator[bytes]:
    blocks = change_log.blocks(
        asked.view,
        after=asked.after,
        upto=asked.head.position,
        limit=asked.limit,
        truce_id=asked.truce_id,
    )
    return blocks if coding is None else compression.stream(blocks, coding)


def _wait_asked(request: ASGIRequest) -> int:
    """The seconds of ``Prefer: wait=…``, at most ``LONGEST_WAIT``; 0 where no wait is asked for."""
    if "Prefer" not in request.headers:
        return 0
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
