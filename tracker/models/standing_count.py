"""Kept counts of standings, so that no answer ever counts a truce's incidents one by one."""

from __future__ import annotations

import pgtrigger
from django.db import models

from .columns import View, one_of
from .truce import Reading

COUNTED = {
    "counting": "counts AND occurred_to IS NOT NULL",
    "restarts": "counts AND restarts_at IS NOT NULL",
    "outside": "reading = 'alleged' AND coverage = 'outside' AND occurred_to IS NOT NULL",
    "not_settled": "reading = 'alleged' AND coverage = 'not_settled' AND counts AND occurred_to IS NOT NULL",
}
"""What is counted, by column: the condition on a standing. Each restarts at the latest that it occurred."""

SPANS = ("hour", "day")


class StandingCount(models.Model):
    """How many standings of one term and reading, over one span of occurrence, began less ended in one day.

    ``bucket`` is the end of an hour or a day (UTC): it holds what occurred after the bucket before it and by
    its end, that end included, because the rules ask what has occurred *by* a moment. ``known_day`` is the
    day (UTC) in which standings began or ended to be known; the columns sum both, so that all days up to a
    known moment give how many stood then. ``first_known`` and ``last_known`` bound the moments summed;
    ``earliest`` bounds ``restarts_at_best`` from below. The database keeps these rows by triggers on the
    standings; they can be thrown away and made again (``tracker.services.standing_counts``).
    """

    truce = models.ForeignKey("tracker.Truce", on_delete=models.PROTECT, db_index=False)
    view = models.CharField(max_length=6, choices=View.choices)
    term = models.ForeignKey("tracker.Term", on_delete=models.PROTECT, db_index=False)
    reading = models.CharField(max_length=12, choices=Reading.choices)
    span = models.CharField(max_length=4, choices=[(span, span) for span in SPANS])
    bucket = models.DateTimeField()
    known_day = models.DateTimeField()
    first_known = models.DateTimeField()
    last_known = models.DateTimeField()
    counting = models.IntegerField()
    restarts = models.IntegerField()
    outside = models.IntegerField()
    not_settled = models.IntegerField()
    earliest = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            one_of("view", View),
            one_of("reading", Reading),
            models.UniqueConstraint(
                fields=["truce", "view", "reading", "term", "span", "bucket", "known_day"],
                name="standing_count_is_kept_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.term} {self.reading} {self.view} by {self.bucket}"


def counted(events: str) -> str:
    """The counts that ``events`` make: standings, each with its ``sign`` and the moment ``at`` of it."""
    sums = ", ".join(
        f"coalesce(sum(sign) FILTER (WHERE {condition}), 0) AS {column}"
        for column, condition in COUNTED.items()
    )
    anything = " OR ".join(f"({condition})" for condition in COUNTED.values())
    return f"""
        SELECT truce_id, view, reading, term_id, span,
            date_trunc(span, occurred_to - interval '1 microsecond', 'UTC') + ('1 ' || span)::interval
                AS bucket,
            date_trunc('day', at, 'UTC') AS known_day, min(at) AS first_known, max(at) AS last_known,
            {sums}, min(restarts_at_best) FILTER (WHERE counts) AS earliest
        FROM ({events}) AS event CROSS JOIN unnest(ARRAY['hour', 'day']) AS span
        WHERE {anything}
        GROUP BY truce_id, view, reading, term_id, span, bucket, known_day
    """


def counting_statement(events: str) -> str:
    """The statement that adds what ``events`` make to the kept counts."""
    added = ", ".join(f"{column} = kept.{column} + EXCLUDED.{column}" for column in COUNTED)
    return f"""
        INSERT INTO tracker_standingcount AS kept (
            truce_id, view, reading, term_id, span, bucket, known_day, first_known, last_known,
            {", ".join(COUNTED)}, earliest
        )
        {counted(events)}
        ORDER BY truce_id, view, reading, term_id, span, bucket, known_day
        ON CONFLICT (truce_id, view, reading, term_id, span, bucket, known_day) DO UPDATE SET
            first_known = least(kept.first_known, EXCLUDED.first_known),
            last_known = greatest(kept.last_known, EXCLUDED.last_known),
            earliest = least(kept.earliest, EXCLUDED.earliest),
            {added};
    """


def events_of(rows: str, sign: int = 1) -> str:
    """When each standing of ``rows`` (a table) begins to stand and ends to; what is superseded never did."""
    return f"""
        SELECT {sign} AS sign, known AS at, * FROM {rows} WHERE superseded IS NULL
        UNION ALL
        SELECT {-sign}, until, * FROM {rows} WHERE superseded IS NULL AND until IS NOT NULL
    """


def kept_counts() -> list[pgtrigger.Trigger]:
    """The triggers on the standings that keep their counts, in the transaction that writes them."""
    changed = f"{events_of('fresh')} UNION ALL {events_of('former', -1)}"
    return [
        pgtrigger.Trigger(
            name="counted_when_inserted",
            level=pgtrigger.Statement,
            when=pgtrigger.After,
            operation=pgtrigger.Insert,
            referencing=pgtrigger.Referencing(new="fresh"),  # type: ignore[no-untyped-call]
            func=f"{counting_statement(events_of('fresh'))} RETURN NULL;",
        ),
        pgtrigger.Trigger(
            name="counted_when_changed",
            level=pgtrigger.Statement,
            when=pgtrigger.After,
            operation=pgtrigger.Update,
            referencing=pgtrigger.Referencing(  # type: ignore[no-untyped-call]
                old="former", new="fresh"
            ),
            func=f"{counting_statement(changed)} RETURN NULL;",
        ),
    ]
