"""Assessing a truce: what changed is weighed, what the board comes to say is written down.

History is the diagonal, where "as of" and "known at" are the same moment: it moves at each moment at
which something became known and at each at which time alone changes a verdict. It is walked from where
the last assessment stopped, or from where a fact that came in since sets it back to: a historical one, or one
that had its known time before that assessment and was committed in the midst of it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Case, Exists, F, Max, OuterRef, Q, QuerySet, When

from tracker.compliance.assess import assess
from tracker.compliance.charter import Charter
from tracker.compliance.facts import TruceFacts, known_at
from tracker.compliance.verdicts import Message, StandingsReader, Status, as_json
from tracker.feed import allegations, projection
from tracker.feed.allegations import Entries
from tracker.models import (
    Change,
    ChangeTruce,
    DueIncident,
    EntryType,
    LogEntry,
    Transition,
    Truce,
    View,
)
from tracker.services import clock, placing, positions, prepared
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
# A truce that needs more steps than this in one go has a rule that never comes to rest.
MOST_STEPS = 100_000

# Looked up row by row: few are due, and joined all changes would be gone through for them.
_PLACED = Change.objects.filter(id=OuterRef("change_id"), known__isnull=False)

WORKER = Author.of_worker("assessment")
STANDING, COMPLIANCE, RENEWAL = "standing", "compliance", "renewal"


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
    took: float | None = None
    while _is_due(truce_id, until):
        if took is not None:
            time.sleep(min(max(PAUSE, REST * took), LONGEST_PAUSE))
        claim = _claim(truce_id)
        if claim is None:
            break
        began = time.monotonic()
        try:
            while _weigh_and_assess(claim, until) and claim.last_until(clock.now() + LEASE):
                pass
        finally:
            claim.end()
        took = time.monotonic() - began
        placing.place()
    return took is not None


def sweep() -> list[int]:
    """Do what is due whoever was told of it: place changes, and assess the truces that are behind.

    Returns the row ids of the truces that were assessed.
    """
    positions.place()
    return [truce for truce in due_truces() if assess_truce(truce)]


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


def _is_due(truce_id: int, until: datetime | None) -> bool:
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
    for subject in sorted(told.keys() | now.keys()):
        old, new = told.get(subject), now.get(subject)
        if allegations.is_said(old, new):
            continue
        if new is None:
            what = EntryType.ALLEGATION_WITHDRAWN
        else:
            what = EntryType.ALLEGATION_OPENED if old is None else EntryType.ALLEGATION_UPDATED
        current.say(what, subject, truce=truce, payload=new, views=(view,))


@dataclass(frozen=True, slots=True)
class Said:
    """What the board says of one thing: a term in a reading, or the truce itself."""

    state: str
    since: datetime | None
    message: str
    values: dict[str, Any]
    evidence: list[str]

    def differs(self, other: Said | None) -> bool:
        return other is None or (self.state, self.since) != (other.state, other.since)


ReaderAt = Callable[[datetime], StandingsReader]
Subject = tuple[str | None, str]  # a term's reference, or None for the truce; and the reading


def what_is_said(status: Status) -> dict[Subject, Said]:
    """Each subject of a status and what is said of it."""
    said: dict[Subject, Said] = {
        (None, STANDING): _said(status.standing, status.standing_since, status.standing_why),
        (None, COMPLIANCE): _said(status.compliance, None, status.compliance_why),
    }
    if status.renewal is not None:
        said[None, RENEWAL] = Said(
            status.renewal.state, status.renewal.ends, "renewal." + status.renewal.state, {}, []
        )
    for term in status.terms:
        for reading, verdict in term.readings.items():
            said[term.ref, reading] = Said(
                verdict.state,
                verdict.since,
                verdict.message.code,
                as_json(verdict.values),
                list(verdict.evidence),
            )
    return said


def _said(state: str, since: datetime | None, why: Message) -> Said:
    return Said(state, since, why.code, as_json(why.values), [])


@dataclass(frozen=True, slots=True)
class Step:
    """A moment on the diagonal at which something came to be said otherwise."""

    moment: datetime
    subject: Subject
    said: Said


def horizon(truce: Truce) -> datetime | None:
    """Where time stops for a historical truce: its record's end, or its last historical fact if later."""
    if truce.record_ends is None:
        return None
    last = Change.objects.filter(truces__truce=truce, historical=True).aggregate(Max("known_given"))
    return max(truce.record_ends, last["known_given__max"] or truce.record_ends)


def walk(
    charter: Charter,
    facts: TruceFacts,
    reader_at: ReaderAt,
    known_moments: Iterable[datetime],
    said: dict[Subject, Said],
    *,
    start: datetime | None,
    until: datetime,
    horizon: datetime | None,
    next_moment: datetime | None,
) -> tuple[list[Step], datetime | None]:
    """Walk the diagonal over ``start < t <= until``: the steps, and when time alone changes it next.

    ``said`` is what was said at ``start`` and is kept up to date. ``next_moment`` is when time alone was
    to change it. Beyond ``horizon`` time stands still and only what becomes known moves.
    """
    ahead = sorted(
        {moment for moment in known_moments if (start is None or moment > start) and moment <= until}
    )
    ahead.reverse()
    steps: list[Step] = []
    for _step in range(MOST_STEPS):
        timed = _timed(next_moment, start, until, horizon)
        if not ahead and timed is None:
            return steps, next_moment if _before(next_moment, horizon) else None
        moment = ahead.pop() if timed is None or (ahead and ahead[-1] <= timed) else timed
        as_of = moment if horizon is None else min(moment, horizon)
        status = assess(charter, reader_at(moment), known_at(facts, moment), as_of)
        for subject, new in what_is_said(status).items():
            if new.differs(said.get(subject)):
                steps.append(Step(moment, subject, new))
            said[subject] = new
        start, next_moment = moment, status.next_moment
    raise RuntimeError(f"the history of {charter.slug} does not come to rest")


def _before(moment: datetime | None, horizon: datetime | None) -> bool:
    return moment is not None and (horizon is None or moment <= horizon)


def _timed(
    next_moment: datetime | None, start: datetime | None, until: datetime, horizon: datetime | None
) -> datetime | None:
    if next_moment is None or next_moment > until or not _before(next_moment, horizon):
        return None
    return next_moment if start is None or next_moment > start else None


def known_moments(truce: Truce, after: datetime | None) -> list[datetime]:
    """The moments after ``after`` at which something became known that concerns a truce, in order."""
    changes = Change.objects.filter(truces__truce=truce, reassesses=True, known__isnull=False)
    if after is not None:
        changes = changes.filter(known__gt=after)
    moments = changes.values_list("known", flat=True).distinct().order_by("known")
    return [moment for moment in moments if moment is not None]


def _write_history(current: Writing, truce: Truce, charter: Charter, claim: Claim, last: datetime) -> bool:
    """Walk from where the last assessment stopped to ``last``, as far as one transaction goes, and store what
    differs.

    True while more is to be walked.
    """
    end, start = horizon(truce), _start(truce)
    moments = [moment for moment in known_moments(truce, start) if moment <= last]
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
            timed = _time_alone(truce, charter, facts, reader_at, start, end)
        steps, following = walk(
            charter,
            facts,
            reader_at,
            moments,
            {} if start is None else _said_by(truce, view, start),
            start=start,
            until=last,
            horizon=end,
            next_moment=timed,
        )
        nexts.append(following)
        _store_steps(current, truce, view, start, last if is_part else None, steps)
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


def _start(truce: Truce) -> datetime | None:
    """The last moment that need not be walked again, or None for the whole of it."""
    if truce.assessed_until is None or truce.walk_from is None:
        return truce.assessed_until
    return min(truce.assessed_until, truce.walk_from - timedelta(microseconds=1))


def _said_by(truce: Truce, view: View, moment: datetime) -> dict[Subject, Said]:
    """What was said last by a moment up to which the history is written."""
    rows = (
        Transition.objects.filter(truce=truce, view=view, superseded__isnull=True, known__lte=moment)
        .order_by("term_id", "reading", "-known")
        .distinct("term_id", "reading")
        .values_list("term__ref", "reading", "state", "since", "message", "values", "evidence")
    )
    return {(ref, reading): Said(*said) for ref, reading, *said in rows}


def _time_alone(
    truce: Truce,
    charter: Charter,
    facts: TruceFacts,
    reader_at: ReaderAt,
    moment: datetime,
    end: datetime | None,
) -> datetime | None:
    """When time alone was to change what was said at a moment that the walk goes back to."""
    if not known_before(truce, moment):
        return None
    as_of = moment if end is None else min(moment, end)
    return assess(charter, reader_at(moment), known_at(facts, moment), as_of).next_moment


def known_before(truce: Truce, moment: datetime) -> bool:
    """Whether anything about a truce was known at a moment: before that its board said nothing."""
    return ChangeTruce.objects.filter(truce=truce, change__known__lte=moment).exists()


def _store_steps(
    current: Writing,
    truce: Truce,
    view: View,
    start: datetime | None,
    last: datetime | None,
    steps: list[Step],
) -> None:
    """Store the steps after ``start``, up to ``last`` (None: all that there are), and supersede what is not
    among them."""
    terms = {term.ref: term for term in truce.terms.all()}
    rows = Transition.objects.filter(truce=truce, view=view, superseded__isnull=True).select_related("term")
    if start is not None:
        rows = rows.filter(known__gt=start)
    if last is not None:
        rows = rows.filter(known__lte=last)
    stored = {(row.term.ref if row.term else None, row.reading, row.known): row for row in rows}
    wrong: list[Transition] = []
    new: list[tuple[Step, Transition | None]] = []
    for step in steps:
        old = stored.pop((*step.subject, step.moment), None)
        if old is not None and (old.state, old.since) == (step.said.state, step.said.since):
            continue
        if old is not None:
            wrong.append(old)
        new.append((step, old))
    wrong.extend(stored.values())
    now = clock.now()
    for row in wrong:
        row.superseded = now
    Transition.objects.bulk_update(wrong, ["superseded"])
    for step, old in new:
        ref, reading = step.subject
        row = Transition.objects.create(
            truce=truce,
            term=terms[ref] if ref else None,
            reading=reading,
            view=view,
            state=step.said.state,
            since=step.said.since,
            known=step.moment,
            message=step.said.message,
            values=step.said.values,
            evidence=step.said.evidence,
            change=current.change,
            supersedes=old,
        )
        current.say(
            EntryType.TERM_CHANGED if ref else EntryType.TRUCE_CHANGED,
            row.reference,
            truce=truce,
            payload=projection.transition(row),
            views=(view,),
        )
