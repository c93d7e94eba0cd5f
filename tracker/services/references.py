"""References: from the slugs and references that people write to the rows that they name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from django.db.models import QuerySet

from tracker.models import Actor, Convoy, Incident, IncidentLink, IncidentMerge, Report, Source, Term, Truce
from tracker.services import prepared, remembered
from tracker.services.locks import Held, hold
from tracker.services.refusals import Refused

REPORT_LABEL = "report:"
INCIDENT = re.compile(r"inc_[0-9a-z]{10}")
REPORT = re.compile(r"rep_[0-9a-z]{10}")


def exists(what: str, name: str) -> bool:
    """Whether there is a row of that name: ``what`` is one of actor, source, truce, term, convoy, incident,
    report, quoted (a source or a report). For ``tracker.intake.report_document.check_report``."""
    if what == "quoted":
        return exists("source", name) or exists("report", name)
    if what == "incident":
        return find_incident(name) is not None
    if what == "report":
        return find_report(name) is not None
    if what == "term":
        return Term.objects.filter(ref=name).exists()
    model = {"actor": Actor, "source": Source, "truce": Truce, "convoy": Convoy}[what]
    return bool(prepared.select(model, slug=name))


def source(slug: str, field: str = "source") -> Source:
    """The source of that slug; refused where there is none."""
    found = prepared.select(Source, slug=slug)
    if not found:
        raise Refused(field, "unknown_source", given=slug)
    return found[0]


def truce(slug: str, field: str = "truce") -> Truce:
    """The truce of that slug; refused where there is none."""
    found = prepared.select(Truce, slug=slug)
    if not found:
        raise Refused(field, "unknown_truce", given=slug)
    return found[0]


def term(of: Truce, ref: str, field: str = "term") -> Term:
    """The truce's term of that reference; refused where there is none."""
    try:
        return of.terms.get(ref=ref)
    except Term.DoesNotExist:
        raise Refused(field, "unknown_term", given=ref) from None


def convoy(
    slug: str, of: Truce | None, field: str = "access.convoy", *, among: QuerySet[Convoy] | None = None
) -> Convoy:
    """The convoy of that slug or reference, in ``of`` where it is given; refused where there is none.

    among: those that there are; None: all.
    """
    convoys = (Convoy.objects.all() if among is None else among).select_related("truce")
    if of is not None:
        convoys = convoys.filter(truce=of)
    found = list(convoys.filter(slug=slug)[:2]) or list(convoys.filter(reference=slug))
    if not found:
        raise Refused(field, "unknown_convoy", given=slug)
    if len(found) > 1:
        raise Refused("truce", "needs_truce")
    return found[0]


def actors(
    named: Iterable[tuple[str, str | None]], found: Mapping[str, Actor] = MappingProxyType({})
) -> dict[str, Actor]:
    """The actors of (field, slug) pairs, by slug; the first that is not there is refused by its field.

    found: those that were read already, by slug.
    """
    wanted = [(field, slug) for field, slug in named if slug]
    found = dict(found)
    if missing := sorted({slug for _, slug in wanted} - found.keys()):
        found |= {actor.slug: actor for actor in prepared.select(Actor, slug=missing)}
    for field, slug in wanted:
        if slug not in found:
            raise Refused(field, "unknown_actor", given=slug)
    return found


def find_report(name: str, among: QuerySet[Report] | None = None) -> Report | None:
    """The report of a reference (``rep_…``) or a label (``report:<source>/<external_id>``, the latest).

    among: those that there are; None: all.
    """
    reports = (Report.objects.all() if among is None else among).select_related("source")
    if REPORT.fullmatch(name):
        return reports.filter(reference=name).first()
    if not name.startswith(REPORT_LABEL):
        return None
    slug, _, external_id = name.removeprefix(REPORT_LABEL).partition("/")
    return reports.filter(source__slug=slug, external_id=external_id).order_by("-revision").first()


def find_incident(name: str) -> Incident | None:
    """The incident of a reference (``inc_…``), also after a merge, or of a report's label."""
    if INCIDENT.fullmatch(name):
        found = Incident.objects.filter(reference=name).first()
        return resolved(found) if found else None
    report = find_report(name)
    return incident_of(report) if report else None


def resolved(incident: Incident, merges: QuerySet[IncidentMerge] | None = None) -> Incident:
    """The incident that this one's reference stands for now: itself, or what it was merged into.

    merges: those that are followed; None: all.
    """
    followed = (IncidentMerge.objects.all() if merges is None else merges).select_related("into")
    seen = set()
    while incident.pk not in seen:
        seen.add(incident.pk)
        merge = followed.filter(incident=incident).first()
        if merge is None:
            break
        incident = merge.into
    return incident


def held(incident: Incident) -> Incident:
    """The same, held to the end of the transaction, so that no merge comes between."""
    while True:
        found = resolved(incident)
        hold(Held.INCIDENT, found.pk)
        incident = resolved(found)
        if incident == found:
            return found


def hold_incident_of(report: Report) -> None:
    """Hold the incident that a report is about to the end of the transaction: what is said of it is of it."""
    # What was read of the report before it was held may be out of date.
    remembered.forget(report)
    incident = incident_of(report)
    if incident is not None:
        held(incident)


def incident_of(report: Report) -> Incident | None:
    """The incident that a report is about now; None for other kinds."""
    links: list[IncidentLink] = remembered.children(report, "incident_links", "incident")
    return max(links, key=lambda link: link.pk).incident if links else None
