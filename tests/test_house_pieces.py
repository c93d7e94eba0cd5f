"""A large answer is passed on in pieces, and arrives as it was."""

from __future__ import annotations

import pytest

from ceasefire.pieces import PIECE, in_pieces
from tests.asynchronous import run


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE, 3 * PIECE + 5])
@pytest.mark.parametrize("more", [True, False])
def test_a_body_arrives_whole_and_in_order_and_no_piece_is_larger_than_agreed(size, more):
    sent = []

    async def send(message):
        sent.append(message)

    body = bytes(number % 251 for number in range(size))
    run(in_pieces(send)({"type": "http.response.body", "body": body, "more_body": more}))
    assert b"".join(message["body"] for message in sent) == body
    assert max(len(message["body"]) for message in sent) <= PIECE
    assert [message["more_body"] for message in sent] == [True] * (len(sent) - 1) + [more]
    assert len(sent) == max(1, -(-size // PIECE))


def test_what_is_no_body_is_passed_on_as_it_is():
    sent = []

    async def send(message):
        sent.append(message)

    start = {"type": "http.response.start", "status": 200, "headers": []}
    run(in_pieces(send)(start))
    assert sent == [start]
