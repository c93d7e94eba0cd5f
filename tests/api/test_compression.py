"""Answers are compressed as the client likes best."""

from __future__ import annotations

import gzip

import pytest
import zstandard

from tests.api.cast import report_of
from tracker.api import compression
from tracker.services import assessment, positions

STATUS = "/api/v1/truces/river-truce/status?as_of=2026-03-05T00:00:00Z&known_at=2026-03-05T00:00:00Z"
VIOLATIONS = "/api/v1/violations?format=ndjson&reading=alleged"


@pytest.fixture
def told(api):
    """A report that counts as alleged."""
    api.send(report_of())
    positions.place()
    assert assessment.sweep()


def unpacked(response) -> bytes:
    packed = b"".join(response.streaming_content) if response.streaming else response.content
    coding = response.headers.get("Content-Encoding")
    if coding == "zstd":
        return zstandard.ZstdDecompressor().decompressobj().decompress(packed)
    return gzip.decompress(packed) if coding == "gzip" else packed


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("", None),
        ("identity", None),
        ("br", None),
        ("gzip", "gzip"),
        ("zstd", "zstd"),
        ("gzip, deflate, br, zstd", "zstd"),
        ("gzip;q=1.0, zstd;q=0.5", "gzip"),
        ("*", "zstd"),
        ("*;q=0.1, zstd;q=0", "gzip"),
        ("gzip;q=0", None),
    ],
)
def test_the_coding_is_the_one_that_is_liked_best(accepted, coding):
    assert compression.encoding(accepted) == coding


@pytest.mark.parametrize("address", [STATUS, VIOLATIONS])
@pytest.mark.parametrize("coding", ["gzip", "zstd"])
def test_an_answer_unpacks_to_what_is_sent_plain(told, api, address, coding):
    plain = api.get(address)
    packed = api.get(address, **{"Accept-Encoding": coding})
    assert packed.headers["Content-Encoding"] == coding
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert unpacked(packed) == unpacked(plain) != b""


def test_a_packed_answer_is_not_sent_again_while_it_holds(told, api):
    first = api.get(STATUS, **{"Accept-Encoding": "zstd"})
    assert first.headers["ETag"].startswith('W/"')
    again = api.get(STATUS, **{"Accept-Encoding": "zstd", "If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
