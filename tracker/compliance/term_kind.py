"""What every kind of term is: parameters that it reads, states that it can be in, and how it is judged.

A kind is one file in ``terms/`` whose module attribute ``KIND`` is an instance of a ``TermKind``; the file's
name is the kind's name. Nothing else needs to know of it.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar, Generic, TypeVar

from tracker.compliance.charter import READINGS, Charter, Fault, Term
from tracker.compliance.coverage import Cast
from tracker.compliance.facts import TruceFacts
from tracker.compliance.intervals import Interval
from tracker.compliance.parameters import Parameters
from tracker.compliance.verdicts import Message, StandingsReader, TermVerdict, Verdict

ENDED, CANNOT_BE_JUDGED = "ended", "cannot_be_judged"


@dataclass(frozen=True, slots=True)
class Situation:
    """All that a term may look at when it is judged."""

    charter: Charter
    cast: Cast
    standings: StandingsReader  # fixed at one known moment and one view
    facts: TruceFacts  # cut at the same known moment
    as_of: datetime
    suspensions: tuple[Interval, ...]  # when the truce was suspended, disjoint and in order, up to as_of
    verdicts: Mapping[str, TermVerdict]  # of the terms judged so far: all that this one requires

    @property
    def started(self) -> bool:
        """Whether the truce had come into force."""
        start = self.charter.in_force_from
        return start is not None and self.as_of >= start

    @property
    def start(self) -> datetime:
        """When the truce came into force; only asked once it has ``started``."""
        assert self.charter.in_force_from is not None
        return self.charter.in_force_from


P = TypeVar("P")


class TermKind(ABC, Generic[P]):
    """One kind of term. ``P`` is what its parameters become once they are read."""

    states: ClassVar[tuple[str, ...]]
    """Every state that a verdict of this kind may have, beside ``ended`` and ``cannot_be_judged``."""

    @abstractmethod
    def read(self, given: Parameters, term: Term, charter: Charter) -> P:
        """The parameters of a term; faults are noted on ``given`` and leave defaults in their place."""

    @abstractmethod
    def judge(self, term: Term, parameters: P, reading: str, situation: Situation) -> Verdict:
        """What the term says in one reading."""

    def in_question_since(
        self, term: Term, parameters: P, readings: Mapping[str, Verdict], situation: Situation
    ) -> datetime | None:
        """From when the readings differ over something that nobody ruled or accepted; None: they do not."""
        return None

    def required(self, term: Term) -> tuple[str, ...]:
        """References of all terms that must be judged before this one."""
        from tracker.compliance.conditions import references

        return references(term.requires)

    def faults(self, term: Term, charter: Charter, path: str) -> list[Fault]:
        """What is wrong with the parameters of a term that stands at ``path`` of its charter."""
        given = Parameters(term.parameters, f"{path}.parameters")
        self.read(given, term, charter)
        return given.all_faults()

    def verdict(self, term: Term, situation: Situation) -> TermVerdict:
        """What the term says, in all three readings."""
        given = Parameters(term.parameters, "parameters")
        parameters = self.read(given, term, situation.charter)
        faults = given.noted()
        if faults:
            values = {"paths": tuple(fault.path for fault in faults)}
            return unjudged(term, Message("term.parameters_faulty", values))
        readings = {reading: self.judge(term, parameters, reading, situation) for reading in READINGS}
        return TermVerdict(
            ref=term.ref,
            kind=term.kind,
            title=term.title,
            requires=self.required(term),
            breaches_of=term.breaches_of,
            readings=readings,
            in_question_since=self.in_question_since(term, parameters, readings, situation),
        )


def unjudged(term: Term, message: Message) -> TermVerdict:
    """The verdict of a term that nothing here can judge."""
    from tracker.compliance.conditions import references

    verdict = Verdict(CANNOT_BE_JUDGED, None, message)
    return TermVerdict(
        term.ref,
        term.kind,
        term.title,
        references(term.requires),
        term.breaches_of,
        dict.fromkeys(READINGS, verdict),
    )


def ended(verdict: TermVerdict, since: datetime) -> TermVerdict:
    """The same term once its truce has ended: what it said at the end stays in ``values``."""
    readings = {
        reading: replace(
            one,
            state=ENDED,
            since=since,
            message=Message("term.ended", {"last_state": one.state}),
            values={**one.values, "last_state": one.state},
            would_change=(),
            next_moment=None,
        )
        for reading, one in verdict.readings.items()
    }
    return replace(verdict, readings=readings)
