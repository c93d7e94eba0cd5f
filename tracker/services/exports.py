"""Exports: asked for, built in the background, fetched by whoever asked, and gone when their time is over.

What an export holds is fixed when it is asked for. A worker builds it under a lease; one that was killed is
made up for by the next, from the beginning. A takedown ends every export that holds, or may hold, what was
taken down: then a new one must be asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import structlog
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from tracker.feed import exports as files
from tracker.feed import log as change_log
from tracker.models import (
    ApiKey,
    DueIncident,
    Export,
    ExportFormat,
    ExportState,
    ExportSubject,
    Person,
    Publication,
    ReportTruce,
    RulingTakedown,
    View,
)
from tracker.services import clock, queue, stored_files
from tracker.services.authors import Author
from tracker.services.locks import Held, hold
from tracker.services.refusals import Refused
from tracker.services.writing import writing

KIND = "exports"
TASK = "tracker.tasks.build_export"
LEASE = timedelta(minutes=2)
KEPT = timedelta(days=7)
MOST_WAITING = 5
"""How many of one requester's exports may wait or be built at a time."""

MOST_BUILDING = 2
MOST_ATTEMPTS = 3
PENDING = (ExportState.WAITING, ExportState.BUILDING)
log = structlog.get_logger()


class Overtaken(Exception):
    """A takedown, or another worker, has ended this export while it was being built."""


def request(
    subject: ExportSubject,
    format: ExportFormat,  # noqa: A002 -- the field's own name
    view: View,
    filters: Mapping[str, Any],
    author: Author,
    address: str,
) -> Export:
    """Ask for an export; it is built in the background.

    filters: as ``feed.exports.Wanted`` has them. author: a key or a person, who alone may fetch it.
    Raises ``Refused`` where the thing is not to be had in that format, or too many of theirs wait already.
    """
    if format not in files.OFFERED[subject]:
        offered = ", ".join(files.OFFERED[subject])
        raise Refused("format", "unknown_code", given=format, expected=offered)
    wanted = _fixed(subject, format, view, filters, address)
    with writing(author, reassesses=False) as w:
        key, person = author.key, None if author.key else author.person
        hold(Held.EXPORTS, key.pk if key else person.pk if person else 0)
        if of_requester(key, person).filter(state__in=PENDING).count() >= MOST_WAITING:
            raise Refused("", "too_many_exports", most=MOST_WAITING)
        now = clock.now()
        export = Export.objects.create(
            key=key,
            person=person,
            subject=subject,
            format=format,
            view=view,
            filters=wanted.filters,
            address=address,
            known=wanted.known,
            position=wanted.position,
            created=now,
            expires=now + KEPT,
        )
        w.audit("export.requested", export.reference, after={"subject": subject, "view": view})
        transaction.on_commit(lambda: queue.call(TASK, export.pk), robust=True)
    return export


def _fixed(
    subject: ExportSubject,
    format: ExportFormat,  # noqa: A002
    view: View,
    filters: Mapping[str, Any],
    address: str,
) -> files.Wanted:
    """What would be exported now: as known at the last known time given in the view."""
    head = change_log.caught_up(view)
    return files.Wanted(
        subject, format, view, dict(filters), head.known or clock.now(), head.position, address
    )


def write_now(
    subject: ExportSubject,
    format: ExportFormat,  # noqa: A002
    view: View,
    filters: Mapping[str, Any],
    address: str,
    path: Path,
    told: Callable[[int], None],
) -> tuple[int, str]:
    """Write a file at once, for a command: its rows and its checksum (SHA-256, hex)."""
    with stored_files.NewFile(path) as file:
        rows = files.write(_fixed(subject, format, view, filters, address), file, told)
        file.finish()
        return rows, file.sha256


def of_requester(key: ApiKey | None, person: Person | None) -> QuerySet[Export]:
    """The exports of a key or of a person, the newest first."""
    own = Export.objects.filter(key=key) if key is not None else Export.objects.filter(person=person)
    return own.order_by("-id")


def path_of(export: Export) -> Path:
    """Where the file of an export lies; each attempt has its own."""
    name = f"{export.reference}-{export.attempts}.{files.SUFFIXES[ExportFormat(export.format)]}"
    return stored_files.folder(KIND) / name


def name_of(export: Export) -> str:
    """What the file is called for who fetches it."""
    moment = export.known.strftime("%Y%m%dT%H%M%SZ")
    return f"{export.subject}-{moment}-{export.reference}.{files.SUFFIXES[ExportFormat(export.format)]}"


def build(export_id: int) -> bool:
    """Build one export, if it still awaits that and nobody is at it. False where there was nothing to do."""
    export = _claim(export_id)
    if export is None:
        return False
    try:
        with stored_files.NewFile(path_of(export)) as file:
            rows = files.write(_wanted(export), file, lambda done: _go_on(export, done))
            file.finish()
            _finish(export, rows, file)
    except Overtaken:
        stored_files.remove([path_of(export)])
        log.info("export.overtaken", export=export.reference)
    except Exception:
        # Handed back at once; the last attempt that fails ends it.
        _own(export).update(claimed_until=clock.now())
        raise
    return True


def _claim(export_id: int) -> Export | None:
    """Take the lease of an export whose truces' standings are all weighed up to the moment it asks for."""
    now = clock.now()
    with transaction.atomic():
        hold(Held.EXPORTS, 0)
        export = Export.objects.filter(_free(now), pk=export_id).first()
        if export is None:
            return None
        if export.attempts >= MOST_ATTEMPTS:
            Export.objects.filter(pk=export.pk).update(state=ExportState.FAILED, claimed_until=None)
            log.error("export.failed", export=export.reference)
            return None
        if is_overtaken(export):
            Export.objects.filter(pk=export.pk).update(state=ExportState.INVALIDATED, claimed_until=None)
            return None
        if _awaits_weighing(export):
            return None
        if Export.objects.filter(state=ExportState.BUILDING, claimed_until__gt=now).count() >= MOST_BUILDING:
            return None
        Export.objects.filter(pk=export.pk).update(
            state=ExportState.BUILDING, claimed_until=now + LEASE, attempts=F("attempts") + 1, done=0
        )
        export.refresh_from_db()
        return export


def _free(now: Any) -> Q:
    left = Q(state=ExportState.BUILDING) & (Q(claimed_until__isnull=True) | Q(claimed_until__lte=now))
    return Q(state=ExportState.WAITING) | left


def _awaits_weighing(export: Export) -> bool:
    """Whether something that was known by the export's moment is not weighed yet."""
    due = DueIncident.objects.filter(change__known__lte=export.known)
    if export.filters.get("truce"):
        due = due.filter(truce__slug=export.filters["truce"])
    return due.exists()


def _wanted(export: Export) -> files.Wanted:
    return files.Wanted(
        ExportSubject(export.subject),
        ExportFormat(export.format),
        View(export.view),
        export.filters,
        export.known,
        export.position,
        export.address,
    )


def _own(export: Export) -> QuerySet[Export]:
    """The export's row, while this attempt is the one that builds it."""
    return Export.objects.filter(pk=export.pk, state=ExportState.BUILDING, attempts=export.attempts)


def _go_on(export: Export, done: int) -> None:
    if not _own(export).update(done=done, claimed_until=clock.now() + LEASE):
        raise Overtaken


def _finish(export: Export, rows: int, file: stored_files.NewFile) -> None:
    finished = _own(export).update(
        state=ExportState.FINISHED,
        claimed_until=None,
        done=rows,
        rows=rows,
        size=file.size,
        sha256=file.sha256,
        finished=clock.now(),
    )
    if not finished:
        raise Overtaken
    if is_overtaken(export):
        Export.objects.filter(pk=export.pk).update(state=ExportState.INVALIDATED)
        raise Overtaken


def sweep() -> None:
    """Call the workers for what can be built, or was left by one that was killed; the oldest first."""
    waiting = Export.objects.filter(_free(clock.now())).order_by("id").iterator()
    can_be_built = (export for export in waiting if not _awaits_weighing(export))
    for export in islice(can_be_built, MOST_BUILDING):
        queue.call(TASK, export.pk)


def invalidate(truces: Collection[str]) -> None:
    """End every public export that may hold what is being withdrawn, in the transaction that withdraws it.

    truces: slugs of those that it concerns; an export of another truce alone cannot hold it. The files go
    after the commit.
    """
    pending = [*PENDING, ExportState.FINISHED]
    of_others = Q(filters__truce__isnull=False) & ~Q(filters__truce__in=list(truces))
    ended = list(Export.objects.filter(state__in=pending, view=View.PUBLIC).exclude(of_others))
    Export.objects.filter(pk__in=[one.pk for one in ended]).update(
        state=ExportState.INVALIDATED, claimed_until=None
    )
    paths = [path_of(one) for one in ended]
    transaction.on_commit(lambda: stored_files.remove(paths), robust=True)


def is_overtaken(export: Export) -> bool:
    """Whether something that a public export may hold was withdrawn after the moment that it is of.

    Asked of the facts each time it is built or served, whatever its row says: one that was asked for while
    the withdrawal was under way is caught as well.
    """
    if export.view != View.PUBLIC:
        return False
    since = Q(change__known__isnull=True) | Q(change__known__gt=export.known)
    withheld = Publication.objects.filter(since, public=False)
    taken_down = RulingTakedown.objects.filter(since)
    if truce := export.filters.get("truce"):
        # What is told of an incident in one truce rests on its reports of others too.
        beside = ReportTruce.objects.filter(
            truce__slug=truce, report__incident_links__incident__links__report=OuterRef("report")
        )
        own = ReportTruce.objects.filter(truce__slug=truce, report=OuterRef("report"))
        withheld = withheld.filter(Exists(own) | Exists(beside))
        taken_down = taken_down.filter(ruling__term__truce__slug=truce)
    return withheld.exists() or taken_down.exists()


def clear() -> None:
    """End what has expired, and remove every file that is no finished or unfinished export's."""
    now = clock.now()
    Export.objects.filter(state=ExportState.FINISHED, expires__lte=now).update(state=ExportState.EXPIRED)
    held = Export.objects.filter(state__in=[ExportState.BUILDING, ExportState.FINISHED])
    names = {path_of(one).name for one in held}
    kept = names | {name + stored_files.UNFINISHED for name in names}
    before = now - timedelta(minutes=1)
    stored_files.remove(stored_files.strangers(KIND, kept, before.timestamp()))
