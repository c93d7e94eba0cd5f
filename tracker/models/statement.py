"""Statements, and what some of them do: offers, extensions and declarations."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from .columns import AppendOnly, ReferenceField, never_altered, one_of


class Statement(AppendOnly):
    """What a statement report is about, and the term that it touches, where it does."""

    report = models.OneToOneField("tracker.Report", on_delete=models.PROTECT, related_name="statement")
    about = models.CharField(max_length=40)
    term = models.ForeignKey("tracker.Term", null=True, blank=True, on_delete=models.PROTECT)
    details = models.JSONField(default=dict)

    class Meta:
        triggers = never_altered()

    def __str__(self) -> str:
        return f"{self.report} about {self.about}"


class ExtensionState(models.TextChoices):
    OFFERED = "offered", _("offered")
    ANNOUNCED = "announced", _("announced")
    DECLINED = "declined", _("declined")
    LAPSED = "lapsed", _("lapsed")
    WITHDRAWN = "withdrawn", _("withdrawn")


class Extension(AppendOnly):
    """A step in the life of an extension. Only one that the declarers announced moves a date.

    The steps of one offer share ``offer``: the reference of the first of them.
    """

    reference = ReferenceField(prefix="ext")
    offer = models.CharField(max_length=20, db_index=True)
    truce = models.ForeignKey("tracker.Truce", on_delete=models.PROTECT, related_name="extensions")
    report = models.ForeignKey(
        "tracker.Report",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="extensions",
    )
    change = models.ForeignKey("tracker.Change", on_delete=models.PROTECT)
    by = ArrayField(models.CharField(max_length=80))
    length = models.DurationField()
    state = models.CharField(max_length=10, choices=ExtensionState.choices)
    at = models.DateTimeField()
    expires = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            one_of("state", ExtensionState),
            models.CheckConstraint(
                condition=models.Q(length__gt=timedelta(0)),
                name="extension_length_is_positive",
            ),
        ]
        triggers = never_altered()

    def __str__(self) -> str:
        return f"{self.length} {self.state}"


class Declaration(AppendOnly):
    """A declarer's word about the truce or one of its terms."""

    reference = ReferenceField(prefix="dec")
    truce = models.ForeignKey("tracker.Truce", on_delete=models.PROTECT, related_name="declarations")
    term = models.ForeignKey("tracker.Term", null=True, blank=True, on_delete=models.PROTECT)
    report = models.ForeignKey(
        "tracker.Report",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="declarations",
    )
    change = models.ForeignKey("tracker.Change", on_delete=models.PROTECT)
    about = models.CharField(max_length=40)
    by = ArrayField(models.CharField(max_length=80))
    at = models.DateTimeField()

    class Meta:
        triggers = never_altered()

    def __str__(self) -> str:
        return f"{self.about} by {', '.join(self.by)}"
