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


class Ruling(Shape):
    ref: str
    incident: str
    truce: str
    term: str
    body: str = Field(description="Whose assessment it is.")
    outcome: Literal[
        "violation", "no_violation", "outside_truce", "insufficient_evidence", "suspended", "under_inquiry"
    ]
    severity: str | None
    responsible: str | None
    reason: str
    occurred: Span | None
    answer: Literal["not_asked", "asked", "answered", "no_answer"] = Field(
        description="Whether the accused party was heard."
    )
    answer_text: str | None
    supersedes: str | None = Field(
        description="What this says anew; it may have been taken down, and is then nowhere else."
    )
    superseded_by: str | None = Field(description="What was said anew; likewise.")
    known: datetime | None = Field(description="When it was reviewed, from which on it counts.")


class Incident(IncidentSummary):
    merged_from: list[str]
    truces: list[str]
    reports: list[Report]
    rulings: list[Ruling]


class Entry(Shape):
    position: int
    type: str
    truce: str | None
    subject: str
    known: datetime
    payload_version: int | None = Field(
        description="Of the payload's shape; raised when a member is taken away, renamed or means something "
        "else. Null where there is no payload."
    )
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


class Webhook(Shape):
    ref: str
    name: str
    url: str
    view: Literal["public", "full"]
    truce: str | None = Field(description="Only entries of this truce are sent.")
    types: list[str] = Field(description="Only these types are sent; empty: all. Takedowns are always sent.")
    position: int = Field(description="The last position of the log that was dealt with.")
    owed: int = Field(description="Messages that failed and will be tried again.")
    given_up: int = Field(description="Messages that will not be tried again unless that is asked for.")
    state: Literal["active", "disabled"]
    because: str | None = Field(description="asked, gone, failing, not_entitled or behind.")
    reason: str | None = Field(description="The same in words.")
    disabled: datetime | None
    failures: int = Field(
        description="How often in a row messages were sent, up to six at once, and none got through."
    )
    failing_since: datetime | None
    rests_until: datetime | None = Field(description="Nothing is tried before.")
    last_delivered: datetime | None
    previous_secret_until: datetime | None = Field(description="Until then the old secret signs besides.")
    created: datetime


class NewWebhookSecret(Webhook):
    secret: str = Field(description="`whsec_…`, shown this once.")


class WebhookPage(Page):
    results: list[Webhook]


class AskedMessage(Shape):
    message: str = Field(description="The message's id.")


class Delivery(Shape):
    """One attempt."""

    ref: str
    message: str = Field(description="The `webhook-id`: the same at every attempt.")
    type: str
    position: int | None = Field(description="Null in a test message.")
    attempt: int
    tried: datetime
    milliseconds: int
    outcome: Literal["delivered", "failed"]
    status: int | None
    problem: str | None = Field(description="A stable code.")
    detail: str | None = Field(description="The same in words.")


class DeliveryPage(Page):
    results: list[Delivery]


class ExportRequest(Shape):
    """What to export. ``filters`` are those of the list, with their values as in its address."""

    model_config = ConfigDict(extra="forbid")

    what: Literal["violations", "feed"]
    format: Literal["ndjson", "csv", "geojson", "parquet"] = Field(
        "ndjson", description="`feed` comes as ndjson or parquet."
    )
    view: Literal["public", "full"] = "public"
    filters: dict[str, str] = {}


class Export(Shape):
    ref: str
    what: Literal["violations", "feed"]
    format: Literal["ndjson", "csv", "geojson", "parquet"]
    view: Literal["public", "full"]
    filters: dict[str, Any]
    known: datetime = Field(description="What was known at this moment is what it holds.")
    state: Literal["waiting", "building", "finished", "failed", "invalidated", "expired"]
    created: datetime
    expires: datetime
    done: int = Field(description="Rows written so far.")
    rows: int | None
    size: int | None = Field(description="Bytes.")
    sha256: str | None = Field(description="Of the file, in hexadecimal.")
    url: str
    file: str | None = Field(description="Where to fetch it; null while it is not finished.")


class ExportPage(Page):
    results: list[Export]


class Snapshot(Shape):
    ref: str
    position: int = Field(description="Of the log when it was made.")
    known: datetime | None
    made: datetime
    entries: int
    size: int = Field(description="Bytes.")
    sha256: str = Field(description="Of the file, in hexadecimal.")
    media_type: str
    file: str
    then: str = Field(description="Where the log goes on from it.")
