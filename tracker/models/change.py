"""The change: what one committed transaction did, and from when it was known."""

from __future__ import annotations

from django.db import models

from .columns import AppendOnly, never_altered


class Change(AppendOnly):
    """One writing transaction. Every fact, audit entry and log draft names the change that made it.

    ``known`` is from when the change counts. It is given after commit by the holder of the positions'
    lock (``tracker.services.positions``): the later of the clock and the last one given, or, in a load
    marked historical, ``known_given``. A change without it has been committed and not yet placed: no
    answer reads it.

    ``reassesses`` says that the truces which its drafts name must be looked at again; what a worker
    derives (transitions, standings) does not.
    """

    written_once = ("known",)

    made = models.DateTimeField()
    person = models.ForeignKey("tracker.Person", null=True, blank=True, on_delete=models.PROTECT)
    key = models.ForeignKey("tracker.ApiKey", null=True, blank=True, on_delete=models.PROTECT)
    worker = models.CharField(max_length=60, blank=True)
    request_id = models.CharField(max_length=64, blank=True)
    reassesses = models.BooleanField(default=True)
    historical = models.BooleanField(default=False)
    known_given = models.DateTimeField(null=True, blank=True)
    known_basis = models.CharField(max_length=120, blank=True)
    known = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(historical=True, known_given__isnull=False)
                | models.Q(historical=False, known_given__isnull=True),
                name="change_known_is_given_only_in_a_historical_load",
            ),
        ]
        indexes = [
            # Serves the placing of positions: the changes that nobody has placed yet, oldest first.
            models.Index(fields=["id"], condition=models.Q(known__isnull=True), name="change_unplaced"),
            # Serves the walk of a history: what became known after a moment.
            models.Index(fields=["known"], name="change_by_known"),
        ]
        triggers = never_altered("known")

    def __str__(self) -> str:
        return f"change {self.pk}"


class ChangeTruce(AppendOnly):
    """A truce that a change must have assessed again."""

    change = models.ForeignKey(Change, on_delete=models.PROTECT, related_name="truces", db_index=False)
    truce = models.ForeignKey("tracker.Truce", on_delete=models.PROTECT)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["change", "truce"], name="change_names_a_truce_once"),
        ]
        triggers = never_altered()

    def __str__(self) -> str:
        return f"{self.change} in {self.truce}"


class DueIncident(models.Model):
    """Work: an incident that a change touched, to be weighed again for a truce. Removed when weighed.

    As with a ``LogDraft`` the database does not look for what it names, from which nothing is removed.
    """

    change = models.ForeignKey(Change, on_delete=models.PROTECT, db_index=False, db_constraint=False)
    truce = models.ForeignKey("tracker.Truce", on_delete=models.PROTECT, db_index=False, db_constraint=False)
    incident = models.ForeignKey(
        "tracker.Incident", on_delete=models.PROTECT, db_index=False, db_constraint=False
    )

    class Meta:
        indexes = [
            models.Index(fields=["truce", "change"], name="due_incident_by_truce"),
            # Of each violation that is listed it is asked whether its incident waits.
            models.Index(fields=["incident"], name="due_incident_by_incident"),
        ]

    def __str__(self) -> str:
        return f"{self.incident} due in {self.truce}"
