"""Which elements of a breach stand, and on whose reports: act, actor, time, place and victim."""

from collections.abc import Callable, Sequence

from tracker.compliance.account import Account
from tracker.compliance.evidence import pair
from tracker.compliance.facts import ADMITTING, Claim
from tracker.compliance.scope import Scope
from tracker.compliance.verdicts import Element

ELEMENTS = ("act", "actor", "place", "time", "victim")
"""What a breach needs to be shown, in alphabetical order."""

NONE = Element("none")
NOT_NEEDED = Element("not_needed")
STANDING = frozenset({"two_sources", "admission", "not_needed"})
"""Codes of elements that stand, or need not."""


class Elements:
    """The elements of one account: each by two independent credible sources or by the accused's admission."""

    __slots__ = ("_at", "_best", "_conceding", "_first", "_two_may", "actor", "place", "time", "victim")

    def __init__(self, at: Account) -> None:
        self._at = at
        self._first = Element("alleged", (at.alleging[0].report,)) if at.alleging else NONE
        self._two_may = len(at.credible) > 1
        self._best = pair(at.alleging, at.cast) if self._two_may else None
        self._conceding: set[str] = set()  # reports by which the accused admit what was done
        for claim, _ in at.speaking:
            if claim.stance_event in ADMITTING:
                self._conceding.add(claim.report)
        self.actor = self._actor()
        self.time = self._element(at.timed, _times_agree)
        self.place = self._element(at.placed)
        self.victim = self._element(at.hit)

    def of(self, scope: Scope) -> dict[str, Element]:
        """All five, as one prohibition asks for them."""
        at = self._at
        acts = at.acting
        if scope.acts is not None:
            acts = [one for one in acts if one.act in scope.acts]
        victim = self.victim
        if acts and not at.hit and all(one.act in scope.acts_without_victim for one in acts):
            victim = NOT_NEEDED
        return {
            "act": self._element(acts),
            "actor": self.actor,
            "time": self.time,
            "place": self.place,
            "victim": victim,
        }

    def _element(
        self, claims: Sequence[Claim], agree: Callable[[Claim, Claim], bool] | None = None
    ) -> Element:
        """``claims`` are the alleging ones that give the element."""
        if not claims:
            return NONE
        if self._two_may and (two := self._two(claims, agree)) is not None:
            return two
        if self._conceding:
            for claim in claims:
                if claim.report in self._conceding:
                    return Element("admission", (claim.report,))
        return self._by_one(claims[0])

    def _actor(self) -> Element:
        """Who did it. Rival names stand as corroborated only where every one named is bound: see scope."""
        at = self._at
        if not at.naming:
            return NONE
        if self._two_may and (two := self._two(at.naming)) is not None:
            return two
        if at.admitting:
            return Element("admission", (at.admitting[0].report,))
        return self._by_one(at.naming[0])

    def _two(
        self, claims: Sequence[Claim], agree: Callable[[Claim, Claim], bool] | None = None
    ) -> Element | None:
        """By two of these claims that can carry each other and agree, if there are such."""
        two = self._best
        # Where every claim gives the element, no two stand better than the best of all that agree.
        if len(claims) < len(self._at.alleging) or (
            two is not None and agree is not None and not agree(*two)
        ):
            two = pair(claims, self._at.cast, agree)
        return None if two is None else Element("two_sources", (two[0].report, two[1].report))

    def _by_one(self, claim: Claim) -> Element:
        """Only alleged; mostly on the word of the claim that stands best of all."""
        return self._first if claim is self._at.alleging[0] else Element("alleged", (claim.report,))


def _times_agree(one: Claim, other: Claim) -> bool:
    """Whether two claims can mean the same time."""
    a, b = one.occurred, other.occurred
    return a is not None and b is not None and a.start <= b.end and b.start <= a.end
