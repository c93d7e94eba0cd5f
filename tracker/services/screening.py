"""Screening: a report counts in no reading before somebody, or a trusted source's standing, lets it in."""

from __future__ import annotations

from collections.abc import Collection

from tracker.models import DuePublication, Report, Screening, ScreeningOutcome, View
from tracker.services import insertion, publication, references, remembered, statements
from tracker.services.authors import Author
from tracker.services.locks import Held, hold
from tracker.services.refusals import Refused
from tracker.services.writing import Writing, writing


def screen_in(report: Report, author: Author, reason: str = "") -> None:
    """Let a report count from now on; it becomes public where its visibility and consent allow."""
    with writing(author) as w:
        hold(Held.REPORT, report.pk)
        references.hold_incident_of(report)
        if publication.is_screened_in(report):
            raise Refused("", "already_so")
        let_in(w, report, reason=reason, automatic=False)
        w.audit("report.screened_in", report.reference)


def set_aside(report: Report, reason: str, author: Author) -> None:
    """Keep a report out of every reading and every public page from now on, with the reason."""
    if not reason.strip():
        raise Refused("reason", "reason_missing")
    with writing(author) as w:
        hold(Held.REPORT, report.pk)
        references.hold_incident_of(report)
        newest = report.screenings.order_by("-id").values_list("outcome", flat=True).first()
        if newest == ScreeningOutcome.SET_ASIDE:
            raise Refused("", "already_so")
        Screening.objects.create(
            report=report, change=w.change, outcome=ScreeningOutcome.SET_ASIDE, reason=reason
        )
        if publication.is_public(report):
            publication.unpublish(w, report, reason)
        else:
            DuePublication.objects.filter(report=report).delete()
            publication.touch(w, report, references.incident_of(report))
        w.audit("report.set_aside", report.reference)


def let_in(
    w: Writing,
    report: Report,
    *,
    reason: str = "",
    automatic: bool,
    hidden: Collection[str] | None = None,
) -> None:
    """Screen a report in, inside the writer's transaction. ``automatic``: by its source's or key's trust.

    ``hidden``: as in ``projection.report``.
    """
    row = insertion.new(
        Screening,
        report=report,
        change=w.change,
        outcome=ScreeningOutcome.SCREENED_IN,
        reason=reason,
        automatic=automatic,
    )
    w.keep(row)
    if not remembered.add(report, "screenings", row):
        w.flush()
    publication.touch(w, report, references.incident_of(report))
    statements.announce_extensions(w, report, View.FULL)
    publication.publish_screened(w, report, hidden)
