"""CSV with HXL tags: the columns, what is blank, and what no spreadsheet may run."""

from __future__ import annotations

import csv
import io

import pytest

from tests.feed.formats.entries import KILLED, PLACE, entry
from tracker.feed.formats import FORMATS

SPECIFIED = (
    "#meta+id #crisis+name #event+type #date+occurred+start #date+occurred+end #date+reported #date+asof "
    "#country+code #adm1+name #adm2+code #loc+name #geo+lat #geo+lon #group+name+alleged "
    "#group+name+responsible #group+name+victim #affected+killed+min #affected+killed+max "
    "#affected+injured+min #affected+injured+max #status+reading #status+attribution #status+grade "
    "#severity+code #meta+source #meta+url"
)
TAGS = SPECIFIED.split()


def rows(*entries):
    text = b"".join(FORMATS["csv"].stream(entries)).decode()
    return list(csv.reader(io.StringIO(text, newline="")))


def cells(one):
    return dict(zip(TAGS, rows(one)[2], strict=True))


def test_the_second_row_holds_the_tags_in_their_order():
    header, tags = rows()
    assert tags == TAGS
    assert len(header) == len(set(header)) == len(TAGS)


def test_an_entry_fills_its_row():
    found = cells(entry())
    assert found["#meta+id"] == "inc_0000000001/cessation"
    assert found["#adm1+name"] == "Upper Bank"
    assert found["#adm2+code"] == "SY0702"
    assert found["#group+name+alleged"] == "north; raiders"
    assert found["#group+name+victim"] == "south"
    assert found["#date+reported"] == "2026-03-04T08:00:00Z"
    assert found["#date+asof"] == "2026-03-04T09:00:00.250000Z"
    assert (found["#geo+lat"], found["#geo+lon"]) == ("35.25", "-40.5")


def test_unknown_and_open_are_blank_and_nothing_else():
    found = cells(entry(place=None, casualties={"killed": KILLED, "injured": None, "by_group": {}}))
    blank = {tag for tag, value in found.items() if value == ""}
    assert blank == {
        *("#date+occurred+start", "#country+code", "#adm1+name", "#adm2+code", "#loc+name"),
        *("#geo+lat", "#geo+lon", "#group+name+responsible", "#affected+killed+max"),
        *("#affected+injured+min", "#affected+injured+max", "#severity+code"),
    }
    assert found["#affected+killed+min"] == "30"


def test_zero_is_a_figure():
    none_killed = {**KILLED, "min": 0, "max": 0, "at_least": None}
    found = cells(entry(casualties={"killed": none_killed, "injured": None, "by_group": {}}))
    assert (found["#affected+killed+min"], found["#affected+killed+max"]) == ("0", "0")


@pytest.mark.parametrize("code", ["SY07", "SY070200", "SD01001", "sy0702", "SY 0702"])
def test_only_a_code_of_the_second_level_fills_its_column(code):
    assert cells(entry(place={**PLACE, "pcode": code}))["#adm2+code"] == ""


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "＝1", "＋1", "－1", "＠x"]
)
def test_text_that_a_spreadsheet_would_run_is_made_plain(text):
    assert cells(entry(place={**PLACE, "name": text}))["#loc+name"] == "'" + text


@pytest.mark.parametrize("text", ["the ford", 'the "old" ford, north', "l'île", "الجسر", "a\nb", "a=b"])
def test_other_text_stands_as_it_is(text):
    assert cells(entry(place={**PLACE, "name": text}))["#loc+name"] == text


def test_many_entries_come_in_several_chunks_with_one_header():
    chunks = list(FORMATS["csv"].stream(entry(number) for number in range(2_000)))
    assert len(chunks) > 1
    assert max(map(len, chunks)) < 80_000
    assert b"".join(chunks).count(b"#meta+id") == 1
    assert b"".join(chunks).count(b"\r\n") == 2_002
