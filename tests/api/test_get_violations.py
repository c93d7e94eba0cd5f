"""GET violations: what counts in a reading, now."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.api.questions import PagedQuestions, ViewedQuestions, assert_problem, walk
from tests.api.standing import stand
from tracker.services import clock

PATH = "/api/v1/violations"


class TestViolations(PagedQuestions, ViewedQuestions):
    path = PATH
    malformed = {
        "truce": "No Such",
        "reading": "guessed",
        "grade": "A",
        "severity": "bad",
        "act": "war",
        "occurred_from": "then",
        "occurred_to": "1",
        "updated_from": "2026",
        "bbox": "1,2,3",
        "country": "Syria",
        "pcode": "no such",
        "format": "xml",
        "limit": "0",
        "view": "all",
    }
    wrong_methods = ("post", "put", "patch", "delete")

    def test_an_entry_has_everything_that_was_promised(self, cast, api):
        incident = stand(cast, api)
        (entry,) = api.get(PATH, {"reading": "alleged"}).json()["results"]
        assert entry["incident"]["ref"] == incident
        assert entry["incident"]["act"] == "shelling"
        assert entry["incident"]["occurred"] == {
            "from": "2026-03-04T06:00:00Z",
            "to": "2026-03-04T07:00:00Z",
            "precision": "hour",
        }
        assert entry["incident"]["place"]["precision"] == 1
        assert (entry["truce"], entry["term"], entry["reading"]) == ("river-truce", "cessation", "alleged")
        assert entry["readings"] == {"alleged": True, "corroborated": False, "ruled": False}
        assert entry["casualties"]["killed"]["min"] == 3
        assert entry["casualties"]["injured"] is None
        assert entry["casualties"]["by_group"]["combatants"]["killed"]["max"] == 5
        assert (entry["version"], entry["method"], entry["licence"]) == (1, "1", "CC BY 4.0")
        assert entry["first_known"] == "2026-03-04T08:00:00Z"
        assert entry["url"] == f"http://testserver/incidents/{incident}/"

    def test_nobody_is_responsible_before_it_is_ruled_or_accepted(self, cast, api):
        stand(cast, api, 1)
        assert api.get(PATH, {"reading": "alleged"}).json()["results"][0]["responsible"] is None
        stand(cast, api, 2, ruled="violation", severity="grave")
        newest = api.get(PATH, {"reading": "alleged"}).json()["results"][0]
        assert (newest["responsible"], newest["severity"]) == ("north", "grave")

    def test_without_a_reading_each_charters_headline_reading_is_asked(self, cast, api):
        stand(cast, api, 1, readings=("alleged",))
        corroborated = stand(cast, api, 2, readings=("alleged", "corroborated"))
        (entry,) = api.get(PATH).json()["results"]
        assert (entry["incident"]["ref"], entry["reading"]) == (corroborated, "corroborated")
        assert len(api.get(PATH, {"reading": "alleged", "truce": "river-truce"}).json()["results"]) == 2
        assert api.get(PATH, {"reading": "ruled"}).json()["results"] == []

    def test_what_no_longer_stands_is_not_there(self, cast, api):
        now = clock.now()
        stand(cast, api, 1, until=now - timedelta(minutes=1))
        stand(cast, api, 2, superseded=now)
        stand(cast, api, 3, view="full")
        assert api.get(PATH, {"reading": "alleged"}).json()["results"] == []
        assert (
            len(api.get(PATH, {"reading": "alleged", "view": "full"}, key="cleared").json()["results"]) == 1
        )

    @pytest.mark.parametrize(
        ("chosen", "found"),
        [
            ({"party": "north"}, 1),
            ({"party": "south"}, 0),
            ({"grade": "weak"}, 1),
            ({"grade": "fair"}, 0),
            ({"act": "shelling"}, 1),
            ({"act": "air_strike"}, 0),
            ({"term": "cessation"}, 1),
            ({"term": "other"}, 0),
            ({"severity": "grave"}, 0),
            ({"country": "SYR"}, 1),
            ({"country": "UKR"}, 0),
            ({"occurred_from": "2026-03-04T07:00:00Z"}, 1),
            ({"occurred_from": "2026-03-05T00:00:00Z"}, 0),
            ({"occurred_to": "2026-03-04T06:00:00Z"}, 0),
            ({"updated_from": "2026-03-04T06:00:00Z"}, 1),
            ({"updated_to": "2026-03-04T06:00:00Z"}, 0),
        ],
    )
    def test_they_can_be_chosen(self, cast, api, chosen, found):
        stand(cast, api)
        assert len(api.get(PATH, {"reading": "alleged", **chosen}).json()["results"]) == found

    def test_pages_hold_each_entry_once(self, cast, api):
        sent = [stand(cast, api, number) for number in range(5)]
        found = walk(api, PATH, {"reading": "alleged", "limit": 2})
        assert [entry["incident"]["ref"] for entry in found] == sent[::-1]

    def test_an_interval_that_is_reversed_is_refused(self, cast, api):
        chosen = {"occurred_from": "2026-03-05T00:00:00Z", "occurred_to": "2026-03-04T00:00:00Z"}
        assert_problem(api.get(PATH, chosen), 400, "/occurred_to")
