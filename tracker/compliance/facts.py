"""The facts that the rules read. Each is one thing that somebody said or did, never altered.

Every moment is an aware UTC datetime. ``known`` is when a fact counts from; ``until`` is when it stopped
standing (superseded, set aside, moved to another incident, restricted), or None. Half-open: a fact stands
at ``t`` when ``known <= t`` and (``until`` is None or ``t < until``). Facts reach the rules already screened
in and already projected to one view: the rules see neither screening nor visibility.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol, TypeVar

ALLEGING = frozenset({"asserts", "admits", "claims_credit", "corroborates"})
"""Stances by which a claim alleges an element; denies, cannot_say and none allege nothing of it."""

ADMITTING = frozenset({"admits", "claims_credit"})

OUTCOMES = (
    "violation",
    "no_violation",
    "outside_truce",
    "insufficient_evidence",
    "suspended",
    "under_inquiry",
)

DECLARATIONS = (
    "over",
    "suspended",
    "resumed",
    "replaced",
    "unlocks",
    "locks",
    "restarted",
    "completed",
    "fulfilled",
    "renewed",
)


@dataclass(frozen=True, slots=True)
class Source:
    """Who says it."""

    slug: str
    kind: str = "press"  # party | state_media | monitor | un | press | social | own_field_staff
    affiliation: str | None = None  # actor that it belongs to; None: to no side
    speaks_for: tuple[str, ...] = ()  # actors that it officially speaks for: only they admit through it
    reliability: str | None = None  # Admiralty A-F; F and None: cannot be judged


@dataclass(frozen=True, slots=True)
class Occurred:
    """When something happened, ``start <= t < end``; ``start == end`` is a single known instant."""

    start: datetime
    end: datetime
    precision: str = "exact"  # exact | hour | day | month | year | ... as the report gave it


@dataclass(frozen=True, slots=True)
class Place:
    """Where something happened."""

    name: str = ""
    pcode: str | None = None  # the finest P-code given, as text
    country: str | None = None  # ISO 3166 alpha-3
    lat: float | None = None  # degrees, WGS 84
    lon: float | None = None
    precision: int | None = None  # UCDP where_prec: 1 exact ... 6 country only, 7 no country
    within: tuple[str, ...] = ()  # codes of every known area that surely contains it; (): not known
    straddles: bool = False  # whether, at its precision, it may lie on either side of the truce's edge


@dataclass(frozen=True, slots=True)
class PlaceShown:
    """A claim's place as the readers of a view are shown it, which may be less than where it was.

    The rules choose the closest by ``vagueness`` (``closeness.vagueness_of_place`` of where it was) and look
    into none of the rest.
    """

    vagueness: tuple[int, bool]
    place: Mapping[str, Any]  # name, pcode, country, lat, lon, precision and adm1, each None where not shown
    areas: tuple[str, ...] = ()  # codes of the areas that surely hold it, as far as they are shown


@dataclass(frozen=True, slots=True)
class Casualties:
    """One figure of one claim. Either end may be open: ``min=80, max=None`` is "at least 80"."""

    group: str | None  # combatants | civilians | ...; None: everyone
    effect: str  # killed | injured | ...
    min: int | None = None
    max: int | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """What one report asserts about one incident."""

    report: str  # reference of the report
    source: Source
    known: datetime
    until: datetime | None = None
    reported: datetime | None = None  # earlier of publication and known, of a correction that of the
    # report that it corrects; None: known
    occurred: Occurred | None = None  # None: it does not say when
    place: Place | None = None  # None: it does not say where
    act: str | None = None  # air_strike, shelling, ...; None: it does not say
    by: str | None = None  # actor slug (or alias) named as perpetrator; None: nobody named
    against: str | None = None  # actor slug (or alias) named as victim; None: nobody named
    harmed: str | None = None  # class of victim where no actor is named: civilians | medical | humanitarian
    weapon: str | None = None
    stance_event: str | None = "asserts"  # asserts|admits|claims_credit|corroborates|denies|cannot_say|None
    stance_actor: str | None = "asserts"  # the same, on who did it
    intent: str = "not_stated"  # asserted | denied | not_stated: that it was meant
    accepts_breach: bool = False  # the speaker accepts that it broke the truce, not only that it acted
    casualties: tuple[Casualties, ...] = ()
    credibility: int | None = None  # 1-6; 6 and None: cannot be judged
    quotes: tuple[str, ...] = ()  # report references or source slugs whose word this repeats
    relayed_by: tuple[str, ...] = ()  # publishers through which it came; sharing one is no dependence
    original: str | None = None  # id of the footage, wire or document that it rests on
    place_shown: PlaceShown | None = None  # its place as it shows; None: it gives nothing that could show


@dataclass(frozen=True, slots=True)
class Ruling:
    """A body's assessment of one incident against one prohibition; ``known`` is its second review."""

    ref: str
    incident: str
    term: str  # reference of the prohibition
    outcome: str  # one of OUTCOMES
    body: str
    known: datetime
    until: datetime | None = None
    severity: str | None = None
    responsible: str | None = None  # actor slug
    occurred: Occurred | None = None  # when it found it to have happened; None: it does not say


@dataclass(frozen=True, slots=True)
class IncidentFacts:
    """All that was ever known of one incident, in any order."""

    ref: str
    claims: tuple[Claim, ...] = ()
    rulings: tuple[Ruling, ...] = ()


@dataclass(frozen=True, slots=True)
class Extension:
    """One step in the life of one offer to prolong the truce; steps of one offer share their ``ref``."""

    ref: str
    by: tuple[str, ...]  # actors who said this step
    state: str  # offered | announced | declined | lapsed | withdrawn
    at: datetime  # when it was said
    known: datetime
    length: timedelta | None = None  # None: the renewal's own step
    expires: datetime | None = None  # an offer lapses at this moment
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Declaration:
    """The word of one or more actors about the truce or one of its terms."""

    ref: str
    about: str  # one of DECLARATIONS
    by: tuple[str, ...]
    at: datetime  # from when it holds
    known: datetime
    term: str | None = None  # None: about the truce itself
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class AccessReport:
    """What one report says of aid: numbers are of the ledger's unit (trucks unless the term says other)."""

    report: str
    source: Source
    known: datetime
    credibility: int | None = None
    convoy: str | None = None  # reference of the convoy, None: of aid in general
    occurred: Occurred | None = None
    planned: int | None = None
    cleared: int | None = None
    waiting: int | None = None
    refused: int | None = None
    delivered: int | None = None  # None: no figure, which is not 0
    attacked: int | None = None
    place: str | None = None  # code or name of where the aid is to go
    withheld_by: str | None = None  # actor that this source says withholds it
    refused_by: str | None = None  # authority that this source says refused it
    until: datetime | None = None
    reported: datetime | None = None
    passage: str | None = None  # open | closed: whether a besieged place can be reached
    unit: str | None = None  # trucks | people | tonnes | ...; None: the term's own
    quotes: tuple[str, ...] = ()
    original: str | None = None


@dataclass(frozen=True, slots=True)
class MilestoneReport:
    """What one report says of whether a milestone was reached."""

    report: str
    source: Source
    term: str  # reference of the milestone
    reached: bool | None  # None: it cannot say
    known: datetime
    credibility: int | None = None
    occurred: Occurred | None = None
    until: datetime | None = None
    reported: datetime | None = None
    quotes: tuple[str, ...] = ()
    original: str | None = None


@dataclass(frozen=True, slots=True)
class WithdrawalReport:
    """What one report says of how far one actor's equipment stands from the line."""

    report: str
    source: Source
    term: str  # reference of the withdrawal
    by: str  # actor whose equipment it is
    equipment: str  # class of equipment as the term names it: heavy | other | personnel
    known: datetime
    distance_min: float | None = None  # metres from the line at least; None: it does not say
    distance_max: float | None = None  # metres from the line at most; None: open
    sector: str | None = None  # which side or stretch of the line; None: all of it
    credibility: int | None = None
    occurred: Occurred | None = None
    until: datetime | None = None
    reported: datetime | None = None
    quotes: tuple[str, ...] = ()
    original: str | None = None


@dataclass(frozen=True, slots=True)
class ObservationWindow:
    """Somebody was watching an area from ``start`` to ``end`` (half-open)."""

    area: str  # code of the area watched
    start: datetime
    end: datetime
    known: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class TruceFacts:
    """Everything about the truce that is not an incident."""

    extensions: tuple[Extension, ...] = ()
    declarations: tuple[Declaration, ...] = ()
    access: tuple[AccessReport, ...] = ()
    milestones: tuple[MilestoneReport, ...] = ()
    withdrawals: tuple[WithdrawalReport, ...] = ()
    windows: tuple[ObservationWindow, ...] = ()
    sources: Mapping[str, Source] = field(default_factory=dict)  # by slug, for those only quoted


class Fact(Protocol):
    """Anything that was known from a moment on, and may have stopped standing."""

    @property
    def known(self) -> datetime: ...

    @property
    def until(self) -> datetime | None: ...


F = TypeVar("F", bound=Fact)


def those_standing(facts: Sequence[F], moment: datetime) -> list[F]:
    """Those that were known and still stood at ``moment``, in their order."""
    found = []
    for fact in facts:
        if fact.known <= moment and (fact.until is None or moment < fact.until):
            found.append(fact)
    return found


def known_at(facts: TruceFacts, moment: datetime) -> TruceFacts:
    """The truce's facts as they stood at ``moment``: what a ``known_at`` of that moment sees."""

    def cut(those: tuple[F, ...]) -> tuple[F, ...]:
        return tuple(those_standing(those, moment))

    return TruceFacts(
        cut(facts.extensions),
        cut(facts.declarations),
        cut(facts.access),
        cut(facts.milestones),
        cut(facts.withdrawals),
        cut(facts.windows),
        facts.sources,
    )
