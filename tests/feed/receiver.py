"""A receiver of webhooks: a real HTTP server on loopback that keeps what it was sent and answers as told."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from standardwebhooks import Webhook

Answer = int | tuple[int, dict[str, str]] | None
"""A status, a status with headers, or None: the connection is closed without an answer."""


@dataclass
class Sent:
    """One request as it came."""

    headers: dict[str, str]
    body: bytes
    connection: tuple[str, int]

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    def verified(self, secret: str) -> dict[str, Any]:
        """The message, once the specification's own package has verified it."""
        return Webhook(secret).verify(self.body, self.headers)

    def is_signed_with(self, secret: str) -> bool:
        """Whether one of the signatures is this secret's, whatever the time is: where the clock was moved."""
        at = datetime.fromtimestamp(int(self.headers["webhook-timestamp"]), UTC)
        expected = Webhook(secret).sign(self.id, at, self.body.decode())
        return expected in self.headers["webhook-signature"].split(" ")


@dataclass
class Receiver:
    """``answer`` is asked for each request: it takes its number, from 0, and gives what to say."""

    url: str
    answer: Callable[[int], Answer] = lambda _number: 204
    sent: list[Sent] = field(default_factory=list)
    accepted: list[Sent] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def positions(self) -> list[int]:
        """The positions of the messages that were taken, each as often as it was."""
        return [int(sent.id.rpartition("_")[2]) for sent in self.accepted]

    def take(self, sent: Sent) -> Answer:
        with self.lock:
            number = len(self.sent)
            self.sent.append(sent)
        answer = self.answer(number)
        status = answer[0] if isinstance(answer, tuple) else answer
        if status is not None and 200 <= status < 300:
            with self.lock:
                self.accepted.append(sent)
        return answer


@contextmanager
def receiver(
    answer: Callable[[int], Answer] = lambda _number: 204,
    *,
    certificate: Path | None = None,
    one_connection_at_a_time: bool = False,
) -> Iterator[Receiver]:
    """A receiver that listens until the block ends; over TLS where a certificate (with its key) is given.

    One that takes one connection at a time serves it until it is closed, as plain servers do.
    """

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # An answer is small and awaited: it must not wait for more to send with it.
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            answer = found.take(Sent(headers, body, self.client_address))
            if answer is None:
                self.close_connection = True
                return
            status, more = answer if isinstance(answer, tuple) else (answer, {})
            self.send_response(status)
            for name, value in {"Content-Length": "0", **more}.items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, *_arguments: object) -> None:
            pass

    server: HTTPServer
    if one_connection_at_a_time:
        server = HTTPServer(("127.0.0.1", 0), Handler)
    else:
        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    scheme = "http" if certificate is None else "https"
    found = Receiver(f"{scheme}://127.0.0.1:{server.server_port}/hook", answer)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
