"""Letting go of a reader that takes nothing, so that it does not hold a thread for as long as it likes.

What works runs in a fixed pool of threads, and one that sends waits for its reader. A reader that takes
nothing for ``PATIENCE`` seconds has left, as far as the service is concerned: what is still sent to it goes
nowhere, its connection ends without the end of its answer, and whoever writes the answer finds ``LEFT`` in
the ASGI scope.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from ceasefire.files import FILE_HEADER

PATIENCE = 30.0
LEFT = "ceasefire.reader_left"

Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


def letting_go(scope: MutableMapping[str, Any], send: Send) -> Send:
    """A ``send`` for this request that never waits for longer than ``PATIENCE``; marks the scope.

    A file (``ceasefire.files``) is sent without a thread, to readers however slow.
    """
    scope[LEFT] = False
    is_file, mark = False, FILE_HEADER.lower().encode()

    async def send_on(message: MutableMapping[str, Any]) -> None:
        nonlocal is_file
        if scope[LEFT]:
            return
        is_file = is_file or any(name == mark for name, _value in message.get("headers", ()))
        try:
            async with contextlib.nullcontext() if is_file else asyncio.timeout(PATIENCE):
                await send(message)
        except TimeoutError:
            scope[LEFT] = True

    return send_on
