"""What a view may see of sources, reports, rulings and truces, and of the references to them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from tracker.models import (
    Incident,
    IncidentLink,
    IncidentMerge,
    Publication,
    Report,
    Ruling,
    Source,
    Truce,
    View,
    Visibility,
)
from tracker.services import prepared
from tracker.services.remembered import children


def shows_truce(row: Truce, view: View) -> bool:
    """Whether a view sees a truce."""
    return view == View.FULL or row.visibility == Visibility.PUBLIC


def withheld_source(row: Source) -> bool:
    """Whether a source is never named in public."""
    return row.protected or row.visibility != Visibility.PUBLIC


def shows_ruling(row: Ruling, view: View) -> bool:
    """Whether a view sees a ruling: in public one that ``names_ruling``, under a truce that is public, and
    that was not taken down."""
    return view == View.FULL or (
        names_ruling(row, view) and not hasattr(row, "takedown") and shows_truce(row.term.truce, view)
    )


def names_ruling(row: Ruling, view: View) -> bool:
    """Whether a view may know that there is a ruling: in public a reviewed one that is public itself.

    It may where the ruling was taken down, which its followers have been told.
    """
    return view == View.FULL or (hasattr(row, "review") and row.visibility == Visibility.PUBLIC)


def publication_of(row: Report) -> Publication | None:
    """The publication by which a report is public now; None where it is not."""
    newest = max(children(row, "publications"), key=lambda one: one.pk, default=None)
    return newest if newest and newest.public else None


def known_in(row: Report, view: View) -> datetime | None:
    """When a report became known in a view (UTC)."""
    if view == View.FULL:
        return row.change.known
    newest = publication_of(row)
    return newest.change.known if newest else None


def reference_in(row: Report | None, view: View) -> str | None:
    """A report's reference where the view may see that report."""
    if row is None or (view == View.PUBLIC and not publication_of(row)):
        return None
    return row.reference


def revision_in(row: Report, view: View) -> int:
    """Which revision of what its source said a report is: in public of those that it was ever shown."""
    if view == View.FULL or row.revision == 1:
        return row.revision
    before = Report.objects.filter(
        source=row.source_id, external_id=row.external_id, revision__lt=row.revision
    )
    return 1 + before.filter(Exists(Publication.objects.filter(report=OuterRef("pk"), public=True))).count()


def names_in(names: Iterable[str], view: View, hidden: Collection[str] | None = None) -> list[str]:
    """Names of sources and reports without those that the view may not know of.

    ``hidden``: what ``hidden_names`` gave for these names and others; None: it is asked here.
    """
    names = list(names)
    if view == View.FULL or not names:
        return names
    without = hidden_names(names) if hidden is None else hidden
    return [name for name in names if name not in without]


IS_WITHHELD = f"(source.protected OR source.visibility <> '{Visibility.PUBLIC}')"
"""As ``withheld_source``, of a ``source`` in a statement."""

_HIDDEN = f"""
    {prepared.given(names="text[]")}
    SELECT source.slug FROM given JOIN tracker_source source ON source.slug = ANY(given.names)
    WHERE {IS_WITHHELD}
    UNION ALL
    SELECT report.reference FROM given JOIN tracker_report report ON report.reference = ANY(given.names)
    WHERE NOT coalesce((
        SELECT public FROM tracker_publication WHERE report_id = report.id ORDER BY id DESC LIMIT 1
    ), false)
"""
"""As ``withheld_source`` and ``publication_of`` say of one."""


def hidden_names(names: Iterable[str]) -> frozenset[str]:
    """Those among names of sources and reports that the public may not know of (one query)."""
    wanted = sorted(set(names))
    if not wanted:
        return frozenset()
    return frozenset(name for (name,) in prepared.rows(_HIDDEN, {"names": wanted}))


def with_all_that_shows(rows: QuerySet[Report]) -> QuerySet[Report]:
    """Reports with everything that the projection reads of each, in a fixed number of queries."""
    return rows.select_related(
        "source",
        "truce",
        "change",
        "supersedes",
        "claim__by",
        "claim__against",
        "access__convoy",
        "access__withheld_by",
        "access__refused_by",
        "tally",
        "statement__term",
    ).prefetch_related(
        "claim__casualties",
        "tally__counts",
        "incident_links__incident",
        "publications__change",
        "report_truces__truce",
        "screenings",
        "superseded_by__publications",
        "supersedes__publications",
    )


def reports_of(row: Incident, view: View) -> list[Report]:
    """The reports that are about an incident now and that a view may see, oldest first."""
    # Asked for on their own: with so many tables the database joins all reports before it chooses these.
    about = list(row.links.values_list("report", flat=True))
    linked = with_all_that_shows(Report.objects.filter(id__in=about).order_by("id"))
    here = [
        one for one in linked if max(one.incident_links.all(), key=lambda link: link.pk).incident_id == row.pk
    ]
    return here if view == View.FULL else [one for one in here if publication_of(one)]


def moved_by_merge() -> QuerySet[IncidentLink]:
    """The links that a merge made, of a merge in the statement around this."""
    return IncidentLink.objects.filter(incident=OuterRef("into"), change=OuterRef("change"))


def merges(view: View) -> QuerySet[IncidentMerge]:
    """The merges that a view may know of: in public those that moved a report that was public before and is
    now. Of no other incident was the public ever shown the reference."""
    if view == View.FULL:
        return IncidentMerge.objects.all()
    of_it = Publication.objects.filter(report=OuterRef("report"))
    before = of_it.filter(public=True, change__lt=OuterRef("change"))
    newest = of_it.order_by("-id").values("public")[:1]
    moved = moved_by_merge().alias(is_public=Subquery(newest)).filter(Exists(before), is_public=True)
    return IncidentMerge.objects.filter(Exists(moved))


def truces_of(row: Report, view: View) -> list[Truce]:
    """The truces that a report concerns and that a view may see, in the order in which they were loaded."""
    links = sorted(children(row, "report_truces"), key=lambda link: link.truce_id)
    return [link.truce for link in links if shows_truce(link.truce, view)]
