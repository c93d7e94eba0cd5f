"""Many writers at once, and one that holds its transaction open: nothing is lost, nobody waits."""

from __future__ import annotations

import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import close_old_connections, connection, transaction

from tests.api.cast import Api, make_cast, report_of
from tracker.models import Incident, LogEntry
from tracker.services import positions
from tracker.services.authors import Author
from tracker.services.writing import writing

pytestmark = pytest.mark.servers

WRITERS = 8
EACH = 6
HELD_SECONDS = float(os.environ.get("TEST_HELD_SECONDS") or 5)
PATIENCE = 60.0


@pytest.fixture
def committed(transactional_db: None) -> Api:
    """The cast, committed, so that every thread sees it."""
    return Api(make_cast().secrets)


def in_thread(call: Any, *arguments: Any) -> Any:
    try:
        return call(*arguments)
    finally:
        connection.close()


def read_on(api: Api, found: list[dict[str, Any]], done: threading.Event) -> None:
    """Follow the feed as a client does, until it is told that all has been written."""
    ends = False
    while not ends:
        ends = done.is_set()
        after = found[-1]["position"] if found else 0
        found += api.get("/api/v1/feed", {"after": after, "limit": 7}).json()["results"]
        ends = ends and api.get("/api/v1/feed").json()["last"] == (found[-1]["position"] if found else 0)


def test_of_eight_writers_a_follower_sees_every_entry_once_in_order_without_a_gap(committed):
    api, done = committed, threading.Event()
    found: list[dict[str, Any]] = []
    follower = threading.Thread(target=in_thread, args=(read_on, api, found, done))
    follower.start()

    def write(writer: int) -> list[str]:
        own = Api(api.secrets)
        answers = [
            own.post("/api/v1/reports", report_of(writer * 100 + number), key="monitor")
            for number in range(EACH)
        ]
        assert [answer.status_code for answer in answers] == [201] * EACH
        return [answer.json()["ref"] for answer in answers]

    with ThreadPoolExecutor(WRITERS) as pool:
        sent = [
            ref for refs in pool.map(lambda writer: in_thread(write, writer), range(WRITERS)) for ref in refs
        ]
    done.set()
    follower.join(PATIENCE)
    assert not follower.is_alive()
    assert [entry["position"] for entry in found] == list(range(1, len(found) + 1))
    received = [entry["subject"] for entry in found if entry["type"] == "report.received"]
    assert sorted(received) == sorted(sent)
    assert len(set(received)) == WRITERS * EACH
    known = [entry["known"] for entry in found]
    assert known == sorted(known)


def test_the_same_report_from_eight_senders_is_kept_once(committed):
    start = threading.Barrier(WRITERS)

    def write(_writer: int) -> tuple[int, str]:
        own = Api(committed.secrets)
        start.wait(PATIENCE)
        answer = own.post("/api/v1/reports", report_of(), key="monitor")
        return answer.status_code, answer.json().get("ref")

    with ThreadPoolExecutor(WRITERS) as pool:
        answers = list(pool.map(lambda writer: in_thread(write, writer), range(WRITERS)))
    assert sorted(status for status, _ref in answers) == [200] * (WRITERS - 1) + [201]
    assert len({ref for _status, ref in answers}) == 1
    assert LogEntry.objects.filter(view="public", type="report.received").count() == 1


@pytest.mark.timeout(240)
def test_a_transaction_that_is_held_open_holds_up_nobody_and_changes_no_answer(committed):
    api = committed
    held, let_go = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            with writing(Author.of_worker("slow")) as w:
                incident = Incident.objects.create(change=w.change)
                w.say("incident.opened", incident.reference, truce=None, payload={"ref": incident.reference})
            held.set()
            let_go.wait(HELD_SECONDS + PATIENCE)

    writer = threading.Thread(target=in_thread, args=(hold,))
    writer.start()
    assert held.wait(PATIENCE)
    began, slowest = time.monotonic(), 0.0
    number = 0
    while time.monotonic() - began < HELD_SECONDS:
        asked = time.monotonic()
        number += 1
        assert api.post("/api/v1/reports", report_of(number), key="monitor").status_code == 201
        entries = api.get("/api/v1/feed").json()
        assert entries["last"] == 2 * number
        slowest = max(slowest, time.monotonic() - asked)
        time.sleep(0.05)
    last = api.get("/api/v1/feed", {"limit": 10_000}).json()["results"][-1]
    question = {"known_at": last["known"], "as_of": "2026-03-05T00:00:00Z"}
    before = api.get("/api/v1/truces/river-truce/status", question).json()
    let_go.set()
    writer.join(PATIENCE)
    close_old_connections()
    positions.place()
    after = api.get("/api/v1/truces/river-truce/status", question).json()
    grown = api.get("/api/v1/feed", {"after": last["position"]}).json()["results"]
    assert [entry["type"] for entry in grown] == ["incident.opened"]
    assert grown[0]["known"] > last["known"]
    assert before.pop("revision") <= after.pop("revision")
    assert before == after
    assert slowest < HELD_SECONDS, "a writer or a reader waited for the one that held on"
