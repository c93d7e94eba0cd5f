"""Reports: taking in one statement by one source about one thing, exactly once."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError
from django.db.models import Q

from tracker.feed import projection
from tracker.intake.codes import ReportKind
from tracker.intake.report_document import Place, ReportDocument, body_of, digest_of
from tracker.models import Incident, IncidentLink, Report, ReportTruce, Source, Truce, View
from tracker.services import (
    access,
    claims,
    clearances,
    clock,
    insertion,
    places,
    publication,
    references,
    screening,
    statements,
    tallies,
)
from tracker.services.authors import Author
from tracker.services.named import Named, named_by
from tracker.services.places import Located
from tracker.services.refusals import Refused
from tracker.services.remembered import forget, remember
from tracker.services.writing import Writing, writing


class Outcome(enum.StrEnum):
    """What became of a document: a new report, a new revision of one, or one that was here already."""

    CREATED = "created"
    REVISED = "revised"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Received:
    """What became of a document, its report, and what its sender reads of it."""

    report: Report
    outcome: Outcome
    receipt: projection.Json


class Conflict(Refused):
    """Other content under an identifier that is taken, without naming the report that it corrects.

    existing: the latest report under it. digest: SHA-256 of the content that was refused.
    """

    def __init__(self, existing: Report, digest: str):
        super().__init__("supersedes", "other_content", existing=existing.reference)
        self.existing = existing
        self.digest = digest


def receive(
    document: ReportDocument,
    author: Author,
    *,
    trusted: bool = False,
    known_given: datetime | None = None,
    known_basis: str = "",
    labels: dict[str, Incident] | None = None,
    named: Named | None = None,
) -> Received:
    """Store a validated report with all its rows, its incident, screening, publication and log drafts.

    One transaction. The same content again gives the same report, also when two arrive at once; other
    content under the same source and ``external_id`` needs ``supersedes``, else ``Conflict``. Without an
    ``external_id`` the content is the identifier. trusted: the key may publish for this source (a trusted
    source's reports are screened in anyway). known_given, known_basis: for a load marked historical.
    labels: in a scenario, the incidents by the labels of its file; those that are opened are added.
    named: what the document names, where it is known already. Raises ``Refused`` by field.
    """
    named = named or named_by(document)
    source = named.source(document.source)
    body = body_of(document)
    digest = digest_of(body)
    external_id = document.external_id or f"content-{digest}"
    revisions = named.revisions(source, external_id)
    for report in revisions:
        if report.digest == digest:
            _learn_label(document, report, labels)
            return _unchanged(report)
    superseded = _superseded(document, named, source, revisions, digest)
    # Read before it, so that what is written may be a transaction of one statement.
    located = claims.locate(_place(document), named)
    hidden = named.hidden(_others(document))
    try:
        with writing(author, known_given=known_given, known_basis=known_basis, ids=named.ids) as w:
            revision = revisions[-1].revision + 1 if revisions else 1
            report, told = _store(
                w, document, body, named, located, external_id, revision, digest, superseded, labels
            )
            if trusted or source.trusted:
                screening.let_in(w, report, automatic=True, hidden=hidden)
    except IntegrityError:
        # Somebody else was first: their report is the answer, if it says the same.
        latest = Report.objects.filter(source=source, external_id=external_id).order_by("-revision").first()
        if latest is not None and latest.digest == digest:
            return _unchanged(latest)
        if superseded is not None and (newer := Report.objects.filter(supersedes=superseded).first()):
            raise _already_superseded(superseded, newer) from None
        if latest is not None and latest not in revisions:
            raise Conflict(latest, digest) from None
        raise
    _learn_label(document, report, labels)
    receipt = projection.receipt(report, told)
    if incident := references.incident_of(report):
        forget(incident)
    forget(report)
    return Received(report, Outcome.REVISED if superseded else Outcome.CREATED, receipt)


def _unchanged(report: Report) -> Received:
    return Received(report, Outcome.UNCHANGED, projection.receipt(report))


def _store(
    w: Writing,
    document: ReportDocument,
    body: projection.Json,
    named: Named,
    located: Located,
    external_id: str,
    revision: int,
    digest: str,
    superseded: Report | None,
    labels: dict[str, Incident] | None,
) -> tuple[Report, projection.Json]:
    """Have a report stored with all that it makes. Returns it with what the full view was told of it."""
    source = named.source(document.source)
    truce = named.truce(document.truce) if document.truce else None
    convoy = named.convoy(document.access.convoy, truce) if document.access else None
    truces = [convoy.truce] if convoy else [truce] if truce else _truces_touched(document, located)
    known = w.change.known_given or w.change.made
    pk, claim_pk, incident_pk = w.reserved
    report = insertion.new(
        Report,
        pk=pk,
        source=source,
        external_id=external_id,
        revision=revision,
        kind=document.kind,
        truce=truce,
        change=w.change,
        supersedes=superseded,
        retracts=document.retracts,
        published=document.published,
        received=clock.now(),
        language=document.language or "",
        url=document.url or "",
        archive=document.archive or "",
        summary=document.summary or "",
        quotation=document.quotation or "",
        relayed_by=list(document.relayed_by),
        visibility=publication.visibility_of(source, document.visibility, document.consent),
        public_from=publication.public_from(source, known),
        consent=document.consent,
        digest=digest,
        body=body,
    )
    concerns = [insertion.new(ReportTruce, report=report, truce=one) for one in truces]
    w.keep(report, *concerns)
    remember(
        report, report_truces=concerns, screenings=[], publications=[], superseded_by=[], incident_links=[]
    )
    incident, opened = None, False
    if document.claim:
        claims.store(w, claim_pk, report, document.claim, located, named)
        incident, opened = _incident(w, incident_pk, document, named, superseded, labels)
        link = insertion.new(IncidentLink, report=report, incident=incident, change=w.change)
        w.keep(link)
        remember(report, incident_links=[link])
        if opened:
            remember(incident, links=[link])
    else:
        # These name their report at once.
        w.flush()
    if document.access and convoy:
        access.store(report, document.access, convoy)
    elif document.tally:
        tallies.store(report, document.tally)
    elif document.statement:
        # Which truce a statement is about must not hang on one that its sender may not know of.
        about = clearances.truces(truces, named.key)
        statements.store(w, report, document.statement, about, document.published or known)
    told = publication.say_received(w, report, incident, opened, truces, View.FULL)
    w.audit(
        "report.received",
        report.reference,
        after={
            "source": source.slug,
            "revision": revision,
            "kind": report.kind,
            "digest": digest,
            "supersedes": superseded.reference if superseded else None,
            "incident": incident.reference if incident else None,
        },
    )
    return report, told


def _superseded(
    document: ReportDocument, named: Named, source: Source, revisions: list[Report], digest: str
) -> Report | None:
    """The report that a document corrects or retracts; refuses what it may not, and what it does not name."""
    if not document.supersedes:
        if revisions:
            raise Conflict(revisions[-1], digest)
        return None
    report = named.report(document.supersedes)
    if report is None:
        raise Refused("supersedes", "unknown_report", given=document.supersedes)
    if report.source_id != source.pk:
        raise Refused("supersedes", "another_source", given=report.reference)
    if report.kind != document.kind:
        raise Refused("kind", "another_kind", given=report.reference, expected=report.kind)
    if newer := Report.objects.filter(supersedes=report).first():
        raise _already_superseded(report, newer)
    if revisions and report not in revisions:
        raise Conflict(revisions[-1], digest)
    return report


def _already_superseded(report: Report, newer: Report) -> Refused:
    return Refused("supersedes", "already_superseded", given=report.reference, existing=newer.reference)


def _incident(
    w: Writing,
    pk: int,
    document: ReportDocument,
    named: Named,
    superseded: Report | None,
    labels: dict[str, Incident] | None,
) -> tuple[Incident, bool]:
    """The incident that a report is about, and whether it opens it (``pk`` is reserved for that).

    A correction stays with what it corrects; else the one that is named, else one of its own.
    """
    found = references.incident_of(superseded) if superseded else None
    label = document.incident
    if found is None and label:
        if labels is not None and label in labels:
            found = references.resolved(labels[label])
        elif labels is None or label.startswith(references.REPORT_LABEL):
            found = named.incident(label)
            if found is None:
                raise Refused("incident", "unknown_incident", given=label)
    if found is not None:
        return references.held(found), False
    opened = insertion.new(Incident, pk=pk, change=w.change)
    w.keep(opened)
    return opened, True


def _learn_label(document: ReportDocument, report: Report, labels: dict[str, Incident] | None) -> None:
    if labels is not None and document.incident and (incident := references.incident_of(report)):
        labels.setdefault(document.incident, incident)


def _others(document: ReportDocument) -> list[str]:
    """The names of those that a report repeats, or reached us through."""
    part = document.claim or document.access or document.statement
    return [*document.relayed_by, *(part.quotes if part else ())]


def _place(document: ReportDocument) -> Place | None:
    part = document.claim or document.tally
    return part.place if part else None


def _truces_touched(document: ReportDocument, located: Located) -> list[Truce]:
    """Every truce whose area and time a report may touch: all but those that it surely does not."""
    start, end = _span(document)
    candidates = Truce.objects.order_by("id")
    if end is not None:
        candidates = candidates.filter(in_force_from__lte=end)
    if start is not None:
        for last in ("ends", "record_ends"):
            candidates = candidates.filter(Q(**{f"{last}__isnull": True}) | Q(**{f"{last}__gt": start}))
    return [truce for truce in candidates if places.may_lie_in(located, truce.area)]


def _span(document: ReportDocument) -> tuple[datetime | None, datetime | None]:
    """When what a report tells of may have happened; open ends where it does not say."""
    if document.tally:
        return document.tally.from_, document.tally.to
    if document.claim and document.claim.occurred:
        return document.claim.occurred.from_, document.claim.occurred.to
    if document.kind == ReportKind.INCIDENT:
        return None, document.published
    return document.published, document.published
