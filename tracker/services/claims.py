"""Claims: the rows of what a report asserts of an incident."""

from __future__ import annotations

from tracker.intake.report_document import Claim as ClaimDocument
from tracker.intake.report_document import Place
from tracker.models import Casualty, Claim, Precision, Report
from tracker.services import insertion, places, references
from tracker.services.named import Named
from tracker.services.places import Located
from tracker.services.remembered import remember
from tracker.services.writing import Writing


def locate(place: Place | None, named: Named) -> Located:
    """The areas of a place as a report gives it; nothing known where it gives none."""
    if place is None:
        return Located()
    return places.locate(place.lat, place.lon, place.precision, place.country, place.pcode, named.areas)


def store(w: Writing, pk: int, report: Report, claim: ClaimDocument, located: Located, named: Named) -> Claim:
    """Have a report's claim with its casualties stored with the writer's transaction. pk: reserved for it."""
    actors = references.actors([("claim.by", claim.by), ("claim.against", claim.against)], named.actors)
    place, occurred = claim.place, claim.occurred
    row = insertion.new(
        Claim,
        pk=pk,
        report=report,
        occurred_from=occurred.from_ if occurred else None,
        occurred_to=occurred.to if occurred else None,
        occurred_precision=occurred.precision if occurred else Precision.UNKNOWN,
        place_name=(place and place.name) or "",
        place_country=(place and place.country) or "",
        place_pcode=(place and place.pcode) or "",
        place_lat=place.lat if place else None,
        place_lon=place.lon if place else None,
        place_precision=place.precision if place else None,
        place_within=list(located.within),
        place_straddles=list(located.straddles),
        act=claim.act or "",
        weapon=claim.weapon or "",
        harmed=claim.harmed or "",
        by=actors[claim.by] if claim.by else None,
        against=actors[claim.against] if claim.against else None,
        stance_event=claim.stance.event or "",
        stance_actor=claim.stance.actor or "",
        intent=claim.intent,
        accepts_breach=claim.accepts_breach,
        justification=claim.justification or "",
        counting_unit=claim.counting_unit or "",
        means_of_observation=claim.means_of_observation or "",
        credibility=claim.credibility,
        quotes=quoted(claim.quotes, named),
        original=claim.original or "",
    )
    casualties = [
        insertion.new(
            Casualty,
            claim=row,
            group=figure.group or "",
            effect=figure.effect,
            minimum=figure.min,
            maximum=figure.max,
        )
        for figure in claim.casualties
    ]
    w.keep(row, *casualties)
    remember(row, casualties=casualties)
    return row


def quoted(names: tuple[str, ...], named: Named) -> list[str]:
    """What a report repeats, as the rules name it: a source's slug, or the reference of a report."""
    reports = {name: named.report(name) for name in names}
    return [report.reference if (report := reports[name]) else name for name in names]
