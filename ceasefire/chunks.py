"""Pieces of what is sent, put together to chunks that are worth sending."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

CHUNK = 64 * 1024


def chunks(pieces: Iterable[bytes], size: int = CHUNK) -> Iterator[bytes]:
    """The same bytes in the same order, in chunks of at least ``size`` bytes save for the last."""
    held: list[bytes] = []
    length = 0
    for piece in pieces:
        held.append(piece)
        length += len(piece)
        if length >= size:
            yield b"".join(held)
            held, length = [], 0
    if held:
        yield b"".join(held)
