"""The history of a truce: what its board came to say, and when.

It is the diagonal, where "as of" and "known at" are the same moment: it moves at each moment at which
something became known and at each at which time alone changes a verdict. Its steps are stored as transitions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Max

from tracker.compliance.assess import assess
from tracker.compliance.charter import Charter
from tracker.compliance.facts import TruceFacts, known_at
from tracker.compliance.verdicts import Message, StandingsReader, Status, as_json
from tracker.feed import projection, shown
from tracker.models import Change, ChangeTruce, EntryType, Transition, Truce, View
from tracker.services import clock
from tracker.services.writing import Writing

# A truce that needs more steps than this in one go has a rule that never comes to rest.
MOST_STEPS = 100_000

STANDING, COMPLIANCE, RENEWAL = "standing", "compliance", "renewal"


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


def start_of(truce: Truce) -> datetime | None:
    """The last moment that need not be walked again, or None for the whole of it."""
    if truce.assessed_until is None or truce.walk_from is None:
        return truce.assessed_until
    return min(truce.assessed_until, truce.walk_from - timedelta(microseconds=1))


def said_by(truce: Truce, view: View, moment: datetime) -> dict[Subject, Said]:
    """What was said last by a moment up to which the history is written."""
    rows = (
        Transition.objects.filter(truce=truce, view=view, superseded__isnull=True, known__lte=moment)
        .order_by("term_id", "reading", "-known")
        .distinct("term_id", "reading")
        .values_list("term__ref", "reading", "state", "since", "message", "values", "evidence")
    )
    return {(ref, reading): Said(*said) for ref, reading, *said in rows}


def time_alone(
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


def store(
    current: Writing,
    truce: Truce,
    view: View,
    start: datetime | None,
    last: datetime | None,
    steps: list[Step],
) -> None:
    """Store the steps after ``start``, up to ``last`` (None: all that there are), and supersede what is not
    among them. Each is said in the log of a view that sees the truce."""
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
        if not shown.shows_truce(truce, view):
            continue
        current.say(
            EntryType.TERM_CHANGED if ref else EntryType.TRUCE_CHANGED,
            row.reference,
            truce=truce,
            payload=projection.transition(row),
            views=(view,),
        )
