"""What the standing claims of one incident say together at one moment, whatever the prohibition.

Who is accused, when it may have happened, which elements stand and on whose word, how far the attribution
stands, and the ranges of figures.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from tracker.compliance.charter import Charter
from tracker.compliance.coverage import Cast, Scope, who_was_hit
from tracker.compliance.evidence import figures, pair
from tracker.compliance.facts import ADMITTING, ALLEGING, Claim, IncidentFacts, Ruling
from tracker.compliance.intervals import Interval, hull, is_placed
from tracker.compliance.verdicts import Element, Figures

NONE = Element("none")
NOT_NEEDED = Element("not_needed")
ALLEGED_ONLY = "alleged"


class Account:
    """One incident as it was known at one moment: what is the same for every prohibition."""

    __slots__ = (
        "accused",
        "alleging",
        "cast",
        "charter",
        "claims",
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

    def speaks_for_accused(self, claim: Claim) -> str | None:
        """The accused actor that a claim's source officially speaks for, if any."""
        if not claim.source.speaks_for:
            return None
        for slug in self.perpetrators:
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


def elements_of(at: Account, scope: Scope) -> dict[str, Element]:
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
    at: Account, claims: Sequence[Claim], agree: Callable[[Claim, Claim], bool] | None = None
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


def _actor(at: Account) -> Element:
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


def _are_rivals(at: Account) -> bool:
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
class Attribution:
    word: str  # claimed | admitted | denied | contested | unknown
    grade: str  # before any ruling
    accepted_by: str | None  # the accused that accepts the breach itself
    intent: str


def attribution_of(at: Account, actor: Element) -> Attribution:
    """Who is said to have done it, and how far that stands. A bare denial lowers nothing."""
    if not at.alleging:
        return Attribution("unknown", "discounted", None, "not_stated")
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
    return Attribution(word, grade, next((one for one in accepting if one), None), intent)


def answers_to(at: Account, accused: Iterable[str]) -> str | None:
    """The one side that all the accused answer to; None where they answer to several or nobody is named."""
    sides = {at.cast.side_of(slug)[0] for slug in accused}
    return sides.pop() if len(sides) == 1 else None


# --- Figures -----------------------------------------------------------------------------------------

_NO_FIGURES: tuple[dict[str, Figures], dict[str, dict[str, Figures]]] = ({}, {})


def casualties_of(
    claims: Sequence[Claim],
) -> tuple[Mapping[str, Figures], Mapping[str, Mapping[str, Figures]]]:
    """Ranges per effect over everyone, and per group."""
    giving = [claim for claim in claims if claim.casualties]
    if not giving:
        return _NO_FIGURES
    if len(giving) == 1 and len(giving[0].casualties) == 1:
        (one,) = giving[0].casualties
        only = figures(giving, one.effect)
        if only is None:
            return _NO_FIGURES
        return {one.effect: only}, {one.group: {one.effect: only}} if one.group is not None else {}
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
