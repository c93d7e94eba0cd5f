"""One report as it comes in: the same shape and the same checks for the API, the desk's form and a scenario.

``check_report`` says everything that is wrong with a body at once, and never raises.
"""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Mapping
from typing import Annotated, Any

import orjson
from pydantic import Field, ValidationError, field_validator
from pydantic import ValidationInfo as Info

from . import codes
from .fault import AN_OBJECT, Fault, faults_of
from .fields import (
    CODE,
    ActorRef,
    Address,
    ConvoyRef,
    Country,
    Credibility,
    Document,
    Exists,
    IncidentRef,
    Language,
    Line,
    Metres,
    Moment,
    Natural,
    PastMoment,
    Pcode,
    Prose,
    QuotedRef,
    ReportRef,
    SourceRef,
    Surroundings,
    TermRef,
    Token,
    TruceRef,
    UpTo,
    WherePrec,
    no_repeats,
    refusal,
)


class Occurred(Document):
    """When: half-open, in UTC, and how well that is known. Both ends alike only for an exact moment."""

    precision: Annotated[codes.DatePrecision, CODE]
    from_: PastMoment = Field(alias="from")
    to: PastMoment

    @field_validator("to")
    @classmethod
    def _after_from(cls, to: datetime.datetime, info: Info) -> datetime.datetime:
        may_be_a_moment = info.data.get("precision") in (None, codes.DatePrecision.EXACT)
        return _end_after_start(info.data.get("from_"), to, may_be_equal=may_be_a_moment)


class Place(Document):
    """Where: by name, code or coordinates (WGS 84 degrees), as told; ``precision`` is UCDP ``where_prec``."""

    name: Line | None = None
    pcode: Pcode | None = None
    country: Country | None = None
    lat: float | None = None
    lon: float | None = Field(default=None, validate_default=True)
    precision: WherePrec | None = Field(default=None, validate_default=True)

    @field_validator("lat")
    @classmethod
    def _on_the_globe(cls, lat: float | None) -> float | None:
        if lat is not None and not -90 <= lat <= 90:
            raise refusal("latitude_outside")
        return lat

    @field_validator("lon")
    @classmethod
    def _with_its_latitude(cls, lon: float | None, info: Info) -> float | None:
        if lon is not None and not -180 <= lon <= 180:
            raise refusal("longitude_outside")
        if "lat" in info.data and (lon is None) != (info.data["lat"] is None):
            raise refusal("half_a_coordinate")
        return lon

    @field_validator("precision")
    @classmethod
    def _of_something(cls, precision: int | None, info: Info) -> int | None:
        named = ("name", "pcode", "country", "lat", "lon")
        if all(name in info.data and info.data[name] is None for name in named):
            raise refusal("place_says_nothing")
        return precision


class Stances(Document):
    """What the source does with the event and with the actor. Null: it says nothing of that element."""

    event: Annotated[codes.Stance, CODE] | None = codes.Stance.ASSERTS
    actor: Annotated[codes.Stance, CODE] | None = codes.Stance.ASSERTS


class Casualties(Document):
    """A figure for one group (null: the source does not say which) and one effect.

    ``max`` null: an open end; both null: no figure, which is never zero.
    """

    group: Annotated[codes.Group, CODE] | None = None
    effect: Annotated[codes.Effect, CODE]
    max: Natural | None = None
    min: Natural | None = None

    @field_validator("min")
    @classmethod
    def _not_above_max(cls, minimum: int | None, info: Info) -> int | None:
        maximum = info.data.get("max")
        if minimum is not None and maximum is not None and minimum > maximum:
            raise refusal("min_above_max", minimum=minimum, maximum=maximum)
        return minimum


class Claim(Document):
    """What a report of an incident asserts.

    ``against`` is who was hit, never who was meant: that is ``intent``. ``quotes`` names the sources or
    reports that this one repeats; ``original`` one footage or wire that several share.
    """

    occurred: Occurred | None = None
    place: Place | None = None
    act: Annotated[codes.Act, CODE] | None = None
    weapon: Annotated[codes.Weapon, CODE] | None = None
    by: ActorRef | None = None
    against: ActorRef | None = None
    harmed: Annotated[codes.Harmed, CODE] | None = None
    stance: Stances = Stances()
    accepts_breach: bool = False
    intent: Annotated[codes.Intent, CODE] = codes.Intent.NOT_STATED
    justification: Prose | None = None
    credibility: Credibility | None = None
    quotes: Annotated[tuple[QuotedRef, ...], UpTo(50)] = ()
    original: Line | None = None
    means_of_observation: Annotated[codes.Means, CODE] | None = None
    counting_unit: Annotated[codes.CountingUnit, CODE] | None = None
    casualties: Annotated[tuple[Casualties, ...], UpTo(100)] = ()

    _quotes_once = field_validator("quotes")(no_repeats)

    @field_validator("casualties")
    @classmethod
    def _one_figure_each(cls, casualties: tuple[Casualties, ...]) -> tuple[Casualties, ...]:
        no_repeats(tuple(f"{figure.group} {figure.effect}" for figure in casualties))
        return casualties


class Access(Document):
    """Numbers of one convoy as one source gives them, in trucks unless ``unit`` says other.

    Null: no figure, which is never zero.
    """

    convoy: ConvoyRef
    occurred: Occurred | None = None
    planned: Natural | None = None
    cleared: Natural | None = None
    waiting: Natural | None = None
    refused: Natural | None = None
    delivered: Natural | None = None
    attacked: Natural | None = None
    place: Place | None = None
    permit: Annotated[codes.Permit, CODE] | None = None
    passage: Annotated[codes.Passage, CODE] | None = None
    obstacle: Prose | None = None
    withheld_by: ActorRef | None = None
    refused_by: ActorRef | None = None
    unit: Token | None = None
    credibility: Credibility | None = None
    quotes: Annotated[tuple[QuotedRef, ...], UpTo(50)] = ()
    original: Line | None = None

    _quotes_once = field_validator("quotes")(no_repeats)


class Count(Document):
    """One number of a tally. ``spans`` false: the source does not say over what time it counted."""

    what: Token
    n: Natural
    spans: bool = True


class Tally(Document):
    """A source's own count over a half-open span; never merged with another's."""

    from_: PastMoment = Field(alias="from")
    to: PastMoment
    counts: Annotated[tuple[Count, ...], UpTo(200, least=1)]
    place: Place | None = None
    credibility: Credibility | None = None

    @field_validator("to")
    @classmethod
    def _after_from(cls, to: datetime.datetime, info: Info) -> datetime.datetime:
        return _end_after_start(info.data.get("from_"), to, may_be_equal=False)

    @field_validator("counts")
    @classmethod
    def _each_thing_once(cls, counts: tuple[Count, ...]) -> tuple[Count, ...]:
        no_repeats(tuple(count.what for count in counts))
        return counts


class ExtensionWord(Document):
    """What is said of an extension.

    ``by`` empty: by those whom the source speaks for. ``at`` null: when it was said.
    """

    hours: int = Field(ge=1, le=87_600)
    state: Annotated[codes.ExtensionState, CODE]
    by: Annotated[tuple[ActorRef, ...], UpTo(20)] = ()
    at: PastMoment | None = None
    expires: Moment | None = None

    _by_once = field_validator("by")(no_repeats)


class Milestone(Document):
    """What is said of a milestone: whether it is reached (null: cannot say), and when it was."""

    reached: bool | None
    occurred: Occurred | None = None


class Withdrawal(Document):
    """What is said of how far one actor's equipment stands from the line, in metres; an open end is null."""

    by: ActorRef
    equipment: Token
    distance_max: Metres | None = None
    distance_min: Metres | None = None
    sector: Line | None = None
    occurred: Occurred | None = None

    @field_validator("distance_min")
    @classmethod
    def _not_above_max(cls, minimum: float | None, info: Info) -> float | None:
        maximum = info.data.get("distance_max")
        if minimum is not None and maximum is not None and minimum > maximum:
            raise refusal("min_above_max", minimum=minimum, maximum=maximum)
        return minimum


class Statement(Document):
    """Words about the truce, one of its terms or its extension; restarts and counts nothing by itself."""

    about: Annotated[codes.StatementAbout, CODE]
    term: TermRef | None = Field(default=None, validate_default=True)
    to: Annotated[tuple[ActorRef, ...], UpTo(20)] = ()
    extension: ExtensionWord | None = Field(default=None, validate_default=True)
    milestone: Milestone | None = Field(default=None, validate_default=True)
    withdrawal: Withdrawal | None = Field(default=None, validate_default=True)
    credibility: Credibility | None = None
    quotes: Annotated[tuple[QuotedRef, ...], UpTo(50)] = ()
    original: Line | None = None

    _quotes_once = field_validator("quotes")(no_repeats)
    _to_once = field_validator("to")(no_repeats)

    @field_validator("term")
    @classmethod
    def _of_a_term(cls, term: str | None, info: Info) -> str | None:
        about = info.data.get("about")
        needs_term = about in (
            codes.StatementAbout.TERM,
            codes.StatementAbout.MILESTONE,
            codes.StatementAbout.WITHDRAWAL,
        )
        if needs_term and term is None:
            raise refusal("term_missing", about=str(about))
        return term

    @field_validator("extension", "milestone", "withdrawal", mode="before")
    @classmethod
    def _exactly_what_it_is_about(cls, part: object, info: Info) -> object:
        about = info.data.get("about")
        if about is not None:
            if str(about) == info.field_name and part is None:
                raise refusal("statement_part_missing", about=str(about), part=info.field_name)
            if str(about) != info.field_name and part is not None:
                raise refusal("statement_part_not_meant", part=info.field_name)
        return part


class ReportDocument(Document):
    """One statement by one source about one thing.

    Exactly the part that ``kind`` names is present (an incident's is ``claim``). ``truce`` null: every
    truce whose area and time it may touch. ``incident``: a reference, or a label in a scenario; null opens
    an incident of its own. ``relayed_by``: through whom it reached us, in order. ``supersedes``: the
    report that this one corrects or, with ``retracts``, takes back. ``known`` is not in it: that is when we
    recorded it.
    """

    kind: Annotated[codes.ReportKind, CODE]
    source: SourceRef
    external_id: Line | None = None
    truce: TruceRef | None = None
    incident: IncidentRef | None = None
    published: PastMoment | None = None
    retracts: bool = False
    supersedes: ReportRef | None = Field(default=None, validate_default=True)
    language: Language | None = None
    url: Address | None = None
    archive: Address | None = None
    said_by: Line | None = None
    summary: Prose | None = None
    quotation: Prose | None = None
    relayed_by: Annotated[tuple[SourceRef, ...], UpTo(20)] = ()
    visibility: Annotated[codes.Visibility, CODE] = codes.Visibility.PUBLIC
    consent: Annotated[codes.Consent, CODE] | None = None
    claim: Claim | None = Field(default=None, validate_default=True)
    access: Access | None = Field(default=None, validate_default=True)
    tally: Tally | None = Field(default=None, validate_default=True)
    statement: Statement | None = Field(default=None, validate_default=True)

    _relayed_once = field_validator("relayed_by")(no_repeats)

    @field_validator("supersedes")
    @classmethod
    def _named_where_it_is_taken_back(cls, supersedes: str | None, info: Info) -> str | None:
        if supersedes is None and info.data.get("retracts"):
            raise refusal("retracted_missing")
        return supersedes

    @field_validator("claim", "access", "tally", "statement", mode="before")
    @classmethod
    def _exactly_the_part_of_its_kind(cls, part: object, info: Info) -> object:
        kind = info.data.get("kind")
        if kind is not None:
            own = codes.PART_OF_KIND[kind] == info.field_name
            if own and part is None:
                raise refusal("part_missing", kind=str(kind), part=info.field_name)
            if not own and part is not None:
                raise refusal("part_not_of_kind", kind=str(kind), part=info.field_name)
        return part


FIELDS = set(ReportDocument.model_fields)
"""What is content: a scenario's reports have a field more."""


def check_report(
    body: object, *, now: datetime.datetime, exists: Exists | None = None
) -> tuple[ReportDocument | None, list[Fault]]:
    """The report that a body holds, or all that is wrong with it; never raises.

    body: what JSON gave (``from``/``to`` etc. as RFC 3339 text). now: aware; a date after the day that
    follows it is refused. exists: tells whether a referenced slug is there; None leaves that to the caller.
    Exactly one of the two results is empty.
    """
    if not isinstance(body, Mapping):
        return None, [Fault("", "wrong_type", {"expected": AN_OBJECT})]
    try:
        return ReportDocument.model_validate(body, context=Surroundings(now, exists)), []
    except ValidationError as error:
        return None, faults_of(error)


def body_of(report: ReportDocument) -> dict[str, Any]:
    """A report's content as JSON holds it: the validated body.

    Fields at their default are left out, so that giving one outright, leaving it out, and a field that the
    shape gains later, make no difference. What a scenario adds (``known``) is not content.
    """
    return report.model_dump(mode="json", exclude_defaults=True, include=FIELDS, warnings=False)


def digest_of(body: dict[str, Any]) -> str:
    """SHA-256, in hex, of a report's content (``body_of``) as canonical JSON.

    Canonical in the way of RFC 8785: keys sorted, no spaces, moments in UTC, whole numbers without a point.
    """
    return hashlib.sha256(orjson.dumps(_whole(body), option=orjson.OPT_SORT_KEYS)).hexdigest()


def _whole(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _whole(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_whole(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _end_after_start(
    start: datetime.datetime | None, end: datetime.datetime, *, may_be_equal: bool
) -> datetime.datetime:
    if start is not None and end < start:
        raise refusal("interval_reversed", start=_z(start), end=_z(end))
    if start is not None and end == start and not may_be_equal:
        raise refusal("interval_empty")
    return end


def _z(moment: datetime.datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
