"""The audit: who did what, from what to what, chained."""

from __future__ import annotations

from django.db import models

from .columns import AppendOnly, never_altered

REPORT_TAKEN_DOWN = "report.taken_down"
RULING_TAKEN_DOWN = "ruling.taken_down"
TAKEN_DOWN = (REPORT_TAKEN_DOWN, RULING_TAKEN_DOWN)
"""The verbs of takedowns."""


class AuditEntry(AppendOnly):
    """One thing that a writer did, in the transaction that did it. Partitioned by ``id``.

    ``actor`` is the name as text at that time; ``before`` and ``after`` hold codes, figures and
    references, and of personal text only a digest.
    """

    id = models.BigAutoField(primary_key=True)
    change = models.ForeignKey(
        "tracker.Change", on_delete=models.PROTECT, related_name="audit_entries", db_index=False
    )
    verb = models.CharField(max_length=60)
    subject = models.CharField(max_length=80)
    actor = models.CharField(max_length=200)
    before = models.JSONField(null=True, blank=True)
    after = models.JSONField(null=True, blank=True)
    recorded = models.DateTimeField()

    class Meta:
        verbose_name_plural = "audit entries"
        indexes = [
            models.Index(fields=["subject"], name="audit_entry_by_subject"),
            models.Index(fields=["change"], name="audit_entry_by_change"),
            # Serves the desk's list of the latest takedowns: few among millions.
            models.Index(
                fields=["id"], condition=models.Q(verb__in=TAKEN_DOWN), name="audit_entry_of_takedown"
            ),
        ]
        triggers = never_altered()

    def __str__(self) -> str:
        return f"{self.verb} {self.subject}"


class AuditLink(AppendOnly):
    """The place of an audit entry in the hash chain, appended after commit by the positions' holder.

    ``digest`` is SHA-256 over the link before it, the position and the entry's canonical JSON.
    """

    position = models.BigIntegerField(primary_key=True)
    entry_id = models.BigIntegerField(unique=True)
    digest = models.CharField(max_length=64)

    class Meta:
        triggers = never_altered()

    def __str__(self) -> str:
        return f"audit link {self.position}"
