"""Sending part of a file, so that a slow reader holds no thread."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from pathlib import Path
from typing import Any, BinaryIO

from django.http import StreamingHttpResponse

BLOCK = 256 * 1024

Message = MutableMapping[str, Any]


class FilePart(StreamingHttpResponse):
    """An answer that is ``length`` bytes of a file from ``first`` on (counted from 0).

    ``ceasefire.working`` sends the file once the view has answered; elsewhere it is a stream as any other.
    """

    def __init__(self, path: Path, first: int, length: int, **options: Any) -> None:
        self.path, self.first, self.length = path, first, length
        super().__init__(self._blocks(), **options)

    def _blocks(self) -> Iterator[bytes]:
        with self.path.open("rb") as file:
            file.seek(self.first, os.SEEK_SET)
            left = self.length
            while left > 0 and (block := file.read(min(BLOCK, left))):
                left -= len(block)
                yield block


async def send_part(
    file: BinaryIO, first: int, length: int, start: Message, send: Callable[[Message], Awaitable[None]]
) -> None:
    """Send ASGI's messages of an answer that is part of an open file, as fast as its reader takes it.

    ``start`` begins it. The file is closed at the end, whatever happens.
    """
    with file:
        file.seek(first, os.SEEK_SET)
        await send(start)
        while length > 0 and (block := await asyncio.to_thread(file.read, min(BLOCK, length))):
            length -= len(block)
            await send({"type": "http.response.body", "body": block, "more_body": True})
    await send({"type": "http.response.body", "body": b""})
