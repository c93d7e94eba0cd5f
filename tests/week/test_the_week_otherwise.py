"""The five variants of the week, none of which happened, asked over the API."""

from __future__ import annotations

import pytest
from ruamel.yaml import YAML

from .week import READINGS, SHIPPED, SLUG, VARIANTS, clocks, get, reading, states, status, term


def variant(number: int):
    return VARIANTS / f"{SLUG}-variant-{number}.yaml"


class TestRuledNoViolation:
    @pytest.fixture(scope="class", autouse=True)
    @classmethod
    def loaded(cls, load_for_class) -> None:
        load_for_class(SHIPPED, variant(1))

    def test_the_clock_is_fulfilled_in_all_readings_at_that_instant(self):
        now = status("19 Sep 16:00Z")
        assert states(now, "seven-day-clock") == {"fulfilled"}
        assert {one["since"] for one in term(now, "seven-day-clock")["readings"].values()} == {
            "2016-09-19T16:00:00Z"
        }

    def test_joint_targeting_lacks_access_alone(self):
        now = status("19 Sep 16:00Z")
        for name in READINGS:
            verdict = reading(now, "joint-targeting", name)
            assert (verdict["state"], verdict["values"]["missing"]) == ("locked", ["humanitarian-access"])


class TestTheAidArrives:
    @pytest.fixture(scope="class", autouse=True)
    @classmethod
    def loaded(cls, load_for_class) -> None:
        load_for_class(SHIPPED, variant(1), variant(2))

    def test_access_is_fulfilled_from_its_first_report_on(self):
        now = status("19 Sep 16:00Z")
        assert states(now, "humanitarian-access") == {"fulfilled"}
        assert {one["since"] for one in term(now, "humanitarian-access")["readings"].values()} == {
            "2016-09-18T18:00:00Z"
        }

    def test_the_conditions_are_met_from_the_clock_s_completion_and_not_before(self):
        assert states(status("19 Sep 15:59Z"), "joint-targeting") == {"locked"}
        now = status("19 Sep 16:00Z")
        assert states(now, "joint-targeting") == {"conditions_met"}
        assert reading(now, "joint-targeting", "ruled")["since"] == "2016-09-19T16:00:00Z"


class TestBothDeclareIt:
    @pytest.fixture(scope="class", autouse=True)
    @classmethod
    def loaded(cls, load_for_class) -> None:
        load_for_class(SHIPPED, variant(1), variant(2), variant(3))

    def test_joint_targeting_is_unlocked_from_their_declaration_on(self):
        assert states(status("19 Sep 16:59Z"), "joint-targeting") == {"conditions_met"}
        now = status("19 Sep 17:00Z")
        assert states(now, "joint-targeting") == {"unlocked"}
        assert reading(now, "joint-targeting", "corroborated")["since"] == "2016-09-19T17:00:00Z"


class TestRuledViolationAfterAll:
    @pytest.fixture(scope="class", autouse=True)
    @classmethod
    def loaded(cls, load_for_class) -> None:
        load_for_class(SHIPPED, variant(1), variant(2), variant(4))

    def test_the_clock_runs_again_and_the_truce_is_violated(self):
        now = status("20 Sep 12:00Z")
        assert set(clocks(now).values()) == {("running", 237_600, "2016-09-24T18:00:00Z")}
        assert now["compliance"] == "violated"

    def test_joint_targeting_is_locked_again_for_want_of_the_clock(self):
        verdict = reading(status("20 Sep 12:00Z"), "joint-targeting", "ruled")
        assert (verdict["state"], verdict["values"]["missing"]) == ("locked", ["seven-day-clock"])

    def test_history_holds_both_verdicts_with_the_times_at_which_each_was_known(self):
        said = [
            (one["state"], one["known"])
            for one in get(f"truces/{SLUG}/status/history")["results"]
            if one["term"] == "seven-day-clock" and one["reading"] == "ruled"
        ]
        assert ("fulfilled", "2016-09-19T16:00:00Z") in said
        assert said[-1] == ("running", "2016-09-20T12:00:00Z")


class TestSomeTimeIn2016:
    @pytest.fixture(scope="class", autouse=True)
    @classmethod
    def loaded(cls, load_for_class, tmp_path_factory) -> None:
        load_for_class(vague_week(tmp_path_factory.mktemp("variant") / "vague.yaml"))

    def test_it_restarts_nothing_and_is_listed_as_unplaced(self):
        now = status("17 Sep 20:00Z")
        values = reading(now, "seven-day-clock", "alleged")["values"]
        assert values["elapsed_seconds"] == 446_400
        assert len(values["unplaced"]) == 1

    def test_the_alleged_clock_ends_unknown_and_not_fulfilled(self):
        now = status("19 Sep 16:00Z")
        assert reading(now, "seven-day-clock", "alleged")["state"] == "unknown"
        assert reading(now, "seven-day-clock", "ruled")["state"] == "fulfilled"


def vague_week(path):
    """The shipped week with one vague report of A in place of its eight."""
    week = YAML(typ="safe").load(SHIPPED)
    kept = [one for one in week["reports"] if one.get("incident") != "A"]
    (first,) = [one for one in week["reports"] if str(one["external_id"]).endswith("/1")]
    first["claim"]["occurred"] = {
        "from": "2015-12-31T22:00:00Z",
        "to": "2016-12-31T22:00:00Z",
        "precision": "year",
    }
    YAML().dump({**week, "reports": [*kept, first]}, path)
    return path
