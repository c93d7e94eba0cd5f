"""Incidents: what several reports are about."""

from __future__ import annotations

from django.db import models

from .columns import AppendOnly, ReferenceField, never_altered


class Incident(AppendOnly):
    """What one or more reports are about. Its reference keeps resolving after a merge.

    All that is known of it is in its reports; which reports those are is in ``IncidentLink``.
    """

    reference = ReferenceField(prefix="inc", unique=False)
    change = models.ForeignKey("tracker.Change", on_delete=models.PROTECT)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["reference"], name="incident_reference_is_unique")]
        triggers = never_altered()

    def __str__(self) -> str:
        return self.reference


class IncidentLink(AppendOnly):
    """From this change on, a report is about this incident. The newest link of a report holds."""

    report = models.ForeignKey("tracker.Report", on_delete=models.PROTECT, related_name="incident_links")
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="links")
    change = models.ForeignKey("tracker.Change", on_delete=models.PROTECT)
    reason = models.TextField(blank=True)

    class Meta:
        triggers = never_altered()

    def __str__(self) -> str:
        return f"{self.report} is about {self.incident}"


class IncidentMerge(AppendOnly):
    """From this change on, an incident's reference resolves to another one."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="merged_into")
    into = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="merged_from")
    change = models.ForeignKey("tracker.Change", on_delete=models.PROTECT)
    reason = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["incident"], name="incident_is_merged_once"),
            models.CheckConstraint(
                condition=~models.Q(incident=models.F("into")),
                name="incident_is_not_merged_into_itself",
            ),
        ]
        triggers = never_altered()

    def __str__(self) -> str:
        return f"{self.incident} is now {self.into}"
