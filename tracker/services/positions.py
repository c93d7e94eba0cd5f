"""Positions and known times, given after commit by whoever holds one advisory lock.

A sequence number is taken before its transaction commits, so a reader that remembers the last one misses
rows that commit late; a snapshot horizon stalls behind any open transaction. So committed changes are
given their place here, in batches:

1. take the lock (held to the end of this short transaction);
2. read the committed changes that have no known time, oldest first;
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

import orjson
from django.db import OperationalError, connection, transaction
from django.db.models import F, Min, Q, Value
from django.db.models.functions import Coalesce, Least

from tracker.models import (
    AuditEntry,
    AuditLink,
    Change,
    ChangeTruce,
    LogDraft,
    LogEntry,
    LogHead,
    LogPayload,
    Truce,
    View,
)
from tracker.services import clock, queue, wake

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


@transaction.atomic
def _place_batch() -> tuple[int, list[int]]:
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = {PATIENCE_MILLISECONDS}")
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    changes = list(
        Change.objects.filter(known__isnull=True).order_by("id").values_list("id", flat=True)[:BATCH]
    )
    if not changes:
        return 0, []
    heads = {head.view: head for head in LogHead.objects.all()}
    known = _next_known(heads)
    _place_drafts(changes, heads, known)
    Change.objects.filter(id__in=changes).update(known=Coalesce(F("known_given"), known))
    truces = _raise_revisions(changes)
    _link_audit(changes)
    heads[View.FULL].known = known
    LogHead.objects.bulk_update(heads.values(), ["position", "known"])
    return len(changes), truces


def _next_known(heads: dict[str, LogHead]) -> datetime:
    given = [head.known for head in heads.values() if head.known is not None]
    return max([clock.now(), *(moment + STEP for moment in given)])


def _place_drafts(changes: list[int], heads: dict[str, LogHead], known: datetime) -> None:
    drafts = list(LogDraft.objects.filter(change__in=changes).order_by("change_id", "id"))
    entries, payloads = [], []
    for draft in drafts:
        head = heads[draft.view]
        head.position += 1
        # A view's last moment moves only with what it is told: what is withheld shows in no time either.
        head.known = known
        digest = None
        if draft.payload is not None:
            salt = secrets.token_bytes(16)
            digest = hashlib.sha256(salt + draft.payload.encode()).hexdigest()
            payloads.append(
                LogPayload(view=draft.view, position=head.position, salt=salt, payload=draft.payload)
            )
        entries.append(
            LogEntry(
                view=draft.view,
                position=head.position,
                type=draft.type,
                truce_id=draft.truce_id,
                subject=draft.subject,
                change_id=draft.change_id,
                known=known,
                digest=digest,
            )
        )
    LogEntry.objects.bulk_create(entries)
    LogPayload.objects.bulk_create(payloads)
    LogDraft.objects.filter(id__in=[draft.id for draft in drafts]).delete()


def _raise_revisions(changes: list[int]) -> list[int]:
    concerned = ChangeTruce.objects.filter(change__in=changes, change__reassesses=True)
    earliest = dict(
        concerned.values("truce_id")
        .annotate(earliest=Min("change__known", filter=Q(change__historical=True)))
        .values_list("truce_id", "earliest")
        .order_by("truce_id")
    )
    for truce, rewind_to in earliest.items():
        Truce.objects.filter(id=truce).update(
            revision=F("revision") + 1,
            # A historical fact may make what the board said from then on wrong: go over it again.
            rewind_to=F("rewind_to") if rewind_to is None else Least("rewind_to", Value(rewind_to)),
        )
    return list(earliest)


def _link_audit(changes: list[int]) -> None:
    last = AuditLink.objects.order_by("-position").first()
    position, previous = (last.position, last.digest) if last else (0, "")
    links = []
    for entry in AuditEntry.objects.filter(change__in=changes).order_by("id"):
        position += 1
        previous = chain_digest(previous, position, entry)
        links.append(AuditLink(position=position, entry_id=entry.id, digest=previous))
    AuditLink.objects.bulk_create(links)


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
