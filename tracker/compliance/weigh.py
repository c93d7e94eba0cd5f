"""Weighs one incident: what its claims and rulings say, per prohibition and reading, at every known moment.

The whole known history is computed at once from all facts, sorted by when they were known, so that neither
the order of arrival nor a recompute can make a difference.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tracker.compliance.charter import READINGS, Charter, Term
from tracker.compliance.coverage import (
    COVERED,
    OUTSIDE,
    Cast,
    Coverage,
    Scope,
    cast_of,
    coverage,
    scope_of,
    who_was_hit,
)
from tracker.compliance.evidence import figures, is_credible, pair
from tracker.compliance.facts import ADMITTING, ALLEGING, Claim, IncidentFacts, Ruling, stands
from tracker.compliance.intervals import Interval, hull, is_placed
from tracker.compliance.verdicts import Details, Element, Figures, Message, Standing

REMOVING = frozenset({"no_violation", "outside_truce"})
"""Outcomes that take an incident out of all three readings."""

NONE = Element("none")
NOT_NEEDED = Element("not_needed")
ALLEGED_ONLY = "alleged"


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
        at = _Moment(incident, cast, charter, [first], [], first.known)
        return tuple([_standing(incident.ref, row, first.known, None) for row in _rows(at, scopes)])
    standing_rows: dict[tuple[str, str], tuple[_Row, datetime]] = {}
    done: list[Standing] = []
    for moment in sorted(_moments(incident)):
        at = _Moment(
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


class _Moment:
    """One incident as it was known at one moment: what is the same for every prohibition."""

    __slots__ = (
        "accused",
        "alleging",
        "cast",
        "charter",
        "claims",
        "complete",
        "credible",
        "first",
        "incident",
        "known",
        "perpetrators",
        "rulings",
        "when",
    )

    def __init__(
        self,
        incident: IncidentFacts,
        cast: Cast,
        charter: Charter,
        claims: list[Claim],
        rulings: list[Ruling],
        known: datetime,
    ) -> None:
        self.incident, self.cast, self.charter, self.known = incident, cast, charter, known
        if len(claims) > 1:
            claims.sort(key=lambda claim: (claim.known, claim.report))
        self.claims, self.rulings = claims, rulings
        self.alleging = [claim for claim in claims if claim.stance_event in ALLEGING]
        if len(self.alleging) > 1:
            self.alleging.sort(key=_rank)
        self.first = min((claim.reported or claim.known for claim in self.alleging), default=None)
        self.when = self.hull(self.alleging)
        self.accused: dict[str, str] = {
            claim.report: cast.actor(claim.by, self.when)
            for claim in self.alleging
            if claim.by is not None and claim.stance_actor in ALLEGING
        }
        self.perpetrators: tuple[str, ...] = tuple(sorted(set(self.accused.values())))

    def hull(self, claims: Iterable[Claim]) -> Interval | None:
        """When these claims may place it, never later than its first report.

        Claims that span more than a day are taken only where none is shorter.
        """
        first = self.first
        if first is None:
            return None
        spans = [
            (min(claim.occurred.start, first), min(claim.occurred.end, first))
            for claim in claims
            if claim.occurred is not None
        ]
        if len(spans) < 2:
            return spans[0] if spans else None
        zone = self.charter.zone
        return hull([span for span in spans if is_placed(zone, span)] or spans)

    def speaks_for_accused(self, claim: Claim, accused: Iterable[str] | None = None) -> str | None:
        """The accused actor that a claim's source officially speaks for, if any."""
        if not claim.source.speaks_for:
            return None
        for slug in self.perpetrators if accused is None else accused:
            if self.cast.speaks_for(claim, slug):
                return slug
        return None

    def admits(self, claim: Claim) -> bool:
        """Whether the claim is the accused's own: it admits having done it."""
        return (
            claim.stance_actor in ADMITTING
            and claim.report in self.accused
            and self.cast.speaks_for(claim, self.accused[claim.report])
        )


def _rank(claim: Claim) -> tuple[object, ...]:
    """Which claim to lean on first: the more reliable source, then the fuller and the earlier claim."""
    given = (claim.act, claim.by, claim.against, claim.occurred, claim.place)
    fullness = sum([one is not None for one in given]) + len(claim.casualties)
    return (claim.source.reliability or "G", claim.credibility or 7, -fullness, claim.known, claim.report)


# --- Elements ----------------------------------------------------------------------------------------


def _elements(at: _Moment, scope: Scope) -> dict[str, Element]:
    """Which of the five elements stand, by two independent credible sources or by the accused's admission."""
    when, cast = at.when, at.cast
    acts = [c for c in at.alleging if c.act is not None and (scope.acts is None or c.act in scope.acts)]
    elements = {
        "act": _element(at, acts),
        "actor": _actor(at),
        "time": _element(at, [c for c in at.alleging if c.occurred is not None], _times_agree),
        "place": _element(at, [c for c in at.alleging if c.place is not None]),
    }
    hit = [c for c in at.alleging if who_was_hit(c, cast, when) is not None]
    if not hit and acts and all(c.act in scope.acts_without_victim for c in acts):
        elements["victim"] = NOT_NEEDED
    else:
        elements["victim"] = _element(at, hit)
    return elements


def _element(
    at: _Moment, claims: Sequence[Claim], agree: Callable[[Claim, Claim], bool] | None = None
) -> Element:
    if not claims:
        return NONE
    if len(claims) > 1:
        two = pair(claims, at.cast, agree)
        if two is not None:
            return Element("two_sources", (two[0].report, two[1].report))
    for claim in claims:
        if claim.stance_event in ADMITTING and at.speaks_for_accused(claim) is not None:
            return Element("admission", (claim.report,))
    return Element(ALLEGED_ONLY, (claims[0].report,))


def _actor(at: _Moment) -> Element:
    """Who did it. Rival names stand as corroborated only where every one named is bound: see coverage."""
    naming = [claim for claim in at.alleging if claim.report in at.accused]
    if not naming:
        return NONE
    if len(naming) > 1:
        two = pair(naming, at.cast)
        if two is not None:
            return Element("two_sources", (two[0].report, two[1].report))
    for claim in naming:
        if at.admits(claim):
            return Element("admission", (claim.report,))
    return Element(ALLEGED_ONLY, (naming[0].report,))


def _times_agree(one: Claim, other: Claim) -> bool:
    """Whether two claims can mean the same time."""
    a, b = one.occurred, other.occurred
    return a is not None and b is not None and a.start <= b.end and b.start <= a.end


def _are_rivals(at: _Moment) -> bool:
    """Whether claims name different perpetrators, none of which belongs to another."""
    names = at.perpetrators
    if len(names) < 2:
        return False
    lineages = {name: at.cast.lineage(name, at.when) for name in names}
    return any(
        one not in lineages[other] and other not in lineages[one]
        for i, one in enumerate(names)
        for other in names[i + 1 :]
    )


# --- Attribution, grade, intent ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Attribution:
    word: str  # claimed | admitted | denied | contested | unknown
    grade: str  # before any ruling
    accepted_by: str | None  # the accused that accepts the breach itself
    intent: str


def _attribution(at: _Moment, actor: Element) -> _Attribution:
    """Who is said to have done it, and how far that stands. A bare denial lowers nothing."""
    if not at.alleging:
        return _Attribution("unknown", "discounted", None, "not_stated")
    voices = [claim for claim in at.claims if claim.source.speaks_for]
    admitted = [claim for claim in voices if at.admits(claim)]
    denied = [
        claim
        for claim in voices
        if claim.stance_actor == "denies" or claim.stance_event == "denies"
        if at.speaks_for_accused(claim) is not None
    ]
    rivals = _are_rivals(at)
    if rivals or (admitted and denied):
        word = "contested"
    elif admitted:
        word = "admitted"
    elif denied:
        word = "denied"
    else:
        word = "claimed" if at.perpetrators else "unknown"
    if rivals:
        grade = "contested"
    elif admitted:
        grade = "confirmed"
    else:
        grade = "fair" if actor.code == "two_sources" else "weak"
    accepting = (at.speaks_for_accused(claim) for claim in voices if claim.accepts_breach)
    intents = {claim.intent for claim in at.claims} - {"not_stated"}
    intent = "contested" if len(intents) > 1 else next(iter(intents), "not_stated")
    return _Attribution(word, grade, next((one for one in accepting if one), None), intent)


def _answers_to(at: _Moment, accused: Iterable[str]) -> str | None:
    """The one side that all the accused answer to; None where they answer to several or nobody is named."""
    sides = {at.cast.side_of(slug)[0] for slug in accused}
    return sides.pop() if len(sides) == 1 else None


# --- Figures -----------------------------------------------------------------------------------------

_NO_FIGURES: tuple[dict[str, Figures], dict[str, dict[str, Figures]]] = ({}, {})


def _casualties(
    claims: Sequence[Claim],
) -> tuple[Mapping[str, Figures], Mapping[str, Mapping[str, Figures]]]:
    """Ranges per effect over everyone, and per group."""
    giving = [claim for claim in claims if claim.casualties]
    if not giving:
        return _NO_FIGURES
    given = {(one.group, one.effect) for claim in giving for one in claim.casualties}
    total = {
        effect: found
        for effect in sorted({effect for _, effect in given})
        if (found := figures(giving, effect)) is not None
    }
    by_group: dict[str, dict[str, Figures]] = {}
    for group, effect in sorted((group, effect) for group, effect in given if group is not None):
        alone = sum(one == effect for _, one in given) == 1  # then the group's figures are everyone's
        of_group = total.get(effect) if alone else figures(giving, effect, group)
        if of_group is not None:
            by_group.setdefault(group, {})[effect] = of_group
    return total, by_group


# --- Rows --------------------------------------------------------------------------------------------


def _rows(at: _Moment, scopes: Sequence[Scope]) -> Iterable[_Row]:
    """What each prohibition and reading says at one moment, without the known range."""
    casualties, by_group = _casualties(at.alleging)
    sources = tuple(sorted({claim.source.slug for claim in at.claims}))
    first_known = min((claim.known for claim in at.incident.claims if claim.known <= at.known), default=None)
    acts = {claim.act for claim in at.alleging if claim.act is not None}
    act = acts.pop() if len(acts) == 1 else None
    for scope in scopes:
        covers = coverage(scope, at.cast, at.alleging, at.perpetrators, at.when)
        elements = _elements(at, scope)
        who = _attribution(at, elements["actor"])
        ruling, others = _ruling(at, scope.term)
        outcome = ruling.outcome if ruling is not None else None
        violation = outcome == "violation"
        responsible = (ruling.responsible if ruling is not None and violation else None) or who.accepted_by
        details = Details(
            coverage_why=covers.why,
            attribution=who.word,
            intent=who.intent,
            responsible=responsible,
            answers_to=_answers_to(at, (responsible,) if responsible else at.perpetrators),
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


def _ruling(at: _Moment, term: str) -> tuple[Ruling | None, tuple[str, ...]]:
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
    at: _Moment, covers: Coverage, elements: Mapping[str, Element], outcome: str | None
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


def _ruling_refs(at: _Moment, outcome: str) -> tuple[str, ...]:
    those = [r for r in at.rulings if r.outcome == outcome and r.body == at.charter.leading_body]
    return (max(those, key=lambda one: (one.known, one.ref)).ref,)


_Times = tuple[tuple[datetime | None, datetime | None], bool, bool]
"""When it may have happened, whether that is close enough to place it, whether it restarts anything."""


def _times(at: _Moment, violation: Ruling | None, counts: Mapping[str, _Count]) -> dict[str, _Times]:
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
