"""Stories of withdrawals from a line: by class of equipment, on both sides, and undone by coming back."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from tests.compliance.cast import CLOCK, GATE, SOURCES, TRUCE, at, with_term
from tracker.compliance.assess import assess
from tracker.compliance.charter import Term
from tracker.compliance.facts import TruceFacts, WithdrawalReport
from tracker.compliance.held_standings import HeldStandings
from tracker.compliance.verdicts import Verdict

CASTELLO = [
    {"equipment": "heavy", "metres": 3500},
    {"equipment": "other", "metres": 2500},
    {"equipment": "personnel", "metres": 1000, "sector": "north"},
    {"equipment": "personnel", "metres": 500, "sector": "south"},
]
FAR = (
    ("heavy", 3500, None),
    ("other", 2600, None),
    ("personnel", 1000, "north"),
    ("personnel", 500, "south"),
)


def stands_at(
    by: str,
    equipment: str,
    least: float | None,
    sector: str | None = None,
    *,
    when: str = "14 Sep 12:00",
    most: float | None = None,
    source: str = "un",
) -> WithdrawalReport:
    ref = f"{source}-{by}-{equipment}-{sector}-{when}"
    return WithdrawalReport(ref, SOURCES[source], "road", by, equipment, at(when), least, most, sector, 2)


def road(reports: list[WithdrawalReport], as_of: str, **more: Any) -> Verdict:
    parameters = {"line": "the road", "distances": CASTELLO, "measured_by": ["un"], **more}
    term = Term("road", "withdrawal", owed_by=("east", "west"), parameters=parameters)
    facts = TruceFacts(withdrawals=tuple(reports))
    status = assess(with_term(term), HeldStandings((), at(as_of)), facts, at(as_of))
    return status.term("road").readings["ruled"]


def test_everything_of_both_sides_stands_far_enough_away() -> None:
    east = [stands_at("east", *one) for one in FAR]
    west = [stands_at("west", *one, when="15 Sep 12:00") for one in FAR]
    verdict = road(east + west, "16 Sep 00:00")
    assert (verdict.state, verdict.since) == ("fulfilled", at("15 Sep 12:00"))
    assert road(east, "16 Sep 00:00").state == "pending"
    assert road(east, "16 Sep 00:00", reciprocal=False).state == "fulfilled"


def test_the_north_asks_for_more_than_the_south() -> None:
    reports = [stands_at(by, *one) for by in ("east", "west") for one in FAR if one[2] != "north"]
    reports += [stands_at(by, "personnel", 500, "north", most=900) for by in ("east", "west")]
    verdict = road(reports, "16 Sep 00:00")
    assert (verdict.state, verdict.met, verdict.message.code) == ("pending", False, "withdrawal.too_close")
    met = {
        (one["by"], one["sector"]): one["met"]
        for one in verdict.values["distances"]
        if one["equipment"] == "personnel"
    }
    assert met == {
        ("east", "north"): False,
        ("east", "south"): True,
        ("west", "north"): False,
        ("west", "south"): True,
    }


def test_a_distance_that_nobody_gives_is_unknown() -> None:
    assert road([], "16 Sep 00:00").met is None
    assert road([stands_at("east", "heavy", 3000)], "16 Sep 00:00").met is None
    assert road([stands_at("east", "heavy", None, most=3000)], "16 Sep 00:00").met is False


def test_a_withdrawal_is_overdue_after_its_day_and_undone_by_coming_back() -> None:
    reports = [stands_at(by, *one) for by in ("east", "west") for one in FAR]
    back = [stands_at("east", "heavy", 0, when="18 Sep 12:00", most=1200)]
    due = {"due": "2016-09-17T16:00:00Z"}
    assert road([], "17 Sep 15:59", **due).state == "pending"
    assert road([], "17 Sep 16:00", **due).message.code == "withdrawal.overdue_unknown"
    assert road(reports, "18 Sep 00:00", **due).state == "fulfilled"
    verdict = road(reports + back, "19 Sep 00:00", **due)
    assert (verdict.state, verdict.message.code) == ("overdue", "withdrawal.overdue")


def test_two_sources_establish_a_distance_and_one_does_not() -> None:
    press = [stands_at(by, *one, source="press") for by in ("east", "west") for one in FAR]
    monitor = [stands_at(by, *one, source="monitor") for by in ("east", "west") for one in FAR]
    assert road(press, "16 Sep 00:00").state == "pending"
    assert road(press + monitor, "16 Sep 00:00").state == "fulfilled"


def test_a_gate_may_hang_on_a_withdrawal() -> None:
    term = Term(
        "road",
        "withdrawal",
        owed_by=("east",),
        parameters={"distances": [{"equipment": "heavy", "metres": 3500}], "measured_by": ["un"]},
    )
    truce = replace(TRUCE, terms=(term, CLOCK, *TRUCE.terms[:1], replace(GATE, requires=("clock", "road"))))
    facts = TruceFacts(withdrawals=(stands_at("east", "heavy", 4000),))
    moment = at("12 Sep 16:00") + timedelta(days=7)
    status = assess(truce, HeldStandings((), moment), facts, moment)
    assert status.term("gate").readings["ruled"].state == "conditions_met"
