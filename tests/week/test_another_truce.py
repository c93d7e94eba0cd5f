"""An invented truce that differs in every policy, zone, guarantor, length and term: file, API and board."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from tests.scenarios import INVENTED

from .week import READINGS, get

SLUG = "two-harbours-2023"


@pytest.fixture(scope="module", autouse=True)
def the_other_truce(load) -> None:
    load(INVENTED)


def status(moment: str) -> dict:
    return get(f"truces/{SLUG}/status", as_of=moment, known_at=moment)


def said(moment: str) -> dict[str, tuple[str, ...]]:
    """Per term, what it says as alleged, as corroborated and as ruled."""
    return {
        term["ref"]: tuple(term["readings"][name]["state"] for name in READINGS)
        for term in status(moment)["terms"]
    }


def all_three(state: str) -> tuple[str, str, str]:
    return (state, state, state)


def test_before_its_start_it_is_announced_and_nothing_has_begun():
    assert status("2023-03-29T18:59:59Z")["standing"] == "announced"
    assert said("2023-03-29T18:59:59Z") == {
        "no-fire": all_three("not_started"),
        "no-overflight": all_three("not_started"),
        "calm-days": all_three("not_started"),
        "quiet-skies": all_three("not_started"),
        "open-pier": all_three("unknown"),
        "pull-back": all_three("pending"),
        "prisoner-lists": all_three("pending"),
        "joint-patrols": all_three("locked"),
    }


def test_on_the_eighth_day_an_accepted_violation_is_ruled_and_the_deadlines_are_past():
    now = status("2023-04-06T00:00:00Z")
    assert (now["standing"], now["compliance"], now["day"]) == ("in_force", "violated", 8)
    assert now["headline_reading"] == "ruled"
    assert said("2023-04-06T00:00:00Z") == {
        "no-fire": all_three("breached"),
        "no-overflight": ("strained", "unobserved", "unobserved"),
        "calm-days": all_three("running"),
        "quiet-skies": all_three("fulfilled"),
        "open-pier": all_three("unknown"),
        "pull-back": all_three("overdue"),
        "prisoner-lists": all_three("overdue"),
        "joint-patrols": all_three("locked"),
    }


def test_a_tolerated_breach_restarts_nothing_and_a_grave_one_alleged_does():
    terms = {term["ref"]: term["readings"] for term in status("2023-04-06T00:00:00Z")["terms"]}
    elapsed = {name: terms["calm-days"][name]["values"]["elapsed_seconds"] for name in READINGS}
    assert elapsed == {"alleged": 334_800, "corroborated": 622_800, "ruled": 622_800}


def test_its_step_runs_out_and_its_text_ends_it_there():
    now = status("2023-04-10T00:00:00Z")
    assert now["standing"] == "ended"
    assert now["standing_since"] == "2023-04-08T19:00:00Z"
    assert now["renewal"] == {"state": "lapsed", "ended": "2023-04-08T19:00:00Z"}
    assert set(said("2023-04-10T00:00:00Z").values()) == {all_three("ended")}


def test_the_offer_that_nobody_took_up_has_lapsed():
    assert [one["state"] for one in status("2023-04-07T08:59:59Z")["extensions"]] == ["offered"]
    assert [one["state"] for one in status("2023-04-07T09:00:00Z")["extensions"]] == ["lapsed"]


def test_the_charter_goes_out_as_it_came_in():
    charter = get(f"truces/{SLUG}")
    assert charter["zone"] == "Australia/Lord_Howe"
    assert set(charter["declarers"]) == {"east-council", "west-assembly", "mediation-office"}
    assert {term["kind"] for term in charter["terms"]} == {
        "prohibition",
        "clock",
        "humanitarian_access",
        "withdrawal",
        "milestone",
        "joint_targeting",
    }


def test_its_facts_come_to_the_same_history_from_nothing():
    from tracker.models import Truce
    from tracker.services.recompute import differences

    assert differences(Truce.objects.get(slug=SLUG)) == []


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("en", "Truce of the Two Harbours"),
        ("fr", "Trêve des Deux Ports"),
        ("ar", "هدنة المرفأين"),
        ("ru", "Перемирие двух гаваней"),
    ],
)
@pytest.mark.parametrize("moment", ["2023-03-29T18:00:00Z", "2023-04-06T00:00:00Z", "2023-04-10T00:00:00Z"])
def test_the_board_shows_it_in_each_language_at_any_moment(language, title, moment):
    client = Client(headers={"host": "localhost", "accept-language": language})
    page = client.get(f"/truces/{SLUG}/", {"as_of": moment, "known_at": moment})
    assert page.status_code == 200
    text = page.content.decode()
    assert title in text
    assert f'dir="{"rtl" if language == "ar" else "ltr"}"' in text
    assert "no sentence is written for it yet" not in text


def test_the_service_knows_no_truce_by_name():
    """Names of the shipped truce stand in its file and in tests; a rule's docstring cites its agreement."""
    names = re.compile(r"syria|damascus|\brussia\b|deir ez|aleppo|kremlin|fateh al", re.IGNORECASE)
    root = Path(settings.BASE_DIR)
    sources = [
        path
        for folder in ("tracker", "ceasefire", "templates")
        for path in (root / folder).rglob("*")
        if path.suffix in {".py", ".html", ".js", ".css", ".po"}
        if "basemap" not in path.parts
    ]
    named = {str(path.relative_to(root)) for path in sources if names.search(without_citations(path))}
    assert named == set()


def without_citations(path: Path) -> str:
    """A source's text; a term kind's module without its docstring, which says what it is modelled on."""
    text = path.read_text()
    if path.parent.name == "terms" and path.suffix == ".py":
        return text.replace(ast.get_docstring(ast.parse(text), clean=False) or "", "")
    return text
