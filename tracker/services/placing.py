"""When changes are placed: at once while it is quiet, together while many come in.

To place is a transaction of its own, and each known time that it gives is a moment to assess.
So it is done no more often than every ``GAP`` seconds, in a storm every ``LONG_GAP``, whatever the number of
processes that ask for it, and then for all that came, also to others: where one of them has placed within the
gap, the rest of that is waited for. No writer waits for it. What a process that is killed leaves unplaced is
found by the next one to place.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TypeVar

import structlog
from django.db import close_old_connections, connection

from tracker.services import positions

Found = TypeVar("Found")

GAP, LONG_GAP = 0.1, 1.0
STORM = 100
"""Changes a second: where more come in, taking them in comes before telling of them at once."""

log = structlog.get_logger()


class Placer:
    """Places what its process is asked to place; a thread of its own does what is put off."""

    def __init__(self, gap: float = GAP):
        self.gap = self._usual_gap = gap
        self._long_gap = max(gap, LONG_GAP)
        self._began = float("-inf")
        self._deciding = threading.Lock()
        self._asked, self._ended = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name="placing", daemon=True)
        self._thread.start()

    def ask(self) -> None:
        """Place what was committed before: now where nobody has placed within the gap, else after it."""
        with self._deciding:
            # Of what this process has done itself it need not ask the database.
            is_quiet = time.monotonic() - self._began >= self.gap and self._since_placed() >= self.gap
            if is_quiet:
                self._began = time.monotonic()
        if is_quiet:
            self._place()
        else:
            self._asked.set()

    def end(self) -> None:
        """Place what was put off, and end."""
        self._ended.set()
        self._asked.set()
        self._thread.join()

    def _run(self) -> None:
        try:
            while not self._ended.is_set():
                self._asked.wait()
                self._ended.wait(max(0, self._began + self.gap - time.monotonic()))
                since = self._wait_for_the_gap()
                self._asked.clear()
                with self._deciding:
                    self._began = time.monotonic()
                if placed := self._safely(self._place):
                    self.gap = self._long_gap if placed > STORM * since else self._usual_gap
            if self._asked.is_set():
                self._safely(positions.place)
        finally:
            connection.close()

    def _wait_for_the_gap(self) -> float:
        """Wait until nobody has placed for as long as the gap, and return how long that is (seconds)."""
        while True:
            since = self._safely(self._since_placed) or 0
            if since >= self.gap or self._ended.wait(self.gap - since):
                return max(since, self.gap)

    def _since_placed(self) -> float:
        return positions.since_placed(unknown=self.gap)

    def _place(self) -> int:
        # Where another is at it, or was just before, what it did not find is put off once more.
        placed = positions.place(waits=False, gap=self.gap)
        if not placed and positions.unplaced():
            self._asked.set()
        return placed

    def _safely(self, asked: Callable[[], Found]) -> Found | None:
        close_old_connections()
        try:
            return asked()
        except Exception as error:  # whatever it is, the next one to place finds what this one left
            log.warning("placing.failed", error=type(error).__name__)
            connection.close()
            return None


_placer: Placer | None = None


def start() -> None:
    """From now on put off, in this process, what comes thick and fast."""
    global _placer
    _placer = _placer or Placer()


def stop() -> None:
    """Place what was put off; from now on place at once."""
    global _placer
    placer, _placer = _placer, None
    if placer is not None:
        placer.end()


def place() -> None:
    """Have what was committed placed, soon at the latest."""
    placer = _placer
    if placer is None:
        positions.place()
    else:
        placer.ask()
