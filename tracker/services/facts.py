"""The facts that the rules read, gathered from rows and projected to one view.

A report counts as ``known_ranges`` says, and for an incident while it is linked to that one. All of this
becomes plain half-open known ranges here; the rules see nothing else.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from tracker.compliance import facts
from tracker.compliance.closeness import vagueness_of_place
from tracker.feed import harm, projection
from tracker.models import (
    Casualty,
    Claim,
    Incident,
    IncidentLink,
    Report,
    ReportTruce,
    Ruling,
    Source,
    Truce,
    View,
    Visibility,
)
from tracker.services import places
from tracker.services.known_ranges import (
    Range,
    Switch,
    both,
    counting_ranges,
    either,
    placed,
    ranges_where_on,
    shown_ranges,
)
from tracker.services.truce_facts import truce_facts, truce_facts_in_views

About = tuple[int, int]
"""A report and an incident that it is, or was, about (row ids)."""


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
    names = places.first_level(code for row in rows.values() for code in row.place_within)
    counting = counting_ranges(rows)
    about = {
        (report, incident): ranges_where_on(switches)
        for (report, incident), switches in linked.items()
        if report in rows and incident in references
    }
    rulings = _ruling_facts(wanted, references, truce)
    rulings[View.PUBLIC] = _while_shown(rulings[View.PUBLIC], linked)
    concerning = set(
        ReportTruce.objects.filter(truce=truce, report__in=rows).values_list("report_id", flat=True)
    )
    claims: dict[View, dict[int, list[facts.Claim]]] = {view: defaultdict(list) for view in View}
    for view in View:
        counted = {pair: both(counting[view][pair[0]], ranges) for pair, ranges in about.items()}
        civilian = _of_civilians(counted, rows)
        for (report, incident), ranges in _while_of_truce(counted, rulings[view], concerning).items():
            row = rows[report]
            is_hidden = view == View.PUBLIC and (incident in civilian or harm.hides_place(row, None))
            place_shown = _place_shown(row, names, is_hidden=is_hidden)
            for known, end in ranges:
                claims[view][incident].append(_claim_fact(row, truce, view, place_shown, known, end))
    return {
        view: {
            pk: facts.IncidentFacts(
                ref=reference, claims=tuple(claims[view][pk]), rulings=tuple(rulings[view][pk])
            )
            for pk, reference in references.items()
        }
        for view in View
    }


def _of_civilians(counted: dict[About, list[Range]], rows: Mapping[int, Claim]) -> set[int]:
    """The incidents of which a claim that ever counted says that civilians or protected sites were harmed."""
    return {
        incident
        for (report, incident), ranges in counted.items()
        if ranges and harm.tells_of_civilians(rows[report])
    }


def _while_of_truce(
    counted: dict[About, list[Range]], rulings: dict[int, list[facts.Ruling]], concerning: set[int]
) -> dict[About, list[Range]]:
    """When each report counts about an incident, cut to when that is one of the truce: when a report counts
    about it that concerns the truce, or a ruling under its terms holds.

    That a report which a view may not know of concerns the truce must not show in what others tell there.
    """
    apart = {incident for report, incident in counted if report not in concerning}
    if not apart:
        return counted
    of_truce: dict[int, list[Range]] = {
        incident: [(ruling.known, ruling.until) for ruling in rulings[incident]] for incident in apart
    }
    for (report, incident), ranges in counted.items():
        if incident in apart and report in concerning:
            of_truce[incident] += ranges
    joined = {incident: either(ranges) for incident, ranges in of_truce.items()}
    return {
        (report, incident): both(ranges, joined[incident]) if incident in apart else ranges
        for (report, incident), ranges in counted.items()
    }


def _claim_fact(
    claim: Claim,
    truce: Truce,
    view: View,
    place_shown: facts.PlaceShown | None,
    known: datetime,
    end: datetime | None,
) -> facts.Claim:
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
        casualties=_casualties(claim, view),
        credibility=claim.credibility,
        quotes=tuple(claim.quotes),
        relayed_by=tuple(report.relayed_by),
        original=claim.original or None,
        place_shown=place_shown,
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


def _casualties(claim: Claim, view: View) -> tuple[facts.Casualties, ...]:
    """The figures of a claim. Whom it befell is known where a count may not show as well: it then has none,
    and the figure for everyone is no sum of what is left."""
    rows = list(claim.casualties.all())
    if view == View.FULL or not harm.is_ours(claim.report):
        return tuple(map(_casualty_fact, rows))
    shown = harm.figures_shown(rows)
    return tuple(
        _casualty_fact(row) if row in shown else facts.Casualties(row.group, row.effect)
        for row in rows
        if row in shown or row.minimum or row.maximum
    )


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


def _place_shown(claim: Claim, names: Mapping[str, str], *, is_hidden: bool) -> facts.PlaceShown | None:
    """The place of a claim as it first shows; ``names`` are those of first-level areas by code."""
    place = projection.place(claim, View.FULL)
    if place is None:
        return None
    place, areas = harm.place_shown(place, claim.place_within, names, is_hidden=is_hidden)
    vagueness = vagueness_of_place(claim.place_precision, claim.place_lat is not None)
    return facts.PlaceShown(vagueness, place, tuple(areas))


def _ruling_facts(
    incidents: list[int], references: dict[int, str], truce: Truce
) -> dict[View, dict[int, list[facts.Ruling]]]:
    rows = list(
        Ruling.objects.filter(
            incident__in=incidents, term__truce=truce, review__change__known__isnull=False
        ).select_related("term", "responsible", "review__change", "takedown__change")
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
            known = placed(row.review.change.known)
            ends = [ended.get(row.pk), _taken_down(row) if view == View.PUBLIC else None]
            end = min((moment for moment in ends if moment is not None), default=None)
            if end is None or end > known:
                found[view][row.incident_id].append(
                    _ruling_fact(row, references[row.incident_id], known, end)
                )
    return found


def _taken_down(row: Ruling) -> datetime | None:
    """From when on the public is told nothing of a ruling; None where it is, or before that has its place."""
    return row.takedown.change.known if hasattr(row, "takedown") else None


def _while_shown(
    rulings: dict[int, list[facts.Ruling]], linked: dict[tuple[int, int], list[Switch]]
) -> dict[int, list[facts.Ruling]]:
    """Rulings as long as the public is shown a report about their incident: what was found of one that it
    may not know of would tell that there is one."""
    about = {pair: switches for pair, switches in linked.items() if pair[1] in rulings}
    shown = shown_ranges({report for report, _incident in about})
    found: dict[int, list[facts.Ruling]] = defaultdict(list)
    for incident, rows in rulings.items():
        ranges = either(
            one
            for (report, home), switches in about.items()
            if home == incident
            for one in both(shown[report], ranges_where_on(switches))
        )
        found[incident] = [
            replace(row, known=start, until=end)
            for row in rows
            for start, end in both([(row.known, row.until)], ranges)
        ]
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


__all__ = ["incident_facts", "source_fact", "truce_facts", "truce_facts_in_views"]
