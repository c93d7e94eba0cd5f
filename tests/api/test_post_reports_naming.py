"""POST reports: to a key that may not see what a report names, it is as if it were not there."""

from __future__ import annotations

import pytest

from tests.api.cast import report_of
from tracker.models import Incident, Report, Scope
from tracker.services import incidents, positions
from tracker.services.authors import Author

HIDDEN, NOWHERE = "report:field/secret", "report:field/no-such"


@pytest.fixture
def hidden(cast, api):
    """A report that is not public, of a source that the monitor may not write for."""
    return api.send(report_of(source="field", external_id="secret", visibility="restricted"), "field").json()


def refusal(response):
    """What an answer says is wrong, without the name that was asked for."""
    assert response.status_code == 400
    return [(error["pointer"], error["code"]) for error in response.json()["errors"]]


@pytest.mark.parametrize("field", ["supersedes", "incident"])
def test_a_hidden_report_is_answered_as_an_unknown_one(cast, api, hidden, field):
    unknown = refusal(api.send(report_of(**{field: NOWHERE})))
    for name in (HIDDEN, hidden["ref"]):
        response = api.send(report_of(**{field: name}))
        assert refusal(response) == unknown
        text = response.content.decode().replace(name, "")
        assert hidden["ref"] not in text
        assert hidden["incident"] not in text
    assert Report.objects.count() == 1


def test_a_hidden_incident_is_answered_as_an_unknown_one(cast, api, hidden):
    unknown = refusal(api.send(report_of(incident="inc_0000000000")))
    assert refusal(api.send(report_of(incident=hidden["incident"]))) == unknown
    assert api.get("/api/v1/incidents").json()["results"] == []


def test_what_is_quoted_of_a_hidden_report_is_unknown(cast, api, hidden):
    claim = report_of()["claim"]
    unknown = refusal(api.send(report_of(claim={**claim, "quotes": [NOWHERE]})))
    assert refusal(api.send(report_of(claim={**claim, "quotes": [HIDDEN]}))) == unknown
    assert refusal(api.send(report_of(claim={**claim, "quotes": [hidden["ref"]]}))) == unknown


def test_a_label_names_the_latest_report_that_may_be_seen(cast, api):
    cast.add_key("gazette", [Scope.REPORTS_WRITE], "gazette")
    public = api.send(report_of()).json()
    later = report_of(summary="Two fell.", supersedes=public["ref"], visibility="restricted")
    assert api.send(later).status_code == 201
    claim = {**report_of()["claim"], "quotes": ["report:river-monitor/shelling/1"]}
    sent = api.send(report_of(source="gazette", claim=claim), "gazette").json()
    assert sent["claim"]["quotes"] == [public["ref"]]


def test_a_key_names_what_is_public_its_own_and_all_where_it_is_cleared(cast, api, hidden):
    cast.add_key("trusted", [Scope.REPORTS_WRITE, Scope.RESTRICTED_READ], "river-monitor")
    own = api.send(report_of(source="field", external_id="2", incident=HIDDEN), "field")
    assert own.json()["incident"] == hidden["incident"]
    public = api.send(report_of(1)).json()
    label = "report:river-monitor/shelling/1"
    for number, name in enumerate((label, public["incident"]), start=4):
        sent = api.send(report_of(source="gazette", external_id=str(number), incident=name), "field")
        assert sent.json()["incident"] == public["incident"]
    cleared = api.send(report_of(8, incident=HIDDEN), "trusted")
    assert cleared.json()["incident"] == hidden["incident"]


def test_the_reference_of_a_hidden_incident_leads_to_nothing_that_it_was_merged_into(cast, api, hidden):
    first, second = (api.send(report_of(number)).json()["incident"] for number in (1, 2))
    for merged in (hidden["incident"], first):
        one, into = (Incident.objects.get(reference=name) for name in (merged, second))
        incidents.merge(one, into, "The same shells.", Author.of_worker("test"))
    positions.place()
    assert refusal(api.send(report_of(3, incident=hidden["incident"]))) == [("/incident", "unknown_incident")]
    assert api.send(report_of(4, incident=first)).json()["incident"] == second
    own = report_of(source="field", external_id="5", incident=hidden["incident"])
    assert api.send(own, "field").json()["incident"] == second
