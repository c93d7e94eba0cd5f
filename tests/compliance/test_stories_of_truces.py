"""Stories of the truce itself: its standing, renewal, offers, compliance, and the two times."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.compliance.cast import TRUCE, Story, at
from tracker.compliance.charter import Renewal

RENEWED = replace(TRUCE, renewal=Renewal(timedelta(hours=48)))
SHELLED = "{}  monitor says east-army shelled west-army at {} ({})\n"


# --- Rule 11: standing --------------------------------------------------------------------------------


def test_announced_before_it_is_in_force() -> None:
    Story("12 Sep 15:59  ? truce is announced and not_started\n12 Sep 16:00  ? truce is in_force").holds()


def test_a_truce_without_a_time_is_announced() -> None:
    story = Story(
        "30 Sep 00:00  ? truce is announced and not_started", replace(TRUCE, in_force_from=None)
    ).holds()
    assert story.status("30 Sep 00:00").day is None


def test_ended_by_its_own_term() -> None:
    story = Story(
        """
        20 Sep 11:59  ? truce is in_force
        20 Sep 12:00  ? truce is ended
        20 Sep 12:00  ? clock is ended since 20 Sep 12:00
        20 Sep 12:00  ? ceasefire is ended
    """,
        replace(TRUCE, ends=at("20 Sep 12:00")),
    ).holds()
    assert story.says("clock", "ruled", "25 Sep 00:00").values["last_state"] == "fulfilled"
    assert story.status("19 Sep 17:00").next_moment == at("20 Sep 12:00")


def test_ended_by_the_word_of_all_declarers() -> None:
    story = Story("""
        15 Sep 12:00  east declares over
        15 Sep 12:00  ? truce is in_force
        16 Sep 12:00  west declares over
        16 Sep 12:00  ? truce is ended
    """).holds()
    assert story.status("17 Sep 00:00").standing_since == at("16 Sep 12:00")


def test_one_partys_word_is_shown_and_ends_nothing() -> None:
    story = Story("15 Sep 12:00  east declares over\n18 Sep 12:00  ? truce is in_force").holds()
    assert [(one.by, one.at) for one in story.status("18 Sep 12:00").declared_over] == [
        ("east", at("15 Sep 12:00"))
    ]
    assert story.status("15 Sep 11:59").declared_over == ()


def test_a_word_taken_back_no_longer_stands_against_it() -> None:
    story = Story("""
        15 Sep 12:00  east declares over
        16 Sep 12:00  east declares resumed
        17 Sep 12:00  west declares over
        18 Sep 12:00  ? truce is in_force
    """).holds()
    assert [one.by for one in story.status("18 Sep 12:00").declared_over] == ["west"]


def test_one_party_ends_it_where_the_charter_says_so() -> None:
    Story(
        "15 Sep 12:00  east declares over\n15 Sep 12:00  ? truce is ended",
        replace(TRUCE, one_party_ends=True),
    ).holds()


def test_replaced_by_another() -> None:
    story = Story("15 Sep 12:00  east and west declare replaced\n15 Sep 12:00  ? truce is ended").holds()
    assert story.status("15 Sep 12:00").standing_why.code == "truce.replaced"


def test_declared_again_after_its_end_it_is_in_force() -> None:
    Story("""
        15 Sep 12:00  east and west declare over
        15 Sep 12:00  ? truce is ended
        16 Sep 12:00  east and west declare renewed
        16 Sep 12:00  ? truce is in_force
    """).holds()


# --- Renewal and extensions ---------------------------------------------------------------------------


def test_a_renewal_that_runs_out_lapses_and_ends_nothing() -> None:
    story = Story("14 Sep 16:00  ? truce is in_force", RENEWED).holds()
    states = [story.status(moment).renewal for moment in ("14 Sep 15:59", "14 Sep 16:00")]
    assert [one and one.state for one in states] == ["running", "lapsed"]
    assert story.status("13 Sep 00:00").next_moment == at("14 Sep 16:00")


def test_a_renewal_that_runs_out_ends_the_truce_where_its_text_says_so() -> None:
    truce = replace(TRUCE, renewal=Renewal(timedelta(hours=48), ends_truce=True))
    Story("14 Sep 15:59  ? truce is in_force\n14 Sep 16:00  ? truce is ended", truce).holds()
    Story(
        """
        14 Sep 12:00  east and west announce 72 hours
        14 Sep 16:00  ? truce is in_force
        17 Sep 15:59  ? truce is in_force
        17 Sep 16:00  ? truce is ended
    """,
        truce,
    ).holds()


def test_an_extension_runs_from_the_end_of_the_step_before_it() -> None:
    story = Story("14 Sep 18:30  east and west announce 48 hours", RENEWED)
    renewal = story.status("15 Sep 00:00").renewal
    assert renewal is not None
    assert renewal.ends == at("16 Sep 16:00")


def test_an_extension_moves_the_end_that_the_text_names() -> None:
    truce = replace(TRUCE, ends=at("20 Sep 12:00"))
    Story(
        (
            "19 Sep 12:00  east and west announce 24 hours\n"
            "21 Sep 11:59  ? truce is in_force\n"
            "21 Sep 12:00  ? truce is ended"
        ),
        truce,
    ).holds()


@pytest.mark.parametrize(
    ("told", "moment", "state"),
    [
        ("13 Sep 12:00  east offers 72 hours", "30 Sep 00:00", "offered"),
        ("13 Sep 12:00  east offers 72 hours until 15 Sep 12:00", "15 Sep 11:59", "offered"),
        ("13 Sep 12:00  east offers 72 hours until 15 Sep 12:00", "15 Sep 12:00", "lapsed"),
        ("13 Sep 12:00  east announces 72 hours", "14 Sep 00:00", "offered"),
        (
            "13 Sep 12:00  east offers 72 hours\n13 Sep 13:00  west declines 72 hours",
            "14 Sep 00:00",
            "declined",
        ),
        (
            "13 Sep 12:00  east offers 72 hours\n13 Sep 13:00  east withdraws 72 hours",
            "14 Sep 00:00",
            "withdrawn",
        ),
        (
            "13 Sep 12:00  east announces 72 hours\n13 Sep 13:00  west announces 72 hours",
            "14 Sep 00:00",
            "announced",
        ),
    ],
)
def test_only_what_all_declarers_announce_is_announced(told: str, moment: str, state: str) -> None:
    story = Story(told, RENEWED)
    status = story.status(moment)
    assert [one.state for one in status.extensions] == [state]
    assert status.renewal is not None
    assert status.renewal.ends == at("17 Sep 16:00" if state == "announced" else "14 Sep 16:00")


def test_an_offer_with_an_end_says_when_it_lapses() -> None:
    story = Story("13 Sep 12:00  east offers 72 hours until 13 Sep 18:00")
    assert story.status("13 Sep 13:00").next_moment == at("13 Sep 18:00")


# --- Rule 11: compliance ------------------------------------------------------------------------------


def test_nobody_watching_is_not_calm() -> None:
    Story("""
        14 Sep 00:00  ? truce is in_force and unobserved
        14 Sep 12:00  watched for 24 hours
        15 Sep 00:00  ? truce is in_force and holding
        16 Sep 11:59  ? truce is in_force and holding
        16 Sep 12:00  ? truce is in_force and unobserved
    """).holds()


def test_strained_while_one_counts_and_back_after_seven_quiet_days() -> None:
    both = SHELLED.format("14 Sep 10:00", "14 Sep 09:00", "A") + SHELLED.format(
        "14 Sep 10:00", "14 Sep 09:00", "A"
    ).replace("monitor", "press")
    story = Story(
        both
        + """
        14 Sep 10:00  ? truce is in_force and strained
        14 Sep 10:00  ? ceasefire is strained since 14 Sep 09:00 in corroborated
        21 Sep 08:59  ? truce is in_force and strained
        21 Sep 09:00  ? truce is in_force and unobserved
    """
    ).holds()
    assert story.says("ceasefire", "corroborated", "15 Sep 00:00").next_moment == at("21 Sep 09:00")


def test_strain_began_with_the_first_of_an_unbroken_row() -> None:
    told = "".join(
        SHELLED.format(f"{day} Sep 10:00", f"{day} Sep 09:00", f"A{day}") for day in (13, 18, 24, 29)
    )
    story = Story(told)
    assert story.says("ceasefire", "alleged", "30 Sep 00:00").since == at("13 Sep 09:00")
    broken = Story(told.replace("(A24)", "(A24)\n24 Sep 11:00  tracker rules A24 no_violation"))
    assert broken.says("ceasefire", "alleged", "30 Sep 00:00").since == at("29 Sep 09:00")


def test_alleged_alone_strains_nothing_in_the_headline() -> None:
    Story(
        SHELLED.format("14 Sep 10:00", "14 Sep 09:00", "A")
        + """
        14 Sep 10:00  ? truce is in_force and unobserved
        14 Sep 10:00  ? ceasefire is strained in alleged
    """
    ).holds()


def test_violated_where_one_is_ruled_a_violation_and_back_after_quiet() -> None:
    Story(
        SHELLED.format("14 Sep 10:00", "14 Sep 09:00", "A")
        + """
        15 Sep 12:00  tracker rules A violation
        15 Sep 12:00  ? truce is in_force and violated
        15 Sep 12:00  ? ceasefire is breached since 14 Sep 09:00
        21 Sep 09:00  ? truce is in_force and unobserved
    """
    ).holds()


def test_violated_once_the_charters_count_is_reached() -> None:
    truce = replace(TRUCE, breached_at=2, headline_reading="alleged")
    Story(
        SHELLED.format("14 Sep 10:00", "14 Sep 09:00", "A")
        + "14 Sep 12:00  ? truce is in_force and strained\n"
        + SHELLED.format("15 Sep 10:00", "15 Sep 09:00", "B")
        + "15 Sep 12:00  ? truce is in_force and violated",
        truce,
    ).holds()


def test_quiet_lasts_as_long_as_the_charter_says() -> None:
    truce = replace(TRUCE, quiet_for=timedelta(days=2), headline_reading="alleged")
    Story(
        SHELLED.format("14 Sep 10:00", "14 Sep 09:00", "A")
        + "16 Sep 09:00  ? truce is in_force and unobserved",
        truce,
    ).holds()


# --- Rules 1, 14, 17, 18: two times, same facts, time passing, the end of the record -------------------


def test_nothing_is_told_before_it_was_known_nor_before_it_happened() -> None:
    story = Story(SHELLED.format("18 Sep 10:00", "14 Sep 09:00", "A"))
    assert story.says("clock", "alleged", "15 Sep 00:00").since == at("12 Sep 16:00")
    assert story.says("clock", "alleged", "15 Sep 00:00", known="18 Sep 10:00").since == at("14 Sep 09:00")
    before = story.says("clock", "alleged", "14 Sep 08:59", known="18 Sep 10:00")
    assert before.since == at("12 Sep 16:00")
    assert (before.values["resets"], before.values["resets_count"]) == ((), 0)


def test_a_future_moment_is_projected_from_what_is_known() -> None:
    story = Story("")
    assert story.says("clock", "ruled", "19 Sep 16:00", known="13 Sep 00:00").state == "fulfilled"


def test_after_the_end_of_its_record_an_answer_is_projected() -> None:
    story = Story("", replace(TRUCE, record_ends=at("17 Sep 21:00")))
    assert not story.status("17 Sep 21:00").projected
    assert story.status("17 Sep 21:01").projected
    assert story.status("17 Sep 00:00").next_moment == at("17 Sep 21:00")


def test_the_sentence_of_each_standing() -> None:
    story = Story("15 Sep 12:00  east and west declare suspended\n16 Sep 12:00  east and west declare over")
    codes = [story.status(f"{day} Sep 12:00").sentence.code for day in (12, 13, 15, 16)]
    assert codes == ["sentence.announced", "sentence.unobserved", "sentence.suspended", "sentence.ended"]
    assert Story("").status("20 Sep 00:00").sentence.code == "sentence.clock_fulfilled"
