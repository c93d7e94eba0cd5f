"""Reading the change log: pages and runs of entries, as the JSON text that goes out.

The database puts the text together from stored payloads, which nobody parses or serialises again. An entry
is ``{"position", "type", "truce", "subject", "known", "payload"}``; ``payload`` is null where the subject
was withdrawn.
"""

from __future__ import annotations

from dataclasses import dataclass

import orjson
from django.db import connection

from tracker.models import LogHead, View
from tracker.services import positions

LARGEST_PAGE = 10_000
USUAL_PAGE = 1_000

# Types are codes and positions numbers; the rest is quoted by the database.
_ENTRY = """
    '{"position":' || entry.position || ',"type":"' || entry.type || '","truce":'
    || coalesce(to_json(truce.slug)::text, 'null') || ',"subject":' || to_json(entry.subject)::text
    || ',"known":"' || to_char(entry.known AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
    || '","payload":' || coalesce(payload.payload, 'null') || '}'
"""
_FROM = """
    FROM tracker_logentry entry
    LEFT JOIN tracker_logpayload payload ON payload.view = entry.view AND payload.position = entry.position
    LEFT JOIN tracker_truce truce ON truce.id = entry.truce_id
    WHERE entry.view = %(view)s AND entry.position > %(after)s
      AND (%(truce)s::bigint IS NULL OR entry.truce_id = %(truce)s)
    ORDER BY entry.position
    LIMIT %(limit)s
"""
_HEAD = "(SELECT position FROM tracker_loghead WHERE view = %(view)s)"

# Constant text and named parameters only: nothing that came in is ever part of a statement.
_PAGE = (
    "SELECT count(*), max(page.position), string_agg(page.text, ',' ORDER BY page.position), "
    f"{_HEAD} FROM (SELECT entry.position, {_ENTRY} AS text {_FROM}) AS page"
)
_RUN = f"SELECT entry.position, truce.slug, entry.type, {_ENTRY} {_FROM}"


@dataclass(frozen=True, slots=True)
class Page:
    """Entries after a position, in order, as the inside of a JSON array.

    ``end`` is the last position on the page (where it is empty, the one that was asked after); ``last`` the
    last one given in the view; ``more`` whether another page follows.
    """

    text: str
    count: int
    end: int
    last: int
    more: bool

    def body(self, next_address: str | None) -> bytes:
        """The JSON object of the page; ``next_address`` is where the next one is, or None."""
        following = orjson.dumps(next_address).decode()
        return f'{{"results":[{self.text}],"next":{following},"last":{self.last}}}'.encode()


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the log: its position, the slug of its truce, its type, and its JSON text."""

    position: int
    truce: str | None
    type: str
    text: str


def catch_up() -> None:
    """Give positions to what was committed and has none yet, so that no reader waits for a writer."""
    if positions.unplaced():
        positions.place()


def last_position(view: View) -> int:
    """The last position given in a view; 0 while there is none."""
    return LogHead.objects.filter(view=view).values_list("position", flat=True).first() or 0


def page(view: View, *, after: int, limit: int, truce_id: int | None = None) -> Page:
    """Up to ``limit`` entries after a position, of one truce (row id) or of all."""
    with connection.cursor() as cursor:
        cursor.execute(_PAGE, {"view": view, "after": after, "limit": limit, "truce": truce_id})
        count, end, text, last = cursor.fetchone()
    last = last or 0
    end = end if end is not None else after
    return Page(text or "", count, end, last, more=count == limit and end < last)


def run(view: View, *, after: int, limit: int, truce_id: int | None = None) -> list[Entry]:
    """The same entries one by one, for live streams."""
    with connection.cursor() as cursor:
        cursor.execute(_RUN, {"view": view, "after": after, "limit": limit, "truce": truce_id})
        return [Entry(*row) for row in cursor.fetchall()]


def tag(view: View, *, after: int, limit: int, truce_id: int | None, last: int) -> str:
    """The strong ETag of a page: nothing on it changes unless the log grows."""
    return f'"log-{view}-{after}-{limit}-{truce_id or 0}-{last}"'
