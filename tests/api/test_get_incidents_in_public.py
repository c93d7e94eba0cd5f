"""GET incidents, for everybody: nothing shows of what the public has never been shown."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.api.cast import START, report_of
from tests.api.questions import assert_problem
from tracker.models import Incident, Outcome, Publication, Report, Term, Truce
from tracker.services import assessment, clock, incidents, positions, publication, rulings, screening
from tracker.services.authors import Author

AUTHOR = Author.of_worker("test")
PATH = "/api/v1/incidents"


def opened(api, number, **changes):
    """The reference of the incident that a new report opens."""
    return api.send(report_of(number, **changes)).json()["incident"]


def merge(merged, into):
    """Have one incident be another, by their references."""
    one, other = (Incident.objects.get(reference=reference) for reference in (merged, into))
    incidents.merge(one, other, "The same shells.", AUTHOR)
    positions.place()


def test_of_merged_incidents_those_are_named_that_the_public_was_shown(cast, api):
    stays, shown, hidden = opened(api, 1), opened(api, 2), opened(api, 3, visibility="restricted")
    merge(shown, stays)
    merge(hidden, stays)
    assert api.get(f"{PATH}/{stays}").json()["merged_from"] == [shown]
    full = api.get(f"{PATH}/{stays}", {"view": "full"}, key="cleared").json()
    assert full["merged_from"] == [shown, hidden]


def test_the_reference_of_a_merged_incident_that_was_never_shown_leads_nowhere(cast, api):
    stays, shown, hidden = opened(api, 1), opened(api, 2), opened(api, 3, visibility="restricted")
    merge(shown, stays)
    merge(hidden, stays)
    assert_problem(api.get(f"{PATH}/{hidden}"), 404)
    assert api.get(f"/incidents/{hidden}/").status_code == 404
    assert api.get(f"{PATH}/{hidden}", {"view": "full"}, key="cleared").json()["ref"] == stays
    assert api.get(f"{PATH}/{shown}").json()["ref"] == stays
    assert api.get(f"/incidents/{shown}/").status_code == 200


def test_what_becomes_public_only_after_its_merge_makes_no_earlier_reference_known(cast, api):
    sent = api.send(report_of(source="field", external_id="1", consent="public"), "field").json()
    stays = opened(api, 2)
    merge(sent["incident"], stays)
    assert publication.publish_due(clock.now() + timedelta(days=1)) == 1
    positions.place()
    assert Publication.objects.filter(report__reference=sent["ref"], public=True).exists()
    assert api.get(f"{PATH}/{stays}").json()["merged_from"] == []
    assert_problem(api.get(f"{PATH}/{sent['incident']}"), 404)


@pytest.fixture
def ruled_elsewhere(cast, api):
    """A public incident that was ruled a violation under a truce that the public may not know of."""
    fields = {field.attname: getattr(cast.truce, field.attname) for field in Truce._meta.concrete_fields}
    truce = Truce.objects.create(**{**fields, "id": None, "slug": "quiet-truce", "visibility": "restricted"})
    term = Term.objects.create(
        truce=truce, ref="quiet-term", kind="prohibition", title={"en": "Quiet"}, basis="agreement", order=0
    )
    incident = opened(api, 1)
    api.send(report_of(2, incident=incident, visibility="restricted"))
    row = Incident.objects.get(reference=incident)
    Report.objects.get(external_id="shelling/2").report_truces.create(truce=truce)
    found = rulings.Assessment(Outcome.VIOLATION, "The quiet truce was broken.", severity="serious")
    rulings.review(rulings.rule(row, term, found, AUTHOR), Author.of_worker("another"))
    positions.place()
    return incident


def test_a_ruling_under_a_truce_that_is_not_public_is_not_shown(cast, api, ruled_elsewhere):
    response = api.get(f"{PATH}/{ruled_elsewhere}")
    assert response.json()["rulings"] == []
    assert "quiet" not in response.content.decode()
    full = api.get(f"{PATH}/{ruled_elsewhere}", {"view": "full"}, key="cleared").json()
    assert [ruling["truce"] for ruling in full["rulings"]] == ["quiet-truce"]


def known_of(api, **asked):
    """When the newest incident was first known, as the list and the incident itself say."""
    (row,) = api.get(PATH, asked).json()["results"]
    one = api.get(f"{PATH}/{row['ref']}", asked).json()
    return {row["first_known"], one["first_known"]}, {found["first_known"] for found in one["weighed"]}


def test_an_incident_was_first_known_once_it_was_screened_in(cast, api, settings):
    ref = api.send(report_of(source="gazette", external_id="1"), "field").json()["ref"]
    settings.CLOCK_OFFSET = 3600
    screening.screen_in(Report.objects.get(reference=ref), AUTHOR)
    positions.place()
    assessment.sweep()
    positions.place()
    known = api.get(f"/api/v1/reports/{ref}").json()["known"]
    assert known_of(api) == ({known}, {known})


def test_an_incident_was_first_known_once_it_was_published(cast, api, settings):
    sent = api.send(report_of(source="field", external_id="1", consent="public"), "field").json()
    settings.CLOCK_OFFSET = 13 * 3600
    publication.publish_due()
    positions.place()
    assessment.sweep()
    positions.place()
    report = api.get(f"/api/v1/reports/{sent['ref']}").json()
    assert known_of(api) == ({report["known"]}, {report["known"]})
    row = Report.objects.get(reference=sent["ref"])
    full = api.get(PATH, {"view": "full"}, key="cleared").json()["results"][0]
    assert full["first_known"] == row.change.known.isoformat().replace("+00:00", "Z")
    assert row.change.known > START
