"""Stories of who was hit, told by whom a claim counts among the killed and injured."""

from dataclasses import replace

import pytest

from tests.compliance.cast import TRUCE, Story
from tracker.compliance.coverage import cast_of, who_was_hit
from tracker.compliance.facts import Casualties

CLAIM = Story("14 Sep 10:00  monitor says east-army shelled somebody at 14 Sep 09:00 (A)").claims["A"][0]


def covered(*casualties: Casualties) -> bool:
    """Whether a claim that gives these figures and names no victim says that protected people were hit."""
    told = who_was_hit(replace(CLAIM, casualties=casualties), cast_of(TRUCE), None)
    return told is not None and told.coverage == "covered"


@pytest.mark.parametrize("group", ["civilians", "medical", "humanitarian"])
def test_protected_people_who_were_killed_were_hit(group: str) -> None:
    assert covered(Casualties(group, "killed", 3, 3))


def test_at_least_some_up_to_some_and_an_unknown_number_were_hit() -> None:
    assert covered(Casualties("civilians", "killed", 3, None))
    assert covered(Casualties("civilians", "killed", None, 3))
    assert covered(Casualties("civilians", "killed", 0, 3))
    assert covered(Casualties("civilians", "killed", None, None))


def test_none_killed_says_of_nobody_that_they_were_hit() -> None:
    assert not covered(Casualties("civilians", "killed", 0, 0))
    assert not covered(Casualties("civilians", "killed", 0, None))
    assert not covered(Casualties("civilians", "killed", None, 0))
    assert covered(Casualties("civilians", "killed", 0, 0), Casualties("civilians", "injured", 1, 1))


def test_killed_fighters_say_nothing_of_whether_it_is_covered() -> None:
    assert not covered(Casualties("combatants", "killed", 3, 3))
    assert not covered(Casualties(None, "killed", 3, 3))
