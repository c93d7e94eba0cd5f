"""Standings: how an incident counts against a prohibition, in a reading and a view, as known over time."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from .columns import AppendOnly, View, never_altered, one_of
from .standing_count import kept_counts
from .truce import Reading

STANDS = models.Q(superseded__isnull=True)
COUNTS = models.Q(counts=True) & STANDS
RESTARTS = COUNTS & models.Q(restarts_at__isnull=False)
BY_TERM = ("truce", "view", "reading", "term")
BREACHES = COUNTS & (models.Q(ruled="violation") | models.Q(accepted=True))


class Standing(AppendOnly):
    """One standing: incident × term × reading × view over a half-open known range.

    ``until`` is filled once, when a newer standing takes its place. ``superseded`` is set once, where a
    fact that was loaded later with an earlier known time makes the row wrong; the row that stands
    instead names it in ``supersedes``. ``reference`` is the incident's: what ties in time are told apart by.
    """

    written_once = ("until", "superseded")

    incident = models.ForeignKey("tracker.Incident", on_delete=models.PROTECT, related_name="standings")
    reference = models.CharField(max_length=20, db_collation="C")
    truce = models.ForeignKey("tracker.Truce", on_delete=models.PROTECT, db_index=False)
    term = models.ForeignKey("tracker.Term", on_delete=models.PROTECT, db_index=False)
    reading = models.CharField(max_length=12, choices=Reading.choices)
    view = models.CharField(max_length=6, choices=View.choices)
    known = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    superseded = models.DateTimeField(null=True, blank=True)
    supersedes = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, db_index=False)

    counts = models.BooleanField()
    coverage = models.CharField(max_length=12)
    occurred_from = models.DateTimeField(null=True, blank=True)
    occurred_to = models.DateTimeField(null=True, blank=True)
    restarts_at = models.DateTimeField(null=True, blank=True)
    restarts_at_best = models.DateTimeField(null=True, blank=True)
    unplaced = models.BooleanField(default=False)
    grade = models.CharField(max_length=12)
    severity = models.CharField(max_length=20, blank=True)
    ruled = models.CharField(max_length=24, blank=True)
    accepted = models.BooleanField(default=False)
    alleged = ArrayField(models.CharField(max_length=80), default=list)
    why = models.JSONField(help_text="The message code and values of why it counts or not.")
    evidence = models.JSONField(help_text="References of the smallest set that decides it.")
    details = models.JSONField(help_text="The part that is read and not searched: compliance's Details.")

    class Meta:
        constraints = [
            one_of("view", View),
            one_of("reading", Reading),
            models.CheckConstraint(
                condition=models.Q(until__isnull=True) | models.Q(until__gt=models.F("known")),
                name="standing_known_range_is_not_empty",
            ),
            models.UniqueConstraint(
                fields=["incident", "term", "reading", "view", "known"],
                condition=models.Q(superseded__isnull=True),
                name="standing_is_one_at_a_time",
            ),
        ]
        indexes = [
            # Serves the clock's jumps: the latest restart between two moments, as known at one.
            models.Index(
                fields=[*BY_TERM, "-restarts_at", "reference"],
                include=["restarts_at_best", "known", "until", "id"],
                condition=RESTARTS,
                name="standing_by_restart",
            ),
            # … and those at the earliest that each may have happened.
            models.Index(
                fields=[*BY_TERM, "-restarts_at_best", "reference"],
                include=["restarts_at", "known", "until", "id"],
                condition=RESTARTS,
                name="standing_by_restart_at_best",
            ),
            # Serves the latest ones by occurrence, and what is counted in a broken hour.
            models.Index(
                fields=[*BY_TERM, "-occurred_to", "reference"],
                include=["known", "until", "id", "coverage", "restarts_at"],
                condition=COUNTS,
                name="standing_by_occurrence",
            ),
            # Serves the latest of those that were ruled or accepted a violation, which are few.
            models.Index(
                fields=[*BY_TERM, "-occurred_to", "reference"],
                include=["known", "until", "id"],
                condition=BREACHES,
                name="standing_of_breaches",
            ),
            # Serves the unplaced ones, which are few.
            models.Index(
                fields=[*BY_TERM, "-occurred_to", "reference"],
                include=["occurred_from", "known", "until", "id"],
                condition=COUNTS & models.Q(unplaced=True),
                name="standing_unplaced",
            ),
            # Serves the pages of the violation feed: what counts now in a reading, newest incident first.
            models.Index(
                fields=["truce", "view", "reading", "incident", "term"],
                condition=COUNTS & models.Q(until__isnull=True),
                name="standing_counting_now",
            ),
            # Serves the latest incidents of the board, whether they count or not, and what is outside the
            # truce in a broken hour.
            models.Index(
                fields=["truce", "view", "occurred_to"],
                include=["known", "until", "incident", "counts", "term", "coverage"],
                condition=models.Q(reading="alleged") & STANDS,
                name="standing_latest",
            ),
            # Serve «what of this began or ended to be known within a day».
            models.Index(fields=["truce", "view", "known"], condition=STANDS, name="standing_by_known"),
            models.Index(
                fields=["truce", "view", "until"],
                condition=STANDS & models.Q(until__isnull=False),
                name="standing_by_until",
            ),
        ]
        triggers = [*never_altered("until", "superseded"), *kept_counts()]

    def __str__(self) -> str:
        return f"{self.incident} {self.term} {self.reading} {self.view}"
