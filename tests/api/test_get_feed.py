"""GET feed: every public change, in order, exactly once."""

from __future__ import annotations

import gzip

from tests.api.cast import report_of
from tests.api.questions import ViewedQuestions, assert_problem, walk
from tracker.feed import log as change_log
from tracker.models import LogPayload


class TestFeed(ViewedQuestions):
    path = "/api/v1/feed"
    malformed = {"after": "-1", "limit": "10001", "truce": "No Such", "view": "all"}
    wrong_methods = ("post", "put", "patch", "delete")

    def test_positions_are_dense_and_pages_hold_each_once(self, cast, api):
        for number in range(3):
            api.send(report_of(number))
        found = walk(api, self.path, {"limit": 2})
        assert [entry["position"] for entry in found] == list(range(1, len(found) + 1))
        assert [entry["type"] for entry in found[:2]] == ["report.received", "incident.opened"]
        assert api.get(self.path).json()["last"] == found[-1]["position"]
        assert api.get(self.path, {"after": found[-1]["position"]}).json()["results"] == []

    def test_an_entry_has_the_promised_fields(self, cast, api):
        report = api.send(report_of()).json()
        entry = api.get(self.path).json()["results"][0]
        assert set(entry) == {
            "position",
            "type",
            "truce",
            "subject",
            "known",
            "payload_version",
            "payload",
        }
        assert entry["payload_version"] == 1
        assert (entry["subject"], entry["truce"]) == (report["ref"], "river-truce")
        assert entry["known"].endswith("Z")
        assert entry["payload"]["summary"] == "Shells fell on the bridge."

    def test_the_feed_of_one_truce_keeps_the_positions(self, cast, api):
        api.send(report_of())
        assert len(api.get(self.path, {"truce": "river-truce"}).json()["results"]) == 2
        assert_problem(api.get(self.path, {"truce": "no-such-truce"}), 400, "/truce")

    def test_a_withdrawn_subject_has_no_payload(self, cast, api):
        api.send(report_of())
        LogPayload.objects.filter(view="public", position=1).delete()
        first, second = api.get(self.path).json()["results"]
        assert first["payload"] is None
        assert second["payload"] is not None

    def test_what_is_committed_and_not_placed_yet_is_placed_by_the_reader(self, cast, api):
        api.post("/api/v1/reports", report_of(), key="monitor")
        assert len(api.get(self.path).json()["results"]) == 2

    def test_an_unchanged_page_is_304_and_a_grown_one_is_not(self, cast, api):
        first = api.get(self.path)
        assert api.get(self.path, **{"If-None-Match": first.headers["ETag"]}).status_code == 304
        api.send(report_of())
        assert api.get(self.path, **{"If-None-Match": first.headers["ETag"]}).status_code == 200

    def test_a_page_that_is_sent_while_it_is_read_says_the_same(self, cast, api, monkeypatch):
        for number in range(3):
            api.send(report_of(number))
        asked = {"after": 1, "limit": 4}
        whole = api.get(self.path, asked)
        monkeypatch.setattr(change_log, "AT_ONCE", 2)
        streamed = api.get(self.path, asked)
        assert streamed.streaming
        assert streamed.getvalue() == whole.content
        assert streamed.headers["ETag"] == whole.headers["ETag"]
        assert api.get(self.path, asked, **{"If-None-Match": streamed.headers["ETag"]}).status_code == 304
        packed = api.get(self.path, asked, **{"Accept-Encoding": "gzip"})
        assert packed.streaming
        assert gzip.decompress(packed.getvalue()) == whole.content

    def test_a_large_page_is_sent_compressed(self, cast, api):
        api.send(report_of())
        response = api.get(self.path, **{"Accept-Encoding": "gzip"})
        assert response.headers["Content-Encoding"] == "gzip"
        assert "Accept-Encoding" in response.headers["Vary"]
        again = api.get(self.path, **{"Accept-Encoding": "gzip", "If-None-Match": response.headers["ETag"]})
        assert again.status_code == 304
