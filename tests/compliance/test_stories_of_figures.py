"""Stories of how many were killed: ranges over what claims give, of one group and of everyone."""

from dataclasses import replace

from tests.compliance.cast import SOURCES, TRUCE, Story
from tracker.compliance.casualties import casualties_of
from tracker.compliance.charter import Charter, once_per_charter
from tracker.compliance.facts import Casualties, Claim
from tracker.compliance.verdicts import Figures

CLAIM = Story("14 Sep 10:00  monitor says east-army shelled a village at 14 Sep 09:00 (A)").claims["A"][0]


def claim(*casualties: Casualties, source: str = "monitor") -> Claim:
    return replace(CLAIM, report=f"of-{source}", source=SOURCES[source], casualties=casualties)


def killed(low: int | None, high: int | None, group: str | None = "civilians") -> Casualties:
    return Casualties(group, "killed", low, high)


def everyone(claims: list[Claim]) -> Figures | None:
    """How many were killed in all."""
    return casualties_of(claims)[0].get("killed")


def test_one_claims_range_is_the_range() -> None:
    alone = Figures(4, 6, None, False, ("monitor",), (), 6)
    assert everyone([claim(killed(4, 6))]) == alone
    assert everyone([claim(killed(4, None))]) == Figures(4, None, 4, False, ("monitor",), (), 4)
    assert everyone([claim(killed(None, 6))]) == Figures(None, 6, None, False, ("monitor",), (), 6)
    assert everyone([claim(killed(None, None))]) is None
    assert casualties_of([claim(killed(4, 6))]) == ({"killed": alone}, {"civilians": {"killed": alone}})


def test_groups_of_one_claim_add_up_to_everyone() -> None:
    both = claim(killed(3, 5), killed(2, 2, "combatants"))
    total, by_group = casualties_of([both])
    assert total == {"killed": Figures(5, 7, None, False, ("monitor",), (), 7)}
    assert by_group["civilians"]["killed"] == Figures(3, 5, None, False, ("monitor",), (), 5)
    assert by_group["combatants"]["killed"] == Figures(2, 2, None, False, ("monitor",), (), 2)


def test_a_sum_is_open_where_one_of_its_groups_is() -> None:
    assert everyone([claim(killed(3, 5), killed(2, None, "combatants"))]) == Figures(
        5, None, 5, False, ("monitor",), (), 5
    )
    assert everyone([claim(killed(None, 5), killed(None, 2, "combatants"))]) == Figures(
        None, 7, None, False, ("monitor",), (), 7
    )


def test_a_figure_for_everyone_stands_before_the_sum_of_the_groups() -> None:
    told = claim(killed(9, 9, None), killed(3, 5), killed(2, 2, "combatants"))
    assert everyone([told]) == Figures(9, 9, None, False, ("monitor",), (), 9)


def test_several_that_give_only_the_most_have_no_least() -> None:
    told = [claim(killed(None, 6)), claim(killed(None, 9), source="press")]
    assert everyone(told) == Figures(None, 9, None, False, ("monitor", "press"), (), 9)


def test_what_is_made_of_a_charter_is_made_once() -> None:
    made: list[Charter] = []

    @once_per_charter
    def make(charter: Charter) -> int:
        made.append(charter)
        return len(made)

    other = replace(TRUCE)
    assert [make(TRUCE), make(other), make(TRUCE), make(other)] == [1, 2, 1, 2]
    many = [replace(TRUCE) for _ in range(20)]
    assert [make(one) for one in many] == list(range(3, 23))
