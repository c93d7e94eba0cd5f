"""Tallies: a source's own count over a span, never merged with anything."""

from __future__ import annotations

from django.db import models

from .columns import AppendOnly, never_altered


class Tally(AppendOnly):
    """What one mechanism counted over a span. It opens no incident and restarts nothing."""

    report = models.OneToOneField("tracker.Report", on_delete=models.PROTECT, related_name="tally")
    start = models.DateTimeField()
    until = models.DateTimeField()

    class Meta:
        verbose_name_plural = "tallies"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(until__gt=models.F("start")),
                name="tally_ends_after_it_starts",
            ),
        ]
        triggers = never_altered()

    def __str__(self) -> str:
        return f"tally of {self.report}"


class TallyCount(AppendOnly):
    """One figure of a tally. ``spans`` is false where the source does not say over what span it is."""

    tally = models.ForeignKey(Tally, on_delete=models.PROTECT, related_name="counts")
    what = models.CharField(max_length=60)
    number = models.PositiveIntegerField()
    spans = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tally", "what"], name="tally_counts_a_thing_once"),
        ]
        triggers = never_altered()

    def __str__(self) -> str:
        return f"{self.number} {self.what}"
