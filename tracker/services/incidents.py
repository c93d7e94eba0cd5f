"""Incidents: linking reports to them, and merging them, which a person does."""

from __future__ import annotations

from tracker.feed import projection, shown
from tracker.models import (
    EntryType,
    Incident,
    IncidentLink,
    IncidentMerge,
    Report,
    ReportKind,
    Truce,
    View,
    Visibility,
)
from tracker.services import findings, publication, purges, references
from tracker.services.authors import Author
from tracker.services.locks import Held, hold
from tracker.services.refusals import Refused
from tracker.services.writing import BOTH_VIEWS, Writing, writing


def resolve(reference: str) -> Incident:
    """The incident of a reference, also of one that was merged into another; refused where there is none."""
    found = references.find_incident(reference)
    if found is None:
        raise Refused("incident", "unknown_incident", given=reference)
    return found


def link(report: Report, incident: Incident, reason: str, author: Author) -> None:
    """Have a report be about another incident from now on."""
    _needs(reason)
    if report.kind != ReportKind.INCIDENT:
        raise Refused("report", "not_an_incident_report")
    with writing(author) as w:
        hold(Held.REPORT, report.pk)
        _hold_both(references.incident_of(report), incident)
        incident, before = references.resolved(incident), references.incident_of(report)
        if before == incident:
            raise Refused("incident", "already_so")
        IncidentLink.objects.create(report=report, incident=incident, change=w.change, reason=reason)
        w.audit(
            "report.linked",
            report.reference,
            before=before.reference if before else None,
            after=incident.reference,
        )
        for touched in (before, incident):
            if touched is not None:
                publication.touch(w, report, touched)
        _say_updated(w, report, incident)
        if shown.reports_of(incident, View.PUBLIC) == [report]:
            findings.say_all(w, incident)
        if before is not None:
            _say_left(w, report, before)


def merge(incident: Incident, into: Incident, reason: str, author: Author) -> Incident:
    """Make an incident one with another: its reports are about that one, and its reference resolves to it.

    One that has a ruling is refused: merge the other into it, or supersede the ruling first. Returns what
    it was merged into.
    """
    _needs(reason)
    with writing(author) as w:
        _hold_both(incident, into)
        incident, into = references.resolved(incident), references.resolved(into)
        if incident == into:
            raise Refused("into", "merged_into_itself")
        if ruling := incident.rulings.filter(superseded_by__isnull=True).first():
            raise Refused("incident", "ruling_stands", existing=ruling.reference)
        reports = shown.reports_of(incident, View.FULL)
        is_first_public = not shown.reports_of(into, View.PUBLIC)
        IncidentMerge.objects.create(incident=incident, into=into, change=w.change, reason=reason)
        IncidentLink.objects.bulk_create(
            IncidentLink(report=report, incident=into, change=w.change, reason=reason) for report in reports
        )
        truces: dict[int, Truce] = {}
        for report in reports:
            for row in report.report_truces.all():
                truces[row.truce_id] = row.truce
        for one in (incident, into):
            w.touches_everywhere(one, truces.values())
        w.audit("incident.merged", incident.reference, after=into.reference)
        public = shown.reports_of(into, View.PUBLIC) if _all_public(truces) else []
        moved = [report for report in reports if report in public]
        truce = next(iter(truces.values())) if len(truces) == 1 else None
        w.say(
            EntryType.INCIDENT_MERGED,
            incident.reference,
            truce=truce,
            payload=projection.incident_merged(incident, into),
            views=BOTH_VIEWS if moved else (View.FULL,),
        )
        if moved and is_first_public:
            w.say(
                EntryType.INCIDENT_OPENED,
                into.reference,
                truce=truce,
                payload=projection.incident_change(into, moved[-1], View.PUBLIC),
                views=(View.PUBLIC,),
            )
            findings.say_all(w, into)
    return into


def _say_updated(w: Writing, report: Report, incident: Incident) -> None:
    views = (View.FULL, View.PUBLIC) if publication.is_public(report) else (View.FULL,)
    for view in views:
        truces = shown.truces_of(report, view)
        w.say(
            EntryType.INCIDENT_UPDATED,
            incident.reference,
            truce=truces[0] if len(truces) == 1 else None,
            payload=projection.incident_change(incident, report, view),
            views=(view,),
        )


def _say_left(w: Writing, report: Report, incident: Incident) -> None:
    """An incident that a report was the last to be about, in a view that saw it, is there no longer."""
    if not shown.reports_of(incident, View.FULL):
        w.say(EntryType.ENTRY_REDACTED, incident.reference, truce=None, payload=None, views=(View.FULL,))
    if publication.is_public(report) and not shown.reports_of(incident, View.PUBLIC):
        truces = [row.truce for row in report.report_truces.select_related("truce")]
        told = [incident.reference, *findings.told_of(incident)]
        purged = purges.purge(told, [f"{incident.reference}/"], truces)
        for subject in dict.fromkeys([incident.reference, *purged]):
            w.say(EntryType.ENTRY_REDACTED, subject, truce=None, payload=None, views=(View.PUBLIC,))


def _hold_both(*incidents: Incident | None) -> None:
    """Hold what incidents stand for, so that no merge of either comes between."""
    # Merges and links wait for one another: what is merged while they wait for an incident is another one.
    hold(Held.MERGES, 0)
    for pk in sorted({references.resolved(one).pk for one in incidents if one is not None}):
        hold(Held.INCIDENT, pk)


def _all_public(truces: dict[int, Truce]) -> bool:
    return all(truce.visibility == Visibility.PUBLIC for truce in truces.values())


def _needs(reason: str) -> None:
    if not reason.strip():
        raise Refused("reason", "reason_missing")
