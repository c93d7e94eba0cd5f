"""What was withheld or taken down shows on no page of an incident, whichever moment is asked about."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from tests.services.cast import received
from tracker.feed.projection import moment
from tracker.models import View
from tracker.pages.board import readings
from tracker.services import assessment, positions, publication, references, rulings, takedown
from tracker.services.authors import Author

AS_OF = "2016-09-18T00:00:00Z"
FIGURE, TIME = re.compile(r"71\D{0,8}234\D{0,8}509"), re.compile(r"\b(12|09):43")
EXACT = {"from": "2016-09-17T09:43:00Z", "to": "2016-09-17T09:47:00Z", "precision": "exact"}


def killed(number):
    return [{"group": "combatants", "effect": "killed", "min": number, "max": number}]


@pytest.fixture
def pair(truce, author):
    """Two reports of an incident, of which one gives a figure and a time that nobody else does; and when
    both were known."""
    first = received(author, claim={"casualties": killed(30)})
    assessment.sweep()
    incident = references.incident_of(first)
    second = received(
        author,
        source="sana",
        incident=incident.reference,
        claim={"casualties": killed(71234509), "occurred": EXACT},
    )
    assessment.sweep()
    return incident, second, moment(positions.last_known(View.PUBLIC))


def pages(truce, incident, known_at) -> dict[str, str]:
    asked = {"as_of": AS_OF, "known_at": known_at}
    ways = {
        "board": (f"/truces/{truce.slug}/", asked),
        "list": (f"/truces/{truce.slug}/incidents/", asked),
        "incident": (f"/incidents/{incident.reference}/", {}),
    }
    texts = {name: Client().get(path, query).content.decode() for name, (path, query) in ways.items()}
    assert all(incident.reference in text for text in texts.values())
    return texts


def test_while_it_is_public_every_page_tells_it(truce, pair):
    incident, _second, known_at = pair
    told = pages(truce, incident, known_at)
    assert {name for name, text in told.items() if FIGURE.search(text)} == set(told)
    assert TIME.search(told["incident"])


@pytest.mark.parametrize("is_weighed", [False, True])
@pytest.mark.parametrize("way", ["withheld", "taken down"])
def test_once_it_is_gone_no_page_tells_its_figure_or_its_time(truce, pair, author, way, is_weighed):
    incident, second, known_at = pair
    if way == "withheld":
        publication.withhold(second, "It may harm.", author)
    else:
        takedown.take_down(second.reference, "It may harm.", author)
    if is_weighed:
        assessment.sweep()
    told = pages(truce, incident, known_at)
    assert {name for name, text in told.items() if FIGURE.search(text) or TIME.search(text)} == set()


def test_what_others_say_shows_as_it_stands_now_and_as_it_stood_before(truce, pair, author):
    incident, second, _known_at = pair
    publication.withhold(second, "It may harm.", author)
    assessment.sweep()
    page = Client().get(f"/incidents/{incident.reference}/").content.decode()
    heading, history = page.partition("<table")[0], page.rpartition("<table")[2]
    assert "illed 30" in heading
    rows = re.findall(r"<tr>(.*?)</tr>", history.partition("<tbody>")[2], re.S)
    told = ["17 Sep" in row for row in rows]
    assert told.count(True) == 2 * told.count(False) > 0


def test_how_it_stood_by_a_ruling_that_was_taken_down_is_not_told(truce, pair, author):
    incident, _second, _known_at = pair
    assessed = rulings.Assessment("violation", "Found.", severity="serious")
    row = rulings.rule(incident, truce.terms.get(ref="cessation"), assessed, author)
    rulings.review(row, Author.of_worker("another"))
    assessment.sweep()
    known_at = positions.last_known(View.PUBLIC)
    (before,) = readings.incidents_read([incident.pk], truce, View.PUBLIC, known_at)
    assert {one.ruled for one in before.standings.values()} == {"violation"}
    takedown.take_down(row.reference, "It may harm.", author)
    assessment.sweep()
    (after,) = readings.incidents_read([incident.pk], truce, View.PUBLIC, known_at)
    assert (after.standings, after.rulings) == ({}, [])
    (cleared,) = readings.incidents_read([incident.pk], truce, View.FULL, known_at)
    assert {one.ruled for one in cleared.standings.values()} == {"violation"}
