"""What a report names, its source, its truce and the actors of its claim, read at once with ids for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate, pairwise
from typing import Any

from tracker.intake.report_document import ReportDocument
from tracker.models import Actor, ApiKey, Change, Claim, Incident, Report, Source, Truce
from tracker.services import insertion, keys, prepared, references


@dataclass(frozen=True, slots=True)
class Named:
    """The rows that a report names as they were found at once; what was not found is asked for by itself.

    It serves for one report: the ids are used up with it.
    """

    found_source: Source | None
    found_truce: Truce | None
    actors: Mapping[str, Actor]
    is_tied: bool
    """Whether the key that it came with is tied to the source."""
    untaken: str | None
    """An ``external_id`` under which the source has no report."""
    ids: Sequence[int]
    """Reserved for what a new report is stored as: one of each of ``MADE``."""

    def exists(self, what: str, name: str) -> bool:
        """As ``references.exists``."""
        found = {"source": self.found_source, "truce": self.found_truce, "actor": self.actors.get(name)}
        row = found.get(what)
        return (row is not None and row.slug == name) or references.exists(what, name)

    def source(self, slug: str) -> Source:
        """The source of that slug; refused where there is none."""
        found = self.found_source
        return found if found is not None and found.slug == slug else references.source(slug)

    def truce(self, slug: str) -> Truce:
        """The truce of that slug; refused where there is none."""
        found = self.found_truce
        return found if found is not None and found.slug == slug else references.truce(slug)

    def may_be_sent_with(self, key: ApiKey, source: str) -> bool:
        """Whether the key may send reports of a source (slug)."""
        found = self.source(source)
        return (self.is_tied and found == self.found_source) or keys.may_write(key, found)

    def revisions(self, source: Source, external_id: str) -> list[Report]:
        """The source's reports under an ``external_id``, the first revision first."""
        if source == self.found_source and external_id == self.untaken:
            return []
        found = prepared.select(Report, source_id=source.pk, external_id=external_id)
        return sorted(found, key=lambda report: report.revision)


def named_by(document: ReportDocument) -> Named:
    """What a report that was checked names."""
    claim = document.claim
    actors = (claim.by, claim.against) if claim else (None, None)
    return _ask(document.source, document.truce, actors, document.external_id)


def named_in(body: Any, key: ApiKey) -> Named:
    """What a body that came in with a key names, not yet checked: what is no text in it names nothing."""
    whole = body if isinstance(body, dict) else {}
    claim = whole.get("claim")
    claim = claim if isinstance(claim, dict) else {}
    actors = (_text(claim.get("by")), _text(claim.get("against")))
    return _ask(
        _text(whole.get("source")), _text(whole.get("truce")), actors, _text(whole.get("external_id")), key
    )


def _text(value: Any) -> str | None:
    # PostgreSQL knows no text with a NUL in it; the check of the body says so.
    return value if isinstance(value, str) and "\x00" not in value else None


def _ask(
    source: str | None,
    truce: str | None,
    actors: tuple[str | None, str | None],
    external_id: str | None,
    key: ApiKey | None = None,
) -> Named:
    by, against = actors
    values = {"source": source, "truce": truce, "by": by, "against": against, "external_id": external_id}
    ((*cells, is_tied, is_taken, change, report, claim, incident),) = prepared.rows(
        _statement(), {**values, "key": key and key.pk}, binary=True
    )
    found_source, found_truce, *found_actors = (
        prepared.read(model, cells[part], only) if cells[part.start] is not None else None
        for (model, only), part in zip(TABLES.values(), _parts(), strict=True)
    )
    return Named(
        found_source,
        found_truce,
        {actor.slug: actor for actor in found_actors if actor is not None},
        is_tied,
        None if is_taken else external_id,
        (change, report, claim, incident),
    )


TABLES: dict[str, tuple[Any, tuple[str, ...]]] = {
    "source": (Source, ("id", "slug", "kind", "protected", "visibility", "trusted")),
    "truce": (Truce, ("id", "slug", "visibility")),
    "by": (Actor, ("id", "slug", "kind")),
    "against": (Actor, ("id", "slug", "kind")),
}
"""What is looked for, and where, and what taking in a report reads of it."""

MADE = (Change, Report, Claim, Incident)
"""The rows of a new report that others name."""


@cache
def _parts() -> list[slice]:
    """Where the columns of each table stand among those that the statement gives."""
    ends = accumulate((len(prepared.fields_of(*table)) for table in TABLES.values()), initial=0)
    return [slice(start, end) for start, end in pairwise(ends)]


@cache
def _statement() -> str:
    columns = ", ".join(
        prepared.columns_of(model, f"its_{name}", only) for name, (model, only) in TABLES.items()
    )
    joined = " ".join(
        f"LEFT JOIN {model._meta.db_table} its_{name} ON its_{name}.slug = given.{name}"
        for name, (model, _only) in TABLES.items()
    )
    return f"""
        {prepared.given(**dict.fromkeys((*TABLES, "external_id"), "text"), key="bigint")}
        SELECT {columns},
            EXISTS (
                SELECT FROM tracker_apikey_sources tie
                WHERE tie.apikey_id = given.key AND tie.source_id = its_source.id
            ),
            EXISTS (
                SELECT FROM tracker_report report
                WHERE report.source_id = its_source.id AND report.external_id = given.external_id
            ),
            {", ".join(map(insertion.next_id, MADE))}
        FROM given {joined}
    """
