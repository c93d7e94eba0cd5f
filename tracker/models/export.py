"""Exports: a file of what its requester may see as known at one moment, built in the background."""

from __future__ import annotations

from django.db import models

from .columns import ReferenceField, View, one_of


class ExportSubject(models.TextChoices):
    """What an export is of."""

    VIOLATIONS = "violations"
    FEED = "feed"


class ExportFormat(models.TextChoices):
    NDJSON = "ndjson"
    CSV = "csv"
    GEOJSON = "geojson"
    PARQUET = "parquet"


class ExportState(models.TextChoices):
    """How far an export has come. Only a finished one has a file."""

    WAITING = "waiting"
    BUILDING = "building"
    FINISHED = "finished"
    FAILED = "failed"
    INVALIDATED = "invalidated"
    EXPIRED = "expired"


class Export(models.Model):
    """One request for a file, and how far it has been answered.

    What it holds is fixed when it is asked for: ``view``, ``filters`` (names and values as in the address
    of the list) and ``known``, the moment whose knowledge it gives; ``position`` is where the change log
    stood then. It is for its requester alone: the key, or the person.

    The last group belongs to the workers: ``claimed_until`` is the lease of the one that builds it, and
    ``done`` how many rows it has written.
    """

    reference = ReferenceField(prefix="exp")
    key = models.ForeignKey("tracker.ApiKey", null=True, blank=True, on_delete=models.CASCADE)
    person = models.ForeignKey("tracker.Person", null=True, blank=True, on_delete=models.CASCADE)
    subject = models.CharField(max_length=12, choices=ExportSubject.choices)
    format = models.CharField(max_length=8, choices=ExportFormat.choices)
    view = models.CharField(max_length=6, choices=View.choices)
    filters = models.JSONField(default=dict)
    address = models.CharField(max_length=200, help_text="The service's own, for the links in the file.")
    known = models.DateTimeField()
    position = models.BigIntegerField()
    created = models.DateTimeField()
    expires = models.DateTimeField()

    state = models.CharField(max_length=12, choices=ExportState.choices, default=ExportState.WAITING)
    claimed_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    done = models.BigIntegerField(default=0)
    rows = models.BigIntegerField(null=True, blank=True)
    size = models.BigIntegerField(null=True, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    finished = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            one_of("subject", ExportSubject),
            one_of("format", ExportFormat),
            one_of("view", View),
            one_of("state", ExportState),
            models.CheckConstraint(
                condition=models.Q(key__isnull=False, person__isnull=True)
                | models.Q(key__isnull=True, person__isnull=False),
                name="export_has_one_requester",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=ExportState.FINISHED)
                | models.Q(rows__isnull=False, size__isnull=False, finished__isnull=False)
                & ~models.Q(sha256=""),
                name="export_finished_says_what_it_holds",
            ),
        ]
        indexes = [
            # Serves the sweep: what waits to be built, or was left by a worker that died.
            models.Index(
                fields=["id"],
                condition=models.Q(state__in=[ExportState.WAITING, ExportState.BUILDING]),
                name="export_to_build",
            ),
            # Serves the clearing of files whose time is over.
            models.Index(
                fields=["expires"],
                condition=models.Q(state=ExportState.FINISHED),
                name="export_to_expire",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.subject} as {self.format}"
