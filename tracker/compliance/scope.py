"""What one prohibition reaches: coverage comes before counting.

A breach is *covered* when its perpetrator is bound (or assumed bound), its victim is bound or takes no part
in the fighting, and it lies inside the area and the time. If one of these is surely not so it is *outside*.
If one is unknown, not accepted, disputed between sources or only partly inside, it is *not settled*.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from tracker.compliance.account import Account
from tracker.compliance.charter import Charter, Term
from tracker.compliance.coverage import ASSUMED, COVERED, COVERED_ONES, NOT_SETTLED, OUTSIDE, Membership
from tracker.compliance.facts import Place
from tracker.compliance.intervals import Interval, apart, within
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


class Coverage(NamedTuple):
    """Whether the truce covers an incident, and every reason why not plainly so."""

    state: str
    why: tuple[Message, ...] = ()
    assumed: bool = False


Doubt = tuple[str, str]
"""``not_settled`` or ``outside``, and the code of why."""

Doubts = tuple[Doubt, ...]


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
    doubts = (
        _of_perpetrators(scope, at)
        + _of_named("act", at.acts, scope.acts)
        + _of_weapons(scope, at)
        + _of_victims(scope, at)
        + _of_place(scope, at)
        + _of_time(scope, at.when)
    )
    return _covered(doubts, ASSUMED in at.memberships or ASSUMED in at.victims)


@lru_cache(maxsize=1024)
def _covered(doubts: Doubts, assumed: bool) -> Coverage:
    """What follows from all that is doubtful. Kept, because most incidents are doubtful in few ways."""
    why = tuple(Message(code) for _, code in doubts)
    if assumed:
        why += (Message("coverage.assumed"),)
    states = {state for state, _ in doubts}
    return Coverage(OUTSIDE if OUTSIDE in states else NOT_SETTLED if states else COVERED, why, assumed)


def _of_perpetrators(scope: Scope, at: Account) -> Doubts:
    if not at.perpetrators:
        return ((NOT_SETTLED, "coverage.perpetrator_unknown"),)
    doubts = _of_those("perpetrator", at.memberships)
    if doubts or not scope.owed_by:
        return doubts
    owing = [not scope.owed_by.isdisjoint(at.cast.lineage(slug, at.when)) for slug in at.perpetrators]
    if not any(owing):
        return ((OUTSIDE, "coverage.perpetrator_owes_nothing"),)
    return () if all(owing) else ((NOT_SETTLED, "coverage.perpetrator_disputed"),)


def _of_weapons(scope: Scope, at: Account) -> Doubts:
    if scope.weapons is None:
        return ()
    return _of_named("weapon", {one.weapon for one in at.alleging if one.weapon}, scope.weapons)


def _of_victims(scope: Scope, at: Account) -> Doubts:
    if at.victims:
        return _of_those("victim", at.victims)
    if at.acts and at.acts <= scope.acts_without_victim:
        return ()
    return ((NOT_SETTLED, "coverage.victim_unknown"),)


def _of_those(who: str, memberships: set[Membership]) -> Doubts:
    """What is doubtful of the perpetrators or the victims, where sources may name several."""
    if memberships <= COVERED_ONES:
        return ()
    states = {one.coverage for one in memberships}
    if len(states) > 1:
        return ((NOT_SETTLED, f"coverage.{who}_disputed"),)
    why = min([one.why for one in memberships])
    return ((states.pop(), f"coverage.{who}_{why}"),)


def _of_named(what: str, named: set[str], reached: frozenset[str] | None) -> Doubts:
    """What is doubtful of the acts or weapons, where the prohibition reaches only some of them."""
    if reached is None or (named and named <= reached):
        return ()
    if not named:
        return ((NOT_SETTLED, f"coverage.{what}_unknown"),)
    if named.isdisjoint(reached):
        return ((OUTSIDE, f"coverage.{what}_not_prohibited"),)
    return ((NOT_SETTLED, f"coverage.{what}_disputed"),)


def _of_place(scope: Scope, at: Account) -> Doubts:
    if not scope.areas:
        return ()
    found = set()
    for one in at.placed:
        if one.place is not None:
            found.add(where_it_was(one.place, scope.areas))
    if not found:
        return ((NOT_SETTLED, "coverage.place_unknown"),)
    if len(found) == 1 and COVERED in found:
        return ()
    if OUTSIDE not in found:
        return ((NOT_SETTLED, "coverage.place_uncertain"),)
    return (
        (OUTSIDE, "coverage.outside_area") if len(found) == 1 else (NOT_SETTLED, "coverage.place_disputed"),
    )


def _of_time(scope: Scope, when: Interval | None) -> Doubts:
    if scope.start is None:
        return ((OUTSIDE, "coverage.before_start"),)
    if when is None:
        return ((NOT_SETTLED, "coverage.time_unknown"),)
    if within(when, scope.start, scope.end):
        return ()
    if not apart(when, scope.start, scope.end):
        return ((NOT_SETTLED, "coverage.time_straddles"),)
    return ((OUTSIDE, "coverage.before_start" if when[0] < scope.start else "coverage.after_end"),)
