"""Takedown: what was published in error is taken out of public view, purged everywhere it went out
(``purges``), and every subscriber is told.

Positions stay, with ``entry.redacted`` after them; then what counts is weighed again at once. The reason is
kept with the decision and in the audit, and goes out nowhere.
"""

from __future__ import annotations

from tracker.models import Incident, Report, Truce
from tracker.services import assessment, positions, publication, references
from tracker.services.authors import Author
from tracker.services.locks import Held, hold
from tracker.services.refusals import Refused
from tracker.services.writing import writing


def take_down(reference: str, reason: str, author: Author) -> list[str]:
    """Take a report, or every public report of an incident, out of public view, whatever was told of it.

    reference: ``rep_…`` or ``inc_…`` (one that was merged stands for what it was merged into). Returns the
    references of the reports that were taken down. Raises ``Refused`` where there is no such thing, none of
    it is public, or the reason is missing.
    """
    if not reason.strip():
        raise Refused("reason", "reason_missing")
    with writing(author) as w:
        found = _reports(reference)
        # All of them before the first is purged: whoever purges holds what others wait for.
        for report in found:
            hold(Held.REPORT, report.pk)
        for report in found:
            references.hold_incident_of(report)
        reports = [one for one in found if publication.is_public(one)]
        if not reports:
            raise Refused("", "already_so")
        for report in reports:
            publication.unpublish(w, report, reason)
            w.audit("report.taken_down", report.reference)
    _weigh_again(reports)
    return [report.reference for report in reports]


def _weigh_again(reports: list[Report]) -> None:
    """Have what counts follow at once, not when a worker comes to it; where one is at it already, it does."""
    positions.place()
    truces = Truce.objects.filter(report_truces__report__in=reports).distinct()
    for truce in truces.values_list("pk", flat=True):
        assessment.assess_truce(truce)


def _reports(reference: str) -> list[Report]:
    if reference.startswith("inc_"):
        incident = Incident.objects.filter(reference=reference).first()
        if incident is None:
            raise Refused("reference", "unknown_incident", given=reference)
        return list(
            Report.objects.filter(incident_links__incident=references.resolved(incident))
            .select_related("source")
            .distinct()
            .order_by("id")
        )
    report = Report.objects.filter(reference=reference).select_related("source").first()
    if report is None:
        raise Refused("reference", "unknown_report", given=reference)
    return [report]
