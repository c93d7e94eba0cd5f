"""Transitions: what the board came to say, and when it came to say it."""

from __future__ import annotations

from django.db import models

from .columns import AppendOnly, ReferenceField, View, never_altered, one_of


class Transition(AppendOnly):
    """A change of ``state`` or ``since`` of a term in a reading, or of the truce itself.

    ``term`` is NULL for the truce; ``reading`` is then ``standing`` or ``compliance``. ``known`` is the
    moment on the diagonal (as of = known at) at which the board first said so. ``superseded`` is set
    once, where a historical fact loaded later makes the row wrong.
    """

    written_once = ("superseded",)

    reference = ReferenceField(prefix="trn", unique=False)
    truce = models.ForeignKey("tracker.Truce", on_delete=models.PROTECT, related_name="transitions")
    term = models.ForeignKey("tracker.Term", null=True, blank=True, on_delete=models.PROTECT)
    reading = models.CharField(max_length=12)
    view = models.CharField(max_length=6, choices=View.choices)
    state = models.CharField(max_length=30)
    since = models.DateTimeField(null=True, blank=True)
    known = models.DateTimeField()
    message = models.CharField(max_length=80)
    values = models.JSONField(default=dict)
    evidence = models.JSONField(default=list)
    change = models.ForeignKey("tracker.Change", on_delete=models.PROTECT)
    superseded = models.DateTimeField(null=True, blank=True)
    supersedes = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT)

    class Meta:
        constraints = [
            one_of("view", View),
            models.UniqueConstraint(fields=["reference"], name="transition_reference_is_unique"),
            models.UniqueConstraint(
                fields=["truce", "term", "reading", "view", "known"],
                condition=models.Q(superseded__isnull=True),
                nulls_distinct=False,
                name="transition_is_one_at_a_moment",
            ),
        ]
        indexes = [
            # Serves the history of a truce in a view, in the order in which it was said.
            models.Index(
                fields=["truce", "view", "known", "id"],
                condition=models.Q(superseded__isnull=True),
                name="transition_in_order",
            ),
        ]
        triggers = never_altered("superseded")

    def __str__(self) -> str:
        return f"{self.truce} {self.term_id} {self.reading} {self.state}"
