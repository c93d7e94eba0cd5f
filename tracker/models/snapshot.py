"""Snapshots of the public change log: where a new client starts."""

from __future__ import annotations

from django.db import models

from .columns import ReferenceField, one_of


class SnapshotState(models.TextChoices):
    BUILDING = "building"
    PUBLISHED = "published"
    PURGED = "purged"
    REPLACED = "replaced"


class Snapshot(models.Model):
    """A file of the latest public entry of each subject that has a payload, as of one position.

    Who holds it and follows the log after ``position`` has what the whole log gives. ``known`` is the last
    known time at that position. One is built at a time; ``claimed_until`` is the lease of its worker. A
    takedown purges every one that is there (``purged``), a newer one replaces the older (``replaced``).
    ``purges`` is how often payloads had been deleted from the log when it was begun: where that has grown,
    it may hold what was taken down.
    """

    reference = ReferenceField(prefix="snp")
    position = models.BigIntegerField()
    known = models.DateTimeField(null=True, blank=True)
    purges = models.BigIntegerField(default=0)
    made = models.DateTimeField()
    state = models.CharField(max_length=10, choices=SnapshotState.choices, default=SnapshotState.BUILDING)
    claimed_until = models.DateTimeField(null=True, blank=True)
    entries = models.BigIntegerField(null=True, blank=True)
    size = models.BigIntegerField(null=True, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            one_of("state", SnapshotState),
            models.UniqueConstraint(
                fields=["state"],
                condition=models.Q(state=SnapshotState.BUILDING),
                name="snapshot_is_built_one_at_a_time",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=SnapshotState.PUBLISHED)
                | models.Q(entries__isnull=False, size__isnull=False) & ~models.Q(sha256=""),
                name="snapshot_published_says_what_it_holds",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} at {self.position}"
