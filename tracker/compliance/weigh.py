"""Weighs one incident: what its claims and rulings say, per prohibition and reading, at every known moment.

The whole known history is computed at once from all facts, sorted by when they were known, so that neither
the order of arrival nor a recompute can make a difference.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from tracker.compliance.account import Account, answers_to, attribution_of, leaning
from tracker.compliance.casualties import casualties_of
from tracker.compliance.charter import READINGS, Charter, Term, once_per_charter
from tracker.compliance.coverage import COVERED, OUTSIDE, cast_of
from tracker.compliance.elements import STANDING, Elements
from tracker.compliance.facts import Claim, IncidentFacts, Ruling, stands
from tracker.compliance.intervals import Interval, is_placed
from tracker.compliance.scope import Coverage, Scope, coverage, scope_of
from tracker.compliance.verdicts import Details, Element, Message, Standing

REMOVING = frozenset({"no_violation", "outside_truce"})
"""Outcomes that take an incident out of all three readings."""


def weigh(charter: Charter, incident: IncidentFacts) -> tuple[Standing, ...]:
    """Every standing of an incident: one row per prohibition, reading and stretch of known time.

    Rows of one prohibition and reading follow each other without a gap from the moment at which the
    incident was first known; rows that would say the same are one. A report that no longer stands
    leaves a row that does not count, not a gap. Nothing known: no rows.
    """
    scopes, cast = prohibitions(charter), cast_of(charter)
    claims = sorted(incident.claims, key=leaning) if len(incident.claims) > 1 else incident.claims
    first_known = min([claim.known for claim in claims], default=None)
    history: list[list[_Said]] = [[] for _ in scopes]
    for moment in _moments(incident):
        at = Account(cast, [claim for claim in claims if stands(claim, moment)])
        rulings = [ruling for ruling in incident.rulings if stands(ruling, moment)]
        first = None if first_known is None or moment < first_known else first_known
        for said, one in zip(history, _say(scopes, at, rulings, moment, first), strict=True):
            said.append(one)
    return tuple(
        [
            row
            for scope, said in zip(scopes, history, strict=True)
            for i in range(len(READINGS))
            for row in _rows(incident.ref, scope.term, i, said)
        ]
    )


@once_per_charter
def prohibitions(charter: Charter) -> tuple[Scope, ...]:
    """The scopes of the charter's prohibitions, in its order."""
    return tuple(scope_of(charter, term) for term in charter.terms if is_prohibition(term))


def is_prohibition(term: Term) -> bool:
    """Whether incidents are weighed and ruled on against this term."""
    return term.kind == "prohibition"


def _moments(incident: IncidentFacts) -> Sequence[datetime]:
    """Every moment at which what is known of the incident changed, from the first on."""
    facts: tuple[Claim | Ruling, ...] = (*incident.claims, *incident.rulings)
    if len(facts) == 1 and facts[0].until is None:
        return (facts[0].known,)
    moments = {fact.known for fact in facts if fact.until is None or fact.known < fact.until}
    moments |= {fact.until for fact in facts if fact.until is not None and fact.known < fact.until}
    return sorted(moments)


# --- Rows --------------------------------------------------------------------------------------------

_Row = tuple[Any, ...]
"""What a ``Standing`` holds, in its order, without what it is of and its known range."""

_Said = tuple[datetime, list[_Row]]
"""What one prohibition says from a moment on: a row of each reading."""


def _rows(incident: str, term: str, i: int, said: Sequence[_Said]) -> list[Standing]:
    """One reading's rows as known time goes on: each lasts until the next says something else."""
    rows: list[Standing] = []
    if not said:
        return rows
    since, now = said[0]
    row = now[i]
    for moment, now in said[1:]:
        if now[i] != row:
            rows.append(Standing(incident, term, READINGS[i], row[0], since, moment, *row[1:]))
            since, row = moment, now[i]
    rows.append(Standing(incident, term, READINGS[i], row[0], since, None, *row[1:]))
    return rows


def _say(
    scopes: Sequence[Scope],
    at: Account,
    rulings: Sequence[Ruling],
    known: datetime,
    first_known: datetime | None,
) -> list[_Said]:
    """What an account and the rulings say at one moment, of each prohibition.

    ``first_known``: when the first claim that was ever made of the incident was known.
    """
    told: list[_Said] = []
    shared = Elements(at)
    who = attribution_of(at, shared.actor.code == "two_sources")
    casualties, by_group = casualties_of(at.claims)
    sources = tuple(sorted({claim.source.slug for claim in at.claims}))
    for scope in scopes:
        covers = coverage(scope, at)
        elements = shared.of(scope)
        ruling, refs = _ruling(rulings, scope.term, at.cast.charter.leading_body)
        outcome = ruling.outcome if ruling else None
        violation = ruling if outcome == "violation" else None
        responsible = (violation.responsible if violation else None) or who.accepted_by
        details = Details(
            covers.why,
            who.word,
            who.intent,
            responsible,
            answers_to(at, (responsible,) if responsible else at.perpetrators),
            covers.assumed,
            next(iter(at.acts)) if len(at.acts) == 1 else None,
            elements,
            casualties,
            by_group,
            sources,
            first_known,
            ruling.ref if ruling else None,
            refs,
        )
        same = (
            covers.state,
            "discounted" if outcome == "no_violation" else who.grade,
            ruling.severity if ruling else None,
            outcome,
            who.accepted_by is not None,
            at.perpetrators,
        )
        counts = _counts(at, covers, elements, ruling)
        times = _times(at, violation, known, counts[1].counts)
        told.append(
            (known, [_row(one, when, same, details) for one, when in zip(counts, times, strict=True)])
        )
    return told


def _ruling(rulings: Sequence[Ruling], term: str, leading_body: str) -> tuple[Ruling | None, tuple[str, ...]]:
    """The leading body's latest ruling on a term, and the references of every body's."""
    if not rulings:
        return None, ()
    those = sorted((one for one in rulings if one.term == term), key=lambda one: (one.known, one.ref))
    leading = [one for one in those if one.body == leading_body]
    return (leading[-1] if leading else None), tuple(one.ref for one in those)


# --- Whether it counts -------------------------------------------------------------------------------


class _Count(NamedTuple):
    counts: bool
    why: Message
    evidence: tuple[str, ...] = ()


_Counts = tuple[_Count, _Count, _Count]
"""Of each reading, in the order of ``READINGS``: ruled within corroborated within alleged."""

_NOT_RULED = _Count(False, Message("weigh.not_ruled"))
_NOTHING_ALLEGED = _Count(False, Message("weigh.nothing_alleged"))
_NOT_SETTLED = Message("weigh.not_settled")
_OUTSIDE = Message("weigh.outside")
_ALLEGED = Message("weigh.alleged")
_CORROBORATED = Message("weigh.corroborated")


@lru_cache(maxsize=64)
def _not_corroborated(missing: tuple[str, ...]) -> Message:
    return Message("weigh.not_corroborated", {"missing": missing})


def _counts(at: Account, covers: Coverage, elements: Mapping[str, Element], ruling: Ruling | None) -> _Counts:
    """Whether it counts in each reading; ``ruling`` is the one that decides, if any."""
    ruled = _NOT_RULED
    if ruling is not None:
        outcome = ruling.outcome
        ruled = _Count(outcome == "violation", Message(f"weigh.ruled_{outcome}"), (ruling.ref,))
        if ruled.counts or outcome in REMOVING:
            return ruled, ruled, ruled
    if not at.alleging:
        return _NOTHING_ALLEGED, _NOTHING_ALLEGED, ruled
    leading = (at.alleging[0].report,)
    if covers.state == OUTSIDE:
        outside = _Count(False, _OUTSIDE, leading)
        return outside, outside, ruled
    alleged = _Count(True, _ALLEGED, leading)
    if ruling is not None and ruling.outcome == "insufficient_evidence":
        return alleged, ruled, ruled
    if covers.state != COVERED:
        return alleged, _Count(False, _NOT_SETTLED, leading), ruled
    missing = [name for name in sorted(elements) if elements[name].code not in STANDING]
    if missing:
        return alleged, _Count(False, _not_corroborated(tuple(missing)), leading), ruled
    reports = sorted({report for one in elements.values() for report in one.reports})
    return alleged, _Count(True, _CORROBORATED, tuple(reports)), ruled


# --- When it happened --------------------------------------------------------------------------------


class _Times(NamedTuple):
    when: tuple[datetime | None, datetime | None]  # between which moments it may have happened
    placed: bool  # whether these are close enough to place it
    restarts: bool  # whether it restarts a count


def _times(
    at: Account, violation: Ruling | None, known: datetime, corroborated: bool
) -> tuple[_Times, _Times, _Times]:
    """When each reading takes it to have happened, in the order of ``READINGS``.

    Readings are nested: what a narrower one has placed, a wider one that could not place it takes over,
    so that a vague claim added never favours. ``corroborated``: whether it counts in that reading.
    """
    zone = at.cast.charter.zone
    if violation is not None and violation.occurred is not None:
        found = (violation.occurred.start, violation.occurred.end)
        times = _Times(found, is_placed(zone, found), True)
        return times, times, times
    restarts = bool(at.perpetrators) or violation is not None
    last = at.first if at.first is not None else known
    wide = _placed(zone, at.when, last, restarts)
    if len(at.alleging) < 2:
        return wide, wide, wide
    narrow_hull = at.hull(at.placing())
    narrow = _placed(zone, narrow_hull, last, restarts) if narrow_hull is not None else wide
    taken_over = narrow.placed and not wide.placed and corroborated
    return (narrow if taken_over else wide), narrow, narrow


def _placed(zone: str, when: Interval | None, last: datetime, restarts: bool) -> _Times:
    if when is None:
        return _Times((None, last), False, restarts)
    return _Times(when, is_placed(zone, when), restarts)


def _row(count: _Count, times: _Times, same: tuple[Any, ...], details: Details) -> _Row:
    counts, why, evidence = count
    (start, end), placed, restarts = times
    if not (counts and restarts):
        return (counts, start, end, None, None, False, *same, why, evidence, details)
    if placed:
        return (counts, start, end, end, start, False, *same, why, evidence, details)
    return (counts, start, end, None, None, True, *same, why, evidence, details)
