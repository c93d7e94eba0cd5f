"""Claims: what a report asserts of an incident."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from .columns import EARLIEST_DATE, AppendOnly, never_altered, one_of


class Stance(models.TextChoices):
    ASSERTS = "asserts", _("asserts")
    ADMITS = "admits", _("admits")
    CLAIMS_CREDIT = "claims_credit", _("claims credit")
    CORROBORATES = "corroborates", _("corroborates")
    DENIES = "denies", _("denies")
    CANNOT_SAY = "cannot_say", _("cannot say")


class Intent(models.TextChoices):
    ASSERTED = "asserted", _("said to be intended")
    DENIED = "denied", _("intent denied")
    NOT_STATED = "not_stated", _("not stated")


class Precision(models.TextChoices):
    """How exactly a time is given. UCDP's ``date_prec`` 1–5 are day, days, week, month, year."""

    EXACT = "exact", _("exact")
    HOUR = "hour", _("hour")
    DAY = "day", _("day")
    DAYS = "days", _("a few days")
    WEEK = "week", _("week")
    MONTH = "month", _("month")
    YEAR = "year", _("year")
    UNKNOWN = "unknown", _("not known")


class Claim(AppendOnly):
    """What one report asserts: when, where, what, by whom, against whom, and how it stands to that."""

    report = models.OneToOneField("tracker.Report", on_delete=models.PROTECT, related_name="claim")
    occurred_from = models.DateTimeField(null=True, blank=True)
    occurred_to = models.DateTimeField(null=True, blank=True)
    occurred_precision = models.CharField(max_length=8, choices=Precision.choices)
    place_name = models.CharField(max_length=300, blank=True)
    place_country = models.CharField(max_length=3, blank=True)
    place_pcode = models.CharField(max_length=40, blank=True)
    place_lat = models.FloatField(null=True, blank=True)
    place_lon = models.FloatField(null=True, blank=True)
    place_precision = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="UCDP where_prec 1–7."
    )
    place_within = ArrayField(
        models.CharField(max_length=20),
        default=list,
        help_text="Codes of the areas that surely hold it.",
    )
    place_straddles = ArrayField(
        models.CharField(max_length=20),
        default=list,
        help_text="Codes of the areas that it may lie in or not.",
    )
    act = models.CharField(max_length=40, blank=True)
    weapon = models.CharField(max_length=40, blank=True)
    harmed = models.CharField(max_length=20, blank=True)
    by = models.ForeignKey(
        "tracker.Actor",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="claims_by",
    )
    against = models.ForeignKey(
        "tracker.Actor",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="claims_against",
    )
    stance_event = models.CharField(max_length=14, choices=Stance.choices, blank=True)
    stance_actor = models.CharField(max_length=14, choices=Stance.choices, blank=True)
    intent = models.CharField(max_length=12, choices=Intent.choices, default=Intent.NOT_STATED)
    accepts_breach = models.BooleanField(default=False)
    justification = models.TextField(blank=True)
    counting_unit = models.CharField(max_length=40, blank=True)
    means_of_observation = models.CharField(max_length=10, blank=True)
    credibility = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Admiralty 1–6; 6 cannot be judged."
    )
    quotes = ArrayField(models.CharField(max_length=200), default=list)
    original = models.CharField(
        max_length=300,
        blank=True,
        help_text="The footage, wire or text that it rests on.",
    )

    class Meta:
        constraints = [
            one_of("occurred_precision", Precision),
            one_of("intent", Intent),
            models.CheckConstraint(
                condition=models.Q(stance_event__in=["", *Stance.values])
                & models.Q(stance_actor__in=["", *Stance.values]),
                name="claim_stances_are_known_codes",
            ),
            models.CheckConstraint(
                condition=models.Q(occurred_from__isnull=True, occurred_to__isnull=True)
                | models.Q(
                    occurred_to__gte=models.F("occurred_from"),
                    occurred_from__gte=EARLIEST_DATE,
                ),
                name="claim_occurred_is_an_interval",
            ),
            models.CheckConstraint(
                condition=models.Q(place_lat__isnull=True, place_lon__isnull=True)
                | models.Q(place_lat__range=(-90, 90), place_lon__range=(-180, 180)),
                name="claim_place_is_on_earth",
            ),
            models.CheckConstraint(
                condition=models.Q(place_precision__isnull=True) | models.Q(place_precision__range=(1, 7)),
                name="claim_place_precision_is_1_to_7",
            ),
            models.CheckConstraint(
                condition=models.Q(credibility__isnull=True) | models.Q(credibility__range=(1, 6)),
                name="claim_credibility_is_1_to_6",
            ),
        ]
        triggers = never_altered()

    def __str__(self) -> str:
        return f"claim of {self.report}"


class Casualty(AppendOnly):
    """A figure of a claim: a group, an effect, and a range whose ends may be open."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="casualties", db_index=False)
    group = models.CharField(max_length=40)
    effect = models.CharField(max_length=20)
    minimum = models.PositiveIntegerField(null=True, blank=True)
    maximum = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "casualties"
        constraints = [
            models.UniqueConstraint(fields=["claim", "group", "effect"], name="casualty_is_given_once"),
            models.CheckConstraint(
                condition=models.Q(minimum__isnull=True)
                | models.Q(maximum__isnull=True)
                | models.Q(maximum__gte=models.F("minimum")),
                name="casualty_minimum_is_not_above_maximum",
            ),
        ]
        triggers = never_altered()

    def __str__(self) -> str:
        return f"{self.group} {self.effect} {self.minimum}–{self.maximum}"
