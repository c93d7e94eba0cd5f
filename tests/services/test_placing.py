"""Placing: at once while it is quiet, together while many come in, and nothing is forgotten at the end."""

from __future__ import annotations

import itertools
import threading
import time
from datetime import timedelta

import pytest

from ceasefire.processes import wait_for
from tracker.models import Change, EntryType
from tracker.services import clock, placing, positions
from tracker.services.writing import writing

pytestmark = pytest.mark.django_db(transaction=True)
AN_HOUR = 3600


@pytest.fixture
def started(monkeypatch):
    """Starts a placer with a gap (seconds), as a web process does; it ends with the test."""

    def start(gap):
        monkeypatch.setattr(placing, "_placer", placing.Placer(gap))

    yield start
    placing.stop()


def write(author):
    with writing(author) as w:
        pass
    return w.change.pk


def tell(author):
    """Write something of which the log tells, so that it shows when it was placed."""
    with writing(author) as w:
        w.say(EntryType.REPORT_RECEIVED, "rep_0000000000", truce=None, payload=None)
    return w.change.pk


def knowns(changes):
    return list(Change.objects.filter(pk__in=changes).order_by("id").values_list("known", flat=True))


def test_what_comes_while_it_is_quiet_is_placed_before_its_writer_goes_on(author, started):
    started(AN_HOUR)
    assert None not in knowns([write(author)])


def test_what_comes_thick_and_fast_is_placed_together_and_nobody_waits(author, started):
    started(2)
    first = write(author)
    later = [write(author) for _ in range(5)]
    assert knowns(later) == [None] * 5
    wait_for(lambda: not positions.unplaced(), 10, "what was put off is placed")
    assert len(set(knowns(later))) == 1
    assert knowns([first])[0] < knowns(later)[0]


def test_what_another_process_has_placed_within_the_gap_is_waited_for(author, started):
    gap = timedelta(seconds=2)
    started(gap.total_seconds())
    (first,) = knowns([write(author)])
    put_off = write(author)
    wait_for(lambda: clock.now() > first + gap / 2, 10, "half of the gap is over")
    told = tell(author)
    positions.place()  # as another process does
    later = write(author)
    wait_for(lambda: not positions.unplaced(), 10, "what was put off is placed")
    (others,), (ours,) = knowns([told]), knowns([later])
    assert knowns([put_off]) == [others], "it placed ours as well"
    assert ours - others >= gap, "and we waited for the rest of the gap"


def test_however_many_processes_place_what_they_took_in_there_is_one_gap(author, monkeypatch):
    gap = 0.2
    # No longer one, or so many would wait that they are placed in two batches.
    monkeypatch.setattr(placing, "LONG_GAP", gap)
    placers = [placing.Placer(gap) for _ in range(4)]
    asked = itertools.cycle(placers)
    monkeypatch.setattr(placing, "place", lambda: next(asked).ask())
    changes, ends = [], time.monotonic() + 10 * gap
    while time.monotonic() < ends:
        changes.append(tell(author))
    wait_for(lambda: not positions.unplaced(), 10, "what was put off is placed")
    for placer in placers:
        placer.end()
    moments = sorted(set(knowns(changes)))
    assert len(moments) > 3
    assert min(b - a for a, b in itertools.pairwise(moments)) >= timedelta(seconds=gap)


def test_who_has_just_missed_that_another_has_placed_waits_for_the_gap_as_well(author, started, monkeypatch):
    started(2)
    first = tell(author)
    monkeypatch.setattr(placing._placer, "_began", float("-inf"))
    monkeypatch.setattr(placing._placer, "_since_placed", lambda: AN_HOUR)
    second = tell(author)
    assert knowns([second]) == [None]
    wait_for(lambda: not positions.unplaced(), 10, "what was put off is placed")
    (earlier,), (later,) = knowns([first]), knowns([second])
    assert later - earlier >= timedelta(seconds=2)


def test_in_a_storm_it_is_placed_less_often_and_once_it_is_over_as_before(author, started, monkeypatch):
    monkeypatch.setattr(placing, "STORM", 10)
    monkeypatch.setattr(placing, "LONG_GAP", 1)
    started(0.2)
    placer = placing._placer
    # The gap grows with what is placed, and falls back with the first one that comes after it.
    wait_for(lambda: write(author) and placer.gap > 0.2, 30, "more come in a second than are told of at once")
    over = time.monotonic() + 1.5
    wait_for(lambda: time.monotonic() > over and not positions.unplaced(), 10, "the storm is over")
    assert None not in knowns([write(author)]), "what comes while it is quiet is placed at once"
    assert placer.gap == 0.2


def test_what_was_put_off_is_placed_when_the_process_ends(author, started):
    started(AN_HOUR)
    changes = [write(author) for _ in range(3)]
    assert knowns(changes)[1:] == [None, None]
    placing.stop()
    assert None not in knowns(changes)
    assert "placing" not in {thread.name for thread in threading.enumerate()}


def test_a_workers_process_puts_off_as_the_web_does_until_it_ends(author):
    from celery import signals

    signals.worker_process_init.send(sender=None)
    placer = placing._placer
    assert placer is not None
    placer.gap = AN_HOUR  # so that it is within the gap, however slow the machine
    tell(author)
    put_off = tell(author)
    assert knowns([put_off]) == [None]
    signals.worker_process_shutdown.send(sender=None, pid=1, exitcode=0)
    assert None not in knowns([put_off])
    assert placing._placer is None


def test_a_reader_of_the_log_does_not_wait_for_what_was_put_off(author, started, client):
    started(AN_HOUR)
    changes = [write(author) for _ in range(3)]
    assert client.get("/api/v1/feed").status_code == 200
    assert None not in knowns(changes)


def test_a_failure_is_made_up_for_by_the_next_one(author, started, monkeypatch):
    started(0.5)
    place, failures = positions.place, []

    def fails_once(**how):
        if threading.current_thread().name == "placing" and not failures:
            failures.append(1)
            raise RuntimeError("the database went away")
        return place(**how)

    monkeypatch.setattr(positions, "place", fails_once)
    changes = []
    # Until one comes within the gap of the one before: only then has the thread work, however slow all is.
    wait_for(lambda: changes.append(write(author)) or failures, 30, "the thread has failed")
    wait_for(lambda: write(author) and None not in knowns(changes), 10, "the next one finds them")
