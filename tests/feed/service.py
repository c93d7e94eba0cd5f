"""A client of a running service: requests, and live streams read in a thread."""

from __future__ import annotations

import contextlib
import queue
import socket
import threading
from collections.abc import Iterator
from typing import Any

import httpx
import httpx_sse

from tests import servers
from tests.api.cast import report_of

PATIENCE = 20.0


class Client:
    """What a reader or a sender does, over real HTTP."""

    def __init__(self, service: servers.Service, secrets: dict[str, str]) -> None:
        self.service, self.secrets = service, secrets
        self.http = httpx.Client(base_url=service.url, timeout=PATIENCE)
        self.sent = 0

    def close(self) -> None:
        self.http.close()

    def send(self, body: dict[str, Any], key: str = "monitor") -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.secrets[key]}"}
        answer = self.http.post("/api/v1/reports", json=body, headers=headers)
        assert answer.status_code != 500, self.service.log(self.service.processes[0])[-6000:]
        return answer

    def send_new(self, key: str = "monitor", **changes: Any) -> httpx.Response:
        """Send a report that was not sent before; it brings two entries of the log."""
        self.sent += 1
        answer = self.send(report_of(self.sent, **changes), key)
        assert answer.status_code == 201, answer.text
        return answer

    def last(self) -> int:
        """The last position given in the public view."""
        return self.feed(limit=1)["last"]

    def feed(self, **parameters: Any) -> dict[str, Any]:
        return self.http.get("/api/v1/feed", params=parameters).raise_for_status().json()

    @contextlib.contextmanager
    def stream(
        self, *, last_event_id: int | None = None, at: str | None = None, **parameters: Any
    ) -> Iterator[queue.Queue]:
        """The events of a live stream as they come, in a queue; None at its end."""
        events: queue.Queue = queue.Queue()
        headers = {} if last_event_id is None else {"Last-Event-ID": str(last_event_id)}
        opened = threading.Event()
        sockets: list[socket.socket] = []
        http = httpx.Client(base_url=at or self.service.url, timeout=httpx.Timeout(PATIENCE, read=60))

        def read() -> None:
            with (
                contextlib.suppress(httpx.HTTPError),
                httpx_sse.connect_sse(
                    http, "GET", "/api/v1/feed/stream", headers=headers, params=parameters
                ) as source,
            ):
                source.response.raise_for_status()
                sockets.append(source.response.extensions["network_stream"].get_extra_info("socket"))
                opened.set()
                for event in source.iter_sse():
                    if event.data:
                        events.put(event)
            opened.set()
            events.put(None)

        thread = threading.Thread(target=read, daemon=True)
        thread.start()
        assert opened.wait(PATIENCE)
        try:
            yield events
        finally:
            for one in sockets:
                with contextlib.suppress(OSError):
                    # Wakes the thread that reads; closing the client would wait for the next heartbeat.
                    one.shutdown(socket.SHUT_RDWR)
            thread.join(PATIENCE)
            http.close()


def take(events: queue.Queue, count: int) -> list[Any]:
    """The next events of a stream, within ``PATIENCE`` each."""
    found = []
    for _number in range(count):
        event = events.get(timeout=PATIENCE)
        assert event is not None, "the stream has ended"
        found.append(event)
    return found
