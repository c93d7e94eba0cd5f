"""Who may take down what: coordinators of all the truces that it concerns; to others it is not there."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from tests.desk.cast import Cast, add_truce
from tests.desk.takedowns import (
    PAGE,
    REASON,
    elsewhere,
    incident_of,
    look,
    publish,
    rule,
    settle,
    take_down,
    taken_down,
)
from tracker.models import Membership, ReportTruce


@pytest.mark.parametrize("role", ["viewer", "reporter", "analyst", "reviewer"])
def test_who_coordinates_nothing_opens_nothing_and_takes_nothing_down(cast: Cast, role: str) -> None:
    report = publish(cast)
    assert cast.client(role).get(PAGE).status_code == 403
    assert look(cast, report.reference, role).status_code == 403
    assert take_down(cast, report.reference, role).status_code == 403
    assert taken_down() == []


def test_who_is_not_signed_in_is_asked_to(cast: Cast) -> None:
    report = publish(cast)
    response = Client().post(PAGE, {"reference": report.reference, "reason": REASON, "confirm": "1"})
    assert response.status_code == 302
    assert response["Location"].startswith("/account/login/")
    assert taken_down() == []


def told_of_what_is_not_there(page: HttpResponse, reference: str) -> str:
    """A refusal with its reference made that of nothing, and without what changes by itself."""
    never = reference[:4] + "0" * 10
    text = re.sub(r'(csrfmiddlewaretoken" value=")[^"]*', r"\1", page.text)
    return f"{page.status_code} {text.replace(reference, never)}"


@pytest.mark.parametrize("step", [look, take_down])
@pytest.mark.parametrize("kind", ["report", "incident", "ruling", "withheld report", "what is down already"])
def test_what_is_of_another_truce_is_answered_like_what_is_not_there(
    cast: Cast, kind: str, step: Any
) -> None:
    report = publish(cast)
    ruling = rule(cast, incident_of(report))
    withheld = publish(cast, 2, visibility="restricted")
    reference = {
        "report": report.reference,
        "incident": incident_of(report).reference,
        "ruling": ruling.reference,
        "withheld report": withheld.reference,
        "what is down already": report.reference,
    }[kind]
    if kind == "what is down already":
        take_down(cast, reference)
    elsewhere(cast)
    before = taken_down()
    never = reference[:4] + "0" * 10
    answers = [told_of_what_is_not_there(step(cast, one), one) for one in (reference, never)]
    assert answers[0] == answers[1]
    assert answers[0].startswith("422 ")
    assert "that concerns only truces which you coordinate" in answers[0]
    assert taken_down() == before


def test_what_concerns_another_truce_as_well_is_for_who_coordinates_both(cast: Cast) -> None:
    first = publish(cast, 1)
    incident = incident_of(first)
    second = publish(cast, 2, incident.reference)
    other = add_truce("elsewhere")
    ReportTruce.objects.create(report=second, truce=other)
    for reference in (second.reference, incident.reference):
        assert take_down(cast, reference).status_code == 422, reference
    assert taken_down() == []
    membership = cast.people["coordinator"].memberships.get()
    membership.pk, membership.truce = None, other
    membership.save()
    assert look(cast, incident.reference).status_code == 200
    take_down(cast, incident.reference)
    assert taken_down() == [first.reference, second.reference]


def test_what_is_withheld_of_another_truce_hinders_nobody_and_shows_in_nothing(cast: Cast) -> None:
    report = publish(cast, 1)
    incident = incident_of(report)
    hidden = publish(cast, 2, incident.reference, visibility="restricted")
    ReportTruce.objects.create(report=hidden, truce=add_truce("elsewhere"))
    assert hidden.reference not in look(cast, incident.reference).text
    take_down(cast, incident.reference)
    assert taken_down() == [report.reference]
    assert "is in public view. Nothing was changed." in take_down(cast, incident.reference).text


def test_who_coordinates_every_truce_is_told_that_a_reference_is_not_there(cast: Cast) -> None:
    Membership.objects.filter(person=cast.people["coordinator"]).update(truce=None)
    for reference in ("rep_0000000000", "inc_0000000000", "rul_0000000000"):
        page = take_down(cast, reference)
        assert page.status_code == 422
        assert f"“{reference}”. Correct the reference." in page.text


def test_who_coordinates_every_truce_takes_down_what_concerns_none_as_well(cast: Cast) -> None:
    report = publish(cast)
    published = report.publications.get()
    report.pk, report.reference, report.external_id = None, "", "about no truce"
    report.save(force_insert=True)
    published.pk, published.report = None, report
    published.save(force_insert=True)
    assert take_down(cast, report.reference).status_code == 422
    Membership.objects.filter(person=cast.people["coordinator"]).update(truce=None)
    take_down(cast, report.reference)
    assert taken_down() == [report.reference]


def test_whoever_may_take_a_report_down_may_read_it_at_the_desk_with_its_source(cast: Cast) -> None:
    report = publish(cast, role="analyst", source="hidden-witness", consent="public", visibility="public")
    cast.client("analyst").post(f"/desk/screening/{report.reference}/", {"outcome": "screened_in"})
    settle()
    assert "Hidden Witness" in look(cast, report.reference).text
    assert "Hidden Witness" in cast.client("coordinator").get(f"/desk/reports/{report.reference}/").text


def test_takedowns_of_another_truce_are_listed_to_nobody_else(cast: Cast) -> None:
    report, both = publish(cast, 1), publish(cast, 2)
    ruling = rule(cast, incident_of(report))
    for reference in (ruling.reference, report.reference, both.reference):
        take_down(cast, reference)
    other = elsewhere(cast)
    ReportTruce.objects.create(report=both, truce=other)
    page = cast.client("coordinator").get(PAGE).text
    for one in (ruling, report, both):
        assert one.reference not in page
    Membership.objects.filter(person=cast.people["coordinator"]).update(truce=None)
    page = cast.client("coordinator").get(PAGE).text
    for one in (ruling, report, both):
        assert one.reference in page
