"""Atom: ids that never change, pages that name the next, and text that any parser takes."""

from __future__ import annotations

import feedparser
import pytest

from tests.feed.formats.entries import PLACE, entry
from tracker.feed.formats import atom

ABOUT = atom.About(
    name="api/v1/violations?format=atom",
    address="http://localhost/api/v1/violations?format=atom&cursor=x",
    first="http://localhost/api/v1/violations?format=atom",
    following="http://localhost/api/v1/violations?format=atom&cursor=y",
    author="The tracker",
    licence="CC BY 4.0",
)


def read(*entries, about=ABOUT):
    found = feedparser.parse(atom.page(entries, about))
    assert not found.bozo, found.bozo_exception
    assert found.version == "atom10"
    return found


def test_a_page_says_what_it_is_of_and_where_the_next_is():
    feed = read(entry()).feed
    assert feed.id.startswith("urn:uuid:")
    assert feed.title
    assert feed.author == "The tracker"
    links = {link.rel: link.href for link in feed.links}
    assert links == {"self": ABOUT.address, "first": ABOUT.first, "next": ABOUT.following}


def test_the_last_page_names_no_next():
    from dataclasses import replace

    feed = read(entry(), about=replace(ABOUT, following=None)).feed
    assert "next" not in {link.rel for link in feed.links}


def test_an_entry_carries_what_every_entry_must():
    (found,) = read(entry(severity="grave", responsible="north")).entries
    assert found.title == "shelling · the ford · 2026-03-04"
    assert found.updated == "2026-03-04T09:00:00.250000Z"
    assert found.published == "2026-03-04T08:00:00Z"
    assert found.link == "http://localhost/incidents/inc_0000000001/"
    assert found.rights == "CC BY 4.0"
    assert [tag.term for tag in found.tags] == ["alleged", "claimed", "weak", "grave"]
    for said in ("killed: 30–80+", "responsible: north", "method: 1", "The tracker: one violation."):
        assert said in found.summary


def test_an_id_is_of_the_entry_and_its_reading_alone():
    (first,) = read(entry()).entries
    (changed,) = read(
        entry(url="https://elsewhere.example/x/", version=7, updated="2026-04-01T00:00:00Z")
    ).entries
    (in_another_reading,) = read(entry(reading="ruled")).entries
    (of_another,) = read(entry(2)).entries
    assert first.id == changed.id
    assert len({first.id, in_another_reading.id, of_another.id}) == 3


def test_the_feed_was_updated_when_its_latest_entry_was():
    entries = [
        entry(1, updated="2026-03-04T09:00:00Z"),
        entry(2, updated="2026-03-04T09:00:00.500000Z"),
        entry(3, updated="2026-03-04T08:59:59Z"),
    ]
    assert read(*entries).feed.updated == "2026-03-04T09:00:00.500000Z"


def test_a_page_without_entries_is_a_feed_all_the_same():
    assert read().entries == []
    assert read().feed.updated


@pytest.mark.parametrize("text", ["a < b & c > d", "]]>", "<script>x</script>", "a\x00b\x0bc", "\ud800"])
def test_text_that_is_not_xml_spoils_nothing(text):
    (found,) = read(entry(place={**PLACE, "name": text})).entries
    assert "shelling" in found.title
