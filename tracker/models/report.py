"""Reports: one statement by one source about one thing, as it was made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from .columns import (
    EARLIEST_DATE,
    AppendOnly,
    ReferenceField,
    Visibility,
    never_altered,
    one_of,
)

if TYPE_CHECKING:
    from .truce import Truce


class ReportKind(models.TextChoices):
    INCIDENT = "incident", _("incident")
    ACCESS = "access", _("humanitarian access")
    TALLY = "tally", _("tally")
    STATEMENT = "statement", _("statement")


class Consent(models.TextChoices):
    """For what the person behind a report agreed to its use. None recorded means restricted."""

    PUBLIC = "public", _("may be published")
    PARTNERS = "partners", _("partners only")
    ACCOUNTABILITY = "accountability", _("accountability only")


class Report(AppendOnly):
    """One statement by one source about one thing, never altered.

    A correction or retraction is a new report that ``supersedes`` it. ``published`` is when the source
    said it, ``received`` when we recorded it; from when it counts is its change's ``known``. ``body`` is
    the validated document as it came in, ``digest`` the SHA-256 of its canonical JSON.
    """

    reference = ReferenceField(prefix="rep", unique=False)
    source = models.ForeignKey(
        "tracker.Source", on_delete=models.PROTECT, related_name="reports", db_index=False
    )
    external_id = models.CharField(max_length=300)
    revision = models.PositiveIntegerField(default=1)
    kind = models.CharField(max_length=10, choices=ReportKind.choices)
    truce = models.ForeignKey("tracker.Truce", null=True, blank=True, on_delete=models.PROTECT)
    change = models.ForeignKey(
        "tracker.Change", on_delete=models.PROTECT, related_name="reports", db_index=False
    )
    supersedes = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="superseded_by",
        db_index=False,
    )
    retracts = models.BooleanField(default=False)
    published = models.DateTimeField(null=True, blank=True)
    received = models.DateTimeField()
    language = models.CharField(max_length=35, blank=True)
    url = models.URLField(max_length=2000, blank=True)
    archive = models.URLField(max_length=2000, blank=True)
    summary = models.TextField(blank=True)
    quotation = models.TextField(blank=True)
    relayed_by = ArrayField(models.CharField(max_length=200), default=list)
    visibility = models.CharField(max_length=12, choices=Visibility.choices)
    public_from = models.DateTimeField(null=True, blank=True)
    consent = models.CharField(max_length=16, choices=Consent.choices, null=True, blank=True)
    digest = models.CharField(max_length=64)
    body = models.JSONField()

    class Meta:
        constraints = [
            one_of("kind", ReportKind),
            one_of("visibility", Visibility),
            one_of("consent", Consent, null=True),
            models.UniqueConstraint(fields=["reference"], name="report_reference_is_unique"),
            models.UniqueConstraint(
                fields=["source", "external_id", "revision"],
                name="report_revision_of_a_source_is_unique",
            ),
            models.UniqueConstraint(fields=["supersedes"], name="report_is_superseded_once"),
            models.CheckConstraint(
                condition=models.Q(published__isnull=True) | models.Q(published__gte=EARLIEST_DATE),
                name="report_published_is_not_before_1900",
            ),
        ]
        indexes = [
            models.Index(fields=["change"], name="report_by_change"),
            # Serves the board: tallies, statements and what is said of convoys are few among the incidents.
            models.Index(fields=["kind"], name="report_by_other_kind", condition=~models.Q(kind="incident")),
        ]
        triggers = never_altered()

    def __str__(self) -> str:
        return self.reference


class ReportTruce(AppendOnly):
    """A truce that a report concerns: the one it names, or each whose area and time it may touch."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="report_truces", db_index=False)
    truce = models.ForeignKey("tracker.Truce", on_delete=models.PROTECT, related_name="report_truces")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["report", "truce"], name="report_concerns_a_truce_once"),
        ]
        triggers = never_altered()

    def __str__(self) -> str:
        return f"{self.report} in {self.truce}"

    @classmethod
    def only_of(cls, truces: models.QuerySet[Truce]) -> models.Q:
        """The condition on reports that they concern some of the truces, and no other."""
        concerned = cls.objects.filter(report=models.OuterRef("pk"))
        return models.Q(
            models.Exists(concerned.filter(truce__in=truces)),
            ~models.Exists(concerned.exclude(truce__in=truces)),
        )


class ScreeningOutcome(models.TextChoices):
    SCREENED_IN = "screened_in", _("screened in")
    SET_ASIDE = "set_aside", _("set aside")


class Screening(AppendOnly):
    """From this change on, a report is screened in or set aside. The newest one holds; none: received."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="screenings")
    change = models.ForeignKey("tracker.Change", on_delete=models.PROTECT)
    outcome = models.CharField(max_length=12, choices=ScreeningOutcome.choices)
    reason = models.TextField(blank=True)
    automatic = models.BooleanField(default=False)

    class Meta:
        constraints = [
            one_of("outcome", ScreeningOutcome),
            models.CheckConstraint(
                condition=models.Q(outcome=ScreeningOutcome.SCREENED_IN) | ~models.Q(reason=""),
                name="screening_that_sets_aside_gives_its_reason",
            ),
        ]
        triggers = never_altered()

    def __str__(self) -> str:
        return f"{self.report} {self.outcome}"


class Publication(AppendOnly):
    """From this change on, a report is public or is no longer. The newest one holds; none: not public."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="publications")
    change = models.ForeignKey("tracker.Change", on_delete=models.PROTECT)
    public = models.BooleanField()
    reason = models.TextField(blank=True)

    class Meta:
        triggers = never_altered()

    def __str__(self) -> str:
        return f"{self.report} {'public' if self.public else 'withheld'}"


class DuePublication(models.Model):
    """Work: a screened report that becomes public at a set moment. Removed when it has."""

    report = models.OneToOneField(Report, on_delete=models.PROTECT)
    due = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name_plural = "due publications"

    def __str__(self) -> str:
        return f"{self.report} public from {self.due}"
