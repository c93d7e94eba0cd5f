"""Stories of announcements that the declarers made each for itself."""

from dataclasses import replace
from datetime import timedelta

from tests.compliance.cast import START, TRUCE, at
from tracker.compliance.charter import Renewal
from tracker.compliance.facts import Extension, TruceFacts
from tracker.compliance.truce_standing import standing_of
from tracker.compliance.verdicts import ExtensionState

STEPS = replace(TRUCE, renewal=Renewal(timedelta(days=3)))
DAY = timedelta(days=1)


def announced(ref: str, by: str, when: str, length: timedelta = DAY) -> Extension:
    return Extension(ref, (by,), "announced", at(when), at(when), length)


def offers(*extensions: Extension) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(one.ref, one.state, one.by) for one in standing(*extensions)]


def standing(*extensions: Extension) -> tuple[ExtensionState, ...]:
    return standing_of(STEPS, TruceFacts(extensions=extensions), at("15 Sep 00:00")).extensions


def test_two_announcements_of_one_length_are_one_offer() -> None:
    east, west = announced("one", "east", "13 Sep 10:00"), announced("two", "west", "13 Sep 12:00")
    assert offers(east) == [("one", "offered", ("east",))]
    assert offers(east, west) == [("two", "announced", ("east", "west"))]
    told = standing_of(STEPS, TruceFacts(extensions=(east, west)), at("15 Sep 00:00"))
    assert told.renewal is not None
    assert told.renewal.ends == START + 4 * DAY


def test_two_announcements_of_different_lengths_are_two_offers() -> None:
    east = announced("one", "east", "13 Sep 10:00")
    west = announced("two", "west", "13 Sep 12:00", 2 * DAY)
    assert offers(east, west) == [("one", "offered", ("east",)), ("two", "offered", ("west",))]


def test_the_next_two_announcements_are_the_next_offer() -> None:
    four = [
        announced("one", "east", "13 Sep 10:00"),
        announced("two", "west", "13 Sep 12:00"),
        announced("three", "west", "14 Sep 10:00"),
        announced("four", "east", "14 Sep 12:00"),
    ]
    assert offers(*four) == [("two", "announced", ("east", "west")), ("four", "announced", ("west", "east"))]
    assert offers(*four[:3]) == [("two", "announced", ("east", "west")), ("three", "offered", ("west",))]


def test_an_offer_is_not_joined_to_an_announcement() -> None:
    offered = replace(announced("one", "east", "13 Sep 10:00"), state="offered")
    west = announced("two", "west", "13 Sep 12:00")
    both = replace(announced("three", "west", "13 Sep 14:00"), by=("east", "west"))
    assert offers(offered, west) == [("one", "offered", ("east",)), ("two", "offered", ("west",))]
    assert offers(west, both) == [("two", "offered", ("west",)), ("three", "announced", ("east", "west"))]
