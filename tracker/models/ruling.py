"""Rulings: a body's assessment of an incident against a prohibition."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from .columns import AppendOnly, ReferenceField, Visibility, never_altered, one_of


class Outcome(models.TextChoices):
    VIOLATION = "violation", _("violation")
    NO_VIOLATION = "no_violation", _("no violation")
    OUTSIDE_TRUCE = "outside_truce", _("outside the truce")
    INSUFFICIENT_EVIDENCE = "insufficient_evidence", _("insufficient evidence")
    SUSPENDED = "suspended", _("suspended")
    UNDER_INQUIRY = "under_inquiry", _("under inquiry")


class PartyAnswer(models.TextChoices):
    """Whether the accused party was heard."""

    NOT_ASKED = "not_asked", _("not asked")
    ASKED = "asked", _("asked, no answer yet")
    ANSWERED = "answered", _("answered")
    NO_ANSWER = "no_answer", _("no answer")


class Ruling(AppendOnly):
    """A body's assessment, never edited. It counts from its second review, by another person."""

    reference = ReferenceField(prefix="rul")
    incident = models.ForeignKey("tracker.Incident", on_delete=models.PROTECT, related_name="rulings")
    term = models.ForeignKey("tracker.Term", on_delete=models.PROTECT, related_name="rulings")
    change = models.ForeignKey("tracker.Change", on_delete=models.PROTECT, related_name="rulings")
    supersedes = models.OneToOneField(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="superseded_by",
    )
    body = models.CharField(max_length=80)
    outcome = models.CharField(max_length=24, choices=Outcome.choices)
    severity = models.CharField(max_length=20, blank=True)
    responsible = models.ForeignKey("tracker.Actor", null=True, blank=True, on_delete=models.PROTECT)
    reason = models.TextField()
    occurred_from = models.DateTimeField(null=True, blank=True)
    occurred_to = models.DateTimeField(null=True, blank=True)
    assessed_by = models.CharField(max_length=200)
    answer = models.CharField(max_length=12, choices=PartyAnswer.choices, default=PartyAnswer.NOT_ASKED)
    answer_text = models.TextField(blank=True)
    visibility = models.CharField(max_length=12, choices=Visibility.choices, default=Visibility.PUBLIC)
    public_from = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            one_of("outcome", Outcome),
            one_of("answer", PartyAnswer),
            one_of("visibility", Visibility),
            models.CheckConstraint(condition=~models.Q(reason=""), name="ruling_gives_its_reason"),
        ]
        triggers = never_altered()

    def __str__(self) -> str:
        return f"{self.reference} {self.outcome}"


class RulingReview(AppendOnly):
    """The second review of a ruling, by another person: from its change on the ruling counts."""

    ruling = models.OneToOneField(Ruling, on_delete=models.PROTECT, related_name="review")
    change = models.ForeignKey("tracker.Change", on_delete=models.PROTECT)
    reviewed_by = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(reviewed_by=""),
                name="ruling_review_names_its_reviewer",
            ),
        ]
        triggers = [
            *never_altered(),
            pgtrigger.Trigger(
                name="by_another_person",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                declare=[("assessor", "text")],
                func="SELECT assessed_by INTO assessor FROM tracker_ruling WHERE id = NEW.ruling_id; "
                "IF assessor = NEW.reviewed_by THEN "
                "RAISE EXCEPTION 'a ruling is reviewed by another person than the one who made it'; "
                "END IF; RETURN NEW;",
            ),
        ]

    def __str__(self) -> str:
        return f"review of {self.ruling}"


class RulingTakedown(AppendOnly):
    """From this change on, the public is told nothing of a ruling that was published in error, for good.

    What was right in it is said by a ruling that supersedes it. ``reason`` goes out nowhere.
    """

    ruling = models.OneToOneField(Ruling, on_delete=models.PROTECT, related_name="takedown")
    change = models.ForeignKey("tracker.Change", on_delete=models.PROTECT)
    reason = models.TextField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(reason=""), name="ruling_takedown_gives_its_reason"),
        ]
        triggers = never_altered()

    def __str__(self) -> str:
        return f"takedown of {self.ruling}"
