"""The facts that the rules read, gathered from rows and projected to one view.

A report counts as ``known_ranges`` says, and for an incident while it is linked to that one. All of this
becomes plain half-open known ranges here; the rules see nothing else.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from tracker.compliance import facts
from tracker.feed import harm
from tracker.models import (
    AccessReport,
    Casualty,
    Claim,
    Declaration,
    Extension,
    Incident,
    IncidentLink,
    ObservationWindow,
    Report,
    Ruling,
    Source,
    Statement,
    Term,
    Truce,
    View,
    Visibility,
)
from tracker.services.known_ranges import (
    Range,
    Switch,
    both,
    counting_ranges_in_views,
    placed,
    ranges_where_on,
)


def source_fact(source: Source) -> facts.Source:
    """A source as the rules see it. ``speaks_for`` must be prefetched where many are read."""
    return facts.Source(
        slug=source.slug,
        kind=source.kind,
        affiliation=source.affiliation.slug if source.affiliation else None,
        speaks_for=tuple(actor.slug for actor in source.speaks_for.all()),
        reliability=source.reliability,
    )


def incident_facts(incidents: Iterable[int], truce: Truce) -> dict[View, dict[int, facts.IncidentFacts]]:
    """Everything ever known of the given incidents in each view, for one truce: row id → facts."""
    wanted = list(incidents)
    references = dict(Incident.objects.filter(id__in=wanted).values_list("id", "reference"))
    links = list(
        IncidentLink.objects.filter(report__incident_links__incident__in=wanted, change__known__isnull=False)
        .distinct()
        .order_by("change__known", "id")
        .values_list("report_id", "incident_id", "change__known")
    )
    linked: dict[tuple[int, int], list[Switch]] = defaultdict(list)
    homes: dict[int, set[int]] = defaultdict(set)
    for report, incident, _known in links:
        homes[report].add(incident)
    for report, incident, known in links:
        for home in homes[report]:
            linked[report, home].append((placed(known), home == incident))
    rows = {
        claim.report_id: claim
        for claim in Claim.objects.filter(report__in=homes, report__retracts=False)
        .select_related("report__source__affiliation", "by", "against")
        .prefetch_related("report__source__speaks_for", "casualties")
    }
    counting = counting_ranges_in_views([claim.report for claim in rows.values()])
    claims: dict[View, dict[int, list[facts.Claim]]] = {view: defaultdict(list) for view in View}
    for (report, incident), switches in linked.items():
        if report not in rows or incident not in references:
            continue
        linked_ranges = ranges_where_on(switches)
        for view in View:
            for known, end in both(counting[view][report], linked_ranges):
                claims[view][incident].append(_claim_fact(rows[report], truce, view, known, end))
    rulings = _ruling_facts(wanted, references, truce)
    return {
        view: {
            pk: facts.IncidentFacts(
                ref=reference, claims=tuple(claims[view][pk]), rulings=tuple(rulings[view][pk])
            )
            for pk, reference in references.items()
        }
        for view in View
    }


def _claim_fact(claim: Claim, truce: Truce, view: View, known: datetime, end: datetime | None) -> facts.Claim:
    report, reported = claim.report, _reported(claim.report, known)
    occurred = _occurred(claim.occurred_from, claim.occurred_to, claim.occurred_precision)
    if view == View.PUBLIC and harm.is_ours(report):
        # A verdict would tell the minute that the report itself does not show.
        reported, occurred = min(harm.hour_after(reported), known), _whole_hours(occurred)
    return facts.Claim(
        report=report.reference,
        source=source_fact(report.source),
        known=known,
        until=end,
        reported=reported,
        occurred=occurred,
        place=_place(claim, truce),
        act=claim.act or None,
        by=claim.by.slug if claim.by else None,
        against=claim.against.slug if claim.against else None,
        harmed=claim.harmed or None,
        weapon=claim.weapon or None,
        stance_event=claim.stance_event or None,
        stance_actor=claim.stance_actor or None,
        intent=claim.intent,
        accepts_breach=claim.accepts_breach,
        casualties=tuple(_casualty_fact(row) for row in claim.casualties.all()),
        credibility=claim.credibility,
        quotes=tuple(claim.quotes),
        relayed_by=tuple(report.relayed_by),
        original=claim.original or None,
    )


def _reported(report: Report, known: datetime) -> datetime:
    return known if report.published is None else min(report.published, known)


def _occurred(
    start: datetime | None, end: datetime | None, precision: str = "exact"
) -> facts.Occurred | None:
    if start is None or end is None:
        return None
    return facts.Occurred(start=start, end=end, precision=precision)


def _whole_hours(occurred: facts.Occurred | None) -> facts.Occurred | None:
    if occurred is None:
        return None
    start, end = harm.hour_before(occurred.start), harm.hour_after(occurred.end)
    precision = "hour" if occurred.precision == "exact" else occurred.precision
    return facts.Occurred(start=start, end=end, precision=precision)


def _casualty_fact(row: Casualty) -> facts.Casualties:
    return facts.Casualties(group=row.group or None, effect=row.effect, min=row.minimum, max=row.maximum)


def _place(claim: Claim, truce: Truce) -> facts.Place | None:
    if not (claim.place_name or claim.place_within or claim.place_country or claim.place_lat is not None):
        return None
    within = tuple(claim.place_within)
    return facts.Place(
        name=claim.place_name,
        pcode=claim.place_pcode or None,
        country=claim.place_country or None,
        lat=claim.place_lat,
        lon=claim.place_lon,
        precision=claim.place_precision,
        within=within,
        straddles=not set(within) & set(truce.area) and bool(set(claim.place_straddles) & set(truce.area)),
    )


def _ruling_facts(
    incidents: list[int], references: dict[int, str], truce: Truce
) -> dict[View, dict[int, list[facts.Ruling]]]:
    rows = list(
        Ruling.objects.filter(
            incident__in=incidents, term__truce=truce, review__change__known__isnull=False
        ).select_related("term", "responsible", "review__change")
    )
    found: dict[View, dict[int, list[facts.Ruling]]] = {view: defaultdict(list) for view in View}
    for view in View:
        shown = [row for row in rows if view == View.FULL or row.visibility == Visibility.PUBLIC]
        ended = {
            row.supersedes_id: placed(row.review.change.known)
            for row in shown
            if row.supersedes_id is not None
        }
        for row in shown:
            known, end = placed(row.review.change.known), ended.get(row.pk)
            if end is None or end > known:
                found[view][row.incident_id].append(
                    _ruling_fact(row, references[row.incident_id], known, end)
                )
    return found


def _ruling_fact(row: Ruling, incident: str, known: datetime, end: datetime | None) -> facts.Ruling:
    return facts.Ruling(
        ref=row.reference,
        incident=incident,
        term=row.term.ref,
        outcome=row.outcome,
        body=row.body,
        known=known,
        until=end,
        severity=row.severity or None,
        responsible=row.responsible.slug if row.responsible else None,
        occurred=_occurred(row.occurred_from, row.occurred_to),
    )


def truce_facts(truce: Truce, view: View) -> facts.TruceFacts:
    """Everything ever known in a view of a truce that is not an incident."""
    return truce_facts_in_views(truce)[view]


def truce_facts_in_views(truce: Truce) -> dict[View, facts.TruceFacts]:
    """Everything ever known of a truce that is not an incident, in every view."""
    access = list(
        AccessReport.objects.filter(report__report_truces__truce=truce)
        .select_related("report__source__affiliation", "convoy", "withheld_by", "refused_by")
        .prefetch_related("report__source__speaks_for")
    )
    statements = list(
        Statement.objects.filter(report__report_truces__truce=truce, about__in=("milestone", "withdrawal"))
        .select_related("report__source__affiliation", "term")
        .prefetch_related("report__source__speaks_for")
    )
    extensions = list(truce.extensions.filter(change__known__isnull=False).select_related("report", "change"))
    declarations = list(
        truce.declarations.filter(change__known__isnull=False).select_related("report", "change", "term")
    )
    said: list[AccessReport | Statement | Extension | Declaration] = [
        *access,
        *statements,
        *extensions,
        *declarations,
    ]
    reports = [row.report for row in said if row.report is not None]
    sources = [*(row.report.source for row in access), *(row.report.source for row in statements)]
    named = {source.slug: source_fact(source) for source in sources}
    windows = list(
        ObservationWindow.objects.filter(truce=truce, change__known__isnull=False).select_related("change")
    )
    return {
        view: facts.TruceFacts(
            extensions=tuple(
                _extension_fact(row, known, end) for row in extensions for known, end in _said(row, counting)
            ),
            declarations=tuple(
                _declaration_fact(row, known, end)
                for row in declarations
                for known, end in _said(row, counting)
            ),
            access=tuple(
                _access_fact(row, known, end) for row in access for known, end in counting[row.report_id]
            ),
            milestones=tuple(
                _milestone_fact(row, row.term, known, end)
                for row in statements
                if row.about == "milestone" and row.term
                for known, end in counting[row.report_id]
            ),
            withdrawals=tuple(
                _withdrawal_fact(row, row.term, known, end)
                for row in statements
                if row.about == "withdrawal" and row.term
                for known, end in counting[row.report_id]
            ),
            windows=tuple(_window_facts(windows, view)),
            sources=named,
        )
        for view, counting in counting_ranges_in_views(reports).items()
    }


def _said(row: Extension | Declaration, counting: dict[int, list[Range]]) -> list[Range]:
    """When a step counts: as its report does, or (with none behind it) from its own change on."""
    return counting[row.report_id] if row.report_id is not None else [(placed(row.change.known), None)]


def _extension_fact(row: Extension, known: datetime, end: datetime | None) -> facts.Extension:
    return facts.Extension(
        ref=row.offer,
        by=tuple(row.by),
        state=row.state,
        at=row.at,
        known=known,
        length=row.length,
        expires=row.expires,
        until=end,
    )


def _declaration_fact(row: Declaration, known: datetime, end: datetime | None) -> facts.Declaration:
    return facts.Declaration(
        ref=row.reference,
        about=row.about,
        by=tuple(row.by),
        at=row.at,
        known=known,
        term=row.term.ref if row.term else None,
        until=end,
    )


def _access_fact(row: AccessReport, known: datetime, end: datetime | None) -> facts.AccessReport:
    details = row.report.body.get("access") or {}
    return facts.AccessReport(
        report=row.report.reference,
        source=source_fact(row.report.source),
        known=known,
        until=end,
        credibility=row.credibility,
        convoy=row.convoy.slug,
        occurred=_occurred(row.occurred_from, row.occurred_to),
        planned=row.planned,
        cleared=row.cleared,
        waiting=row.waiting,
        refused=row.refused,
        delivered=row.delivered,
        attacked=row.attacked,
        place=row.place_name or None,
        withheld_by=row.withheld_by.slug if row.withheld_by else None,
        refused_by=row.refused_by.slug if row.refused_by else None,
        reported=_reported(row.report, known),
        passage=details.get("passage"),
        unit=row.convoy.unit or None,
    )


def _milestone_fact(
    row: Statement, term: Term, known: datetime, end: datetime | None
) -> facts.MilestoneReport:
    details = row.details
    return facts.MilestoneReport(
        report=row.report.reference,
        source=source_fact(row.report.source),
        term=term.ref,
        reached=details.get("reached"),
        known=known,
        until=end,
        credibility=details.get("credibility"),
        occurred=_stated_occurred(details),
        reported=_reported(row.report, known),
    )


def _withdrawal_fact(
    row: Statement, term: Term, known: datetime, end: datetime | None
) -> facts.WithdrawalReport:
    details = row.details
    return facts.WithdrawalReport(
        report=row.report.reference,
        source=source_fact(row.report.source),
        term=term.ref,
        by=details.get("by", ""),
        equipment=details.get("equipment", ""),
        known=known,
        until=end,
        distance_min=details.get("distance_min"),
        distance_max=details.get("distance_max"),
        sector=details.get("sector"),
        credibility=details.get("credibility"),
        occurred=_stated_occurred(details),
        reported=_reported(row.report, known),
    )


def _stated_occurred(details: dict[str, Any]) -> facts.Occurred | None:
    stated = details.get("occurred")
    if not stated:
        return None
    return facts.Occurred(
        start=datetime.fromisoformat(stated["from"]),
        end=datetime.fromisoformat(stated["to"]),
        precision=stated.get("precision", "exact"),
    )


def _window_facts(windows: Iterable[ObservationWindow], view: View) -> Iterable[facts.ObservationWindow]:
    for row in windows:
        known = placed(row.change.known)
        if view == View.PUBLIC:
            if row.visibility != Visibility.PUBLIC:
                continue
            known = max(known, row.public_from or known)
        yield facts.ObservationWindow(area=row.area, start=row.start, end=row.until, known=known)
