"""The closest place of an incident, as the violation feed and the change log say it together."""

from __future__ import annotations

import pytest

from tests.api.cast import report_of
from tests.services.published import AUTHOR, copy_of, feed, send
from tracker.models import Report
from tracker.services import assessment, positions, publication, screening

VALLEY = {"name": "the valley", "country": "SYR", "lat": 35.1, "lon": 40.1, "precision": 4}
BRIDGE = {"name": "the bridge", "country": "SYR", "lat": 35.0, "lon": 40.0, "precision": 1}


def placed(number, place, **changes):
    body = report_of(number, **changes)
    body["claim"]["place"] = place
    return body


def listed(api):
    (entry,) = api.get("/api/v1/violations", {"reading": "alleged"}).json()["results"]
    return entry


def told(api):
    return copy_of(feed(api))[listed(api)["ref"]]


def test_a_closer_place_alone_is_another_version_and_is_told(api):
    incident = api.get(f"/api/v1/reports/{send(api, placed(1, VALLEY))}").json()["incident"]
    first = listed(api)
    send(api, placed(2, BRIDGE, incident=incident))
    second = listed(api)
    assert second["incident"]["place"]["name"] == "the bridge"
    assert (second["sources"], second["casualties"]) == (first["sources"], first["casualties"])
    assert (first["version"], second["version"]) == (1, 2)
    assert second["updated"] > first["updated"]
    assert told(api)["incident"] == second["incident"]
    assert told(api)["version"] == 2


@pytest.mark.parametrize("withdraw", [screening.set_aside, publication.withhold])
def test_what_is_withdrawn_shows_its_place_no_more_though_nobody_has_placed_or_weighed_that(api, withdraw):
    incident = api.get(f"/api/v1/reports/{send(api, placed(1, VALLEY))}").json()["incident"]
    close = send(api, placed(2, BRIDGE, incident=incident))
    withdraw(Report.objects.get(reference=close), "Not what it says.", AUTHOR)
    assert positions.unplaced()
    assert listed(api)["incident"]["place"] is None
    positions.place()
    assert listed(api)["incident"]["place"] is None
    assessment.sweep()
    assert listed(api)["incident"]["place"]["name"] == "the valley"
    assert told(api)["incident"] == listed(api)["incident"]


def test_while_something_waits_to_be_weighed_what_still_stands_shows_its_place(api):
    incident = api.get(f"/api/v1/reports/{send(api, placed(1, BRIDGE))}").json()["incident"]
    assert api.send(placed(2, VALLEY, incident=incident)).status_code == 201
    positions.place()
    assert assessment.due_truces()
    assert listed(api)["incident"]["place"]["name"] == "the bridge"
