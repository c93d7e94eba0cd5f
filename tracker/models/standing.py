"""Standings: how an incident counts against a prohibition, in a reading and a view, as known over time."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from .columns import AppendOnly, View, never_altered, one_of
from .truce import Reading


class Standing(AppendOnly):
    """One standing: incident × term × reading × view over a half-open known range.

    ``until`` is filled once, when a newer standing takes its place. ``superseded`` is set once, where a
    fact that was loaded later with an earlier known time makes the row wrong; the row that stands
    instead names it in ``supersedes``.
    """

    written_once = ("until", "superseded")

    incident = models.ForeignKey("tracker.Incident", on_delete=models.PROTECT, related_name="standings")
    truce = models.ForeignKey("tracker.Truce", on_delete=models.PROTECT)
    term = models.ForeignKey("tracker.Term", on_delete=models.PROTECT)
    reading = models.CharField(max_length=12, choices=Reading.choices)
    view = models.CharField(max_length=6, choices=View.choices)
    known = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    superseded = models.DateTimeField(null=True, blank=True)
    supersedes = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT)

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
                fields=["truce", "view", "reading", "term", "restarts_at"],
                include=["restarts_at_best", "occurred_to", "known", "until", "incident"],
                condition=models.Q(counts=True, superseded__isnull=True, restarts_at__isnull=False),
                name="standing_by_restart",
            ),
            # … and those at the earliest that each may have happened.
            models.Index(
                fields=["truce", "view", "reading", "term", "restarts_at_best"],
                include=["restarts_at", "occurred_to", "known", "until", "incident"],
                condition=models.Q(counts=True, superseded__isnull=True, restarts_at__isnull=False),
                name="standing_by_restart_at_best",
            ),
            # Serves counts and the latest ones by occurrence.
            models.Index(
                fields=["truce", "view", "reading", "term", "occurred_to"],
                include=["known", "until"],
                condition=models.Q(counts=True, superseded__isnull=True),
                name="standing_by_occurrence",
            ),
            # Serves the latest incidents of the board, whether they count or not.
            models.Index(
                fields=["truce", "view", "occurred_to"],
                include=["known", "until", "incident", "counts"],
                condition=models.Q(reading="alleged", superseded__isnull=True),
                name="standing_latest",
            ),
            # Serves the unplaced ones, which are few.
            models.Index(
                fields=["truce", "view", "reading", "term", "occurred_to"],
                condition=models.Q(counts=True, unplaced=True, superseded__isnull=True),
                name="standing_unplaced",
            ),
            # Serves the counts of those outside the truce and those not settled.
            models.Index(
                fields=["truce", "view", "term", "coverage"],
                include=["occurred_to", "known", "until"],
                condition=models.Q(reading="alleged", superseded__isnull=True)
                & ~models.Q(coverage="covered"),
                name="standing_not_counted",
            ),
            # Serves «what of this was known from when on»: changes after a known moment.
            models.Index(
                fields=["truce", "view", "known"],
                condition=models.Q(superseded__isnull=True),
                name="standing_by_known",
            ),
        ]
        triggers = never_altered("until", "superseded")

    def __str__(self) -> str:
        return f"{self.incident} {self.term} {self.reading} {self.view}"
