"""One writing transaction: the change, its audit entries, its log drafts and the work that it makes due.

Every service that writes does so inside ``writing``; nothing else creates a ``Change``. Positions and
known times are given only after the commit (``placing``), so a writer never waits for another one and
never holds up a reader.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import orjson
from django.db import models, transaction

from tracker.models import (
    AuditEntry,
    Change,
    ChangeTruce,
    DueIncident,
    EntryType,
    Incident,
    LogDraft,
    Truce,
    View,
)
from tracker.services import clock, insertion, placing
from tracker.services.authors import Author

BOTH_VIEWS = (View.PUBLIC, View.FULL)


class Writing:
    """What a transaction has said so far of itself; ``writing`` stores it at the end of its block.

    Rows that nobody reads back before then may be stored together with that (``keep``).
    """

    def __init__(self, change: Change, author: Author):
        self.change = change
        self.author = author
        self.reserved: list[int] = []
        self._kept: list[models.Model] = []
        self._audit: list[AuditEntry] = []
        self._drafts: list[LogDraft] = []
        self._truces: dict[int, Truce] = {}
        self._due: dict[tuple[int, int], DueIncident] = {}
        self._everywhere: set[int] = set()

    def keep(self, *rows: models.Model) -> None:
        """Have new rows stored with all else that this transaction says, or by ``flush``."""
        insertion.fill(rows)
        self._kept.extend(rows)

    def flush(self) -> None:
        """Store what was kept now: something reads it, or names it."""
        insertion.insert(self._kept)
        self._kept.clear()

    def audit(self, verb: str, subject: str, *, before: Any = None, after: Any = None) -> None:
        """Record what was done to what. ``before`` and ``after`` hold codes, figures and references."""
        self._audit.append(
            insertion.new(
                AuditEntry,
                change=self.change,
                verb=verb,
                subject=subject,
                actor=self.author.name,
                before=before,
                after=after,
                recorded=self.change.made,
            )
        )

    def say(
        self,
        what: EntryType,
        subject: str,
        *,
        truce: Truce | None,
        payload: dict[str, Any] | None,
        views: tuple[View, ...] = BOTH_VIEWS,
    ) -> None:
        """Draft a log entry, in each of ``views``. ``payload`` must be fit for the narrowest of them."""
        text = None if payload is None else orjson.dumps(payload).decode()
        for view in views:
            self._drafts.append(
                insertion.new(
                    LogDraft,
                    change=self.change,
                    view=view,
                    type=what,
                    truce=truce,
                    subject=subject,
                    payload=text,
                )
            )

    def concerns(self, truce: Truce) -> None:
        """Have a truce assessed again once this change has its known time."""
        self._truces[truce.pk] = truce

    def touches(self, truce: Truce, incident: Incident) -> None:
        """Have an incident weighed again for a truce, and the truce assessed."""
        self.concerns(truce)
        self._due[truce.pk, incident.pk] = insertion.new(
            DueIncident, change=self.change, truce=truce, incident=incident
        )

    def touches_everywhere(self, incident: Incident, truces: Iterable[Truce]) -> None:
        """The same for some truces, and for every other that a report about the incident concerns.

        What is said of it in any of them rests on all its reports, whichever truce each was sent for.
        """
        for truce in truces:
            self.touches(truce, incident)
        # One that was opened here has no report but those of this transaction.
        if incident.change_id != self.change.pk and incident.pk not in self._everywhere:
            self._everywhere.add(incident.pk)
            for truce in Truce.objects.filter(
                report_truces__report__incident_links__incident=incident
            ).distinct():
                self.touches(truce, incident)

    def store(self) -> None:
        concerned = [
            insertion.new(ChangeTruce, change=self.change, truce=truce) for truce in self._truces.values()
        ]
        insertion.insert(
            [*self._kept, *self._audit, *self._drafts, *concerned, *self._due.values()], ends=True
        )
        self._kept.clear()


@contextmanager
def writing(
    author: Author,
    *,
    reassesses: bool = True,
    known_given: datetime | None = None,
    known_basis: str = "",
    ids: Sequence[int] = (),
) -> Iterator[Writing]:
    """Open one writing transaction and yield its ``Writing``.

    ``known_given`` (UTC) marks the change historical: it then counts from that moment. ``reassesses``
    is false only for what a worker derives. ``ids``, reserved before, are the change's and then those of
    rows that the block makes (``reserved``); the change itself is then stored with what is kept. Where
    nothing was asked of the database before that, all of it is one statement that commits by itself. After
    the commit of the outermost block positions are given and the workers are called; neither can undo the
    commit.
    """
    with transaction.atomic():
        change = insertion.new(
            Change,
            made=clock.now(),
            person=author.person,
            key=author.key,
            worker=author.worker,
            request_id=author.request_id,
            reassesses=reassesses,
            historical=known_given is not None,
            known_given=known_given,
            known_basis=known_basis,
        )
        current = Writing(change, author)
        if ids:
            change.pk, *current.reserved = ids
            current.keep(change)
        else:
            insertion.insert([change])
        yield current
        current.store()
        transaction.on_commit(placing.place, robust=True)
