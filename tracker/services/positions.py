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
from datetime import datetime

import orjson
from django.db import OperationalError, transaction

from tracker.models import AuditEntry, Change, LogHead, View
from tracker.services import clock, prepared, queue, wake

LOCK = 0x63656173  # "ceas": any number that nobody else in this database locks
BATCH = 1_000
PATIENCE_MILLISECONDS = 2_000
# Just after the last one given, never the same: an answer about that moment has been given already.
STEP = "interval '1 microsecond'"


def place(*, waits: bool = True, gap: float = 0) -> int:
    """Give every committed change its place. Returns how many were placed.

    Waits at most ``PATIENCE_MILLISECONDS`` for the lock (not at all unless it ``waits``), then leaves the
    work to its holder and the sweep. Nothing is placed where anybody has placed within ``gap`` seconds.
    """
    placed = 0
    while True:
        try:
            count, truces = _place_batch(_LOCK if waits else _LOCK_AT_ONCE, 0 if placed else gap)
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
    f"THEN pg_advisory_xact_lock({LOCK})::text IS NOT NULL END"
)
_LOCK_AT_ONCE = f"SELECT pg_try_advisory_xact_lock({LOCK})"

ENVELOPE = """
    '{"position":' || entry.position || ',"type":"' || entry.type || '","truce":'
    || coalesce('"' || truce.slug || '"', 'null') || ',"subject":' || to_json(entry.subject)::text
    || ',"known":"' || to_char(entry.known AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
    || '","payload_version":'
"""
"""The expression of what never changes in the JSON text of an ``entry`` in its ``truce``: all before the
version of its payload. Types are codes, positions numbers, and slugs need no quoting; the database quotes the
rest."""

# Everything within the statement is read as it was before it: each part takes what it needs of the others
# from what they return. Payloads never leave the database. A salt is as random as a UUID, 122 bits.
_PLACE = f"""
    WITH head AS MATERIALIZED (
        SELECT view, position, known FROM tracker_loghead
    ), this AS MATERIALIZED (
        SELECT greatest(%(now)s, max(known) + {STEP}) AS known FROM head
    ), change AS MATERIALIZED (
        SELECT change.id, coalesce(min(draft.id), 0) AS said
        FROM tracker_change change LEFT JOIN tracker_logdraft draft ON draft.change_id = change.id
        WHERE change.known IS NULL GROUP BY change.id ORDER BY said, change.id LIMIT {BATCH}
    ), draft AS MATERIALIZED (
        SELECT draft.*, this.known,
            head.position + row_number() OVER (
                PARTITION BY draft.view ORDER BY change.said, change.id, draft.id
            ) AS position,
            CASE WHEN draft.payload IS NOT NULL THEN uuid_send(gen_random_uuid()) END AS salt
        FROM change JOIN tracker_logdraft draft ON draft.change_id = change.id
        JOIN head ON head.view = draft.view CROSS JOIN this
    ), entry AS (
        INSERT INTO tracker_logentry
            (view, position, type, truce_id, subject, change_id, known, digest, envelope)
        SELECT entry.view, entry.position, entry.type, entry.truce_id, entry.subject, entry.change_id,
            entry.known, encode(sha256(entry.salt || convert_to(entry.payload, 'UTF8')), 'hex'), {ENVELOPE}
        FROM draft AS entry LEFT JOIN tracker_truce truce ON truce.id = entry.truce_id
    ), payload AS (
        INSERT INTO tracker_logpayload (view, position, salt, payload, version)
        SELECT view, position, salt, payload, version FROM draft WHERE payload IS NOT NULL
    ), moved AS (
        DELETE FROM tracker_logdraft WHERE id IN (SELECT id FROM draft)
    ), last AS (
        -- A view's last moment moves only with what it is told: what is withheld shows in no time either.
        UPDATE tracker_loghead head SET position = told.position, known = told.known
        FROM (SELECT view, max(position) AS position, max(known) AS known FROM draft GROUP BY view) AS told
        WHERE head.view = told.view
    ), placed AS (
        UPDATE tracker_change change SET known = coalesce(known_given, this.known)
        FROM this WHERE change.id IN (SELECT id FROM change)
        RETURNING change.id, change.known, change.reassesses
    ), concerned AS (
        SELECT concerned.truce_id, min(placed.known) AS earliest
        FROM placed JOIN tracker_changetruce concerned ON concerned.change_id = placed.id
        WHERE placed.reassesses
        GROUP BY concerned.truce_id
    ), truce AS (
        UPDATE tracker_truce truce SET
            revision = revision + 1,
            -- Where the board has come further than that, it is gone over again from then on.
            rewind_to = least(truce.rewind_to, concerned.earliest)
        FROM concerned WHERE truce.id = concerned.truce_id
        RETURNING truce.id, truce.revision = truce.assessed_revision + 1 AS was_at_rest
    )
    SELECT ARRAY(SELECT id FROM placed), ARRAY(SELECT id FROM truce WHERE was_at_rest)
"""
_AUDITED = """
    SELECT last.position, last.digest, entry.id, change_id, verb, subject, actor, before::text, after::text,
        recorded
    FROM tracker_auditentry entry
    LEFT JOIN (SELECT position, digest FROM tracker_auditlink ORDER BY position DESC LIMIT 1) AS last ON true
    WHERE change_id = ANY(%(changes)s::bigint[]) ORDER BY entry.id
"""
_LINK = """
    INSERT INTO tracker_auditlink (position, entry_id, digest)
    SELECT * FROM unnest(%(positions)s::bigint[], %(entries)s::bigint[], %(digests)s::text[])
    RETURNING position
"""


@transaction.atomic
def _place_batch(lock: str, gap: float) -> tuple[int, list[int]]:
    """Place one batch: how many changes it was, and the truces (row ids) that were at rest before it.

    A truce that was not is in somebody's hands already, who looks again before letting go. ``gap`` as in
    ``place``, asked under the lock: nobody else places in between.
    """
    ((is_held,),) = prepared.rows(lock, {})
    if not is_held or (gap and since_placed(unknown=gap) < gap):
        return 0, []
    ((changes, truces),) = prepared.rows(_PLACE, {"now": clock.now()})
    if changes:
        _link_audit(changes)
    return len(changes), truces


def _link_audit(changes: list[int]) -> None:
    positions: list[int] = []
    entries: list[int] = []
    digests: list[str] = []
    position, previous = 0, ""
    for last, digest, *row in prepared.rows(_AUDITED, {"changes": prepared.ids(changes)}):
        if not entries and last is not None:
            position, previous = last, digest
        pk, change, verb, subject, actor, before, after, recorded = row
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
    if entries:
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


def since_placed(*, unknown: float) -> float:
    """Seconds since anybody placed; ``unknown`` where nobody has yet, or the clock was set back since."""
    last = last_known(View.FULL)
    since = (clock.now() - last).total_seconds() if last else unknown
    return since if since >= 0 else unknown


def last_known(view: View = View.PUBLIC) -> datetime | None:
    """The last known time given (UTC), or None while nothing has been placed."""
    return LogHead.objects.filter(view=view).values_list("known", flat=True).first()
