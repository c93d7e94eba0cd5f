"""Standings as rows: what is written of a record is what the rules' own words for it are."""

from __future__ import annotations

from datetime import UTC, datetime

from tracker.compliance.verdicts import Details, Element, Figures, Message, as_json
from tracker.services.standings import _plain

NOON = datetime(2016, 9, 17, 12, tzinfo=UTC)


def test_the_quick_way_to_plain_json_says_what_the_rules_say():
    figures = Figures(30, None, 80, True, ("sana", "syrian-observatory"), ("reuters",), 95)
    assumed = Message("coverage.assumed", {"party": "syria", "since": NOON, "parts": (1, None, True)})
    details = Details(
        coverage_why=(assumed,),
        responsible="united-states",
        elements={"act": Element("two_sources", ("rep_0000000001", "rep_0000000002"))},
        casualties={"killed": figures},
        by_group={"combatants": {"killed": figures, "injured": figures._replace(min=None)}},
        sources=("sana",),
        first_known=NOON.replace(microsecond=5),
    )
    for record in (details, Details(), assumed, Message("weigh.alleged")):
        assert _plain(record) == as_json(record)
        assert list(_plain(record)) == list(as_json(record))
