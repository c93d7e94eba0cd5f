"""The live stream: what a thousand who only listen cost, and how soon an accepted report is heard of."""

from __future__ import annotations

import contextlib
import http.client
import socket
import threading
import time
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

import orjson
import psutil

from bench import truces
from bench.benchmarks.receiving import JSON
from bench.house import House
from bench.measure import Row, at_most, percentile
from bench.rows import report_body
from ceasefire import processes

ORDER = 45
SENDERS = 4
PER_SECOND = 50
PATIENCE = 30.0
STREAM = "/api/v1/feed/stream"


def rows(house: House) -> Iterable[Row]:
    filled = house.largest
    listeners = house.count(20, 1_000, 1_000)
    with house.web() as url:
        web = processes.recorded("web", house.folder)
        assert web is not None
        with _listening(url, 4):  # each process has loaded all that it needs
            before = _memory(web)
        with _listening(url, listeners):
            during = _memory(web)
    about = f"{listeners:,} connections from one client to 2 web processes, nothing sent but the first bytes"
    memory = f"{about}; proportional set size of the web's processes"
    yield at_most(
        200, Row(f"memory that {listeners:,} idle streams take", during - before, "MB", listeners, memory)
    )
    yield Row(
        f"memory of the web with {listeners:,} idle streams",
        during,
        "MB",
        listeners,
        memory,
        before,
        "the same with 4 streams",
    )
    with house.web() as url, house.worker():
        waits = _reported(house, filled, url, house.count(2, 10, 30))
    about = (
        f"a truce of {filled.size:,} incidents, {SENDERS} clients, {PER_SECOND} reports a second in all, one "
        "stream, 2 web processes, the worker assessing meanwhile; 20 reports to warm up"
    )
    for name, of in (("sent", 0), ("accepted", 1)):
        found = [wait[of] for wait in waits]
        for share, word in ((0.5, "p50"), (0.95, "p95")):
            row = Row(
                f"report {name} to event on the stream, {word}",
                percentile(found, share) * 1000,
                "ms",
                len(found),
                about,
                house.limits.insert_p50 * 1000,
                "INSERT and commit, p50",
            )
            yield at_most(250, row) if word == "p95" else row


def _memory(web: psutil.Process) -> float:
    """Megabytes of the web processes, what they share counted once."""
    family = [web, *web.children(recursive=True)]
    return sum(member.memory_full_info().pss for member in family) / 2**20


@contextlib.contextmanager
def _listening(url: str, count: int) -> Iterator[None]:
    """That many open streams, each of which has had its first bytes."""
    server = urlsplit(url)
    request = f"GET {STREAM} HTTP/1.1\r\nHost: {server.netloc}\r\n\r\n".encode()
    with contextlib.ExitStack() as streams:
        sockets = [
            streams.enter_context(socket.create_connection((server.hostname, server.port), timeout=PATIENCE))
            for _number in range(count)
        ]
        for one in sockets:
            one.sendall(request)
        for one in sockets:
            heard = b""
            while b": from " not in heard:
                some = one.recv(4096)
                assert some, "the service closed a stream that it was to hold open"
                heard += some
        yield


def _reported(house: House, filled, url: str, seconds: int) -> list[tuple[float, float]]:
    """Of each report the seconds to its event: from its sending, and from its acceptance.

    The latter is 0 where it was heard of before its sender was answered.
    """
    count = 20 + seconds * PER_SECOND
    claims = truces.fresh_claims(filled.size, count, filled.until, seed=3_000)
    bodies = [
        report_body(
            filled.size,
            source=claim.source.slug,
            external_id=f"stream/{number}",
            published=filled.until,
            claim=claim,
        )
        for number, claim in enumerate(claims)
    ]
    heard: dict[str, float] = {}
    sent: dict[str, tuple[int, float, float]] = {}
    listening, done = threading.Event(), threading.Event()
    listener = threading.Thread(target=_hear, args=(url, heard, listening, done), daemon=True)
    listener.start()
    assert listening.wait(PATIENCE)
    headers = {"Authorization": f"Bearer {_key_that_publishes()}", **JSON}
    began = time.perf_counter()
    senders = [
        threading.Thread(target=_send, args=(url, headers, bodies, number, began, sent))
        for number in range(SENDERS)
    ]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    assert len(sent) == count, "every report is accepted"
    expected = _public(sent)
    ends = time.monotonic() + PATIENCE
    while expected - heard.keys() and time.monotonic() < ends:
        time.sleep(0.05)
    done.set()
    missing = expected - heard.keys()
    assert not missing, f"{len(missing)} of {count} reports were not heard of; {len(heard)} were"
    return [
        (heard[ref] - began_at, max(0.0, heard[ref] - accepted_at))
        for ref, (number, began_at, accepted_at) in sent.items()
        if number >= 20 and ref in expected
    ]


def _public(references: Iterable[str]) -> set[str]:
    """Those of some reports that are public: what our own people tell appears hours later."""
    from tracker.models import Publication

    found = Publication.objects.filter(report__reference__in=list(references), public=True)
    return set(found.values_list("report__reference", flat=True))


def _key_that_publishes() -> str:
    """The secret of a key whose reports are public at once, whatever their source."""
    from tracker.models import Scope, Source
    from tracker.services import keys

    scopes = [Scope.REPORTS_WRITE, Scope.REPORTS_PUBLISH]
    return keys.create_key("bench stream", scopes, Source.objects.all())[1]


def _send(url: str, headers: dict, bodies: list, own: int, began: float, sent: dict) -> None:
    """Every fourth report, each at its time: the pace is kept whatever the answers take."""
    server = urlsplit(url)
    connection = http.client.HTTPConnection(server.hostname, server.port, timeout=PATIENCE)
    for number in range(own, len(bodies), SENDERS):
        time.sleep(max(0.0, began + number / PER_SECOND - time.perf_counter()))
        began_at = time.perf_counter()
        connection.request("POST", "/api/v1/reports", body=orjson.dumps(bodies[number]), headers=headers)
        answer = connection.getresponse()
        text = answer.read()
        accepted_at = time.perf_counter()
        assert answer.status == 201, text[:500]
        sent[orjson.loads(text)["ref"]] = number, began_at, accepted_at
    connection.close()


def _hear(url: str, heard: dict, listening: threading.Event, done: threading.Event) -> None:
    server = urlsplit(url)
    connection = http.client.HTTPConnection(server.hostname, server.port, timeout=PATIENCE)
    connection.request("GET", STREAM)
    answer = connection.getresponse()
    listening.set()
    while not done.is_set() and (line := answer.readline()):
        if line.startswith(b"data: ") and b'"type":"report.received"' in line[:120]:
            heard[orjson.loads(line[6:])["subject"]] = time.perf_counter()
    connection.close()
