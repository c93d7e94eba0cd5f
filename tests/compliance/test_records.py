"""The records that the rules read and give: plain JSON, sources, days that were watched."""

import time
from dataclasses import replace
from datetime import UTC, date, timedelta, timezone

import pytest

from tests.compliance.cast import ACCESS, CEASEFIRE, CLOCK, GATE, SOURCES, TRUCE, Story, at
from tracker.compliance.facts import PlaceShown, TruceFacts, known_at
from tracker.compliance.intervals import day_bounds
from tracker.compliance.observation import watched
from tracker.compliance.parameters import moment
from tracker.compliance.standing_json import standing_from_json
from tracker.compliance.verdicts import Message, Standing, as_json
from tracker.compliance.weigh import weigh


def test_a_moment_is_written_in_utc_wherever_the_machine_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Damascus")
    time.tzset()
    try:
        moment = at("14 Sep 09:00").astimezone(timezone(timedelta(hours=3)))
        assert as_json({"at": moment}) == {"at": "2016-09-14T09:00:00Z"}
    finally:
        monkeypatch.undo()
        time.tzset()


@pytest.mark.parametrize("value", [Message, object()])
def test_what_is_no_record_has_no_plain_value(value: object) -> None:
    with pytest.raises(TypeError, match=f"no plain JSON value for {type(value).__name__}"):
        as_json(value)


def test_a_term_that_is_not_there_is_named() -> None:
    with pytest.raises(KeyError, match="moon"):
        Story("").status("13 Sep 00:00").term("moon")


def test_days_and_read_moments_are_in_utc() -> None:
    assert day_bounds("Asia/Damascus", date(2016, 9, 14))[0].tzinfo is UTC
    assert day_bounds("Asia/Damascus", date(2016, 9, 14))[1].tzinfo is UTC
    assert moment("2016-09-14T12:00:00+03:00").tzinfo is UTC


def test_a_standing_is_read_back_from_json_as_it_was() -> None:
    story = Story("""
        14 Sep 10:00  monitor says east-army bombed a village at 14 Sep 09:00 (A), 30-40 killed, 2 injured
        14 Sep 11:00  press says west-bloc bombed a village at 14 Sep 09:00 (A), 30 killed [quotes monitor]
        15 Sep 10:00  tracker rules A violation [severity grave] [responsible east]
        16 Sep 10:00  committee rules A no_violation
        14 Sep 12:00  monitor says east-army shelled raiders (B) [nowhere]
    """)
    assert story.standings
    for row in story.standings:
        assert standing_from_json(as_json(row)) == _with_lists(row)


def test_where_and_against_whom_it_was_is_read_back_as_it_was() -> None:
    story = Story("14 Sep 10:00  monitor says east-army shelled west-army at 14 Sep 09:00 (A)")
    town = PlaceShown((2, False), {"name": "the town", "lat": None}, ("SYR", "SY07"))
    claim = replace(story.claims["A"][0], place_shown=town)
    row = weigh(TRUCE, replace(story.incident("A"), claims=(claim,)))[0]
    assert (row.details.place_of, row.details.areas) == ((claim.report, "monitor"), ("SYR", "SY07"))
    assert row.details.against == ("west-army",)
    plain = as_json(row)
    assert standing_from_json(plain) == row
    # Weighed by an earlier release it says nothing of them.
    for name in ("precision", "place", "place_of", "areas", "against"):
        del plain["details"][name]
    unsaid = row.details._replace(precision=None, place=None, place_of=None, areas=(), against=())
    assert standing_from_json(plain).details == unsaid


def _with_lists(row: Standing) -> Standing:
    """The values of a message come back as JSON has them."""
    return row._replace(why=Message(row.why.code, as_json(row.why.values)))


def test_nobody_watched_where_no_window_was_ever_open() -> None:
    assert watched((), at("13 Sep 00:00")) == (False, None, None)


def test_the_sources_stay_whatever_is_known() -> None:
    facts = TruceFacts(sources=SOURCES)
    assert known_at(facts, at("13 Sep 00:00")).sources is facts.sources


def test_a_status_names_its_truce_and_its_moment_and_each_verdict_its_term() -> None:
    titled = replace(CLOCK, title={"en": "Seven days"})
    gone = replace(GATE, ref="gone", kind="gone", title={"en": "Gone"}, breaches_of=("ceasefire",))
    status = Story("", replace(TRUCE, terms=(CEASEFIRE, titled, ACCESS, GATE, gone))).status("13 Sep 00:00")
    assert (status.truce, status.as_of) == ("valley", at("13 Sep 00:00"))
    clock, gate, lost = (status.term(ref) for ref in ("clock", "gate", "gone"))
    assert (clock.kind, clock.title, clock.breaches_of) == ("clock", {"en": "Seven days"}, ("ceasefire",))
    assert (gate.requires, gate.breaches_of) == (("clock", "access"), ())
    assert (lost.kind, lost.title) == ("gone", {"en": "Gone"})
    assert (lost.requires, lost.breaches_of) == (("clock", "access"), ("ceasefire",))


def test_nothing_changes_what_has_ended() -> None:
    status = Story("", replace(TRUCE, ends=at("22 Sep 16:00"))).status("23 Sep 00:00")
    assert {one.would_change for term in status.terms for one in term.readings.values()} == {()}
