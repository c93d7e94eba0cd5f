"""Who and what the truce covers: coverage comes before counting.

A breach is *covered* when its perpetrator is bound (or assumed bound), its victim is bound or takes no part
in the fighting, and it lies inside the area and the time. If one of these is surely not so it is *outside*.
If one is unknown, not accepted, disputed between sources or only partly inside, it is *not settled*.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tracker.compliance.charter import CIVILIANS, Charter, Party, Term
from tracker.compliance.facts import Claim, Place
from tracker.compliance.intervals import Interval, apart, union, within
from tracker.compliance.parameters import Parameters
from tracker.compliance.verdicts import Message

COVERED, NOT_SETTLED, OUTSIDE = "covered", "not_settled", "outside"

PROTECTED = frozenset({CIVILIANS, "medical", "humanitarian"})
"""Classes of people whom every truce covers, whoever they are with."""

FIGHTING_KINDS = frozenset({"armed_force", "coalition", "armed_group"})


@dataclass(frozen=True, slots=True)
class Membership:
    """How the truce covers one actor at one time."""

    coverage: str  # covered | not_settled | outside
    why: str  # bound | assumed | excluded | not_accepted | not_a_party | not_a_party_then | ...


BOUND = Membership(COVERED, "bound")
OF_COVERAGE = {
    "bound": BOUND,
    "assumed": Membership(COVERED, "assumed"),
    "excluded": Membership(OUTSIDE, "excluded"),
    "not_accepted": Membership(NOT_SETTLED, "not_accepted"),
}
NOT_A_PARTY = Membership(NOT_SETTLED, "not_a_party")
NOT_A_PARTY_THEN = Membership(OUTSIDE, "not_a_party_then")
STRADDLES = Membership(NOT_SETTLED, "straddles_membership")
DISPUTED = Membership(NOT_SETTLED, "disputed")
PARTLY_INSIDE = Membership(NOT_SETTLED, "partly_inside")


def _name_key(name: str) -> str:
    return "-".join(name.casefold().replace("_", " ").replace("-", " ").split())


class Cast:
    """Who is who in one charter: names, memberships, parents and sides, ready to be asked many times."""

    def __init__(self, charter: Charter) -> None:
        self.charter = charter
        self._memberships: dict[str, list[Party]] = {}
        for party in charter.parties:
            self._memberships.setdefault(party.actor, []).append(party)
        self._names: dict[str, list[tuple[str, datetime | None, datetime | None]]] = {}
        self._children: dict[str, set[str]] = {}
        for slug, actor in charter.actors.items():
            for alias in actor.aliases:
                self._names.setdefault(_name_key(alias.name), []).append((slug, alias.from_, alias.until))
            for parent in actor.parents:
                self._children.setdefault(parent.actor, set()).add(slug)
        self._known_slugs = set(charter.actors) | set(self._memberships)
        self._always: dict[str, Membership] = {
            slug: OF_COVERAGE[those[0].coverage]
            for slug, those in self._memberships.items()
            if len(those) == 1 and those[0].from_ is None and those[0].until is None
        }
        self._slugs: dict[str, str] = {}
        self._sides: dict[str, tuple[str, bool]] = {}

    def actor(self, name: str, when: Interval | None = None) -> str:
        """The slug of an actor named by slug or by any of its names; a name of nobody here stays as it is.

        A name that two actors bore at different times goes to the one that bore it ``when``.
        """
        if name in self._known_slugs:
            return name
        bearers = self._names.get(_name_key(name))
        if not bearers:
            return name
        if len(bearers) > 1 and when is not None:
            for slug, start, end in bearers:
                if not apart(when, start, end):
                    return slug
        return bearers[0][0]

    def parents(self, slug: str, when: Interval | None) -> list[tuple[str, bool]]:
        """What an actor may have belonged to then, each with whether it surely did."""
        actor = self.charter.actors.get(slug)
        if actor is None or not actor.parents:
            return []
        found = []
        for parent in actor.parents:
            if when is None:
                found.append((parent.actor, parent.from_ is None and parent.until is None))
            elif not apart(when, parent.from_, parent.until):
                found.append((parent.actor, within(when, parent.from_, parent.until)))
        return found

    def lineage(self, slug: str, when: Interval | None) -> set[str]:
        """The actor and everything that it may have belonged to then, upwards."""
        seen, ahead = {slug}, [slug]
        while ahead:
            for parent, _ in self.parents(ahead.pop(), when):
                if parent not in seen:
                    seen.add(parent)
                    ahead.append(parent)
        return seen

    def membership(self, slug: str, when: Interval | None) -> Membership:
        """How the truce covers an actor at a time (None: not known when)."""
        always = self._always.get(slug)
        return always if always is not None else self._membership(slug, when, frozenset())

    def _membership(self, slug: str, when: Interval | None, seen: frozenset[str]) -> Membership:
        own = self._memberships.get(slug)
        if own:
            return self._by_dates(own, when)
        above = {
            (membership if sure or membership is NOT_A_PARTY else STRADDLES)
            for parent, sure in self.parents(slug, when)
            if parent not in seen
            for membership in [self._membership(parent, when, seen | {slug})]
        } - {NOT_A_PARTY}
        if len(above) == 1:
            return above.pop()
        if above:
            same = {one.coverage for one in above}
            return DISPUTED if len(same) > 1 else min(above, key=lambda one: one.why)
        if self._children.get(slug, set()) & set(self._memberships):
            return PARTLY_INSIDE
        return NOT_A_PARTY

    @staticmethod
    def _by_dates(own: Sequence[Party], when: Interval | None) -> Membership:
        if when is None:
            coverages = {party.coverage for party in own}
            undated = all(party.from_ is None and party.until is None for party in own)
            return OF_COVERAGE[coverages.pop()] if undated and len(coverages) == 1 else STRADDLES
        touching = [party for party in own if not apart(when, party.from_, party.until)]
        if not touching:
            return NOT_A_PARTY_THEN
        if len({party.coverage for party in touching}) > 1:
            return STRADDLES
        spans = union((party.from_ or when[0], party.until or when[1]) for party in touching)
        whole = len(spans) == 1 and spans[0][0] <= when[0] and when[1] <= spans[0][1]
        inside = whole or any(within(when, party.from_, party.until) for party in touching)
        return OF_COVERAGE[touching[0].coverage] if inside else STRADDLES

    def side_of(self, actor: str, moment: datetime | None = None) -> tuple[str, bool]:
        """The side that an actor stands on, the guarantor that it answers to, and whether it fights."""
        side = self._sides.get(actor)
        if side is None:
            side = self._sides[actor] = self._side_of(actor, frozenset())
        return side

    def _side_of(self, actor: str, seen: frozenset[str]) -> tuple[str, bool]:
        own = self._memberships.get(actor)
        if own:
            fights = any(
                party.role in ("guarantor", "party") or party.coverage == "excluded" for party in own
            )
            return next((party.answers_to for party in own if party.answers_to), actor), fights
        for parent, _ in self.parents(actor, None):
            if parent not in seen:
                side, fights = self._side_of(parent, seen | {actor})
                if fights:
                    return side, True
        known = self.charter.actors.get(actor)
        return actor, known is not None and known.kind in FIGHTING_KINDS

    def speaks_for(self, claim: Any, accused: str) -> bool:
        """Whether a claim's source officially speaks for an actor, or for what that actor belongs to."""
        voices = claim.source.speaks_for
        if not voices:
            return False
        if accused in voices:
            return True
        return not self.lineage(accused, None).isdisjoint(voices)


_CASTS: dict[int, Cast] = {}


def cast_of(charter: Charter) -> Cast:
    """The cast of a charter; that of the last few charters is kept, because it is asked per incident."""
    cast = _CASTS.get(id(charter))
    if cast is None or cast.charter is not charter:
        if len(_CASTS) >= 16:
            _CASTS.clear()
        cast = _CASTS[id(charter)] = Cast(charter)
    return cast


# --- One prohibition ---------------------------------------------------------------------------------


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


def who_was_hit(claim: Claim, cast: Cast, when: Interval | None) -> Membership | None:
    """How the truce covers those whom a claim says were hit; None where it does not say.

    What the attacker meant to hit is its intent, and says nothing of who was hit.
    """
    if claim.harmed in PROTECTED:
        return BOUND
    for one in claim.casualties:
        if one.group in PROTECTED and (one.min or one.max or (one.min is None and one.max is None)):
            return BOUND
    if claim.against is None:
        return None
    if claim.against in PROTECTED:
        return BOUND
    actor = cast.actor(claim.against, when)
    known = cast.charter.actors.get(actor)
    if actor in PROTECTED or (known is not None and known.kind in PROTECTED):
        return BOUND
    return cast.membership(actor, when)


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


def coverage(
    scope: Scope,
    cast: Cast,
    alleging: Sequence[Claim],
    perpetrators: Sequence[str],
    when: Interval | None,
) -> Coverage:
    """Whether one prohibition covers what these claims allege.

    ``perpetrators`` are the slugs of all who are named as such, ``when`` the time that it may have
    happened in.
    """
    doubts: list[Doubt] = []
    assumed = False
    if perpetrators:
        memberships = [cast.membership(slug, when) for slug in perpetrators]
        assumed = any(one.why == "assumed" for one in memberships)
        _doubt(doubts, "perpetrator", memberships)
        if scope.owed_by and not doubts:
            owing = [not scope.owed_by.isdisjoint(cast.lineage(slug, when)) for slug in perpetrators]
            if not any(owing):
                doubts.append((OUTSIDE, Message("coverage.perpetrator_owes_nothing")))
            elif not all(owing):
                doubts.append((NOT_SETTLED, Message("coverage.perpetrator_disputed")))
    else:
        doubts.append((NOT_SETTLED, Message("coverage.perpetrator_unknown")))

    acts = {claim.act for claim in alleging if claim.act is not None}
    _doubt_named(doubts, "act", acts, scope.acts)
    if scope.weapons is not None:
        _doubt_named(doubts, "weapon", {one.weapon for one in alleging if one.weapon}, scope.weapons)

    hit = [one for claim in alleging if (one := who_was_hit(claim, cast, when)) is not None]
    if hit:
        assumed = assumed or any(one.why == "assumed" for one in hit)
        _doubt(doubts, "victim", hit)
    elif not acts or not acts <= scope.acts_without_victim:
        doubts.append((NOT_SETTLED, Message("coverage.victim_unknown")))

    places = [claim.place for claim in alleging if claim.place is not None]
    if scope.areas:
        found = {where_it_was(place, scope.areas) for place in places}
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
