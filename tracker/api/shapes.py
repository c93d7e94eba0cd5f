"""The shapes of answers, for the OpenAPI document alone: views do not build these."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Text = dict[str, str]
ReadingName = Literal["alleged", "corroborated", "ruled"]


class Shape(BaseModel):
    """What an answer holds at least; a client passes over what it does not know."""

    model_config = ConfigDict(extra="allow", populate_by_name=True)


class Fault(Shape):
    pointer: str = Field(description="JSON pointer (RFC 6901) to the field, or to the parameter's name.")
    code: str = Field(description="Stable.")
    detail: str
    parameter: str | None = Field(None, description="The query parameter, where it is one.")


class Problem(Shape):
    """Problem details, RFC 9457."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    errors: list[Fault] = Field(default=[], description="Every fault at once.")


class Span(Shape):
    from_: datetime = Field(alias="from")
    to: datetime
    precision: str | None = None


class Location(Shape):
    name: str | None
    pcode: str | None
    country: str | None
    lat: float | None
    lon: float | None
    precision: int | None = Field(description="UCDP where_prec, 1 exact to 7.")


class TruceSummary(Shape):
    slug: str
    title: Text
    zone: str
    area: list[str]
    truce_class: str
    agreed: datetime | None
    in_force_from: datetime
    ends: datetime | None
    record_ends: datetime | None
    headline_reading: ReadingName
    url: str
    status: str


class Charter(TruceSummary):
    renewal: dict[str, Any] | None
    declarers: list[str]
    leading_body: str
    breached_at: int | None
    quiet_for: str
    observation_required: bool
    policies: list[dict[str, Any]]
    actors: dict[str, dict[str, Any]]
    parties: list[dict[str, Any]]
    terms: list[dict[str, Any]]


class Verdict(Shape):
    state: str
    since: datetime | None
    message: str = Field(description="A stable code.")
    text: str = Field(description="Its sentence, in the language of Accept-Language.")
    values: dict[str, Any]
    evidence: list[str]
    would_change: list[dict[str, Any]]
    next_moment: datetime | None


class Readings(Shape):
    alleged: Verdict
    corroborated: Verdict
    ruled: Verdict


class TermStatus(Shape):
    ref: str
    kind: str
    title: str
    requires: list[str]
    breaches_of: list[str]
    in_question_since: datetime | None
    readings: Readings


class Status(Shape):
    truce: str
    as_of: datetime
    known_at: datetime
    view: Literal["public", "full"]
    standing: Literal["announced", "in_force", "suspended", "ended"]
    compliance: Literal["not_started", "unobserved", "holding", "strained", "violated"]
    day: int | None
    headline_reading: ReadingName
    sentence: str
    renewal: dict[str, Any] | None
    extensions: list[dict[str, Any]]
    terms: list[TermStatus]
    record_ends: datetime | None
    projected: bool
    revision: int
    method: str


class Transition(Shape):
    ref: str
    truce: str
    term: str | None
    reading: str
    state: str
    since: datetime | None = Field(description="Since when it was so.")
    known: datetime = Field(description="When the board first said so.")
    message: str
    text: str
    values: dict[str, Any]
    evidence: list[str]


class Figures(Shape):
    min: int | None
    max: int | None
    at_least: int | None
    contested: bool
    sources: list[str]


class ViolationIncident(Shape):
    ref: str
    act: str | None
    occurred: Span | None
    place: Location | None


class Ranges(Shape):
    killed: Figures | None
    injured: Figures | None
    by_group: dict[str, dict[str, Figures]]


class Violation(Shape):
    ref: str
    truce: str
    term: str
    reading: ReadingName
    incident: ViolationIncident
    alleged: list[str]
    responsible: str | None = Field(description="Only where ruled, or where the accused accepts the breach.")
    answers_to: str | None
    attribution: Literal["claimed", "admitted", "denied", "contested", "unknown"]
    intent: str
    casualties: Ranges
    grade: Literal["discounted", "contested", "confirmed", "fair", "weak"]
    readings: dict[ReadingName, bool]
    severity: str | None
    ruling: str | None
    sources: list[str]
    first_known: datetime
    updated: datetime
    version: int
    method: str
    url: str
    licence: str


class Report(Shape):
    ref: str
    source: str | None
    external_id: str | None
    revision: int
    kind: Literal["incident", "access", "tally", "statement"]
    truce: str | None
    incident: str | None
    published: datetime | None
    received: datetime | None
    known: datetime | None
    supersedes: str | None
    superseded_by: str | None = None
    summary: str | None
    quotation: str | None
    relayed_by: list[str]
    visibility: str
    claim: dict[str, Any] | None = None
    access: dict[str, Any] | None = None
    tally: dict[str, Any] | None = None
    statement: dict[str, Any] | None = None


class IncidentSummary(Shape):
    ref: str
    act: str | None
    occurred: Span | None
    place: Location | None
    first_known: datetime | None
    weighed: list[dict[str, Any]]
    url: str


class Incident(IncidentSummary):
    merged_from: list[str]
    truces: list[str]
    reports: list[Report]
    rulings: list[dict[str, Any]]


class Entry(Shape):
    position: int
    type: str
    truce: str | None
    subject: str
    known: datetime
    payload: dict[str, Any] | None


class Page(Shape):
    next: str | None = Field(description="The address of the next page; null at the end.")


class FeedPage(Page):
    results: list[Entry]
    last: int = Field(description="The last position given. At the end of the log, ask again after it.")


class TrucePage(Page):
    results: list[TruceSummary]


class HistoryPage(Page):
    results: list[Transition]


class TallyCount(Shape):
    what: str
    n: int
    spans: bool = Field(description="Whether the figure is over the tally's span; else its span is not said.")


class DayTally(Shape):
    source: str | None
    report: str
    counts: list[TallyCount]
    from_: datetime = Field(alias="from")
    to: datetime


class Day(Shape):
    """One day of the truce's zone, from its midnight to the next."""

    day: date
    received: int = Field(description="Incidents alleged on this day, each once.")
    found: int = Field(description="Ruled violations.")
    cleared: int = Field(description="Ruled no violation, or outside the truce.")
    insufficient: int = Field(description="Ruled to lack evidence.")
    pending: int = Field(description="Not ruled on.")
    may_fall: int = Field(description="Incidents that may have happened on this day or on another.")
    observed: bool
    tallies: list[DayTally]


class Days(Page):
    results: list[Day]


class ViolationPage(Page):
    results: list[Violation]


class ReportPage(Page):
    results: list[Report]


class IncidentPage(Page):
    results: list[IncidentSummary]


class LineOutcome(Shape):
    line: int
    outcome: Literal["created", "revised", "unchanged", "refused", "failed"]
    status: int
    ref: str | None = None
    problem: Problem | None = None


class BatchOutcome(Shape):
    results: list[LineOutcome]
