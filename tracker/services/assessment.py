"""Assessing a truce: what changed is weighed, what the board comes to say is written down.

The history is walked from where the last assessment stopped, or from where a fact that came in since sets
it back to: a historical one, or one that had its known time before that assessment and was committed in the
midst of it.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, When

from tracker.compliance.charter import Charter
from tracker.feed import allegations, shown
from tracker.feed.allegations import Entries
from tracker.models import (
    Change,
    DueIncident,
    EntryType,
    LogEntry,
    Truce,
    View,
)
from tracker.services import clock, history, placing, positions, prepared, queue
from tracker.services.authors import Author
from tracker.services.charters import charter_of
from tracker.services.facts import truce_facts_in_views
from tracker.services.locks import Held, hold
from tracker.services.standings import readers, weigh_incidents
from tracker.services.writing import Writing, writing

LEASE = timedelta(seconds=20)
PAUSE, LONGEST_PAUSE = 0.3, 2.0
"""Seconds between one assessment and the next where reports come thick and fast: what an assessment asks
before it comes to the single moments is then asked once for several of them."""
REST = 3
"""How many times as long as it took to assess the pause is, up to the longest: where computing from reports
takes long, taking them in comes before it. The database's share of it knows no priority but this."""
INCIDENTS_AT_ONCE = 500
MOMENTS_AT_ONCE = 200
"""How many known moments are walked in one transaction: in a truce of a million incidents about ten seconds,
half a ``LEASE``. After a flood the board catches up step by step."""
# Looked up row by row: few are due, and joined all changes would be gone through for them.
_PLACED = Change.objects.filter(id=OuterRef("change_id"), known__isnull=False)

WORKER = Author.of_worker("assessment")


def assess_truce(truce_id: int, until: datetime | None = None) -> bool:
    """Bring a truce's standings, history and log up to date. True if this call did so.

    1. Claim it by a conditional update; whoever holds the claim does the work, and looks again after
       letting go, so a call that finds it claimed may leave.
    2. Weigh the incidents that placed changes touched, a batch a transaction.
    3. Walk the diagonal to now (``until``: to that moment, for a replay) in both views, some known moments a
       transaction, and store what the board came to say as transitions with their log entries, unless a newer
       revision has been assessed.
    4. Let go, and begin again, after a pause, while there is more.

    Doing it twice, late or out of order changes nothing.
    """
    pause: float | None = None
    while _is_due(truce_id, until):
        if pause is not None:
            time.sleep(pause)
        took = _assess_once(truce_id, until)
        if took is None:
            break
        pause = _pause_after(took)
    return pause is not None


def assess_in_turn(truce_id: int) -> bool:
    """The same, once. True if this call did so.

    Where more has come meanwhile the workers are called again after the pause: until then they are there for
    other truces.
    """
    took = _assess_once(truce_id) if _is_due(truce_id) else None
    if took is not None and _is_due(truce_id):
        queue.call("tracker.tasks.assess_truce", truce_id, after=_pause_after(took))
    return took is not None


def _pause_after(took: float) -> float:
    return min(max(PAUSE, REST * took), LONGEST_PAUSE)


def _assess_once(truce_id: int, until: datetime | None = None) -> float | None:
    """Claim, weigh, walk and let go; how many seconds it took, or None where somebody else has the claim."""
    began = time.monotonic()
    claim = _claim(truce_id)
    if claim is None:
        return None
    try:
        while _weigh_and_assess(claim, until) and claim.last_until(clock.now() + LEASE):
            pass
    finally:
        claim.end()
    took = time.monotonic() - began
    placing.place()
    return took


def sweep() -> list[int]:
    """Do what is due whoever was told of it: place changes, and assess the truces that are behind.

    Returns the row ids of the truces that were assessed.
    """
    positions.place()
    return [truce for truce in due_truces() if assess_in_turn(truce)]


def due_truces() -> list[int]:
    """Row ids of the truces whose facts have moved on or whose next moment has come."""
    due = Q(revision__gt=F("assessed_revision")) | Q(next_moment__lte=clock.now())
    return list(Truce.objects.filter(due).values_list("id", flat=True).order_by("id"))


def is_behind(truce: Truce, view: View) -> bool:
    """Whether a report that a view was told of still waits for its assessment."""
    told = LogEntry.objects.filter(truce=truce, view=view, type=EntryType.REPORT_RECEIVED)
    if truce.assessed_until is not None:
        told = told.filter(known__gt=truce.assessed_until)
    return told.exists()


def _is_due(truce_id: int, until: datetime | None = None) -> bool:
    due = Q(revision__gt=F("assessed_revision")) | Q(next_moment__lte=until or clock.now())
    return Truce.objects.filter(due, pk=truce_id).exists()


@dataclass
class Claim:
    """The right to assess a truce, at a revision, for as long as the lease lasts."""

    truce: int
    revision: int
    until: datetime

    def last_until(self, until: datetime) -> bool:
        """Have it last longer. False where somebody has taken it over, who then does the rest."""
        if not self._held().update(claimed_until=until):
            return False
        self.until = until
        return True

    def end(self) -> None:
        """Let go of the truce, unless somebody has taken it over."""
        self._held().update(claimed_until=None)

    def _held(self) -> QuerySet[Truce]:
        return Truce.objects.filter(pk=self.truce, claimed_until=self.until)


# Before anything else is read: what is placed after this has the truce gone over once more, and from then on.
_CLAIM = """
    UPDATE tracker_truce
    SET claimed_until = %(until)s, walk_from = least(walk_from, rewind_to), rewind_to = NULL
    WHERE id = %(truce)s AND (claimed_until IS NULL OR claimed_until <= %(now)s)
    RETURNING revision
"""


def _claim(truce_id: int) -> Claim | None:
    now = clock.now()
    found = prepared.rows(_CLAIM, {"truce": truce_id, "now": now, "until": now + LEASE})
    return Claim(truce_id, found[0][0], now + LEASE) if found else None


def _weigh_and_assess(claim: Claim, until: datetime | None) -> bool:
    """Weigh one batch of due incidents and, with the last one, write the history. True while more is to do.

    One transaction: what the board says and the standings that it says it of are there together.
    """
    with writing(WORKER, reassesses=False) as current:
        # A purge comes before all of this, and is seen, or after, and finds what this has said.
        hold(Held.TRUCE, claim.truce)
        # What is placed from here on is known later than this, and is no part of what is walked.
        last = until or clock.now()
        truce = Truce.objects.get(pk=claim.truce)
        charter = charter_of(truce)
        due = list(
            DueIncident.objects.filter(Exists(_PLACED), truce=truce)
            .order_by("change_id", "id")
            .values_list("id", "incident_id")[:INCIDENTS_AT_ONCE]
        )
        if due:
            _weigh(current, truce, charter, {incident for _due, incident in due})
            DueIncident.objects.filter(id__in=[row for row, _incident in due]).delete()
        if len(due) == INCIDENTS_AT_ONCE:
            return True
        return _write_history(current, truce, charter, claim, last)


def _weigh(current: Writing, truce: Truce, charter: Charter, incidents: set[int]) -> None:
    """Weigh incidents (row ids) again and say what their allegations have come to be."""
    told = allegations.told(incidents, truce)
    weigh_incidents(incidents, truce, charter)
    for view in View:
        _say_allegations(current, truce, view, told[view], allegations.of_incidents(incidents, truce, view))


def _say_allegations(current: Writing, truce: Truce, view: View, told: Entries, now: Entries) -> None:
    if not shown.shows_truce(truce, view):
        return
    for subject in sorted(told.keys() | now.keys()):
        old, new = told.get(subject), now.get(subject)
        if allegations.is_said(old, new):
            continue
        if new is None:
            what = EntryType.ALLEGATION_WITHDRAWN
        else:
            what = EntryType.ALLEGATION_OPENED if old is None else EntryType.ALLEGATION_UPDATED
        current.say(what, subject, truce=truce, payload=new, views=(view,))


def _write_history(current: Writing, truce: Truce, charter: Charter, claim: Claim, last: datetime) -> bool:
    """Walk from where the last assessment stopped to ``last``, as far as one transaction goes, and store what
    differs.

    True while more is to be walked.
    """
    end, start = history.horizon(truce), history.start_of(truce)
    moments = [moment for moment in history.known_moments(truce, start) if moment <= last]
    is_part = len(moments) > MOMENTS_AT_ONCE
    if is_part:
        moments = moments[:MOMENTS_AT_ONCE]
        last = moments[-1]
    nexts = []
    for view, facts in truce_facts_in_views(truce).items():
        reader_at = readers(truce, view)
        # What is kept is the earliest of both views: in the other one nothing is found to say by then. Where
        # a record ends it may have been left out as lying beyond, and the end has moved since.
        timed = truce.next_moment
        if start is not None and (end is not None or start != truce.assessed_until):
            timed = history.time_alone(truce, charter, facts, reader_at, start, end)
        steps, following = history.walk(
            charter,
            facts,
            reader_at,
            moments,
            {} if start is None else history.said_by(truce, view, start),
            start=start,
            until=last,
            horizon=end,
            next_moment=timed,
        )
        nexts.append(following)
        history.store(current, truce, view, start, last if is_part else None, steps)
    stored = Truce.objects.filter(pk=truce.pk, assessed_revision__lte=claim.revision).update(
        assessed_revision=F("assessed_revision") if is_part else claim.revision,
        assessed_until=last,
        next_moment=min((moment for moment in nexts if moment is not None), default=None),
        # Who took the claim over goes over what was left to it, whatever this has seen of it.
        walk_from=Case(When(claimed_until=claim.until, then=None), default=F("walk_from")),
    )
    if not stored:
        transaction.set_rollback(True)
    return bool(stored) and is_part
