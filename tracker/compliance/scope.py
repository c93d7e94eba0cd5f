"""What one prohibition reaches: coverage comes before counting.

A breach is *covered* when its perpetrator is bound (or assumed bound), its victim is bound or takes no part
in the fighting, and it lies inside the area and the time. If one of these is surely not so it is *outside*.
If one is unknown, not accepted, disputed between sources or only partly inside, it is *not settled*.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from tracker.compliance.account import Account
from tracker.compliance.charter import Charter, Term
from tracker.compliance.coverage import COVERED, NOT_SETTLED, OUTSIDE, Membership
from tracker.compliance.facts import Place
from tracker.compliance.intervals import apart, within
from tracker.compliance.parameters import Parameters
from tracker.compliance.verdicts import Message


@dataclass(frozen=True, slots=True)
class Scope:
    """What one prohibition reaches, out of its term and its charter."""

    term: str
    acts: frozenset[str] | None  # None: any act
    acts_without_victim: frozenset[str]  # acts that count though nobody was hit
    weapons: frozenset[str] | None  # None: any weapon
    areas: tuple[frozenset[str], ...]  # each must hold the place; the charter's, and the term's own
    owed_by: frozenset[str]  # none: every bound party
    start: datetime | None
    end: datetime | None


def scope_of(charter: Charter, term: Term) -> Scope:
    """The scope of a term of kind ``prohibition``; its parameters are told in ``terms/prohibition.py``."""
    given = Parameters(term.parameters, "parameters")
    areas = [frozenset(area) for area in (charter.area, given.texts("area")) if area]
    starts = [moment for moment in (charter.in_force_from, given.moment("from")) if moment is not None]
    ends = [moment for moment in (charter.ends, given.moment("until")) if moment is not None]
    acts, weapons = given.texts("acts"), given.texts("weapons")
    return Scope(
        term=term.ref,
        acts=frozenset(acts) if acts else None,
        acts_without_victim=frozenset(given.texts("acts_without_victim")),
        weapons=frozenset(weapons) if weapons else None,
        areas=tuple(areas),
        owed_by=frozenset(term.owed_by),
        start=max(starts) if starts else None,
        end=min(ends) if ends else None,
    )


@dataclass(frozen=True, slots=True)
class Coverage:
    """Whether the truce covers an incident, and every reason why not plainly so."""

    state: str
    why: tuple[Message, ...] = ()
    assumed: bool = False


PLAINLY_COVERED = Coverage(COVERED)
ASSUMED = Message("coverage.assumed")
COVERED_BY_ASSUMPTION = Coverage(COVERED, (ASSUMED,), True)

Doubt = tuple[str, Message]
"""``not_settled`` or ``outside``, and why."""


def where_it_was(place: Place, areas: Sequence[frozenset[str]]) -> str:
    """Whether a place lies inside every one of the areas: covered, not_settled or outside."""
    state = COVERED
    for area in areas:
        if place.precision == 7:
            state = NOT_SETTLED
        elif place.country in area or place.pcode in area or not area.isdisjoint(place.within):
            if place.straddles:
                state = NOT_SETTLED
        elif place.straddles:
            state = NOT_SETTLED
        elif _is_elsewhere(place, area):
            return OUTSIDE
        else:
            state = NOT_SETTLED
    return state


def _is_elsewhere(place: Place, area: frozenset[str]) -> bool:
    """Whether a place that no code puts inside the area is surely not in it."""
    if place.within and place.precision != 6:
        return True
    return place.country is not None and all(_is_country(code) for code in area)


def _is_country(code: str) -> bool:
    return len(code) == 3 and code.isalpha() and code.isupper()


def coverage(scope: Scope, at: Account) -> Coverage:
    """Whether one prohibition covers what an account alleges."""
    doubts: list[Doubt] = []
    assumed = False
    when = at.when
    if at.perpetrators:
        assumed = "assumed" in [one.why for one in at.memberships]
        _doubt(doubts, "perpetrator", at.memberships)
        if scope.owed_by and not doubts:
            owing = [not scope.owed_by.isdisjoint(at.cast.lineage(slug, when)) for slug in at.perpetrators]
            if not any(owing):
                doubts.append((OUTSIDE, Message("coverage.perpetrator_owes_nothing")))
            elif not all(owing):
                doubts.append((NOT_SETTLED, Message("coverage.perpetrator_disputed")))
    else:
        doubts.append((NOT_SETTLED, Message("coverage.perpetrator_unknown")))

    _doubt_named(doubts, "act", at.acts, scope.acts)
    if scope.weapons is not None:
        _doubt_named(doubts, "weapon", {one.weapon for one in at.alleging if one.weapon}, scope.weapons)

    if at.victims:
        assumed = assumed or "assumed" in [one.why for one in at.victims]
        _doubt(doubts, "victim", at.victims)
    elif not at.acts or not at.acts <= scope.acts_without_victim:
        doubts.append((NOT_SETTLED, Message("coverage.victim_unknown")))

    if scope.areas:
        found = {where_it_was(one.place, scope.areas) for one in at.alleging if one.place is not None}
        if not found:
            doubts.append((NOT_SETTLED, Message("coverage.place_unknown")))
        elif found == {OUTSIDE}:
            doubts.append((OUTSIDE, Message("coverage.outside_area")))
        elif found != {COVERED}:
            code = "coverage.place_disputed" if OUTSIDE in found else "coverage.place_uncertain"
            doubts.append((NOT_SETTLED, Message(code)))

    if scope.start is None:
        doubts.append((OUTSIDE, Message("coverage.before_start")))
    elif when is None:
        doubts.append((NOT_SETTLED, Message("coverage.time_unknown")))
    elif not within(when, scope.start, scope.end):
        if not apart(when, scope.start, scope.end):
            doubts.append((NOT_SETTLED, Message("coverage.time_straddles")))
        elif when[0] < scope.start:
            doubts.append((OUTSIDE, Message("coverage.before_start")))
        else:
            doubts.append((OUTSIDE, Message("coverage.after_end")))

    if not doubts:
        return COVERED_BY_ASSUMPTION if assumed else PLAINLY_COVERED
    why = tuple(message for _, message in doubts) + ((ASSUMED,) if assumed else ())
    state = OUTSIDE if any(one == OUTSIDE for one, _ in doubts) else NOT_SETTLED
    return Coverage(state, why, assumed)


def _doubt(doubts: list[Doubt], who: str, memberships: Iterable[Membership]) -> None:
    """Adds what is doubtful of the perpetrators or the victims, where sources may name several."""
    states = {one.coverage for one in memberships}
    if states == {COVERED}:
        return
    if len(states) > 1:
        doubts.append((NOT_SETTLED, Message(f"coverage.{who}_disputed")))
        return
    why = min(one.why for one in memberships)
    doubts.append((states.pop(), Message(f"coverage.{who}_{why}")))


def _doubt_named(doubts: list[Doubt], what: str, named: set[str], reached: frozenset[str] | None) -> None:
    """Adds what is doubtful of the acts or weapons, where the prohibition reaches only some of them."""
    if reached is None or (named and named <= reached):
        return
    if not named:
        doubts.append((NOT_SETTLED, Message(f"coverage.{what}_unknown")))
    elif named.isdisjoint(reached):
        doubts.append((OUTSIDE, Message(f"coverage.{what}_not_prohibited")))
    else:
        doubts.append((NOT_SETTLED, Message(f"coverage.{what}_disputed")))
