"""Sentences for the codes of the rules."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from ceasefire.environment import BASE_DIR

RULES = BASE_DIR / "tracker" / "compliance"
# Codes of faults are the charter's, not a reader's.
FAMILIES = (
    "weigh",
    "coverage",
    "clock",
    "prohibition",
    "access",
    "joint_targeting",
    "milestone",
    "withdrawal",
    "truce",
    "change",
    "term",
)
MESSAGE = re.compile(r'Message\(\s*"([a-z_]+\.[a-z_]+)"')


def test_every_code_that_the_rules_name_has_a_sentence() -> None:
    from tracker.services.sentences import SENTENCES

    named = {code for path in RULES.rglob("*.py") for code in MESSAGE.findall(path.read_text())}
    sentences = {code for code in named if code.split(".")[0] in FAMILIES}
    assert len(sentences) > 40
    assert sorted(sentences - set(SENTENCES)) == []


def test_a_code_without_a_sentence_says_so_and_breaks_nothing() -> None:
    from tracker.services.sentences import Names, text

    assert "nothing.here" in text("nothing.here", {}, Names())


def test_values_become_names_moments_and_spans_of_the_truce() -> None:
    from tracker.services.sentences import Names, text

    names = Names("Asia/Damascus", {"en": "Damascus"}, actors={"russia": {"en": "Russia"}})
    assert text("truce.announced", {"starts": "2016-09-12T16:00:00Z"}, names) == (
        "Announced; it comes into force on 12 Sep 2016, 19:00 Damascus."
    )
    assert text("truce.ended_by_declarers", {"by": ("russia",)}, names) == "Declared over by Russia."


def test_a_count_takes_the_plural_of_its_number() -> None:
    from tracker.services.sentences import Names, text

    assert text("prohibition.strained", {"count": 1}, Names()).startswith("1 incident counts")
    assert text("prohibition.strained", {"count": 2}, Names()).startswith("2 incidents count")


@pytest.mark.parametrize(
    ("code", "moment", "span"),
    [
        ("en", "17 Sep 2016, 23:00", "5 days, 4 hours"),
        ("fr", "17 sept. 2016, 23:00", "5 jours et 4 heures"),
        ("ar", "17 سبتمبر 2016، 23:00", "5 أيام و4 ساعات"),
        ("ru", "17 сент. 2016, 23:00", "5 дней 4 часа"),
    ],
)
def test_moments_and_spans_are_written_as_the_language_does(code: str, moment: str, span: str) -> None:
    from tracker.services import formats

    at = datetime(2016, 9, 17, 20, tzinfo=UTC)
    assert formats.format_moment(at, "Asia/Damascus", code) == moment
    # CLDR joins a figure to its unit by a blank that does not break.
    assert formats.format_span(446_400, code).replace("\xa0", " ") == span


@pytest.mark.parametrize(
    ("figures", "words"),
    [
        ({"min": 30, "max": None, "at_least": 80}, "30–80+"),
        ({"min": 80, "max": None, "at_least": 80}, "80+"),
        ({"min": 30, "max": 62, "at_least": None}, "30–62"),
        ({"min": 0, "max": 0, "at_least": None}, "0"),
        ({"min": None, "max": None, "at_least": None}, ""),
    ],
)
def test_no_figure_is_not_zero_and_an_open_end_stays_open(figures: dict[str, int | None], words: str) -> None:
    from tracker.services import formats

    assert formats.format_figures(figures) == words
