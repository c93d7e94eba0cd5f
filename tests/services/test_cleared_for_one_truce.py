"""Who is cleared for one truce is told of an incident only what its reports and the public ones say."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.services.cast import received
from tracker.models import Role
from tracker.services import assessment, charters, people, references

OTHER = "syria-2016-10"
WORDS = "Zorvexia was hit."


@pytest.fixture
def analyst(truce, scenario, author) -> Client:
    """Signed in as an analyst of one truce; there is another."""
    charter = scenario.charter.model_copy(update={"slug": OTHER})
    charters.load_charter(scenario.model_copy(update={"charter": charter, "convoys": ()}), author)
    organisation = people.own_organisation()
    person = people.add_person("analyst@example.invalid", "Analyst", organisation, author)
    people.give_role(person, Role.ANALYST, organisation, author, truce=truce)
    client = Client()
    client.force_login(person)
    return client


def linked(author, truce: str, visibility: str) -> str:
    """The reference of an incident of the one truce that another report, of a truce, is about as well."""
    incident = references.incident_of(received(author)).reference
    received(
        author,
        source="sana",
        external_id="two",
        truce=truce,
        incident=incident,
        visibility=visibility,
        summary=WORDS,
    )
    assessment.sweep()
    return incident


@pytest.mark.parametrize(
    ("truce_of_it", "visibility", "is_told"),
    [(OTHER, "restricted", False), (OTHER, "public", True), ("syria-2016-09", "restricted", True)],
)
def test_the_page_shows_what_is_public_or_of_that_truce(analyst, author, truce_of_it, visibility, is_told):
    incident = linked(author, truce_of_it, visibility)
    page = analyst.get(f"/incidents/{incident}/", {"view": "full"}).content.decode()
    assert incident in page
    assert (WORDS in page) == is_told


def test_the_list_of_that_truce_tells_how_it_stands_in_no_other(analyst, truce, author):
    linked(author, OTHER, "restricted")
    asked = {"truce": truce.slug, "view": "full"}
    (row,) = analyst.get("/api/v1/incidents", asked).json()["results"]
    assert {one["truce"] for one in row["weighed"]} == {truce.slug}
