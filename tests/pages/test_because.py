"""The paragraph under the sentence: what those who may declare on a clock have said."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

AT = datetime(2026, 3, 5, 12, tzinfo=UTC)
IN_QUESTION = {
    "standing": "in_force",
    "compliance_why": {"text": "Something counts."},
    "headline_reading": "corroborated",
    "terms": [
        {
            "ref": "seven-day-clock",
            "kind": "clock",
            "in_question_since": "2026-03-04T06:00:00Z",
            "readings": {
                code: {"values": {"length_seconds": 604_800, "elapsed_seconds": elapsed}}
                for code, elapsed in (("alleged", 3600), ("corroborated", 3600), ("ruled", 172_800))
            },
        }
    ],
}


def said(*declarations: Any) -> str:
    from tracker.models import Truce
    from tracker.pages.board.because import because
    from tracker.services.sentences import Names

    truce = Truce(slug="river-truce", headline_reading="corroborated")
    names = Names("UTC", {"en": "UTC"}, actors={"north": {"en": "North"}, "south": {"en": "South"}})
    return " ".join(because(truce, IN_QUESTION, [], list(declarations), names))


def declared(about: str, *by: str, term: str = "seven-day-clock") -> Any:
    from tracker.models import Declaration, Term

    return Declaration(about=about, by=list(by), at=AT, term=Term(ref=term))


def test_where_nobody_declared_anything_it_says_so() -> None:
    assert "Those who may declare on it have declared neither." in said()
    assert "declared neither" in said(declared("unlocked", "north", term="joint-targeting"))


@pytest.mark.parametrize(
    ("about", "words"),
    [
        ("restarted", "North and South declared on 5 Mar 2026, 12:00 UTC that the count begins again."),
        ("completed", "North and South declared on 5 Mar 2026, 12:00 UTC that the count is complete."),
    ],
)
def test_what_was_declared_is_said_with_who_and_when(about: str, words: str) -> None:
    assert words in said(declared(about, "north", "south"))
    assert "declared neither" not in said(declared(about, "north", "south"))


def test_the_word_of_one_is_said_to_be_the_word_of_one() -> None:
    assert "North declared on 5 Mar 2026, 12:00 UTC that the count begins again." in said(
        declared("restarted", "north")
    )


def test_a_declaration_is_read_from_when_it_was_said_and_known_on(db: None) -> None:
    from tests.api.cast import make_cast
    from tracker.models import View
    from tracker.pages.board.readings import declarations_of
    from tracker.services import positions, statements
    from tracker.services.authors import Author

    truce = make_cast().truce
    clock = truce.terms.get(ref="seven-day-clock")
    row = statements.declare(truce, "restarted", ["north"], AT, Author.of_worker("test"), term=clock)
    positions.place()
    row.change.refresh_from_db()
    known = row.change.known
    assert known is not None
    assert declarations_of(truce, View.PUBLIC, known, AT) == [row]
    assert declarations_of(truce, View.PUBLIC, known, AT - timedelta(seconds=1)) == []
    assert declarations_of(truce, View.PUBLIC, known - timedelta(seconds=1), AT) == []
