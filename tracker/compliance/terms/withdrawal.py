"""Equipment and people drawn back from a line, each class by its distance, by every side that owes it.

Modelled on the Castello Road in the arrangement on Syria of 9 September 2016 as later published: heavy
weapons withdrawn to at least 3,500 m from the road, others to 2,500 m, personnel to 1,000 m on the northern
and 500 m on the southern side; and on the reciprocal withdrawal lines of the Minsk Memorandum of
19 September 2014.

Parameters
    line         what the distances are measured from, told to readers
    distances    list of: equipment (class), metres (at least so far), sector (a side of the line; without
                 it every side), by (actors; without it all who owe the term) (required)
    reciprocal   whether it is fulfilled only when every actor has withdrawn, which is so unless it says
                 false: then each actor's own withdrawal stands by itself, and the term is met by the first
    due, within  when it must be done, as in ``milestone``
    measured_by  sources whose word establishes a distance
"""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from tracker.compliance.charter import Charter, Term
from tracker.compliance.facts import WithdrawalReport
from tracker.compliance.fulfilment import Finding, established, up_to
from tracker.compliance.parameters import Parameters
from tracker.compliance.term_kind import Situation, TermKind
from tracker.compliance.verdicts import Message, Verdict


@dataclass(frozen=True, slots=True)
class Distance:
    """One class of equipment, on one side of the line, of one actor."""

    actor: str
    equipment: str
    metres: float
    sector: str | None


@dataclass(frozen=True, slots=True)
class WithdrawalParameters:
    """The parameters of a withdrawal, read."""

    line: str | None
    distances: tuple[Distance, ...]
    reciprocal: bool
    due: datetime | None
    measured_by: tuple[str, ...]


class Withdrawal(TermKind[WithdrawalParameters]):
    """Judges whether everything stands as far from the line as it must, and still does."""

    states: ClassVar[tuple[str, ...]] = ("pending", "fulfilled", "overdue")

    def read(self, given: Parameters, term: Term, charter: Charter) -> WithdrawalParameters:
        line = given.text("line")
        distances: list[Distance] = []
        for part in given.parts("distances", required=True):
            equipment = part.text("equipment", required=True)
            metres = part.number("metres", required=True)
            sector = part.text("sector")
            actors = part.texts("by") or term.owed_by
            if not actors:
                part.fault("by", "withdrawal.owed_by_nobody")
            if equipment is not None and metres is not None:
                distances += [Distance(actor, equipment, metres, sector) for actor in actors]
        due, within = given.moment("due"), given.length("within")
        if due is not None and within is not None:
            given.fault("within", "parameter.one_of_two", other="due")
        if due is None and within is not None and charter.in_force_from is not None:
            due = charter.in_force_from + within
        reciprocal = given.flag("reciprocal", True)
        return WithdrawalParameters(line, tuple(distances), reciprocal, due, given.texts("measured_by"))

    def judge(
        self, term: Term, parameters: WithdrawalParameters, reading: str, situation: Situation
    ) -> Verdict:
        start, as_of, due = situation.charter.in_force_from, situation.as_of, parameters.due
        if start is None or not situation.started:
            message = Message("withdrawal.not_started")
            return Verdict("pending", None, message, {"due": due}, next_moment=start, met=False)
        mine = [report for report in situation.facts.withdrawals if report.term == term.ref]
        reports = up_to(mine, as_of, start)
        found = [
            (distance, _at_distance(reports, distance, parameters.measured_by, situation))
            for distance in parameters.distances
        ]
        values = {
            "line": parameters.line,
            "due": due,
            "reciprocal": parameters.reciprocal,
            "distances": tuple(
                {
                    "by": distance.actor,
                    "equipment": distance.equipment,
                    "sector": distance.sector,
                    "metres": distance.metres,
                    "met": one.met,
                }
                for distance, one in found
            ),
        }
        met, since, evidence = _together(found, parameters.reciprocal)
        if met:
            message = Message("withdrawal.fulfilled")
            return Verdict("fulfilled", since, message, values, evidence, met=True, met_since=since)
        change = (Message("change.reported_withdrawn"),)
        state, when = "pending", start
        code = "withdrawal.not_reported" if met is None else "withdrawal.too_close"
        if due is not None and as_of >= due:
            state, when = "overdue", due
            code = "withdrawal.overdue_unknown" if met is None else "withdrawal.overdue"
        next_moment = due if state == "pending" else None
        return Verdict(
            state, when, Message(code, {"due": due}), values, evidence, change, next_moment, met, start
        )


def _at_distance(
    reports: list[WithdrawalReport], distance: Distance, measured_by: tuple[str, ...], situation: Situation
) -> Finding[WithdrawalReport]:
    """Whether one class of one actor is established to stand far enough away."""

    def says(report: WithdrawalReport) -> bool | None:
        if report.by != distance.actor or report.equipment != distance.equipment:
            return None
        if report.sector is not None and distance.sector is not None and report.sector != distance.sector:
            return None
        if report.distance_max is not None and report.distance_max < distance.metres:
            return False  # also where it tells of one side only: something stands too close
        if report.sector is not None and distance.sector is None:
            return None
        if report.distance_min is not None and report.distance_min >= distance.metres:
            return True
        return None

    return established(reports, measured_by, situation.cast, says)


def _together(
    found: list[tuple[Distance, Finding[WithdrawalReport]]], reciprocal: bool
) -> tuple[bool | None, datetime | None, tuple[str, ...]]:
    """Whether all that counts is met, since when, and on which reports."""
    by_actor: dict[str, list[Finding[WithdrawalReport]]] = {}
    for distance, one in found:
        by_actor.setdefault(distance.actor, []).append(one)
    actors = [_all_met(those) for those in by_actor.values()]
    if reciprocal:
        return _all_met([one for _, one in found])
    done = [one for one in actors if one[0]]
    if done:
        return min(done, key=lambda one: (one[1] is None, one[1]))
    return _all_met([one for _, one in found])


def _all_met(
    findings: list[Finding[WithdrawalReport]],
) -> tuple[bool | None, datetime | None, tuple[str, ...]]:
    short = [one for one in findings if one.met is False]
    if short:
        return False, None, tuple(sorted({ref for one in short for ref in one.evidence}))
    if not findings or any(one.met is None for one in findings):
        return None, None, ()
    evidence = tuple(sorted({ref for one in findings for ref in one.evidence}))
    return True, max((one.since for one in findings if one.since is not None), default=None), evidence


KIND = Withdrawal()
