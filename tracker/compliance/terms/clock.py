"""A count of time that breaches stop: the truce must hold for so long before something follows.

Modelled on the arrangement between the United States and Russia of 9 September 2016 (seven consecutive days
of adherence before joint action), and on counts that pause or tolerate, such as the Kumanovo Military
Technical Agreement of 1999 (phases in days) and the Minsk Package of 2015.

Parameters
    length          how long the count runs (required)
    starts          when it starts; without it, when the truce comes into force
    policy          what a counted breach does: ``reset`` (from the breach anew), ``pause`` (stands still for
                    ``pause_for``), ``tolerate`` (see below), ``manual`` (only the declarers restart it)
    pause_for       for ``pause``: how long one breach stops the count
    tolerate        for ``tolerate``: count, window, severity: up to ``count`` breaches of that severity (any,
                    where none is named) within ``window`` restart nothing; one more does, and so does any
                    breach of another severity
    observation_required  whether days that nobody observed may count; without it, as the charter says

A count completes at start + length; a breach at that instant comes after it. A breach restarts at the latest
moment at which it may have happened; ``completes_at_best`` takes the earliest. A run into which an unplaced
breach may fall, or a breach that may lie on either side of its completion, ends *unknown*; it is certain again
once a whole run has passed since the latest moment at which that breach may have happened.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar

from tracker.compliance.charter import Charter, Fault, Term
from tracker.compliance.fulfilment import declared
from tracker.compliance.intervals import Interval, advance, time_in, union
from tracker.compliance.observation import days_seen
from tracker.compliance.parameters import Parameters
from tracker.compliance.term_kind import Situation, TermKind
from tracker.compliance.verdicts import Message, Restart, Verdict

INSTANT = timedelta(microseconds=1)
SHOWN = 5
"""How many resets and unplaced incidents a verdict lists; beyond that there is their count."""

POLICIES = ("reset", "pause", "tolerate", "manual")


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


class Clock(TermKind[ClockParameters]):
    """Judges a count of time."""

    states: ClassVar[tuple[str, ...]] = ("not_started", "running", "paused", "fulfilled", "unknown")

    def read(self, given: Parameters, term: Term, charter: Charter) -> ClockParameters:
        length = given.length("length", required=True)
        policy = given.text("policy", choices=POLICIES) or "reset"
        pause_for = given.length("pause_for", required=policy == "pause")
        tolerance = None
        part = given.part("tolerate", required=policy == "tolerate")
        if part is not None:
            count = part.number("count", required=True)
            window = part.length("window", required=True)
            severity = part.text("severity")
            if count is not None and window is not None:
                tolerance = Tolerance(int(count), window, severity)
        required = given.flag("observation_required", charter.observation_required)
        starts = given.moment("starts")
        return ClockParameters(length or timedelta(1), starts, policy, pause_for, tolerance, required)

    def faults(self, term: Term, charter: Charter, path: str) -> list[Fault]:
        found = super().faults(term, charter, path)
        if not term.breaches_of:
            found.append(Fault(f"{path}.breaches_of", "clock.stopped_by_nothing"))
        return found

    def judge(self, term: Term, parameters: ClockParameters, reading: str, situation: Situation) -> Verdict:
        start = parameters.starts or situation.charter.in_force_from
        if start is None or not situation.started or situation.as_of < start:
            values = {"length_seconds": _seconds(parameters.length), "starts": start}
            message = Message("clock.not_started", values)
            return Verdict("not_started", None, message, values, next_moment=start, met=False)
        count = Count(term, parameters, reading, situation, start)
        return count.verdict(count.run())

    def in_question_since(
        self, term: Term, parameters: ClockParameters, readings: Mapping[str, Verdict], situation: Situation
    ) -> datetime | None:
        """From the first restart that makes the wider readings differ from the ruled one.

        Not where the latest restart was accepted by the responsible party or declared by the declarers.
        """
        ruled, alleged = readings["ruled"], readings["alleged"]
        starts = {one.values.get("run_started") for one in readings.values()}
        if None in starts:
            return None
        if len(starts) == 1:
            differ = len({one.state for one in readings.values()}) > 1
            return alleged.since if differ else None
        if alleged.message.code in ("clock.restarted", "clock.restarted_by_declarers"):
            return None
        first = situation.standings.first_restart(
            term.breaches_of,
            "alleged",
            after=ruled.values["run_started"],
            before=situation.as_of + timedelta(days=2),
            by=situation.as_of,
        )
        return first.at if first is not None else alleged.since


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
        start, restart = self.start, None
        doubted: datetime | None = None  # when the first run that may have been broken would have ended
        doubt = Message("clock.fulfilled")
        pauses = self.situation.suspensions
        shown: tuple[datetime, Restart | None] = (start, None)  # the run told of: the first that was doubted
        while True:
            done = advance(start, self.length, pauses)
            one = self.last(start, done, self.as_of)
            if one is not None:
                start, restart = one.at, one
                if doubted is None:
                    shown = (start, restart)
                continue
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
            late = self.last(start, done, None)
            if late is not None and late.at > self.as_of:
                found.append((late.at, Message("clock.may_be_breached", {"incident": late.incident})))
            for one in self.reader.unplaced(
                self.term.breaches_of, self.reading, start=start, end=done, limit=1
            ):
                found.append((one.occurred_to, Message("clock.unplaced", {"incident": one.incident})))
        if self.parameters.observation_required:
            unseen = self._days(start, done)[1]
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
        pauses, latest = self._pauses(start, span, surely=False)
        done = advance(start, self.length, pauses)
        sure, _ = self._pauses(start, span, surely=True)
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
                    self.term.breaches_of, self.reading, start=start, end=done + span, limit=1000
                )
            )
            certain = max(done, doubt[0]) + span * max(may_pause, 1)
            if self.parameters.observation_required or self.as_of < certain or may_pause == 1000:
                return Run("unknown", done, start, restart, certain, best, pauses, doubt[1])
            done = certain
        return Run("fulfilled", done, start, restart, done, best, pauses, Message("clock.fulfilled"))

    def _pauses(
        self, start: datetime, span: timedelta, surely: bool
    ) -> tuple[tuple[Interval, ...], Restart | None]:
        """The stretches in which the clock stands still, and the latest breach that stops it."""
        pauses = list(self.situation.suspensions)
        latest: Restart | None = None
        terms, cursor = self.term.breaches_of, start - INSTANT
        if not terms or not span:
            return tuple(union(pauses)), None
        while True:
            done = advance(start, self.length, union(pauses))
            one = self.reader.first_restart(
                terms, self.reading, after=cursor, before=done, by=self.as_of, surely=surely
            )
            if one is None:
                return tuple(union(pauses)), latest
            at = one.at_best if surely else min(one.at, done)
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
            pauses.append((at, end))
            cursor = max(end - INSTANT, one.at)

    def _why_paused(self, latest: Restart | None) -> Message:
        if latest is None:
            return Message("clock.paused_by_suspension")
        return Message("clock.paused", {"incident": latest.incident, "at": latest.at})

    # --- The verdict ---------------------------------------------------------------------------------

    def _days(self, start: datetime, end: datetime) -> tuple[list[Any], list[Any]]:
        return days_seen(self.situation.facts.windows, self.situation.charter.zone, start, end)

    def verdict(self, run: Run) -> Verdict:
        """The run told as a verdict."""
        until = min(self.as_of, run.completes)
        elapsed = min(self.length, until - run.start - time_in(run.pauses, run.start, until))
        if run.state == "fulfilled":
            elapsed = self.length
        resets = self._resets(run)
        unplaced = self._unplaced(run)
        seen, unseen = self._days(run.start, until)
        values = {
            "length_seconds": _seconds(self.length),
            "elapsed_seconds": _seconds(elapsed),
            "completes_at": run.completes,
            "completes_at_best": run.completes_best,
            "run_started": run.start,
            "policy": self.parameters.policy,
            "resets": tuple(
                {"incident": one.incident, "at": one.at, "at_best": one.at_best} for one in resets
            ),
            "resets_count": self._resets_count(run),
            "unplaced": tuple(one.incident for one in unplaced),
            "observed_days": len(seen),
            "unobserved_days": len(unseen),
            "counted_for_want_of_reports": 0 if self.parameters.observation_required else len(unseen),
        }
        evidence: tuple[str, ...] = ()
        if run.state == "unknown" and "incident" in run.why.values:
            evidence = (run.why.values["incident"],)
        elif "incident" in run.why.values or run.why.code == "clock.restarted_by_declarers":
            evidence = (run.why.values.get("incident") or (run.restart.incident if run.restart else ""),)
        elif run.restart is not None:
            evidence = (run.restart.incident,)
        met = {"fulfilled": True, "unknown": None}.get(run.state, False)
        return Verdict(
            state=run.state,
            since=run.since,
            message=run.why,
            values=values,
            evidence=evidence,
            would_change=self._would_change(run, unplaced),
            next_moment=None if run.state == "fulfilled" else self._next(run),
            met=met,
            met_since=self.start if met is False else run.since,
        )

    def _next(self, run: Run) -> datetime | None:
        ends = [end for start, end in run.pauses if start <= self.as_of < end and end - self.as_of > INSTANT]
        return min((one for one in (*ends, run.completes) if one > self.as_of), default=None)

    def _resets(self, run: Run) -> Sequence[Restart]:
        if not self.term.breaches_of or self.parameters.policy == "manual":
            return self.declared[::-1][:SHOWN]
        return self.reader.restarts(
            self.term.breaches_of,
            self.reading,
            after=self.start,
            before=run.completes,
            by=min(self.as_of, run.completes - INSTANT),
            limit=SHOWN,
        )

    def _resets_count(self, run: Run) -> int:
        if not self.term.breaches_of or self.parameters.policy == "manual":
            return len(self.declared)
        by = min(self.as_of, run.completes - INSTANT)
        counted = self.reader.count_restarts(self.term.breaches_of, self.reading, after=self.start, by=by)
        return counted + len(self.declared)

    def _unplaced(self, run: Run) -> Sequence[Any]:
        if not self.term.breaches_of:
            return ()
        end = min(run.completes, self.as_of + INSTANT)
        return self.reader.unplaced(
            self.term.breaches_of, self.reading, start=run.start, end=end, by=self.as_of, limit=SHOWN
        )

    def _would_change(self, run: Run, unplaced: Sequence[Any]) -> tuple[Message, ...]:
        found = []
        if run.why.code in ("clock.in_question", "clock.paused"):
            incident = {"incident": run.why.values["incident"]}
            found.append(Message("change.ruled_no_violation", incident))
            if self.reading != "ruled":
                found.append(Message("change.ruled_violation", incident))
        found += [Message("change.ruled", {"incident": one.incident}) for one in unplaced]
        if run.state in ("running", "paused"):
            found.append(Message("change.completes", {"at": run.completes}))
            if self.parameters.policy != "manual":
                found.append(Message("change.another_breach"))
        return tuple(found)


def _seconds(length: timedelta) -> int:
    return int(length.total_seconds())


KIND = Clock()
