"""The reader held in memory: moments that coincide, ranges that overlap, several prohibitions at once."""

from datetime import datetime, timedelta
from typing import Any

from tests.compliance.cast import START
from tracker.compliance.held_standings import HeldStandings
from tracker.compliance.verdicts import Counted, Details, Message, Restart, Standing, Unplaced

HOUR = timedelta(hours=1)
WEEK = timedelta(days=7)
LAST = START + 100 * HOUR
BOTH = ("one", "two")
WHOLE: dict[str, Any] = {"after": START, "before": LAST}


def hour(n: int) -> datetime:
    return START + n * HOUR


def row(
    incident: str,
    best: int | None,
    latest: int | None,
    *,
    term: str = "one",
    severity: str | None = None,
    vague: bool = False,
    **other: Any,
) -> Standing:
    """A breach that counts as alleged, at some time between two hours of the truce."""
    start = None if best is None else hour(best)
    end = None if latest is None else hour(latest)
    return Standing(
        incident, term, "alleged", True, START, None, start, end, None if vague else end,
        None if vague else start, vague, "covered", "weak", severity, None, False, (),
        Message("weigh.alleged"), (), Details(),
    )._replace(**other)  # fmt: skip


def held(*rows: Standing) -> HeldStandings:
    return HeldStandings(rows, START)


def name(found: Restart | None) -> str | None:
    return found.incident if found is not None else None


def names(found: Any) -> list[str]:
    return [one.incident for one in found]


# --- The latest ---------------------------------------------------------------------------------------


def test_of_two_at_the_same_moment_the_first_by_reference_is_the_latest() -> None:
    reader = held(row("B", 9, 9), row("A", 9, 9), row("C", 8, 8))
    assert name(reader.last_restart(("one",), "alleged", **WHOLE)) == "A"
    assert names(reader.restarts(("one",), "alleged", **WHOLE, limit=3)) == ["A", "B", "C"]
    assert names(reader.latest(("one",), "alleged", after=START, by=LAST, limit=2)) == ["A", "B"]


def test_the_latest_for_sure_is_the_one_that_begins_latest() -> None:
    reader = held(row("A", 10, 20), row("B", 12, 13), row("C", 1, 2))
    assert name(reader.last_restart(("one",), "alleged", **WHOLE)) == "A"
    assert name(reader.last_restart(("one",), "alleged", **WHOLE, surely=True)) == "B"


def test_of_two_that_surely_begin_at_the_same_moment_the_first_by_reference_is_the_latest() -> None:
    for first, second in (("A", "B"), ("B", "A")):
        reader = held(row(first, 12, 12), row(second, 12, 20))
        assert name(reader.last_restart(("one",), "alleged", **WHOLE, surely=True)) == "A"


def test_a_breach_of_another_severity_is_passed_over() -> None:
    reader = held(row("A", 9, 9, severity="minor"), row("B", 10, 10, severity="grave"), row("C", 11, 11))
    minor: dict[str, Any] = {**WHOLE, "severities": ("minor",)}
    assert name(reader.last_restart(("one",), "alleged", **minor)) == "A"
    assert name(reader.last_restart(("one",), "alleged", **minor, other_severities=True)) == "C"
    assert names(reader.restarts(("one",), "alleged", **minor, limit=3)) == ["A"]


def test_what_began_before_a_moment_may_still_fall_after_it() -> None:
    reader = held(row("A", 5, 15))
    after_ten: dict[str, Any] = {"after": hour(10), "before": LAST}
    assert names(reader.restarts(("one",), "alleged", **after_ten, limit=1)) == ["A"]
    assert name(reader.first_restart(("one",), "alleged", **after_ten)) == "A"
    assert reader.first_restart(("one",), "alleged", **after_ten, surely=True) is None


def test_what_ends_at_the_very_end_may_fall_before_it_but_not_for_sure() -> None:
    reader = held(row("A", 9, 10))
    before_ten: dict[str, Any] = {"after": START, "before": hour(10)}
    assert name(reader.last_restart(("one",), "alleged", **before_ten)) == "A"
    assert reader.last_restart(("one",), "alleged", **before_ten, surely=True) is None
    assert reader.first_restart(("one",), "alleged", **before_ten, surely=True) is None


# --- The earliest -------------------------------------------------------------------------------------


def test_the_earliest_is_the_one_that_ends_first_and_for_sure_the_one_that_begins_first() -> None:
    reader = held(row("A", 10, 12), row("B", 9, 30), row("C", 40, 41))
    assert name(reader.first_restart(("one",), "alleged", **WHOLE)) == "A"
    assert name(reader.first_restart(("one",), "alleged", **WHOLE, surely=True)) == "B"


def test_of_two_that_come_first_together_the_first_by_reference_does() -> None:
    for terms in (("one", "two"), ("two", "one")):
        reader = held(row("B", 9, 9, term=terms[0]), row("A", 9, 9, term=terms[1]))
        assert name(reader.first_restart(BOTH, "alleged", **WHOLE)) == "A"
        assert name(reader.first_restart(BOTH, "alleged", **WHOLE, surely=True)) == "A"


def test_what_happened_after_the_moment_asked_about_comes_neither_first_nor_last() -> None:
    reader = held(row("A", 9, 9), row("B", 2, 12))
    for surely in (False, True):
        asked: dict[str, Any] = {**WHOLE, "by": hour(10), "surely": surely}
        assert name(reader.first_restart(("one",), "alleged", **asked)) == "A"
        assert name(reader.last_restart(("one",), "alleged", **asked)) == "A"


# --- Several prohibitions -----------------------------------------------------------------------------


def test_breaches_of_several_prohibitions_are_one_list_the_latest_first() -> None:
    reader = held(
        row("A", 9, 9), row("B", 10, 10, term="two"), row("D", 11, 11), row("C", 11, 11, term="two")
    )
    assert names(reader.restarts(BOTH, "alleged", **WHOLE, limit=9)) == ["C", "D", "B", "A"]
    assert names(reader.latest(BOTH, "alleged", after=START, by=LAST, limit=9)) == ["C", "D", "B", "A"]
    assert name(reader.last_restart(BOTH, "alleged", **WHOLE)) == "C"
    assert name(reader.last_restart(("two",), "alleged", **WHOLE)) == "C"
    assert reader.count_restarts(BOTH, "alleged", after=hour(9), by=hour(11)) == 3


def test_a_restart_names_its_incident_and_its_prohibition() -> None:
    reader = held(row("A", 9, 10, term="two", severity="grave", ruled="violation", accepted=True))
    found = reader.last_restart(BOTH, "alleged", **WHOLE)
    assert found == Restart("A", "two", hour(10), hour(9), "grave", "violation", True)


# --- Chains -------------------------------------------------------------------------------------------


def test_restarts_lead_on_from_their_latest_and_for_sure_from_their_earliest_moment() -> None:
    reader = held(row("A", 10, 20), row("B", 40, 41))
    asked: dict[str, Any] = {"start": START, "by": LAST, "length": 24 * HOUR, "limit": 5}
    led = reader.resets(("one",), "alleged", **asked)
    assert (name(led.led_to), name(led.led_to_surely)) == ("B", "A")
    assert (names(led.latest), led.count) == (["B", "A"], 2)
    assert reader.resets(("one",), "alleged", **{**asked, "length": None}).led_to is None


def test_a_chain_goes_no_further_than_the_moment_asked_about() -> None:
    reader = held(
        row("A", 10, 10), row("B", 20, 20), row("C", 1, 90, vague=True), row("D", 1, 80, vague=True)
    )
    led = reader.resets(("one",), "alleged", start=START, by=hour(15), length=24 * HOUR, limit=1)
    assert (name(led.led_to), name(led.led_to_surely), led.count, led.unplaced) == ("A", "A", 1, ())
    listed = reader.resets(("one",), "alleged", start=START, by=LAST, length=24 * HOUR, limit=1)
    assert (names(listed.latest), names(listed.unplaced)) == (["B"], ["C"])


def test_days_in_a_row_begin_with_the_first_that_is_followed_within_the_length() -> None:
    reader = held(row("A", 1, 1), row("B", 30, 30), row("C", 50, 50), row("D", 60, 60))
    assert reader.first_in_chain(("one",), "alleged", end=hour(60), length=24 * HOUR, after=START) == hour(30)
    assert reader.first_in_chain(("one",), "alleged", end=hour(99), length=HOUR, after=START) == hour(99)


# --- What cannot be placed, what is left out ----------------------------------------------------------


def test_the_unplaced_that_end_latest_come_first_and_what_begins_at_the_end_is_left_out() -> None:
    reader = held(
        row("B", 1, 40, vague=True),
        row("A", 2, 40, vague=True, term="two"),
        row("C", None, 50, vague=True),
        row("D", 30, 60, vague=True),
        row("E", 5, 10, vague=True),
    )
    asked: dict[str, Any] = {"start": hour(10), "end": hour(30)}
    assert list(reader.unplaced(BOTH, "alleged", **asked, limit=9)) == [
        Unplaced("C", "one", None, hour(50)),
        Unplaced("A", "two", hour(2), hour(40)),
        Unplaced("B", "one", hour(1), hour(40)),
    ]
    assert names(reader.unplaced(BOTH, "alleged", **asked, limit=1)) == ["C"]
    assert names(reader.unplaced(BOTH, "alleged", **asked, by=hour(40), limit=9)) == ["A", "B"]


def test_a_strain_tells_how_many_lie_outside_and_are_not_settled_and_leaves_out_what_was_cleared() -> None:
    reader = held(
        row("A", 9, 9),
        row("B", 9, 9, coverage="not_settled"),
        row("C", 8, 8, coverage="not_settled", counts=False),
        row("D", 9, 9, coverage="outside", counts=False),
        row("E", 10, 10, coverage="outside", counts=False),
    )
    strain = reader.strain("one", "alleged", start=START, by=hour(9), within=WEEK, limit=5)
    assert (strain.outside, strain.not_settled, strain.count) == (1, 1, 2)
    assert strain.latest == (Counted("A", hour(9)), Counted("B", hour(9)))


def test_a_breach_at_the_very_start_is_one_of_the_days_in_a_row_and_the_last_of_a_calm_truce() -> None:
    reader = held(row("A", 0, 0), row("B", 20, 20, ruled="violation"), row("C", 21, 21, ruled="violation"))
    strain = reader.strain("one", "alleged", start=START, by=hour(30), within=24 * HOUR, limit=5)
    assert (strain.since, strain.breach, strain.ruled) == (START, Counted("C", hour(21)), True)
    calm = held(row("A", 0, 0)).strain("one", "alleged", start=START, by=LAST, within=24 * HOUR, limit=5)
    assert (calm.latest, calm.last) == ((), START)


def test_what_says_no_time_is_placed_where_it_became_known() -> None:
    reader = held(row("A", None, None, known=hour(-1)), row("B", 1, 1))
    assert reader.count(("one",), "alleged", after=hour(-2), by=START) == 1
    assert names(reader.latest(("one",), "alleged", after=hour(-2), by=LAST, limit=2)) == ["B", "A"]


def test_a_restart_without_an_earliest_moment_may_not_lie_earlier() -> None:
    found = held(row("A", None, 9)).last_restart(("one",), "alleged", **WHOLE)
    assert found is not None
    assert (found.at, found.at_best) == (hour(9), hour(9))
