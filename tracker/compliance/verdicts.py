"""What the rules say: standings of incidents, verdicts of terms, the status of a truce.

No sentence is made here: a ``Message`` is a stable code with the values that its sentence needs. Values
hold text, whole numbers, booleans, None, aware UTC datetimes, and tuples and mappings of these;
``as_json`` turns any of the records below into plain JSON values, moments written ``2016-09-12T16:00:00Z``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple, Protocol

NO_VALUES: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True)
class Message:
    """A stable code, such as ``clock.in_question``, and the values that its sentence names."""

    code: str
    values: Mapping[str, Any] = field(default_factory=dict)


# --- What an incident weighs -------------------------------------------------------------------------


class Element(NamedTuple):
    """Whether one thing that a breach needs to be shown stands, and on whose reports."""

    code: str  # two_sources | admission | ruled | alleged | disputed | not_needed | none
    reports: tuple[str, ...] = ()  # the reports that decide it, smallest set


class Figures(NamedTuple):
    """A range of figures over the claims that give one; nothing is averaged, no figure is not 0."""

    min: int | None  # lowest minimum given; None: none given
    max: int | None  # highest figure given; None: open, or none given
    at_least: int | None  # highest minimum of a claim with an open end; None: no end is open
    contested: bool  # whether two claims exclude each other
    sources: tuple[str, ...]  # sources that gave a figure of their own
    repeated_by: tuple[str, ...] = ()  # sources that only repeat what these gave
    highest: int | None = None  # highest figure given at all, also where the end is open


class Details(NamedTuple):
    """The part of a standing that is read but not searched: stored as one JSON column."""

    coverage_why: tuple[Message, ...] = ()  # every reason why coverage is not plainly "covered"
    attribution: str = "unknown"  # claimed | admitted | denied | contested | unknown
    intent: str = "not_stated"  # asserted | denied | contested | not_stated
    responsible: str | None = None  # only where ruled, or where the accused accepts the breach itself
    answers_to: str | None = None  # the guarantor of the responsible, else of all who are accused
    assumed: bool = False  # whether a party counts as bound by assumption only
    act: str | None = None  # the act, where the claims that name one agree
    elements: Mapping[str, Element] = NO_VALUES  # act actor victim time place
    casualties: Mapping[str, Figures] = NO_VALUES  # effect -> figures over everyone
    by_group: Mapping[str, Mapping[str, Figures]] = NO_VALUES  # group -> effect -> figures
    sources: tuple[str, ...] = ()  # slugs of the sources with a standing claim, sorted
    first_known: datetime | None = None  # when the first claim of the incident was known
    ruling: str | None = None  # reference of the ruling that decides
    rulings: tuple[str, ...] = ()  # every standing ruling on this incident and term, other bodies' too
    precision: str | None = None  # of the closest time that a standing claim gives; None: none gives one
    place: Mapping[str, Any] | None = None  # the closest that a standing claim gives, as the view shows it
    place_of: tuple[str, str] | None = None  # the report and the source (slug) that gave it
    areas: tuple[str, ...] = ()  # codes of the areas that surely hold it, as far as the view shows them
    against: tuple[str, ...] = ()  # slugs of the victims that standing claims name, sorted


class Standing(NamedTuple):
    """How one incident stood against one prohibition in one reading, over one range of known time."""

    incident: str
    term: str
    reading: str  # alleged | corroborated | ruled
    counts: bool
    known: datetime  # from when it stood so
    until: datetime | None  # until when; None: it still does
    occurred_from: datetime | None  # earliest moment at which it may have happened; None: not known
    occurred_to: datetime | None  # latest such moment, never later than its first report
    restarts_at: (
        datetime | None
    )  # where a count restarts: occurred_to, if it counts, names somebody, is placed
    restarts_at_best: datetime | None  # the earliest such moment: occurred_from
    unplaced: bool  # it counts, but spans more than a day (or no time is known): restarts nothing
    coverage: str  # covered | not_settled | outside
    grade: str  # discounted | contested | confirmed | fair | weak
    severity: str | None  # of the ruling
    ruled: str | None  # outcome of the leading body's standing ruling
    accepted: bool  # whether the accused accepts that it broke the truce
    alleged: tuple[str, ...]  # actors named as perpetrators by claims that allege, sorted
    why: Message  # why it counts or not, in this reading
    evidence: tuple[str, ...]  # the smallest set of reports and rulings that decides this row
    details: Details

    @property
    def breach(self) -> bool:
        """Whether it counts and is ruled or accepted a violation."""
        return self.counts and (self.ruled == "violation" or self.accepted)


# --- What assess reads standings through -------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Restart:
    """An incident that restarts a count."""

    incident: str
    term: str
    at: datetime  # restarts_at
    at_best: datetime  # restarts_at_best
    severity: str | None = None
    ruled: str | None = None
    accepted: bool = False


@dataclass(frozen=True, slots=True)
class Unplaced:
    """An incident that counts but cannot be placed in time closely enough to restart anything."""

    incident: str
    term: str
    occurred_from: datetime | None  # None: not known
    occurred_to: datetime


@dataclass(frozen=True, slots=True)
class Counted:
    """An incident that counts against a prohibition."""

    incident: str
    at: datetime  # by when it had happened


@dataclass(frozen=True, slots=True)
class Strain:
    """What counts against a prohibition in one reading, by a moment and within a length of time before it."""

    latest: tuple[Counted, ...]  # of those within, latest first
    breach: Counted | None  # the latest within that is ruled or accepted a violation
    ruled: bool  # whether that one is ruled so
    count: int  # how many are within
    since: datetime | None  # since when restarts have followed each other within that length; None: none is
    last: datetime | None  # where none is within: by when the last of all since the start had happened
    outside: int  # how many by the moment, in any reading, lie outside the truce
    not_settled: int  # how many by the moment count as alleged only, for it is not settled


@dataclass(frozen=True, slots=True)
class Resets:
    """What may restart a count in one reading, from its start to a moment."""

    led_to: Restart | None  # ``last_in_chain`` of a length; None where no length is asked about
    led_to_surely: Restart | None
    latest: tuple[Restart, ...]  # latest ``at`` first
    count: int
    unplaced: tuple[Unplaced, ...]  # latest end first


class StandingsReader(Protocol):
    """Reads the standings of one truce in one view, already fixed at one known moment.

    Only rows with ``counts`` are read, save for ``outside`` of a strain. ``terms`` are references of
    prohibitions. ``occurred_to`` of a row is the moment by which it happened; ``by`` leaves out rows
    whose ``occurred_to`` is later than it (inclusive: ``occurred_to <= by``). Each call is a few index
    reads however many rows there are; ties in time are broken by incident reference, ascending.

    Each verdict begins with one wide question, which the three readings of a term ask alike; the others
    are for what that does not settle.
    """

    def strain(
        self, term: str, reading: str, *, start: datetime, by: datetime, within: timedelta, limit: int
    ) -> Strain:
        """What counts against one prohibition by ``by``: within, after ``by - within``.

        ``latest`` has up to ``limit``. ``since`` goes back from the oldest of them over restarts, each within
        ``within`` of the next and none before ``start``: the earliest ``restarts_at`` of that row.
        """
        ...

    def resets(
        self,
        terms: Sequence[str],
        reading: str,
        *,
        start: datetime,
        by: datetime,
        length: timedelta | None,
        limit: int,
    ) -> Resets:
        """What has ``start < restarts_at <= by``, ``latest`` and ``unplaced`` up to ``limit`` each.

        ``led_to`` and ``led_to_surely`` are where ``last_in_chain`` leads from ``start`` over ``length``.
        """
        ...

    def last_restart(
        self,
        terms: Sequence[str],
        reading: str,
        *,
        after: datetime,
        before: datetime,
        by: datetime | None = None,
        surely: bool = False,
        severities: Sequence[str] | None = None,
        other_severities: bool = False,
    ) -> Restart | None:
        """The latest restart that may fall between ``after`` and ``before``, both exclusive.

        May fall: ``restarts_at > after`` and ``restarts_at_best < before``; latest by ``restarts_at``.
        ``surely``: ``restarts_at_best > after`` and ``restarts_at < before``; latest by ``restarts_at_best``.
        An incident never spans more than 25 hours here (a day), so either is one range of the index on
        ``restarts_at``. ``severities`` keeps only rows of one of these severities; with
        ``other_severities`` only rows of none of these (rows without severity among them).
        """
        ...

    def last_in_chain(
        self,
        terms: Sequence[str],
        reading: str,
        *,
        start: datetime,
        length: timedelta,
        by: datetime,
        surely: bool = False,
    ) -> Restart | None:
        """Where ``last_restart`` leads, asked again and again over the ``length`` after its last answer.

        From ``start`` on: the restart after which no other falls within ``length``; None where none does
        so after ``start`` itself. With ``surely`` each step goes on from ``restarts_at_best``.
        """
        ...

    def first_restart(
        self,
        terms: Sequence[str],
        reading: str,
        *,
        after: datetime,
        before: datetime,
        by: datetime | None = None,
        surely: bool = False,
    ) -> Restart | None:
        """The earliest restart that may fall between the two, by ``restarts_at``; see ``last_restart``.

        ``surely``: that surely does, earliest by ``restarts_at_best``.
        """
        ...

    def restarts(
        self,
        terms: Sequence[str],
        reading: str,
        *,
        after: datetime,
        before: datetime,
        by: datetime | None = None,
        severities: Sequence[str] | None = None,
        limit: int,
    ) -> Sequence[Restart]:
        """The latest ``limit`` restarts that may fall between the two, latest ``restarts_at`` first."""
        ...

    def count_restarts(self, terms: Sequence[str], reading: str, *, after: datetime, by: datetime) -> int:
        """How many rows have ``after < restarts_at <= by``."""
        ...

    def unplaced(
        self,
        terms: Sequence[str],
        reading: str,
        *,
        start: datetime,
        end: datetime,
        by: datetime | None = None,
        limit: int,
    ) -> Sequence[Unplaced]:
        """The ``limit`` unplaced rows ending latest that may fall in ``start <= t < end``, latest end first.

        May fall: ``occurred_to > start`` and (``occurred_from`` is None or ``occurred_from < end``).
        """
        ...


# --- What a term and a truce say ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a term says in one reading at one moment."""

    state: str  # a state of its kind; any kind: ``ended``, ``cannot_be_judged``
    since: datetime | None  # since when it has said so; None: not known
    message: Message  # why
    values: Mapping[str, Any] = field(default_factory=dict)
    evidence: tuple[str, ...] = ()  # the smallest set of references that decides
    would_change: tuple[Message, ...] = ()  # what would change it
    next_moment: datetime | None = None  # when time alone may change it; None: never
    met: bool | None = None  # whether it is met, as a condition of another term; None: unknown
    met_since: datetime | None = None  # since when ``met`` has been what it is


@dataclass(frozen=True, slots=True)
class TermVerdict:
    """What a term says, in all three readings side by side."""

    ref: str
    kind: str
    title: Mapping[str, str]
    requires: tuple[str, ...]  # every term that its condition names
    breaches_of: tuple[str, ...]
    readings: Mapping[str, Verdict]  # reading -> verdict
    in_question_since: datetime | None = (
        None  # from when its readings differ over what nobody ruled or accepted
    )


@dataclass(frozen=True, slots=True)
class RenewalState:
    """How far the steps of the truce have been prolonged."""

    state: str  # running | lapsed
    ends: datetime  # end of the last announced step


@dataclass(frozen=True, slots=True)
class ExtensionState:
    """One offer to prolong the truce, as it stands."""

    ref: str
    by: tuple[str, ...]  # who said what it now is
    length: timedelta | None
    state: str  # offered | announced | declined | lapsed | withdrawn
    at: datetime
    expires: datetime | None = None

    @property
    def hours(self) -> int | None:
        """Its length in whole hours; None where none is known."""
        return None if self.length is None else int(self.length.total_seconds() // 3600)


@dataclass(frozen=True, slots=True)
class DeclaredOver:
    """One party's word that the truce is over. Alone it ends nothing unless the charter says so."""

    by: str
    at: datetime
    declaration: str


@dataclass(frozen=True, slots=True)
class Status:
    """Everything that the rules say of a truce at one moment."""

    truce: str
    as_of: datetime
    standing: str  # announced | in_force | suspended | ended
    standing_since: datetime | None
    standing_why: Message
    compliance: str  # not_started | unobserved | holding | strained | violated
    compliance_why: Message
    headline_reading: str
    day: int | None  # whole 24-hour periods since the start, plus one; None before it, or not known
    elapsed_seconds: int | None  # since the start
    renewal: RenewalState | None
    extensions: tuple[ExtensionState, ...]
    declared_over: tuple[DeclaredOver, ...]
    sentence: Message  # the sentence on top
    terms: tuple[TermVerdict, ...]
    next_moment: datetime | None  # the earliest moment at which time alone may change any of this
    record_ends: datetime | None
    projected: bool  # whether as_of lies after the end of the record

    def term(self, ref: str) -> TermVerdict:
        """The term of that reference; KeyError if there is none."""
        for term in self.terms:
            if term.ref == ref:
                return term
        raise KeyError(ref)


# --- Plain JSON ---------------------------------------------------------------------------------------


def as_json(value: Any) -> Any:
    """Any record or value of this module as plain JSON values, ready for ``json.dumps``."""
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, timedelta):
        return int(value.total_seconds())
    if isinstance(value, Mapping):
        return {key: as_json(one) for key, one in value.items()}
    if isinstance(value, Element | Figures | Details | Standing):
        return {name: as_json(one) for name, one in value._asdict().items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [as_json(one) for one in value]
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: as_json(getattr(value, one.name)) for one in fields(value)}
    raise TypeError(f"no plain JSON value for {type(value).__name__}")
