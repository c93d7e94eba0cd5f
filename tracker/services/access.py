"""Humanitarian access: convoys, and the rows of what reports say of them."""

from __future__ import annotations

from tracker.intake.report_document import Access as AccessDocument
from tracker.intake.scenario_document import ConvoyDocument
from tracker.models import AccessReport, Convoy, Report, Truce
from tracker.models.access import FIGURES
from tracker.services import references
from tracker.services.writing import Writing


def store(report: Report, access: AccessDocument, convoy: Convoy) -> AccessReport:
    """Store what a report says of a convoy, inside the writer's transaction. No figure stays no figure."""
    actors = references.actors(
        [("access.withheld_by", access.withheld_by), ("access.refused_by", access.refused_by)]
    )
    return AccessReport.objects.create(
        report=report,
        convoy=convoy,
        occurred_from=access.occurred.from_ if access.occurred else None,
        occurred_to=access.occurred.to if access.occurred else None,
        place_name=(access.place and access.place.name) or "",
        withheld_by=actors[access.withheld_by] if access.withheld_by else None,
        refused_by=actors[access.refused_by] if access.refused_by else None,
        credibility=access.credibility,
        **{name: getattr(access, name) for name in FIGURES},
    )


def store_convoy(w: Writing, document: ConvoyDocument, truce: Truce) -> Convoy:
    """Store a convoy that is not here yet, inside the writer's transaction; else the one that is."""
    found = Convoy.objects.filter(truce=truce, slug=document.slug).first()
    if found:
        return found
    row = Convoy.objects.create(
        truce=truce,
        term=references.term(truce, document.term, "convoys.term") if document.term else None,
        slug=document.slug,
        name=document.name.model_dump(),
        goods=document.goods.model_dump() if document.goods else {},
        unit=document.unit,
        planned=document.planned,
        place_name=(document.place and document.place.name) or "",
        change=w.change,
    )
    w.audit("convoy.opened", row.reference, after={"truce": truce.slug, "slug": row.slug})
    return row
