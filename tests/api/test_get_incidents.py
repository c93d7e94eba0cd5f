"""GET incidents, and one of them with its claims side by side."""

from __future__ import annotations

from tests.api.cast import report_of
from tests.api.questions import PagedQuestions, ViewedQuestions, walk
from tracker.models import Incident
from tracker.services import incidents, positions
from tracker.services.authors import Author


class TestIncidents(PagedQuestions, ViewedQuestions):
    path = "/api/v1/incidents"
    malformed = {"truce": "No Such", "limit": "x", "view": "all"}
    wrong_methods = ("post", "put", "patch", "delete")

    def test_they_come_newest_first_and_each_once(self, cast, api):
        sent = [api.send(report_of(number)).json()["incident"] for number in range(5)]
        found = walk(api, self.path, {"limit": 2, "truce": "river-truce"})
        assert [incident["ref"] for incident in found] == sent[::-1]
        assert found[0]["act"] == "shelling"
        assert found[0]["place"]["name"] == "the bridge"
        assert found[0]["occurred"]["precision"] == "hour"


class TestIncident(ViewedQuestions):
    unknown_path = "/api/v1/incidents/inc_0000000000"
    malformed = {"view": "all"}
    wrong_methods = ("post", "put", "patch", "delete")

    def address(self, cast, api):
        return f"/api/v1/incidents/{api.send(report_of()).json()['incident']}"

    def test_its_reports_stand_side_by_side(self, cast, api):
        incident = api.send(report_of(1)).json()["incident"]
        api.send(report_of(2, incident=incident, summary="Two fell."))
        found = api.get(f"/api/v1/incidents/{incident}").json()
        assert [report["summary"] for report in found["reports"]] == [
            "Shells fell on the bridge.",
            "Two fell.",
        ]
        assert found["truces"] == ["river-truce"]

    def test_the_reference_of_a_merged_incident_keeps_resolving(self, cast, api):
        old, new = (api.send(report_of(number)).json()["incident"] for number in (1, 2))
        merged, into = (Incident.objects.get(reference=ref) for ref in (old, new))
        incidents.merge(merged, into, "The same shells.", Author.of_worker("test"))
        positions.place()
        response = api.get(f"/api/v1/incidents/{old}")
        assert response.json()["ref"] == new
        assert response.headers["Content-Location"].endswith(f"/api/v1/incidents/{new}")
        assert [one["ref"] for one in api.get("/api/v1/incidents").json()["results"]] == [new]
