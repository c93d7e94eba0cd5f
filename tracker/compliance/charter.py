"""A truce as the rules read it: its parties, its terms, and the policies by which it is read.

Every moment is an aware UTC datetime; every range is half-open, ``from_ <= t < until``, and ``None`` on
either side means open on that side. Actors are named by slug. ``basis`` says whose rule something is:
``agreement`` (the text says it), ``press`` (reported of the text) or ``tracker`` (this tracker's rule,
because the agreement does not say).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, TypeVar

READINGS = ("alleged", "corroborated", "ruled")
"""The three readings, widest first: what counts as ruled counts as corroborated, and so on."""

ROLES = ("guarantor", "party", "mediator", "monitor")
COVERAGES = ("bound", "not_accepted", "excluded", "assumed")
CIVILIANS = "civilians"
"""The actor slug that stands for people who take no part in the fighting."""


@dataclass(frozen=True, slots=True)
class Alias:
    """Another name of the same actor, and when it went by it (al-Nusra Front, until 28 July 2016)."""

    name: str  # the name, or the slug that reports use for it; compared without regard to case
    from_: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Parent:
    """What an actor belonged to, and when: a force of a state, a member of an alliance."""

    actor: str  # slug of the state, force or alliance that it belongs to
    from_: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    """A state, armed force, coalition, armed group, UN body, organisation, or ``civilians``."""

    kind: str  # state | armed_force | coalition | armed_group | un_body | organisation | civilians | ...
    name: Mapping[str, str] = field(default_factory=dict)  # language code -> name
    aliases: tuple[Alias, ...] = ()
    parents: tuple[Parent, ...] = ()


@dataclass(frozen=True, slots=True)
class Party:
    """One dated membership of an actor in the truce. An actor may have several, one after another."""

    actor: str  # slug
    role: str  # one of ROLES
    coverage: str  # one of COVERAGES; ``assumed`` counts as bound and is marked
    from_: datetime | None = None
    until: datetime | None = None
    answers_to: str | None = None  # the guarantor that it answers to: its side. None: it is a side itself
    source: str = ""
    basis: str = "agreement"


@dataclass(frozen=True, slots=True)
class Renewal:
    """The truce is prolonged step by step."""

    step: timedelta  # the length of the first step, and of an extension that names no other
    ends_truce: bool = False  # whether the text says that a step that runs out ends the truce


@dataclass(frozen=True, slots=True)
class Policy:
    """One choice by which the truce is read, and whose choice it is."""

    what: str  # what it is about: headline_reading, breach_policy, observation, renewal, ...
    basis: str  # agreement | press | tracker
    text: str = ""


@dataclass(frozen=True, slots=True)
class Term:
    """One obligation of the truce."""

    ref: str  # reference within the truce: "seven-day-clock"
    kind: str  # name of the file in terms/ that judges it
    title: Mapping[str, str] = field(default_factory=dict)  # language code -> title
    article: str = ""  # article of the agreement
    wording: str = ""  # its wording as cited
    owed_by: tuple[str, ...] = ()  # actors that owe it; none named: every bound party
    requires: tuple[str, ...] | Mapping[str, Any] = ()  # terms that must be met before this one: their refs,
    # or a condition {"all": [...]}, {"any": [...]}, {"not": ...} of refs and conditions
    parameters: Mapping[str, Any] = field(default_factory=dict)  # what the kind needs, see its file
    breaches_of: tuple[str, ...] = ()  # for a clock: the prohibitions whose counted breaches stop it
    version: int = 1
    basis: str = "agreement"
    source: str = ""


@dataclass(frozen=True, slots=True)
class Charter:
    """A truce with its parties and terms: all that the rules read of it."""

    slug: str
    title: Mapping[str, str]  # language code -> title
    zone: str  # IANA name: the zone of the days and of the page
    area: tuple[str, ...]  # ISO 3166 alpha-3 country codes or P-codes; none: anywhere
    truce_class: str  # cessation_of_hostilities | preliminary | definitive
    in_force_from: datetime | None  # None: not yet agreed when
    terms: tuple[Term, ...] = ()
    parties: tuple[Party, ...] = ()
    actors: Mapping[str, Actor] = field(default_factory=dict)  # slug -> actor
    agreed: datetime | None = None
    ends: datetime | None = None  # the end that its own text names
    renewal: Renewal | None = None
    declarers: tuple[str, ...] = ()  # actors whose common word moves dates and gates; all are needed
    leading_body: str = "tracker"  # whose rulings make the ruled reading
    headline_reading: str = "corroborated"  # one of READINGS: the one that compliance is told from
    breached_at: int | None = None  # violated once this many incidents count within quiet_for
    quiet_for: timedelta = timedelta(days=7)  # after this long without one that counts, strain is over
    observation_required: bool = False  # whether a clock may count days that nobody observed
    one_party_ends: bool = False  # whether the text lets one party end it by its word alone
    replaces: str | None = None  # slug of the truce that this one replaces
    record_ends: datetime | None = None  # for a historical truce: after this its record says nothing
    pax_id: str | None = None  # PA-X agreement id
    policies: tuple[Policy, ...] = ()


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong in a charter, named by where it stands."""

    path: str  # "terms[2].parameters.length": dots for names, brackets for positions
    code: str  # stable code, "charter.unknown_kind"; the sentence for it is made elsewhere
    values: Mapping[str, Any] = field(default_factory=dict)


Made = TypeVar("Made")


def once_per_charter(make: Callable[[Charter], Made]) -> Callable[[Charter], Made]:
    """Keeps what is made of the last few charters, because it is asked for every incident.

    Told apart by identity: a charter is never altered, and is too large to compare.
    """
    kept: dict[int, tuple[Charter, Made]] = {}

    @wraps(make)
    def made(charter: Charter) -> Made:
        found = kept.get(id(charter))
        if found is None or found[0] is not charter:
            if len(kept) >= 16:
                kept.clear()
            found = kept[id(charter)] = (charter, make(charter))
        return found[1]

    return made


def charter_faults(charter: Charter) -> list[Fault]:
    """All faults of a charter at once, in the order in which they stand in it; empty when it is sound."""
    from tracker.compliance.faults import faults_of

    return faults_of(charter)
