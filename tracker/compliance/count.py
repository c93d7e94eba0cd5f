"""A count of time that breaches stop, in one reading at one moment: which run it is in.

``terms/clock.py`` says what its parameters mean, and tells the run as a verdict.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from tracker.compliance.charter import Term
from tracker.compliance.fulfilment import declared
from tracker.compliance.intervals import WIDEST, Interval, advance, time_in, union
from tracker.compliance.observation import days_seen
from tracker.compliance.term_kind import Situation
from tracker.compliance.verdicts import Message, Resets, Restart

INSTANT = timedelta(microseconds=1)
SHOWN = 5
"""How many resets and unplaced incidents a verdict lists; beyond that there is their count."""
MANY = 1000
"""More breaches than these are not looked at one by one: they may have been anywhere."""


@dataclass(frozen=True, slots=True)
class Tolerance:
    """Up to ``count`` breaches of one severity within ``window`` restart nothing."""

    count: int
    window: timedelta
    severity: str | None  # None: of any severity


@dataclass(frozen=True, slots=True)
class ClockParameters:
    """The parameters of a clock, read."""

    length: timedelta
    starts: datetime | None
    policy: str
    pause_for: timedelta | None
    tolerance: Tolerance | None
    observation_required: bool


@dataclass(frozen=True, slots=True)
class Run:
    """The run that a clock is in, or has completed."""

    state: str  # running | paused | fulfilled | unknown
    since: datetime  # since when it has been in that state
    start: datetime  # when the run started
    restart: Restart | None  # what started it, None: the truce itself
    completes: datetime
    completes_best: datetime
    pauses: tuple[Interval, ...]
    why: Message


class Count:
    """One reading of one clock at one moment."""

    def __init__(
        self, term: Term, parameters: ClockParameters, reading: str, situation: Situation, start: datetime
    ) -> None:
        self.term, self.parameters, self.reading, self.situation = term, parameters, reading, situation
        self.start, self.as_of, self.length = start, situation.as_of, parameters.length
        self.reader = situation.standings
        declarations, declarers = situation.facts.declarations, situation.charter.declarers
        self.declared = [
            Restart(refs[0], term.ref, at, at)
            for at, refs in declared(declarations, "restarted", term.ref, declarers, self.as_of)
            if at > start
        ]
        self.completed = [
            at
            for at, _ in declared(declarations, "completed", term.ref, declarers, self.as_of)
            if at >= start
        ]

    def run(self) -> Run:
        """The run that the clock is in at ``as_of``."""
        if self.parameters.policy == "pause":
            return self._pausing()
        return self._restarting()

    def days(self, start: datetime, end: datetime) -> tuple[list[Any], list[Any]]:
        """The days between two moments that somebody observed, and those that nobody did."""
        return days_seen(self.situation.facts.windows, self.situation.charter.zone, start, end)

    # --- Which breach restarts -----------------------------------------------------------------------

    def last(
        self, after: datetime, before: datetime, by: datetime | None, surely: bool = False
    ) -> Restart | None:
        """The latest restart in a run, by the clock's policy, the declarers' word among them."""
        found: Restart | None = None
        policy = self.parameters.policy
        if self.term.breaches_of and policy != "manual":
            if policy == "tolerate" and self.parameters.tolerance is not None:
                found = self._last_not_tolerated(self.parameters.tolerance, after, before, by, surely)
            else:
                found = self.reader.last_restart(
                    self.term.breaches_of, self.reading, after=after, before=before, by=by, surely=surely
                )
        at = (found.at_best if surely else found.at) if found is not None else None
        for one in self.declared:
            if after < one.at < before and (at is None or one.at > at):
                found, at = one, one.at
        return found

    @property
    def plain(self) -> bool:
        """Whether nothing but plain breaches moves this clock."""
        return self.parameters.policy == "reset" and not self.declared and not self.situation.suspensions

    @cached_property
    def resets(self) -> Resets:
        """What may restart it by ``as_of``; only asked where it is stopped by breaches."""
        return self.reader.resets(
            self.term.breaches_of,
            self.reading,
            start=self.start,
            by=self.as_of,
            length=self.length if self.plain else None,
            limit=SHOWN,
        )

    def _followed(self, start: datetime, restart: Restart | None) -> tuple[datetime, Restart | None]:
        """Where restarts lead from a start on: the start of a run into which none falls by ``as_of``."""
        if self.plain and self.term.breaches_of:
            if start == self.start:
                led_to = self.resets.led_to
            else:
                led_to = self.reader.last_in_chain(
                    self.term.breaches_of, self.reading, start=start, length=self.length, by=self.as_of
                )
            return (start, restart) if led_to is None else (led_to.at, led_to)
        while True:
            done = advance(start, self.length, self.situation.suspensions)
            one = self.last(start, done, self.as_of)
            if one is None:
                return start, restart
            start, restart = one.at, one

    def _last_not_tolerated(
        self, tolerance: Tolerance, after: datetime, before: datetime, by: datetime | None, surely: bool
    ) -> Restart | None:
        terms, severities = self.term.breaches_of, None
        other: Restart | None = None
        if tolerance.severity is not None:
            severities = (tolerance.severity,)
            other = self.reader.last_restart(
                terms,
                self.reading,
                after=after,
                before=before,
                by=by,
                surely=surely,
                severities=severities,
                other_severities=True,
            )
        cursor = by
        while True:
            page = self.reader.restarts(
                terms,
                self.reading,
                after=max(after, self.start - INSTANT) - tolerance.window,
                before=before,
                by=cursor,
                severities=severities,
                limit=tolerance.count + 1,
            )
            page = [one for one in page if one.at >= self.start]
            if len(page) <= tolerance.count or page[0].at <= after:
                return other
            if page[0].at - page[-1].at < tolerance.window:
                one = page[0]
                if surely and not (one.at_best > after and one.at < before):
                    return other
                return one if other is None or one.at > other.at else other
            cursor = page[0].at - INSTANT

    # --- Restarting ----------------------------------------------------------------------------------

    def _restarting(self) -> Run:
        start: datetime = self.start
        restart: Restart | None = None
        doubted: datetime | None = None  # when the first run that may have been broken would have ended
        doubt = Message("clock.fulfilled")
        pauses = self.situation.suspensions
        while True:
            start, restart = self._followed(start, restart)
            done = advance(start, self.length, pauses)
            if doubted is None:
                shown = (start, restart)  # the run told of: the first that was doubted
            early = next((at for at in self.completed if start <= at < done), None)
            if early is not None and self.parameters.policy == "manual":
                return self._fulfilled(early, *shown, pauses, "clock.completed_by_declarers")
            if self.as_of < done:
                break
            found = self._doubt(start, done)
            if found is None:
                return self._fulfilled(done, *shown, pauses)
            if doubted is None:
                doubted, doubt = done, found[1]
            start = found[0]
        best = self._best(done, pauses)
        if doubted is not None:
            return Run("unknown", doubted, *shown, done, best, pauses, doubt)
        standing_still = next((span for span in pauses if span[0] <= self.as_of < span[1]), None)
        if standing_still is not None:
            why = Message("clock.paused_by_suspension")
            return Run("paused", standing_still[0], start, restart, done, best, pauses, why)
        return Run("running", start, start, restart, done, best, pauses, self._why_running(restart))

    def _fulfilled(
        self,
        done: datetime,
        start: datetime,
        restart: Restart | None,
        pauses: tuple[Interval, ...],
        code: str = "clock.fulfilled",
    ) -> Run:
        best = min(done, self._best(done, pauses))
        return Run("fulfilled", done, start, restart, done, best, pauses, Message(code))

    def _best(self, done: datetime, pauses: tuple[Interval, ...]) -> datetime:
        """The earliest completion: each breach at its earliest, and none where it may be elsewhere."""
        if self.plain and self.term.breaches_of:
            led_to = self.resets.led_to_surely
            return min(done, (self.start if led_to is None else led_to.at_best) + self.length)
        start = self.start
        while True:
            best = advance(start, self.length, pauses)
            one = self.last(start, best, self.as_of, surely=True)
            if one is None:
                return min(best, done)
            start = one.at_best

    def _doubt(self, start: datetime, done: datetime) -> tuple[datetime, Message] | None:
        """What makes a completed run uncertain: the latest moment until which it does, and which it is."""
        found: list[tuple[datetime, Message]] = []
        if self.parameters.policy != "manual" and self.term.breaches_of:
            # What ends that much later cannot have begun before the completion.
            late = self.last(start, done, None) if self.as_of < done + WIDEST else None
            if late is not None and late.at > self.as_of:
                found.append((late.at, Message("clock.may_be_breached", {"incident": late.incident})))
            for one in self.reader.unplaced(
                self.term.breaches_of, self.reading, start=start, end=done, limit=1
            ):
                found.append((one.occurred_to, Message("clock.unplaced", {"incident": one.incident})))
        if self.parameters.observation_required:
            unseen = self.days(start, done)[1]
            if unseen:
                end = unseen[-1][1][1]
                found.append((end, Message("clock.not_observed", {"days": len(unseen)})))
        return max(found, key=lambda one: one[0]) if found else None

    def _why_running(self, restart: Restart | None) -> Message:
        if restart is None:
            return Message("clock.running")
        if restart in self.declared:
            return Message("clock.restarted_by_declarers", {"at": restart.at})
        values = {"incident": restart.incident, "at": restart.at}
        if restart.ruled == "violation" or restart.accepted:
            return Message("clock.restarted", values)
        return Message("clock.in_question", values)

    # --- Pausing -------------------------------------------------------------------------------------

    def _pausing(self) -> Run:
        span = self.parameters.pause_for or timedelta()
        start = max((one.at for one in self.declared), default=self.start)
        restart = max(self.declared, key=lambda one: one.at, default=None)
        pauses, longer, latest = self._pauses(start, span, surely=False)
        done = advance(start, self.length + longer, pauses)
        sure, _, _ = self._pauses(start, span, surely=True)
        best = min(done, advance(start, self.length, sure))
        if self.as_of < done:
            still = next((one for one in pauses if one[0] <= self.as_of < one[1]), None)
            if still is not None:
                why = self._why_paused(latest)
                return Run("paused", still[0], start, restart, done, best, pauses, why)
            return Run("running", start, start, restart, done, best, pauses, self._why_running(restart))
        doubt = self._doubt(start, done)
        if doubt is not None:
            may_pause = len(
                self.reader.unplaced(
                    self.term.breaches_of, self.reading, start=start, end=done + span, limit=MANY
                )
            )
            certain = max(done, doubt[0]) + span * max(may_pause, 1)
            if self.parameters.observation_required or self.as_of < certain or may_pause == MANY:
                return Run("unknown", done, start, restart, certain, best, pauses, doubt[1])
            done = certain
        return Run("fulfilled", done, start, restart, done, best, pauses, Message("clock.fulfilled"))

    def _pauses(
        self, start: datetime, span: timedelta, surely: bool
    ) -> tuple[tuple[Interval, ...], timedelta, Restart | None]:
        """The stretches in which the clock stands still, how much more that may be, and the latest breach."""
        pauses, longer = list(self.situation.suspensions), timedelta()
        latest: Restart | None = None
        terms, cursor = self.term.breaches_of, start - INSTANT
        if not terms or not span:
            return tuple(union(pauses)), longer, None
        while True:
            done = advance(start, self.length + longer, union(pauses))
            one = self.reader.first_restart(
                terms, self.reading, after=cursor, before=done, by=self.as_of, surely=surely
            )
            if one is None:
                return tuple(union(pauses)), longer, latest
            at = one.at_best if surely else one.at
            end, latest = at + span, one
            while True:
                more = self.reader.last_restart(
                    terms,
                    self.reading,
                    after=max(cursor, end - span),
                    before=end,
                    by=self.as_of,
                    surely=surely,
                )
                if more is None or (more.at_best if surely else more.at) + span <= end:
                    break
                end, latest = (more.at_best if surely else more.at) + span, more
            if not surely:
                longer += self._longer(cursor, (at, end), span)
            # What may lie on either side of the completion stops the count just before it.
            late = timedelta(seconds=1) if at >= done else timedelta()
            pauses.append((min(at, done) - late, end - late))
            cursor = max(end - INSTANT, one.at)

    def _longer(self, after: datetime, together: Interval, span: timedelta) -> timedelta:
        """By how much more breaches may have stopped the clock than by pauses from their latest moments on.

        ``together`` is the stretch that these pauses make, of breaches later than ``after``. Where moments
        are not exact, each pause may have lain beside the others, and beside every suspension.
        """
        start, end = together
        those = self.reader.restarts(
            self.term.breaches_of, self.reading, after=after, before=end, by=self.as_of, limit=MANY
        )
        if len(those) == MANY:
            apart = end - start + WIDEST
        elif all(one.at == one.at_best for one in those):
            return timedelta()
        else:
            first = min(start, *(one.at_best for one in those))
            apart = min(end - first, span * len(those))
        return max(apart - (end - start), timedelta()) + time_in(self.situation.suspensions, start, end)

    def _why_paused(self, latest: Restart | None) -> Message:
        if latest is None:
            return Message("clock.paused_by_suspension")
        return Message("clock.paused", {"incident": latest.incident, "at": latest.at})
