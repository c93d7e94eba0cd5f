"""The board of the shipped week at its moments."""

from __future__ import annotations

import html
import json
import re
from typing import Any

import pytest

from ceasefire.environment import BASE_DIR
from tests.pages.conftest import BOARD, Reader

STRIKE = "?as_of=2016-09-17T20:00:00Z"
QUERY_COUNTS = BASE_DIR / "tests" / "query_counts.json"


def words(response: Any) -> str:
    """What a page says, without its markup."""
    return words_of(response.text)


def words_of(markup: str) -> str:
    """What a piece of a page says, without its markup."""
    text = re.sub(r"<(script|svg)\b.*?</\1>", " ", markup, flags=re.S)
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))
    return re.sub(r"\s+([,.:;])", r"\1", html.unescape(text))


def test_the_sentence_says_that_the_count_is_disputed_and_never_that_it_was_reset(read: Reader) -> None:
    said = words(read(BOARD + STRIKE))
    assert "Day 6. The truce is strained, and whether its count of 7 days still runs is disputed." in said
    assert "restarted" not in said
    assert "reset" not in said


def test_the_reason_gives_both_counts_and_who_says_what(read: Reader) -> None:
    said = words(read(BOARD + STRIKE))
    assert "If it counts, the count stands at 2 hours of 7 days; if it does not, at 5 days, 4 hours." in said
    assert (
        "Russian military, Syrian state media and Statements of the Syrian army say: US-led coalition."
        in said
    )
    assert (
        "US Central Command: its own side carried it out. That is not to say that it broke the truce." in said
    )
    assert "That it was intended is denied by US officials." in said


def test_who_says_nothing_of_the_actor_is_not_shown_as_saying_so(read: Reader) -> None:
    row = re.search(r"<tr><th[^>]*><a[^>]*>US officials</a>.*?</tr>", read(BOARD + STRIKE).text, re.S)
    assert row is not None
    assert "says so" not in row[0]
    assert "does not say" in row[0]


def test_figures_stay_a_range_with_an_open_end(read: Reader) -> None:
    said = words(read(BOARD + STRIKE))
    assert "Killed 30–80+ · injured 100 figures contested" in said
    assert "at least 80" in said


def test_the_uncertain_time_is_drawn_as_a_band_and_said(read: Reader) -> None:
    page = read(BOARD + STRIKE)
    assert 'class="c-band"' in page.text
    assert "at any time between 17 Sep, 00:00 and its first report, 17 Sep, 21:00" in words(page)


def test_the_conditions_of_joint_targeting_have_a_word_each(read: Reader) -> None:
    said = words(read(BOARD + "?as_of=2016-09-16T20:00:00Z&known_at=2016-09-16T20:00:00Z"))
    assert "not met Seven days of truce" in said
    assert "unknown Humanitarian access" in said


def test_aid_is_as_last_reported_and_nobody_is_named(read: Reader) -> None:
    said = words(read(BOARD + STRIKE))
    assert "0 of 40 trucks" in said
    assert "As last reported 17 Sep, 15:00." in said
    assert "What stands in the way: no source here names anyone." in said


def test_a_tally_stays_its_sources_own(read: Reader) -> None:
    said = words(read(BOARD + STRIKE))
    assert "Others' own counts never added to ours" in said
    assert "attacks 55 alleged by Russian military" in said


def test_the_record_says_where_it_ends_and_is_not_live(read: Reader) -> None:
    page = read(BOARD)
    assert "The record ends on 18 September 2016, 00:00 Damascus. Later events are not in it." in words(page)
    assert "data-live" not in page.text
    assert "live.js" not in page.text


def test_a_moment_as_known_earlier_leaves_out_what_came_later(read: Reader) -> None:
    said = words(read(BOARD + "?as_of=2016-09-17T20:00:00Z&known_at=2016-09-16T20:00:00Z"))
    assert "As it was known at 16 Sep 2016, 23:00 Damascus." in said
    assert "Air strike" not in said
    assert "5 days, 4 hours of 7 days" in said
    assert "nobody was recorded as observing it" in said


def test_the_switch_fixes_what_is_known_to_the_moment_shown(read: Reader) -> None:
    page = read(BOARD + STRIKE)
    assert 'href="?as_of=2016-09-17T20%3A00%3A00Z&amp;known_at=2016-09-17T20%3A00%3A00Z"' in page.text
    then = read(BOARD + STRIKE + "&known_at=then")
    assert "As it was known at 17 Sep 2016, 23:00 Damascus." in words(then)


def test_before_the_start_it_is_announced(read: Reader) -> None:
    said = words(read(BOARD + "?as_of=2016-09-12T15:59:00Z&known_at=then"))
    assert "The truce is announced; it comes into force on 12 Sep 2016, 19:00 Damascus." in said
    assert "The truce has no day yet." in said


def test_a_moment_after_the_record_is_marked_as_projected(read: Reader) -> None:
    assert "what follows is projected" in words(read(BOARD + "?as_of=2016-09-21T20:00:00Z"))
    assert "what follows is projected" not in words(read(BOARD + STRIKE))


def test_a_moment_without_an_offset_is_read_in_the_truces_zone(read: Reader) -> None:
    assert "17 Sep 2016, 23:00" in words(read(BOARD + "?as_of=2016-09-17T23:00"))


@pytest.mark.parametrize("asked", ["as_of=yesterday", "known_at=%00", "as_of=0001-01-01T00:00:00Z"])
def test_an_unreadable_moment_is_refused_with_what_to_write(read: Reader, asked: str) -> None:
    page = read(f"{BOARD}?{asked}")
    assert page.status_code == 400
    assert "write it as 2016-09-17T20:00:00Z" in words(page)


def test_a_truce_that_is_not_there_is_not_found(read: Reader) -> None:
    assert read("/truces/no-such-truce/").status_code == 404
    assert read("/incidents/inc_0000000000/").status_code == 404


def card(page: Any, identity: str) -> str:
    """What one card of a board says."""
    found = re.search(rf'<section class="card[^"]*" id="{identity}">.*?</section>', page.text, re.S)
    assert found is not None, identity
    return words_of(found[0])


def at(moment: str, known_at: str = "then") -> str:
    """The board's address at a moment, ``17 20:00``, as known then or at another."""
    day, time = moment.split()
    if known_at != "then":
        known_day, known_time = known_at.split()
        known_at = f"2016-09-{known_day}T{known_time}:00Z"
    return f"{BOARD}?as_of=2016-09-{day}T{time}:00Z&known_at={known_at}"


class TestSaturdayEvening:
    """Each row of what the board must say at 2016-09-17T20:00Z."""

    @pytest.fixture(scope="class")
    @classmethod
    def page(cls, read: Reader) -> Any:
        return read(at("17 20:00"))

    def test_the_truce_is_in_force_on_its_sixth_day_and_strained(self, page: Any) -> None:
        said = words(page)
        assert "Day 6. The truce is strained," in said
        assert "Nobody has declared the truce over." in said
        assert "Lapsed The last announced period ended on 16 Sep 2016, 19:00 Damascus;" in card(
            page, "renewal"
        )

    def test_one_extension_is_announced_by_both_and_one_offered_moves_no_date(self, page: Any) -> None:
        said = card(page, "renewal")
        assert "Offered 72 hours by Russia" in said
        assert re.search(r"Announced 48 hours by (Russia and United States|United States and Russia)", said)
        assert "Only an extension that every declarer announced moves a date." in said

    def test_incident_a_has_its_ranges_and_what_its_attribution_rests_on(self, page: Any) -> None:
        said = words(page)
        assert "Killed 30–80+ · injured 100 figures contested" in said
        assert "Counts alleged, corroborated" in said
        assert "Attribution act stated by the accused side" in said
        assert "Grade of the attribution confirmed" in said
        assert "Intent intent is denied" in said
        assert "Responsible nobody is ruled to be, and nobody accepts a breach" in said
        assert "Answers for those named United States" in said

    def test_incident_b_is_outside_and_shown_and_counts_nowhere(self, page: Any) -> None:
        latest = card(page, "latest")
        assert "Offensive" in latest
        assert "Outside" in latest

    def test_the_tally_marks_its_two_days_and_opens_no_incident(self, page: Any) -> None:
        tally = card(page, "tallies")
        assert "Russian military" in tally
        assert "55 attacks" in tally
        assert "over what span is not said" in tally
        rows = re.findall(r"<tr><th scope=\"row\" class=\"num\">(.*?)</th>(.*?)</tr>", page.text, re.S)
        marked = [day for day, rest in rows if "attacks 55 alleged by Russian military" in words_of(rest)]
        assert marked == ["Sat 17 Sep", "Fri 16 Sep"]

    def test_the_clock_gives_both_counts_and_since_when_it_is_in_question(self, page: Any) -> None:
        clock = card(page, "seven-day-clock")
        assert "In question since 17 Sep 2016, 21:00 Damascus" in clock
        assert "If what is corroborated counts 2 hours of 7 days" in clock
        assert "would complete 24 Sep, 21:00, at best 24 Sep, 00:00" in clock
        assert "If only rulings count 5 days, 4 hours of 7 days · would complete 19 Sep, 19:00" in clock

    def test_nobody_who_may_declare_on_the_clock_has_declared_anything(self, page: Any) -> None:
        assert "Those who may declare on it have declared neither." in words(page)

    def test_access_is_not_granted_and_nobody_is_named(self, page: Any) -> None:
        access = card(page, "humanitarian-access")
        assert "Not granted" in access
        assert "0 of 40 trucks" in access
        assert "no source here names anyone" in access
        assert "corroborated" not in access

    def test_joint_targeting_is_locked_for_want_of_the_clock_and_access(self, page: Any) -> None:
        gate = card(page, "joint-targeting")
        assert "Conditions not met" in gate
        assert "not met Seven days of truce" in gate
        assert "not met Humanitarian access" in gate

    def test_one_violation_is_alleged_and_corroborated_and_none_is_ruled(self, page: Any) -> None:
        assert "alleged 1 · corroborated 1 · ruled 0" in card(page, "cessation")

    def test_incident_c_is_kept_outside_the_truces_time(self, read: Reader) -> None:
        said = words(read(BOARD + "incidents/?coverage=outside"))
        assert "Dec 2015" in said


class TestOtherMoments:
    """Each row of the same week at other moments, as known then, from the shipped file alone."""

    def test_a_minute_before_the_hour_nothing_has_begun(self, read: Reader) -> None:
        page = read(at("12 15:59"))
        assert "The truce is announced;" in words(page)
        assert "Not started" in card(page, "seven-day-clock")
        assert "Unknown" in card(page, "humanitarian-access")
        assert "Conditions not met" in card(page, "joint-targeting")

    @pytest.mark.parametrize(
        ("moment", "count"),
        [("12 16:00", "0 hours of"), ("14 20:00", "2 days, 4 hours of"), ("16 20:00", "4 days, 4 hours of")],
    )
    def test_while_nothing_is_reported_every_reading_counts_alike_and_nobody_watched(
        self, read: Reader, moment: str, count: str
    ) -> None:
        page = read(at(moment))
        assert "nobody was recorded as observing it" in words(page)
        clock = card(page, "seven-day-clock")
        assert f"In every reading {count} 7 days · would complete 19 Sep, 19:00" in clock
        assert "In question" not in clock
        gate = card(page, "joint-targeting")
        assert "Conditions not met" in gate
        assert "not met Seven days of truce" in gate
        assert "unknown Humanitarian access" in gate

    def test_the_extension_shows_on_the_fourteenth_and_the_lapse_and_the_offer_on_the_sixteenth(
        self, read: Reader
    ) -> None:
        wednesday, friday = card(read(at("14 20:00")), "renewal"), card(read(at("16 20:00")), "renewal")
        assert "Announced 48 hours" in wednesday
        assert "Lapsed" not in wednesday
        assert "Offered" not in wednesday
        assert "Lapsed" in friday
        assert "Offered 72 hours by Russia" in friday

    def test_saturday_as_known_on_friday_has_no_incident_and_one_count(self, read: Reader) -> None:
        page = read(at("17 20:00", "16 20:00"))
        assert "Air strike" not in card(page, "latest")
        clock = card(page, "seven-day-clock")
        assert "In every reading 5 days, 4 hours of 7 days" in clock
        assert "In question" not in clock
        assert "Unknown" in card(page, "humanitarian-access")


def incident_address(read: Reader) -> str:
    found = re.search(r"/incidents/inc_[0-9a-z]{10}/", read(BOARD + STRIKE).text)
    assert found is not None
    return found[0]


def test_an_incident_shows_its_claims_side_by_side_with_their_relays(read: Reader) -> None:
    said = words(read(incident_address(read)))
    assert "Air strike, near Deir ez-Zor airport, 17 Sep 2016" in said
    assert "Mondialisation.ca Middle East Eye The Washington Post" in said
    assert "set for replay" in said
    assert "nobody is ruled to be, and nobody accepts a breach" in said
    assert "Answers for those named United States" in said


def test_the_list_is_filtered_by_coverage(read: Reader) -> None:
    everything = words(read(BOARD + "incidents/"))
    outside = words(read(BOARD + "incidents/?coverage=outside"))
    assert "Air strike" in everything
    assert "Air strike" not in outside
    assert "Offensive" in outside


PAGES = {
    "overview": "/",
    "board": BOARD + STRIKE,
    "board as known then": BOARD + STRIKE + "&known_at=then",
    "incidents": BOARD + "incidents/",
    "method": "/method/",
}


@pytest.mark.parametrize("language", ["en", "fr", "ar", "ru"])
@pytest.mark.parametrize("name", [*PAGES, "incident"])
def test_a_page_needs_no_inline_style_or_script_and_asks_nobody_else(
    read: Reader, name: str, language: str
) -> None:
    page = read(PAGES.get(name) or incident_address(read), language)
    assert page.status_code == 200
    assert "style=" not in page.text
    assert "<style" not in page.text
    assert not re.search(r"<script(?![^>]*\bsrc=)", page.text)
    assert not re.search(r"\son\w+=", page.text)
    assert not re.search(r'<(?:script|link|img)[^>]+(?:src|href)="(?:https?:)?//', page.text)
    assert "no sentence is written for it yet" not in page.text
    assert f'<html lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}">' in page.text


def test_the_switch_of_language_remembers_and_returns(read: Reader) -> None:
    answer = read("/language/ar/?next=/truces/syria-2016-09/")
    assert answer.status_code == 302
    assert answer.headers["Location"] == BOARD
    assert answer.cookies["django_language"].value == "ar"
    assert read("/language/ar/?next=https://elsewhere.example/").headers["Location"] == "/"
    assert read("/language/xx/").status_code == 404


def test_the_map_comes_from_this_host_and_is_small(read: Reader) -> None:
    answer = read(BOARD + "map.json")
    found = json.loads(answer.text)
    assert {"SYR", "TUR", "IRQ"} <= {feature["id"] for feature in found["features"]}
    assert len(answer.content) < 100_000


@pytest.mark.parametrize("name", [*PAGES, "incident"])
def test_a_page_asks_the_database_a_fixed_number_of_times(
    read: Reader, name: str, django_assert_num_queries: Any
) -> None:
    address = PAGES.get(name) or incident_address(read)
    read(address)
    with django_assert_num_queries(json.loads(QUERY_COUNTS.read_text())[f"page: {name}"]):
        read(address)
