"""The dispatcher: what waits goes to the live stream, everything else to Django in its thread pool."""

import gc

import pytest

from ceasefire import asgi
from tests import asynchronous


def scope(path: str, *headers: tuple[str, str]) -> dict:
    pairs = [(name.encode(), value.encode()) for name, value in headers]
    return {"type": "http", "path": path, "headers": pairs, "method": "GET", "query_string": b""}


@pytest.mark.parametrize(
    ("path", "headers", "waits"),
    [
        ("/api/v1/feed/stream", [], True),
        ("/api/v1/feed", [("prefer", "wait=30")], True),
        ("/api/v1/feed", [("prefer", "respond-async, wait=30")], True),
        ("/api/v1/feed", [("prefer", "Wait = 5")], True),
        ("/api/v1/feed", [], False),
        ("/api/v1/feed", [("prefer", "return=minimal")], False),
        ("/api/v1/reports", [("prefer", "wait=30")], False),
        ("/api/v1/feed/stream/", [], False),
    ],
)
def test_only_streams_and_long_polls_are_asynchronous(path, headers, waits):
    assert asgi.waits(scope(path, *headers)) is waits


def test_the_lifespan_is_acknowledged_from_start_to_end():
    messages = iter([{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}])
    said = []

    async def receive():
        return next(messages)

    async def send(message):
        said.append(message["type"])

    gc.unfreeze()
    asynchronous.run(asgi.application({"type": "lifespan"}, receive, send))
    assert gc.get_freeze_count(), "the collector passes over what is loaded at the start"
    gc.unfreeze()
    assert said == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
