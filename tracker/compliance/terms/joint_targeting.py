"""A gate that opens when other terms are met: joint action, or anything else promised on conditions.

Modelled on the Joint Implementation Centre in the arrangement on Syria of 9 September 2016: to be set up
after seven consecutive days of adherence and of humanitarian access.

The condition is the term's ``requires``: references (all of them), or ``all``, ``any`` and ``not`` of these.
A condition is met only when it holds in every reading; unknown unlocks nothing. A gate that belongs to the
declarers is then ``conditions_met``, and ``unlocked`` only by their declaration; one that does not, opens.

Parameters, none of them required
    declared     whether the gate belongs to the declarers; it does unless this says false
    declarers    whose word opens it, all of them; without it, the charter's declarers
    relocks      whether an opened gate locks again once its conditions are no longer surely met; unless this
                 says true, what was declared open stays so until the same declarers declare it locked
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
        found = answer(term.requires, of) if refs else Answer(None)
        met_since = _met_since(refs, situation) if found.met else None
        values: dict[str, Any] = {
            "missing": found.missing,
            "unknown": found.unknown,
            "declarers": parameters.declarers if parameters.declared else (),
        }
        opened = _opened(term, parameters, situation)
        if not parameters.declared and found.met:
            opened = (met_since, ()) if met_since is not None else None
        elif parameters.relocks and not found.met:
            opened = None
        if opened is not None:
            return _unlocked(found, opened, values, parameters, situation)
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


def _met_since(refs: Sequence[str], situation: Situation) -> datetime | None:
    """Since when the condition has held: the last of its terms to become what it now is."""
    moments = [
        one.met_since
        for ref in refs
        if ref in situation.verdicts
        for one in situation.verdicts[ref].readings.values()
        if one.met_since is not None
    ]
    return max(moments, default=situation.charter.in_force_from)


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
) -> tuple[datetime, tuple[str, ...]] | None:
    """When the declarers opened the gate, and by which declarations; None where it is not open by them."""
    said = situation.facts.declarations
    opened = declared(said, "unlocks", term.ref, parameters.declarers, situation.as_of)
    locked = declared(said, "locks", term.ref, parameters.declarers, situation.as_of)
    last_locked = locked[-1][0] if locked else None
    standing = [one for one in opened if last_locked is None or one[0] > last_locked]
    return standing[0] if standing else None


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
