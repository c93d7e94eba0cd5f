"""Reading the change log: pages, runs and the whole of it, as the JSON text that goes out.

The database puts the text together from stored envelopes and payloads, which nobody parses or serialises
again. An entry is ``{"position", "type", "truce", "subject", "known", "payload_version", "payload"}``; the
last two are null where the subject was withdrawn.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from threading import BoundedSemaphore

import orjson
import psycopg
from django.db import connection

from tracker.models import LogHead, View
from tracker.services import positions, prepared

LARGEST_PAGE = 10_000
USUAL_PAGE = 1_000
NO_END = 2**62
"""A position after all others."""

AT_ONCE = 1_000
"""How many entries are read at a time: about a megabyte. Of what is longer one part is sent while the next is
read."""

_READING = BoundedSemaphore(3)
"""How many threads of a process read a part of the log at a time: while it is read a part is there twice, and
more at a time than there are processors gain nothing."""

IN_A_BLOCK = 64
"""How many of them the database puts into one text. Far larger texts take it twice as long, entry by entry:
they leave the processor's own memory. With far smaller ones it is busier with blocks than with entries."""

# The brace that ends an entry stands with what parts it from the next: put behind the payload here, it would
# have the database copy each payload once more.
_OPEN_ENTRY = """
    entry.envelope || coalesce(
        payload.version::text || ',"payload":' || payload.payload, 'null,"payload":null'
    )
"""
_ENTRY = f"{_OPEN_ENTRY} || '}}'"
# The bounds are said of both tables, or the database merges them from the first position on.
_TABLES = """
    FROM tracker_logentry entry
    LEFT JOIN tracker_logpayload payload ON payload.view = entry.view AND payload.position = entry.position
      AND payload.view = {view} AND payload.position > {after} AND payload.position <= {upto}
    WHERE entry.view = {view} AND entry.position > {after} AND entry.position <= {upto}
"""

# Constant text and named parameters only: nothing that came in is ever part of a statement.
_POSITIONS = dict.fromkeys(("after", "upto", "most"), "bigint")
_GIVEN = f"""
    {prepared.given(view="text", **_POSITIONS, between="text", truce="bigint")}, asked AS MATERIALIZED (
        SELECT given.*, head.position AS last, least(given.upto, head.position) AS ends
        FROM given JOIN tracker_loghead head ON head.view = given.view
    )
"""


def _in_blocks(blocks: str, of_truce: str = "", besides: str = "") -> str:
    """The statement that gives each of some blocks (after one position, up to another) as one text."""
    tables = _TABLES.format(view="asked.view", after="block.after", upto="block.upto")
    return f"""
        {_GIVEN}
        SELECT block.upto, found.count, convert_to(found.text, 'UTF8'), asked.last
        FROM asked, LATERAL ({blocks}) AS block, LATERAL (
            SELECT count(*),
                string_agg(page.text, '}}' || asked.between ORDER BY page.position) || '}}' AS text
            FROM (
                SELECT entry.position, {_OPEN_ENTRY} AS text {tables} {of_truce} {besides}
                ORDER BY position
            ) AS page
        ) AS found
    """


# A takedown may name no truce, and is for the readers of every one. It is looked for no further than a full
# run of the truce's own entries goes, so that a whole log is looked through once however it is read.
_POSITIONS_OF_TRUCE = """
    WITH own AS MATERIALIZED (
        SELECT entry.position FROM tracker_logentry entry
        WHERE entry.view = {view} AND entry.truce_id = {truce}
            AND entry.position > {after} AND entry.position <= {upto}
        ORDER BY entry.position LIMIT {most}
    ), reach AS MATERIALIZED (
        SELECT CASE WHEN count(*) < {most} THEN {upto} ELSE max(own.position) END AS upto FROM own
    ), redacted AS MATERIALIZED (
        SELECT entry.position FROM tracker_logentry entry
        WHERE entry.view = {view} AND entry.truce_id IS NULL AND entry.type = 'entry.redacted'
            AND entry.position > {after} AND entry.position <= (SELECT reach.upto FROM reach)
        ORDER BY entry.position LIMIT {most}
    )
    SELECT either.* FROM (
        SELECT position, false AS besides FROM own UNION ALL SELECT position, true FROM redacted
    ) AS either
    ORDER BY either.position LIMIT {most}
"""
_TABLES_AT = """
    FROM unnest({positions}) AS wanted (position)
    JOIN tracker_logentry entry ON entry.view = {view} AND entry.position = wanted.position
    LEFT JOIN tracker_logpayload payload ON payload.view = {view} AND payload.position = wanted.position
"""

# Positions are dense: the blocks of all entries are known without looking for them, those of a truce are not.
_ALL = _in_blocks(
    f"""
        SELECT first AS after, least(first + {IN_A_BLOCK}, asked.after + asked.most, asked.ends) AS upto
        FROM generate_series(
            asked.after, least(asked.after + asked.most, asked.ends) - 1, {IN_A_BLOCK}
        ) AS first
    """
)
_OF_TRUCE = _in_blocks(
    f"""
        SELECT min(one.position) - 1 AS after, max(one.position) AS upto,
            array_agg(one.position) FILTER (WHERE one.besides) AS besides
        FROM (
            SELECT step.*, row_number() OVER (ORDER BY step.position) AS number
            FROM ({
        _POSITIONS_OF_TRUCE.format(
            view="asked.view", truce="asked.truce", after="asked.after", upto="asked.ends", most="asked.most"
        )
    }) AS step
        ) AS one
        GROUP BY (one.number - 1) / {IN_A_BLOCK}
    """,
    "AND entry.truce_id = asked.truce",
    f"""
        UNION ALL SELECT entry.position, {_OPEN_ENTRY}
        {_TABLES_AT.format(view="asked.view", positions="block.besides")}
    """,
)
# What a snapshot holds of a stretch of positions: entries with a payload that no later one about the same
# subject has overtaken by then.
_LATEST = f"""
    SELECT count(*), string_agg(page.text, E'\\n' ORDER BY page.position) FROM (
        SELECT entry.position, {_ENTRY} AS text
        {_TABLES.format(view="%(view)s", after="%(after)s", upto="%(upto)s")}
          AND payload.payload IS NOT NULL AND NOT EXISTS (
            SELECT FROM tracker_logentry later
            WHERE later.subject = entry.subject AND later.view = entry.view
              AND later.position > entry.position AND later.position <= %(last)s
          )
    ) AS page
"""
_ONE_BY_ONE = f"""
    SELECT entry.position, (SELECT truce.slug FROM tracker_truce truce WHERE truce.id = entry.truce_id),
        entry.type, entry.subject, {_ENTRY}
"""
_VALUES = {name: f"%({name})s" for name in ("view", "truce", "after", "upto", "most")}
_RUN = f"{_ONE_BY_ONE} {_TABLES.format(**_VALUES)} ORDER BY entry.position LIMIT %(most)s"
_FOUND = f"ARRAY(SELECT step.position FROM ({_POSITIONS_OF_TRUCE.format(**_VALUES)}) AS step)"
_RUN_OF_TRUCE = f"{_ONE_BY_ONE} {_TABLES_AT.format(**_VALUES, positions=_FOUND)} ORDER BY entry.position"


Address = Callable[[int], str]
"""Gives the address of the page after a position."""

_PAGE_BEGINS = b'{"results":['


@dataclass(frozen=True, slots=True)
class Page:
    """Entries after a position, in order, as texts that a comma parts in a JSON array.

    ``end`` is the last position on the page (where it is empty, the one that was asked after); ``last`` the
    last one given in the view; ``more`` whether another page follows.
    """

    texts: Sequence[bytes]
    count: int
    end: int
    last: int
    more: bool

    def body(self, address: Address) -> bytes:
        """The JSON object of the page; ``address`` is asked where the next one is."""
        end = _page_ends(address(self.end) if self.more else None, self.last)
        return b"".join([_PAGE_BEGINS, *_between(self.texts, b","), end])


def _page_ends(following: str | None, last: int) -> bytes:
    return b'],"next":%b,"last":%d}' % (orjson.dumps(following), last)


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


def caught_up(view: View) -> LogHead:
    """The head of a view's log after ``catch_up``: one statement where nothing awaits a position."""
    ((*columns, is_behind),) = prepared.rows(_head_statement(), {"view": view.value}, binary=True)
    if not is_behind:
        return prepared.read(LogHead, columns)
    positions.place()
    return head(view)


@cache
def _head_statement() -> str:
    return f"""
        SELECT {prepared.columns_of(LogHead, "head")},
            EXISTS (SELECT FROM tracker_change change WHERE change.known IS NULL)
        FROM tracker_loghead head WHERE head.view = %(view)s
    """


def head(view: View) -> LogHead:
    """How far a view's log goes, from where on it is kept, and how often payloads were deleted from it."""
    return LogHead.objects.get(view=view)


def last_position(view: View) -> int:
    """The last position given in a view; 0 while there is none."""
    return head(view).position


def page(view: View, *, after: int, limit: int, truce_id: int | None = None) -> Page:
    """Up to ``limit`` entries after a position, of all truces, or of one (row id) with what is said to the
    readers of each: the takedowns that name none."""
    parts = list(_parts(view, after, NO_END, limit, truce_id, ",", LARGEST_PAGE))
    count = sum(part.count for part in parts)
    end, last = parts[-1].end, parts[-1].last
    texts = [text for part in parts for text in part.texts]
    return Page(texts, count, end, last, more=count == limit and end < last)


def page_in_pieces(
    view: View, *, after: int, last: int, limit: int, truce_id: int | None, address: Address
) -> Iterator[bytes]:
    """The JSON object of a page, as far as the log went at ``last``, piece by piece as the database gives it.

    Each piece is a read of its own: between two of them no transaction is held.
    """
    yield _PAGE_BEGINS
    count, end = 0, after
    for part in _parts(view, after, last, limit, truce_id, ",", AT_ONCE):
        piece = b"".join([b"," if count else b"", *_between(part.texts, b",")]) if part.texts else b""
        count, end = count + part.count, part.end
        # What was sent is not held while the next is read.
        del part
        if piece:
            yield piece
        del piece
    yield _page_ends(address(end) if count == limit and end < last else None, last)


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
    for part in _parts(view, after, upto, limit, truce_id, "\n", AT_ONCE):
        block = b"".join([*_between(part.texts, b"\n"), b"\n"]) if part.texts else b""
        del part
        if block:
            yield block
        del block


def _between(texts: Sequence[bytes], separator: bytes) -> list[bytes]:
    """The texts with a separator between each two of them."""
    parted = [separator] * (2 * len(texts) - 1)
    parted[::2] = texts
    return parted


@dataclass(frozen=True, slots=True)
class _Part:
    """Some entries as texts, the last one's position (or what was asked after), the view's last one."""

    count: int
    end: int
    texts: Sequence[bytes]
    last: int


def _parts(
    view: View, after: int, upto: int, limit: int | None, truce_id: int | None, between: str, most: int
) -> Iterator[_Part]:
    """The entries after a position, ``most`` at a time; at least one part, which may be empty."""
    left = limit
    while left is None or left > 0:
        at_once = most if left is None else min(most, left)
        with _READING:
            part = _together(view, after, upto, at_once, truce_id, between)
        is_last = part.end == after or part.end >= min(upto, part.last)
        is_last = is_last or (truce_id is not None and part.count < at_once)
        after = part.end
        left = None if left is None else left - part.count
        yield part
        del part
        if is_last:
            return


def _together(view: View, after: int, upto: int, limit: int, truce_id: int | None, between: str) -> _Part:
    """Up to ``limit`` entries, as the bytes that the database sent: not decoded and encoded again here."""
    asked = {"view": view.value, "after": after, "upto": upto, "most": limit, "between": between}
    statement = _ALL if truce_id is None else _OF_TRUCE
    rows = sorted(prepared.rows(statement, {**asked, "truce": truce_id}, binary=True))
    if not rows:
        return _Part(0, after, (), last_position(view))
    texts = [text for _upto, _count, text, _last in rows if text is not None]
    return _Part(sum(row[1] for row in rows), rows[-1][0], texts, rows[-1][3])


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
        bounds = {"after": after, "upto": NO_END, "most": limit}
        statement = _RUN if truce_id is None else _RUN_OF_TRUCE
        cursor.execute(statement, {"view": view.value, "truce": truce_id, **bounds})
        return [Entry(*row) for row in cursor.fetchall()]


def tag(
    view: View, kind: str, *, after: int, limit: int | None, truce_id: int | None, last: int, purges: int
) -> str:
    """The strong ETag of a page: nothing on it changes unless the log grows or payloads are deleted."""
    return f'"log-{view}-{kind}-{after}-{limit or 0}-{truce_id or 0}-{last}-{purges}"'
