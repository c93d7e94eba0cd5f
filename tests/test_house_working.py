"""Django in its pool of threads: what comes in, what goes out, and who holds a thread meanwhile."""

from __future__ import annotations

import asyncio
import threading

import pytest
from django.http import HttpResponse, StreamingHttpResponse
from rest_framework.parsers import JSONParser
from rest_framework.request import Request

from ceasefire import working
from ceasefire.chunks import CHUNK
from ceasefire.files import FilePart
from ceasefire.working import Working
from tests import asynchronous

pytestmark = pytest.mark.django_db


class Answering(Working):
    """Answers every request by one function, with one thread."""

    def __init__(self, answer):
        self.answer = answer
        super().__init__(1)

    def load_middleware(self):
        pass

    def get_response(self, request):
        return self.answer(request)


def ask(answer, *, method="GET", bodies=(b"",), headers=(), query=b"", send=None):
    """The messages that are sent where ``answer`` answers a request."""
    messages = [
        {"type": "http.request", "body": body, "more_body": number < len(bodies)}
        for number, body in enumerate(bodies, 1)
    ]
    waiting, sent = iter(messages), []
    scope = {
        "type": "http",
        "method": method,
        "path": "/there",
        "query_string": query,
        "headers": list(headers),
        "server": ("localhost", 80),
    }

    async def receive():
        return next(waiting)

    async def keep(message):
        sent.append(message)

    asynchronous.run(Answering(answer)(scope, receive, send or keep))
    return sent


def body_of(sent):
    return b"".join(message.get("body", b"") for message in sent)


def test_an_answer_goes_out_as_one_start_and_one_body():
    def answer(request):
        response = HttpResponse(request.body[::-1], status=201, headers={"X-Path": request.path})
        response.set_cookie("kept", "yes")
        return response

    start, body = ask(answer, method="POST", bodies=(b"ab", b"c"))
    assert (start["status"], body["body"]) == (201, b"cba")
    assert (b"X-Path", b"/there") in start["headers"]
    assert (b"Set-Cookie", b"kept=yes; Path=/") in start["headers"]


def test_a_header_with_an_underscore_cannot_pass_for_one_with_a_dash():
    seen = {}

    def answer(request):
        seen.update(request.headers)
        return HttpResponse()

    ask(answer, headers=[(b"x_forwarded_proto", b"https"), (b"accept", b"*/*")])
    assert seen == {"Accept": "*/*"}


def test_a_body_that_came_in_chunks_has_the_length_of_what_came():
    def answer(request):
        return HttpResponse(f"{request.META['CONTENT_LENGTH']} {Request(request, [JSONParser()]).data}")

    headers = [(b"transfer-encoding", b"chunked"), (b"content-type", b"application/json")]
    sent = ask(answer, method="POST", bodies=(b'{"a"', b": 1}"), headers=headers)
    assert body_of(sent) == b"8 {'a': 1}"


def test_a_query_that_is_no_text_is_refused():
    assert ask(lambda _request: HttpResponse(), query=b"truce=\xff")[0]["status"] == 400


def test_whoever_leaves_before_the_end_of_a_body_is_not_answered():
    left = iter([{"type": "http.request", "body": b"a", "more_body": True}, {"type": "http.disconnect"}])
    asked = []

    async def receive():
        return next(left)

    scope = {"type": "http", "method": "POST", "path": "/", "headers": []}
    asynchronous.run(Answering(asked.append)(scope, receive, None))
    assert asked == []


def test_no_more_of_a_body_is_read_than_shows_that_it_is_too_large(monkeypatch):
    monkeypatch.setattr(working, "LARGEST_BODY", 10)
    found = []
    ask(lambda request: found.append(request.read()) or HttpResponse(), bodies=[b"123456"] * 100)
    assert found == [b"123456123456"]


def test_the_thread_is_free_while_an_answer_waits_for_its_reader():
    async def run():
        application = Answering(lambda request: HttpResponse(request.path))
        taken, slow = asyncio.Event(), []

        async def receive():
            return {"type": "http.request", "body": b""}

        def to(path, send):
            return application({"type": "http", "method": "GET", "path": path, "headers": []}, receive, send)

        async def waits(message):
            slow.append(message)
            await taken.wait()

        async def takes(message):
            if message["type"] == "http.response.body":
                taken.set()

        await asyncio.gather(to("/slow", waits), to("/quick", takes))
        return slow

    assert body_of(asynchronous.run(run())) == b"/slow"


def test_a_stream_is_sent_in_chunks_and_arrives_as_it_was_made():
    lines = [f"{number}\n".encode() * 900 for number in range(200)]
    sent = ask(lambda _request: StreamingHttpResponse(lines))
    assert body_of(sent) == b"".join(lines)
    sizes = [len(message["body"]) for message in sent[1:]]
    assert len(sizes) > 3
    assert min(sizes[:-2]) >= CHUNK
    assert [message.get("more_body", False) for message in sent[1:]] == [True] * (len(sizes) - 1) + [False]


def test_the_next_chunk_of_a_stream_is_made_while_one_is_sent():
    made, seen = [threading.Event() for _ in range(4)], []

    def lines():
        for one in made:
            one.set()
            yield b"x" * CHUNK

    async def takes_once_the_next_is_made(message):
        if message.get("more_body"):
            number = len(seen)
            seen.append(number)
            if number + 1 < len(made):
                assert await asyncio.to_thread(made[number + 1].wait, 20)

    ask(lambda _request: StreamingHttpResponse(lines()), send=takes_once_the_next_is_made)
    assert seen == [0, 1, 2, 3]


def test_no_more_than_the_next_chunk_is_made_before_one_is_taken():
    made, ahead = [], []

    def lines():
        for number in range(20):
            made.append(number)
            yield b"x" * CHUNK

    async def slowly(message):
        if message.get("more_body"):
            await asyncio.sleep(0.002)
            ahead.append(len(made) - len(ahead))

    ask(lambda _request: StreamingHttpResponse(lines()), send=slowly)
    assert max(ahead) <= 2


@pytest.mark.parametrize("lines", [[], [b""], [b"a", b"b"]])
def test_a_short_stream_is_an_answer_as_any_other(lines):
    sent = ask(lambda _request: StreamingHttpResponse(lines))
    assert [message["type"] for message in sent] == ["http.response.start", "http.response.body"]
    assert body_of(sent) == b"".join(lines)


def test_nothing_more_is_made_for_whoever_takes_nothing_of_a_stream(monkeypatch):
    monkeypatch.setattr(working, "PATIENCE", 0.05)
    made, closed, asked = [], threading.Event(), []

    def lines():
        try:
            for number in range(100):
                made.append(number)
                yield b"x" * CHUNK
        finally:
            closed.set()

    async def never(message):
        asked.append(message["type"])
        await asyncio.Event().wait()

    ask(lambda _request: StreamingHttpResponse(lines()), send=never)
    assert asked == ["http.response.start"]
    assert made == [0]
    assert closed.is_set()


def test_another_failure_is_not_taken_for_leaving():
    async def fails(message):
        raise ConnectionError("gone")

    with pytest.raises(ConnectionError):
        ask(lambda _request: StreamingHttpResponse([b"x" * CHUNK] * 3), send=fails)


def test_part_of_a_file_is_sent_by_no_thread_to_readers_however_slow(tmp_path, monkeypatch):
    monkeypatch.setattr(working, "PATIENCE", 0.01)
    path, sent = tmp_path / "export", []
    path.write_bytes(bytes(range(256)) * 4000)

    async def slowly(message):
        await asyncio.sleep(0.05)
        sent.append(message)

    def answer(_request):
        return FilePart(path, 10, 600_000, content_type="text/csv")

    ask(answer, send=slowly)
    assert body_of(sent) == path.read_bytes()[10:600_010]
    assert b"".join(answer(None)) == body_of(sent)
    assert not body_of(ask(answer, method="HEAD"))
