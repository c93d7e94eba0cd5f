"""What the board reads beside the status: incidents, rulings and convoys, as known at a moment in a view.

Everything takes ``known_at`` (aware) and a view and answers what was known then; nothing here asks the time.
Each function is a fixed number of queries, and says how many rows it may give.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from tracker.feed.counted import counted_reports, public_now, standings_at
from tracker.models import (
    Convoy,
    Declaration,
    Incident,
    IncidentLink,
    LogHead,
    Report,
    Ruling,
    Source,
    Standing,
    Truce,
    View,
    Visibility,
)
from tracker.services.known_ranges import Range, both, counting_ranges, either, placed

LATEST_INCIDENTS = 12
STATEMENTS = 12
TALLIES = 12
LEDGER = 24
DAYS = 31


@dataclass
class IncidentReading:
    """One incident as known: its standings by (term, reading), its claims in order, its rulings.

    ``gone``: when something counted of it that the view is told no more. A standing that rests on that is
    not among its standings.
    """

    incident: Incident
    standings: dict[tuple[int, str], Standing] = field(default_factory=dict)
    claims: list[Report] = field(default_factory=list)
    rulings: list[Ruling] = field(default_factory=list)
    gone: list[Range] = field(default_factory=list)

    def is_gone(self, standing: Standing) -> bool:
        """Whether a standing rests on what is gone: it stood so at no moment without it."""
        whole = (standing.known, standing.until)
        return both([whole], self.gone) == [whole]


def latest_incidents(
    truce: Truce, view: View, known_at: datetime, as_of: datetime, limit: int = LATEST_INCIDENTS
) -> list[int]:
    """Row ids of the incidents that happened last before ``as_of``, latest first (one query)."""
    rows = (
        standings_at(truce, view, known_at)
        .filter(reading="alleged", occurred_to__lte=as_of)
        .order_by("-occurred_to", "-counts", "incident_id")
        .values_list("incident_id", flat=True)
    )
    return list(dict.fromkeys(rows[: limit * 2]))[:limit]


def incidents_read(ids: Sequence[int], truce: Truce, view: View, known_at: datetime) -> list[IncidentReading]:
    """Everything that stood of the given incidents at a known moment, in the given order (seven queries).

    Those that every report has been withheld from the public since are left out of its view, and of the
    others how they stood by what is withheld since, or taken down (two queries more where there is any).
    """
    incidents = Incident.objects.filter(pk__in=ids)
    if view == View.PUBLIC:
        links = IncidentLink.objects.alias(is_public_now=public_now("report")).filter(incident=OuterRef("pk"))
        incidents = incidents.filter(Exists(links.filter(is_public_now=True))).annotate(
            withheld=ArraySubquery(links.filter(is_public_now=False).values("report")),
            taken_down=ArraySubquery(
                Ruling.objects.filter(incident=OuterRef("pk"), takedown__isnull=False).values("pk")
            ),
        )
    found = {incident.pk: IncidentReading(incident) for incident in incidents}
    if view == View.PUBLIC:
        _find_what_is_gone(found.values())
    ids = [pk for pk in ids if pk in found]
    for standing in standings_at(truce, view, known_at).filter(incident__in=ids):
        reading = found[standing.incident_id]
        if not reading.is_gone(standing):
            reading.standings[standing.term_id, standing.reading] = standing
    withheld = withheld_sources(view)
    for report in claims_about(ids, view, known_at):
        report.relayed_by = [slug for slug in report.relayed_by if slug not in withheld]
        found[report.incident_now].claims.append(report)  # type: ignore[attr-defined]
    for ruling in rulings_on(ids, truce, view, known_at):
        found[ruling.incident_id].rulings.append(ruling)
    return [found[pk] for pk in ids]


def _find_what_is_gone(readings: Collection[IncidentReading]) -> None:
    """Fill in when reports counted that are withheld now, and rulings held that are taken down."""
    told = [(one, one.incident.withheld, one.incident.taken_down) for one in readings]  # type: ignore[attr-defined]
    reports = {pk for _one, withheld, _taken_down in told for pk in withheld}
    rulings = {pk for _one, _withheld, taken_down in told for pk in taken_down}
    counted = counting_ranges(reports)[View.PUBLIC] if reports else {}
    held = _held_until_taken_down(rulings) if rulings else {}
    for one, withheld, taken_down in told:
        ranges = [
            *(span for pk in withheld for span in counted[pk]),
            *(held[pk] for pk in taken_down if pk in held),
        ]
        one.gone = either(ranges)


def _held_until_taken_down(rulings: Iterable[int]) -> dict[int, Range]:
    rows = Ruling.objects.filter(pk__in=rulings, review__change__known__isnull=False)
    return {
        pk: (placed(known), end)
        for pk, known, end in rows.values_list("pk", "review__change__known", "takedown__change__known")
    }


def claims_about(ids: Sequence[int], view: View, known_at: datetime) -> QuerySet[Report]:
    """The counted reports that were about the given incidents, by ``incident_now``; first known first."""
    # Asked for on their own: else the database looks into every report before it chooses these.
    about = list(IncidentLink.objects.filter(incident__in=ids).values_list("report", flat=True))
    link = IncidentLink.objects.filter(report=OuterRef("pk"), change__known__lte=known_at)
    found = (
        counted_reports(view, known_at)
        .filter(pk__in=about)
        .annotate(incident_now=Subquery(link.order_by("-change__known", "-id").values("incident")[:1]))
        .filter(incident_now__in=ids, claim__isnull=False)
        .select_related("source__affiliation", "change", "claim__by", "claim__against")
        .prefetch_related("claim__casualties")
    )
    return found.order_by("known", "id")  # type: ignore[misc]


def withheld_sources(view: View) -> set[str]:
    """The slugs of the sources that a view never names (one query, none for the full view)."""
    if view == View.FULL:
        return set()
    return set(
        Source.objects.filter(Q(protected=True) | ~Q(visibility=Visibility.PUBLIC)).values_list(
            "slug", flat=True
        )
    )


def rulings_on(ids: Sequence[int], truce: Truce, view: View, known_at: datetime) -> QuerySet[Ruling]:
    """The reviewed rulings on the given incidents that stood at a known moment; ``review`` is fetched.

    In public none that was taken down since, whichever moment is asked about.
    """
    known = Ruling.objects.filter(review__change__known__lte=known_at)
    if view == View.PUBLIC:
        known = known.filter(visibility=Visibility.PUBLIC)
    found = known.filter(
        ~Exists(known.filter(supersedes=OuterRef("pk"))), incident__in=ids, term__truce=truce
    ).select_related("term", "responsible", "review__change")
    return found.filter(takedown__isnull=True) if view == View.PUBLIC else found


def declarations_of(truce: Truce, view: View, known_at: datetime, as_of: datetime) -> list[Declaration]:
    """The words on terms that had been said by ``as_of`` and counted, earliest first (one query)."""
    counted = counted_reports(view, known_at).filter(pk=OuterRef("report"))
    return list(
        Declaration.objects.filter(
            Q(report__isnull=True) | Exists(counted),
            truce=truce,
            term__isnull=False,
            at__lte=as_of,
            change__known__lte=known_at,
        )
        .select_related("term")
        .order_by("at", "id")
    )


def last_position(view: View) -> int:
    """The change log's last position in a view (one query)."""
    return LogHead.objects.filter(view=view).values_list("position", flat=True).first() or 0


def convoys_of(truce: Truce, known_at: datetime) -> list[Convoy]:
    """The convoys of a truce that were known at a moment (one query)."""
    return list(Convoy.objects.filter(truce=truce, change__known__lte=known_at).order_by("id"))
