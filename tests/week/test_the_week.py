"""What the board must say of the week of September 2016, asked over the API."""

from __future__ import annotations

import pytest

from .week import READINGS, SHIPPED, SLUG, clocks, get, reading, states, status, term

SATURDAY_EVENING = "17 Sep 20:00Z"


@pytest.fixture(scope="module", autouse=True)
def the_week(load) -> None:
    load(SHIPPED)


def incidents() -> dict[str, dict]:
    """The three incidents by the letters of the scenario."""
    found = {}
    for incident in get("incidents", truce=SLUG)["results"]:
        reports = get(f"incidents/{incident['ref']}")["reports"]
        ids = {report["external_id"].rsplit("/", 1)[-1] for report in reports}
        found["A" if "1" in ids else "B" if "9" in ids else "C" if "22" in ids else "?"] = incident
    return found


def violation(of: str) -> dict:
    (found,) = get("violations", truce=SLUG, reading=of)["results"]
    return found


def test_on_saturday_evening_the_truce_is_in_force_on_its_sixth_day_and_strained():
    now = status(SATURDAY_EVENING)
    assert (now["standing"], now["day"], now["compliance"]) == ("in_force", 6, "strained")
    assert now["elapsed_seconds"] == 446_400
    assert now["renewal"] == {"state": "lapsed", "ended": "2016-09-16T16:00:00Z"}
    assert now["declared_over"] == []


def test_one_extension_is_announced_by_both_and_the_one_on_offer_changes_no_date():
    said = {
        (tuple(sorted(one["by"])), one["hours"], one["state"])
        for one in status(SATURDAY_EVENING)["extensions"]
    }
    assert said == {(("russia", "united-states"), 48, "announced"), (("russia",), 72, "offered")}


def test_the_record_and_its_end_are_named():
    now = get(f"truces/{SLUG}/status")
    assert now["as_of"] == now["record_ends"] == "2016-09-17T21:00:00Z"
    assert not now["projected"]
    assert status("18 Sep 12:00Z")["projected"]


def test_incident_a_keeps_every_claim_beside_the_others():
    incident = get(f"incidents/{incidents()['A']['ref']}")
    claims = {report["external_id"].rsplit("/", 1)[-1]: report["claim"] for report in incident["reports"]}
    assert set(claims) == {"1", "2", "3", "4", "5", "6", "7", "8"}
    assert claims["2"]["stance"]["actor"] == "admits"
    assert claims["3"]["intent"] == "denied"
    assert claims["6"]["stance"] == {"event": "asserts", "actor": "cannot_say"}
    assert all(report["relayed_by"] for report in incident["reports"])


@pytest.mark.parametrize("of", ["alleged", "corroborated"])
def test_incident_a_counts_with_its_ranges_and_what_each_element_rests_on(of):
    found = violation(of)
    killed, injured = found["casualties"]["killed"], found["casualties"]["injured"]
    assert (killed["min"], killed["max"], killed["at_least"], killed["contested"]) == (30, None, 80, True)
    assert {"russian-military", "syrian-observatory"} <= set(killed["sources"])
    assert len(killed["sources"]) == len(set(killed["sources"])) == 3
    assert (injured["min"], injured["max"]) == (100, 100)
    assert injured["sources"] == ["russian-military"]
    assert found["grade"] == "confirmed"
    assert (found["attribution"], found["intent"]) == ("admitted", "denied")
    assert (found["responsible"], found["answers_to"]) == (None, "united-states")
    assert found["term"] == "cessation"
    assert found["readings"] == {"alleged": True, "corroborated": True, "ruled": False}


def test_one_violation_is_alleged_and_corroborated_and_none_is_ruled():
    counts = {of: len(get("violations", truce=SLUG, reading=of)["results"]) for of in READINGS}
    assert counts == {"alleged": 1, "corroborated": 1, "ruled": 0}


def test_incidents_b_and_c_are_kept_and_shown_and_count_nowhere():
    found = incidents()
    assert set(found) == {"A", "B", "C"}
    for letter in "BC":
        weighed = get(f"incidents/{found[letter]['ref']}")["weighed"]
        assert {one["coverage"] for one in weighed} == {"outside"}, letter
        assert not any(of["counts"] for one in weighed for of in one["readings"].values()), letter


def test_the_tally_is_that_mechanism_s_own_and_marks_its_days():
    days = {day["day"]: day for day in get(f"truces/{SLUG}/days")["results"]}
    for day in ("2016-09-16", "2016-09-17"):
        (tally,) = days[day]["tallies"]
        assert tally["source"] == "russian-military"
        assert {(one["what"], one["n"]) for one in tally["counts"]} >= {("attacks", 55)}
    assert "2016-09-15" not in days or not days["2016-09-15"]["tallies"]


def test_the_clock_is_in_question_and_both_counts_are_given():
    now = status(SATURDAY_EVENING)
    assert clocks(now) == {
        "ruled": ("running", 446_400, "2016-09-19T16:00:00Z"),
        "corroborated": ("running", 7_200, "2016-09-24T18:00:00Z"),
        "alleged": ("running", 7_200, "2016-09-24T18:00:00Z"),
    }
    for name in ("alleged", "corroborated"):
        assert reading(now, "seven-day-clock", name)["values"]["completes_at_best"] == "2016-09-23T21:00:00Z"
    assert term(now, "seven-day-clock")["in_question_since"] == "2016-09-17T18:00:00Z"


def test_no_sentence_says_that_the_clock_was_reset():
    now = status(SATURDAY_EVENING)
    said = [now["sentence"], *(one["text"] for one in term(now, "seven-day-clock")["readings"].values())]
    assert not any("reset" in sentence.lower() or "restarted" in sentence.lower() for sentence in said)
    assert "disputed" in now["sentence"]


def test_humanitarian_access_is_not_granted_in_any_reading_and_nobody_is_named():
    now = status(SATURDAY_EVENING)
    assert states(now, "humanitarian-access") == {"not_granted"}
    values = reading(now, "humanitarian-access", "corroborated")["values"]
    assert (values["delivered"], values["target"]) == (0, 40)
    assert not values.get("withheld_by")
    assert not values.get("refused_by")


def test_joint_targeting_is_locked_for_want_of_the_clock_and_access():
    now = status(SATURDAY_EVENING)
    for name in READINGS:
        verdict = reading(now, "joint-targeting", name)
        assert verdict["state"] == "locked"
        assert verdict["values"]["missing"] == ["seven-day-clock", "humanitarian-access"]
        assert verdict["values"]["unknown"] == []


def test_before_the_hour_the_truce_is_announced():
    now = status("12 Sep 15:59Z")
    assert now["standing"] == "announced"
    assert states(now, "seven-day-clock") == {"not_started"}
    assert states(now, "humanitarian-access") == {"unknown"}
    assert states(now, "joint-targeting") == {"locked"}


@pytest.mark.parametrize(
    ("as_of", "elapsed"), [("12 Sep 16:00Z", 0), ("14 Sep 20:00Z", 187_200), ("16 Sep 20:00Z", 360_000)]
)
def test_while_nothing_is_reported_every_reading_counts_the_same_and_nobody_is_said_to_watch(as_of, elapsed):
    now = status(as_of)
    assert now["standing"] == "in_force"
    assert now["compliance"] == "unobserved"
    assert set(clocks(now).values()) == {("running", elapsed, "2016-09-19T16:00:00Z")}
    for name in READINGS:
        verdict = reading(now, "joint-targeting", name)
        assert (verdict["state"], verdict["values"]["missing"], verdict["values"]["unknown"]) == (
            "locked",
            ["seven-day-clock"],
            ["humanitarian-access"],
        )


def test_the_extension_shows_on_the_fourteenth_and_the_lapse_and_the_offer_on_the_sixteenth():
    wednesday, friday = status("14 Sep 20:00Z"), status("16 Sep 20:00Z")
    assert [(one["hours"], one["state"]) for one in wednesday["extensions"]] == [(48, "announced")]
    assert wednesday["renewal"]["state"] == "running"
    assert {(one["hours"], one["state"]) for one in friday["extensions"]} == {
        (48, "announced"),
        (72, "offered"),
    }
    assert friday["renewal"]["state"] == "lapsed"


def test_saturday_as_it_was_known_on_friday_has_no_incident_a():
    then = status(SATURDAY_EVENING, known_at="16 Sep 20:00Z")
    assert {elapsed for _state, elapsed, _at in clocks(then).values()} == {446_400}
    assert states(then, "humanitarian-access") == {"unknown"}
    assert then["compliance"] == "unobserved"


def test_the_same_facts_come_to_the_same_history_from_nothing():
    from tracker.models import Truce
    from tracker.services.recompute import differences

    assert differences(Truce.objects.get(slug=SLUG)) == []


def test_a_second_replay_changes_nothing(load):
    before = get("feed", limit="10000")
    load(SHIPPED)
    assert get("feed", limit="10000") == before
