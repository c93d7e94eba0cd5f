"""Sending a file after its view has answered, so that a slow reader holds no thread.

A view that finds ``SENDS_FILES`` in its ASGI scope answers with an empty body and the header ``FILE_HEADER``:
``FIRST LENGTH PATH``, the part of a file that is to be sent. The header itself never leaves the service.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any

SENDS_FILES = "ceasefire.sends_files"
FILE_HEADER = "X-Send-File"
BLOCK = 256 * 1024

Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


def sending_files(scope: MutableMapping[str, Any], send: Send) -> Send:
    """A ``send`` for this request that puts the file in the place of the empty body; marks the scope."""
    scope[SENDS_FILES] = True
    mark = FILE_HEADER.lower().encode()
    part: str | None = None

    async def send_on(message: MutableMapping[str, Any]) -> None:
        nonlocal part
        if message["type"] == "http.response.start":
            named = [value for name, value in message["headers"] if name == mark]
            if named:
                message["headers"] = [pair for pair in message["headers"] if pair[0] != mark]
                part = named[0].decode()
        elif part is not None and scope["method"] != "HEAD":
            first, length, path = part.split(" ", 2)
            part = None
            await _send_part(Path(path), int(first), int(length), send)
            if message.get("more_body"):
                return
        await send(message)

    return send_on


async def _send_part(path: Path, first: int, length: int, send: Send) -> None:
    with await asyncio.to_thread(path.open, "rb") as file:
        file.seek(first, os.SEEK_SET)
        while length > 0 and (block := await asyncio.to_thread(file.read, min(BLOCK, length))):
            length -= len(block)
            await send({"type": "http.response.body", "body": block, "more_body": True})
