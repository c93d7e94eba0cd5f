"""What the standing claims of one incident say together at one moment, whatever the prohibition.

Who is accused, when it may have happened, who was hit, how far the attribution stands, and what the accused
themselves say.
"""

from collections.abc import Iterable, Sequence, Set
from datetime import datetime
from itertools import combinations
from typing import NamedTuple

from tracker.compliance.coverage import Cast, Membership, who_was_hit
from tracker.compliance.evidence import is_credible
from tracker.compliance.facts import ADMITTING, ALLEGING, Claim
from tracker.compliance.intervals import Interval, hull, is_placed


class Account:
    """One incident as it was known at one moment: what is the same for every prohibition.

    Lists of claims keep the order of ``leaning``. What is told of all claims is ``claims``, ``sources``,
    ``intents`` and ``speaking``; the rest is told of those that allege.
    """

    __slots__ = (
        "accused",
        "acting",
        "acts",
        "admitting",
        "alleging",
        "cast",
        "claims",
        "credible",
        "first",
        "hit",
        "intents",
        "memberships",
        "naming",
        "perpetrators",
        "placed",
        "sources",
        "speaking",
        "timed",
        "victims",
        "when",
    )

    def __init__(self, cast: Cast, claims: Sequence[Claim]) -> None:
        """``claims`` are those that stand, in the order of ``leaning``."""
        self.cast, self.claims = cast, claims
        self.sources: set[str] = set()  # slugs of all that say anything
        self.intents: set[str] = set()  # all that is said of whether it was meant
        self.alleging: list[Claim] = []
        self.credible: list[Claim] = []  # those that may corroborate
        self.first: datetime | None = None  # when it was first reported
        self.timed: list[Claim] = []  # those that say when
        self.placed: list[Claim] = []  # those that say where
        self.acting: list[Claim] = []  # those that say what was done
        self.acts: set[str] = set()
        for claim in claims:
            self.sources.add(claim.source.slug)
            if claim.intent != "not_stated":
                self.intents.add(claim.intent)
            if claim.stance_event not in ALLEGING:
                continue
            self.alleging.append(claim)
            if is_credible(claim):
                self.credible.append(claim)
            reported = claim.reported or claim.known
            if self.first is None or reported < self.first:
                self.first = reported
            if claim.occurred is not None:
                self.timed.append(claim)
            if claim.place is not None:
                self.placed.append(claim)
            if claim.act is not None:
                self.acting.append(claim)
                self.acts.add(claim.act)
        self.when = self.hull(self.timed)
        self._tell_who()
        self.speaking = self._speaking()
        self.admitting = [claim for claim, _ in self.speaking if self._admits(claim)] if self.speaking else []

    def _tell_who(self) -> None:
        """Who is said to have done it, who was hit, and how the truce covered them then."""
        cast, when = self.cast, self.when
        self.naming: list[Claim] = []  # those that accuse somebody
        self.accused: dict[str, str] = {}  # report -> slug of the actor that it accuses
        self.hit: list[Claim] = []  # those that say who was hit
        self.victims: set[Membership] = set()  # how the truce covers whom these name
        for claim in self.alleging:
            if claim.by is not None and claim.stance_actor in ALLEGING:
                self.naming.append(claim)
                self.accused[claim.report] = cast.actor(claim.by, when)
            victim = who_was_hit(claim, cast, when)
            if victim is not None:
                self.hit.append(claim)
                self.victims.add(victim)
        self.perpetrators = tuple(sorted({*self.accused.values()}))
        self.memberships: set[Membership] = set()  # how the truce covers these
        for slug in self.perpetrators:
            self.memberships.add(cast.membership(slug, when))

    def hull(self, claims: Iterable[Claim]) -> Interval | None:
        """When these claims may place it, never later than its first report.

        Claims that span more than a day are taken only where none is shorter.
        """
        first = self.first
        if first is None:
            return None
        spans = []
        for claim in claims:
            if claim.occurred is not None:
                start, end = claim.occurred.start, claim.occurred.end
                spans.append((start if start < first else first, end if end < first else first))
        if len(spans) < 2:
            return spans[0] if spans else None
        zone = self.cast.charter.zone
        return hull([span for span in spans if is_placed(zone, span)] or spans)

    def placing(self) -> list[Claim]:
        """Those that place it in the narrower readings: credible, or the accused's own."""
        return self.credible + self.admitting

    def _speaking(self) -> list[tuple[Claim, str]]:
        """The claims whose source officially speaks for an accused actor, each with that actor."""
        found = []
        for claim in self.claims:
            if claim.source.speaks_for:
                for slug in self.perpetrators:
                    if self.cast.speaks_for(claim, slug):
                        found.append((claim, slug))
                        break
        return found

    def _admits(self, claim: Claim) -> bool:
        """Whether the claim admits having done what it tells of."""
        return (
            claim.stance_actor in ADMITTING
            and claim.report in self.accused
            and self.cast.speaks_for(claim, self.accused[claim.report])
        )


def leaning(claim: Claim) -> tuple[object, ...]:
    """Which claim to lean on first: the more reliable source, then the fuller and the earlier claim."""
    fullness = (
        (claim.act is not None)
        + (claim.by is not None)
        + (claim.against is not None)
        + (claim.occurred is not None)
        + (claim.place is not None)
        + len(claim.casualties)
    )
    return (claim.source.reliability or "G", claim.credibility or 7, -fullness, claim.known, claim.report)


def are_rivals(at: Account) -> bool:
    """Whether claims name different perpetrators, none of which belongs to another."""
    lineages = [(name, at.cast.lineage(name, at.when)) for name in at.perpetrators]
    for (one, of_one), (other, of_other) in combinations(lineages, 2):
        if one not in of_other and other not in of_one:
            return True
    return False


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
    admitted, denied, accepted_by = bool(at.admitting), False, None
    for claim, accused in sorted(at.speaking, key=_arrival) if at.speaking else ():
        denied = denied or "denies" in (claim.stance_actor, claim.stance_event)
        if claim.accepts_breach and accepted_by is None:
            accepted_by = accused
    rivals = len(at.perpetrators) > 1 and are_rivals(at)
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
    return Attribution(word, grade, accepted_by, _intent_of(at.intents))


def _arrival(spoken: tuple[Claim, str]) -> tuple[object, ...]:
    return spoken[0].known, spoken[0].report


def _intent_of(intents: Set[str]) -> str:
    if not intents:
        return "not_stated"
    return "contested" if len(intents) > 1 else next(iter(intents))


def answers_to(at: Account, accused: Iterable[str]) -> str | None:
    """The one side that all the accused answer to; None where they answer to several or nobody is named."""
    one = None
    for slug in accused:
        side = at.cast.side_of(slug)[0]
        if one is not None and side != one:
            return None
        one = side
    return one
