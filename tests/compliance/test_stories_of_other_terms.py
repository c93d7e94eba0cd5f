"""Stories of access, of gates and of milestones."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from tests.compliance.cast import (
    ACCESS,
    GATE,
    SEPARATION,
    SOURCES,
    TRUCE,
    Story,
    at,
    with_term,
)
from tracker.compliance.assess import assess
from tracker.compliance.charter import READINGS, Term
from tracker.compliance.facts import AccessReport, Occurred, TruceFacts
from tracker.compliance.held_standings import HeldStandings
from tracker.compliance.intervals import day_bounds
from tracker.compliance.verdicts import Verdict

# --- Convoys (rules 3, 4 and 8) -----------------------------------------------------------------------


def test_access_is_unknown_until_somebody_says() -> None:
    Story("13 Sep 00:00  ? access is unknown since 12 Sep 16:00").holds()


def test_whoever_measures_says_that_none_arrived() -> None:
    Story(
        "13 Sep 12:00  un says 0 delivered\n13 Sep 12:00  ? access is not_granted since 13 Sep 12:00"
    ).holds()


def test_no_figure_is_not_nought_delivered() -> None:
    Story("13 Sep 12:00  un says 40 waiting\n13 Sep 12:00  ? access is unknown").holds()


def test_one_source_that_does_not_measure_establishes_nothing() -> None:
    Story("13 Sep 12:00  press says 40 delivered\n13 Sep 12:00  ? access is unknown").holds()


def test_two_independent_credible_sources_establish_a_delivery() -> None:
    Story("""
        13 Sep 12:00  press says 40 delivered
        13 Sep 14:00  monitor says 41 delivered
        13 Sep 14:00  ? access is fulfilled since 13 Sep 14:00
    """).holds()


def test_part_of_it_arrived() -> None:
    story = Story(
        "13 Sep 12:00  un says 12 delivered\n13 Sep 12:00  ? access is partial since 13 Sep 12:00"
    ).holds()
    assert story.says("access", "ruled", "13 Sep 12:00").values["delivered"] == 12
    assert story.says("access", "ruled", "13 Sep 12:00").met is False


def test_a_delivery_counts_at_its_latest_moment_and_not_later_than_its_first_report() -> None:
    Story("""
        16 Sep 12:00  un says 40 delivered on 14 Sep
        16 Sep 12:00  ? access is fulfilled since 14 Sep 21:00
    """).holds()
    Story(
        "14 Sep 12:00  un says 40 delivered on 14 Sep\n14 Sep 12:00  ? access is fulfilled since 14 Sep 12:00"
    ).holds()


def test_what_may_have_arrived_before_the_start_does_not_count() -> None:
    Story("13 Sep 12:00  un says 40 delivered on 12 Sep\n14 Sep 12:00  ? access is unknown").holds()


def test_denied_only_where_a_source_says_that_a_named_authority_refused() -> None:
    story = Story("""
        13 Sep 12:00  un says 0 delivered
        13 Sep 12:00  ? access is not_granted
        14 Sep 12:00  press says 40 refused by east
        14 Sep 12:00  ? access is denied since 14 Sep 12:00
    """).holds()
    verdict = story.says("access", "ruled", "14 Sep 12:00")
    assert verdict.values["refused_by"] == ({"by": "east", "says": "press", "report": verdict.evidence[0]},)


def test_the_measurers_later_word_stands_against_two_earlier_ones() -> None:
    Story("""
        13 Sep 12:00  press says 40 delivered
        13 Sep 14:00  monitor says 40 delivered
        14 Sep 12:00  un says 0 delivered
        14 Sep 12:00  ? access is not_granted
    """).holds()


def test_the_fulfilment_reads_alike_in_all_readings() -> None:
    story = Story("13 Sep 12:00  un says 40 delivered")
    verdicts = [story.says("access", reading, "14 Sep 00:00") for reading in READINGS]
    assert verdicts[0] == verdicts[1] == verdicts[2]


# --- Thresholds ---------------------------------------------------------------------------------------


def delivered(day: int, n: int | None, source: str = "un", place: str | None = None) -> AccessReport:
    """So many trucks, on a day of September in the truce's zone, reported that evening."""
    bounds = day_bounds("Asia/Damascus", at(f"{day} Sep 12:00").date())
    occurred = Occurred(bounds[0], bounds[1], "day")
    return AccessReport(
        f"{source}-{day}", SOURCES[source], bounds[1], 2, None, occurred, delivered=n, place=place
    )


def threshold(per: str, reports: list[AccessReport], as_of: str, **more: Any) -> Verdict:
    """What a threshold of 100 trucks over three days says."""
    parameters = {"threshold": {"per": per, "window": "P3D", **more}, "target": 100, "measured_by": ["un"]}
    truce = with_term(replace(ACCESS, parameters=parameters))
    facts = TruceFacts(access=tuple(one for one in reports if one.known <= at(as_of)))
    status = assess(truce, HeldStandings((), at(as_of)), facts, at(as_of))
    return status.term("access").readings["ruled"]


WHOLE = "16 Sep 00:00"
"""By then the 13th, 14th and 15th are whole days of the zone since the start."""


def test_each_day_must_reach_it() -> None:
    three = [delivered(13, 100), delivered(14, 120), delivered(15, 100)]
    assert threshold("each_day", three, WHOLE).state == "fulfilled"
    assert threshold("each_day", three, WHOLE).since == at("15 Sep 21:00")
    assert threshold("each_day", three, "15 Sep 20:00").state == "partial"
    short = [delivered(13, 100), delivered(14, 90), delivered(15, 100)]
    assert (threshold("each_day", short, WHOLE).state, threshold("each_day", short, WHOLE).met) == (
        "partial",
        False,
    )


def test_a_mean_is_over_every_day_of_the_window() -> None:
    assert (
        threshold("mean", [delivered(13, 200), delivered(14, 60), delivered(15, 40)], WHOLE).state
        == "fulfilled"
    )
    assert (
        threshold("mean", [delivered(13, 200), delivered(14, 59), delivered(15, 40)], WHOLE).state
        == "partial"
    )


def test_a_sum_is_over_the_window() -> None:
    assert (
        threshold("cumulative", [delivered(13, 60), delivered(14, 0), delivered(15, 40)], WHOLE).state
        == "fulfilled"
    )
    assert (
        threshold("cumulative", [delivered(13, 60), delivered(14, 0), delivered(15, 39)], WHOLE).state
        == "partial"
    )


def test_a_day_without_a_figure_is_not_a_day_of_none() -> None:
    gap = [delivered(13, 60), delivered(15, 30)]
    verdict = threshold("cumulative", gap, WHOLE)
    assert (verdict.state, verdict.met, verdict.values["days_without_figure"]) == ("partial", None, 1)
    assert threshold("each_day", [delivered(13, 100), delivered(15, 100)], WHOLE).met is None
    assert threshold("cumulative", [], WHOLE).state == "unknown"
    assert threshold("cumulative", [delivered(day, 0) for day in (13, 14, 15)], WHOLE).state == "not_granted"


def test_the_figure_of_a_day_is_the_measurers_or_that_of_two() -> None:
    others = [delivered(day, 100, source) for day in (13, 14, 15) for source in ("press", "monitor")]
    assert threshold("each_day", others, WHOLE).state == "fulfilled"
    assert (
        threshold("each_day", [one for one in others if one.source.slug == "press"], WHOLE).state == "unknown"
    )


def test_only_deliveries_to_the_place_count_where_one_is_named() -> None:
    there = [delivered(day, 100, place="Hilltown") for day in (13, 14)] + [delivered(15, 100)]
    assert threshold("each_day", there, WHOLE, place="Hilltown").met is None


# --- A siege ------------------------------------------------------------------------------------------


def siege(*reports: tuple[str, str, str | None, str | None]) -> Verdict:
    """Each report: when, who says it, whether the place can be reached, who is said to have refused."""
    truce = with_term(replace(ACCESS, parameters={"siege": {"place": "Hilltown"}, "measured_by": ["un"]}))
    facts = TruceFacts(
        access=tuple(
            AccessReport(
                f"s{i}", SOURCES[who], at(when), 2, place="hilltown", passage=passage, refused_by=refused
            )
            for i, (when, who, passage, refused) in enumerate(reports)
        )
    )
    status = assess(truce, HeldStandings((), at("20 Sep 00:00")), facts, at("20 Sep 00:00"))
    return status.term("access").readings["ruled"]


def test_a_besieged_place_is_reachable_or_not_or_nobody_knows() -> None:
    assert siege().state == "unknown"
    assert siege(("13 Sep 12:00", "un", "closed", None)).state == "not_granted"
    assert siege(("13 Sep 12:00", "un", "closed", "east")).state == "denied"
    opened = siege(("13 Sep 12:00", "un", "closed", None), ("14 Sep 12:00", "un", "open", None))
    assert (opened.state, opened.since) == ("fulfilled", at("14 Sep 12:00"))
    again = siege(("13 Sep 12:00", "un", "open", None), ("14 Sep 12:00", "un", "closed", None))
    assert again.state == "not_granted"


# --- Gates (rules 4 and 10) ---------------------------------------------------------------------------

MET = "13 Sep 12:00  un says 40 delivered\n"


def gated(**changes: Any) -> Any:
    return with_term(replace(GATE, **changes))


def test_unknown_unlocks_nothing() -> None:
    Story("19 Sep 16:00  ? clock is fulfilled\n19 Sep 16:00  ? gate is locked").holds()


def test_conditions_met_is_not_unlocked_until_both_declare_it() -> None:
    Story(
        MET
        + """
        19 Sep 15:59  ? gate is locked since 12 Sep 16:00
        19 Sep 16:00  ? gate is conditions_met since 19 Sep 16:00
        20 Sep 12:00  east declares unlocks gate
        20 Sep 12:00  ? gate is conditions_met
        21 Sep 12:00  west declares unlocks gate
        21 Sep 12:00  ? gate is unlocked since 21 Sep 12:00
    """
    ).holds()


def test_a_condition_holds_only_where_every_reading_has_it() -> None:
    story = Story(
        MET
        + """
        14 Sep 10:00  blog says east-army shelled west-army at 14 Sep 09:00 (A)
        19 Sep 16:00  ? clock is fulfilled in ruled
        19 Sep 16:00  ? clock is running in alleged
        19 Sep 16:00  ? gate is locked
    """
    ).holds()
    assert story.says("gate", "ruled", "19 Sep 16:00").values["missing"] == ("clock",)


def test_a_gate_of_nobody_opens_by_itself_and_locks_again() -> None:
    truce = gated(parameters={"declared": False})
    Story(
        MET
        + """
        19 Sep 16:00  ? gate is unlocked since 19 Sep 16:00
        20 Sep 10:00  monitor says east-army shelled west-army at 19 Sep 15:00 (A)
        20 Sep 10:00  ? gate is locked
    """,
        truce,
    ).holds()


def test_what_was_declared_open_stays_so_until_it_is_declared_locked() -> None:
    opened = MET + "19 Sep 17:00  east and west declare unlocks gate\n"
    late = "20 Sep 10:00  monitor says east-army shelled west-army at 19 Sep 15:00 (A)\n"
    story = Story(
        opened
        + late
        + """
        20 Sep 10:00  ? gate is unlocked since 19 Sep 17:00
        21 Sep 10:00  east and west declare locks gate
        21 Sep 10:00  ? gate is locked
    """
    ).holds()
    assert (
        story.says("gate", "ruled", "20 Sep 10:00").message.code == "joint_targeting.unlocked_by_word_alone"
    )
    Story(opened + late + "20 Sep 10:00  ? gate is locked", gated(parameters={"relocks": True})).holds()


def test_what_follows_has_its_deadline() -> None:
    duty = {"what": "set up the joint centre", "within": "P1D", "by": ["east", "west"], "term": "separation"}
    story = Story(
        MET
        + """
        19 Sep 17:00  east and west declare unlocks gate
        21 Sep 12:00  un reports separation reached
    """,
        gated(parameters={"obligations": [duty]}),
    )

    def due(moment: str) -> tuple[str, datetime, datetime | None]:
        verdict = story.says("gate", "ruled", moment)
        (one,) = verdict.values["obligations"]
        return one["state"], one["due"], verdict.next_moment

    assert due("20 Sep 16:59") == ("pending", at("20 Sep 17:00"), at("20 Sep 17:00"))
    assert due("20 Sep 17:00")[0] == "overdue"
    assert due("21 Sep 12:00")[0] == "fulfilled"


@pytest.mark.parametrize(
    ("condition", "state", "missing", "unknown"),
    [
        ({"any": ["clock", "access"]}, "conditions_met", (), ()),
        ({"all": ["clock", "access"]}, "locked", (), ("access",)),
        ({"all": ["clock", {"any": ["access", "separation"]}]}, "locked", ("separation",), ("access",)),
        ({"not": "separation"}, "conditions_met", (), ()),
        ({"not": "clock"}, "locked", ("clock",), ()),
        ({"not": "access"}, "locked", (), ("access",)),
        ({"not": {"any": ["access", "separation"]}}, "locked", (), ("access",)),
        ({"not": {"all": ["access", "separation"]}}, "conditions_met", (), ()),
        ({"all": ["clock", {"not": {"all": ["clock", "separation"]}}]}, "conditions_met", (), ()),
    ],
)
def test_any_all_and_not_in_three_values(
    condition: Any, state: str, missing: tuple[str, ...], unknown: tuple[str, ...]
) -> None:
    verdict = Story("", gated(requires=condition)).says("gate", "ruled", "19 Sep 16:00")
    assert (verdict.state, verdict.values["missing"], verdict.values["unknown"]) == (state, missing, unknown)


def test_two_readings_that_meet_it_by_different_terms_do_not_open_a_gate() -> None:
    """Met as alleged by one term and as ruled by another is met by neither."""
    quiet = Term("quiet", "clock", parameters={"length": "P7D"}, breaches_of=("ceasefire",))
    truce = replace(
        TRUCE, terms=(*TRUCE.terms[:2], quiet, replace(GATE, requires={"any": ["clock", "quiet"]}))
    )
    story = Story("14 Sep 10:00  blog says east-army shelled west-army at 14 Sep 09:00 (A)", truce)
    assert story.says("gate", "ruled", "19 Sep 16:00").state == "locked"


# --- Milestones (rule 17) -----------------------------------------------------------------------------


def test_a_milestone_with_a_date_is_pending_then_overdue_then_fulfilled() -> None:
    truce = with_term(replace(SEPARATION, parameters={"within": "P5D", "measured_by": ["un"]}))
    story = Story(
        """
        17 Sep 15:59  ? separation is pending since 12 Sep 16:00
        17 Sep 16:00  ? separation is overdue since 17 Sep 16:00
        18 Sep 12:00  un reports separation reached
        18 Sep 12:00  ? separation is fulfilled since 18 Sep 12:00
        19 Sep 12:00  un reports separation not reached
        19 Sep 12:00  ? separation is overdue
    """,
        truce,
    ).holds()
    assert story.says("separation", "ruled", "13 Sep 00:00").next_moment == at("17 Sep 16:00")


def test_a_milestone_without_a_date_is_never_overdue() -> None:
    Story("30 Dec 00:00  ? separation is pending").holds()


def test_the_declarers_word_fulfils_a_milestone_and_one_partys_does_not() -> None:
    Story("""
        13 Sep 12:00  east declares fulfilled separation
        13 Sep 12:00  ? separation is pending
        14 Sep 12:00  west declares fulfilled separation
        14 Sep 12:00  ? separation is fulfilled since 14 Sep 12:00
    """).holds()


def test_a_declaration_counts_from_when_it_was_said_and_of_its_own_term() -> None:
    story = Story(
        MET
        + """
        19 Sep 17:00  east and west declare unlocks door
        20 Sep 17:00  east and west declare unlocks gate
    """,
        replace(TRUCE, terms=(*TRUCE.terms, replace(GATE, ref="door"))),
    )

    def states(as_of: str) -> tuple[str, str]:
        status = story.status(as_of, "25 Sep 00:00")
        gate, door = (status.term(ref).readings["ruled"].state for ref in ("gate", "door"))
        return gate, door

    assert states("19 Sep 16:30") == ("conditions_met", "conditions_met")
    assert states("20 Sep 16:59") == ("conditions_met", "unlocked")
    assert states("20 Sep 17:00") == ("unlocked", "unlocked")
