"""Whom the truce covers: who is who in a charter, on which side, and how the truce covers each at a time.

An actor is *covered* where it is bound, or assumed to be; *outside* where it surely is not; *not settled*
where it is unknown, has not accepted, or was bound only for part of the time.
"""

from collections.abc import Sequence, Set
from datetime import datetime
from typing import Any, NamedTuple

from tracker.compliance.charter import CIVILIANS, Charter, Party, once_per_charter
from tracker.compliance.facts import Claim
from tracker.compliance.intervals import Interval, apart, union, within

COVERED, NOT_SETTLED, OUTSIDE = "covered", "not_settled", "outside"

PROTECTED = frozenset({CIVILIANS, "medical", "humanitarian"})
"""Classes of people whom every truce covers, whoever they are with."""

FIGHTING_KINDS = frozenset({"armed_force", "coalition", "armed_group"})


class Membership(NamedTuple):
    """How the truce covers one actor at one time."""

    coverage: str  # covered | not_settled | outside
    why: str  # bound | assumed | excluded | not_accepted | not_a_party | not_a_party_then | ...


BOUND = Membership(COVERED, "bound")
ASSUMED = Membership(COVERED, "assumed")
OF_COVERAGE = {
    "bound": BOUND,
    "assumed": ASSUMED,
    "excluded": Membership(OUTSIDE, "excluded"),
    "not_accepted": Membership(NOT_SETTLED, "not_accepted"),
}
COVERED_ONES = frozenset({BOUND, ASSUMED})
NOT_A_PARTY = Membership(NOT_SETTLED, "not_a_party")
NOT_A_PARTY_THEN = Membership(OUTSIDE, "not_a_party_then")
STRADDLES = Membership(NOT_SETTLED, "straddles_membership")
DISPUTED = Membership(NOT_SETTLED, "disputed")
PARTLY_INSIDE = Membership(NOT_SETTLED, "partly_inside")


def _name_key(name: str) -> str:
    return "-".join(name.casefold().replace("_", " ").split())


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
        self._sides: dict[str, tuple[str, bool]] = {}
        self._lineages: dict[str, Set[str]] = {}  # of those who always belonged to the same
        for slug in charter.actors:
            above = self.lineage(slug, None)
            if all(always for one in above for _, always in self.parents(one, None)):
                self._lineages[slug] = above
        self.protected = PROTECTED.union(
            slug for slug, actor in charter.actors.items() if actor.kind in PROTECTED
        )
        """Slugs of those whom every truce covers."""

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

    def lineage(self, slug: str, when: Interval | None) -> Set[str]:
        """The actor and everything that it may have belonged to then, upwards."""
        always = self._lineages.get(slug)
        if always is not None:
            return always
        seen, ahead = {slug}, [slug]
        while ahead:
            for parent, _ in self.parents(ahead.pop(), when):
                if parent not in seen:
                    seen.add(parent)
                    ahead.append(parent)
        return seen

    def membership(self, slug: str, when: Interval | None) -> Membership:
        """How the truce covers an actor at a time (None: not known when)."""
        return self._always.get(slug) or self._membership(slug, when, frozenset())

    def _membership(self, slug: str, when: Interval | None, seen: frozenset[str]) -> Membership:
        own = self._memberships.get(slug)
        if own:
            return self._by_dates(own, when)
        above = {
            (membership if sure or membership is NOT_A_PARTY else STRADDLES)
            for parent, sure in self.parents(slug, when)
            if parent not in seen
            for membership in [self._always.get(parent) or self._membership(parent, when, seen | {slug})]
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
            return STRADDLES
        touching = [party for party in own if not apart(when, party.from_, party.until)]
        if not touching:
            return NOT_A_PARTY_THEN
        if len({party.coverage for party in touching}) > 1:
            return STRADDLES
        spans = union((party.from_ or when[0], party.until or when[1]) for party in touching)
        whole = len(spans) == 1 and spans[0][0] <= when[0] and when[1] <= spans[0][1]
        inside = whole or any(within(when, party.from_, party.until) for party in touching)
        return OF_COVERAGE[touching[0].coverage] if inside else STRADDLES

    def side_of(self, actor: str) -> tuple[str, bool]:
        """The side that an actor stands on, the guarantor that it answers to, and whether it fights."""
        side = self._sides.get(actor)
        if side is None:
            side = self._sides[actor] = self._side_of(actor, frozenset())
        return side

    def _side_of(self, actor: str, seen: frozenset[str]) -> tuple[str, bool]:
        own = self._memberships.get(actor)
        if own:
            fights = any(party.role in ("guarantor", "party") for party in own)
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


@once_per_charter
def cast_of(charter: Charter) -> Cast:
    """The cast of a charter."""
    return Cast(charter)


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
    return BOUND if actor in cast.protected else cast.membership(actor, when)
