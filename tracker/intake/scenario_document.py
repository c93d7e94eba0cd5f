"""The sections of a scenario file, each as it stands in it.

Two kinds of file share this shape: a scenario, which has a ``charter``; and a supplement, which has none
and names in ``adds_to`` the truce that its reports, rulings and declarations add to. An incident goes by the
label that the reports of its file give it; from another file as ``report:<source>/<external_id>`` of a
report that is in it, which is also how ``supersedes`` and ``quotes`` name a report.
"""

from __future__ import annotations

import datetime
from typing import Annotated, Any

from pydantic import Field, field_validator
from pydantic import ValidationInfo as Info

from tracker.compliance.conditions import references

from . import codes
from .fault import shown
from .fields import (
    CODE,
    ActorRef,
    Document,
    Duration,
    IncidentRef,
    Line,
    Moment,
    Natural,
    PastMoment,
    Pcode,
    Prose,
    ReportRef,
    Slug,
    SourceRef,
    TermRef,
    Token,
    TruceRef,
    UpTo,
    Words,
    Zone,
    is_country,
    no_repeats,
    refusal,
)
from .report_document import Occurred, Place, ReportDocument


def _until_after_from(until: datetime.datetime | None, info: Info) -> datetime.datetime | None:
    start = info.data.get("from_")
    if start is not None and until is not None and until <= start:
        raise refusal(
            "interval_reversed" if until < start else "interval_empty", start=str(start), end=str(until)
        )
    return until


class Dated(Document):
    """Something that held between two moments, half-open; null on a side: open on that side."""

    from_: Moment | None = Field(default=None, alias="from")
    until: Moment | None = None

    _until = field_validator("until")(_until_after_from)


class AliasDocument(Dated):
    name: Words


class ParentDocument(Dated):
    actor: ActorRef


class ActorDocument(Document):
    slug: Slug
    kind: Annotated[codes.ActorKind, CODE]
    name: Words
    aliases: Annotated[tuple[AliasDocument, ...], UpTo(50)] = ()
    parents: Annotated[tuple[ParentDocument, ...], UpTo(50)] = ()


class SourceDocument(Document):
    """Who says it. Through a source only those that it ``speaks_for`` can admit anything."""

    slug: Slug
    kind: Annotated[codes.SourceKind, CODE]
    name: Words
    affiliation: ActorRef | None = None
    speaks_for: Annotated[tuple[ActorRef, ...], UpTo(50)] = ()
    reliability: Annotated[codes.Reliability, CODE] | None = None
    protected: bool = False
    trusted: bool = False

    _once = field_validator("speaks_for")(no_repeats)


class RenewalDocument(Document):
    """The truce is prolonged step by step; the first step begins when it comes into force."""

    step: Duration
    ends_truce: bool = False


class PolicyDocument(Document):
    about: Token
    basis: Annotated[codes.Basis, CODE]
    text: Words


class PartyDocument(Dated):
    actor: ActorRef
    role: Annotated[codes.Role, CODE]
    coverage: Annotated[codes.Coverage, CODE]
    answers_to: ActorRef | None = None
    source: Line
    basis: Annotated[codes.Basis, CODE]


class TermDocument(Document):
    """One obligation. ``parameters`` are those of its kind, with lengths of time as text (``P7D``).

    ``requires``: references of terms, all of them; or a condition (``all``, ``any``, ``not``).
    """

    ref: Slug
    kind: Token
    title: Words
    article: Line | None = None
    wording: Words | None = None
    owed_by: Annotated[tuple[ActorRef, ...], UpTo(100)] = ()
    requires: Any = ()
    parameters: dict[str, Any] = {}
    breaches_of: Annotated[tuple[TermRef, ...], UpTo(100)] = ()
    version: int = Field(default=1, ge=1)
    basis: Annotated[codes.Basis, CODE]
    source: Line

    _once = field_validator("owed_by", "breaches_of")(no_repeats)

    @field_validator("requires")
    @classmethod
    def _of_terms_that_are_here(cls, condition: Any, info: Info) -> Any:
        """How a condition is written is for the rules to judge; here only that its terms exist."""
        for ref in references(condition):
            if info.context and info.context.exists and not info.context.exists("term", ref):
                raise refusal("unknown_term", given=shown(ref))
        return tuple(condition) if isinstance(condition, list) else condition


class CharterDocument(Document):
    """A truce with its parties and terms. ``policies`` say whose choice each reading of it is."""

    slug: Slug
    title: Words
    zone: Zone
    zone_name: Words
    area: Annotated[tuple[Pcode, ...], UpTo(100, least=1)]
    area_name: Words
    class_: Annotated[codes.TruceClass, CODE] = Field(alias="class")
    agreed: Moment | None = None
    in_force_from: Moment
    ends: Moment | None = None
    record_ends: Moment | None = None
    renewal: RenewalDocument | None = None
    declarers: Annotated[tuple[ActorRef, ...], UpTo(20, least=1)]
    leading_body: Slug
    headline_reading: Annotated[codes.Reading, CODE]
    breached_at: int | None = Field(default=None, ge=1)
    quiet_for: Duration = datetime.timedelta(days=7)
    observation_required: bool = False
    one_party_ends: bool = False
    replaces: Slug | None = None
    pax_id: Line | None = None
    policies: Annotated[tuple[PolicyDocument, ...], UpTo(100)] = ()
    parties: Annotated[tuple[PartyDocument, ...], UpTo(1000, least=1)]
    terms: Annotated[tuple[TermDocument, ...], UpTo(200, least=1)]

    _once = field_validator("area", "declarers")(no_repeats)

    @field_validator("area")
    @classmethod
    def _countries_exist(cls, area: tuple[str, ...]) -> tuple[str, ...]:
        for place in area:
            if len(place) == 3 and place.isalpha() and not is_country(place):
                raise refusal("unknown_country", given=place)
        return area

    @field_validator("ends", "record_ends")
    @classmethod
    def _after_it_starts(cls, end: datetime.datetime | None, info: Info) -> datetime.datetime | None:
        start = info.data.get("in_force_from")
        if end is not None and start is not None and end <= start:
            raise refusal("interval_reversed", start=str(start), end=str(end))
        return end


class ScenarioReport(ReportDocument):
    """A report with the moment from which it counts, and why that moment (null: the publication time)."""

    external_id: Line
    known: PastMoment | None = None
    known_basis: Line | None = None


class RulingDocument(Document):
    """A body's assessment; ``known`` is its second review, by another person than ``assessed_by``.

    It supersedes what stands by then of the same body on the same incident and term. ``body`` null: the
    charter's leading body.
    """

    incident: IncidentRef
    term: TermRef
    outcome: Annotated[codes.Outcome, CODE]
    severity: Annotated[codes.Severity, CODE] | None = None
    responsible: ActorRef | None = None
    occurred: Occurred | None = None
    body: Slug | None = None
    reason: Prose
    answer: Annotated[codes.Answer, CODE] = codes.Answer.NOT_ASKED
    answer_text: Prose | None = None
    assessed_by: Line
    reviewed_by: Line
    known: PastMoment
    known_basis: Line | None = None

    @field_validator("reviewed_by")
    @classmethod
    def _by_another(cls, reviewer: str, info: Info) -> str:
        if reviewer.casefold() == str(info.data.get("assessed_by", "")).casefold():
            raise refusal("same_person")
        return reviewer


class ConvoyDocument(Document):
    """An aid convoy, or another delivery that a term asks for; what each source says of it is in reports."""

    slug: Slug
    name: Words
    truce: TruceRef | None = None
    term: TermRef | None = None
    planned: Natural | None = None
    unit: Token = "trucks"
    goods: Words | None = None
    place: Place | None = None


class DeclarationDocument(Document):
    """The word of the declarers, or of some of them. ``at``: from when it holds; null: when it is known."""

    about: Annotated[codes.DeclarationAbout, CODE]
    term: TermRef | None = None
    by: Annotated[tuple[ActorRef, ...], UpTo(20, least=1)]
    at: PastMoment | None = None
    source: SourceRef | None = None
    report: ReportRef | None = None
    summary: Prose | None = None
    known: PastMoment
    known_basis: Line | None = None

    _once = field_validator("by")(no_repeats)


class ObservationWindowDocument(Document):
    """Who was watching which area, and when; without one, no reports is "not observed", never calm."""

    area: Pcode
    source: SourceRef
    from_: PastMoment = Field(alias="from")
    until: PastMoment
    access: Annotated[codes.ObserverAccess, CODE] = codes.ObserverAccess.FULL
    visibility: Annotated[codes.Visibility, CODE] = codes.Visibility.RESTRICTED
    known: PastMoment
    known_basis: Line | None = None

    _until = field_validator("until")(_until_after_from)


class ScenarioDocument(Document):
    """One whole file. ``historical``: its items count from the ``known`` that they give."""

    historical: bool = False
    adds_to: TruceRef | None = None
    charter: CharterDocument | None = Field(default=None, validate_default=True)
    actors: Annotated[tuple[ActorDocument, ...], UpTo(5_000)] = ()
    sources: Annotated[tuple[SourceDocument, ...], UpTo(5_000)] = ()
    convoys: Annotated[tuple[ConvoyDocument, ...], UpTo(5_000)] = ()
    reports: Annotated[tuple[ScenarioReport, ...], UpTo(50_000)] = ()
    rulings: Annotated[tuple[RulingDocument, ...], UpTo(50_000)] = ()
    declarations: Annotated[tuple[DeclarationDocument, ...], UpTo(5_000)] = ()
    observation_windows: Annotated[tuple[ObservationWindowDocument, ...], UpTo(50_000)] = ()

    @property
    def truce(self) -> str:
        """The slug of the truce that the file is about."""
        return self.charter.slug if self.charter else str(self.adds_to)

    @field_validator("charter", mode="before")
    @classmethod
    def _charter_or_supplement(cls, charter: object, info: Info) -> object:
        if charter is None and info.data.get("adds_to") is None and "adds_to" in info.data:
            raise refusal("charter_missing")
        if charter is not None and info.data.get("adds_to") is not None:
            raise refusal("charter_and_adds_to")
        return charter
