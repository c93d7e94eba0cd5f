"""Actors: storing who a truce binds and who is reported on, and handing them to the rules."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import F

from tracker.compliance import charter as rules
from tracker.intake.codes import LANGUAGES
from tracker.intake.scenario_document import ActorDocument
from tracker.models import Actor, ActorAlias, ActorParent, Truce
from tracker.services import prepared, references
from tracker.services.writing import Writing


def store(w: Writing, documents: Iterable[ActorDocument]) -> None:
    """Store the actors that are not here yet and bring those that are to what their document says.

    One that changes makes every truce that names it read its charter anew.
    """
    documents = list(documents)
    before = _by_slug(documents)
    differing = changed(documents)
    for one in differing:
        Actor.objects.update_or_create(
            slug=one.slug, defaults={"kind": one.kind, "name": one.name.model_dump()}
        )
    rows = _by_slug(differing)
    for one in differing:
        _store_aliases(rows[one.slug], one)
        _store_parents(rows[one.slug], one)
        w.audit("actor.changed" if one.slug in before else "actor.added", one.slug, after={"kind": one.kind})
    slugs = [one.slug for one in differing if one.slug in before]
    if slugs:
        touched = Truce.objects.filter(parties__actor__slug__in=slugs).values("pk")
        Truce.objects.filter(pk__in=touched).update(charter_version=F("charter_version") + 1)


def changed(documents: Sequence[ActorDocument]) -> list[ActorDocument]:
    """Those of the documents that are not here as they say."""
    here = {slug: _as_document(actor) for slug, actor in _by_slug(documents).items()}
    return [one for one in documents if here.get(one.slug) != one.model_dump(mode="json")]


def newest() -> int:
    """A number that grows with each actor that is added."""
    number: int = prepared.rows("SELECT coalesce(max(id), 0) FROM tracker_actor", {})[0][0]
    return number


def _by_slug(documents: Sequence[ActorDocument]) -> dict[str, Actor]:
    rows = Actor.objects.filter(slug__in=[one.slug for one in documents])
    return {row.slug: row for row in rows.prefetch_related("aliases", "parents__parent")}


def _as_document(actor: Actor) -> dict[str, Any]:
    """An actor's row as the document that would have made it, in JSON."""
    return ActorDocument.model_validate(
        {
            "slug": actor.slug,
            "kind": actor.kind,
            "name": actor.name,
            "aliases": [
                {"name": one.name, "from": one.start, "until": one.until}
                for one in sorted(actor.aliases.all(), key=lambda row: row.pk)
            ],
            "parents": [
                {"actor": one.parent.slug, "from": one.start, "until": one.until}
                for one in sorted(actor.parents.all(), key=lambda row: row.pk)
            ],
        }
    ).model_dump(mode="json")


def _store_aliases(actor: Actor, document: ActorDocument) -> None:
    actor.aliases.all().delete()
    ActorAlias.objects.bulk_create(
        ActorAlias(actor=actor, name=one.name.model_dump(), start=one.from_, until=one.until)
        for one in document.aliases
    )


def _store_parents(actor: Actor, document: ActorDocument) -> None:
    named = references.actors((f"actors.{actor.slug}.parents", one.actor) for one in document.parents)
    actor.parents.all().delete()
    ActorParent.objects.bulk_create(
        ActorParent(actor=actor, parent=named[one.actor], start=one.from_, until=one.until)
        for one in document.parents
    )


def rule_actors() -> dict[str, rules.Actor]:
    """Every actor as the rules read it, by slug: a claim may name any of them."""
    rows = Actor.objects.order_by("slug").prefetch_related("aliases", "parents__parent")
    return {row.slug: _rule_actor(row) for row in rows}


def _rule_actor(actor: Actor) -> rules.Actor:
    return rules.Actor(
        kind=actor.kind,
        name=actor.name,
        aliases=tuple(
            rules.Alias(name, one.start, one.until)
            for one in sorted(actor.aliases.all(), key=lambda row: row.pk)
            for name in dict.fromkeys(one.name[code] for code in LANGUAGES if code in one.name)
        ),
        parents=tuple(
            rules.Parent(one.parent.slug, one.start, one.until)
            for one in sorted(actor.parents.all(), key=lambda row: row.pk)
        ),
    )
