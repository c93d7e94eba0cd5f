"""The violation feed, present state: one entry per incident and prohibition that counts in a reading.

SQL finds the standings that count (``violation_rows``); what is shown of their incidents is read beside them
(``standing_claims``). A filter on a place or a time is decided by the entry as it shows, so that no filter
tells more than the entries do.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, NamedTuple

import orjson
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Coalesce, Least

from tracker.feed import harm, incidents, violation_rows
from tracker.feed.incidents import About
from tracker.feed.violation_filters import shown_as_asked
from tracker.feed.violation_rows import NO_KEY, CountingRow, Key, TruceRow
from tracker.models import Reading, Standing, Truce, View

LICENCE = "CC BY 4.0"
LICENCE_ADDRESS = "https://creativecommons.org/licenses/by/4.0/"
METHOD = "1"

Entry = dict[str, Any]
Moments = tuple[str, str | None, str | None]

BATCH = 1_000
READINGS = tuple(Reading.values)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the feed is asked for.

    ``reading`` None is each charter's headline reading. ``truces`` are those to look in. ``chosen`` holds the
    filters that were given: term_ref, party, grade, severity, act, updated_from, updated_to, occurred_from,
    occurred_to (moments), country, pcode, and bbox (west, south, east, north in degrees). ``address`` is the
    service's own, without a slash. ``earlier`` says that ``now`` is a moment that has passed: everything is
    then as known at it. ``sources`` None are asked for with each batch that is read.
    """

    view: View
    now: datetime
    truces: Sequence[TruceRow]
    reading: str | None = None
    chosen: Mapping[str, Any] = field(default_factory=dict)
    address: str = ""
    earlier: bool = False
    sources: OurSources | None = None


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


class Beginning(NamedTuple):
    """What a page begins with: the truces and the sources of its view, and where the page before it ended
    (None: at no entry that there is)."""

    truces: list[TruceRow]
    sources: OurSources
    after: Key | None


def beginning(view: View, after: tuple[str, str, str] | None) -> Beginning:
    """What a page begins with, in one question.

    ``after``: the public references of the incident, the truce and the prohibition of the last entry before.
    """
    truces, ours, key = violation_rows.beginning(view, after)
    return Beginning(truces, OurSources() if view == View.FULL else OurSources(*ours), key)


def truces_shown(view: View) -> list[TruceRow]:
    """The truces whose violations a view shows."""
    return violation_rows.truces_shown(view)


def page(asked: Asked, after: Key = NO_KEY, limit: int = 100) -> tuple[list[Entry], Key | None]:
    """Up to ``limit`` entries after a key, newest incident first, and the key of the next page, if any."""
    found: list[tuple[Key, Entry]] = []
    for one in _walk(asked, after, limit + 1):
        found.append(one)
        if len(found) > limit:
            return [entry for _key, entry in found[:limit]], found[limit - 1][0]
    return [entry for _key, entry in found], None


def every(asked: Asked) -> Iterator[Entry]:
    """All the entries, in the feed's order, of one moment: however long the reading takes, nothing moves.

    Holds one batch in memory. A reader that takes nothing for a minute is let go.
    """
    with _one_moment():
        for _key, entry in _walk(asked, NO_KEY, BATCH):
            yield entry


def as_known(asked: Asked) -> Iterator[Entry]:
    """All the entries as known at ``asked.now``, a moment that has passed, in the feed's order.

    Each batch is a read of its own, so that however long this takes no transaction is held.
    """
    return (entry for _key, entry in _walk(replace(asked, earlier=True), NO_KEY, BATCH))


def of_incidents(incidents: Collection[int], truce: Truce, view: View, now: datetime) -> list[Entry]:
    """The entries of some incidents (row ids) in one truce, read as alleged."""
    row = TruceRow(truce.pk, truce.slug, truce.headline_reading, truce.record_ends)
    rows = violation_rows.among(incidents, row, view, now, Reading.ALLEGED)
    return [entry for _row, entry, _about in _render(rows, Asked(view, now, [row]))]


def standing_now(view: View, now: datetime) -> QuerySet[Standing]:
    """Every standing that holds now in a view and has happened by now (or the end of its truce's record)."""
    end = Least(Value(now), Coalesce("truce__record_ends", Value(now)))
    return (
        Standing.objects.filter(view=view, until__isnull=True, superseded__isnull=True, known__lte=now)
        .annotate(happened=Coalesce("occurred_to", "occurred_from"))
        .filter(Q(happened__isnull=True) | Q(happened__lte=end))
    )


def casualties(details: Mapping[str, Any], sources: OurSources) -> dict[str, Any]:
    """The ranges of an incident: killed, injured, further effects where a source gives one, and by group.

    Small counts by sex or age that only sources of ours give are left out (``harm``).
    """
    return _ranges(details.get("casualties"), details.get("by_group"), sources)


def _ranges(
    every: Mapping[str, Any] | None, by_group: Mapping[str, Any] | None, sources: OurSources
) -> dict[str, Any]:
    """``casualties`` of the two members of the details that have figures, over everyone and by group."""
    ranges: dict[str, Any] = {"killed": None, "injured": None}
    for effect, found in (every or {}).items():
        ranges[effect] = _figures(found, sources)
    groups = {}
    for group, effects in (by_group or {}).items():
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


def _figures(found: Mapping[str, Any] | None, sources: OurSources) -> dict[str, Any] | None:
    """One range of figures as it goes out; None where no source gives one."""
    if not found:
        return None
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


def _walk(asked: Asked, after: Key, batch: int) -> Iterator[tuple[Key, Entry]]:
    """Entries after a key with the key of each, read by the batch."""
    is_shown = shown_as_asked(asked.chosen)
    while True:
        rows = violation_rows.page(
            asked.view,
            asked.now,
            asked.truces,
            reading=asked.reading,
            chosen=asked.chosen,
            after=after,
            limit=batch,
            earlier=asked.earlier,
        )
        for row, entry, about in _render(rows, asked):
            if is_shown(entry, about):
                yield (row.incident, row.term), entry
        if len(rows) < batch:
            return
        after = rows[-1].incident, rows[-1].term
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


def _render(rows: Sequence[CountingRow], asked: Asked) -> Iterator[tuple[CountingRow, Entry, About]]:
    if not rows:
        return
    known_at = asked.now if asked.earlier else None
    sources = asked.sources or OurSources.in_view(asked.view)
    nothing = About(asked.view)
    slugs = {truce.pk: truce.slug for truce in asked.truces}
    by = settings.ATTRIBUTION
    entries: list[Entry] = []

    def begin() -> None:
        for row, moments in zip(rows, _moments(rows), strict=True):
            entries.append(_entry(row, moments, sources, slugs[row.truce], asked.address, by))

    # What stands in the standing itself is put together while the database looks for the claims.
    about = incidents.about({row.incident for row in rows}, asked.view, known_at, meanwhile=begin)
    for row, entry in zip(rows, entries, strict=True):
        here = about.get(row.incident, nothing)
        _complete(entry, row, here)
        yield row, entry, here


def _entry(
    row: CountingRow, moments: Moments, sources: OurSources, truce: str, address: str, attributed_to: str
) -> Entry:
    """An entry without what the claims say; ``_complete`` adds it in its place."""
    reference = f"{row.incident_reference}/{row.term_ref}"
    url = f"{address}/incidents/{row.incident_reference}/"
    updated, occurred_from, occurred_to = moments
    counts = row.readings
    return {
        "ref": reference,
        "truce": truce,
        "term": row.term_ref,
        "reading": row.reading,
        "incident": {
            "ref": row.incident_reference,
            "act": row.act,
            "occurred": _occurred(occurred_from, occurred_to),
            "place": None,
        },
        "alleged": row.alleged,
        "against": [],
        "responsible": row.responsible if row.ruled == "violation" or row.accepted else None,
        "answers_to": row.answers_to,
        "attribution": row.attribution or "unknown",
        "intent": row.intent or "not_stated",
        "casualties": _ranges(_read(row.casualties), _read(row.by_group), sources),
        "grade": row.grade,
        "readings": {reading: reading in counts for reading in READINGS},
        "coverage": row.coverage,
        "assumed": row.assumed == "true",
        "unplaced": row.unplaced,
        "severity": row.severity or None,
        "ruling": row.ruling,
        "sources": sources.named(_read(row.sources) or []),
        "first_known": row.first_known,
        "updated": updated,
        "version": row.version,
        "method": METHOD,
        "url": url,
        "licence": LICENCE,
        "attributed_to": attributed_to,
        "citation": f"{attributed_to}: {truce}, {reference}, {row.reading}, method {METHOD}, "
        f"version {row.version} of {updated}. {url} ({LICENCE})",
    }


def _complete(entry: Entry, row: CountingRow, about: About) -> None:
    """Say in an entry what the claims of its incident say: how exactly, where and against whom."""
    incident = entry["incident"]
    occurred = incident["occurred"]
    if occurred is not None:
        if about.whole_hours:
            ((occurred["from"], occurred["to"]),) = _texts(
                [harm.whole_hours(row.occurred_from, row.occurred_to)]
            )
        occurred["precision"] = about.precision
    incident["place"] = about.place
    entry["against"] = list(about.against)


def _occurred(start: str | None, end: str | None) -> dict[str, Any] | None:
    """When it may have happened, half-open; None where neither end is known."""
    if start is None and end is None:
        return None
    return {"from": start, "to": end, "precision": None}


def _moments(rows: Sequence[CountingRow]) -> list[Moments]:
    """Of each row as they go out: from when it stands so, and between which two it may have happened."""
    return _texts([(row.known, row.occurred_from, row.occurred_to) for row in rows])


def _texts(moments: Sequence[Sequence[datetime | None]]) -> list[Any]:
    """Moments as JSON has them, all at once: one by one they take Python ten times as long."""
    texts: list[Any] = orjson.loads(orjson.dumps(moments, option=orjson.OPT_UTC_Z))
    return texts


def _read(text: str | None) -> Any:
    return None if text is None else orjson.loads(text)
