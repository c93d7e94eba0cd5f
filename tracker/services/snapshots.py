"""Snapshots of the public change log: built by schedule, from which a new client starts.

One holds, for each subject, its latest public entry at a position, where that has a payload: what was
withdrawn or taken down is not in it. Whoever applies its lines and then follows the log after its position
has the same as one who read the whole log.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable
from datetime import timedelta
from pathlib import Path

import structlog
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from tracker.feed import log as change_log
from tracker.models import LogHead, Snapshot, SnapshotState, View
from tracker.services import clock, queue, stored_files

KIND = "snapshots"
MEDIA_TYPE = "application/gzip"
LEASE = timedelta(minutes=5)
KEPT_WHEN_REPLACED = timedelta(hours=24)
"""How long an older one may still be fetched, so that nobody's download is cut short."""

STALE = timedelta(days=1)
TASK = "tracker.tasks.build_snapshot"
HELD = (SnapshotState.BUILDING, SnapshotState.PUBLISHED, SnapshotState.REPLACED)
log = structlog.get_logger()


class Overtaken(Exception):
    """A takedown, or another worker, has ended this snapshot while it was being built."""


def newest() -> Snapshot | None:
    """The snapshot from which a client starts; None while there is none."""
    return served().filter(state=SnapshotState.PUBLISHED).order_by("-position", "-id").first()


def served() -> QuerySet[Snapshot]:
    """Those that may be fetched: nothing was purged from the log since they were begun."""
    return Snapshot.objects.filter(
        state__in=[SnapshotState.PUBLISHED, SnapshotState.REPLACED],
        purges=change_log.head(View.PUBLIC).purges,
    )


def path_of(snapshot: Snapshot) -> Path:
    return stored_files.folder(KIND) / name_of(snapshot)


def name_of(snapshot: Snapshot) -> str:
    """What the file is called, here and for who fetches it."""
    return f"{snapshot.reference}.ndjson.gz"


def is_due() -> bool:
    """Whether a new one is worth building: there is none, or the log has grown by a tenth, or since a day."""
    last = newest()
    position = change_log.last_position(View.PUBLIC)
    if last is None:
        return position > 0
    grown = position - last.position
    return grown * 10 > last.position or (grown > 0 and last.made <= clock.now() - STALE)


def build(progress: Callable[[int, int], None] | None = None) -> Snapshot | None:
    """Build one of the log as it stands and publish it in the place of the older ones.

    Returns None where another worker is at it, or a takedown came in between: the next one is then due.
    """
    head = change_log.caught_up(View.PUBLIC)
    snapshot = _begin(head)
    if snapshot is None:
        return None
    try:
        with stored_files.NewFile(path_of(snapshot)) as file:
            entries = _write(snapshot, file, progress)
            file.finish()
            _publish(snapshot, entries, file)
    except Overtaken:
        stored_files.remove([path_of(snapshot)])
        log.info("snapshot.overtaken", snapshot=snapshot.reference)
        return None
    snapshot.refresh_from_db()
    return snapshot


def _begin(head: LogHead) -> Snapshot | None:
    now = clock.now()
    try:
        with transaction.atomic():
            _building().filter(claimed_until__lte=now).update(state=SnapshotState.PURGED)
            return Snapshot.objects.create(
                position=head.position,
                known=head.known,
                purges=head.purges,
                made=now,
                claimed_until=now + LEASE,
            )
    except IntegrityError:
        return None


def _write(
    snapshot: Snapshot, file: stored_files.NewFile, progress: Callable[[int, int], None] | None
) -> int:
    packer = zlib.compressobj(wbits=31)
    entries = 0
    for count, text in change_log.latest_blocks(View.PUBLIC, upto=snapshot.position):
        entries += count
        file.write(packer.compress(text))
        if not _building().filter(pk=snapshot.pk).update(claimed_until=clock.now() + LEASE):
            raise Overtaken
        if progress:
            progress(entries, snapshot.position)
    file.write(packer.flush())
    return entries


@transaction.atomic
def _publish(snapshot: Snapshot, entries: int, file: stored_files.NewFile) -> None:
    locked = _locked((SnapshotState.BUILDING, SnapshotState.PUBLISHED))
    older = [one.pk for one in locked if one.pk != snapshot.pk]
    published = (
        _building()
        .filter(pk=snapshot.pk)
        .update(
            state=SnapshotState.PUBLISHED,
            entries=entries,
            size=file.size,
            sha256=file.sha256,
            claimed_until=None,
        )
    )
    if not published:
        raise Overtaken
    Snapshot.objects.filter(pk__in=older).update(state=SnapshotState.REPLACED)


def purge() -> None:
    """End every snapshot, in the transaction of a takedown; their files go, and a new one is due, after it.

    One that is being built ends as well: it may have read what was taken down.
    """
    held = _locked(HELD)
    Snapshot.objects.filter(pk__in=[one.pk for one in held]).update(state=SnapshotState.PURGED)
    paths = [path_of(one) for one in held]
    transaction.on_commit(lambda: stored_files.remove(paths), robust=True)
    if held:
        transaction.on_commit(lambda: queue.call(TASK), robust=True)


def clear() -> None:
    """Remove what is served no longer: purged, replaced for long enough, or left by a process that died."""
    long_ago = clock.now() - KEPT_WHEN_REPLACED
    Snapshot.objects.filter(state=SnapshotState.REPLACED, made__lte=long_ago).update(
        state=SnapshotState.PURGED
    )
    kept = {name_of(one) for one in Snapshot.objects.filter(state__in=HELD)}
    before = clock.now() - timedelta(minutes=1)
    stored_files.remove(stored_files.strangers(KIND, _with_unfinished(kept), before.timestamp()))


def _with_unfinished(names: set[str]) -> set[str]:
    return names | {name + stored_files.UNFINISHED for name in names}


def _locked(states: Iterable[SnapshotState]) -> list[Snapshot]:
    """Those in some states, held to the end of the transaction; always in one order."""
    return list(Snapshot.objects.select_for_update().filter(state__in=states).order_by("pk"))


def _building() -> QuerySet[Snapshot]:
    return Snapshot.objects.filter(state=SnapshotState.BUILDING)
