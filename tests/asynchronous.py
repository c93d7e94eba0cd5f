"""Running asynchronous code from a test."""

import asyncio
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from typing import Any, TypeVar

T = TypeVar("T")


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine to its end, on a loop of its own in a thread of its own.

    The browser of other tests keeps a loop running in this thread, and one thread runs one loop. Nobody
    waits for the thread of a test that has run out of time.
    """
    result: Future[T] = Future()

    def story() -> None:
        try:
            result.set_result(asyncio.run(work))
        except BaseException as error:
            result.set_exception(error)

    threading.Thread(target=story, daemon=True).start()
    return result.result()
