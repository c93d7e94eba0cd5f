"""The claims that stand: read by the page, they are those that the rules of known ranges say."""

from __future__ import annotations

import itertools
import secrets

import pytest

from tests.api.cast import START
from tracker.feed import standing_claims
from tracker.models import (
    Claim,
    Incident,
    IncidentLink,
    Publication,
    Report,
    Screening,
    ScreeningOutcome,
    View,
)
from tracker.services import positions
from tracker.services.authors import Author
from tracker.services.known_ranges import counting_ranges
from tracker.services.writing import writing

IN, OUT, PUBLIC, WITHHELD = "in", "out", "public", "withheld"
HISTORIES = [
    (),
    (IN,),
    (PUBLIC,),
    (IN, PUBLIC),
    (PUBLIC, IN),
    (IN, PUBLIC, OUT),
    (IN, PUBLIC, OUT, IN),
    (IN, PUBLIC, WITHHELD),
    (IN, PUBLIC, WITHHELD, PUBLIC),
    (IN, OUT, PUBLIC),
]


@pytest.fixture
def make(cast):
    """Makes a report with a claim and what was said of it since, one change after the other."""

    def make_report(history, incident=None, **columns):
        with writing(Author.of_worker("test")) as w:
            row = Report.objects.create(
                source=cast.sources["river-monitor"],
                external_id=secrets.token_hex(8),
                kind="incident",
                change=w.change,
                received=START,
                visibility="public",
                digest="",
                body={},
                **columns,
            )
            Claim.objects.create(report=row, occurred_precision="day", place_name="the ford")
            incident = incident or Incident.objects.create(change=w.change)
            IncidentLink.objects.create(report=row, incident=incident, change=w.change)
        for step in history:
            with writing(Author.of_worker("test")) as w:
                if step in (IN, OUT):
                    outcome = ScreeningOutcome.SCREENED_IN if step == IN else ScreeningOutcome.SET_ASIDE
                    Screening.objects.create(report=row, change=w.change, outcome=outcome, reason="said")
                else:
                    Publication.objects.create(report=row, change=w.change, public=step == PUBLIC)
            positions.place()
        return row

    return make_report


def standing(incidents, view):
    found = standing_claims.of_incidents([incident.pk for incident in incidents], view)
    return {claim.report for claims in found.values() for claim in claims}


def test_they_are_those_that_count_now_whatever_was_said_of_them_and_of_their_successors(make):
    reports = [make(history) for history in HISTORIES]
    for first, later in itertools.product(((IN, PUBLIC),), HISTORIES):
        reports.append(make(first))
        make(later, supersedes=reports[-1])
    positions.place()
    every = list(Report.objects.all())
    incidents = list(Incident.objects.all())
    for view in View:
        ranges = counting_ranges({report.pk for report in every})[view]
        counting = {pk for pk, found in ranges.items() if found and found[-1][1] is None}
        assert standing(incidents, view) == counting
        assert 0 < len(counting) < len(every)


def test_a_report_that_takes_another_back_brings_no_claim(make):
    first = make((IN, PUBLIC))
    last = make((IN, PUBLIC), supersedes=first, retracts=True)
    positions.place()
    incidents = [link.incident for link in IncidentLink.objects.filter(report__in=[first, last])]
    assert standing(incidents, View.PUBLIC) == set()


def test_a_claim_is_of_the_incident_that_its_report_was_linked_to_last(make):
    moved, stays = make((IN, PUBLIC)), make((IN, PUBLIC))
    old, new = (IncidentLink.objects.get(report=row).incident for row in (moved, stays))
    with writing(Author.of_worker("test")) as w:
        IncidentLink.objects.create(report=moved, incident=new, change=w.change)
    positions.place()
    assert standing([old], View.PUBLIC) == set()
    assert standing([new], View.PUBLIC) == {moved.pk, stays.pk}


def test_a_claim_stood_until_what_supersedes_it_was_known_to_count(make):
    first = make((IN, PUBLIC))
    later = make((), supersedes=first)
    positions.place()
    incidents = [link.incident for link in IncidentLink.objects.filter(report__in=[first, later])]
    assert standing(incidents, View.PUBLIC) == {first.pk}
    with writing(Author.of_worker("test")) as w:
        Screening.objects.create(report=later, change=w.change, outcome=ScreeningOutcome.SCREENED_IN)
        Publication.objects.create(report=later, change=w.change, public=True)
    positions.place()
    assert standing(incidents, View.PUBLIC) == {later.pk}


def test_what_nobody_has_placed_yet_is_not_read(make):
    placed = make((IN, PUBLIC))
    with writing(Author.of_worker("test")) as w:
        Publication.objects.create(report=placed, change=w.change, public=False)
    incidents = list(Incident.objects.all())
    assert standing(incidents, View.PUBLIC) == {placed.pk}
    positions.place()
    assert standing(incidents, View.PUBLIC) == set()
