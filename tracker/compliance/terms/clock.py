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

A count completes at start + length; a breach at that instant comes after it. A breach restarts at the
latest moment at which it may have happened; ``completes_at_best`` takes the earliest. A run into which an
unplaced breach may fall, or a breach that may lie on either side of its completion, ends *unknown*; it is
certain again once a whole run has passed since the latest moment at which that breach may have happened.
``completes_at`` of a running clock leaves aside what is still unplaced, which ``unplaced`` lists; of an
unknown one it is when it will be certain again.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import ClassVar

from tracker.compliance.charter import Charter, Fault, Term
from tracker.compliance.count import INSTANT, SHOWN, ClockParameters, Count, Tolerance
from tracker.compliance.intervals import time_in
from tracker.compliance.parameters import Parameters
from tracker.compliance.term_kind import Situation, TermKind
from tracker.compliance.verdicts import Message, Restart, Unplaced, Verdict

POLICIES = ("reset", "pause", "tolerate", "manual")


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
        return Telling(Count(term, parameters, reading, situation, start)).verdict()

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


class Telling:
    """The run that a count is in, told as a verdict."""

    def __init__(self, count: Count) -> None:
        self.count, self.run = count, count.run()
        self.term, self.parameters, self.reading = count.term, count.parameters, count.reading
        self.start, self.as_of, self.length = count.start, count.as_of, count.length
        self.reader = count.reader

    def verdict(self) -> Verdict:
        """What the clock says, with its numbers, its evidence and what would change it."""
        run = self.run
        until = min(self.as_of, run.completes)
        elapsed = min(self.length, until - run.start - time_in(run.pauses, run.start, until))
        if run.state == "fulfilled":
            elapsed = self.length
        resets = self._resets()
        unplaced = self._unplaced()
        seen, unseen = self.count.days(run.start, until)
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
            "resets_count": self._resets_count(),
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
            would_change=self._would_change(unplaced),
            next_moment=None if run.state == "fulfilled" else self._next(),
            met=met,
            met_since=self.start if met is False else run.since,
        )

    def _next(self) -> datetime | None:
        still = [end for start, end in self.run.pauses if start <= self.as_of < end]
        ends = [end for end in still if end - self.as_of > INSTANT]
        return min((one for one in (*ends, self.run.completes) if one > self.as_of), default=None)

    @property
    def _nothing_after(self) -> bool:
        """Whether all that may restart it by ``as_of`` lies before the completion."""
        latest = self.count.resets.latest
        return self.as_of < self.run.completes or not latest or latest[0].at < self.run.completes

    def _resets(self) -> Sequence[Restart]:
        if not self.term.breaches_of or self.parameters.policy == "manual":
            return self.count.declared[::-1][:SHOWN]
        if self._nothing_after:
            return self.count.resets.latest
        return self.reader.restarts(
            self.term.breaches_of,
            self.reading,
            after=self.start,
            before=self.run.completes,
            by=self.run.completes - INSTANT,
            limit=SHOWN,
        )

    def _resets_count(self) -> int:
        if not self.term.breaches_of or self.parameters.policy == "manual":
            return len(self.count.declared)
        if self._nothing_after:
            return self.count.resets.count + len(self.count.declared)
        counted = self.reader.count_restarts(
            self.term.breaches_of, self.reading, after=self.start, by=self.run.completes - INSTANT
        )
        return counted + len(self.count.declared)

    def _unplaced(self) -> Sequence[Unplaced]:
        if not self.term.breaches_of:
            return ()
        end = min(self.run.completes, self.as_of + INSTANT)
        since = [one for one in self.count.resets.unplaced if one.occurred_to > self.run.start]
        may_fall = [one for one in since if one.occurred_from is None or one.occurred_from < end]
        if len(may_fall) == len(since) or len(since) < SHOWN:
            return may_fall
        return self.reader.unplaced(
            self.term.breaches_of,
            self.reading,
            start=self.run.start,
            end=end,
            by=self.as_of,
            limit=SHOWN,
        )

    def _would_change(self, unplaced: Sequence[Unplaced]) -> tuple[Message, ...]:
        found = []
        if self.run.why.code in ("clock.in_question", "clock.paused"):
            incident = {"incident": self.run.why.values["incident"]}
            found.append(Message("change.ruled_no_violation", incident))
            if self.reading != "ruled":
                found.append(Message("change.ruled_violation", incident))
        found += [Message("change.ruled", {"incident": one.incident}) for one in unplaced]
        if self.run.state in ("running", "paused"):
            found.append(Message("change.completes", {"at": self.run.completes}))
            if self.parameters.policy != "manual":
                found.append(Message("change.another_breach"))
        return tuple(found)


def _seconds(length: timedelta) -> int:
    return int(length.total_seconds())


KIND = Clock()
