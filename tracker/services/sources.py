"""Sources: storing who says it, and what a person has set of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import QuerySet

from tracker.intake.scenario_document import SourceDocument
from tracker.models import Actor, Source, Visibility
from tracker.services import protection, references
from tracker.services.writing import Writing

Json = dict[str, Any]


def store(w: Writing, documents: Iterable[SourceDocument]) -> None:
    """Store the sources that are not here yet and bring those that are to what their document says."""
    documents = list(documents)
    named = references.actors(
        (f"sources.{one.slug}", slug) for one in documents for slug in (one.affiliation, *one.speaks_for)
    )
    before, rows = _here(documents), {row.slug: row for row in _rows(documents)}
    for one in changed(documents):
        row, made = Source.objects.update_or_create(slug=one.slug, defaults=_columns(one, named))
        row.speaks_for.set([named[slug] for slug in one.speaks_for])
        if not made and protection.shows_otherwise(rows[one.slug], row):
            # A change of its own: it is made now, of whatever day the file tells.
            protection.tell_anew(row, w.author)
        w.audit(
            "source.changed" if one.slug in before else "source.added",
            one.slug,
            before=_judged(before.get(one.slug)),
            after=_judged(_comparable(one)),
        )


def changed(documents: Sequence[SourceDocument]) -> list[SourceDocument]:
    """Those of the documents that are not here as they say."""
    here = _here(documents)
    return [one for one in documents if here.get(one.slug) != _comparable(one)]


def _here(documents: Sequence[SourceDocument]) -> dict[str, Json]:
    rows = _rows(documents).select_related("affiliation").prefetch_related("speaks_for")
    return {row.slug: _as_document(row) for row in rows}


def _rows(documents: Iterable[SourceDocument]) -> QuerySet[Source]:
    return Source.objects.filter(slug__in=[one.slug for one in documents])


def _columns(one: SourceDocument, named: dict[str, Actor]) -> Json:
    return {
        "kind": one.kind,
        "name": one.name.model_dump(),
        "affiliation": named[one.affiliation] if one.affiliation else None,
        "reliability": one.reliability,
        "protected": one.protected,
        "trusted": one.trusted,
        "visibility": Visibility.RESTRICTED if one.protected else Visibility.PUBLIC,
    }


def _comparable(one: SourceDocument) -> Json:
    plain = one.model_dump(mode="json")
    return {**plain, "speaks_for": sorted(plain["speaks_for"])}


def _as_document(row: Source) -> Json:
    return {
        "slug": row.slug,
        "kind": row.kind,
        "name": row.name,
        "affiliation": row.affiliation.slug if row.affiliation else None,
        "speaks_for": sorted(actor.slug for actor in row.speaks_for.all()),
        "reliability": row.reliability,
        "protected": row.protected,
        "trusted": row.trusted,
    }


def _judged(document: Json | None) -> Json | None:
    """What the audit keeps of a source: what a person set, and no name."""
    names = ("kind", "affiliation", "speaks_for", "reliability", "protected", "trusted")
    return document and {name: document[name] for name in names}
