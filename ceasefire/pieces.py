"""Sending a large answer in pieces: whole, the server copies it through memory that it has to fetch first.

A reader also shows with each piece that it is still there (``ceasefire.patience``).
"""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

PIECE = 256 * 1024

Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


def in_pieces(send: Send) -> Send:
    """A ``send`` that passes no more than ``PIECE`` bytes of a body on at once."""

    async def send_on(message: MutableMapping[str, Any]) -> None:
        body: bytes = message.get("body", b"")
        last = max(len(body) - 1, 0) // PIECE * PIECE
        for first in range(0, last, PIECE):
            await send({**message, "body": body[first : first + PIECE], "more_body": True})
        await send({**message, "body": body[last:]} if last else message)

    return send_on
