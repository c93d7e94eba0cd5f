"""Which elements of a breach stand, and on whose reports: act, actor, time, place and victim."""

from collections.abc import Callable, Sequence

from tracker.compliance.account import Account
from tracker.compliance.evidence import pair
from tracker.compliance.facts import ADMITTING, Claim
from tracker.compliance.scope import Scope
from tracker.compliance.verdicts import Element

NONE = Element("none")
NOT_NEEDED = Element("not_needed")
STANDING = frozenset({"two_sources", "admission", "not_needed"})
"""Codes of elements that stand, or need not."""


class Elements:
    """The elements of one account: each by two independent credible sources or by the accused's admission."""

    __slots__ = ("_alleged", "_at", "actor", "place", "time", "victim")

    def __init__(self, at: Account) -> None:
        self._at = at
        self._alleged: dict[str, Element] = {}
        self.actor = self._actor()
        self.time = self._element([one for one in at.alleging if one.occurred is not None], _times_agree)
        self.place = self._element([one for one in at.alleging if one.place is not None])
        self.victim = self._element(at.hit)

    def of(self, scope: Scope) -> dict[str, Element]:
        """All five, as one prohibition asks for them."""
        at = self._at
        acts = [one for one in at.alleging if one.act is not None]
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
        at = self._at
        two = pair(claims, at.cast, agree) if len(at.credible) > 1 else None
        if two is not None:
            return Element("two_sources", (two[0].report, two[1].report))
        if at.voices:
            for claim in claims:
                if claim.stance_event in ADMITTING and at.speaks_for_accused(claim) is not None:
                    return Element("admission", (claim.report,))
        return self._by_one(claims[0])

    def _actor(self) -> Element:
        """Who did it. Rival names stand as corroborated only where every one named is bound: see scope."""
        at = self._at
        naming = [one for one in at.alleging if one.report in at.accused]
        if not naming:
            return NONE
        two = pair(naming, at.cast) if len(at.credible) > 1 else None
        if two is not None:
            return Element("two_sources", (two[0].report, two[1].report))
        if at.voices:
            for claim in naming:
                if at.admits(claim):
                    return Element("admission", (claim.report,))
        return self._by_one(naming[0])

    def _by_one(self, claim: Claim) -> Element:
        """Only alleged; one element for all that rests on the same report."""
        found = self._alleged.get(claim.report)
        if found is None:
            found = self._alleged[claim.report] = Element("alleged", (claim.report,))
        return found


def _times_agree(one: Claim, other: Claim) -> bool:
    """Whether two claims can mean the same time."""
    a, b = one.occurred, other.occurred
    return a is not None and b is not None and a.start <= b.end and b.start <= a.end
