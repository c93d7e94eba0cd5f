"""NDJSON: an entry a line."""

from __future__ import annotations

import orjson

from tests.feed.formats.entries import PLACE, entry
from tracker.feed.formats import FORMATS


def test_each_entry_is_a_line_even_where_its_text_has_line_breaks():
    entries = [entry(1, place={**PLACE, "name": "one\ntwo\u2028three"}), entry(2)]
    text = b"".join(FORMATS["ndjson"].stream(entries))
    assert [orjson.loads(line) for line in text.split(b"\n")[:-1]] == entries
    assert text.endswith(b"\n")


def test_nothing_is_an_empty_file():
    assert b"".join(FORMATS["ndjson"].stream([])) == b""


def test_only_what_is_sent_is_asked_for():
    asked = []

    def entries():
        for number in range(10_000):
            asked.append(number)
            yield entry(number)

    chunks = FORMATS["ndjson"].stream(entries())
    next(chunks)
    assert 0 < len(asked) < 1_000
