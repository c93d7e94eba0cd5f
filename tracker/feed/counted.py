"""What counts in a view as known at a moment: reports with the moment from which they did, and standings.

Everything takes ``known_at`` (aware) and a view; nothing here asks the time.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Greatest, Least, TruncHour

from tracker.feed import harm
from tracker.models import (
    Publication,
    Report,
    ReportKind,
    Screening,
    ScreeningOutcome,
    SourceKind,
    Standing,
    Truce,
    View,
    Visibility,
)

OURS = Q(source__protected=True) | Q(source__kind=SourceKind.OWN_FIELD_STAFF)
"""As ``harm.is_ours``, of a report in a query."""
LEFT_OF_HOUR = harm.HOUR - timedelta(microseconds=1)


def counted_reports(view: View, known_at: datetime) -> QuerySet[Report]:
    """Reports that stand and count in a view as known at a moment, each with ``known``: from when it did.

    Screened in (and, for the public, published), the newest word holding, and superseded by none that
    counted by then. ``unnamed`` is whether the view never names its source. What was withheld from the public
    since is shown to it at no moment: what a verdict of then rested on stays, its words do not.
    """
    screening = _newest(Screening, known_at)
    publication = _newest(Publication, known_at)
    successor = Exists(_counted_successors(view, known_at))
    reports = Report.objects.annotate(screened=Subquery(screening.values("outcome")[:1])).filter(
        ~successor, screened=ScreeningOutcome.SCREENED_IN, retracts=False
    )
    screened_known = Subquery(screening.values("change__known")[:1])
    if view == View.FULL:
        return reports.annotate(known=screened_known, unnamed=Value(False))
    return reports.annotate(
        unnamed=ExpressionWrapper(
            Q(source__protected=True) | ~Q(source__visibility=Visibility.PUBLIC), output_field=BooleanField()
        ),
        is_public=Subquery(publication.values("public")[:1]),
        known=Greatest(screened_known, Subquery(publication.values("change__known")[:1])),
        is_public_now=public_now("pk"),
    ).filter(is_public=True, is_public_now=True)


def public_now(report: str) -> Subquery:
    """Whether the public may read a report now, whatever moment is asked about. ``report``: the field of the
    outer query that names it."""
    return Subquery(Publication.objects.filter(report=OuterRef(report)).order_by("-id").values("public")[:1])


def _newest(model: type[Screening] | type[Publication], known_at: datetime) -> QuerySet[Any]:
    return model.objects.filter(report=OuterRef("pk"), change__known__lte=known_at).order_by(
        "-change__known", "-id"
    )


def _counted_successors(view: View, known_at: datetime) -> QuerySet[Report]:
    found = Report.objects.filter(
        Exists(
            Screening.objects.filter(
                report=OuterRef("pk"), outcome=ScreeningOutcome.SCREENED_IN, change__known__lte=known_at
            )
        ),
        supersedes=OuterRef("pk"),
    )
    if view == View.PUBLIC:
        found = found.filter(
            Exists(
                Publication.objects.filter(report=OuterRef("pk"), public=True, change__known__lte=known_at)
            )
        )
    return found


def reports_of(
    truce: Truce, view: View, known_at: datetime, as_of: datetime, kind: ReportKind, limit: int | None = None
) -> list[Report]:
    """The counted reports of a kind of a truce made by ``as_of``, newest first: all, or the latest ``limit``.

    One query, two for tallies. ``reported`` is when a report was made, as far as is known: the earlier of
    its publication and of when it was known. What is ours shows its times to the hour in public, and is found
    by them: asked for minute by minute, it would tell them else.
    """
    part = {
        ReportKind.ACCESS: ("access__convoy", "access__withheld_by", "access__refused_by"),
        ReportKind.TALLY: ("tally",),
        ReportKind.STATEMENT: ("statement__term",),
    }[kind]
    made: Any = F("published")
    if view == View.PUBLIC:
        made = Case(When(OURS, then=TruncHour(made + LEFT_OF_HOUR, tzinfo=UTC)), default=made)
    found = (
        counted_reports(view, known_at)
        .annotate(reported=Least(Coalesce(made, "known"), F("known")))
        .filter(kind=kind, report_truces__truce=truce, reported__lte=as_of)
        .select_related("source", "change", *part)
        .order_by("-reported", "-id")
    )
    if kind == ReportKind.TALLY:
        found = found.prefetch_related("tally__counts")
    reports: list[Report] = list(found[:limit])
    for report in reports:
        if kind == ReportKind.TALLY and view == View.PUBLIC and harm.is_ours(report):
            tally = report.tally
            tally.start, tally.until = harm.hour_before(tally.start), harm.hour_after(tally.until)
    return reports


def standings_at(truce: Truce, view: View, known_at: datetime) -> QuerySet[Standing]:
    """The standings of a truce that stood at a known moment."""
    return Standing.objects.filter(
        Q(until__isnull=True) | Q(until__gt=known_at),
        truce=truce,
        view=view,
        superseded__isnull=True,
        known__lte=known_at,
    )
