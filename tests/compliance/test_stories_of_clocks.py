"""Stories of the count of days: restarts, imprecision, pauses, tolerance, observation."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.compliance.cast import CEASEFIRE, TRUCE, Story, at, with_clock
from tracker.compliance.intervals import advance, day_bounds, day_number, day_of

SHELLED = "{}  monitor says east-army shelled west-army {} ({})\n"


def breach(known: str, when: str, ref: str = "A") -> str:
    return SHELLED.format(known, when, ref)


# --- Rule 2: half-open, the zone's days, 24 hours -----------------------------------------------------


def test_a_breach_at_the_instant_of_completion_comes_after_it() -> None:
    Story(
        breach("19 Sep 17:00", "at 19 Sep 16:00") + "19 Sep 17:00  ? clock is fulfilled since 19 Sep 16:00"
    ).holds()


def test_a_breach_a_minute_before_completion_restarts() -> None:
    Story(
        breach("19 Sep 17:00", "at 19 Sep 15:59")
        + "19 Sep 17:00  ? clock is running since 19 Sep 15:59 in alleged"
    ).holds()


def test_a_breach_at_the_start_restarts_nothing_new() -> None:
    story = Story(
        breach("12 Sep 17:00", "at 12 Sep 16:00") + "19 Sep 16:00  ? clock is fulfilled since 19 Sep 16:00"
    )
    assert story.holds().row("A").coverage == "covered"


def test_day_n_is_whole_days_since_the_start_plus_one() -> None:
    start = at("12 Sep 16:00")
    assert day_number(start, start) == 1
    assert day_number(start, at("13 Sep 15:59")) == 1
    assert day_number(start, at("13 Sep 16:00")) == 2


def test_a_length_of_days_is_24_hours_each_across_a_change_of_clocks() -> None:
    truce = replace(
        TRUCE, in_force_from=at("28 Oct 12:00")
    )  # Damascus went back an hour at the end of 27 October 2016
    story = Story(
        "04 Nov 11:59  ? clock is running\n04 Nov 12:00  ? clock is fulfilled since 04 Nov 12:00", truce
    )
    story.holds()


def test_the_day_of_25_hours_is_one_day_and_restarts_the_count() -> None:
    start, end = day_bounds("Asia/Damascus", at("27 Oct 12:00").date())
    assert end - start == timedelta(hours=25)
    vienna = replace(TRUCE, zone="Europe/Vienna", in_force_from=at("20 Oct 12:00"))
    start, end = day_bounds("Europe/Vienna", at("30 Oct 12:00").date())
    assert end - start == timedelta(hours=25)
    when = f"between {start:%d %b %H:%M} and {end:%d %b %H:%M}"
    story = Story(breach("01 Nov 12:00", when), vienna)
    assert (story.row("A").unplaced, story.row("A").restarts_at) == (False, end)


def test_a_day_is_the_zones_day() -> None:
    assert day_of("Asia/Damascus", at("16 Sep 21:00")).day == 17
    assert day_of("Asia/Damascus", at("16 Sep 20:59")).day == 16


# --- Rule 3: imprecise never favours and never punishes without end -----------------------------------


def test_a_breach_on_a_day_restarts_at_its_end_and_at_best_at_its_start() -> None:
    story = Story(breach("16 Sep 12:00", "on 14 Sep"))
    verdict = story.says("clock", "alleged", "16 Sep 12:00")
    assert verdict.since == at("14 Sep 21:00")
    assert verdict.values["completes_at"] == at("21 Sep 21:00")
    assert verdict.values["completes_at_best"] == at("20 Sep 21:00")


def test_it_is_never_later_than_its_first_report() -> None:
    story = Story(breach("14 Sep 10:00", "on 14 Sep"))
    assert story.says("clock", "alleged", "16 Sep 12:00").since == at("14 Sep 10:00")


def test_a_second_report_does_not_move_the_first() -> None:
    story = Story(
        breach("14 Sep 10:00", "on 14 Sep") + breach("14 Sep 18:00", "on 14 Sep").replace("monitor", "press")
    )
    assert story.says("clock", "corroborated", "16 Sep 12:00").since == at("14 Sep 10:00")


def test_a_breach_on_the_day_of_the_start_is_not_settled() -> None:
    story = Story(
        breach("14 Sep 10:00", "on 12 Sep") + breach("14 Sep 10:30", "on 12 Sep").replace("monitor", "press")
    )
    assert story.row("A").coverage == "not_settled"
    assert story.counts("A") == ("alleged",)
    assert story.says("clock", "alleged", "15 Sep 00:00").since == at("12 Sep 21:00")
    assert story.says("clock", "corroborated", "15 Sep 00:00").since == at("12 Sep 16:00")


def test_a_breach_reported_before_the_start_lies_before_it() -> None:
    Story(breach("12 Sep 15:00", "on 12 Sep") + "13 Sep 00:00  ? A is outside").holds()


def test_a_vague_claim_beside_a_precise_one_does_not_favour() -> None:
    story = Story(
        breach("14 Sep 10:00", "at 14 Sep 09:00")
        + breach("14 Sep 11:00", "in Sep").replace("monitor", "press")
    )
    assert (story.row("A").unplaced, story.row("A").restarts_at) == (False, at("14 Sep 09:00"))


def test_precise_claims_that_lie_days_apart_place_nothing() -> None:
    story = Story(
        breach("17 Sep 10:00", "at 14 Sep 09:00")
        + breach("17 Sep 10:00", "at 16 Sep 09:00").replace("monitor", "blog")
    )
    assert story.row("A").unplaced
    assert story.says("clock", "alleged", "19 Sep 16:00").state == "unknown"


def test_what_a_narrower_reading_placed_a_wider_one_keeps() -> None:
    story = Story(
        breach("17 Sep 10:00", "at 14 Sep 09:00")
        + breach("17 Sep 10:10", "at 14 Sep 09:00").replace("monitor", "press")
        + breach("17 Sep 10:20", "at 16 Sep 13:00").replace("monitor", "blog")
    )
    assert story.says("clock", "corroborated", "18 Sep 00:00").since == at("14 Sep 09:00")
    assert story.says("clock", "alleged", "18 Sep 00:00").since == at("14 Sep 09:00")


def test_an_unplaced_breach_leaves_the_run_unknown_until_it_is_ruled() -> None:
    story = breach("15 Sep 10:00", "in Sep")
    Story(
        story
        + """
        15 Sep 10:00  ? clock is running since 12 Sep 16:00
        19 Sep 16:00  ? clock is unknown since 19 Sep 16:00 in alleged
        20 Sep 16:00  ? clock is unknown since 19 Sep 16:00 in alleged
        19 Sep 16:00  ? clock is fulfilled since 19 Sep 16:00 in ruled
    """
    ).holds()
    Story(
        story
        + "20 Sep 12:00  tracker rules A no_violation\n20 Sep 12:00  ? clock is fulfilled since 19 Sep 16:00"
    ).holds()
    Story(
        story
        + (
            "20 Sep 12:00  tracker rules A violation at 14 Sep 09:00\n"
            "20 Sep 12:00  ? clock is running since 14 Sep 09:00"
        )
    ).holds()


def test_it_is_certain_again_once_a_whole_run_has_passed_since_it_can_last_have_happened() -> None:
    Story(
        breach("15 Sep 10:00", "in Sep")
        + """
        22 Sep 09:59  ? clock is unknown in alleged
        22 Sep 10:00  ? clock is fulfilled since 22 Sep 10:00 in alleged
    """
    ).holds()


def test_a_breach_that_may_lie_on_either_side_of_completion_leaves_it_unknown() -> None:
    Story(
        breach("20 Sep 12:00", "between 19 Sep 15:00 and 19 Sep 17:00")
        + """
        20 Sep 12:00  ? clock is running since 19 Sep 17:00 in alleged
    """
    ).holds()
    story = Story(breach("20 Sep 12:00", "between 19 Sep 15:00 and 19 Sep 17:00"))
    between = story.says("clock", "alleged", "19 Sep 16:30", known="20 Sep 12:00")
    assert (between.state, between.message.code) == ("unknown", "clock.may_be_breached")
    assert (between.message.values, between.evidence) == ({"incident": "A"}, ("A",))
    verdict = story.says("clock", "alleged", "20 Sep 12:00")
    assert verdict.values["completes_at_best"] == at("19 Sep 16:00")


# --- Restarting and reopening -------------------------------------------------------------------------


def test_each_breach_restarts_and_the_latest_are_listed() -> None:
    story = Story("".join(breach(f"{13 + i} Sep 10:00", f"at {13 + i} Sep 09:00", f"A{i}") for i in range(7)))
    verdict = story.says("clock", "alleged", "19 Sep 12:00")
    assert verdict.since == at("19 Sep 09:00")
    assert verdict.values["resets_count"] == 7
    assert [one["incident"] for one in verdict.values["resets"]] == ["A6", "A5", "A4", "A3", "A2"]


def test_breaches_with_pauses_longer_than_the_run_leave_it_fulfilled() -> None:
    Story(
        breach("14 Sep 10:00", "at 14 Sep 09:00", "A")
        + breach("22 Sep 10:00", "at 22 Sep 09:00", "B")
        + """
        23 Sep 00:00  ? clock is fulfilled since 21 Sep 09:00 in alleged
    """
    ).holds()


def test_a_retracted_report_reopens_the_clock() -> None:
    story = Story(
        breach("14 Sep 10:00", "at 14 Sep 09:00")
        + """
        14 Sep 10:00  ? clock is running since 14 Sep 09:00 in alleged
        16 Sep 12:00  monitor retracts A
        16 Sep 12:00  ? clock is running since 12 Sep 16:00
        16 Sep 12:00  ? A counts nowhere
        19 Sep 16:00  ? clock is fulfilled since 19 Sep 16:00
    """
    ).holds()
    assert story.says("clock", "alleged", "16 Sep 12:00", known="16 Sep 11:59").since == at("14 Sep 09:00")


def test_a_late_report_after_completion_reopens_what_was_fulfilled() -> None:
    story = Story(
        "19 Sep 16:00  ? clock is fulfilled\n"
        + breach("21 Sep 10:00", "at 18 Sep 09:00")
        + """
        21 Sep 10:00  ? clock is running since 18 Sep 09:00 in alleged
        21 Sep 10:00  ? clock is fulfilled since 19 Sep 16:00 in ruled
    """
    ).holds()
    assert story.says("clock", "alleged", "20 Sep 00:00").state == "fulfilled"
    assert story.says("clock", "alleged", "20 Sep 00:00", known="21 Sep 10:00").state == "running"


def test_a_late_report_of_something_after_completion_changes_nothing() -> None:
    Story(
        breach("21 Sep 10:00", "at 20 Sep 09:00") + "21 Sep 10:00  ? clock is fulfilled since 19 Sep 16:00"
    ).holds()


def test_the_clock_completes_by_time_alone_and_says_when_to_look_next() -> None:
    story = Story("19 Sep 15:59  ? clock is running\n19 Sep 16:00  ? clock is fulfilled").holds()
    assert story.says("clock", "ruled", "13 Sep 00:00").next_moment == at("19 Sep 16:00")
    assert story.status("13 Sep 00:00").next_moment == at("19 Sep 16:00")


def test_the_headline_restarts_nothing_by_itself() -> None:
    story = Story(breach("14 Sep 10:00", "at 14 Sep 09:00"))
    status = story.status("15 Sep 00:00")
    assert status.term("clock").in_question_since == at("14 Sep 09:00")
    assert status.sentence.code == "sentence.in_question"


def test_in_question_since_the_first_breach_that_nobody_ruled() -> None:
    story = Story(
        breach("14 Sep 10:00", "at 14 Sep 09:00", "A")
        + breach("15 Sep 10:00", "at 15 Sep 09:00", "B")
        + "15 Sep 12:00  tracker rules A violation"
    )
    assert story.status("15 Sep 11:00").term("clock").in_question_since == at("14 Sep 09:00")
    assert story.status("15 Sep 12:00").term("clock").in_question_since == at("15 Sep 09:00")


def test_the_declarers_word_restarts_it_in_every_reading() -> None:
    story = Story("""
        14 Sep 09:00  east declares restarted clock
        14 Sep 09:00  ? clock is running since 12 Sep 16:00
        14 Sep 12:00  east and west declare restarted clock
        14 Sep 12:00  ? clock is running since 14 Sep 12:00
    """).holds()
    assert story.says("clock", "ruled", "15 Sep 00:00").message.code == "clock.restarted_by_declarers"
    assert story.status("15 Sep 00:00").sentence.code == "sentence.restarted"


# --- Other policies -----------------------------------------------------------------------------------


def test_a_pausing_clock_stands_still_for_its_span() -> None:
    truce = with_clock(policy="pause", pause_for="48 hours")
    story = Story(
        breach("14 Sep 16:00", "at 14 Sep 16:00")
        + """
        14 Sep 15:59  ? clock is running since 12 Sep 16:00
        15 Sep 16:00  ? clock is paused since 14 Sep 16:00 in alleged
        15 Sep 16:00  ? clock is running since 12 Sep 16:00 in ruled
        16 Sep 16:00  ? clock is running since 12 Sep 16:00
        21 Sep 15:59  ? clock is running in alleged
        21 Sep 16:00  ? clock is fulfilled since 21 Sep 16:00 in alleged
    """,
        truce,
    ).holds()
    assert story.says("clock", "alleged", "15 Sep 16:00").values["elapsed_seconds"] == 2 * 86_400
    assert story.says("clock", "alleged", "15 Sep 16:00").next_moment == at("16 Sep 16:00")


def test_pauses_that_overlap_count_once() -> None:
    truce = with_clock(policy="pause", pause_for="P2D")
    story = Story(
        breach("14 Sep 16:00", "at 14 Sep 16:00", "A") + breach("15 Sep 16:00", "at 15 Sep 16:00", "B"), truce
    )
    assert story.says("clock", "alleged", "16 Sep 16:00").values["completes_at"] == at("22 Sep 16:00")


def test_an_unplaced_breach_makes_a_pausing_clock_unknown_for_one_span_more() -> None:
    truce = with_clock(policy="pause", pause_for="P2D")
    Story(
        breach("15 Sep 10:00", "in Sep")
        + """
        19 Sep 16:00  ? clock is unknown since 19 Sep 16:00 in alleged
        21 Sep 15:59  ? clock is unknown in alleged
        21 Sep 16:00  ? clock is fulfilled since 21 Sep 16:00 in alleged
    """,
        truce,
    ).holds()


def test_a_tolerant_clock_bears_so_many_within_its_window() -> None:
    truce = with_clock(policy="tolerate", tolerate={"count": 1, "window": "P2D"})
    first = breach("13 Sep 10:00", "at 13 Sep 09:00", "A")
    far = breach("16 Sep 10:00", "at 16 Sep 09:00", "B")
    near = breach("17 Sep 10:00", "at 17 Sep 09:00", "C")
    Story(first + "14 Sep 00:00  ? clock is running since 12 Sep 16:00", truce).holds()
    Story(first + far + "16 Sep 12:00  ? clock is running since 12 Sep 16:00", truce).holds()
    Story(
        first + far + near + "17 Sep 12:00  ? clock is running since 17 Sep 09:00 in alleged", truce
    ).holds()


def test_a_tolerant_clock_bears_only_the_severity_that_it_names() -> None:
    truce = with_clock(policy="tolerate", tolerate={"count": 5, "window": "P7D", "severity": "minor"})
    story = Story(
        breach("13 Sep 10:00", "at 13 Sep 09:00") + "13 Sep 12:00  tracker rules A violation", truce
    )
    assert story.says("clock", "ruled", "14 Sep 00:00").since == at("13 Sep 09:00")
    story.rulings["A"][0] = replace(story.rulings["A"][0], severity="minor")
    from tracker.compliance.weigh import weigh

    story.standings = list(weigh(truce, story.incident("A")))
    assert story.says("clock", "ruled", "14 Sep 00:00").since == at("12 Sep 16:00")


def test_a_manual_clock_heeds_only_the_declarers() -> None:
    truce = with_clock(policy="manual")
    Story(
        breach("14 Sep 10:00", "at 14 Sep 09:00")
        + """
        14 Sep 10:00  tracker rules A violation
        15 Sep 00:00  ? clock is running since 12 Sep 16:00
        16 Sep 12:00  east and west declare completed clock
        16 Sep 12:00  ? clock is fulfilled since 16 Sep 12:00
    """,
        truce,
    ).holds()
    Story(
        (
            "16 Sep 12:00  east and west declare restarted clock\n"
            "17 Sep 00:00  ? clock is running since 16 Sep 12:00"
        ),
        truce,
    ).holds()


def test_a_suspended_truce_stops_the_clock() -> None:
    story = Story("""
        14 Sep 16:00  east and west declare suspended
        15 Sep 16:00  ? clock is paused since 14 Sep 16:00
        15 Sep 16:00  ? truce is suspended
        16 Sep 16:00  east and west declare resumed
        16 Sep 16:00  ? clock is running since 12 Sep 16:00
        21 Sep 15:59  ? clock is running
        21 Sep 16:00  ? clock is fulfilled since 21 Sep 16:00
    """).holds()
    assert story.says("clock", "ruled", "17 Sep 16:00").values["elapsed_seconds"] == 3 * 86_400


# --- Observation --------------------------------------------------------------------------------------


def test_days_that_nobody_observed_are_counted_for_want_of_reports() -> None:
    values = Story("13 Sep 00:00  watched for 12 hours").says("clock", "ruled", "15 Sep 16:00").values
    assert (values["observed_days"], values["unobserved_days"], values["counted_for_want_of_reports"]) == (
        1,
        3,
        3,
    )


def test_where_observation_is_required_unobserved_days_leave_it_unknown() -> None:
    truce = with_clock(observation_required=True)
    story = Story(
        "12 Sep 16:00  watched for 72 hours\n19 Sep 16:00  ? clock is unknown since 19 Sep 16:00", truce
    ).holds()
    assert story.says("clock", "ruled", "19 Sep 16:00").message.code == "clock.not_observed"
    Story(
        "12 Sep 16:00  watched for 168 hours\n19 Sep 16:00  ? clock is fulfilled since 19 Sep 16:00", truce
    ).holds()


def test_a_whole_observed_run_after_the_gap_makes_it_certain() -> None:
    truce = with_clock(observation_required=True)
    Story(
        (
            "13 Sep 21:00  watched for 240 hours\n"
            "20 Sep 20:59  ? clock is unknown\n"
            "20 Sep 21:00  ? clock is fulfilled since 20 Sep 21:00"
        ),
        truce,
    ).holds()


# --- Arithmetic ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pauses", "done"),
    [
        ([], "19 Sep 16:00"),
        ([("13 Sep 16:00", "14 Sep 16:00")], "20 Sep 16:00"),
        ([("11 Sep 16:00", "13 Sep 16:00")], "20 Sep 16:00"),
        ([("19 Sep 16:00", "25 Sep 16:00")], "19 Sep 16:00"),
        ([("19 Sep 15:00", "25 Sep 15:00")], "25 Sep 16:00"),
    ],
)
def test_a_run_advances_around_its_pauses(pauses: list[tuple[str, str]], done: str) -> None:
    spans = [(at(start), at(end)) for start, end in pauses]
    assert advance(at("12 Sep 16:00"), timedelta(days=7), spans) == at(done)


def test_a_clock_that_no_prohibition_stops_only_counts_time() -> None:
    truce = replace(TRUCE, terms=(CEASEFIRE, replace(with_clock().terms[1], breaches_of=())))
    Story(
        breach("14 Sep 10:00", "at 14 Sep 09:00") + "19 Sep 16:00  ? clock is fulfilled since 19 Sep 16:00",
        truce,
    ).holds()
