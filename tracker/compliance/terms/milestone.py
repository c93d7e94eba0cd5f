"""Something to be reached, by a time or with no date known.

Modelled on dated duties such as the Chapultepec calendar of 1992 (El Salvador) and the Colombian Final
Agreement of 2016 (laying down of arms by a day counted from the start), and on the separation of groups from
Fateh al-Sham in the arrangement on Syria of 9 September 2016, for which no date is known.

Parameters, none of them required
    due          the moment by which it must be reached
    within       or how long after the truce comes into force
    measured_by  sources whose word establishes that it was reached
"""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from tracker.compliance.charter import Charter, Term
from tracker.compliance.facts import MilestoneReport
from tracker.compliance.fulfilment import declared, established, up_to
from tracker.compliance.parameters import Parameters
from tracker.compliance.term_kind import Situation, TermKind
from tracker.compliance.verdicts import Message, Verdict


@dataclass(frozen=True, slots=True)
class MilestoneParameters:
    """The parameters of a milestone, read."""

    due: datetime | None
    measured_by: tuple[str, ...]


class Milestone(TermKind[MilestoneParameters]):
    """Judges whether a milestone was reached."""

    states: ClassVar[tuple[str, ...]] = ("pending", "fulfilled", "overdue")

    def read(self, given: Parameters, term: Term, charter: Charter) -> MilestoneParameters:
        due, within = given.moment("due"), given.length("within")
        if due is not None and within is not None:
            given.fault("within", "parameter.one_of_two", other="due")
        if due is None and within is not None and charter.in_force_from is not None:
            due = charter.in_force_from + within
        return MilestoneParameters(due, given.texts("measured_by"))

    def judge(
        self, term: Term, parameters: MilestoneParameters, reading: str, situation: Situation
    ) -> Verdict:
        due, as_of = parameters.due, situation.as_of
        start = situation.charter.in_force_from
        values = {"due": due, "owed_by": term.owed_by, "measured_by": parameters.measured_by}
        if start is None or not situation.started:
            return Verdict(
                "pending", None, Message("milestone.not_started"), values, next_moment=start, met=False
            )
        mine = [report for report in situation.facts.milestones if report.term == term.ref]
        found = established(up_to(mine, as_of, start), parameters.measured_by, situation.cast, _reached)
        word = declared(
            situation.facts.declarations, "fulfilled", term.ref, situation.charter.declarers, as_of
        )
        if found.met or word:
            by_word = not found.met or (found.since is not None and word and word[0][0] < found.since)
            since = word[0][0] if by_word else found.since
            evidence = word[0][1] if by_word else found.evidence
            code = "milestone.declared" if by_word else "milestone.fulfilled"
            return Verdict("fulfilled", since, Message(code), values, evidence, met=True, met_since=since)
        change = (Message("change.reported_reached"),)
        if due is not None and as_of >= due:
            message = Message("milestone.overdue", {"due": due})
            return Verdict(
                "overdue", due, message, values, found.evidence, change, met=False, met_since=start
            )
        message = Message("milestone.pending" if due is not None else "milestone.no_date", {"due": due})
        return Verdict(
            "pending", start, message, values, found.evidence, change, due, met=False, met_since=start
        )


def _reached(report: MilestoneReport) -> bool | None:
    return report.reached


KIND = Milestone()
