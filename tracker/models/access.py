"""The access ledger: convoys, and what each source says of them."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from .columns import AppendOnly, ReferenceField, never_altered

FIGURES = ("planned", "cleared", "waiting", "refused", "delivered", "attacked")


class Convoy(models.Model):
    """An aid convoy, or another delivery that a term asks for. Its numbers are claims, not columns."""

    reference = ReferenceField(prefix="con")
    truce = models.ForeignKey("tracker.Truce", on_delete=models.PROTECT, related_name="convoys")
    term = models.ForeignKey("tracker.Term", null=True, blank=True, on_delete=models.PROTECT)
    slug = models.SlugField(max_length=80)
    name = models.JSONField(help_text="By language code.")
    goods = models.JSONField(default=dict, help_text="By language code.")
    unit = models.CharField(max_length=40, default="trucks")
    planned = models.PositiveIntegerField(null=True, blank=True)
    place_name = models.CharField(max_length=300, blank=True, help_text="Where it is to go.")
    change = models.ForeignKey("tracker.Change", on_delete=models.PROTECT)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["truce", "slug"], name="convoy_slug_is_unique_in_its_truce"),
        ]

    def __str__(self) -> str:
        return self.slug


class AccessReport(AppendOnly):
    """What one report says of a convoy: numbers, where it is, who is said to withhold or to have refused.

    NULL is "no figure", which is not 0.
    """

    report = models.OneToOneField("tracker.Report", on_delete=models.PROTECT, related_name="access")
    convoy = models.ForeignKey(Convoy, on_delete=models.PROTECT, related_name="access_reports")
    occurred_from = models.DateTimeField(null=True, blank=True)
    occurred_to = models.DateTimeField(null=True, blank=True)
    planned = models.PositiveIntegerField(_("planned"), null=True, blank=True)
    cleared = models.PositiveIntegerField(_("cleared to go"), null=True, blank=True)
    waiting = models.PositiveIntegerField(_("waiting"), null=True, blank=True)
    refused = models.PositiveIntegerField(_("refused passage"), null=True, blank=True)
    delivered = models.PositiveIntegerField(_("delivered"), null=True, blank=True)
    attacked = models.PositiveIntegerField(_("attacked"), null=True, blank=True)
    place_name = models.CharField(max_length=300, blank=True)
    withheld_by = models.ForeignKey(
        "tracker.Actor",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="said_to_withhold",
    )
    refused_by = models.ForeignKey(
        "tracker.Actor",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="said_to_refuse",
    )
    credibility = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(credibility__isnull=True) | models.Q(credibility__range=(1, 6)),
                name="access_report_credibility_is_1_to_6",
            ),
        ]
        triggers = never_altered()

    def __str__(self) -> str:
        return f"{self.report} of {self.convoy}"
