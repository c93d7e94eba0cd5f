"""Stories of what an incident weighs: coverage, corroboration, admission."""

from dataclasses import replace

import pytest

from tests.compliance.cast import CEASEFIRE, TRUCE, Story, at, with_term
from tracker.compliance.charter import Party
from tracker.compliance.coverage import cast_of
from tracker.compliance.facts import Place
from tracker.compliance.weigh import weigh

TWO = """
    14 Sep 10:00  monitor says east-army shelled west-army at 14 Sep 09:00 (A)
    14 Sep 10:30  press says east-army shelled west-army at 14 Sep 09:00 (A)
"""


def test_two_independent_credible_sources_corroborate() -> None:
    Story(
        TWO + "14 Sep 10:29  ? A counts in alleged\n14 Sep 10:30  ? A counts in alleged, corroborated"
    ).holds()
    assert Story(TWO).row("A", "corroborated").grade == "fair"


# --- Rule 5: coverage before counting -----------------------------------------------------------------


def test_an_excluded_perpetrator_is_outside_the_truce_and_kept() -> None:
    story = Story("""
        14 Sep 10:00  monitor says raiders shelled west-army at 14 Sep 09:00 (A)
        14 Sep 10:30  press says raiders shelled west-army at 14 Sep 09:00 (A)
        14 Sep 11:00  ? A is outside
        14 Sep 11:00  ? A counts nowhere
    """).holds()
    assert story.status("14 Sep 11:00").term("ceasefire").readings["ruled"].values["outside"] == 1


def test_an_excluded_victim_is_outside_the_truce() -> None:
    story = Story(
        "14 Sep 10:00  monitor says east-army bombed raiders at 14 Sep 09:00 (A)\n"
        "14 Sep 10:00  ? A is outside"
    )
    assert story.holds().row("A").details.coverage_why[0].code == "coverage.victim_excluded"


def test_a_bombed_market_counts_wherever_it_stands() -> None:
    Story("""
        14 Sep 10:00  monitor says east-army bombed a village at 14 Sep 09:00 (A), 12 killed
        14 Sep 10:30  press says east-army bombed a village at 14 Sep 09:00 (A), at least 9 killed
        14 Sep 11:00  ? A is covered
        14 Sep 11:00  ? A counts in alleged, corroborated
    """).holds()


def test_exclusion_follows_a_renaming() -> None:
    story = Story(
        "14 Sep 10:00  monitor says east-army bombed old-raiders at 14 Sep 09:00 (A)\n"
        "14 Sep 10:00  ? A is outside"
    )
    story.holds()


def test_a_name_goes_to_the_one_that_bore_it_then() -> None:
    actors = dict(TRUCE.actors)
    actors["hill-tribe"] = replace(
        actors["hill-tribe"],
        aliases=(replace(actors["raiders"].aliases[0], from_=at("01 Aug 00:00"), until=None),),
    )
    cast = cast_of(replace(TRUCE, actors=actors))
    assert cast.actor("Old Raiders", (at("01 Jul 00:00"), at("01 Jul 00:00"))) == "raiders"
    assert cast.actor("old-raiders", (at("01 Sep 00:00"), at("01 Sep 00:00"))) == "hill-tribe"


@pytest.mark.parametrize(
    ("by", "why"),
    [
        ("hill-tribe", "coverage.perpetrator_not_accepted"),
        ("north-land", "coverage.perpetrator_not_a_party"),
        ("nobody-heard-of", "coverage.perpetrator_not_a_party"),
        ("someone", "coverage.perpetrator_unknown"),
    ],
)
def test_a_perpetrator_not_surely_bound_is_alleged_only(by: str, why: str) -> None:
    story = Story(f"""
        14 Sep 10:00  monitor says {by} shelled west-army at 14 Sep 09:00 (A)
        14 Sep 10:30  press says {by} shelled west-army at 14 Sep 09:00 (A)
        14 Sep 11:00  ? A counts in alleged
        14 Sep 11:00  ? A is not_settled
    """).holds()
    assert [one.code for one in story.row("A").details.coverage_why] == [why]


def test_an_unknown_perpetrator_restarts_nothing() -> None:
    story = Story("""
        14 Sep 10:00  monitor says someone shelled west-army at 14 Sep 09:00 (A)
        19 Sep 16:00  ? clock is fulfilled
    """).holds()
    assert story.row("A").counts
    assert story.row("A").restarts_at is None


def test_an_assumed_party_counts_and_is_marked() -> None:
    story = Story(
        "14 Sep 10:00  monitor says west-bloc bombed east-army at 14 Sep 09:00 (A)\n"
        "14 Sep 10:00  ? A is covered"
    )
    assert story.holds().row("A").details.assumed


def test_a_unit_is_bound_through_what_it_belongs_to() -> None:
    story = Story(
        "14 Sep 10:00  monitor says east-guard shelled west-army at 14 Sep 09:00 (A)\n"
        "14 Sep 10:00  ? A is covered"
    )
    assert story.holds().row("A").details.answers_to == "east"


def test_rival_accounts_of_who_was_hit_leave_coverage_unsettled() -> None:
    story = Story("""
        14 Sep 10:00  monitor says east-army bombed west-army at 14 Sep 09:00 (A)
        14 Sep 10:30  press says east-army bombed west-army at 14 Sep 09:00 (A)
        14 Sep 11:00  east-radio says east-army bombed raiders at 14 Sep 09:00 (A)
        14 Sep 10:45  ? A counts in alleged, corroborated
        14 Sep 11:00  ? A counts in alleged
    """).holds()
    assert [one.code for one in story.row("A").details.coverage_why] == ["coverage.victim_disputed"]


def test_rival_perpetrators_count_where_every_one_is_bound_and_only_there() -> None:
    rivals = (
        "14 Sep 10:00  monitor says east-army shelled a village at 14 Sep 09:00 (A)\n"
        "14 Sep 10:30  press says {} shelled a village at 14 Sep 09:00 (A)\n"
    )
    both_bound = Story(rivals.format("west-army"))
    assert both_bound.counts("A") == ("alleged", "corroborated")
    assert (both_bound.row("A").grade, both_bound.row("A").details.attribution) == ("contested", "contested")
    assert both_bound.row("A").details.answers_to is None
    assert Story(rivals.format("raiders")).counts("A") == ("alleged",)


def test_a_party_that_left_is_not_bound_afterwards_and_not_settled_across_its_leaving() -> None:
    left = tuple(
        replace(party, until=at("15 Sep 12:00")) if party.actor == "west-bloc" else party
        for party in TRUCE.parties
    )
    truce = replace(TRUCE, parties=left)
    story = "14 Sep 10:00  monitor says west-bloc bombed east-army {} (A)\n20 Sep 10:00  ? A is {}"
    Story(
        story.replace("14 Sep 10:00", "16 Sep 10:00", 1).format("at 15 Sep 11:00", "covered"), truce
    ).holds()
    Story(
        story.replace("14 Sep 10:00", "16 Sep 10:00", 1).format("at 15 Sep 12:00", "outside"), truce
    ).holds()
    Story(story.replace("14 Sep 10:00", "16 Sep 10:00", 1).format("on 15 Sep", "not_settled"), truce).holds()


def test_two_memberships_that_follow_each_other_are_one() -> None:
    split = (
        *TRUCE.parties[:5],
        *TRUCE.parties[5:],
        Party("north-land", "party", "bound", None, at("15 Sep 12:00"), "west"),
        Party("north-land", "party", "bound", at("15 Sep 12:00"), None, "west"),
    )
    story = (
        "16 Sep 10:00  monitor says north-land bombed east-army on 15 Sep (A)\n16 Sep 10:00  ? A is covered"
    )
    Story(story, replace(TRUCE, parties=split)).holds()


def test_an_alliance_of_which_only_some_are_parties_is_not_settled() -> None:
    actors = {**TRUCE.actors, "eastern-league": replace(TRUCE.actors["north-land"], kind="coalition")}
    parent = replace(TRUCE.actors["east-army"].parents[0], actor="eastern-league")
    actors["east"] = replace(actors["east"], parents=(parent,))
    story = Story(
        "14 Sep 10:00  monitor says eastern-league bombed west-army at 14 Sep 09:00 (A)",
        replace(TRUCE, actors=actors),
    )
    assert [one.code for one in story.row("A").details.coverage_why] == ["coverage.perpetrator_partly_inside"]


@pytest.mark.parametrize(
    ("place", "coverage"),
    [
        (Place("a town", None, "SYR", precision=2, within=("SYR",)), "covered"),
        (Place("a town", None, "TUR", precision=2, within=("TUR",)), "outside"),
        (Place("a town", None, "TUR"), "outside"),
        (Place("the border", None, "SYR", precision=3, straddles=True), "not_settled"),
        (Place("somewhere", precision=7), "not_settled"),
        (None, "not_settled"),
    ],
)
def test_the_area_is_asked_before_counting(place: Place | None, coverage: str) -> None:
    story = Story("14 Sep 10:00  monitor says east-army shelled west-army at 14 Sep 09:00 (A)")
    claim = replace(story.claims["A"][0], place=place)
    row = weigh(TRUCE, replace(story.incident("A"), claims=(claim,)))[0]
    assert row.coverage == coverage


def test_a_province_only_known_by_country_is_not_settled() -> None:
    story = Story("14 Sep 10:00  monitor says east-army shelled west-army at 14 Sep 09:00 (A)")
    claim = replace(story.claims["A"][0], place=Place("Syria", None, "SYR", precision=6, within=("SYR",)))
    truce = replace(TRUCE, area=("SY02",))
    assert weigh(truce, replace(story.incident("A"), claims=(claim,)))[0].coverage == "not_settled"
    inside = replace(claim, place=Place("a town", "SY020001", "SYR", precision=2, within=("SYR", "SY02")))
    assert weigh(truce, replace(story.incident("A"), claims=(inside,)))[0].coverage == "covered"


def test_a_ban_by_act_weapon_and_area_reaches_only_these() -> None:
    term = replace(
        CEASEFIRE, parameters={"acts": ["air_strike", "overflight"], "acts_without_victim": ["overflight"]}
    )
    truce = with_term(term)
    Story(
        """
        14 Sep 10:00  monitor says east-army shelled west-army at 14 Sep 09:00 (A)
        14 Sep 10:00  ? A is outside
        14 Sep 10:00  monitor says east-army overflew somebody at 14 Sep 09:00 (B)
        14 Sep 10:30  press says east-army overflew somebody at 14 Sep 09:00 (B)
        14 Sep 11:00  ? B counts in alleged, corroborated
        14 Sep 10:00  monitor says east-army bombed somebody at 14 Sep 09:00 (C)
        14 Sep 10:30  press says east-army bombed somebody at 14 Sep 09:00 (C)
        14 Sep 11:00  ? C counts in alleged
    """,
        truce,
    ).holds()
    weapons = with_term(replace(CEASEFIRE, parameters={"weapons": ["barrel_bomb"]}))
    story = Story("14 Sep 10:00  monitor says east-army bombed west-army at 14 Sep 09:00 (A)", weapons)
    claim = story.claims["A"][0]
    named = [
        weigh(weapons, replace(story.incident("A"), claims=(replace(claim, weapon=one),)))[0].coverage
        for one in (None, "barrel_bomb", "rifle")
    ]
    assert named == ["not_settled", "covered", "outside"]


def test_only_those_who_owe_a_term_can_breach_it() -> None:
    truce = with_term(replace(CEASEFIRE, owed_by=("east",)))
    Story(
        """
        14 Sep 10:00  monitor says east-army shelled west-army at 14 Sep 09:00 (A)
        14 Sep 10:00  ? A is covered
        14 Sep 10:00  monitor says west-army shelled east-army at 14 Sep 09:00 (B)
        14 Sep 10:00  ? B is outside
    """,
        truce,
    ).holds()


# --- Rule 6: what corroborates ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("second", "why"),
    [
        ("monitor says east-army shelled west-army at 14 Sep 09:00 (A)", "the same source again"),
        ("blog says east-army shelled west-army at 14 Sep 09:00 (A)", "a source that cannot be judged"),
        (
            "press says east-army shelled west-army at 14 Sep 09:00 (A) [unsure]",
            "a claim that cannot be judged",
        ),
        ("press says east-army shelled west-army at 14 Sep 09:00 (A) [quotes monitor]", "a relay"),
        ("press says someone shelled west-army at 14 Sep 09:00 (A)", "no word on who"),
        ("press says east-army shelled somebody at 14 Sep 09:00 (A)", "no word on whom"),
        ("press says east-army shelled west-army (A)", "no word on when"),
        ("press says east-army shelled west-army at 14 Sep 09:00 (A) [nowhere]", "no word on where"),
        ("press says east-army shelled west-army at 13 Sep 21:00 (A)", "another time"),
        ("press denies east-army shelled west-army at 14 Sep 09:00 (A)", "a denial"),
    ],
)
def test_a_second_voice_does_not_corroborate_by(second: str, why: str) -> None:
    story = Story(f"""
        14 Sep 10:00  monitor says east-army shelled west-army at 14 Sep 09:00 (A)
        14 Sep 10:30  {second}
    """)
    assert story.counts("A") == ("alleged",), why


def test_two_sources_of_one_side_do_not_corroborate() -> None:
    story = Story("""
        14 Sep 10:00  west-radio says east-army shelled west-army at 14 Sep 09:00 (A)
        14 Sep 10:30  west-ministry says east-army shelled west-army at 14 Sep 09:00 (A)
    """)
    assert story.counts("A") == ("alleged",)


def test_two_belligerents_do_not_corroborate() -> None:
    story = Story("""
        14 Sep 10:00  west-radio says west-bloc bombed east-army at 14 Sep 09:00 (A)
        14 Sep 10:30  east-radio says west-bloc bombed east-army at 14 Sep 09:00 (A)
    """)
    assert story.counts("A") == ("alleged",)


def test_two_offices_of_one_body_are_one_side() -> None:
    story = Story(TWO)
    offices = tuple(
        replace(claim, source=replace(claim.source, affiliation="north-land")) for claim in story.claims["A"]
    )
    rows = weigh(TRUCE, replace(story.incident("A"), claims=offices))
    assert [row.reading for row in rows if row.counts and row.until is None] == ["alleged"]


def test_a_belligerent_and_a_monitor_corroborate() -> None:
    story = Story("""
        14 Sep 10:00  west-radio says east-army shelled west-army at 14 Sep 09:00 (A)
        14 Sep 10:30  monitor says east-army shelled west-army at 14 Sep 09:00 (A)
    """)
    assert story.counts("A") == ("alleged", "corroborated")


def test_one_footage_seen_by_two_is_one_source() -> None:
    story = Story("""
        14 Sep 10:00  monitor says east-army shelled west-army at 14 Sep 09:00 (A) [original clip]
        14 Sep 10:30  press says east-army shelled west-army at 14 Sep 09:00 (A) [original clip]
    """)
    assert story.counts("A") == ("alleged",)


def test_two_relays_of_one_source_are_not_two() -> None:
    story = Story("""
        14 Sep 10:00  un says east-army shelled west-army at 14 Sep 09:00 (A) [quotes villager]
        14 Sep 10:30  press says east-army shelled west-army at 14 Sep 09:00 (A) [quotes villager]
    """)
    assert story.counts("A") == ("alleged",)


def test_a_relay_of_what_cannot_be_judged_launders_nothing() -> None:
    story = Story("""
        14 Sep 10:00  blog says east-army shelled west-army at 14 Sep 09:00 (A)
        14 Sep 10:15  press says east-army shelled west-army at 14 Sep 09:00 (A) [quotes blog]
        14 Sep 10:30  monitor says east-army shelled west-army at 14 Sep 09:00 (A)
    """)
    assert story.counts("A") == ("alleged",)


def test_a_relay_of_a_belligerent_is_that_belligerent() -> None:
    story = Story("""
        14 Sep 10:00  press says east-army shelled west-army at 14 Sep 09:00 (A) [quotes west-army]
        14 Sep 10:30  west-radio says east-army shelled west-army at 14 Sep 09:00 (A)
    """)
    assert story.counts("A") == ("alleged",)


def test_coming_through_one_publisher_is_no_dependence() -> None:
    story = Story("""
        14 Sep 10:00  monitor says east-army shelled west-army at 14 Sep 09:00 (A) [via paper]
        14 Sep 10:30  press says east-army shelled west-army at 14 Sep 09:00 (A) [via paper]
    """)
    assert story.counts("A") == ("alleged", "corroborated")


def test_an_admission_counts_for_its_own_element_only() -> None:
    story = Story("""
        14 Sep 10:00  west-radio says east-army shelled west-army at 14 Sep 09:00 (A)
        14 Sep 11:00  east-ministry admits east-army shelled somebody at 14 Sep 09:00 (A)
    """)
    assert story.counts("A") == ("alleged",)
    elements = story.row("A").details.elements
    assert {name: one.code for name, one in elements.items()} == {
        "act": "admission",
        "actor": "admission",
        "victim": "alleged",
        "time": "admission",
        "place": "admission",
    }
    full = Story("14 Sep 11:00  east-ministry admits east-army shelled west-army at 14 Sep 09:00 (A)")
    assert full.counts("A") == ("alleged", "corroborated")
    assert full.row("A").grade == "confirmed"


def test_only_who_officially_speaks_for_the_accused_can_admit() -> None:
    story = Story("14 Sep 11:00  east-radio admits east-army shelled west-army at 14 Sep 09:00 (A)")
    assert story.counts("A") == ("alleged",)
    assert story.row("A").details.attribution == "claimed"


def test_a_bare_denial_lowers_nothing_and_alleges_nothing() -> None:
    story = Story(TWO + "14 Sep 12:00  east-ministry denies east-army shelled west-army (A)")
    assert story.counts("A") == ("alleged", "corroborated")
    assert (story.row("A").grade, story.row("A").details.attribution) == ("fair", "denied")
    alone = Story("14 Sep 12:00  east-ministry denies east-army shelled west-army at 14 Sep 09:00 (A)")
    assert alone.counts("A") == ()
    assert alone.row("A").grade == "discounted"


def test_accepting_the_breach_makes_the_accused_responsible() -> None:
    story = Story(TWO + "14 Sep 12:00  east-ministry accepts east-army shelled west-army (A)")
    row = story.row("A", "corroborated")
    assert row.accepted
    assert (row.details.responsible, row.details.answers_to) == ("east-army", "east")
    assert story.status("14 Sep 12:00").compliance == "violated"
    assert story.says("clock", "corroborated", "14 Sep 12:00").message.code == "clock.restarted"
    assert story.status("14 Sep 12:00").sentence.code == "sentence.restarted"
