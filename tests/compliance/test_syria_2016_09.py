"""The scenario's two tables: what the board must say, and the same week at other moments."""

import pytest

from tests.compliance.syria import (
    CHARTER,
    CLEARED,
    CLEARED_THEN_FOUND,
    DELIVERY,
    UNLOCKED,
    VAGUE_A,
    Week,
    at,
)
from tracker.compliance.charter import READINGS, charter_faults
from tracker.compliance.verdicts import Status, as_json

BOARD = "17 Sep 20:00"


def states(status: Status, term: str) -> tuple[str, ...]:
    return tuple(status.term(term).readings[reading].state for reading in READINGS)


def elapsed(status: Status) -> tuple[int, ...]:
    clock = status.term("seven-day-clock").readings
    return tuple(clock[reading].values["elapsed_seconds"] for reading in READINGS)


def completes(status: Status) -> tuple[object, ...]:
    clock = status.term("seven-day-clock").readings
    return tuple(clock[reading].values["completes_at"] for reading in READINGS)


def test_the_charter_has_no_faults() -> None:
    assert charter_faults(CHARTER) == []


# --- What the board must say at 17 September 20:00Z ---------------------------------------------------


def test_the_truce_is_in_force_on_day_six_with_renewal_lapsed() -> None:
    status = Week().status(BOARD)
    assert (status.standing, status.day, status.elapsed_seconds) == ("in_force", 6, 446_400)
    assert status.renewal is not None
    assert (status.renewal.state, status.renewal.ends) == ("lapsed", at("16 Sep 16:00"))
    assert status.compliance == "strained"
    assert status.declared_over == ()
    assert not status.projected


def test_the_48_hours_are_announced_and_the_72_hours_offered() -> None:
    told = [(one.by, one.hours, one.state) for one in Week().status(BOARD).extensions]
    assert told == [(("united-states", "russia"), 48, "announced"), (("russia",), 72, "offered")]


def test_the_figures_of_incident_a_stand_side_by_side() -> None:
    details = Week().standing("A", "alleged").details
    killed, injured = details.casualties["killed"], details.casualties["injured"]
    assert (killed.min, killed.max, killed.at_least, killed.contested) == (30, None, 80, True)
    assert killed.sources == ("journalist", "russian-military", "syrian-observatory")
    assert (injured.min, injured.max, injured.contested) == (100, 100, False)
    assert (injured.sources, injured.repeated_by) == (("russian-military",), ("journalist",))


def test_the_elements_of_incident_a_stand_on_the_reports_that_decide_them() -> None:
    row = Week().standing("A", "corroborated")
    elements = row.details.elements
    assert elements["act"].reports == ("row-6", "row-1")
    assert (elements["actor"].code, elements["actor"].reports) == ("admission", ("row-2",))
    assert elements["victim"].reports == ("row-6", "row-1")
    assert (row.counts, row.why.code) == (True, "weigh.corroborated")


def test_the_strike_is_admitted_and_the_breach_is_not() -> None:
    row = Week().standing("A", "corroborated")
    assert row.grade == "confirmed"
    assert (row.details.attribution, row.details.intent) == ("admitted", "denied")
    assert (row.details.responsible, row.details.answers_to) == (None, "united-states")
    assert row.details.assumed
    assert not row.accepted


def test_incident_b_is_outside_because_its_perpetrator_is_excluded() -> None:
    row = Week().standing("B", "alleged")
    assert (row.counts, row.coverage) == (False, "outside")
    assert [why.code for why in row.details.coverage_why] == ["coverage.perpetrator_excluded"]


def test_incident_c_is_outside_the_time_of_the_truce() -> None:
    row = Week().standing("C", "alleged")
    assert (row.counts, row.coverage) == (False, "outside")
    assert "coverage.before_start" in [why.code for why in row.details.coverage_why]


def test_the_clock_runs_on_in_the_ruled_reading_and_is_in_question_in_the_others() -> None:
    status = Week().status(BOARD)
    clock = status.term("seven-day-clock")
    assert states(status, "seven-day-clock") == ("running", "running", "running")
    assert elapsed(status) == (7_200, 7_200, 446_400)
    assert completes(status) == (at("24 Sep 18:00"), at("24 Sep 18:00"), at("19 Sep 16:00"))
    for reading in ("alleged", "corroborated"):
        verdict = clock.readings[reading]
        assert verdict.since == at("17 Sep 18:00")
        assert verdict.message.code == "clock.in_question"
        assert verdict.values["completes_at_best"] == at("23 Sep 21:00")
        assert verdict.values["resets_count"] == 1
        assert verdict.evidence == ("A",)
    assert clock.readings["ruled"].values["completes_at_best"] == at("19 Sep 16:00")
    assert clock.readings["ruled"].message.code == "clock.running"
    assert clock.readings["ruled"].since == at("12 Sep 16:00")
    assert clock.in_question_since == at("17 Sep 18:00")


def test_the_sentence_says_in_question_and_gives_both_counts() -> None:
    sentence = Week().status(BOARD).sentence
    assert sentence.code == "sentence.in_question"
    assert sentence.values["since"] == at("17 Sep 18:00")
    assert sentence.values["wider"]["elapsed_seconds"] == 7_200
    assert sentence.values["ruled"]["elapsed_seconds"] == 446_400


def test_no_truck_was_delivered_and_no_source_names_who_holds_them() -> None:
    status = Week().status(BOARD)
    assert states(status, "humanitarian-access") == ("not_granted",) * 3
    verdict = status.term("humanitarian-access").readings["ruled"]
    assert (verdict.values["delivered"], verdict.values["target"]) == (0, 40)
    assert verdict.values["ledger"]["waiting"]["figure"] == 40
    assert verdict.values["withheld_by"] == verdict.values["refused_by"] == ()
    assert verdict.evidence == ("row-20",)


def test_joint_targeting_is_locked_for_want_of_the_clock_and_of_access() -> None:
    status = Week().status(BOARD)
    assert states(status, "joint-targeting") == ("locked",) * 3
    values = status.term("joint-targeting").readings["ruled"].values
    assert (values["missing"], values["unknown"]) == (("seven-day-clock", "humanitarian-access"), ())


def test_one_violation_is_alleged_one_corroborated_none_ruled() -> None:
    week = Week()
    assert [week.standing("A", reading).counts for reading in READINGS] == [True, True, False]
    values = [week.status(BOARD).term("cessation").readings[reading].values for reading in READINGS]
    assert [one["count"] for one in values] == [1, 1, 0]
    assert values[0]["outside"] == 2


def test_separation_is_pending_without_a_date() -> None:
    verdict = Week().status(BOARD).term("separation").readings["ruled"]
    assert (verdict.state, verdict.message.code) == ("pending", "milestone.no_date")


# --- The same week at other moments -------------------------------------------------------------------


def test_a_minute_before_the_start_the_truce_is_announced() -> None:
    status = Week().status("12 Sep 15:59")
    assert (status.standing, status.compliance, status.day) == ("announced", "not_started", None)
    assert states(status, "seven-day-clock") == ("not_started",) * 3
    assert states(status, "humanitarian-access") == ("unknown",) * 3
    assert states(status, "joint-targeting") == ("locked",) * 3
    assert states(status, "cessation") == ("not_started",) * 3


@pytest.mark.parametrize(
    ("moment", "seconds"), [("12 Sep 16:00", 0), ("14 Sep 20:00", 187_200), ("16 Sep 20:00", 360_000)]
)
def test_the_clock_counts_while_nobody_watches(moment: str, seconds: int) -> None:
    status = Week().status(moment)
    assert (status.standing, status.compliance) == ("in_force", "unobserved")
    assert elapsed(status) == (seconds,) * 3
    assert completes(status) == (at("19 Sep 16:00"),) * 3
    values = status.term("joint-targeting").readings["ruled"].values
    assert (values["missing"], values["unknown"]) == (("seven-day-clock",), ("humanitarian-access",))


def test_the_extension_is_announced_on_the_14th_and_lapsed_on_the_16th() -> None:
    week = Week()
    assert [one.state for one in week.status("14 Sep 20:00").extensions] == ["announced"]
    renewal = week.status("14 Sep 20:00").renewal
    assert renewal is not None
    assert (renewal.state, renewal.ends) == ("running", at("16 Sep 16:00"))
    later = week.status("16 Sep 20:00")
    assert [one.state for one in later.extensions] == ["announced", "offered"]
    assert later.renewal is not None
    assert later.renewal.state == "lapsed"


def test_what_was_not_yet_known_is_not_told() -> None:
    status = Week().status(BOARD, known="16 Sep 20:00")
    assert elapsed(status) == (446_400,) * 3
    assert states(status, "humanitarian-access") == ("unknown",) * 3
    assert status.term("cessation").readings["alleged"].values["count"] == 0


def test_variant_1_cleared_of_the_strike_the_clock_completes() -> None:
    status = Week(rulings=(CLEARED,)).status("19 Sep 16:00")
    assert states(status, "seven-day-clock") == ("fulfilled",) * 3
    assert status.term("seven-day-clock").readings["alleged"].since == at("19 Sep 16:00")
    values = status.term("joint-targeting").readings["ruled"].values
    assert (values["missing"], values["unknown"]) == (("humanitarian-access",), ())
    assert states(status, "joint-targeting") == ("locked",) * 3


def test_variant_2_with_the_trucks_delivered_the_conditions_are_met_by_count() -> None:
    week = Week(rulings=(CLEARED,), access=(DELIVERY,))
    early = week.status("18 Sep 18:00")
    assert states(early, "humanitarian-access") == ("fulfilled",) * 3
    assert early.term("humanitarian-access").readings["ruled"].since == at("18 Sep 18:00")
    assert states(week.status("19 Sep 15:59"), "joint-targeting") == ("locked",) * 3
    status = week.status("19 Sep 16:00")
    assert states(status, "joint-targeting") == ("conditions_met",) * 3
    assert status.term("joint-targeting").readings["ruled"].since == at("19 Sep 16:00")


def test_variant_3_both_declare_it_and_it_is_unlocked_from_then() -> None:
    week = Week(rulings=(CLEARED,), access=(DELIVERY,), declarations=(UNLOCKED,))
    assert states(week.status("19 Sep 16:59"), "joint-targeting") == ("conditions_met",) * 3
    status = week.status("19 Sep 17:00")
    assert states(status, "joint-targeting") == ("unlocked",) * 3
    assert status.term("joint-targeting").readings["ruled"].since == at("19 Sep 17:00")


def test_variant_4_a_later_ruling_of_violation_reopens_the_clock() -> None:
    week = Week(rulings=CLEARED_THEN_FOUND, access=(DELIVERY,))
    status = week.status("20 Sep 12:00")
    assert states(status, "seven-day-clock") == ("running",) * 3
    assert elapsed(status) == (237_600,) * 3
    assert completes(status) == (at("24 Sep 18:00"),) * 3
    assert status.compliance == "violated"
    assert states(status, "joint-targeting") == ("locked",) * 3
    values = status.term("joint-targeting").readings["ruled"].values
    assert (values["missing"], values["unknown"]) == (("seven-day-clock",), ())
    assert status.sentence.code == "sentence.restarted"
    before = week.status("20 Sep 12:00", known="20 Sep 11:59")
    assert states(before, "seven-day-clock") == ("fulfilled",) * 3
    known = [
        (row.known, row.ruled) for row in week.standings if (row.incident, row.reading) == ("A", "ruled")
    ]
    assert known == [
        (at("17 Sep 18:00"), None),
        (at("18 Sep 12:00"), "no_violation"),
        (at("20 Sep 12:00"), "violation"),
    ]


def test_variant_5_a_vague_report_restarts_nothing_and_leaves_the_clock_unknown() -> None:
    week = Week(VAGUE_A)
    board = week.status(BOARD).term("seven-day-clock").readings["alleged"]
    assert (board.state, board.values["resets_count"], board.values["unplaced"]) == ("running", 0, ("A",))
    status = week.status("19 Sep 16:00")
    assert states(status, "seven-day-clock") == ("unknown", "fulfilled", "fulfilled")
    alleged = status.term("seven-day-clock").readings["alleged"]
    assert (alleged.message.code, alleged.evidence) == ("clock.unplaced", ("A",))
    values = status.term("joint-targeting").readings["ruled"].values
    assert "seven-day-clock" in values["unknown"]


def test_a_status_is_plain_json() -> None:
    plain = as_json(Week().status(BOARD))
    clock = next(term for term in plain["terms"] if term["ref"] == "seven-day-clock")
    assert clock["readings"]["ruled"]["values"]["completes_at"] == "2016-09-19T16:00:00Z"
