"""The live feed, over real HTTP: what is committed arrives once, in order, and can be resumed."""

from __future__ import annotations

import contextlib
import json
import threading
import time

import pytest

from ceasefire import processes
from tests.feed.service import PATIENCE, take

pytestmark = [pytest.mark.slow, pytest.mark.servers]


def test_a_report_arrives_in_the_stream_as_it_stands_in_the_feed(served):
    last = served.last()
    with served.stream() as events:
        served.send_new()
        first, second = take(events, 2)
    entries = served.feed(after=last)["results"]
    assert [first.event, second.event] == ["report.received", "incident.opened"]
    assert [json.loads(first.data), json.loads(second.data)] == entries
    assert [int(first.id), int(second.id)] == [last + 1, last + 2]


def test_a_stream_resumes_after_the_last_event_that_was_seen(served):
    last = served.last()
    for _number in range(3):
        served.send_new()
    with served.stream(last_event_id=last + 2) as events:
        assert [int(event.id) for event in take(events, 4)] == [last + 3, last + 4, last + 5, last + 6]
        served.send_new()
        assert [int(event.id) for event in take(events, 2)] == [last + 7, last + 8]
    with served.stream(after=last + 7) as events:
        assert int(take(events, 1)[0].id) == last + 8


def test_the_stream_of_one_truce_has_its_entries_alone(served):
    refused = served.http.get("/api/v1/feed/stream", params={"truce": "no-such-truce"})
    assert refused.status_code == 400
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert refused.json()["errors"][0]["pointer"] == "/truce"
    with served.stream(truce="river-truce") as events:
        served.send_new(
            truce=None, external_id="in the open sea", claim={"act": "shelling", "place": {"country": "UKR"}}
        )
        served.send_new()
        assert json.loads(take(events, 1)[0].data)["truce"] == "river-truce"


@pytest.mark.parametrize(
    ("parameters", "headers", "status"),
    [
        ({"as_at": "1"}, {}, 400),
        ({"after": "x"}, {}, 400),
        ({}, {"Last-Event-ID": "x"}, 400),
        ({"view": "full"}, {}, 401),
        ({}, {"Authorization": "Bearer no such key"}, 401),
        ({}, {"Host": "elsewhere.example"}, 400),
    ],
)
def test_a_stream_that_cannot_be_is_refused_as_everywhere(served, parameters, headers, status):
    answer = served.http.get("/api/v1/feed/stream", params=parameters, headers=headers)
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["instance"] == "/api/v1/feed/stream"


def test_a_wrong_method_is_405(served):
    answer = served.http.post("/api/v1/feed/stream")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


@pytest.mark.parametrize("path", ["/api/v1/feed?format=ndjson", "/api/v1/feed/stream"])
def test_a_head_is_answered_at_once_and_its_connection_is_kept(served, path):
    for _time in range(2):
        head = served.http.head(path)
        assert (head.status_code, head.content) == (200, b"")
    assert served.last() >= 0


def test_the_cleared_hear_of_what_is_not_public(served):
    headers = {"Authorization": f"Bearer {served.secrets['cleared']}", "Prefer": "wait=10"}
    full = served.http.get("/api/v1/feed", params={"view": "full", "limit": 1}, headers=headers).json()[
        "last"
    ]
    public = served.last()
    served.send_new("field", source="field", visibility="restricted")
    asked = {"view": "full", "after": full}
    news = served.http.get("/api/v1/feed", params=asked, headers=headers).json()["results"]
    assert news[0]["type"] == "report.received"
    assert served.last() == public


def test_a_long_poll_is_answered_when_there_is_news(served):
    last = served.last()
    answers = []

    def poll() -> None:
        asked = {"after": last}
        answers.append(
            served.http.get("/api/v1/feed", params=asked, headers={"Prefer": "wait=15"}, timeout=30)
        )

    waiting = threading.Thread(target=poll)
    started = time.monotonic()
    waiting.start()
    waiting.join(0.7)
    assert waiting.is_alive(), "an empty feed waits"
    served.send_new()
    waiting.join(PATIENCE)
    assert time.monotonic() - started < 12
    (answer,) = answers
    assert answer.status_code == 200
    assert answer.headers["Preference-Applied"] == "wait=15"
    assert answer.json()["results"][0]["position"] == last + 1


def test_a_long_poll_ends_empty_and_one_with_news_ends_at_once(served):
    last, started = served.last(), time.monotonic()
    empty = served.http.get("/api/v1/feed", params={"after": last}, headers={"Prefer": "wait=1"})
    assert empty.json() == {"results": [], "next": None, "last": last}
    assert time.monotonic() - started >= 1
    served.send_new()
    started = time.monotonic()
    asked = {"limit": 1, "after": last}
    assert served.http.get("/api/v1/feed", params=asked, headers={"Prefer": "wait=30"}).json()["next"]
    assert time.monotonic() - started < 10
    assert served.http.get("/api/v1/feed", headers={"Prefer": "wait=soon"}).status_code == 400


def test_many_who_wait_hold_neither_threads_nor_connections(served, databases):
    counted = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    with databases.connection(served.service.database) as owner, contextlib.ExitStack() as open_streams:
        first = open_streams.enter_context(served.stream())
        before = owner.execute(counted).fetchone()[0]
        others = [open_streams.enter_context(served.stream()) for _number in range(40)]
        served.send_new()
        for events in [first, *others]:
            take(events, 2)
        assert owner.execute(counted).fetchone()[0] <= before + 2


def test_a_service_with_open_streams_ends_soon_and_its_readers_hear_of_it(served):
    extra = served.service.start_web()
    with served.stream(at=extra.url) as events:
        started = time.monotonic()
        processes.end(extra.handle, patience=20)
        assert events.get(timeout=PATIENCE) is None
    assert time.monotonic() - started < 15
