"""Weighs one incident: what its claims and rulings say, per prohibition and reading, at every known moment.

The whole known history is computed at once from all facts, sorted by when they were known, so that neither
the order of arrival nor a recompute can make a difference.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from operator import attrgetter

from tracker.compliance.account import Account, answers_to, attribution_of, leaning
from tracker.compliance.casualties import casualties_of
from tracker.compliance.charter import READINGS, Charter, Term, once_per_charter
from tracker.compliance.closeness import closest_place, closest_time, victims_named
from tracker.compliance.coverage import COVERED, OUTSIDE, Cast, cast_of
from tracker.compliance.elements import ELEMENTS, STANDING, Elements
from tracker.compliance.facts import Claim, IncidentFacts, Ruling, those_standing
from tracker.compliance.intervals import Interval, is_placed
from tracker.compliance.scope import Coverage, Scope, coverage, scope_of
from tracker.compliance.verdicts import Details, Element, Message, Standing

REMOVING = frozenset({"no_violation", "outside_truce"})
"""Outcomes that take an incident out of all three readings."""

_known = attrgetter("known")


def weigh(charter: Charter, incident: IncidentFacts) -> tuple[Standing, ...]:
    """Every standing of an incident: one row per prohibition, reading and stretch of known time.

    Rows of one prohibition and reading follow each other without a gap from the moment at which the
    incident was first known; rows that would say the same are one. A report that no longer stands
    leaves a row that does not count, not a gap. Nothing known: no rows.
    """
    scopes, cast = _read(charter)
    claims = sorted(incident.claims, key=leaning) if len(incident.claims) > 1 else incident.claims
    first_known = min(map(_known, claims), default=None)
    told = []  # moment by moment, the rows of every prohibition
    said = None
    moments = _moments(incident)
    for moment, until in zip(moments, [*moments[1:], None], strict=False):
        standing = those_standing(claims, moment)
        if said is None or said.at.claims != standing:
            said = _Said(Account(cast, standing))
        rulings = those_standing(incident.rulings, moment)
        first = None if first_known is None or moment < first_known else first_known
        told.append([_rows(incident.ref, scope, said, rulings, (moment, until), first) for scope in scopes])
    if len(told) == 1:
        return tuple([row for rows in told[0] for row in rows])
    return tuple([row for history in zip(*told, strict=True) for rows in _joined(history) for row in rows])


def _joined(history: Sequence[Sequence[Standing]]) -> list[list[Standing]]:
    """Reading by reading as known time goes on; rows that follow each other and say the same are one.

    ``history`` holds a row of each reading for every moment; those of one moment share their details.
    """
    joined = [[row] for row in history[0]]
    for rows in history[1:]:
        differ = rows[0].details != joined[0][-1].details
        for own, row in zip(joined, rows, strict=True):
            last = own[-1]
            if differ or (row.counts, row[6:]) != (last.counts, last[6:]):
                own.append(row)
            else:
                own[-1] = last._replace(until=row.until)
    return joined


@once_per_charter
def _read(charter: Charter) -> tuple[tuple[Scope, ...], Cast]:
    """The scopes of the charter's prohibitions, in its order, and its cast."""
    scopes = tuple(scope_of(charter, term) for term in charter.terms if is_prohibition(term))
    return scopes, cast_of(charter)


def is_prohibition(term: Term) -> bool:
    """Whether incidents are weighed and ruled on against this term."""
    return term.kind == "prohibition"


def _moments(incident: IncidentFacts) -> Sequence[datetime]:
    """Every moment at which what is known of the incident changed, from the first on."""
    facts: tuple[Claim | Ruling, ...] = (*incident.claims, *incident.rulings)
    moments: set[datetime] = set()
    for fact in facts:
        if fact.until is None:
            moments.add(fact.known)
        elif fact.known < fact.until:
            moments.update((fact.known, fact.until))
    return sorted(moments)


# --- Rows --------------------------------------------------------------------------------------------


class _Said:
    """What the claims that stand say by themselves, whatever the prohibition and the rulings."""

    __slots__ = (
        *("at", "who", "elements", "casualties", "by_group", "sources"),
        *("precision", "place", "place_of", "areas", "against"),
    )

    def __init__(self, at: Account) -> None:
        self.at = at
        self.elements = Elements(at)
        self.who = attribution_of(at, self.elements.actor.code == "two_sources")
        self.casualties, self.by_group = casualties_of(at.claims)
        self.sources = tuple(sorted(at.sources))
        time, located = closest_time(at.claims), closest_place(at.claims)
        self.precision = time.precision if time is not None else None
        shown = located.place_shown if located is not None else None
        self.place = shown.place if shown is not None else None
        self.areas = shown.areas if shown is not None else ()
        self.place_of = (located.report, located.source.slug) if located is not None else None
        self.against = victims_named(at.claims)


def _rows(
    incident: str,
    scope: Scope,
    said: _Said,
    rulings: Sequence[Ruling],
    stretch: tuple[datetime, datetime | None],
    first_known: datetime | None,
) -> list[Standing]:
    """What is said of one prohibition over a stretch of known time: a row of each reading.

    ``first_known``: when the first claim that was ever made of the incident was known.
    """
    at, who = said.at, said.who
    known, until = stretch
    covers = coverage(scope, at)
    elements = said.elements.of(scope)
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
        said.casualties,
        said.by_group,
        said.sources,
        first_known,
        ruling.ref if ruling else None,
        refs,
        said.precision,
        said.place,
        said.place_of,
        said.areas,
        said.against,
    )
    counted = _counts(at, covers, elements, ruling)
    times = _times(at, violation, known, counted[1][0])
    somebody_did = bool(at.perpetrators) or violation is not None
    grade = "discounted" if outcome == "no_violation" else who.grade
    severity = ruling.severity if ruling else None
    accepted = who.accepted_by is not None
    rows = []
    for reading, (counts, why, evidence), (start, end, placed) in zip(READINGS, counted, times, strict=True):
        restarts = counts and somebody_did
        rows.append(
            Standing(
                incident,
                scope.term,
                reading,
                counts,
                known,
                until,
                start,
                end,
                end if restarts and placed else None,
                start if restarts and placed else None,
                restarts and not placed,
                covers.state,
                grade,
                severity,
                outcome,
                accepted,
                at.perpetrators,
                why,
                evidence,
                details,
            )
        )
    return rows


def _ruling(rulings: Sequence[Ruling], term: str, leading_body: str) -> tuple[Ruling | None, tuple[str, ...]]:
    """The leading body's latest ruling on a term, and the references of every body's."""
    if not rulings:
        return None, ()
    those = sorted((one for one in rulings if one.term == term), key=lambda one: (one.known, one.ref))
    leading = [one for one in those if one.body == leading_body]
    return (leading[-1] if leading else None), tuple(one.ref for one in those)


# --- Whether it counts -------------------------------------------------------------------------------


_Count = tuple[bool, Message, tuple[str, ...]]
"""Whether it counts, why, and what decides that."""

_Counts = tuple[_Count, _Count, _Count]
"""Of each reading, in the order of ``READINGS``: ruled within corroborated within alleged."""

_NOT_RULED: _Count = (False, Message("weigh.not_ruled"), ())
_NOTHING_ALLEGED: _Count = (False, Message("weigh.nothing_alleged"), ())
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
        ruled = (outcome == "violation", Message(f"weigh.ruled_{outcome}"), (ruling.ref,))
        if outcome == "violation" or outcome in REMOVING:
            return ruled, ruled, ruled
    if not at.alleging:
        return _NOTHING_ALLEGED, _NOTHING_ALLEGED, ruled
    leading = (at.alleging[0].report,)
    if covers.state == OUTSIDE:
        outside = (False, _OUTSIDE, leading)
        return outside, outside, ruled
    alleged = (True, _ALLEGED, leading)
    if ruling is not None and ruling.outcome == "insufficient_evidence":
        return alleged, ruled, ruled
    if covers.state != COVERED:
        return alleged, (False, _NOT_SETTLED, leading), ruled
    missing = [name for name in ELEMENTS if elements[name].code not in STANDING]
    if missing:
        return alleged, (False, _not_corroborated(tuple(missing)), leading), ruled
    reports = sorted({report for one in elements.values() for report in one.reports})
    return alleged, (True, _CORROBORATED, tuple(reports)), ruled


# --- When it happened --------------------------------------------------------------------------------


_Time = tuple[datetime | None, datetime | None, bool]
"""Between which moments it may have happened, and whether these are close enough to place it."""


def _times(
    at: Account, violation: Ruling | None, known: datetime, corroborated: bool
) -> tuple[_Time, _Time, _Time]:
    """When each reading takes it to have happened, in the order of ``READINGS``.

    Readings are nested: what a narrower one has placed, a wider one that could not place it takes over,
    so that a vague claim added never favours. ``corroborated``: whether it counts in that reading.
    """
    zone = at.cast.charter.zone
    if violation is not None and violation.occurred is not None:
        found = _time(zone, (violation.occurred.start, violation.occurred.end))
        return found, found, found
    if at.when is None:
        unknown = (None, at.first if at.first is not None else known, False)
        return unknown, unknown, unknown
    wide = _time(zone, at.when)
    if len(at.timed) < 2:
        return wide, wide, wide
    narrow_hull = at.hull(at.placing())
    narrow = _time(zone, narrow_hull) if narrow_hull is not None else wide
    taken_over = narrow[2] and not wide[2] and corroborated
    return (narrow if taken_over else wide), narrow, narrow


def _time(zone: str, when: Interval) -> _Time:
    start, end = when
    return start, end, is_placed(zone, when)
