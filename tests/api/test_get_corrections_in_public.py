"""Corrections and retractions, for everybody: they tell of no report that the public was never shown."""

from __future__ import annotations

import pytest

from tests.api.cast import report_of
from tests.api.questions import assert_problem
from tracker.models import Report
from tracker.services import positions, publication, screening
from tracker.services.authors import Author

AUTHOR = Author.of_worker("test")
PATH = "/api/v1/reports"


def sent(api, key="monitor", **changes):
    """The reference of a report that was sent."""
    return api.send(report_of(**changes), key).json()["ref"]


def told(api):
    """What the public was told of reports, by reference."""
    entries = api.get("/api/v1/feed").json()["results"]
    return {entry["subject"]: entry["payload"] for entry in entries if entry["type"] == "report.received"}


def revision(api, ref):
    """A report's revision, in which one report, the list and the log agree."""
    listed = {one["ref"]: one["revision"] for one in api.get(PATH).json()["results"]}
    (found,) = {api.get(f"{PATH}/{ref}").json()["revision"], listed[ref], told(api)[ref]["revision"]}
    return found


def test_a_public_correction_of_what_is_not_public_is_the_first_revision_that_is_shown(cast, api):
    first = sent(api, visibility="restricted")
    second = sent(api, summary="Two.", supersedes=first)
    third = sent(api, summary="Three.", supersedes=second)
    assert (revision(api, second), revision(api, third)) == (1, 2)
    full = api.get(f"{PATH}/{third}", {"view": "full"}, key="cleared").json()
    assert full["revision"] == 3
    assert api.get(f"{PATH}/{second}").json()["supersedes"] is None


def test_a_retraction_of_what_was_never_public_is_not_public_and_opens_no_incident(cast, api):
    first = sent(api, visibility="restricted")
    last = api.get("/api/v1/feed").json()["last"]
    taken_back = sent(api, summary="Not so.", supersedes=first, retracts=True)
    assert_problem(api.get(f"{PATH}/{taken_back}"), 404)
    assert api.get("/api/v1/incidents").json()["results"] == []
    assert api.get("/api/v1/feed").json()["last"] == last
    assert api.get(f"{PATH}/{taken_back}", {"view": "full"}, key="cleared").json()["retracts"]


@pytest.mark.parametrize("between", [None, "restricted"])
def test_a_retraction_of_what_was_public_once_is_public(cast, api, between):
    first = sent(api)
    before = sent(api, summary="Two.", supersedes=first, visibility=between) if between else first
    taken_back = sent(api, summary="Not so.", supersedes=before, retracts=True)
    assert api.get(f"{PATH}/{taken_back}").json()["retracts"]


def test_a_retraction_that_was_screened_in_first_is_public_with_what_it_takes_back(cast, api):
    fields = {"source": "gazette", "external_id": "1"}
    first = sent(api, "field", **fields)
    taken_back = sent(api, "field", **fields, summary="Not so.", supersedes=first, retracts=True)
    for ref in (taken_back, first):
        screening.screen_in(Report.objects.get(reference=ref), AUTHOR)
        positions.place()
    assert list(told(api)) == [first, taken_back]
    assert api.get(f"{PATH}/{taken_back}").json()["supersedes"] == first
    assert publication.is_public(Report.objects.get(reference=taken_back))
