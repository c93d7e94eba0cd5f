"""Clients of an HTTP service: processes of their own, each with one lasting connection, no pause between.

Processes, so that no client waits for another one's interpreter. They share the machine with the service
that they measure, as the references do with theirs.
"""

from __future__ import annotations

import http.client
import multiprocessing
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

WORKING = multiprocessing.get_context("spawn")


@dataclass(frozen=True, slots=True)
class Answers:
    """What the clients were answered: requests a second over all of them, and each one's seconds."""

    rate: float
    seconds: tuple[float, ...]

    @classmethod
    def together(cls, turns: Sequence[Answers]) -> Answers:
        """Those of several turns: the pauses between them are not counted."""
        seconds = tuple(one for turn in turns for one in turn.seconds)
        return cls(len(seconds) / sum(len(turn.seconds) / turn.rate for turn in turns), seconds)


def send_all(
    url: str, bodies: list[list[bytes]], headers: Mapping[str, str], expected: int = 201, warm_up: int = 20
) -> Answers:
    """POST each client's bodies one after the other, all clients at once; ``bodies`` has a list per client.

    The first ``warm_up`` of each are sent and not counted. Raises AssertionError at an answer that is not
    ``expected``.
    """
    barrier = WORKING.Barrier(len(bodies))
    queue = WORKING.Queue()
    clients = [
        WORKING.Process(target=_send, args=(url, own, dict(headers), expected, warm_up, barrier, queue))
        for own in bodies
    ]
    for client in clients:
        client.start()
    try:
        answers = [queue.get(timeout=300) for _ in clients]
    finally:
        for client in clients:
            client.join(timeout=10)
            if client.is_alive():
                client.kill()
    for _start, _end, _seconds, fault in answers:
        assert not fault, fault
    span = max(answer[1] for answer in answers) - min(answer[0] for answer in answers)
    seconds = tuple(one for answer in answers for one in answer[2])
    return Answers(len(seconds) / span, seconds)


def _send(url, bodies, headers, expected, warm_up, barrier, queue) -> None:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=60)
    seconds, fault, start = [], "", 0.0
    try:
        for number, body in enumerate(bodies):
            if number == warm_up:
                barrier.wait(timeout=120)
                start = time.time()
            began = time.perf_counter()
            connection.request("POST", parts.path, body=body, headers=headers)
            answer = connection.getresponse()
            text = answer.read()
            if number >= warm_up:
                seconds.append(time.perf_counter() - began)
            if answer.status != expected:
                raise AssertionError(f"POST {url} answered {answer.status}: {text[:500]!r}")
    except Exception as error:
        fault = f"{type(error).__name__}: {error}"
        barrier.abort()
    queue.put((start, time.time(), seconds, fault))


class Reader:
    """One client that reads pages over one lasting connection."""

    def __init__(self, url: str, headers: Mapping[str, str] | None = None) -> None:
        parts = urlsplit(url)
        self._connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=300)
        self._headers = dict(headers or {})

    def get(self, path: str) -> bytes:
        """The body of ``path``; AssertionError where the answer is not 200."""
        self._connection.request("GET", path, headers=self._headers)
        answer = self._connection.getresponse()
        body = answer.read()
        assert answer.status == 200, f"GET {path} answered {answer.status}: {body[:500]!r}"
        return body

    def blocks(self, path: str, size: int = 1 << 20) -> Iterator[bytes]:
        """The body of ``path`` in blocks, none of which is kept; AssertionError where it is not 200."""
        self._connection.request("GET", path, headers=self._headers)
        answer = self._connection.getresponse()
        assert answer.status == 200, f"GET {path} answered {answer.status}: {answer.read(500)!r}"
        while block := answer.read1(size):
            yield block
        # Of an answer that names its length it does not notice the end by itself.
        answer.close()

    def close(self) -> None:
        self._connection.close()
