"""Weighs one incident: what its claims and rulings say, per prohibition and reading, at every known moment.

The whole known history is computed at once from all facts, sorted by when they were known, so that neither
the order of arrival nor a recompute can make a difference.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tracker.compliance.account import (
    Account,
    answers_to,
    attribution_of,
    casualties_of,
    elements_of,
)
from tracker.compliance.charter import READINGS, Charter, Term
from tracker.compliance.coverage import COVERED, OUTSIDE, Coverage, Scope, cast_of, coverage, scope_of
from tracker.compliance.evidence import is_credible
from tracker.compliance.facts import Claim, IncidentFacts, Ruling, stands
from tracker.compliance.intervals import Interval, is_placed
from tracker.compliance.verdicts import Details, Element, Message, Standing

REMOVING = frozenset({"no_violation", "outside_truce"})
"""Outcomes that take an incident out of all three readings."""


def weigh(charter: Charter, incident: IncidentFacts) -> tuple[Standing, ...]:
    """Every standing of an incident: one row per prohibition, reading and stretch of known time.

    Rows of one prohibition and reading follow each other without a gap from the moment at which the
    incident was first known; rows that would say the same are one. A report that no longer stands
    leaves a row that does not count, not a gap. Nothing known: no rows.
    """
    scopes = prohibitions(charter)
    if not scopes or not (incident.claims or incident.rulings):
        return ()
    cast = cast_of(charter)
    first = incident.claims[0] if incident.claims else None
    if first is not None and len(incident.claims) == 1 and first.until is None and not incident.rulings:
        at = Account(incident, cast, charter, [first], [], first.known)
        return tuple([_standing(incident.ref, row, first.known, None) for row in _rows(at, scopes)])
    standing_rows: dict[tuple[str, str], tuple[_Row, datetime]] = {}
    done: list[Standing] = []
    for moment in sorted(_moments(incident)):
        at = Account(
            incident,
            cast,
            charter,
            [claim for claim in incident.claims if stands(claim, moment)],
            [ruling for ruling in incident.rulings if stands(ruling, moment)],
            moment,
        )
        for row in _rows(at, scopes):
            key = row[0], row[1]
            before = standing_rows.get(key)
            if before is not None:
                if before[0] == row:
                    continue
                done.append(_standing(incident.ref, *before, moment))
            standing_rows[key] = row, moment
    done.extend(_standing(incident.ref, row, known, None) for row, known in standing_rows.values())
    order = {scope.term: i for i, scope in enumerate(scopes)}
    done.sort(key=lambda row: (order[row.term], row.reading, row.known))
    return tuple(done)


_Row = tuple[Any, ...]
"""Term, reading, counts, and then what ``Standing`` holds after its known range."""


def _standing(incident: str, row: _Row, known: datetime, until: datetime | None) -> Standing:
    return Standing(incident, row[0], row[1], row[2], known, until, *row[3:])


_SCOPES: dict[int, tuple[Charter, tuple[Scope, ...]]] = {}


def prohibitions(charter: Charter) -> tuple[Scope, ...]:
    """The scopes of the charter's prohibitions, in its order; those of the last few charters are kept."""
    kept = _SCOPES.get(id(charter))
    if kept is None or kept[0] is not charter:
        if len(_SCOPES) >= 16:
            _SCOPES.clear()
        scopes = tuple(scope_of(charter, term) for term in charter.terms if is_prohibition(term))
        kept = _SCOPES[id(charter)] = (charter, scopes)
    return kept[1]


def is_prohibition(term: Term) -> bool:
    """Whether incidents are weighed and ruled on against this term."""
    return term.kind == "prohibition"


def _moments(incident: IncidentFacts) -> set[datetime]:
    """Every moment at which what is known of the incident changed, from the first on."""
    facts: tuple[Claim | Ruling, ...] = (*incident.claims, *incident.rulings)
    moments = {fact.known for fact in facts if fact.until is None or fact.known < fact.until}
    ends = {fact.until for fact in facts if fact.until is not None and fact.known < fact.until}
    return moments | ends


# --- Rows --------------------------------------------------------------------------------------------


def _rows(at: Account, scopes: Sequence[Scope]) -> Iterable[_Row]:
    """What each prohibition and reading says at one moment, without the known range."""
    casualties, by_group = casualties_of(at.claims)
    sources = tuple(sorted({claim.source.slug for claim in at.claims}))
    first_known = min((claim.known for claim in at.incident.claims if claim.known <= at.known), default=None)
    acts = {claim.act for claim in at.alleging if claim.act is not None}
    act = acts.pop() if len(acts) == 1 else None
    for scope in scopes:
        covers = coverage(scope, at.cast, at.alleging, at.perpetrators, at.when)
        elements = elements_of(at, scope)
        who = attribution_of(at, elements["actor"])
        ruling, others = _ruling(at, scope.term)
        outcome = ruling.outcome if ruling is not None else None
        violation = outcome == "violation"
        responsible = (ruling.responsible if ruling is not None and violation else None) or who.accepted_by
        details = Details(
            coverage_why=covers.why,
            attribution=who.word,
            intent=who.intent,
            responsible=responsible,
            answers_to=answers_to(at, (responsible,) if responsible else at.perpetrators),
            assumed=covers.assumed,
            act=act,
            elements=elements,
            casualties=casualties,
            by_group=by_group,
            sources=sources,
            first_known=first_known,
            ruling=ruling.ref if ruling is not None else None,
            rulings=others,
        )
        counts = _counts(at, covers, elements, outcome)
        times = _times(at, ruling if violation else None, counts)
        grade = "discounted" if outcome == "no_violation" else who.grade
        for reading in READINGS:
            one = counts[reading]
            (start, end), placed, restarts = times[reading]
            restarts = restarts and one.counts
            yield (
                scope.term,
                reading,
                one.counts,
                start,
                end,
                end if restarts and placed else None,
                start if restarts and placed else None,
                restarts and not placed,
                covers.state,
                grade,
                ruling.severity if ruling is not None else None,
                outcome,
                who.accepted_by is not None,
                at.perpetrators,
                one.why,
                one.evidence,
                details,
            )


def _ruling(at: Account, term: str) -> tuple[Ruling | None, tuple[str, ...]]:
    """The leading body's latest standing ruling on this term, and the references of every standing one."""
    if not at.rulings:
        return None, ()
    those = sorted(
        (ruling for ruling in at.rulings if ruling.term == term), key=lambda one: (one.known, one.ref)
    )
    leading = [ruling for ruling in those if ruling.body == at.charter.leading_body]
    return (leading[-1] if leading else None), tuple(ruling.ref for ruling in those)


@dataclass(frozen=True, slots=True)
class _Count:
    counts: bool
    why: Message
    evidence: tuple[str, ...] = ()


_NOT_RULED = _Count(False, Message("weigh.not_ruled"))
_NOTHING_ALLEGED = _Count(False, Message("weigh.nothing_alleged"))
_NOT_SETTLED = Message("weigh.not_settled")
_OUTSIDE = Message("weigh.outside")
_ALLEGED = Message("weigh.alleged")
_CORROBORATED = Message("weigh.corroborated")


def _counts(
    at: Account, covers: Coverage, elements: Mapping[str, Element], outcome: str | None
) -> dict[str, _Count]:
    """Whether it counts in each reading: ruled within corroborated within alleged."""
    if outcome == "violation" or outcome in REMOVING:
        decided = _Count(outcome == "violation", Message(f"weigh.ruled_{outcome}"), _ruling_refs(at, outcome))
        return {"alleged": decided, "corroborated": decided, "ruled": decided}
    ruled = _NOT_RULED
    if outcome is not None:
        ruled = _Count(False, Message(f"weigh.ruled_{outcome}"), _ruling_refs(at, outcome))
    if not at.alleging:
        return {"alleged": _NOTHING_ALLEGED, "corroborated": _NOTHING_ALLEGED, "ruled": ruled}
    leading = at.alleging[0].report
    if covers.state == OUTSIDE:
        outside = _Count(False, _OUTSIDE, (leading,))
        return {"alleged": outside, "corroborated": outside, "ruled": ruled}
    alleged = _Count(True, _ALLEGED, (leading,))
    if outcome == "insufficient_evidence":
        return {"alleged": alleged, "corroborated": ruled, "ruled": ruled}
    missing = [
        name for name, one in elements.items() if one.code not in ("two_sources", "admission", "not_needed")
    ]
    if covers.state != COVERED:
        corroborated = _Count(False, _NOT_SETTLED, (leading,))
    elif missing:
        why = Message("weigh.not_corroborated", {"missing": tuple(sorted(missing))})
        corroborated = _Count(False, why, (leading,))
    else:
        reports = sorted({report for one in elements.values() for report in one.reports})
        corroborated = _Count(True, _CORROBORATED, tuple(reports))
    return {"alleged": alleged, "corroborated": corroborated, "ruled": ruled}


def _ruling_refs(at: Account, outcome: str) -> tuple[str, ...]:
    those = [r for r in at.rulings if r.outcome == outcome and r.body == at.charter.leading_body]
    return (max(those, key=lambda one: (one.known, one.ref)).ref,)


_Times = tuple[tuple[datetime | None, datetime | None], bool, bool]
"""When it may have happened, whether that is close enough to place it, whether it restarts anything."""


def _times(at: Account, violation: Ruling | None, counts: Mapping[str, _Count]) -> dict[str, _Times]:
    """When each reading takes it to have happened.

    Readings are nested: what a narrower one has placed, a wider one that could not place it takes over,
    so that a vague claim added never favours.
    """
    zone = at.charter.zone
    if violation is not None and violation.occurred is not None:
        when = (violation.occurred.start, violation.occurred.end)
        times: _Times = (when, is_placed(zone, when), True)
        return {"alleged": times, "corroborated": times, "ruled": times}
    restarts = bool(at.perpetrators) or violation is not None
    last = at.first if at.first is not None else at.known
    wide = _placed(zone, at.when, last, restarts)
    if len(at.alleging) < 2:
        return {"alleged": wide, "corroborated": wide, "ruled": wide}
    credible = [claim for claim in at.alleging if is_credible(claim) or at.admits(claim)]
    narrow_hull = at.hull(credible) if credible else None
    narrow = _placed(zone, narrow_hull, last, restarts) if narrow_hull is not None else wide
    taken_over = narrow[1] and not wide[1] and counts["corroborated"].counts
    return {"alleged": narrow if taken_over else wide, "corroborated": narrow, "ruled": narrow}


def _placed(zone: str, when: Interval | None, last: datetime, restarts: bool) -> _Times:
    if when is None:
        return (None, last), False, restarts
    return when, is_placed(zone, when), restarts
