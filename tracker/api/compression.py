"""Compression of answers (RFC 9110, 8.4): zstd (RFC 8878) or gzip, as ``Accept-Encoding`` likes best.

Streams are compressed as they go, in constant memory.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator
from functools import wraps
from typing import Any

import zstandard
from django.http.response import HttpResponseBase
from django.template.response import SimpleTemplateResponse
from django.utils.cache import patch_vary_headers
from django.utils.text import compress_string

from tracker.api.negotiation import liking_of

WORTH_IT = 200
"""Answers of fewer bytes are sent as they are."""

LEVEL, GZIP_LEVEL = 3, 1
"""Both fast: whole logs are sent, and the line is seldom what holds them up."""


def encoding(accepted: str) -> str | None:
    """The coding that an ``Accept-Encoding`` header likes best, zstd at a tie; None: as it is."""
    best = max(STREAMS, key=lambda coding: liking_of(accepted, coding))
    return best if liking_of(accepted, best) > 0 else None


def compressed(view: Callable[..., Any]) -> Callable[..., Any]:
    """A view whose answers are compressed where the client takes it."""

    @wraps(view)
    def answer(request: Any, *arguments: Any, **options: Any) -> Any:
        response = view(request, *arguments, **options)
        accepted = request.headers.get("Accept-Encoding", "")
        if isinstance(response, SimpleTemplateResponse) and not response.is_rendered:
            response.add_post_render_callback(lambda rendered: _compress(rendered, accepted))
            return response
        return _compress(response, accepted)

    return answer


def stream(blocks: Iterable[bytes], coding: str) -> Iterator[bytes]:
    """The blocks of a stream, compressed."""
    coder = STREAMS[coding]()
    for block in blocks:
        if packed := coder.compress(block):
            yield packed
    yield coder.flush()


def _compress(response: HttpResponseBase, accepted: str) -> HttpResponseBase:
    patch_vary_headers(response, ("Accept-Encoding",))
    coding = encoding(accepted)
    if coding is None or response.has_header("Content-Encoding"):
        return response
    if response.streaming:
        response.streaming_content = stream(response.streaming_content, coding)  # type: ignore[attr-defined]
        del response.headers["Content-Length"]
    else:
        content: bytes = response.content  # type: ignore[attr-defined]
        smaller = _whole(content, coding) if len(content) >= WORTH_IT else content
        if len(smaller) >= len(content):
            return response
        response.content = smaller  # type: ignore[attr-defined]
        response.headers["Content-Length"] = str(len(smaller))
    # What is sent is the same in meaning only, which is what a weak tag says.
    tag = response.headers.get("ETag", "")
    if tag.startswith('"'):
        response.headers["ETag"] = f"W/{tag}"
    response.headers["Content-Encoding"] = coding
    return response


def _whole(content: bytes, coding: str) -> bytes:
    if coding == "zstd":
        return zstandard.ZstdCompressor(level=LEVEL).compress(content)
    # Django's own fills up with random bytes, against guessing a secret by the size of answers.
    return compress_string(content, max_random_bytes=100)


STREAMS: dict[str, Callable[[], Any]] = {
    "zstd": lambda: zstandard.ZstdCompressor(level=LEVEL).compressobj(),
    "gzip": lambda: zlib.compressobj(level=GZIP_LEVEL, wbits=31),
}
"""What compresses a stream, by the name of the coding; what is liked alike is taken in this order."""
