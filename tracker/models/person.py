"""People, the organisations that they work for, and what they may do in a truce."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.utils.translation import gettext_lazy as _

from .columns import ReferenceField, one_of

if TYPE_CHECKING:
    from .truce import Truce


class Role(models.TextChoices):
    """What a person may do, from least to most; the order is the rank."""

    VIEWER = "viewer", _("viewer")
    REPORTER = "reporter", _("reporter")
    ANALYST = "analyst", _("analyst")
    REVIEWER = "reviewer", _("reviewer")
    COORDINATOR = "coordinator", _("coordinator")
    ADMINISTRATOR = "administrator", _("administrator")

    def at_least(self, other: Role) -> bool:
        """Whether this role includes all that ``other`` may do."""
        ranks = list(type(self))
        return ranks.index(self) >= ranks.index(other)


class Organisation(models.Model):
    """A body that people work for: an NGO, a monitor, this tracker's own assessors."""

    slug = models.SlugField(unique=True)
    name = models.JSONField(help_text=_("The name by language code."))

    def __str__(self) -> str:
        return self.slug


class PersonManager(BaseUserManager["Person"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> Person:
        person = self.model(email=self.normalize_email(email).lower(), **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> Person:
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> Person:
        return self.get(email__iexact=username)


class Person(AbstractBaseUser, PermissionsMixin):
    """Somebody who signs in."""

    reference = ReferenceField(prefix="per")
    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("name"), max_length=200, blank=True)
    organisation = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.PROTECT)
    language = models.CharField(_("language"), max_length=8, default="en")
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = PersonManager()

    class Meta:
        verbose_name_plural = "people"

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        return self.name or self.email

    def get_short_name(self) -> str:
        return self.name or self.email

    def role_in(self, truce: Truce | None) -> Role | None:
        """The highest role that this person holds in a truce (or everywhere), or None."""
        if not self.is_active:
            return None
        held = [
            Role(membership.role)
            for membership in self.memberships.all()
            if membership.truce_id is None or (truce is not None and membership.truce_id == truce.pk)
        ]
        return max(held, key=list(Role).index, default=None)

    def may(self, role: Role, truce: Truce | None = None) -> bool:
        """Whether this person holds ``role`` or a higher one in a truce (None: everywhere)."""
        held = self.role_in(truce)
        return held is not None and held.at_least(role)

    def may_anywhere(self, role: Role) -> bool:
        """Whether this person holds ``role`` or a higher one in at least one truce."""
        return self.is_active and any(Role(m.role).at_least(role) for m in self.memberships.all())


class Membership(models.Model):
    """A person's role for an organisation, in one truce or (with none named) in every truce."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    truce = models.ForeignKey("tracker.Truce", null=True, blank=True, on_delete=models.PROTECT)
    role = models.CharField(max_length=20, choices=Role.choices)

    class Meta:
        constraints = [
            one_of("role", Role),
            models.UniqueConstraint(
                fields=["person", "organisation", "truce"],
                nulls_distinct=False,
                name="membership_is_held_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.role}"


class SignInLink(models.Model):
    """A link that signs one person in, once, until it expires. Only its digest is stored."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE)
    digest = models.CharField(max_length=64, unique=True)
    expires = models.DateTimeField()
    used = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"sign-in link of {self.person}"
