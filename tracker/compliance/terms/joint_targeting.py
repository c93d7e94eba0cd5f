"""A gate that opens when other terms are met: joint action, or anything else promised on conditions.

Modelled on the Joint Implementation Centre in the arrangement on Syria of 9 September 2016: to be set up
after seven consecutive days of adherence and of humanitarian access.

The condition is the term's ``requires``: references (all of them), or ``all``, ``any`` and ``not`` of these.
A condition is met only when it holds in every reading; unknown unlocks nothing. A gate that belongs to the
declarers is then ``conditions_met``, and ``unlocked`` only by their declaration; one that does not, opens.

Parameters, none of them required
    declared     whether the gate belongs to the declarers; it does unless this says false
    declarers    whose word opens it, all of them; without it, the charter's declarers
    relocks      whether an opened gate locks again once its conditions are no longer surely met, and opens
                 only by a declaration made since they are met; unless this says true, what was declared open
                 stays so until the same declarers declare it locked
    obligations  what must follow once it is unlocked: list of: what (text), within (length), by (actors),
                 term (reference of a term by which it is done)
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar

from tracker.compliance.charter import READINGS, Charter, Fault, Term
from tracker.compliance.conditions import Answer, answer, condition_faults, references
from tracker.compliance.fulfilment import declared
from tracker.compliance.parameters import Parameters
from tracker.compliance.term_kind import Situation, TermKind
from tracker.compliance.verdicts import Message, Verdict


@dataclass(frozen=True, slots=True)
class Obligation:
    """What must follow, and how soon after the gate has opened."""

    what: str
    within: timedelta
    by: tuple[str, ...]
    term: str | None


@dataclass(frozen=True, slots=True)
class GateParameters:
    """The parameters of a gate, read."""

    declared: bool
    declarers: tuple[str, ...]
    relocks: bool
    obligations: tuple[Obligation, ...]


class JointTargeting(TermKind[GateParameters]):
    """Judges whether a gate is locked, has its conditions met, or is unlocked. All readings agree."""

    states: ClassVar[tuple[str, ...]] = ("locked", "conditions_met", "unlocked")

    def read(self, given: Parameters, term: Term, charter: Charter) -> GateParameters:
        obligations = []
        for part in given.parts("obligations"):
            what, within = part.text("what", required=True), part.length("within", required=True)
            by, of = part.texts("by"), part.text("term")
            if what is not None and within is not None:
                obligations.append(Obligation(what, within, by, of))
        return GateParameters(
            given.flag("declared", True),
            given.texts("declarers") or charter.declarers,
            given.flag("relocks", False),
            tuple(obligations),
        )

    def required(self, term: Term) -> tuple[str, ...]:
        obligations = Parameters(term.parameters, "").parts("obligations")
        fulfilling = [ref for part in obligations if (ref := part.text("term")) is not None]
        return tuple(dict.fromkeys((*references(term.requires), *fulfilling)))

    def faults(self, term: Term, charter: Charter, path: str) -> list[Fault]:
        found = super().faults(term, charter, path) + condition_faults(term.requires, f"{path}.requires")
        if not references(term.requires):
            found.append(Fault(f"{path}.requires", "joint_targeting.requires_nothing"))
        parameters = self.read(Parameters(term.parameters, path), term, charter)
        if parameters.declared and not parameters.declarers:
            found.append(Fault(f"{path}.parameters.declarers", "joint_targeting.no_declarers"))
        return found

    def judge(self, term: Term, parameters: GateParameters, reading: str, situation: Situation) -> Verdict:
        def of(ref: str) -> Sequence[bool | None]:
            other = situation.verdicts.get(ref)
            if other is None:
                return (None,) * len(READINGS)
            return tuple(other.readings[one].met for one in READINGS)

        refs = references(term.requires)
        # What is not written as a condition, or requires nothing, is never met.
        sound = refs and not condition_faults(term.requires, "requires")
        found = answer(term.requires, of) if sound else Answer(False)
        met_since = _met_since(term.requires, situation) if found.met else None
        values: dict[str, Any] = {
            "missing": found.missing,
            "unknown": found.unknown,
            "declarers": parameters.declarers if parameters.declared else (),
        }
        opened = _opened(term, parameters, situation)
        if not parameters.declared and met_since is not None:
            opened = [(met_since, ())]
        elif parameters.relocks:  # it has locked since whatever was declared before its conditions held
            opened = [one for one in opened if met_since is not None and one[0] >= met_since]
        if opened:
            return _unlocked(found, opened[0], values, parameters, situation)
        if found.met:
            message = Message("joint_targeting.conditions_met", {"declarers": parameters.declarers})
            change: tuple[Message, ...] = (Message("change.declared", {"by": parameters.declarers}),)
            return Verdict(
                "conditions_met", met_since, message, values, refs, change, met=False, met_since=met_since
            )
        since = _locked_since(found, situation)
        message = Message("joint_targeting.locked", {"missing": found.missing, "unknown": found.unknown})
        change = tuple(Message("change.term_met", {"term": ref}) for ref in found.missing + found.unknown)
        return Verdict(
            "locked",
            since,
            message,
            values,
            found.missing or found.unknown,
            change,
            met=False,
            met_since=since,
        )


def _met_since(condition: Any, situation: Situation) -> datetime | None:
    """Since when a condition that is met has been so: the first moment from which what its terms are since
    then is enough for it, whatever the others were."""
    refs = [ref for ref in references(condition) if ref in situation.verdicts]
    verdicts = {ref: [situation.verdicts[ref].readings[one] for one in READINGS] for ref in refs}
    for moment in sorted({one.met_since for those in verdicts.values() for one in those if one.met_since}):

        def of(ref: str, moment: datetime = moment) -> Sequence[bool | None]:
            return [
                one.met if one.met_since is not None and one.met_since <= moment else None
                for one in verdicts.get(ref, ())
            ] or (None,)

        if answer(condition, of).met:
            return moment
    return situation.charter.in_force_from


def _locked_since(found: Answer, situation: Situation) -> datetime | None:
    """Since when it has been locked: the longest that one of the missing terms has kept it so."""
    if not situation.started:
        return None
    moments = [
        one.met_since
        for ref in found.missing or found.unknown
        if ref in situation.verdicts
        for one in situation.verdicts[ref].readings.values()
        if one.met_since is not None and one.met is not True
    ]
    return min(moments, default=situation.charter.in_force_from)


def _opened(
    term: Term, parameters: GateParameters, situation: Situation
) -> list[tuple[datetime, tuple[str, ...]]]:
    """When the declarers opened the gate since they last locked it, each time with their declarations."""
    said = situation.facts.declarations
    opened = declared(said, "unlocks", term.ref, parameters.declarers, situation.as_of)
    locked = declared(said, "locks", term.ref, parameters.declarers, situation.as_of)
    return [one for one in opened if not locked or one[0] > locked[-1][0]]


def _unlocked(
    found: Answer,
    opened: tuple[datetime, tuple[str, ...]],
    values: dict[str, Any],
    parameters: GateParameters,
    situation: Situation,
) -> Verdict:
    since, evidence = opened
    code = "joint_targeting.unlocked" if found.met else "joint_targeting.unlocked_by_word_alone"
    duties, deadlines = [], []
    for one in parameters.obligations:
        due = since + one.within
        other = situation.verdicts.get(one.term) if one.term is not None else None
        done = other is not None and all(verdict.met for verdict in other.readings.values())
        state = "fulfilled" if done else "overdue" if situation.as_of >= due else "pending"
        duties.append({"what": one.what, "due": due, "by": one.by, "state": state})
        if state == "pending":
            deadlines.append(due)
    values["obligations"] = tuple(duties)
    return Verdict(
        "unlocked",
        since,
        Message(code, {"declarers": parameters.declarers}),
        values,
        evidence,
        (Message("change.declared_locked", {"by": parameters.declarers}),) if parameters.declared else (),
        min(deadlines, default=None),
        met=True,
        met_since=since,
    )


KIND = JointTargeting()
