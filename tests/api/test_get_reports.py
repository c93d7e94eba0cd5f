"""GET reports, and one of them."""

from __future__ import annotations

from tests.api.cast import report_of
from tests.api.questions import PagedQuestions, ViewedQuestions, walk
from tracker.models import Convoy, Report, Source


class TestReports(PagedQuestions, ViewedQuestions):
    path = "/api/v1/reports"
    malformed = {"truce": "No Such", "source": "-", "kind": "rumour", "limit": "0", "view": "all"}

    def test_they_come_newest_first_and_each_once(self, cast, api):
        sent = [api.send(report_of(number)).json()["ref"] for number in range(5)]
        assert [report["ref"] for report in walk(api, self.path, {"limit": 2})] == sent[::-1]

    def test_a_cursor_holds_no_number_of_a_row(self, cast, api):
        for number in range(2):
            api.send(report_of(number))
        page = api.get(self.path, {"limit": 1}).json()
        assert api.get(page["next"].removeprefix("http://testserver")).json()["next"] is None
        last = api.get(self.path).json()["results"][0]["ref"]
        from tracker.api import cursors

        cursor = page["next"].split("cursor=")[1].split("&")[0].replace("%3A", ":")
        assert cursors.read("reports", cursor) == [last]

    def test_they_can_be_chosen(self, cast, api):
        api.send(report_of())
        for chosen in ({"truce": "river-truce"}, {"source": "river-monitor"}, {"kind": "incident"}):
            assert len(api.get(self.path, chosen).json()["results"]) == 1
        for chosen in ({"source": "gazette"}, {"kind": "tally"}):
            assert api.get(self.path, chosen).json()["results"] == []
        assert api.get(self.path, {"truce": "no-such-truce"}).status_code == 400

    def test_a_superseded_report_stays_and_says_so(self, cast, api):
        first = api.send(report_of()).json()
        second = api.send(report_of(summary="Nothing fell.", supersedes=first["ref"])).json()
        newest, oldest = api.get(self.path).json()["results"]
        assert (newest["ref"], newest["supersedes"]) == (second["ref"], first["ref"])
        assert (oldest["ref"], oldest["superseded_by"]) == (first["ref"], second["ref"])

    def test_a_report_in_a_list_is_as_it_is_by_itself(self, cast, api):
        quoted = api.send(report_of(1)).json()["ref"]
        claim = {**report_of()["claim"], "quotes": ["gazette", quoted]}
        api.send(report_of(2, relayed_by=["gazette", "field"], claim=claim, supersedes=None))
        api.send(report_of(1, summary="Nothing fell.", supersedes=quoted))
        change = Report.objects.get(reference=quoted).change
        convoy = Convoy.objects.create(
            truce=cast.truce, slug="first", name={"en": "The first"}, unit="trucks", change=change
        )
        access = {"convoy": convoy.slug, "planned": 4, "quotes": ["gazette", "river-monitor"]}
        api.send({**without_claim(3), "kind": "access", "access": access})
        span = {"from": "2026-03-04T00:00:00Z", "to": "2026-03-05T00:00:00Z"}
        api.send(
            {**without_claim(4), "kind": "tally", "tally": {**span, "counts": [{"what": "attacks", "n": 5}]}}
        )
        Source.objects.filter(slug="gazette").update(protected=True, visibility="restricted")
        listed = api.get(self.path).json()["results"]
        assert {report["kind"] for report in listed} == {"incident", "access", "tally"}
        for report in listed:
            assert api.get(f"{self.path}/{report['ref']}").json() == report
        by_kind = {report["kind"]: report for report in listed if not report["supersedes"]}
        assert by_kind["access"]["access"]["quotes"] == ["river-monitor"]
        assert "gazette" not in str(listed)


def without_claim(number):
    body = report_of(number)
    del body["claim"]
    return body


class TestReport(ViewedQuestions):
    unknown_path = "/api/v1/reports/rep_0000000000"
    malformed = {"view": "all"}
    wrong_methods = ("post", "put", "patch", "delete")

    def address(self, cast, api):
        return f"/api/v1/reports/{api.send(report_of()).json()['ref']}"

    def test_it_is_what_the_source_said(self, cast, api):
        report = api.get(self.address(cast, api)).json()
        assert report["claim"]["casualties"] == [
            {"group": "combatants", "effect": "killed", "min": 3, "max": 5}
        ]
        assert report["claim"]["occurred"]["from"] == "2026-03-04T06:00:00Z"
