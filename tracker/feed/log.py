"""Reading the change log: pages, runs and the whole of it, as the JSON text that goes out.

The database puts the text together from stored payloads, which nobody parses or serialises again. An entry
is ``{"position", "type", "truce", "subject", "known", "payload_version", "payload"}``; the last two are null
where the subject was withdrawn.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import orjson
import psycopg
from django.db import connection

from tracker.models import LogHead, View
from tracker.services import positions

LARGEST_PAGE = 10_000
USUAL_PAGE = 1_000

AT_ONCE = 2_000
"""How many entries are read at a time: about two megabytes."""

# Types are codes, positions and versions numbers, and slugs need no quoting; the rest is quoted by the
# database.
_ENTRY = """
    '{"position":' || entry.position || ',"type":"' || entry.type || '","truce":'
    || coalesce('"' || truce.slug || '"', 'null') || ',"subject":' || to_json(entry.subject)::text
    || ',"known":"' || to_char(entry.known AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
    || '","payload_version":' || coalesce(payload.version::text, 'null')
    || ',"payload":' || coalesce(payload.payload, 'null') || '}'
"""
# The bounds are said of both tables, or the database merges them from the first position on.
_TABLES = """
    FROM tracker_logentry entry
    LEFT JOIN tracker_logpayload payload ON payload.view = entry.view AND payload.position = entry.position
      AND payload.view = %(view)s AND payload.position > %(after)s
      AND (%(upto)s::bigint IS NULL OR payload.position <= %(upto)s)
    LEFT JOIN tracker_truce truce ON truce.id = entry.truce_id
"""
_FROM = f"""
    {_TABLES}
    WHERE entry.view = %(view)s AND entry.position > %(after)s
      AND (%(upto)s::bigint IS NULL OR entry.position <= %(upto)s)
      AND (%(truce)s::bigint IS NULL OR entry.truce_id = %(truce)s)
    ORDER BY entry.position
    LIMIT %(limit)s
"""

# Constant text and named parameters only: nothing that came in is ever part of a statement.
_PAGE = (
    "SELECT count(*), max(page.position), string_agg(page.text, %(between)s ORDER BY page.position), "
    "(SELECT position FROM tracker_loghead WHERE view = %(view)s) "
    f"FROM (SELECT entry.position, {_ENTRY} AS text {_FROM}) AS page"
)
# What a snapshot holds of a stretch of positions: entries with a payload that no later one about the same
# subject has overtaken by then.
_LATEST = f"""
    SELECT count(*), string_agg(page.text, E'\\n' ORDER BY page.position) FROM (
        SELECT entry.position, {_ENTRY} AS text
        {_TABLES}
        WHERE entry.view = %(view)s AND entry.position > %(after)s AND entry.position <= %(upto)s
          AND payload.payload IS NOT NULL AND NOT EXISTS (
            SELECT FROM tracker_logentry later
            WHERE later.subject = entry.subject AND later.view = entry.view
              AND later.position > entry.position AND later.position <= %(last)s
          )
    ) AS page
"""
_RUN = f"SELECT entry.position, truce.slug, entry.type, entry.subject, {_ENTRY} {_FROM}"


@dataclass(frozen=True, slots=True)
class Page:
    """Entries after a position, in order, as the inside of a JSON array.

    ``end`` is the last position on the page (where it is empty, the one that was asked after); ``last`` the
    last one given in the view; ``more`` whether another page follows.
    """

    text: bytes
    count: int
    end: int
    last: int
    more: bool

    def body(self, next_address: str | None) -> bytes:
        """The JSON object of the page; ``next_address`` is where the next one is, or None."""
        following = orjson.dumps(next_address)
        return b'{"results":[%b],"next":%b,"last":%d}' % (self.text, following, self.last)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the log: its position, the slug of its truce, its type, its subject and its JSON text."""

    position: int
    truce: str | None
    type: str
    subject: str
    text: str

    def without_payload(self) -> Entry:
        """The same entry as it reads once its payload was deleted."""
        entry = orjson.loads(self.text) | {"payload_version": None, "payload": None}
        return replace(self, text=orjson.dumps(entry).decode())


def catch_up() -> None:
    """Give positions to what was committed and has none yet, so that no reader waits for a writer."""
    if positions.unplaced():
        positions.place()


def head(view: View) -> LogHead:
    """How far a view's log goes, from where on it is kept, and how often payloads were deleted from it."""
    return LogHead.objects.get(view=view)


def last_position(view: View) -> int:
    """The last position given in a view; 0 while there is none."""
    return head(view).position


def page(view: View, *, after: int, limit: int, truce_id: int | None = None) -> Page:
    """Up to ``limit`` entries after a position, of one truce (row id) or of all."""
    parts = list(_parts(view, after, None, limit, truce_id, ","))
    count, last = sum(part.count for part in parts), parts[-1].last
    end = parts[-1].end
    text = b",".join(part.text for part in parts if part.count)
    return Page(text, count, end, last, more=count == limit and end < last)


def blocks(
    view: View,
    *,
    after: int,
    upto: int,
    limit: int | None = None,
    truce_id: int | None = None,
) -> Iterator[bytes]:
    """The entries after a position up to another, at most ``limit``, one a line (NDJSON), block by block.

    Each block is a read of its own: between two of them no transaction is held, however slow the reader.
    """
    for part in _parts(view, after, upto, limit, truce_id, "\n"):
        if part.count:
            yield part.text + b"\n"


@dataclass(frozen=True, slots=True)
class _Part:
    """Some entries in one text, the last one's position (or what was asked after), the view's last one."""

    count: int
    end: int
    text: bytes
    last: int


def _parts(
    view: View, after: int, upto: int | None, limit: int | None, truce_id: int | None, between: str
) -> Iterator[_Part]:
    """The entries after a position, ``AT_ONCE`` at a time; at least one part, which may be empty.

    Larger texts take the database longer, entry by entry, than several smaller ones.
    """
    left = limit
    while left is None or left > 0:
        at_once = AT_ONCE if left is None else min(AT_ONCE, left)
        part = _together(view, after, upto, at_once, truce_id, between)
        yield part
        if part.count < at_once:
            return
        after = part.end
        left = None if left is None else left - part.count


def _together(
    view: View, after: int, upto: int | None, limit: int, truce_id: int | None, between: str
) -> _Part:
    """Up to ``limit`` entries, as the bytes that the database sent: not decoded and encoded again here."""
    connection.ensure_connection()
    asked = _asked(view, after, limit, truce_id, upto) | {"between": between}
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        answer = cursor.execute(_PAGE, asked, prepare=False).pgresult
        assert answer is not None
        count, end, text, last = (answer.get_value(0, column) for column in range(4))
    return _Part(int(count or 0), after if end is None else int(end), text or b"", int(last or 0))


def latest_blocks(view: View, *, upto: int) -> Iterator[tuple[int, bytes]]:
    """The latest entry of each subject as of a position, where it has a payload: how many, and as NDJSON."""
    connection.ensure_connection()
    for after in range(0, upto, AT_ONCE):
        asked = {"view": view.value, "after": after, "upto": min(after + AT_ONCE, upto), "last": upto}
        with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
            answer = cursor.execute(_LATEST, asked, prepare=False).pgresult
            assert answer is not None
            count, text = answer.get_value(0, 0), answer.get_value(0, 1)
        if text is not None:
            yield int(count or 0), text + b"\n"


def run(view: View, *, after: int, limit: int, truce_id: int | None = None) -> list[Entry]:
    """The same entries one by one, for live streams."""
    with connection.cursor() as cursor:
        cursor.execute(_RUN, _asked(view, after, limit, truce_id))
        return [Entry(*row) for row in cursor.fetchall()]


def _asked(
    view: View, after: int, limit: int, truce_id: int | None, upto: int | None = None
) -> dict[str, Any]:
    return {"view": view.value, "after": after, "limit": limit, "truce": truce_id, "upto": upto}


def tag(
    view: View, kind: str, *, after: int, limit: int | None, truce_id: int | None, last: int, purges: int
) -> str:
    """The strong ETag of a page: nothing on it changes unless the log grows or payloads are deleted."""
    return f'"log-{view}-{kind}-{after}-{limit or 0}-{truce_id or 0}-{last}-{purges}"'
