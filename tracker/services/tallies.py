"""Tallies: the rows of a source's own counts."""

from __future__ import annotations

from tracker.intake.report_document import Tally as TallyDocument
from tracker.models import Report, Tally, TallyCount


def store(report: Report, tally: TallyDocument) -> Tally:
    """Store a source's own count over a span, inside the writer's transaction. It opens no incident."""
    row = Tally.objects.create(report=report, start=tally.from_, until=tally.to)
    TallyCount.objects.bulk_create(
        TallyCount(tally=row, what=count.what, number=count.n, spans=count.spans) for count in tally.counts
    )
    return row
