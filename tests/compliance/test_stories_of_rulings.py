"""Stories of what a ruling does, and of ranges of figures."""

from dataclasses import replace

import pytest

from tests.compliance.cast import TRUCE, Story, at
from tracker.compliance.charter import READINGS
from tracker.compliance.facts import IncidentFacts, Occurred
from tracker.compliance.intervals import day_bounds
from tracker.compliance.weigh import weigh

TWO = """
    14 Sep 10:00  monitor says east-army shelled west-army at 14 Sep 09:00 (A)
    14 Sep 10:30  press says east-army shelled west-army at 14 Sep 09:00 (A)
"""


# --- Rule 7: what a ruling does -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("outcome", "readings"),
    [
        ("violation", ("alleged", "corroborated", "ruled")),
        ("no_violation", ()),
        ("outside_truce", ()),
        ("insufficient_evidence", ("alleged",)),
        ("suspended", ("alleged", "corroborated")),
        ("under_inquiry", ("alleged", "corroborated")),
    ],
)
def test_a_ruling_counts_from_when_it_is_known(outcome: str, readings: tuple[str, ...]) -> None:
    story = Story(TWO + f"15 Sep 12:00  tracker rules A {outcome}")
    assert story.counts("A", "15 Sep 11:59") == ("alleged", "corroborated")
    assert story.counts("A", "15 Sep 12:00") == readings
    assert story.row("A", "ruled").ruled == outcome


def test_cleared_then_found_a_violation() -> None:
    story = Story(
        TWO
        + """
        15 Sep 12:00  tracker rules A no_violation
        15 Sep 12:00  ? clock is running since 12 Sep 16:00
        18 Sep 12:00  tracker rules A violation
        18 Sep 12:00  ? clock is running since 14 Sep 09:00
        18 Sep 12:00  ? truce is in_force and violated
    """
    ).holds()
    assert story.row("A", known="16 Sep 00:00").grade == "discounted"


def test_another_bodys_ruling_is_shown_and_decides_nothing() -> None:
    story = Story(
        TWO
        + """
        15 Sep 12:00  committee rules A no_violation
        15 Sep 13:00  ? A counts in alleged, corroborated
        16 Sep 12:00  tracker rules A violation
        17 Sep 12:00  committee rules A outside_truce
        17 Sep 13:00  ? A counts in alleged, corroborated, ruled
    """
    ).holds()
    assert len(story.row("A", "ruled").details.rulings) == 2


def test_a_violation_ruled_without_any_standing_claim_still_counts() -> None:
    story = Story(
        TWO
        + """
        15 Sep 12:00  tracker rules A violation at 14 Sep 09:00
        16 Sep 12:00  monitor retracts A
        16 Sep 12:00  press retracts A
        16 Sep 12:00  ? A counts in alleged, corroborated, ruled
        16 Sep 12:00  ? clock is running since 14 Sep 09:00
    """
    )
    story.holds()


def test_ruled_the_responsible_is_named() -> None:
    story = Story(TWO + "15 Sep 12:00  tracker rules A violation")
    ruling = replace(story.rulings["A"][0], responsible="west-army", severity="grave")
    row = weigh(TRUCE, replace(story.incident("A"), rulings=(ruling,)))[-1]
    assert (row.details.responsible, row.details.answers_to, row.severity) == ("west-army", "west", "grave")


# --- Rule 12: ranges ----------------------------------------------------------------------------------


def figures(text: str) -> tuple[object, ...] | None:
    killed = Story(text).row("A").details.casualties.get("killed")
    return None if killed is None else (killed.min, killed.max, killed.at_least, killed.contested)


SAID = "14 Sep 10:00  {} says east-army shelled west-army at 14 Sep 09:00 (A){}\n"


def test_no_figure_is_not_nought() -> None:
    assert figures(SAID.format("monitor", "")) is None
    assert figures(SAID.format("monitor", ", 0 killed")) == (0, 0, None, False)
    assert figures(SAID.format("monitor", ", 0 killed") + SAID.format("press", "")) == (0, 0, None, False)


def test_at_least_stays_open() -> None:
    assert figures(SAID.format("monitor", ", at least 80 killed")) == (80, None, 80, False)
    both = SAID.format("monitor", ", at least 80 killed") + SAID.format("press", ", at least 60 killed")
    assert figures(both) == (60, None, 80, False)


def test_figures_that_exclude_each_other_are_contested_and_never_averaged() -> None:
    both = SAID.format("monitor", ", 10-12 killed") + SAID.format("press", ", 20-25 killed")
    assert figures(both) == (10, 25, None, True)
    overlapping = SAID.format("monitor", ", 10-20 killed") + SAID.format("press", ", 15-25 killed")
    assert figures(overlapping) == (10, 25, None, False)


def test_a_relay_adds_only_what_none_of_those_it_quotes_gave() -> None:
    base = SAID.format("monitor", ", 62 killed")
    relay = SAID.format("press", ", 30-62 killed [quotes monitor]")
    killed = Story(base + relay).row("A").details.casualties["killed"]
    assert (killed.min, killed.max, killed.sources) == (30, 62, ("monitor", "press"))
    repeating = SAID.format("press", ", 62 killed [quotes monitor]")
    killed = Story(base + repeating).row("A").details.casualties["killed"]
    assert (killed.sources, killed.repeated_by) == (("monitor",), ("press",))


def test_groups_of_one_claim_add_up_and_stand_apart() -> None:
    story = Story(SAID.format("monitor", ", 3 killed"))
    claim = story.claims["A"][0]
    civilians = replace(claim.casualties[0], group="civilians", min=2, max=None)
    both = replace(claim, casualties=(*claim.casualties, civilians))
    details = weigh(TRUCE, replace(story.incident("A"), claims=(both,)))[0].details
    assert (details.casualties["killed"].min, details.casualties["killed"].max) == (5, None)
    assert details.by_group["civilians"]["killed"].at_least == 2
    assert details.by_group["combatants"]["killed"].max == 3


def test_a_figure_counts_also_from_one_that_denies_or_cannot_say() -> None:
    text = SAID.format("monitor", ", 10 killed") + (
        "14 Sep 11:00  east-ministry denies east-army shelled west-army at 14 Sep 09:00 (A), 2 killed\n"
    )
    assert figures(text) == (2, 10, None, True)


# --- Rows of known time -------------------------------------------------------------------------------


def test_what_is_ruled_of_another_term_begins_no_new_row_of_this_one() -> None:
    story = Story(
        TWO
        + """
        15 Sep 12:00  tracker rules A violation [of other-term]
        16 Sep 12:00  press retracts A
        """
    )
    for reading in READINGS:
        own = [(row.known, row.until) for row in story.standings if row.reading == reading]
        moments = [at("14 Sep 10:00"), at("14 Sep 10:30"), at("16 Sep 12:00")]
        assert own == list(zip(moments, [*moments[1:], None], strict=True))


def test_a_report_that_stood_for_no_time_leaves_no_row() -> None:
    story = Story("14 Sep 10:00  monitor says east-army shelled west-army at 14 Sep 09:00 (A)")
    claim = story.claims["A"][0]
    assert weigh(TRUCE, IncidentFacts("A", (replace(claim, until=claim.known),))) == ()
    assert len(weigh(TRUCE, IncidentFacts("A", (claim,)))) == len(READINGS)


# --- When it happened ---------------------------------------------------------------------------------


def test_a_claim_that_cannot_corroborate_places_only_what_is_alleged() -> None:
    story = Story("""
        14 Sep 10:00  monitor says east-army shelled west-army at 14 Sep 09:00 (A)
        14 Sep 11:00  blog says east-army shelled west-army between 14 Sep 08:00 and 14 Sep 10:00 (A)
    """)
    rows = {reading: story.row("A", reading) for reading in READINGS}
    placed = {reading: (row.occurred_from, row.occurred_to) for reading, row in rows.items()}
    assert placed["alleged"] == (at("14 Sep 08:00"), at("14 Sep 10:00"))
    assert placed["corroborated"] == placed["ruled"] == (at("14 Sep 09:00"), at("14 Sep 09:00"))


def test_a_ruling_that_names_the_day_of_25_hours_places_the_breach() -> None:
    vienna = replace(TRUCE, zone="Europe/Vienna", in_force_from=at("20 Oct 12:00"))
    story = Story(
        "02 Nov 10:00  monitor says east-army shelled west-army in Oct (A)\n"
        "03 Nov 10:00  tracker rules A violation",
        vienna,
    )
    day = Occurred(*day_bounds("Europe/Vienna", at("30 Oct 12:00").date()))
    ruled = replace(story.rulings["A"][0], occurred=day)
    last = weigh(vienna, IncidentFacts("A", tuple(story.claims["A"]), (ruled,)))[-1]
    assert (last.restarts_at_best, last.restarts_at, last.unplaced) == (day.start, day.end, False)
