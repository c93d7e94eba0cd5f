"""What the standing claims of one incident say together at one moment, whatever the prohibition.

Who is accused, when it may have happened, who was hit, how far the attribution stands, and what the accused
themselves say.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from tracker.compliance.coverage import Cast, Membership, who_was_hit
from tracker.compliance.evidence import is_credible
from tracker.compliance.facts import ADMITTING, ALLEGING, Claim
from tracker.compliance.intervals import Interval, hull, is_placed


class Account:
    """One incident as it was known at one moment: what is the same for every prohibition."""

    __slots__ = (
        "accused",
        "acts",
        "alleging",
        "cast",
        "claims",
        "credible",
        "first",
        "hit",
        "memberships",
        "perpetrators",
        "victims",
        "voices",
        "when",
    )
    accused: dict[str, str]
    hit: list[Claim]
    victims: list[Membership]
    perpetrators: tuple[str, ...]

    def __init__(self, cast: Cast, claims: Sequence[Claim]) -> None:
        """``claims`` are those that stand, in the order of ``leaning``."""
        self.cast, self.claims = cast, claims
        self.alleging = alleging = [claim for claim in claims if claim.stance_event in ALLEGING]
        self.credible = [claim for claim in alleging if is_credible(claim)]
        self.voices = [claim for claim in claims if claim.source.speaks_for]
        self.first = min([claim.reported or claim.known for claim in alleging], default=None)
        self.when = when = self.hull(alleging)
        self.accused = accused = {}  # report -> slug of the actor that it accuses
        self.hit = hit = []  # those that say who was hit
        self.victims = victims = []  # how the truce covers whom these name
        for claim in alleging:
            if claim.by is not None and claim.stance_actor in ALLEGING:
                accused[claim.report] = cast.actor(claim.by, when)
            victim = who_was_hit(claim, cast, when)
            if victim is not None:
                hit.append(claim)
                victims.append(victim)
        self.perpetrators = tuple(sorted({*accused.values()}))
        self.memberships = [cast.membership(slug, when) for slug in self.perpetrators]
        self.acts = {claim.act for claim in alleging if claim.act is not None}

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
        zone = self.cast.charter.zone
        return hull([span for span in spans if is_placed(zone, span)] or spans)

    def placing(self) -> list[Claim]:
        """Those that place it in the narrower readings: credible, or the accused's own."""
        return [claim for claim in self.alleging if is_credible(claim) or self.admits(claim)]

    def speaks_for_accused(self, claim: Claim) -> str | None:
        """The accused actor that a claim's source officially speaks for, if any."""
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


def leaning(claim: Claim) -> tuple[object, ...]:
    """Which claim to lean on first: the more reliable source, then the fuller and the earlier claim."""
    given = (claim.act, claim.by, claim.against, claim.occurred, claim.place)
    fullness = len(given) - given.count(None) + len(claim.casualties)
    return (claim.source.reliability or "G", claim.credibility or 7, -fullness, claim.known, claim.report)


def are_rivals(at: Account) -> bool:
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


class Attribution(NamedTuple):
    word: str  # claimed | admitted | denied | contested | unknown
    grade: str  # before any ruling
    accepted_by: str | None  # the accused that accepts the breach itself
    intent: str


NOBODY_ALLEGES = Attribution("unknown", "discounted", None, "not_stated")


def attribution_of(at: Account, two_name_it: bool) -> Attribution:
    """Who is said to have done it, and how far that stands. A bare denial lowers nothing.

    ``two_name_it``: whether two independent credible sources name who did it.
    """
    if not at.alleging:
        return NOBODY_ALLEGES
    admitted = denied = False
    accepted_by = None
    for claim in sorted(at.voices, key=_arrival):
        admitted = admitted or at.admits(claim)
        spoken_for = at.speaks_for_accused(claim)
        if spoken_for is None:
            continue
        denied = denied or "denies" in (claim.stance_actor, claim.stance_event)
        if claim.accepts_breach and accepted_by is None:
            accepted_by = spoken_for
    rivals = are_rivals(at)
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
        grade = "fair" if two_name_it else "weak"
    return Attribution(word, grade, accepted_by, _intent_of(at.claims))


def _arrival(claim: Claim) -> tuple[object, ...]:
    return claim.known, claim.report


def _intent_of(claims: Iterable[Claim]) -> str:
    intents = {claim.intent for claim in claims if claim.intent != "not_stated"}
    if len(intents) > 1:
        return "contested"
    return intents.pop() if intents else "not_stated"


def answers_to(at: Account, accused: Iterable[str]) -> str | None:
    """The one side that all the accused answer to; None where they answer to several or nobody is named."""
    sides = {at.cast.side_of(slug)[0] for slug in accused}
    return sides.pop() if len(sides) == 1 else None
