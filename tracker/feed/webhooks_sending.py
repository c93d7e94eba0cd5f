"""Attempts to send webhooks over HTTP, some at once, and what became of each.

No redirect is followed, no proxy of the environment is used, and only checked addresses are connected to.
An attempt as a whole, looking up the name aside, has one end: a receiver that answers byte by byte gains
nothing.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import httpcore
import structlog

from tracker.feed import webhooks_addresses
from tracker.feed.webhooks_addresses import AddressRefused, NameNotFound
from tracker.services import clock

log = structlog.get_logger()

AT_ONCE = 6
"""How many messages are under way to one receiver at once, each over a connection of its own. A plain server
that serves one after another has room for about as many that wait, and makes others begin again."""

PATIENCE_SECONDS = 15.0
LARGEST_ANSWER = 64 * 1024
USER_AGENT = "ceasefire-webhooks/1"
LONGEST_RETRY_AFTER = 86_400

DELIVERED = ""
REDIRECTED, GONE, REFUSED_STATUS = "redirected", "gone", "status"
TIMED_OUT, NOT_CONNECTED, NO_ANSWER, TLS_FAILED = "timed_out", "not_connected", "no_answer", "tls_failed"
NAME_NOT_FOUND, ADDRESS_REFUSED = "name_not_found", "address_refused"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an attempt: ``problem`` is empty where it was delivered, else a stable code.

    ``retry_after`` is the pause (seconds) that the receiver asked for; ``busy`` that it said it has too
    much to do.
    """

    problem: str
    status: int | None = None
    milliseconds: int = 0
    retry_after: int | None = None

    @property
    def delivered(self) -> bool:
        return self.problem == DELIVERED

    @property
    def busy(self) -> bool:
        return self.status in (429, 502, 503, 504)


class _TimedStream(httpcore.NetworkStream):
    """A connection whose every step ends with the attempt that it is part of."""

    def __init__(self, stream: httpcore.NetworkStream, backend: _CheckedBackend) -> None:
        self._stream, self._backend = stream, backend

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._backend.left(httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._backend.left(httpcore.WriteTimeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        left = self._backend.left(httpcore.ConnectTimeout)
        return _TimedStream(self._stream.start_tls(ssl_context, server_hostname, left), self._backend)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class _CheckedBackend(httpcore.NetworkBackend):
    """Connects to checked addresses alone: the name stays what the certificate is checked against."""

    def __init__(self) -> None:
        self._backend = httpcore.SyncBackend()
        self.ends = 0.0

    def left(self, error: type[Exception]) -> float:
        """The seconds that the attempt still has; raises ``error`` where it has none."""
        left = self.ends - time.monotonic()
        if left <= 0:
            raise error("the attempt took too long")
        return left

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        addresses = webhooks_addresses.checked(host, port)
        failed: Exception = NameNotFound(host)
        for address in addresses:
            try:
                stream = self._backend.connect_tcp(address, port, self.left(httpcore.ConnectTimeout))
            except httpcore.ConnectError as error:
                failed = error
            else:
                return _TimedStream(stream, self)
        raise failed


class Sender:
    """Sends to one receiver, over one connection that is kept from message to message until it is closed."""

    def __init__(self) -> None:
        self._backend = _CheckedBackend()
        self._pool = httpcore.ConnectionPool(
            ssl_context=_ssl_context(),
            max_connections=1,
            keepalive_expiry=10,
            network_backend=self._backend,
        )

    def close(self) -> None:
        self._pool.close()

    def send(self, url: str, body: bytes, headers: Mapping[str, str]) -> Outcome:
        """Make one attempt. Whatever goes wrong is an ``Outcome``, never an exception."""
        started = time.monotonic()
        self._backend.ends = started + PATIENCE_SECONDS
        try:
            problem, status, retry_after = self._attempt(url, body, headers)
        except Exception as error:  # what came of the others in its round must be kept all the same
            log.error("webhooks.attempt_failed", exc_info=error)
            problem, status, retry_after = NO_ANSWER, None, None
        took = round((time.monotonic() - started) * 1000)
        return Outcome(problem, status, took, retry_after)

    def _attempt(
        self, url: str, body: bytes, headers: Mapping[str, str]
    ) -> tuple[str, int | None, int | None]:
        every = {"Content-Type": "application/json", "User-Agent": USER_AGENT, "Accept": "*/*", **headers}
        every |= _host_of_ipv6(url)
        try:
            with self._pool.stream("POST", url, headers=list(every.items()), content=body) as response:
                status = response.status
                retry_after = _retry_after(response.headers)
                _read_a_little(response)
        except AddressRefused:
            return ADDRESS_REFUSED, None, None
        except NameNotFound:
            return NAME_NOT_FOUND, None, None
        except httpcore.TimeoutException:
            return TIMED_OUT, None, None
        except httpcore.ConnectError as error:
            is_tls = isinstance(error.__cause__ or error.__context__, ssl.SSLError)
            return (TLS_FAILED if is_tls else NOT_CONNECTED), None, None
        except (httpcore.NetworkError, httpcore.ProtocolError, ssl.SSLError, OSError):
            return NO_ANSWER, None, None
        return _problem_of(status), status, retry_after


class Senders:
    """Sends up to ``AT_ONCE`` messages to one receiver at once; a context manager.

    Connections and threads are made as they are needed, and end with the block. The threads do nothing but
    HTTP: whatever needs the database is done before or after.
    """

    def __init__(self) -> None:
        self._senders: list[Sender] = []
        # The calling thread sends one of each round.
        self._threads = ThreadPoolExecutor(AT_ONCE - 1, thread_name_prefix="webhook")

    def __enter__(self) -> Senders:
        return self

    def __exit__(self, *_error: object) -> None:
        self._threads.shutdown()
        self._close()

    def send(self, url: str, requests: Sequence[tuple[bytes, Mapping[str, str]]]) -> list[Outcome]:
        """Make one attempt for each request (its body and headers); returns when all have ended, in order."""
        assert 1 <= len(requests) <= AT_ONCE
        while len(self._senders) < len(requests):
            self._senders.append(Sender())
        own, *others = zip(self._senders, requests, strict=False)
        started = [self._threads.submit(sender.send, url, *request) for sender, request in others]
        sender, request = own
        outcomes = [sender.send(url, *request), *(one.result() for one in started)]
        if any(outcome.problem == TIMED_OUT for outcome in outcomes):
            # A receiver that serves one connection at a time waits for the end of one that is kept.
            self._close()
        return outcomes

    def _close(self) -> None:
        for sender in self._senders:
            sender.close()
        self._senders.clear()


def _host_of_ipv6(url: str) -> dict[str, str]:
    """The header that names a receiver which is given by an address of IPv6: the library leaves its brackets
    out. Nothing for any other."""
    named = urlsplit(url)
    return {"Host": named.netloc} if ":" in (named.hostname or "") else {}


def _problem_of(status: int) -> str:
    if 200 <= status < 300:
        return DELIVERED
    if status == 410:
        return GONE
    return REDIRECTED if 300 <= status < 400 else REFUSED_STATUS


def _read_a_little(response: httpcore.Response) -> None:
    """Read an answer to its end, so that the connection can be kept; give up on one that is long or slow.

    The status has come: whatever happens to the rest changes nothing.
    """
    size = 0
    try:
        for part in response.iter_stream():
            size += len(part)
            if size > LARGEST_ANSWER:
                return
    except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException):
        return


def _retry_after(headers: list[tuple[bytes, bytes]]) -> int | None:
    """The seconds of ``Retry-After``, which may also name a moment; None where there is none to be read."""
    text = next((value.decode("latin-1") for name, value in headers if name.lower() == b"retry-after"), "")
    seconds: float
    if text.isascii() and text.strip().isdigit():
        seconds = int(text.strip()[:9])
    else:
        try:
            moment: datetime = parsedate_to_datetime(text)
            seconds = (moment.replace(tzinfo=moment.tzinfo or UTC) - clock.now()).total_seconds()
        except (ValueError, OverflowError):
            return None
    return max(0, min(round(seconds), LONGEST_RETRY_AFTER))


@cache
def _ssl_context() -> ssl.SSLContext:
    """The authorities of the machine, and those that come with the packages; reading them takes a while."""
    return httpcore.default_ssl_context()
