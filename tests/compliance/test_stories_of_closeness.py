"""Stories of where, when and against whom an incident is said to have been, at its closest."""

from dataclasses import replace
from datetime import datetime

import pytest

from tests.compliance.cast import SOURCES, TRUCE, at
from tracker.compliance.closeness import vagueness_of_place
from tracker.compliance.facts import Claim, IncidentFacts, Occurred, PlaceShown
from tracker.compliance.verdicts import Details
from tracker.compliance.weigh import weigh

LATER = at("30 Dec 00:00")
BARE = Claim("bare", SOURCES["monitor"], at("14 Sep 10:00"), act="shelling", by="east-army")


def telling(report: str, place: PlaceShown | None = None, **more: object) -> Claim:
    return replace(BARE, report=report, place_shown=place, **more)  # type: ignore[arg-type]


def somewhere(name: str, precision: int | None, coordinates: bool = True, *areas: str) -> PlaceShown:
    return PlaceShown(vagueness_of_place(precision, coordinates), {"name": name}, areas)


def said(*claims: Claim, known: datetime = LATER) -> Details:
    """What the standings say of an incident of these claims, as known at a moment."""
    for row in weigh(TRUCE, IncidentFacts("A", claims)):
        if row.known <= known and (row.until is None or known < row.until):
            return row.details
    raise KeyError(known)


TOWN, PROVINCE = somewhere("the town", 2, True, "SYR", "SY07"), somewhere("the province", 4, False, "SYR")


def test_the_closest_place_is_shown_with_who_gave_it_and_the_areas_that_hold_it() -> None:
    details = said(telling("vague", PROVINCE), telling("close", TOWN, source=SOURCES["press"]))
    assert details.place == {"name": "the town"}
    assert details.place_of == ("close", "press")
    assert details.areas == ("SYR", "SY07")


@pytest.mark.parametrize(
    ("closer", "vaguer"),
    [((1, False), (2, True)), ((6, False), (None, True)), ((2, True), (2, False))],
)
def test_closer_is_the_finer_precision_and_then_what_has_coordinates(
    closer: tuple[int | None, bool], vaguer: tuple[int | None, bool]
) -> None:
    first = telling("first", somewhere("one", *vaguer))
    second = telling("second", somewhere("other", *closer), known=at("15 Sep 10:00"))
    assert said(first, second).place_of == ("second", "monitor")
    assert said(second, first).place_of == ("second", "monitor")


def test_of_two_places_as_close_the_one_that_was_known_first_is_shown() -> None:
    first, second = telling("first", TOWN), telling("second", TOWN, known=at("15 Sep 10:00"))
    assert said(second, first).place_of == ("first", "monitor")


def test_whoever_denies_may_still_say_most_closely_where_it_was() -> None:
    denial = telling("denial", TOWN, stance_event="denies", source=SOURCES["east-ministry"])
    assert said(telling("claim", PROVINCE), denial).place_of == ("denial", "east-ministry")


def test_a_closer_place_that_comes_later_is_said_from_then_on_and_not_before() -> None:
    claims = telling("first", PROVINCE), telling("second", TOWN, known=at("16 Sep 08:00"))
    assert said(*claims, known=at("16 Sep 07:59")).place == {"name": "the province"}
    assert said(*claims, known=at("16 Sep 08:00")).place == {"name": "the town"}


def test_a_place_whose_claim_no_longer_stands_is_no_longer_said() -> None:
    taken_back = telling("first", TOWN, until=at("15 Sep 10:00"))
    claims = taken_back, telling("second")
    assert said(*claims, known=at("15 Sep 09:59")).place == {"name": "the town"}
    after = said(*claims)
    assert (after.place, after.place_of, after.areas) == (None, None, ())


def test_the_precision_is_that_of_the_shortest_time() -> None:
    day = Occurred(at("13 Sep 00:00"), at("14 Sep 00:00"), "day")
    hour = Occurred(at("13 Sep 09:00"), at("13 Sep 10:00"), "hour")
    assert said(telling("first", occurred=day), telling("second", occurred=hour)).precision == "hour"
    assert said(telling("first")).precision is None


def test_everybody_that_is_named_as_hit_is_named_once_in_order() -> None:
    claims = [
        telling("first", against="west-army"),
        telling("second", against="raiders", source=SOURCES["press"]),
        telling("third", against="west-army", source=SOURCES["un"]),
        telling("fourth"),
    ]
    assert said(*claims).against == ("raiders", "west-army")
