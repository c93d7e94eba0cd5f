"""Truces, their parties and their terms: the charter as rows."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import (
    ArrayField,
    DateTimeRangeField,
    RangeBoundary,
    RangeOperators,
)
from django.db import models
from django.db.models import Func

from .columns import Basis, one_of


class TruceClass(models.TextChoices):
    CESSATION_OF_HOSTILITIES = "cessation_of_hostilities"
    PRELIMINARY = "preliminary"
    DEFINITIVE = "definitive"


class Reading(models.TextChoices):
    """The three readings, widest first."""

    ALLEGED = "alleged"
    CORROBORATED = "corroborated"
    RULED = "ruled"


class Truce(models.Model):
    """One ceasefire arrangement, and how far it has been assessed.

    The charter's columns change only by a new charter. The last group belongs to the workers: the
    service that gives positions raises ``revision`` after the commit of each change to the truce's
    facts, so that no writer ever waits for another; ``assessed_revision`` and ``assessed_until`` say
    how far the assessment has come, ``next_moment`` when time alone makes it due, and ``claimed_until``
    is the lease of the worker that is at it. ``rewind_to`` is the earliest known time given since the truce
    was last claimed; who claims it moves that to ``walk_from``, from when on it must be gone over again.
    """

    slug = models.SlugField(max_length=80, unique=True)
    title = models.JSONField(help_text="By language code.")
    zone = models.CharField(max_length=64, help_text="IANA name.")
    zone_name = models.JSONField(default=dict, help_text="What readers call the zone, by language code.")
    area = ArrayField(models.CharField(max_length=20), help_text="ISO 3166 alpha-3 codes or P-codes.")
    area_name = models.JSONField(default=dict, help_text="By language code.")
    truce_class = models.CharField(max_length=30, choices=TruceClass.choices)
    agreed = models.DateTimeField(null=True, blank=True)
    in_force_from = models.DateTimeField()
    ends = models.DateTimeField(null=True, blank=True)
    renewal_step = models.DurationField(null=True, blank=True)
    renewal_ends_truce = models.BooleanField(default=False)
    leading_body = models.CharField(max_length=80)
    headline_reading = models.CharField(max_length=12, choices=Reading.choices)
    breached_at = models.PositiveIntegerField(null=True, blank=True)
    quiet_for = models.DurationField(default=timedelta(days=7))
    observation_required = models.BooleanField(default=False)
    one_party_ends = models.BooleanField(default=False)
    replaces = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="replaced_by",
    )
    record_ends = models.DateTimeField(null=True, blank=True)
    pax_id = models.CharField(max_length=40, blank=True)
    policies = models.JSONField(default=list)
    charter_version = models.PositiveIntegerField(default=1)
    charter_digest = models.CharField(max_length=64)
    visibility = models.CharField(max_length=12, default="public")

    revision = models.BigIntegerField(default=0)
    assessed_revision = models.BigIntegerField(default=0)
    assessed_until = models.DateTimeField(null=True, blank=True)
    rewind_to = models.DateTimeField(null=True, blank=True)
    walk_from = models.DateTimeField(null=True, blank=True)
    next_moment = models.DateTimeField(null=True, blank=True)
    claimed_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            one_of("truce_class", TruceClass),
            one_of("headline_reading", Reading),
            models.CheckConstraint(
                condition=models.Q(ends__isnull=True) | models.Q(ends__gt=models.F("in_force_from")),
                name="truce_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=models.Q(renewal_step__isnull=True) | models.Q(renewal_step__gt=timedelta(0)),
                name="truce_renewal_step_is_positive",
            ),
        ]
        indexes = [
            # Serves the sweep: truces whose facts have moved on since they were assessed …
            models.Index(
                fields=["id"],
                condition=models.Q(revision__gt=models.F("assessed_revision")),
                name="truce_behind",
            ),
            # … and those that time alone has made due.
            models.Index(
                fields=["next_moment"],
                condition=models.Q(next_moment__isnull=False),
                name="truce_next_moment",
            ),
        ]

    def __str__(self) -> str:
        return self.slug


class TruceDeclarer(models.Model):
    """An actor whose word, with that of all the other declarers, moves the truce."""

    truce = models.ForeignKey(Truce, on_delete=models.CASCADE, related_name="declarers")
    actor = models.ForeignKey("tracker.Actor", on_delete=models.PROTECT)
    order = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(fields=["truce", "actor"], name="truce_declarer_is_named_once"),
        ]

    def __str__(self) -> str:
        return f"{self.actor} for {self.truce}"


class PartyRole(models.TextChoices):
    GUARANTOR = "guarantor"
    PARTY = "party"
    MEDIATOR = "mediator"
    MONITOR = "monitor"


class Coverage(models.TextChoices):
    BOUND = "bound"
    NOT_ACCEPTED = "not_accepted"
    EXCLUDED = "excluded"
    ASSUMED = "assumed"


class TstzRange(Func):
    function = "TSTZRANGE"
    output_field = DateTimeRangeField()


class Party(models.Model):
    """An actor's place in a truce between two moments, dated and sourced."""

    truce = models.ForeignKey(Truce, on_delete=models.CASCADE, related_name="parties")
    actor = models.ForeignKey("tracker.Actor", on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=12, choices=PartyRole.choices)
    coverage = models.CharField(max_length=14, choices=Coverage.choices)
    start = models.DateTimeField(null=True, blank=True)
    until = models.DateTimeField(null=True, blank=True)
    answers_to = models.ForeignKey(
        "tracker.Actor",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="answered_by",
    )
    basis = models.CharField(max_length=10, choices=Basis.choices)
    source = models.TextField(blank=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name_plural = "parties"
        ordering = ["order", "id"]
        constraints = [
            one_of("role", PartyRole),
            one_of("coverage", Coverage),
            one_of("basis", Basis),
            ExclusionConstraint(
                name="party_memberships_do_not_overlap",
                expressions=[
                    ("truce", RangeOperators.EQUAL),
                    ("actor", RangeOperators.EQUAL),
                    (
                        TstzRange("start", "until", RangeBoundary()),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.actor} in {self.truce}"


class Term(models.Model):
    """One obligation of a truce. Its kind is a file in ``tracker/compliance/terms``; so is its meaning.

    ``ref`` is its own in its truce alone; with its ``number``, in the order of loading, among all truces.
    """

    truce = models.ForeignKey(Truce, on_delete=models.CASCADE, related_name="terms")
    ref = models.SlugField(max_length=80)
    number = models.PositiveIntegerField(default=1)
    kind = models.CharField(max_length=40)
    title = models.JSONField(help_text="By language code.")
    article = models.CharField(max_length=200, blank=True)
    wording = models.JSONField(default=dict, help_text="In the tracker's own words, by language code.")
    owed_by = ArrayField(models.CharField(max_length=80), default=list)
    requires = models.JSONField(null=True, blank=True)
    parameters = models.JSONField(default=dict)
    breaches_of = ArrayField(models.CharField(max_length=80), default=list)
    version = models.PositiveIntegerField(default=1)
    basis = models.CharField(max_length=10, choices=Basis.choices)
    source = models.TextField(blank=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "id"]
        constraints = [
            one_of("basis", Basis),
            models.UniqueConstraint(fields=["truce", "ref"], name="term_ref_is_unique_in_its_truce"),
            models.UniqueConstraint(fields=["ref", "number"], name="term_ref_with_its_number_is_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.truce}/{self.ref}"

    @property
    def reference(self) -> str:
        """By which what is alleged against it is told apart from what is alleged in other truces."""
        return self.ref if self.number == 1 else f"{self.ref}.{self.number}"
