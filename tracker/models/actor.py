"""Actors: who a truce binds, who reports, who is reported on."""

from __future__ import annotations

from django.db import models

from .columns import one_of


class ActorKind(models.TextChoices):
    STATE = "state"
    ARMED_FORCE = "armed_force"
    COALITION = "coalition"
    ARMED_GROUP = "armed_group"
    UN_BODY = "un_body"
    ORGANISATION = "organisation"
    CIVILIANS = "civilians"


class Actor(models.Model):
    """A state, armed force, coalition, armed group, UN body, organisation, or civilians."""

    slug = models.SlugField(max_length=80, unique=True)
    kind = models.CharField(max_length=20, choices=ActorKind.choices)
    name = models.JSONField(help_text="The name by language code.")

    class Meta:
        constraints = [one_of("kind", ActorKind)]

    def __str__(self) -> str:
        return self.slug


class ActorAlias(models.Model):
    """A name that an actor bore between two moments (half-open; either end may be unknown)."""

    actor = models.ForeignKey(Actor, on_delete=models.CASCADE, related_name="aliases")
    name = models.JSONField(help_text="The name by language code.")
    start = models.DateTimeField(null=True, blank=True)
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "actor aliases"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(until__gt=models.F("start"))
                | models.Q(start__isnull=True)
                | models.Q(until__isnull=True),
                name="actor_alias_ends_after_it_starts",
            )
        ]

    def __str__(self) -> str:
        return f"{self.actor} as {self.name}"


class ActorParent(models.Model):
    """Whom an actor belonged to between two moments (half-open; either end may be unknown)."""

    actor = models.ForeignKey(Actor, on_delete=models.CASCADE, related_name="parents")
    parent = models.ForeignKey(Actor, on_delete=models.PROTECT, related_name="children")
    start = models.DateTimeField(null=True, blank=True)
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(until__gt=models.F("start"))
                | models.Q(start__isnull=True)
                | models.Q(until__isnull=True),
                name="actor_parent_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=~models.Q(actor=models.F("parent")),
                name="actor_is_not_its_own_parent",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.actor} of {self.parent}"
