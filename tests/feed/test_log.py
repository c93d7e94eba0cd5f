"""The change log is read in blocks; none of them shows, wherever a reader begins and ends."""

from __future__ import annotations

import threading

import orjson
import pytest

from tests.api.cast import START, another_of
from tracker.feed import log as change_log
from tracker.models import LogEntry, LogHead, LogPayload, Truce, View

COUNT = 2 * change_log.IN_A_BLOCK + 2
BOUNDS = sorted({0, 1, *(k * change_log.IN_A_BLOCK + n for k in (1, 2) for n in (-1, 0, 1)), COUNT})


ADDRESS = "/feed?after={}".format


def envelope(number):
    """All that is sent of an entry before the version of its payload."""
    said = {"position": number, "subject": f'rep_"{number}\\'}
    return orjson.dumps(said).decode().removesuffix("}") + ',"payload_version":'


@pytest.fixture
def entries(cast):
    """Entries of two truces by turns, every fifth without its payload."""
    truces = cast.truce.pk, None
    LogHead.objects.update_or_create(view=View.PUBLIC, defaults={"position": COUNT, "known": START})
    common = {"view": View.PUBLIC, "type": "report.received", "change_id": 1, "known": START}
    numbers = range(1, COUNT + 1)
    LogEntry.objects.bulk_create(
        LogEntry(position=n, subject=f'rep_"{n}\\', truce_id=truces[n % 2], envelope=envelope(n), **common)
        for n in numbers
    )
    LogPayload.objects.bulk_create(
        LogPayload(view=View.PUBLIC, position=n, salt=b"", payload=f'{{"é":{n}}}') for n in numbers if n % 5
    )
    return cast.truce.pk


@pytest.mark.parametrize("after", BOUNDS)
@pytest.mark.parametrize("at_once", [change_log.IN_A_BLOCK, change_log.AT_ONCE])
def test_a_page_and_lines_hold_each_entry_once_and_in_order(entries, after, at_once, monkeypatch):
    monkeypatch.setattr(change_log, "AT_ONCE", at_once)
    for limit in BOUNDS[1:]:
        for truce in (None, entries):
            page = change_log.page(View.PUBLIC, after=after, limit=limit, truce_id=truce)
            body = page.body(ADDRESS)
            found = orjson.loads(body)["results"]
            step = [n for n in range(after + 1, COUNT + 1) if truce is None or n % 2 == 0]
            assert [one["position"] for one in found] == step[:limit]
            assert [one["payload"] for one in found] == [{"é": n} if n % 5 else None for n in step[:limit]]
            assert [one["subject"] for one in found] == [f'rep_"{n}\\' for n in step[:limit]]
            assert (page.count, page.end) == (len(found), found[-1]["position"] if found else after)
            given = {"after": after, "last": COUNT, "limit": limit, "truce_id": truce, "address": ADDRESS}
            assert b"".join(change_log.page_in_pieces(View.PUBLIC, **given)) == body
            lines = change_log.blocks(View.PUBLIC, after=after, upto=COUNT, limit=limit, truce_id=truce)
            assert [orjson.loads(line) for line in b"".join(lines).splitlines()] == found


@pytest.fixture
def redacted(cast):
    """Of every five entries one of the truce, one of another, and of none a takedown and two others."""
    of_truce, of_another = cast.truce, Truce.objects.create(**another_of(cast.truce))
    LogHead.objects.update_or_create(view=View.PUBLIC, defaults={"position": COUNT, "known": START})
    kinds = {1: (of_truce.pk, "report.received"), 2: (of_another.pk, "report.received")}
    kinds |= {3: (None, "entry.redacted"), 4: (None, "report.received"), 0: (None, "incident.opened")}
    LogEntry.objects.bulk_create(
        LogEntry(
            view=View.PUBLIC,
            position=n,
            truce_id=kinds[n % 5][0],
            type=kinds[n % 5][1],
            subject=f'rep_"{n}\\',
            change_id=1,
            known=START,
            envelope=envelope(n),
        )
        for n in range(1, COUNT + 1)
    )
    return cast.truce.pk


@pytest.mark.parametrize("at_once", [1, 7, change_log.IN_A_BLOCK, change_log.AT_ONCE])
def test_whoever_reads_one_truce_is_told_of_every_takedown_that_names_none(redacted, at_once, monkeypatch):
    monkeypatch.setattr(change_log, "AT_ONCE", at_once)
    theirs = [n for n in range(1, COUNT + 1) if n % 5 in (1, 3)]
    for after in (0, 2, 50):
        rest = [n for n in theirs if n > after]
        for limit in (1, 3, COUNT):
            page = change_log.page(View.PUBLIC, after=after, limit=limit, truce_id=redacted)
            found = [one["position"] for one in orjson.loads(page.body(ADDRESS))["results"]]
            assert found == rest[:limit]
            run = change_log.run(View.PUBLIC, after=after, limit=limit, truce_id=redacted)
            assert [entry.position for entry in run] == rest[:limit]
        lines = change_log.blocks(View.PUBLIC, after=after, upto=COUNT, truce_id=redacted)
        assert [orjson.loads(line)["position"] for line in b"".join(lines).splitlines()] == rest


def test_no_fourth_part_is_read_while_three_are(monkeypatch):
    inside, go_on = threading.Semaphore(0), threading.Event()

    def together(view, after, upto, limit, truce_id, between):
        inside.release()
        assert go_on.wait(20)
        return change_log._Part(0, after, (), 0)

    monkeypatch.setattr(change_log, "_together", together)
    readers = [
        threading.Thread(target=lambda: list(change_log.blocks(View.PUBLIC, after=0, upto=9)))
        for _ in range(3)
    ]
    for reader in readers:
        reader.start()
    assert all(inside.acquire(timeout=20) for _ in readers)
    assert not change_log._READING.acquire(blocking=False)
    go_on.set()
    for reader in readers:
        reader.join(20)
    assert change_log._READING.acquire(blocking=False)
    change_log._READING.release()
