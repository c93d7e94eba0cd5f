"""Django in a fixed pool of threads, under an ASGI server: one step to a thread for each request, one back.

A request holds a thread only while it is worked on: its body is read before, and what was made of it is sent
after. A stream is the exception: it is sent as it is made, by the thread that makes it, which lets go of a
reader that takes nothing.
"""

import asyncio
import tempfile
from collections.abc import Awaitable, Callable, MutableMapping
from concurrent.futures import Future, ThreadPoolExecutor
from io import SEEK_END
from itertools import chain
from typing import Any, BinaryIO, NamedTuple

from django.conf import settings
from django.core import signals
from django.core.handlers.asgi import ASGIRequest, get_script_prefix
from django.core.handlers.base import BaseHandler
from django.http import FileResponse, HttpResponseBadRequest
from django.http.response import HttpResponseBase
from django.urls import set_script_prefix

from ceasefire.chunks import CHUNK, chunks
from ceasefire.files import FilePart, send_part

LARGEST_BODY = 64_000_000
"""No view takes a larger body (bytes); of one that is, no more is read than shows it."""

PATIENCE = 30.0
"""How long (seconds) the thread of a stream waits for its reader to take the next chunk."""

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class ReaderLeft(Exception):
    """Nobody takes what a stream sends."""


class Answer(NamedTuple):
    """What a thread leaves to be sent: how the answer starts, and its whole body or the part of a file."""

    start: Message
    body: bytes
    file: tuple[BinaryIO, int, int] | None = None


class Working(BaseHandler):
    """An ASGI application, HTTP only: Django's views and middleware, each request on one of ``threads``.

    Each thread keeps its database connection, which is several times faster than a new one each time. A
    reader that takes nothing of a stream for ``PATIENCE`` seconds has left: its connection ends without the
    end of its answer.
    """

    def __init__(self, threads: int) -> None:
        super().__init__()
        self.load_middleware()
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="working")

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        body = await _body(receive)
        if body is None:
            return
        loop = asyncio.get_running_loop()
        answer = await loop.run_in_executor(self._threads, self._work, scope, body, _Line(loop, send))
        if answer is not None:
            await _send(answer, send)

    def _work(self, scope: Message, body: BinaryIO, line: "_Line") -> Answer | None:
        """Answer a request. Returns what is to be sent, or nothing where it went out as a stream."""
        set_script_prefix(get_script_prefix(scope))
        signals.request_started.send(sender=self.__class__, scope=scope)
        response = self._response(scope, body)
        try:
            start = {
                "type": "http.response.start",
                "status": response.status_code,
                "headers": _headers(response),
            }
            if not response.streaming:
                return Answer(start, response.content)  # type: ignore[attr-defined]
            if scope["method"] == "HEAD":
                return Answer(start, b"")
            if isinstance(response, FilePart):
                return Answer(start, b"", (response.path.open("rb"), response.first, response.length))
            return _streamed(start, response, line)
        finally:
            response.close()

    def _response(self, scope: Message, body: BinaryIO) -> HttpResponseBase:
        try:
            request = ASGIRequest(scope, body)
        except UnicodeDecodeError:
            body.close()
            return HttpResponseBadRequest()
        if length := body.seek(0, SEEK_END):
            # A body that came in chunks has no declared length, and the views take that for no body.
            request.META.setdefault("CONTENT_LENGTH", str(length))
        body.seek(0)
        response = self.get_response(request)
        response._handler_class = self.__class__  # type: ignore[attr-defined]
        return response


class _Line:
    """The line to a reader, from within a thread, which need not wait until what it sent is taken."""

    def __init__(self, loop: asyncio.AbstractEventLoop, send: Send) -> None:
        self._loop, self._send = loop, send
        self._sending: Future[None] | None = None

    def pass_on(self, message: Message) -> None:
        """Begin to send, once what was sent before is taken; ``ReaderLeft`` where that takes too long."""
        self.wait()
        self._sending = asyncio.run_coroutine_threadsafe(_awaited(self._send(message)), self._loop)

    def wait(self) -> None:
        """Return once what was sent is taken; ``ReaderLeft`` where that takes too long."""
        sending, self._sending = self._sending, None
        if sending is None:
            return
        try:
            sending.result(PATIENCE)
        except TimeoutError:
            sending.cancel()
            raise ReaderLeft from None


async def _awaited(sending: Awaitable[None]) -> None:
    await sending


async def _body(receive: Receive) -> BinaryIO | None:
    """The body of a request, on disk where it is large; None where the client left before its end."""
    body = tempfile.SpooledTemporaryFile(settings.FILE_UPLOAD_MAX_MEMORY_SIZE)  # noqa: SIM115 - the request closes it
    is_more = True
    while is_more and body.tell() <= LARGEST_BODY:
        message = await receive()
        if message["type"] == "http.disconnect":
            body.close()
            return None
        body.write(message.get("body", b""))
        is_more = message.get("more_body", False)
    body.seek(0)
    return body  # type: ignore[return-value]


async def _send(answer: Answer, send: Send) -> None:
    if answer.file is not None:
        await send_part(*answer.file, answer.start, send)
        return
    await send(answer.start)
    await send({"type": "http.response.body", "body": answer.body})


def _streamed(start: Message, response: HttpResponseBase, line: _Line) -> Answer | None:
    """Send a stream as it is made, each chunk while the next is made; what is short is left to be sent."""
    if isinstance(response, FileResponse):
        response.block_size = CHUNK
    parts = chunks(response)
    first = next(parts, b"")
    if len(first) < CHUNK:
        return Answer(start, first)
    try:
        line.pass_on(start)
        for part in chain([first], parts):
            line.pass_on({"type": "http.response.body", "body": part, "more_body": True})
        line.pass_on({"type": "http.response.body", "body": b""})
        line.wait()
    except ReaderLeft:
        pass
    return None


def _headers(response: HttpResponseBase) -> list[tuple[bytes, bytes]]:
    headers = [(name.encode("ascii"), value.encode("latin1")) for name, value in response.items()]
    cookies = [
        (b"Set-Cookie", one.output(header="").strip().encode("ascii")) for one in response.cookies.values()
    ]
    return headers + cookies
