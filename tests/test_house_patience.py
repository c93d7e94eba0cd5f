"""A reader that takes nothing is let go; one that only reads slowly is not."""

import asyncio

import pytest

from ceasefire import patience
from tests import asynchronous


@pytest.fixture(autouse=True)
def little_patience(monkeypatch):
    monkeypatch.setattr(patience, "PATIENCE", 0.05)


def send_all(send, messages=3, headers=()):
    scope = {}

    async def run():
        sending = patience.letting_go(scope, send)
        for number in range(messages):
            await sending({"number": number, "headers": headers})

    asynchronous.run(run())
    return scope


def test_what_is_taken_is_sent():
    taken = []

    async def send(message):
        await asyncio.sleep(0.01)
        taken.append(message["number"])

    assert send_all(send, 8) == {patience.LEFT: False}
    assert taken == list(range(8))


def test_whoever_takes_nothing_has_left_and_is_sent_nothing_more():
    asked = []

    async def send(message):
        asked.append(message["number"])
        await asyncio.Event().wait()

    assert send_all(send) == {patience.LEFT: True}
    assert asked == [0]


def test_a_file_is_sent_to_readers_however_slow():
    taken = []

    async def send(message):
        await asyncio.sleep(0.1)
        taken.append(message["number"])

    assert send_all(send, headers=[(b"x-send-file", b"0 5 there")]) == {patience.LEFT: False}
    assert taken == [0, 1, 2]


def test_another_failure_is_not_taken_for_leaving():
    async def send(message):
        raise ConnectionError("gone")

    with pytest.raises(ConnectionError):
        send_all(send)
