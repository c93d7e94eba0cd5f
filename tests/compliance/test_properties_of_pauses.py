"""What holds of every count that pauses or bears something, whatever the breaches are."""

from datetime import datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.compliance.cast import START, Story, at, with_clock
from tests.compliance.test_properties import FAR, HOUR, WEEK, standing
from tracker.compliance.assess import assess
from tracker.compliance.charter import Charter
from tracker.compliance.facts import TruceFacts
from tracker.compliance.held_standings import HeldStandings
from tracker.compliance.intervals import advance, union
from tracker.compliance.verdicts import Standing, Verdict

DAY = timedelta(days=1)
PAUSING = with_clock(policy="pause", pause_for="P1D")
TOLERATING = with_clock(policy="tolerate", tolerate={"count": 1, "window": "P7D"})
MINOR = with_clock(policy="tolerate", tolerate={"count": 1, "window": "P7D", "severity": "minor"})


def paused_until(breaches: list[datetime]) -> datetime:
    """When seven days have run that stand still for a day after each breach, counted out plainly."""
    return advance(START, WEEK, union((breach, breach + DAY) for breach in breaches))


def in_the_end(rows: list[Standing]) -> Verdict:
    """What a count that pauses says long after everything."""
    clock = assess(PAUSING, HeldStandings(rows, FAR), TruceFacts(), FAR).term("clock")
    return clock.readings["alleged"]


@given(st.lists(st.integers(0, 24 * 15), max_size=9))
def test_with_precise_breaches_the_count_stands_still_for_a_day_after_each(hours: list[int]) -> None:
    breaches = [START + hour * HOUR for hour in hours]
    verdict = in_the_end([standing(f"A{i}", moment, moment) for i, moment in enumerate(breaches)])
    done = paused_until(breaches)
    assert (verdict.state, verdict.since) == ("fulfilled", done)
    assert verdict.values["completes_at_best"] == done


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 24), st.integers(0, 100)), max_size=6))
@example([(20, 24, 0), (20, 24, 0), (20, 24, 0), (0, 24, 0)])
def test_where_pauses_lie_apart_the_count_never_completes_too_early(
    placed: list[tuple[int, int, int]],
) -> None:
    """Wherever between its first and its last moment each breach truly was."""
    rows, true_moments, best = [], [], START
    for i, (gap, span, share) in enumerate(placed):
        best += gap * HOUR + (2 * DAY if i else 0 * DAY)
        latest = best + span * HOUR
        rows.append(standing(f"A{i}", best, latest))
        true_moments.append(best + (latest - best) * share / 100)
    verdict, done = in_the_end(rows), paused_until(true_moments)
    assert verdict.state == "fulfilled"
    assert verdict.since is not None
    assert verdict.values["completes_at_best"] <= done <= verdict.since


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
