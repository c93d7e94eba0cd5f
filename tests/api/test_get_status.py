"""GET truces/{slug}/status and its history."""

from __future__ import annotations

import pytest

from tests.api.cast import START, report_of
from tests.api.questions import PagedQuestions, ViewedQuestions, assert_problem, walk
from tracker.models import Transition
from tracker.services.authors import Author
from tracker.services.writing import writing


class TestStatus(ViewedQuestions):
    path = "/api/v1/truces/river-truce/status"
    unknown_path = "/api/v1/truces/no-such-truce/status"
    malformed = {"as_of": "yesterday", "known_at": "2026-13-01T00:00:00Z", "view": "all"}
    wrong_methods = ("post", "put", "patch", "delete")

    def test_the_same_answer_again_is_304(self, cast, api):
        api.send(report_of())
        asked = {"as_of": "2026-03-05T00:00:00Z", "known_at": "2026-03-05T00:00:00Z"}
        first = api.get(self.path, asked)
        assert api.get(self.path, asked, **{"If-None-Match": first.headers["ETag"]}).status_code == 304

    def test_moments_come_back_in_utc_with_z(self, cast, api):
        status = api.get(self.path, {"as_of": "2026-03-05T03:00:00+03:00"}).json()
        assert status["as_of"] == "2026-03-05T00:00:00Z"
        assert status["known_at"].endswith("Z")
        assert status["view"] == "public"

    @pytest.mark.parametrize(
        "moment",
        [
            "2026-03-05",
            "2026-03-05T00:00:00",
            "1899-12-31T00:00:00Z",
            "2200-01-01T00:00:00Z",
            "",
            "2026-03-05T00:00:00 03:00",
        ],
    )
    def test_a_moment_that_is_none_is_refused(self, cast, api, moment):
        assert_problem(api.get(self.path, {"as_of": moment}), 400, "/as_of")

    def test_each_reading_of_each_term_is_there(self, cast, api):
        status = api.get(self.path, {"as_of": "2026-03-05T00:00:00Z"}).json()
        for term in status["terms"]:
            assert set(term["readings"]) == {"alleged", "corroborated", "ruled"}

    def test_the_sentence_is_in_the_readers_language(self, cast, api):
        english = api.get(self.path, {"as_of": "2026-03-05T00:00:00Z"})
        french = api.get(self.path, {"as_of": "2026-03-05T00:00:00Z"}, **{"Accept-Language": "fr"})
        assert french.headers["Content-Language"] == "fr"
        assert "Accept-Language" in french.headers["Vary"]
        assert english.json()["message"] == french.json()["message"]


class TestHistory(PagedQuestions, ViewedQuestions):
    path = "/api/v1/truces/river-truce/status/history"
    unknown_path = "/api/v1/truces/no-such-truce/status/history"
    malformed = {"limit": "0", "view": "all"}
    wrong_methods = ("post", "put", "patch", "delete")

    def test_the_transitions_that_stand_come_in_order_with_both_times(self, cast, api):
        with writing(Author.of_worker("test"), reassesses=False) as w:
            for hour in (3, 1, 2):
                Transition.objects.create(
                    truce=cast.truce,
                    term=cast.cessation,
                    reading="alleged",
                    view="public",
                    state=f"state-{hour}",
                    since=START,
                    known=START.replace(hour=12 + hour),
                    message="a.code.of.a.test",
                    change=w.change,
                    superseded=START if hour == 2 else None,
                )
        found = walk(api, self.path, {"limit": 1})
        assert [row["state"] for row in found] == ["state-1", "state-3"]
        assert found[0]["since"] == "2026-03-02T12:00:00Z"
        assert found[0]["known"] == "2026-03-02T13:00:00Z"
