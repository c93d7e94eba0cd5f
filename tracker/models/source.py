"""Sources: who says it."""

from __future__ import annotations

from django.db import models

from .columns import Visibility, one_of


class SourceKind(models.TextChoices):
    PARTY = "party"
    STATE_MEDIA = "state_media"
    MONITOR = "monitor"
    UN = "un"
    PRESS = "press"
    SOCIAL = "social"
    OWN_FIELD_STAFF = "own_field_staff"


class Reliability(models.TextChoices):
    """Admiralty A–F. F means that it cannot be judged: never sorted or averaged."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"
    E = "E"
    F = "F"


class Source(models.Model):
    """Who says it: its kind, the actor that it is affiliated to, and those that it officially speaks for.

    ``trusted`` sources are screened in on receipt. A ``protected`` source is shown to nobody who is not
    cleared for it.
    """

    slug = models.SlugField(max_length=80, unique=True)
    kind = models.CharField(max_length=20, choices=SourceKind.choices)
    name = models.JSONField(help_text="The name by language code.")
    affiliation = models.ForeignKey(
        "tracker.Actor",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="affiliated_sources",
    )
    speaks_for = models.ManyToManyField("tracker.Actor", blank=True, related_name="voices")
    reliability = models.CharField(max_length=1, choices=Reliability.choices, null=True, blank=True)
    protected = models.BooleanField(default=False)
    trusted = models.BooleanField(default=False)
    visibility = models.CharField(max_length=12, choices=Visibility.choices, default=Visibility.PUBLIC)
    public_from = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            one_of("kind", SourceKind),
            one_of("reliability", Reliability, null=True),
            one_of("visibility", Visibility),
            models.CheckConstraint(
                condition=models.Q(protected=False) | ~models.Q(visibility=Visibility.PUBLIC),
                name="source_protected_is_not_public",
            ),
        ]

    def __str__(self) -> str:
        return self.slug
