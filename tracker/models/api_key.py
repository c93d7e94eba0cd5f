"""Keys of API clients."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from .columns import ReferenceField


class Scope(models.TextChoices):
    """What a key may do. Public data needs no key."""

    VIOLATIONS_READ = "violations:read"
    REPORTS_WRITE = "reports:write"
    REPORTS_PUBLISH = "reports:publish"
    RESTRICTED_READ = "restricted:read"
    WEBHOOKS_MANAGE = "webhooks:manage"


class ApiKey(models.Model):
    """A key of an API client: what it may do, for which sources it may write, until when.

    The secret is shown once; ``digest`` is its SHA-256 (the secret has 160 random bits, so a slow hash
    would add nothing) and ``prefix`` is what a person recognises it by.
    """

    reference = ReferenceField(prefix="key")
    name = models.CharField(max_length=200)
    prefix = models.CharField(max_length=16)
    digest = models.CharField(max_length=64, unique=True)
    scopes = ArrayField(models.CharField(max_length=40, choices=Scope.choices))
    sources = models.ManyToManyField("tracker.Source", blank=True, related_name="keys")
    owner = models.ForeignKey("tracker.Person", null=True, blank=True, on_delete=models.PROTECT)
    created = models.DateTimeField()
    expires = models.DateTimeField(null=True, blank=True)
    revoked = models.DateTimeField(null=True, blank=True)
    last_used = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(scopes__contained_by=Scope.values),
                name="api_key_scopes_are_known_codes",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"
