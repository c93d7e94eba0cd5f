"""Purges: what may no longer be told is deleted wherever it waits to be told, in one transaction with why.

The payloads in the change log and in what awaits its place there, the snapshots, and the exports that may
hold it. Whatever a browser or a proxy has kept must be asked about again before it is shown, and is then
found changed: the log's ETags count the purges.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import reduce
from operator import or_

from django.db import connection
from django.db.models import F, Q

from tracker.models import LogDraft, LogEntry, LogHead, LogPayload, Truce, View
from tracker.services import exports, positions, snapshots
from tracker.services.locks import Held, hold


def purge(subjects: Collection[str], under: Collection[str], truces: Collection[Truce]) -> list[str]:
    """Delete every public payload about the subjects, and about those whose reference begins with ``under``.

    Returns the subjects that had one. Ends the snapshots, and the exports that may hold something of the
    truces. Holds the truces and the positions' lock to the end of the transaction, so that nothing that is
    being assessed or placed slips past.
    """
    for truce in sorted(truces, key=lambda truce: truce.pk):
        hold(Held.TRUCE, truce.pk)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [positions.LOCK])
    about = reduce(or_, (Q(subject__startswith=one) for one in under), Q(subject__in=list(subjects)))
    waiting = LogDraft.objects.filter(about, view=View.PUBLIC, payload__isnull=False)
    unsaid = list(waiting.values_list("subject", flat=True))
    waiting.update(payload=None)
    told = LogEntry.objects.filter(about, view=View.PUBLIC, digest__isnull=False)
    found = dict(told.values_list("position", "subject"))
    LogPayload.objects.filter(view=View.PUBLIC, position__in=list(found)).delete()
    LogHead.objects.filter(view=View.PUBLIC).update(purges=F("purges") + 1)
    snapshots.purge()
    exports.invalidate([truce.slug for truce in truces])
    return list(dict.fromkeys([*found.values(), *unsaid]))
