"""Where civilians were harmed shows no closer through what another claim says of the same incident."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.services.cast import DEIR_EZ_ZOR, received
from tracker.feed import projection
from tracker.models import Standing, View
from tracker.services import assessment, publication, references
from tracker.services.facts import incident_facts

AS_OF = {"as_of": "2016-09-18T00:00:00Z"}
CIVILIANS = [{"group": "civilians", "effect": "killed", "min": 3, "max": 3}]


@pytest.fixture
def pair(truce, author):
    """Two reports of one strike: one of an attack on soldiers, and then one that says who was killed."""
    first = received(author)
    assessment.sweep()
    incident = references.incident_of(first)
    second = received(
        author, source="sana", incident=incident.reference, claim={"casualties": CIVILIANS, "against": None}
    )
    assessment.sweep()
    return incident, first, second


def shown(truce, incident) -> dict[str, str]:
    """Whatever tells the public where an incident was, its reports aside, as text."""
    ways = {
        "entries": ("/api/v1/violations", {"reading": "alleged"}),
        "list": ("/api/v1/incidents", {}),
        "board": (f"/truces/{truce.slug}/", AS_OF),
        "page of all": (f"/truces/{truce.slug}/incidents/", AS_OF),
    }
    return {name: Client().get(path, query).content.decode() for name, (path, query) in ways.items()}


def test_the_place_that_the_other_claim_gives_shows_nowhere_of_the_incident(truce, pair):
    told = shown(truce, pair[0])
    assert {name for name, text in told.items() if DEIR_EZ_ZOR["name"] in text} == set()
    assert {name for name, text in told.items() if str(DEIR_EZ_ZOR["lat"]) in text} == set()
    inside = {"reading": "alleged", "bbox": "40,35,40.2,35.4"}
    assert Client().get("/api/v1/violations", inside).json()["results"] == []
    heading = Client().get(f"/incidents/{pair[0].reference}/").content.decode().partition("</h1>")[2][:2000]
    assert DEIR_EZ_ZOR["name"] not in heading


def test_nor_does_it_on_a_board_as_known_before_the_second(truce, pair):
    known = projection.moment(Standing.objects.order_by("known").first().known)
    board = Client().get(f"/truces/{truce.slug}/", {**AS_OF, "known_at": known}).content.decode()
    assert pair[0].reference in board
    assert DEIR_EZ_ZOR["name"] not in board


def test_the_rules_are_told_of_no_place_that_the_public_may_not_see_and_the_cleared_of_all(truce, pair):
    incident = pair[0]
    told = incident_facts([incident.pk], truce)
    public, full = (
        [claim.place_shown.place for claim in told[view][incident.pk].claims]
        for view in (View.PUBLIC, View.FULL)
    )
    assert [(place["name"], place["precision"]) for place in public] == [(None, 3), (None, 3)]
    assert {place["name"] for place in full} == {DEIR_EZ_ZOR["name"]}


def test_a_claim_that_the_public_was_never_told_of_hides_nothing_from_it(truce, author):
    first = received(author)
    incident = references.incident_of(first)
    received(
        author,
        source="sana",
        incident=incident.reference,
        visibility="restricted",
        claim={"casualties": CIVILIANS, "against": None},
    )
    assessment.sweep()
    told = shown(truce, incident)
    assert {name for name, text in told.items() if DEIR_EZ_ZOR["name"] in text} == set(told)


def test_its_entries_stay_coarse_once_the_claim_that_said_so_is_withheld(truce, pair, author):
    publication.withhold(pair[2], "It was taken back.", author)
    assessment.sweep()
    assert DEIR_EZ_ZOR["name"] not in shown(truce, pair[0])["entries"]
