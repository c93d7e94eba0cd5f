"""The violation feed, present state: one entry per incident and prohibition that counts in a reading.

SQL finds the standings that count (``violation_rows``), and what they say is what goes out. A filter on a
place or a time is decided by the entry as it shows, so that no filter tells more than the entries do.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

import orjson
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Coalesce, Least

from tracker.feed import harm, violation_rows
from tracker.feed.violation_filters import shown_as_asked
from tracker.feed.violation_rows import CountingRow, Found, Key, References
from tracker.models import Reading, Standing, Truce, View

LICENCE = "CC BY 4.0"
LICENCE_ADDRESS = "https://creativecommons.org/licenses/by/4.0/"
METHOD = "1"

Json = dict[str, Any]
Entry = Json
Shown = tuple[Entry, list[str]]
"""An entry, and the codes of the areas in which its place shows. Nobody changes one: it may be kept."""

Moments = Sequence[str | None]
EntryOf = Callable[[CountingRow, "Edition"], Shown]

BATCH = 1_000
KEPT = 500
"""How many entries of pages a process keeps as they went out: who watches asks for the same ones again."""

READINGS = tuple(Reading.values)
PLACE = ("name", "pcode", "country", "lat", "lon", "precision", "adm1")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the feed is asked for.

    ``truce`` is a slug; None: every truce that the view shows. ``reading`` None is each charter's headline
    reading. ``chosen`` holds the filters that were given: term_ref, party, grade, severity, act,
    updated_from, updated_to, occurred_from, occurred_to (moments), country, pcode, and bbox (west, south,
    east, north in degrees). ``address`` is the service's own, without a slash. ``earlier`` says that ``now``
    is a moment that has passed: everything is then as known at it.
    """

    view: View
    now: datetime
    truce: str | None = None
    reading: str | None = None
    chosen: Mapping[str, Any] = field(default_factory=dict)
    address: str = ""
    earlier: bool = False


@dataclass(frozen=True, slots=True)
class OurSources:
    """Slugs of sources: those ``withheld`` from a view's readers, those that are ``ours`` or protected."""

    withheld: frozenset[str] = frozenset()
    ours: frozenset[str] = frozenset()

    @classmethod
    def in_view(cls, view: View) -> OurSources:
        return cls() if view == View.FULL else cls(*violation_rows.our_sources())

    def named(self, sources: list[str]) -> list[str]:
        """Some sources without those that may not be named; where none of them is withheld, the same list."""
        if self.withheld.isdisjoint(sources):
            return sources
        return [slug for slug in sources if slug not in self.withheld]


class Edition(NamedTuple):
    """What all entries of an answer have in common: whose sources they are, the ``address`` of the service
    (without a slash) and whom to credit."""

    sources: OurSources
    address: str
    attributed_to: str


def page(asked: Asked, after: References | None = None, limit: int = 100) -> tuple[list[Entry], bool]:
    """Up to ``limit`` entries after an entry (None: from the newest on), newest incident first, and whether
    more follow. Where there is no such entry, nothing is found (``violation_rows.is_there``)."""
    entries: list[Entry] = []
    for entry in _walk(asked, after, limit + 1, _kept):
        if len(entries) == limit:
            return entries, True
        entries.append(entry)
    return entries, False


def every(asked: Asked) -> Iterator[Entry]:
    """All the entries, in the feed's order, of one moment: however long the reading takes, nothing moves.

    Holds one batch in memory. A reader that takes nothing for a minute is let go.
    """
    with _one_moment():
        yield from _walk(asked, None, BATCH, _shown)


def as_known(asked: Asked) -> Iterator[Entry]:
    """All the entries as known at ``asked.now``, a moment that has passed, in the feed's order.

    Each batch is a read of its own, so that however long this takes no transaction is held.
    """
    return _walk(replace(asked, earlier=True), None, BATCH, _shown)


def of_incidents(incidents: Collection[int], truce: Truce, view: View, now: datetime) -> list[Entry]:
    """The entries of some incidents (row ids) in one truce, read as alleged."""
    found = violation_rows.among(incidents, truce.pk, view, now, Reading.ALLEGED)
    return [entry for entry, _areas in _render(found, "", _shown)]


def standing_now(view: View, now: datetime) -> QuerySet[Standing]:
    """Every standing that holds now in a view and has happened by now (or the end of its truce's record)."""
    end = Least(Value(now), Coalesce("truce__record_ends", Value(now)))
    return (
        Standing.objects.filter(view=view, until__isnull=True, superseded__isnull=True, known__lte=now)
        .annotate(happened=Coalesce("occurred_to", "occurred_from"))
        .filter(Q(happened__isnull=True) | Q(happened__lte=end))
    )


def casualties(details: Mapping[str, Any], sources: OurSources) -> Json:
    """The ranges of an incident: killed, injured, further effects where a source gives one, and by group.

    Small counts by sex or age that only sources of ours give are left out (``harm``).
    """
    ranges: Json = {"killed": None, "injured": None}
    for effect, found in details["casualties"].items():
        ranges[effect] = _figures(found, sources)
    groups = {}
    for group, effects in details["by_group"].items():
        shown = {
            effect: _figures(found, sources)
            for effect, found in effects.items()
            if not sources.ours.issuperset(found["sources"])
            or harm.shows_count(group, found["min"], found["max"])
        }
        if shown:
            groups[group] = shown
    ranges["by_group"] = groups
    return ranges


def _figures(found: Mapping[str, Any], sources: OurSources) -> Json:
    """One range of figures as it goes out."""
    shown = {
        "min": found["min"],
        "max": found["max"],
        "at_least": found["at_least"],
        "contested": found["contested"],
        "sources": found["sources"],
        "repeated_by": found["repeated_by"],
    }
    if sources.withheld:
        shown["sources"] = sources.named(found["sources"])
        shown["repeated_by"] = sources.named(found["repeated_by"])
    return shown


def _walk(asked: Asked, after: References | Key | None, batch: int, entry_of: EntryOf) -> Iterator[Entry]:
    """Entries after an entry, read by the batch."""
    is_shown = shown_as_asked(asked.chosen)
    while True:
        found = violation_rows.page(
            asked.view,
            asked.now,
            truce=asked.truce,
            reading=asked.reading,
            chosen=asked.chosen,
            after=after,
            limit=batch,
            earlier=asked.earlier,
        )
        for entry, areas in _render(found, asked.address, entry_of):
            if is_shown(entry, areas):
                yield entry
        if len(found.rows) < batch:
            return
        after = found.rows[-1].incident, found.rows[-1].term
        # Where few of those that may match do, more are looked at together.
        batch = min(2 * batch, BATCH)


@contextmanager
def _one_moment() -> Iterator[None]:
    """A transaction that only reads, and reads everything as it was at its first statement."""
    is_outermost = not connection.in_atomic_block
    with transaction.atomic():
        if is_outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
                cursor.execute("SET LOCAL idle_in_transaction_session_timeout = '60s'")
        yield


def _render(found: Found, address: str, entry_of: EntryOf) -> Iterator[Shown]:
    """The entry of each row, and the codes of the areas in which its place shows."""
    sources = OurSources(*violation_rows.withheld_and_ours(found.our_sources))
    edition = Edition(sources, address, settings.ATTRIBUTION)
    for row in found.rows:
        yield entry_of(row, edition)


def _shown(row: CountingRow, edition: Edition) -> Shown:
    said: Json = orjson.loads(row.details)
    place, areas = _place(said, edition.sources) if row.shows_place else (None, [])
    return _entry(row, said, place, edition), areas


# All that an entry depends on is given: what is kept is never another than what would be made now.
_kept = lru_cache(KEPT)(_shown)


def _entry(row: CountingRow, said: Json, place: Json | None, edition: Edition) -> Entry:
    """An entry; ``said`` are the details of its standing, ``place`` what shows of where it was."""
    sources, address, attributed_to = edition
    reference = f"{row.incident_reference}/{row.term_reference}"
    url = f"{address}/incidents/{row.incident_reference}/"
    updated, occurred_from, occurred_to = _moments(row, said, sources)
    occurred = None
    if occurred_from is not None or occurred_to is not None:
        occurred = {"from": occurred_from, "to": occurred_to, "precision": said.get("precision")}
    counts = row.readings
    return {
        "ref": reference,
        "truce": row.truce,
        "term": row.term_ref,
        "reading": row.reading,
        "incident": {
            "ref": row.incident_reference,
            "act": said["act"],
            "occurred": occurred,
            "place": place,
        },
        "alleged": row.alleged,
        "against": said.get("against", []),
        "responsible": said["responsible"] if row.ruled == "violation" or row.accepted else None,
        "answers_to": said["answers_to"],
        "attribution": said["attribution"],
        "intent": said["intent"],
        "casualties": casualties(said, sources),
        "grade": row.grade,
        "readings": {reading: reading in counts for reading in READINGS},
        "coverage": row.coverage,
        "assumed": said["assumed"],
        "unplaced": row.unplaced,
        "severity": row.severity or None,
        "ruling": said["ruling"],
        "sources": sources.named(said["sources"]),
        "first_known": said["first_known"],
        "updated": updated,
        "version": row.version,
        "method": METHOD,
        "url": url,
        "licence": LICENCE,
        "attributed_to": attributed_to,
        "citation": f"{attributed_to}: {row.truce}, {reference}, {row.reading}, method {METHOD}, "
        f"version {row.version} of {updated}. {url} ({LICENCE})",
    }


def _place(said: Json, sources: OurSources) -> tuple[Json | None, list[str]]:
    """The closest place that was given, and the areas that it shows to lie in.

    A source that has become ours or protected since it was weighed shows no more at once.
    """
    place = said.get("place")
    if place is None:
        return None, []
    if said["place_of"][1] in sources.ours:
        return harm.place_shown(place, said["areas"], {}, is_hidden=True)
    return {name: place[name] for name in PLACE}, said["areas"]


def _moments(row: CountingRow, said: Json, sources: OurSources) -> Moments:
    """From when it stands so, and between which two moments it may have happened, as they go out.

    To the hour where a source of ours tells of it.
    """
    occurred = row.occurred_from, row.occurred_to
    if not sources.ours.isdisjoint(said["sources"]):
        occurred = harm.whole_hours(*occurred)
    # By the library that writes the rest: written by Python they take ten times as long.
    moments: Moments = orjson.loads(orjson.dumps((row.known, *occurred), option=orjson.OPT_UTC_Z))
    return moments
