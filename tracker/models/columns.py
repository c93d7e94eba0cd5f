"""Columns and constraints that several nouns share."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pgtrigger
from django.db import models

CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"
REFERENCE_LENGTH = 10
EARLIEST_DATE = "1900-01-01T00:00:00Z"


def new_reference(prefix: str) -> str:
    """A public reference: prefix, underscore, ten random characters of Crockford's base32.

    Random, never counted: a reference tells nothing about how many others there are.
    """
    # A byte is each of the 32 characters equally often.
    return prefix + "_" + "".join(CROCKFORD[byte % 32] for byte in secrets.token_bytes(REFERENCE_LENGTH))


# A field takes type arguments from a type checker alone.
if TYPE_CHECKING:
    _Text = models.CharField[str, str]
else:
    _Text = models.CharField


class ReferenceField(_Text):
    """A unique public reference with a fixed prefix (``inc_…``, ``rep_…``), filled in on creation.

    A unique column has a second index, for what begins like it; ``unique=False`` leaves it to the model's
    own constraint, which has none: for what is written often and looked up whole.
    """

    def __init__(self, *args: Any, prefix: str, **kwargs: Any) -> None:
        self.prefix = prefix
        kwargs.setdefault("max_length", 20)
        kwargs.setdefault("unique", True)
        kwargs.setdefault("editable", False)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        name, path, args, kwargs = super().deconstruct()
        kwargs["prefix"] = self.prefix
        kwargs.setdefault("unique", False)
        return name, path, args, kwargs

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        if add and not getattr(model_instance, self.attname):
            setattr(model_instance, self.attname, new_reference(self.prefix))
        return super().pre_save(model_instance, add)


def one_of(column: str, choices: type[models.TextChoices], *, null: bool = False) -> models.CheckConstraint:
    """A check that holds a text column to its codes (Django's ``choices`` alone bind only forms)."""
    condition = models.Q(**{f"{column}__in": choices.values})
    if null:
        condition |= models.Q(**{f"{column}__isnull": True})
    return models.CheckConstraint(condition=condition, name=f"%(class)s_{column}_is_a_known_code")


class View(models.TextChoices):
    """Who an answer is for: everybody, or those cleared for the whole truce."""

    PUBLIC = "public"
    FULL = "full"


class Visibility(models.TextChoices):
    """Who may see a report, a piece of evidence, a source or a place."""

    PUBLIC = "public"
    PARTNERS = "partners"
    RESTRICTED = "restricted"


class Basis(models.TextChoices):
    """Whose rule a fact of the charter is."""

    AGREEMENT = "agreement"
    TRACKER = "tracker"


class AppendOnly(models.Model):
    """A row that is inserted and read, never altered or removed, by anyone.

    ``written_once`` names columns that start empty and may be filled a single time by the service that
    the column's comment names. The application's database role is granted exactly that
    (``tracker.services.roles``) and the triggers stand behind it, for the owner too.
    """

    written_once: tuple[str, ...] = ()

    class Meta:
        abstract = True


def never_altered(*written_once: str) -> list[pgtrigger.Trigger]:
    """The triggers of an append-only table.

    ``written_once`` columns may go from NULL to a value; nothing else may change. TRUNCATE is refused.
    """
    kept = [
        pgtrigger.Protect(name="never_removed", operation=pgtrigger.Delete),
        pgtrigger.Trigger(
            name="never_emptied",
            level=pgtrigger.Statement,
            when=pgtrigger.Before,
            operation=pgtrigger.Truncate,
            func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows from % table', TG_TABLE_NAME;",
        ),
    ]
    if not written_once:
        return [
            *kept,
            pgtrigger.Protect(name="never_altered", operation=pgtrigger.Update),
        ]
    already = " OR ".join(
        f"(OLD.{column} IS NOT NULL AND NEW.{column} IS DISTINCT FROM OLD.{column})"
        for column in written_once
    )
    return [
        *kept,
        pgtrigger.ReadOnly(name="never_altered", exclude=list(written_once)),
        pgtrigger.Trigger(
            name="written_once",
            when=pgtrigger.Before,
            operation=pgtrigger.Update,
            func=f"IF {already} THEN RAISE EXCEPTION 'pgtrigger: Cannot rewrite a value in % table', "
            "TG_TABLE_NAME; END IF; RETURN NEW;",
        ),
    ]
