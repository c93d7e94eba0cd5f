"""When changes are placed: at once while it is quiet, together while many come in.

To place is a transaction of its own, and each known time that it gives is a moment to assess.
So a process that serves many writers places no more often than every ``GAP`` seconds, in a storm every
``LONG_GAP``, and then all that came, also to others: where one of them has placed within the gap, it waits
for the rest of that. Nobody waits for it. What a process that is killed leaves unplaced is found by the next
one to place.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TypeVar

import structlog
from django.db import close_old_connections, connection

from tracker.models import View
from tracker.services import clock, positions

Found = TypeVar("Found")

GAP, LONG_GAP = 0.1, 0.3
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
        """Place what was committed before: now where nothing was placed within the gap, else after it."""
        with self._deciding:
            is_quiet = time.monotonic() - self._began >= self.gap
            if is_quiet:
                self._began = time.monotonic()
                self.gap = self._usual_gap
        if is_quiet:
            positions.place()
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
                since = self._since_placed()
                self._ended.wait(self.gap - since)
                self._asked.clear()
                with self._deciding:
                    self._began = time.monotonic()
                placed = self._safely(self._place) or 0
                is_storm = placed > STORM * max(since, self.gap)
                self.gap = self._long_gap if is_storm else self._usual_gap
            if self._asked.is_set():
                self._safely(positions.place)
        finally:
            connection.close()

    def _since_placed(self) -> float:
        """Seconds since anybody placed; those of the gap where that cannot be told."""
        last = self._safely(lambda: positions.last_known(View.FULL))
        since = (clock.now() - last).total_seconds() if last else self.gap
        return since if since >= 0 else self.gap

    def _place(self) -> int:
        # Where another is at it, what it does not find is put off once more.
        placed = positions.place(waits=False)
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
