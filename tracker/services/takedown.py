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
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet

from tracker.feed import projection, shown
from tracker.models import (
    REPORT_TAKEN_DOWN,
    RULING_TAKEN_DOWN,
    TAKEN_DOWN,
    AuditEntry,
    Incident,
    Report,
    ReportTruce,
    Ruling,
    RulingTakedown,
    Truce,
    View,
)
from tracker.services import assessment, findings, positions, publication, references
from tracker.services.authors import Author
from tracker.services.locks import Held, hold
from tracker.services.refusals import Refused
from tracker.services.writing import Writing, writing


@dataclass(frozen=True, slots=True)
class InPublic:
    """What is public of what a reference names: reports with their source and publications, or a ruling."""

    reports: list[Report]
    ruling: Ruling | None = None


def in_public(reference: str, within: QuerySet[Truce] | None = None) -> InPublic:
    """What ``take_down`` would take out of public view now. Changes nothing.

    Takes the same, and raises ``Refused`` for the same, but for the reason.
    """
    if _names_ruling(reference):
        return InPublic([], _public_ruling(_ruling(reference), within))
    return InPublic(_public_reports(reference, _reports(reference), within))


def take_down(
    reference: str, reason: str, author: Author, within: QuerySet[Truce] | None = None
) -> list[str]:
    """Take a report, every public report of an incident, or a ruling out of public view, whatever was told
    of it.

    reference: ``rep_…``, ``inc_…`` (one that was merged stands for what it was merged into) or ``rul_…``.
    within: the truces that all of it must concern, and no other; what does not is refused like what is not
    there. None: whatever it concerns. Returns the references of what was taken down. Raises ``Refused`` where
    there is no such thing, none of it is public, or the reason is missing.
    """
    if not reason.strip():
        raise Refused("reason", "reason_missing")
    with writing(author) as w:
        if _names_ruling(reference):
            ruling = _take_down_ruling(w, reference, reason, within)
            taken, truces = [ruling.reference], [ruling.term.truce_id]
        else:
            reports = _take_down_reports(w, reference, reason, within)
            taken = [report.reference for report in reports]
            truces = [truce.pk for truce in publication.truces_told_in(reports)]
    _weigh_again(truces)
    return taken


def latest(count: int, within: QuerySet[Truce] | None = None) -> list[AuditEntry]:
    """The audit entries of the latest takedowns, newest first; with ``within`` only of what concerns these
    truces and no other."""
    found = AuditEntry.objects.filter(verb__in=TAKEN_DOWN).order_by("-id")
    if within is not None:
        reports = Report.objects.filter(ReportTruce.only_of(within), reference=OuterRef("subject"))
        rulings = Ruling.objects.filter(term__truce__in=within, reference=OuterRef("subject"))
        found = found.filter(Exists(reports) | Exists(rulings))
    return list(found[:count])


def _weigh_again(truces: Iterable[int]) -> None:
    """Have what counts follow at once, not when a worker comes to it; where one is at it already, it does."""
    positions.place()
    for truce in truces:
        assessment.assess_truce(truce)


def _take_down_ruling(w: Writing, reference: str, reason: str, within: QuerySet[Truce] | None) -> Ruling:
    named = _ruling(reference)
    hold(Held.RULING, named.pk)
    references.held(named.incident)
    ruling = _public_ruling(named, within)
    RulingTakedown.objects.create(ruling=ruling, change=w.change, reason=reason)
    w.touches(ruling.term.truce, ruling.incident)
    w.audit(RULING_TAKEN_DOWN, ruling.reference)
    findings.take_back(w, ruling)
    return ruling


def _take_down_reports(
    w: Writing, reference: str, reason: str, within: QuerySet[Truce] | None
) -> list[Report]:
    found = _reports(reference)
    publication.hold_all(found)
    reports = _public_reports(reference, found, within)
    for report in reports:
        publication.unpublish(w, report, reason)
        w.audit(REPORT_TAKEN_DOWN, report.reference)
    return reports


def _names_ruling(reference: str) -> bool:
    return reference.startswith("rul_")


def _ruling(reference: str) -> Ruling:
    found = Ruling.objects.filter(reference=reference).first()
    if found is None:
        raise Refused("reference", "unknown_ruling", given=reference)
    return found


def _public_ruling(named: Ruling, within: QuerySet[Truce] | None) -> Ruling:
    """A ruling as it is now, read anew; refused where it is not public or not ``within``."""
    ruling = Ruling.objects.select_related(*projection.RULING).get(pk=named.pk)
    if within is not None and not within.filter(pk=ruling.term.truce_id).exists():
        raise Refused("reference", "unknown_ruling", given=ruling.reference)
    if not shown.shows_ruling(ruling, View.PUBLIC):
        raise Refused("", "already_so")
    return ruling


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


def _public_reports(reference: str, found: list[Report], within: QuerySet[Truce] | None) -> list[Report]:
    """Those of the reports that are public now, read anew; refused where none is or one is not ``within``."""
    named = Report.objects.filter(pk__in=[report.pk for report in found])
    rows = named.select_related("source").prefetch_related("publications__change").order_by("id")
    public = [report for report in rows if shown.publication_of(report)]
    if within is not None:
        theirs = set(named.filter(ReportTruce.only_of(within)).values_list("pk", flat=True))
        # What is withheld of others must not show in whether the rest can be taken down.
        known = all(report.pk in theirs for report in public) if public else bool(theirs)
        if not known:
            what = "unknown_incident" if reference.startswith("inc_") else "unknown_report"
            raise Refused("reference", what, given=reference)
    if not public:
        raise Refused("", "already_so")
    return public
