"""GET violations: what counts in a reading, now."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.api.questions import PagedQuestions, ViewedQuestions, assert_problem, walk
from tests.api.standing import DETAILS, stand
from tracker.api import cursors
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

    def test_what_the_rules_did_not_say_of_an_incident_is_not_made_up(self, cast, api):
        stand(cast, api, details={})
        (entry,) = api.get(PATH, {"reading": "alleged"}).json()["results"]
        assert entry["casualties"] == {"killed": None, "injured": None, "by_group": {}}
        assert (entry["attribution"], entry["intent"]) == ("unknown", "not_stated")
        assert (entry["sources"], entry["assumed"]) == ([], False)
        unsaid = ("responsible", "answers_to", "ruling", "first_known")
        assert {entry[name] for name in unsaid} == {None}
        assert entry["incident"]["act"] is None

    @pytest.mark.parametrize("assumed", [True, False])
    def test_it_says_whether_a_party_counts_as_bound_by_assumption_only(self, cast, api, assumed):
        stand(cast, api, details={**DETAILS, "assumed": assumed})
        (entry,) = api.get(PATH, {"reading": "alleged"}).json()["results"]
        assert entry["assumed"] is assumed

    def test_moments_are_in_utc_to_the_microsecond_where_they_have_any(self, cast, api):
        whole, broken = datetime(2026, 3, 5, tzinfo=UTC), datetime(2026, 3, 4, 6, 0, 0, 500_000, tzinfo=UTC)
        stand(cast, api, known=whole, occurred_from=broken, occurred_to=None)
        (entry,) = api.get(PATH, {"reading": "alleged"}).json()["results"]
        assert entry["updated"] == "2026-03-05T00:00:00Z"
        assert entry["updated"] in entry["citation"]
        occurred = entry["incident"]["occurred"]
        assert (occurred["from"], occurred["to"]) == ("2026-03-04T06:00:00.500000Z", None)

    @pytest.mark.parametrize("term", ["cessation", "no-such-prohibition"])
    def test_a_cursor_leads_on_from_an_entry_that_there_is(self, cast, api, term):
        first, second = stand(cast, api, 1), stand(cast, api, 2)
        cursor = cursors.write("violations", second, "river-truce", term)
        answer = api.get(PATH, {"reading": "alleged", "cursor": cursor})
        if term == "cessation":
            assert [entry["incident"]["ref"] for entry in answer.json()["results"]] == [first]
        else:
            assert_problem(answer, 400, "/cursor")

    def test_a_cursor_that_names_something_else_than_an_entry_is_refused(self, cast, api):
        cursor = cursors.write("violations", stand(cast, api), "river-truce")
        assert_problem(api.get(PATH, {"cursor": cursor}), 400, "/cursor")

    def test_an_interval_that_is_reversed_is_refused(self, cast, api):
        chosen = {"occurred_from": "2026-03-05T00:00:00Z", "occurred_to": "2026-03-04T00:00:00Z"}
        assert_problem(api.get(PATH, chosen), 400, "/occurred_to")
