"""What holds of every count that pauses or bears something, whatever the breaches are."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.compliance.cast import START, Story, at, with_clock
from tests.compliance.test_properties import FAR, HOUR, WEEK, standing
from tracker.compliance.assess import assess
from tracker.compliance.charter import Charter
from tracker.compliance.facts import Declaration, TruceFacts
from tracker.compliance.held_standings import HeldStandings
from tracker.compliance.intervals import Interval, advance, union
from tracker.compliance.verdicts import Standing, Verdict

DAY = timedelta(days=1)
PAUSING = with_clock(policy="pause", pause_for="P1D")
TOLERATING = with_clock(policy="tolerate", tolerate={"count": 1, "window": "P7D"})
MINOR = with_clock(policy="tolerate", tolerate={"count": 1, "window": "P7D", "severity": "minor"})


def paused_until(breaches: list[datetime], suspended: Sequence[Interval] = ()) -> datetime:
    """When seven days have run that stand still for a day after each breach, counted out plainly."""
    return advance(START, WEEK, union([*suspended, *((breach, breach + DAY) for breach in breaches)]))


def in_the_end(rows: list[Standing], suspended: Sequence[Interval] = ()) -> Verdict:
    """What a count that pauses says long after everything."""
    words = tuple(
        Declaration(f"dec{about}{i}", about, PAUSING.declarers, moment, moment)
        for i, span in enumerate(suspended)
        for about, moment in zip(("suspended", "resumed"), span, strict=True)
    )
    facts = TruceFacts(declarations=words)
    return assess(PAUSING, HeldStandings(rows, FAR), facts, FAR).term("clock").readings["alleged"]


@given(st.lists(st.integers(0, 24 * 15), max_size=9))
def test_with_precise_breaches_the_count_stands_still_for_a_day_after_each(hours: list[int]) -> None:
    breaches = [START + hour * HOUR for hour in hours]
    verdict = in_the_end([standing(f"A{i}", moment, moment) for i, moment in enumerate(breaches)])
    done = paused_until(breaches)
    assert (verdict.state, verdict.since) == ("fulfilled", done)
    assert verdict.values["completes_at_best"] == done


def told_and_true(placed: list[tuple[int, int, int]]) -> tuple[list[Standing], list[datetime]]:
    """Breaches, each given by its earliest hour, the hours of its doubt and where in these it truly was."""
    rows, true_moments = [], []
    for i, (hour, span, share) in enumerate(placed):
        best, latest = START + hour * HOUR, START + (hour + span) * HOUR
        rows.append(standing(f"A{i}", best, latest))
        true_moments.append(best + (latest - best) * share / 100)
    return rows, true_moments


@given(
    st.lists(st.tuples(st.integers(0, 24 * 12), st.integers(0, 24), st.integers(0, 100)), max_size=9),
    st.lists(st.tuples(st.integers(0, 24 * 12), st.integers(1, 48)), max_size=2),
)
@example([(24, 24, 0), (24, 24, 100)], [])
@example([(24, 24, 0), (24, 24, 100), (96, 24, 0), (96, 24, 100)], [])
@example([(24, 24, 0), (24, 24, 100), (200, 0, 0)], [])
@example([(24, 24, 0)], [(48, 24)])
@example([(24 * 6, 24, 0), (24 * 7, 24, 0), (24 * 7, 24, 0)], [])
def test_the_count_never_completes_too_early(
    placed: list[tuple[int, int, int]], hours: list[tuple[int, int]]
) -> None:
    """Wherever each breach truly was, however close to others and to what was suspended."""
    rows, true_moments = told_and_true(placed)
    suspended = union((START + hour * HOUR, START + (hour + span) * HOUR) for hour, span in hours)
    verdict, done = in_the_end(rows, suspended), paused_until(true_moments, suspended)
    assert verdict.state == "fulfilled"
    assert verdict.since is not None
    assert done <= verdict.since


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 24), st.integers(0, 100)), max_size=6))
@example([(20, 24, 0), (20, 24, 0), (20, 24, 0), (0, 24, 0)])
def test_where_pauses_lie_apart_it_completes_at_its_best_at_the_earliest(
    gaps: list[tuple[int, int, int]],
) -> None:
    placed, hour = [], 0
    for gap, span, share in gaps:
        hour += gap + (48 if placed else 0)
        placed.append((hour, span, share))
    rows, true_moments = told_and_true(placed)
    assert in_the_end(rows).values["completes_at_best"] <= paused_until(true_moments)


@pytest.mark.parametrize("truce", [PAUSING, TOLERATING, MINOR, with_clock()])
@pytest.mark.parametrize("words", ["", "13 Sep 00:00  east and west declare suspended\n"])
def test_what_happened_after_the_moment_asked_about_stops_nothing_yet(truce: Charter, words: str) -> None:
    """However early it may have happened: an answer about a moment takes what had surely happened by then."""
    before = words + "13 Sep 10:00  monitor says east-army shelled west-army at 12 Sep 18:00 (A)\n"
    after = """
        16 Sep 10:00  monitor says east-army shelled west-army on 14 Sep (B)
        16 Sep 10:00  monitor says east-army shelled west-army at 15 Sep 09:00 (C)
        16 Sep 10:00  monitor says east-army shelled west-army between 13 Sep 00:00 and 15 Sep 00:00 (D)
    """
    then = Story(before, truce).says("clock", "alleged", "14 Sep 12:00")
    assert Story(before + after, truce).says("clock", "alleged", "14 Sep 12:00", known="17 Sep 00:00") == then
    assert at("14 Sep 12:00") < (then.next_moment or START)
