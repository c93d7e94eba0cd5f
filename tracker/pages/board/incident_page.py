"""One incident's page: its claims side by side, and how it stands in each truce that it concerns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language_bidi

from tracker.feed import harm, incidents, projection
from tracker.models import Incident, Report, ReportTruce, Standing, Truce, View, Visibility
from tracker.pages.board import readings
from tracker.pages.board.incident_card import IncidentCard, incident_card, occurred_words, saying
from tracker.services import charters, formats
from tracker.services.sentences import Names, text, word
from tracker.services.status import known_limit


@dataclass
class ClaimCard:
    """One claim as its source made it."""

    report: Report
    saying: Any
    occurred: str
    published: str
    known: str
    known_basis: str
    place: str
    act: str
    against: str
    figures: list[str]
    justification: str
    weights: str


@dataclass
class IncidentPage:
    """What the page of an incident shows."""

    incident: Incident
    truce: Truce
    names: Names
    card: IncidentCard
    claims: list[ClaimCard]
    others: list[Truce]
    history: list[dict[str, str]]


def read(incident: Incident, view_of: Callable[[Truce], View]) -> IncidentPage | None:
    """The page of an incident as known now, or None where the view shows nothing of it."""
    told_of = (
        Truce.objects.filter(
            visibility=Visibility.PUBLIC, report_truces__report__incident_links__incident=incident
        )
        .distinct()
        .prefetch_related("terms")
        .order_by("-in_force_from")
    )
    # A report that may not be seen does not show in which truce its incident is.
    truces = [one for one in told_of if incidents.shown(view_of(one), one).filter(pk=incident.pk).exists()]
    if not truces:
        return None
    truce, view = truces[0], view_of(truces[0])
    known_at = known_limit(view)
    names = charters.names_of(truce, view)
    reading = next(iter(readings.incidents_read([incident.pk], truce, view, known_at)), None)
    if reading is not None and view == View.FULL:
        reading.claims = _cleared(reading.claims, view_of)
    if reading is None or not reading.claims:
        return None
    return IncidentPage(
        incident=incident,
        truce=truce,
        names=names,
        card=incident_card(reading, truce, names, get_language_bidi(), view, whole=True),
        claims=[_claim(report, names, view) for report in reading.claims],
        others=truces[1:],
        history=_history(reading, truce, view, names),
    )


def _cleared(claims: list[Report], view_of: Callable[[Truce], View]) -> list[Report]:
    """The claims without those that are not public and concern only truces of which the reader sees no more
    than everybody: who is cleared for one truce is told nothing of another."""
    concerned: dict[int, list[Truce]] = defaultdict(list)
    for link in ReportTruce.objects.filter(report__in=claims).select_related("truce"):
        concerned[link.report_id].append(link.truce)
    apart = {
        report for report, truces in concerned.items() if all(view_of(one) != View.FULL for one in truces)
    }
    if apart:
        apart -= set(incidents.reports_shown(View.PUBLIC).filter(pk__in=apart).values_list("pk", flat=True))
    return [report for report in claims if report.pk not in apart]


def _claim(report: Report, names: Names, view: View) -> ClaimCard:
    claim = report.claim
    hidden = view == View.PUBLIC and harm.is_ours(report)
    start, end = claim.occurred_from, claim.occurred_to
    if hidden and start and end:
        start, end = harm.hour_before(start), harm.hour_after(end)
    place = projection.place(claim, view) or {}
    rows = list(claim.casualties.all())
    figures = [
        {"effect": row.effect, "group": row.group, "min": row.minimum, "max": row.maximum}
        for row in (harm.figures_shown(rows) if hidden else rows)
    ]
    known = report.known  # type: ignore[attr-defined]
    return ClaimCard(
        report=report,
        saying=saying(report, names),
        occurred=occurred_words(start, end, names),
        published="" if hidden or report.published is None else names.moment(report.published),
        known=names.moment(known),
        known_basis=report.change.known_basis,
        place=place.get("name") or place.get("pcode") or "",
        act=word(claim.act) if claim.act else "",
        against=formats.name_of(claim.against.name)
        if claim.against
        else word(claim.harmed)
        if claim.harmed
        else "",
        figures=[_figure(row) for row in figures],
        justification=claim.justification,
        weights=" · ".join(
            str(one) for one in (report.source.reliability or "", claim.credibility or "") if one
        ),
    )


def _figure(row: dict[str, Any]) -> str:
    what = " ".join(word(one) for one in (row["group"], row["effect"]) if one)
    if row["min"] is None and row["max"] is None:
        return f"{what}: {word('not_known')}"
    shown = formats.format_range(row["min"], row["max"])
    return f"{what}: {shown}"


def _history(
    reading: readings.IncidentReading, truce: Truce, view: View, names: Names
) -> list[dict[str, str]]:
    """How the incident has stood over known time in each reading, earliest first; by what is gone since, no
    more than that it stood otherwise."""
    rows = Standing.objects.filter(
        incident=reading.incident, truce=truce, view=view, superseded__isnull=True
    ).select_related("term")
    return [
        {
            "known": names.moment(row.known),
            "term": names.term(row.term.ref),
            "reading": row.reading,
            "counts": row.counts,  # type: ignore[dict-item]
            "why": "" if reading.is_gone(row) else row.why["code"] and _why(row, names),
            "occurred": ""
            if reading.is_gone(row)
            else occurred_words(row.occurred_from, row.occurred_to, names),
        }
        for row in sorted(rows, key=lambda row: (row.known, row.term_id, row.reading))
    ]


def _why(row: Standing, names: Names) -> str:
    return text(row.why["code"], row.why.get("values") or {}, names)
