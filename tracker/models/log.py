"""The change log: what goes out, in an order that never skips and can forget."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Cast, Concat

from .columns import AppendOnly, View, never_altered, one_of


def _begins_with(column: str, *parts: str | models.Func) -> models.Func:
    """A condition: a text column begins with some texts and expressions, one after the other."""
    text = models.TextField()
    texts = [models.Value(part, text) if isinstance(part, str) else part for part in parts]
    beginning = Concat(*texts, output_field=text)
    return models.Func(column, beginning, function="starts_with", output_field=models.BooleanField())


class EntryType(models.TextChoices):
    """The types of log entries, as API clients read them."""

    REPORT_RECEIVED = "report.received"
    INCIDENT_OPENED = "incident.opened"
    INCIDENT_UPDATED = "incident.updated"
    INCIDENT_MERGED = "incident.merged"
    ALLEGATION_OPENED = "allegation.opened"
    ALLEGATION_UPDATED = "allegation.updated"
    ALLEGATION_WITHDRAWN = "allegation.withdrawn"
    FINDING_ISSUED = "finding.issued"
    FINDING_SUPERSEDED = "finding.superseded"
    TERM_CHANGED = "term.changed"
    TRUCE_CHANGED = "truce.changed"
    EXTENSION_OFFERED = "extension.offered"
    EXTENSION_ANNOUNCED = "extension.announced"
    EXTENSION_DECLINED = "extension.declined"
    EXTENSION_LAPSED = "extension.lapsed"
    EXTENSION_WITHDRAWN = "extension.withdrawn"
    ENTRY_REDACTED = "entry.redacted"


PAYLOAD_VERSION = 1
"""The version of the payloads' shapes that is written now: raised when a member is taken away, renamed or
given another meaning; never by adding one."""


class LogDraft(models.Model):
    """What a writer's transaction has to say in one view; it awaits its position and is then removed.

    What it names was stored with it or before it, in tables from which nothing is removed: the database does
    not look for each of them again, for the moment that it is there.
    """

    change = models.ForeignKey(
        "tracker.Change", on_delete=models.PROTECT, related_name="drafts", db_constraint=False
    )
    view = models.CharField(max_length=6, choices=View.choices)
    type = models.CharField(max_length=30, choices=EntryType.choices)
    truce = models.ForeignKey(
        "tracker.Truce",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        db_index=False,
        db_constraint=False,
    )
    subject = models.CharField(max_length=80)
    payload = models.TextField(null=True, blank=True, help_text="The JSON as it will be sent.")
    version = models.SmallIntegerField(default=PAYLOAD_VERSION, db_default=1)

    class Meta:
        constraints = [one_of("view", View), one_of("type", EntryType)]

    def __str__(self) -> str:
        return f"draft {self.type} {self.subject}"


class LogEntry(AppendOnly):
    """One public (or full) change, at its position: dense per view, given after commit.

    Partitioned by ``position``. ``known`` is when the position was given, also for a historical load.
    ``digest`` is SHA-256 over the payload's salt and text, so that a payload can be forgotten without
    leaving something to guess against.
    """

    pk = models.CompositePrimaryKey("view", "position")
    view = models.CharField(max_length=6, choices=View.choices)
    position = models.BigIntegerField()
    type = models.CharField(max_length=30, choices=EntryType.choices)
    truce = models.ForeignKey(
        "tracker.Truce", null=True, blank=True, on_delete=models.PROTECT, db_index=False
    )
    subject = models.CharField(max_length=80)
    change_id = models.BigIntegerField()
    known = models.DateTimeField()
    digest = models.CharField(max_length=64, null=True, blank=True)
    envelope = models.TextField(
        help_text="The JSON of the entry as it is sent, up to the version of its payload: what never changes."
    )

    class Meta:
        verbose_name_plural = "log entries"
        constraints = [
            one_of("view", View),
            one_of("type", EntryType),
            models.CheckConstraint(
                condition=_begins_with("envelope", '{"position":', Cast("position", models.TextField()), ","),
                name="log_entry_envelope_names_its_position",
            ),
        ]
        indexes = [
            # Serves «what changed in this truce» on the board and the per-truce stream.
            models.Index(fields=["truce", "view", "position"], name="log_entry_by_truce"),
            # Serves the readers of one truce, who are told of each takedown that names none.
            models.Index(
                fields=["view", "position"],
                name="log_entry_redacted_of_no_truce",
                condition=models.Q(type="entry.redacted", truce__isnull=True),
            ),
            # Serves takedowns: every entry that went out about one thing, or about what its reference begins.
            models.Index(fields=["subject"], name="log_entry_by_subject", opclasses=["varchar_pattern_ops"]),
        ]
        triggers = never_altered()

    def __str__(self) -> str:
        return f"{self.view} {self.position} {self.type} {self.subject}"


class LogPayload(models.Model):
    """The rendered JSON of a log entry, replaceable: restricting, erasing or taking down deletes it."""

    pk = models.CompositePrimaryKey("view", "position")
    view = models.CharField(max_length=6, choices=View.choices)
    position = models.BigIntegerField()
    salt = models.BinaryField(max_length=16)
    payload = models.TextField(
        help_text="The JSON as it is sent, so that a page is read and not serialised again."
    )
    version = models.SmallIntegerField(
        default=PAYLOAD_VERSION, db_default=1, help_text="Of the payload's shape."
    )

    def __str__(self) -> str:
        return f"payload {self.view} {self.position}"


class LogHead(models.Model):
    """The last position and known time given in a view; one row a view, changed under the lock.

    ``kept_after`` is the position up to which entries may have been dropped: whoever is not yet past it
    starts from a snapshot. ``purges`` counts how often payloads were deleted, so that no answer from
    before can be taken for one from after.
    """

    view = models.CharField(max_length=6, choices=View.choices, primary_key=True)
    position = models.BigIntegerField(default=0)
    known = models.DateTimeField(null=True, blank=True)
    kept_after = models.BigIntegerField(default=0, db_default=0)
    purges = models.BigIntegerField(default=0, db_default=0)

    class Meta:
        constraints = [one_of("view", View)]

    def __str__(self) -> str:
        return f"{self.view} at {self.position}"
