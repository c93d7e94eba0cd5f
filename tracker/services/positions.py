"""Positions and known times, given after commit by whoever holds one advisory lock.

A sequence number is taken before its transaction commits, so a reader that remembers the last one misses
rows that commit late; a snapshot horizon stalls behind any open transaction. So committed changes are
given their place here, in batches:

1. take the lock (held to the end of this short transaction);
2. read the committed changes that have no known time, in the order in which they said what they had to
   say: who waited for another to decide about the same row began before that one, and spoke after it;
3. one known time for the batch: the later of the clock and just after the last one given;
4. move their drafts into the log, densely numbered per view, with their payloads;
5. write the known times, raise the truces' revisions, append the audit entries to the hash chain;
6. after the commit, wake the streams and call the workers.

A change that commits later is placed later, whatever its number; an answer about a past known time never
changes, because no change is ever given a known time that had already been answered for.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

import orjson
from django.db import OperationalError, transaction

from tracker.models import AuditEntry, Change, LogHead, View
from tracker.services import clock, prepared, queue, wake

LOCK = 0x63656173  # "ceas": any number that nobody else in this database locks
BATCH = 1_000
PATIENCE_MILLISECONDS = 2_000
# Just after the last one given, never the same: an answer about that moment has been given already.
STEP = timedelta(microseconds=1)


def place() -> int:
    """Give every committed change its place. Returns how many were placed.

    Waits at most ``PATIENCE_MILLISECONDS`` for the lock, then leaves the work to its holder and the sweep.
    """
    placed = 0
    while True:
        try:
            count, truces = _place_batch()
        except OperationalError:
            return placed
        placed += count
        if count:
            wake.wake()
            for truce in truces:
                queue.call("tracker.tasks.assess_truce", truce)
        if count < BATCH:
            return placed


def unplaced() -> bool:
    """Whether a committed change still awaits its place."""
    return Change.objects.filter(known__isnull=True).exists()


_LOCK = (
    f"SELECT CASE WHEN set_config('lock_timeout', '{PATIENCE_MILLISECONDS}', true) IS NOT NULL "
    f"THEN pg_advisory_xact_lock({LOCK})::text END"
)
_DRAFTS = f"""
    SELECT change.id, draft.id, draft.view, draft.type, draft.truce_id, draft.subject, draft.payload,
        draft.version
    FROM (
        SELECT change.id, coalesce(min(draft.id), 0) AS said
        FROM tracker_change change LEFT JOIN tracker_logdraft draft ON draft.change_id = change.id
        WHERE change.known IS NULL GROUP BY change.id ORDER BY said, change.id LIMIT {BATCH}
    ) AS change
    LEFT JOIN tracker_logdraft draft ON draft.change_id = change.id
    ORDER BY change.said, change.id, draft.id
"""
_HEADS = "SELECT view, position, known FROM tracker_loghead"
# What is read again within this statement (a change's known time) is taken from what it returns.
_PLACE = """
    WITH draft AS (
        SELECT * FROM unnest(
            %(drafts)s::bigint[], %(views)s::text[], %(positions)s::bigint[], %(types)s::text[],
            %(truces)s::bigint[], %(subjects)s::text[], %(told_in)s::bigint[], %(digests)s::text[],
            %(salts)s::bytea[], %(payloads)s::text[], %(versions)s::smallint[]
        ) AS draft (id, view, position, type, truce, subject, change, digest, salt, payload, version)
    ), entry AS (
        INSERT INTO tracker_logentry (view, position, type, truce_id, subject, change_id, known, digest)
        SELECT view, position, type, truce, subject, change, %(known)s, digest FROM draft
    ), payload AS (
        INSERT INTO tracker_logpayload (view, position, salt, payload, version)
        SELECT view, position, salt, payload, version FROM draft WHERE payload IS NOT NULL
    ), moved AS (
        DELETE FROM tracker_logdraft WHERE id = ANY(%(drafts)s::bigint[])
    ), head AS (
        UPDATE tracker_loghead head SET position = told.position, known = told.known
        FROM unnest(%(heads)s::text[], %(lasts)s::bigint[], %(knowns)s::timestamptz[])
            AS told (view, position, known)
        WHERE head.view = told.view
    ), placed AS (
        UPDATE tracker_change SET known = coalesce(known_given, %(known)s)
        WHERE id = ANY(%(changes)s::bigint[])
        RETURNING id, known, historical, reassesses
    ), concerned AS (
        SELECT concerned.truce_id, min(placed.known) FILTER (WHERE placed.historical) AS earliest
        FROM placed JOIN tracker_changetruce concerned ON concerned.change_id = placed.id
        WHERE placed.reassesses
        GROUP BY concerned.truce_id
    )
    UPDATE tracker_truce truce SET
        revision = revision + 1,
        -- A historical fact may make what the board said from then on wrong: go over it again.
        rewind_to = least(truce.rewind_to, concerned.earliest)
    FROM concerned WHERE truce.id = concerned.truce_id
    RETURNING truce.id, truce.revision = truce.assessed_revision + 1
"""
_LAST_LINK = "SELECT position, digest FROM tracker_auditlink ORDER BY position DESC LIMIT 1"
_AUDITED = """
    SELECT id, change_id, verb, subject, actor, before::text, after::text, recorded
    FROM tracker_auditentry WHERE change_id = ANY(%(changes)s::bigint[]) ORDER BY id
"""
_LINK = """
    INSERT INTO tracker_auditlink (position, entry_id, digest)
    SELECT * FROM unnest(%(positions)s::bigint[], %(entries)s::bigint[], %(digests)s::text[])
    RETURNING position
"""


@transaction.atomic
def _place_batch() -> tuple[int, list[int]]:
    """Place one batch: how many changes it was, and the truces (row ids) that were at rest before it.

    A truce that was not is in somebody's hands already, who looks again before letting go.
    """
    prepared.rows(_LOCK, {})
    found = prepared.rows(_DRAFTS, {})
    if not found:
        return 0, []
    changes = list(dict.fromkeys(row[0] for row in found))
    heads = {view: (position, known) for view, position, known in prepared.rows(_HEADS, {})}
    known = _next_known(heads)
    drafts = [row for row in found if row[1] is not None]
    values = {**_positions(drafts, heads, known), "changes": changes, "known": known}
    truces = prepared.rows(_PLACE, values)
    _link_audit(changes)
    return len(changes), [truce for truce, was_at_rest in truces if was_at_rest]


Heads = dict[str, tuple[int, datetime | None]]


def _next_known(heads: Heads) -> datetime:
    given = [known for _position, known in heads.values() if known is not None]
    return max([clock.now(), *(moment + STEP for moment in given)])


def _positions(drafts: list[tuple[Any, ...]], heads: Heads, known: datetime) -> dict[str, Any]:
    """The columns of the drafts' entries and payloads, densely numbered, and where that leaves the heads."""
    heads = {**heads, View.FULL.value: (heads[View.FULL][0], known)}
    positions, salts, digests = [], [], []
    for _change, _draft, view, _type, _truce, _subject, payload, _version in drafts:
        # A view's last moment moves only with what it is told: what is withheld shows in no time either.
        heads[view] = (heads[view][0] + 1, known)
        positions.append(heads[view][0])
        salt = None if payload is None else secrets.token_bytes(16)
        salts.append(salt)
        digests.append(None if salt is None else hashlib.sha256(salt + payload.encode()).hexdigest())
    columns = list(zip(*drafts, strict=True)) if drafts else [()] * 8
    names = ("told_in", "drafts", "views", "types", "truces", "subjects", "payloads", "versions")
    return {
        **{name: list(column) for name, column in zip(names, columns, strict=True)},
        "positions": positions,
        "salts": salts,
        "digests": digests,
        "heads": list(heads),
        "lasts": [position for position, _known in heads.values()],
        "knowns": [moment for _position, moment in heads.values()],
    }


def _link_audit(changes: list[int]) -> None:
    audited = prepared.rows(_AUDITED, {"changes": changes})
    if not audited:
        return
    last = prepared.rows(_LAST_LINK, {})
    position, previous = last[0] if last else (0, "")
    positions, entries, digests = [], [], []
    for pk, change, verb, subject, actor, before, after, recorded in audited:
        entry = AuditEntry(
            id=pk,
            change_id=change,
            verb=verb,
            subject=subject,
            actor=actor,
            before=before and orjson.loads(before),
            after=after and orjson.loads(after),
            recorded=recorded,
        )
        position += 1
        previous = chain_digest(previous, position, entry)
        positions.append(position)
        entries.append(pk)
        digests.append(previous)
    prepared.rows(_LINK, {"positions": positions, "entries": entries, "digests": digests})


def chain_digest(previous: str, position: int, entry: AuditEntry) -> str:
    """SHA-256 (hex) over the link before, the position and the entry's canonical JSON."""
    body = {
        "id": entry.id,
        "change": entry.change_id,
        "verb": entry.verb,
        "subject": entry.subject,
        "actor": entry.actor,
        "before": entry.before,
        "after": entry.after,
        "recorded": entry.recorded.isoformat(),
    }
    return hashlib.sha256(
        previous.encode() + str(position).encode() + orjson.dumps(body, option=orjson.OPT_SORT_KEYS)
    ).hexdigest()


def last_known(view: View = View.PUBLIC) -> datetime | None:
    """The last known time given (UTC), or None while nothing has been placed."""
    return LogHead.objects.filter(view=view).values_list("known", flat=True).first()
