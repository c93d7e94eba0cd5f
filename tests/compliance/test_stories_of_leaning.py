"""Stories of which report an answer leans on where several tell of the same incident."""

from dataclasses import replace
from typing import Any

import pytest

from tests.compliance.cast import INSIDE, SOURCES, TRUCE, Story, at
from tracker.compliance.charter import Actor, Alias
from tracker.compliance.coverage import cast_of
from tracker.compliance.facts import Casualties, Claim, IncidentFacts, Occurred
from tracker.compliance.verdicts import Element
from tracker.compliance.weigh import weigh

BARE = Claim("full", SOURCES["monitor"], at("14 Sep 10:00"), act=None, credibility=2)
SAYING: dict[str, Any] = {
    "act": "shelling",
    "by": "east-army",
    "against": "west-army",
    "occurred": Occurred(at("14 Sep 09:00"), at("14 Sep 09:00")),
    "place": INSIDE,
    "casualties": (Casualties("combatants", "killed", 3, 3),),
}


def leading(*claims: Claim) -> str:
    """The report that the widest reading leans on."""
    return weigh(TRUCE, IncidentFacts("A", claims))[0].evidence[0]


@pytest.mark.parametrize("what", SAYING)
def test_of_two_equally_reliable_reports_the_one_that_says_more_leads(what: str) -> None:
    says_it = replace(BARE, **{what: SAYING[what]})
    assert leading(says_it, replace(BARE, report="bare")) == "full"


@pytest.mark.parametrize("what", SAYING)
def test_everything_that_a_report_says_tells_as_much(what: str) -> None:
    """What says two things leads what says one; what says one as well leads by its earlier arrival."""
    other = next(name for name in SAYING if name != what)
    one = replace(BARE, **{other: SAYING[other]})
    two = replace(BARE, report="two", **{what: SAYING[what], other: SAYING[other]})
    equal = replace(BARE, report="equal", known=at("14 Sep 11:00"), **{what: SAYING[what]})
    assert leading(one, two) == "two"
    assert leading(equal, one) == "full"


def test_the_more_reliable_source_leads_and_then_the_more_credible_report() -> None:
    full = replace(BARE, **SAYING)
    reliable = replace(BARE, report="reliable", source=SOURCES["un"])
    credible = replace(BARE, report="credible", credibility=1)
    assert leading(full, reliable, credible) == "reliable"
    assert leading(full, credible) == "credible"


def test_a_denial_by_the_most_reliable_source_hides_no_allegation() -> None:
    story = Story("""
        14 Sep 10:00  un denies east-army shelled west-army at 14 Sep 09:00 (A)
        14 Sep 10:00  monitor says east-army shelled west-army at 14 Sep 09:00 (A)
        14 Sep 10:30  press says east-army shelled west-army at 14 Sep 09:00 (A)
        14 Sep 10:30  ? A counts in alleged, corroborated
    """).holds()
    assert story.row("A").alleged == ("east-army",)


def test_what_only_a_lesser_report_tells_stands_on_that_report() -> None:
    story = Story("""
        14 Sep 10:00  monitor says someone shelled somebody (A) [nowhere] [act none]
        14 Sep 10:30  blog says east-army shelled west-army at 14 Sep 09:00 (A)
    """)
    elements = story.row("A").details.elements
    assert elements == dict.fromkeys(elements, Element("alleged", ("r01",)))
    assert set(elements) == {"act", "actor", "place", "time", "victim"}


def test_who_speaks_for_the_accused_and_merely_asserts_it_admits_nothing() -> None:
    story = Story("""
        14 Sep 10:00  east-ministry says east-army shelled west-army at 14 Sep 09:00 (A)
        14 Sep 10:30  ? A counts in alleged
    """).holds()
    row = story.row("A")
    assert (row.grade, row.details.attribution) == ("weak", "claimed")
    assert row.details.elements["actor"] == Element("alleged", ("r00",))


def test_what_is_said_to_lie_after_its_first_report_is_placed_at_that_report() -> None:
    row = Story(
        "14 Sep 10:00  monitor says east-army shelled west-army between 14 Sep 12:00 and 14 Sep 13:00 (A)"
    ).row("A")
    assert (row.occurred_from, row.occurred_to) == (at("14 Sep 10:00"), at("14 Sep 10:00"))


def test_a_slug_is_never_taken_for_what_another_was_called() -> None:
    actors = {**TRUCE.actors, "league": Actor("coalition", aliases=(Alias("north-land"),))}
    assert cast_of(replace(TRUCE, actors=actors)).actor("north-land") == "north-land"
