"""What a truce and its terms say at one moment, as known at one moment."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from tracker.compliance.charter import READINGS, Charter, Term
from tracker.compliance.coverage import cast_of
from tracker.compliance.facts import TruceFacts
from tracker.compliance.intervals import day_number
from tracker.compliance.registry import kind_of
from tracker.compliance.term_kind import ENDED, Situation, ended, unjudged
from tracker.compliance.truce_standing import TruceStanding, standing_of
from tracker.compliance.verdicts import Message, StandingsReader, Status, TermVerdict, Verdict

METHOD = "1"
"""The version of these rules. It changes when the same facts may give another verdict."""

SEVERITY_OF_STATES = ("breached", "strained", "unobserved", "holding", "not_started")
COMPLIANCE = {"breached": "violated"}
"""What a prohibition's state makes of the truce's compliance, where the word differs."""


def assess(charter: Charter, standings: StandingsReader, facts: TruceFacts, as_of: datetime) -> Status:
    """What the truce and each of its terms say at ``as_of``.

    ``standings`` and ``facts`` are of one view and already cut at one known moment; ``as_of`` (aware, may
    be in the future) restricts by when things happened. Nothing here asks the time.
    """
    standing = standing_of(charter, facts, as_of)
    over = standing.state == ENDED and standing.since is not None
    judged_at = standing.since if over and standing.since is not None else as_of
    verdicts = _verdicts(charter, standings, facts, judged_at, standing)
    compliance, why = _compliance(charter, verdicts)
    if over:
        verdicts = {ref: ended(one, judged_at) for ref, one in verdicts.items()}
    terms = tuple(verdicts[term.ref] for term in charter.terms)
    start = charter.in_force_from
    started = start is not None and as_of >= start
    moments = [verdict.next_moment for term in terms for verdict in term.readings.values()]
    moments += [standing.next_moment, charter.record_ends]
    return Status(
        truce=charter.slug,
        as_of=as_of,
        standing=standing.state,
        standing_since=standing.since,
        standing_why=standing.why,
        compliance=compliance,
        compliance_why=why,
        headline_reading=charter.headline_reading,
        day=day_number(start, as_of) if started and start is not None else None,
        elapsed_seconds=int((as_of - start).total_seconds()) if started and start is not None else None,
        renewal=standing.renewal,
        extensions=standing.extensions,
        declared_over=standing.declared_over,
        sentence=_sentence(charter, standing, terms, compliance, why),
        terms=terms,
        next_moment=min((one for one in moments if one is not None and one > as_of), default=None),
        record_ends=charter.record_ends,
        projected=charter.record_ends is not None and as_of > charter.record_ends,
    )


def _verdicts(
    charter: Charter,
    standings: StandingsReader,
    facts: TruceFacts,
    as_of: datetime,
    standing: TruceStanding,
) -> dict[str, TermVerdict]:
    """Every term judged, those that it requires before it; what requires itself cannot be judged."""
    verdicts: dict[str, TermVerdict] = {}
    waiting: list[Term] = list(charter.terms)
    refs = {term.ref for term in charter.terms}
    while waiting:
        later = []
        for term in waiting:
            kind = kind_of(term.kind)
            if kind is None:
                verdicts[term.ref] = unjudged(term, Message("term.kind_is_gone", {"kind": term.kind}))
            elif all(ref in verdicts or ref not in refs for ref in kind.required(term)):
                situation = Situation(
                    charter, cast_of(charter), standings, facts, as_of, standing.suspensions, verdicts
                )
                verdicts[term.ref] = kind.verdict(term, situation)
            else:
                later.append(term)
        if len(later) == len(waiting):
            for term in later:
                verdicts[term.ref] = unjudged(term, Message("term.requires_itself"))
            break
        waiting = later
    return verdicts


def _compliance(charter: Charter, verdicts: dict[str, TermVerdict]) -> tuple[str, Message]:
    """The worst that any prohibition says in the headline reading."""
    headline = [
        verdict.readings[charter.headline_reading]
        for verdict in verdicts.values()
        if verdict.kind == "prohibition"
        and verdict.readings[charter.headline_reading].state != "cannot_be_judged"
    ]
    if not headline:
        return "unobserved", Message("truce.prohibits_nothing")
    worst = min(headline, key=lambda one: SEVERITY_OF_STATES.index(one.state))
    return COMPLIANCE.get(worst.state, worst.state), worst.message


# --- The sentence on top -----------------------------------------------------------------------------


def _sentence(
    charter: Charter,
    standing: TruceStanding,
    terms: Sequence[TermVerdict],
    compliance: str,
    why: Message,
) -> Message:
    """What the board says first.

    It says *restarted* only after a ruling of violation, the responsible party's acceptance or the
    declarers' word; where the readings differ it says *in question since* and gives both counts.
    """
    values: dict[str, Any] = {"compliance": compliance, "why": why.code, "since": standing.since}
    if standing.state != "in_force":
        return Message(f"sentence.{standing.state}", {**values, **standing.why.values})
    clock = next((term for term in terms if term.kind == "clock"), None)
    if clock is None or any(reading not in clock.readings for reading in READINGS):
        return Message(f"sentence.{compliance}", values)
    headline, ruled = clock.readings[charter.headline_reading], clock.readings["ruled"]
    values |= {"clock": clock.ref, "headline": _count(headline), "ruled": _count(ruled)}
    if clock.in_question_since is not None:
        wider = headline if _count(headline) != _count(ruled) else clock.readings["alleged"]
        return Message(
            "sentence.in_question",
            {**values, "since": clock.in_question_since, "wider": _count(wider)},
        )
    if headline.message.code in ("clock.restarted", "clock.restarted_by_declarers"):
        return Message("sentence.restarted", {**values, **headline.message.values})
    if headline.state == "fulfilled":
        return Message("sentence.clock_fulfilled", {**values, "since": headline.since})
    return Message(f"sentence.{compliance}", values)


def _count(verdict: Verdict) -> dict[str, Any]:
    """The count of a clock as the sentence tells it."""
    names = ("elapsed_seconds", "length_seconds", "completes_at", "completes_at_best")
    return {"state": verdict.state, **{name: verdict.values.get(name) for name in names}}
