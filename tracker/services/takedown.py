"""Takedown: what was published in error is taken out of public view, purged everywhere it went out
(``purges``), and every subscriber is told.

Positions stay, with ``entry.redacted`` after them; then what counts is weighed again at once. The reason is
kept with the decision and goes out nowhere. A report can be published again; a ruling, which is never edited,
is said anew by one that supersedes it.

Declarations, windows and convoys have nothing to take down: codes, names of reference data and moments, and
whatever their reports say.
"""

from __future__ import annotations

from collections.abc import Iterable

from tracker.feed import projection, shown
from tracker.models import Incident, Report, Ruling, RulingTakedown, Truce, View
from tracker.services import assessment, findings, positions, publication, references
from tracker.services.authors import Author
from tracker.services.locks import Held, hold
from tracker.services.refusals import Refused
from tracker.services.writing import Writing, writing


def take_down(reference: str, reason: str, author: Author) -> list[str]:
    """Take a report, every public report of an incident, or a ruling out of public view, whatever was told
    of it.

    reference: ``rep_…``, ``inc_…`` (one that was merged stands for what it was merged into) or ``rul_…``.
    Returns the references of what was taken down. Raises ``Refused`` where there is no such thing, none of it
    is public, or the reason is missing.
    """
    if not reason.strip():
        raise Refused("reason", "reason_missing")
    with writing(author) as w:
        if reference.startswith("rul_"):
            ruling = _take_down_ruling(w, reference, reason)
            taken, truces = [ruling.reference], [ruling.term.truce_id]
        else:
            reports = _take_down_reports(w, reference, reason)
            taken = [report.reference for report in reports]
            concerned = Truce.objects.filter(report_truces__report__in=reports).distinct()
            truces = list(concerned.values_list("pk", flat=True))
    _weigh_again(truces)
    return taken


def _weigh_again(truces: Iterable[int]) -> None:
    """Have what counts follow at once, not when a worker comes to it; where one is at it already, it does."""
    positions.place()
    for truce in truces:
        assessment.assess_truce(truce)


def _take_down_ruling(w: Writing, reference: str, reason: str) -> Ruling:
    named = Ruling.objects.filter(reference=reference).first()
    if named is None:
        raise Refused("reference", "unknown_ruling", given=reference)
    hold(Held.RULING, named.pk)
    references.held(named.incident)
    ruling = Ruling.objects.select_related(*projection.RULING).get(pk=named.pk)
    if not shown.shows_ruling(ruling, View.PUBLIC):
        raise Refused("", "already_so")
    RulingTakedown.objects.create(ruling=ruling, change=w.change, reason=reason)
    w.touches(ruling.term.truce, ruling.incident)
    w.audit("ruling.taken_down", ruling.reference)
    findings.take_back(w, ruling)
    return ruling


def _take_down_reports(w: Writing, reference: str, reason: str) -> list[Report]:
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
    return reports


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
