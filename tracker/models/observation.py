"""Observation windows: who was watching where, with what access."""

from __future__ import annotations

from django.db import models

from .columns import AppendOnly, Visibility, never_altered, one_of


class ObservationWindow(AppendOnly):
    """Somebody watched an area for a span. Without one, no reports means "not observed", never calm."""

    truce = models.ForeignKey("tracker.Truce", on_delete=models.PROTECT, related_name="observation_windows")
    source = models.ForeignKey("tracker.Source", on_delete=models.PROTECT)
    change = models.ForeignKey("tracker.Change", on_delete=models.PROTECT)
    area = models.CharField(max_length=20)
    start = models.DateTimeField()
    until = models.DateTimeField()
    access = models.CharField(max_length=20, default="full")
    visibility = models.CharField(max_length=12, choices=Visibility.choices, default=Visibility.RESTRICTED)
    public_from = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            one_of("visibility", Visibility),
            models.CheckConstraint(
                condition=models.Q(until__gt=models.F("start")),
                name="observation_window_ends_after_it_starts",
            ),
        ]
        triggers = never_altered()

    def __str__(self) -> str:
        return f"{self.area} watched from {self.start:%Y-%m-%d %H:%M}"
