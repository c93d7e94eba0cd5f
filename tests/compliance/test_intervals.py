"""Moments, half-open intervals and days."""

from datetime import date, timedelta

from tests.compliance.cast import ZONE, at
from tracker.compliance.intervals import (
    advance,
    apart,
    day_bounds,
    day_number,
    days,
    is_placed,
    overlaps,
    time_in,
    union,
    within,
)

HOUR = timedelta(hours=1)
NOON = at("14 Sep 12:00")


def test_intervals_that_only_touch_do_not_overlap() -> None:
    morning, evening = (NOON - HOUR, NOON), (NOON, NOON + HOUR)
    assert not overlaps(morning, evening)
    assert not overlaps(evening, morning)
    assert overlaps((NOON - HOUR, NOON + HOUR), evening)
    assert overlaps(evening, (NOON - HOUR, NOON + HOUR))


def test_an_instant_lies_in_what_it_starts_and_not_in_what_it_ends() -> None:
    assert within((NOON, NOON), NOON, NOON + HOUR)
    assert not within((NOON, NOON), NOON - HOUR, NOON)
    assert within((NOON - HOUR, NOON), NOON - HOUR, NOON)
    assert not within((NOON - HOUR, NOON), NOON - HOUR, NOON - timedelta(minutes=1))
    assert within((NOON, NOON), None, None)
    assert apart((NOON, NOON), NOON - HOUR, NOON)
    assert not apart((NOON, NOON), NOON, NOON + HOUR)
    assert apart((NOON - HOUR, NOON), NOON, NOON + HOUR)
    assert apart((NOON - HOUR, NOON - HOUR), NOON, None)
    assert not apart((NOON - HOUR, NOON), None, None)


def test_a_union_joins_what_touches_and_leaves_out_instants() -> None:
    assert union([(NOON, NOON)]) == []
    assert union([(NOON, NOON + HOUR), (NOON - HOUR, NOON)]) == [(NOON - HOUR, NOON + HOUR)]
    inside = (NOON, NOON + HOUR)
    whole = (NOON - HOUR, NOON + 3 * HOUR)
    assert union([inside, whole]) == [whole]
    later = (NOON + 5 * HOUR, NOON + 6 * HOUR)
    assert union([later, whole]) == [whole, later]


def test_the_time_in_several_intervals_adds_up() -> None:
    spans = [(NOON - 5 * HOUR, NOON - 3 * HOUR), (NOON, NOON + HOUR), (NOON + 8 * HOUR, NOON + 9 * HOUR)]
    assert time_in(spans, NOON - 4 * HOUR, NOON + 2 * HOUR) == 2 * HOUR


def test_a_count_stands_still_in_each_pause_and_passes_over_those_before_it() -> None:
    before, first, second = (
        (NOON + start * HOUR, NOON + end * HOUR) for start, end in ((-3, -1), (1, 2), (4, 6))
    )
    assert advance(NOON, 3 * HOUR, [before, first, second]) == NOON + 4 * HOUR
    assert advance(NOON, 4 * HOUR, [before, first, second]) == NOON + 7 * HOUR
    assert advance(NOON, HOUR, [first]) == NOON + HOUR
    assert advance(NOON + 1.5 * HOUR, HOUR, [first]) == NOON + 3 * HOUR


def test_days_are_counted_from_the_start_and_bounded_by_the_zone() -> None:
    assert day_number(NOON, NOON) == day_number(NOON, NOON + 24 * HOUR - timedelta(seconds=1)) == 1
    assert day_number(NOON, NOON + 24 * HOUR) == 2
    assert day_bounds(ZONE, date(2016, 9, 14)) == (at("13 Sep 21:00"), at("14 Sep 21:00"))
    one_day = [(date(2016, 9, 14), day_bounds(ZONE, date(2016, 9, 14)))]
    assert days(ZONE, at("13 Sep 21:00"), at("14 Sep 21:00")) == one_day
    assert days(ZONE, NOON, NOON) == []
    assert [day.day for day, _ in days(ZONE, at("13 Sep 20:59"), at("14 Sep 21:01"))] == [13, 14, 15]


def test_a_day_of_25_hours_is_a_day_and_25_hours_of_two_days_are_not() -> None:
    start, end = day_bounds("Europe/Berlin", date(2016, 10, 30))
    assert end - start == 25 * HOUR
    assert is_placed("Europe/Berlin", (start, end))
    assert not is_placed(ZONE, (NOON, NOON + 25 * HOUR))
    assert is_placed(ZONE, (NOON, NOON + 24 * HOUR))
    assert not is_placed("Europe/Berlin", (start, start + 48 * HOUR))
