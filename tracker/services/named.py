"""What a report names, its source, its truce, the actors of its claim, whom it repeats and the areas of its
place, read at once with ids for it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate, pairwise
from typing import Any

import orjson

from tracker.feed import shown
from tracker.intake.codes import PART_OF_KIND
from tracker.intake.report_document import ReportDocument
from tracker.models import Actor, ApiKey, Change, Claim, Convoy, Incident, Report, Source, Truce, View
from tracker.services import clearances, insertion, keys, places, prepared, references


@dataclass(frozen=True, slots=True)
class Named:
    """The rows that a report names as they were found at once; what was not found is asked for by itself.

    It serves for one report: the ids are used up with it.
    """

    found_source: Source | None
    found_truce: Truce | None
    actors: Mapping[str, Actor]
    others: Mapping[str, bool]
    """The sources that it repeats or reached us through, by slug; whether the public may not know of each."""
    areas: Mapping[places.Question, places.Answer]
    is_tied: bool
    """Whether the key that it came with is tied to the source."""
    untaken: str | None
    """An ``external_id`` under which the source has no report."""
    ids: Sequence[int]
    """Reserved for what a new report is stored as: one of each of ``MADE``."""
    key: ApiKey | None = None
    """The key that it came with; None: it is the house's own."""

    def exists(self, what: str, name: str) -> bool:
        """As ``references.exists``, among what the key may know of."""
        if what == "report":
            return self.report(name) is not None
        if what == "incident":
            return self.incident(name) is not None
        if what == "quoted":
            return self.exists("source", name) or self.exists("report", name)
        found = {"source": self.found_source, "truce": self.found_truce, "actor": self.actors.get(name)}
        row = found.get(what)
        if row is not None and row.slug == name and self._may_name(row):
            return True
        if what == "source" and name in self.others and (not self.others[name] or self._is_cleared):
            return True
        return clearances.knows(what, name, self.key)

    @property
    def _is_cleared(self) -> bool:
        return clearances.is_cleared(self.key)

    def _may_name(self, row: Source | Truce | Actor) -> bool:
        if isinstance(row, Truce):
            return self._is_cleared or shown.shows_truce(row, View.PUBLIC)
        return not isinstance(row, Source) or (
            self._is_cleared or self.is_tied or not shown.withheld_source(row)
        )

    def hidden(self, names: Collection[str]) -> frozenset[str] | None:
        """As ``shown.hidden_names``; None where some of the names are no sources that were found."""
        if not self.others.keys() >= set(names):
            return None
        return frozenset(name for name in names if self.others[name])

    def report(self, name: str) -> Report | None:
        """The report of a reference or a label; None where there is none that the key may know of."""
        return clearances.find_report(name, self.key)

    def incident(self, name: str) -> Incident | None:
        """The incident of a reference or of a report's label; None as with a report."""
        return clearances.find_incident(name, self.key)

    def source(self, slug: str) -> Source:
        """The source of that slug; refused where there is none."""
        found = self.found_source
        return found if found is not None and found.slug == slug else references.source(slug)

    def truce(self, slug: str) -> Truce:
        """The truce of that slug; refused where there is none."""
        found = self.found_truce
        return found if found is not None and found.slug == slug else references.truce(slug)

    def convoy(self, slug: str, of: Truce | None) -> Convoy:
        """The convoy of that slug or reference, in ``of`` where it is given; refused where there is none."""
        return clearances.find_convoy(slug, of, self.key)

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
    return named_in(document.model_dump(include=NAMING, warnings=False))


def named_in(body: Any, key: ApiKey | None = None) -> Named:
    """What a body names, not yet checked: what is no text in it names nothing. key: that it came in with."""
    whole = _members(body)
    parts = {name: _members(whole.get(name)) for name in PART_OF_KIND.values()}
    claim = parts["claim"]
    place = _members((claim or parts["tally"]).get("place"))
    asked = places.question(*_point(place), _whole(place.get("precision")), _text(place.get("pcode")))
    quotes = [name for part in parts.values() for name in _texts(part.get("quotes"))]
    values = {
        **{name: _text(whole.get(name)) for name in ("source", "truce", "external_id")},
        **{name: _text(claim.get(name)) for name in ("by", "against")},
        "others": [*_texts(whole.get("relayed_by")), *quotes],
        "key": key and key.pk,
        **asked.values(),
    }
    ((*cells, others, areas, is_tied, is_taken, ids),) = prepared.rows(_statement(), values, binary=True)
    found_source, found_truce, *found_actors = (
        prepared.read(model, cells[part], only) if cells[part.start] is not None else None
        for (model, only), part in zip(TABLES.values(), _parts(), strict=True)
    )
    return Named(
        found_source,
        found_truce,
        {actor.slug: actor for actor in found_actors if actor is not None},
        orjson.loads(others) if others else {},
        {asked: places.Answer.read(areas)},
        is_tied,
        None if is_taken else values["external_id"],
        ids,
        key,
    )


def _members(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str | None:
    # PostgreSQL knows no text with a NUL in it; the check of the body says so.
    return value if isinstance(value, str) and "\x00" not in value else None


def _texts(value: Any) -> list[str]:
    listed = value if isinstance(value, list | tuple) else ()
    return [text for one in listed if (text := _text(one)) is not None]


def _whole(value: Any) -> int | None:
    return value if type(value) is int else None


def _number(value: Any) -> float | None:
    return value if type(value) in (int, float) else None


def _point(place: Mapping[str, Any]) -> tuple[float | None, float | None]:
    """A place's latitude and longitude; None for both where they are no point on the globe."""
    lat, lon = _number(place.get("lat")), _number(place.get("lon"))
    if lat is None or lon is None or abs(lat) > 90 or abs(lon) > 180:
        return None, None
    return lat, lon


TABLES: dict[str, tuple[Any, tuple[str, ...]]] = {
    "source": (Source, ("id", "slug", "kind", "protected", "visibility", "trusted")),
    "truce": (Truce, ("id", "slug", "visibility")),
    "by": (Actor, ("id", "slug", "kind")),
    "against": (Actor, ("id", "slug", "kind")),
}
"""What is looked for, and where, and what taking in a report reads of it."""

NAMING = {"source", "truce", "external_id", "relayed_by", *PART_OF_KIND.values()}
"""The members of a report that hold a name that is looked for."""

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
    texts = dict.fromkeys((*TABLES, "external_id"), "text")
    return f"""
        {prepared.given(**texts, others="text[]", key="bigint", **places.GIVEN)}
        SELECT {columns},
            (
                SELECT json_object_agg(source.slug, {shown.IS_WITHHELD})::text
                FROM tracker_source source WHERE source.slug = ANY(given.others)
            ),
            {places.FOUND},
            EXISTS (
                SELECT FROM tracker_apikey_sources tie
                WHERE tie.apikey_id = given.key AND tie.source_id = its_source.id
            ),
            EXISTS (
                SELECT FROM tracker_report report
                WHERE report.source_id = its_source.id AND report.external_id = given.external_id
            ),
            ARRAY[{", ".join(map(insertion.next_id, MADE))}]
        FROM given {joined}
    """
