"""The page of takedowns: what would go is shown first, then it is gone everywhere, once."""

from __future__ import annotations

import json
import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from ceasefire import processes
from ceasefire.environment import BASE_DIR
from tests.desk.cast import Cast, add_truce, make_cast
from tests.desk.takedowns import (
    MARK,
    PAGE,
    REASON,
    feed,
    incident_of,
    look,
    public,
    publish,
    redacted,
    rule,
    take_down,
    taken_down,
)
from tracker.models import AuditEntry, Membership
from tracker.services import takedown
from tracker.services.locks import Held, hold

PATIENCE = 30
QUERY_COUNTS = json.loads((BASE_DIR / "tests" / "query_counts.json").read_text())


# --- what it does ------------------------------------------------------------------------------------


def test_a_report_is_taken_down_everywhere_and_the_message_names_it(cast: Cast) -> None:
    report = publish(cast)
    incident = incident_of(report)
    assert MARK in public(incident).text
    assert MARK in str(feed())
    page = take_down(cast, report.reference)
    assert page.redirect_chain == [(PAGE, 302)]
    assert f"told to delete it: {report.reference}." in page.text
    assert public(incident).status_code == 404
    assert Client().get(f"/api/v1/reports/{report.reference}").status_code == 404
    assert MARK not in str(feed())
    assert report.reference in redacted()
    decided = report.publications.latest("id")
    assert (decided.public, decided.reason) == (False, REASON)
    assert decided.change.person == cast.people["coordinator"]
    assert (
        AuditEntry.objects.get(subject=report.reference, verb="report.taken_down").actor == "The coordinator"
    )


def test_of_an_incident_every_public_report_is_shown_and_taken_down(cast: Cast) -> None:
    first = publish(cast, 1)
    incident = incident_of(first)
    second = publish(cast, 2, incident.reference)
    withheld = publish(cast, 3, incident.reference, visibility="restricted")
    shown = look(cast, incident.reference).text
    assert "2 reports" in shown
    for report in (first, second):
        assert report.reference in shown
        assert report.summary in shown
    assert withheld.reference not in shown
    page = take_down(cast, incident.reference)
    assert f"{first.reference} and {second.reference}" in page.text
    assert taken_down() == [first.reference, second.reference]
    assert public(incident).status_code == 404
    assert {first.reference, second.reference} <= redacted()


def test_a_ruling_is_shown_and_taken_down_and_its_incident_stays(cast: Cast) -> None:
    incident = incident_of(publish(cast, summary="A raid.", place_name="the bridge"))
    ruling = rule(cast, incident)
    assert MARK in public(incident).text
    shown = look(cast, ruling.reference).text
    for said in (ruling.reference, incident.reference, f"Seen at {MARK}.", "No attacks", "Reviewed"):
        assert said in shown
    assert ruling.reference in take_down(cast, ruling.reference).text
    assert public(incident).status_code == 200
    assert MARK not in public(incident).text
    assert ruling.reference in redacted()
    assert taken_down() == [ruling.reference]
    assert ruling.takedown.reason == REASON


def test_what_would_go_is_shown_with_source_and_moment_and_nothing_is_changed(cast: Cast) -> None:
    report = publish(cast)
    before, told = AuditEntry.objects.count(), feed()
    page = look(cast, report.reference)
    assert page.status_code == 200
    published = report.publications.get().change.made
    for said in (
        report.reference,
        "Un Ocha",
        report.summary,
        f"{published:%Y}",
        "public since",
        "(Asia/Damascus)",
        REASON,
    ):
        assert said in page.text
    assert AuditEntry.objects.count() == before
    assert feed() == told
    assert report.publications.count() == 1
    assert public(incident_of(report)).status_code == 200


def test_what_is_confirmed_is_what_was_shown(cast: Cast) -> None:
    report = publish(cast)
    shown = look(cast, f"https://tracker.example/incidents/{incident_of(report).reference}/").text
    fields = dict(re.findall(r'<input type="hidden" name="(reference|reason)" value="([^"]*)"', shown))
    assert fields == {"reference": incident_of(report).reference, "reason": REASON}
    take_down(cast, **fields)
    assert taken_down() == [report.reference]


def test_what_was_typed_can_be_changed_before_it_is_confirmed(cast: Cast) -> None:
    report = publish(cast)
    page = look(cast, report.reference, change="1").text
    assert f'value="{report.reference}"' in page
    assert REASON in page
    assert "Show what would be taken down" in page
    assert taken_down() == []


@pytest.mark.parametrize(
    "typed",
    [
        " {ref} ",
        "{REF}",
        "https://tracker.example/incidents/{ref}/",
        "https://tracker.example/incidents/{ref}/?as_of=2016-09-17T20:00:00Z",
        "tracker.example/api/v1/incidents/{ref}",
        "{ref}/cessation",
    ],
)
def test_a_reference_is_read_from_an_address_of_ours(cast: Cast, typed: str) -> None:
    reference = incident_of(publish(cast)).reference
    page = look(cast, typed.format(ref=reference, REF=reference.upper()))
    assert page.status_code == 200
    assert f'name="reference" value="{reference}"' in page.text


# --- what it refuses ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed", ["", "the witness", "https://tracker.example/truces/x/", "rep_7", "src_0123456789"]
)
def test_what_holds_no_reference_is_told_at_its_field_and_kept(cast: Cast, typed: str) -> None:
    page = look(cast, typed)
    assert page.status_code == 422
    assert 'href="#id_reference"' in page.text
    assert "begins with rep_, inc_ or rul_" in page.text
    assert f'value="{typed}"' in page.text or not typed
    assert REASON in page.text


def test_where_two_things_are_named_one_is_asked_for(cast: Cast) -> None:
    report = publish(cast)
    address = f"https://tracker.example/incidents/{incident_of(report).reference}/#{report.reference}"
    page = take_down(cast, address)
    assert page.status_code == 422
    assert "Give one of them." in page.text
    assert address in page.text
    assert taken_down() == []


@pytest.mark.parametrize(
    ("reason", "said"), [("", "Give the reason."), (" \n ", "Give the reason."), ("x" * 2001, "2000")]
)
@pytest.mark.parametrize("step", [look, take_down])
def test_a_reason_that_is_missing_or_too_long_is_told_at_its_field_and_all_is_kept(
    cast: Cast, step: Any, reason: str, said: str
) -> None:
    report = publish(cast)
    page = step(cast, report.reference, reason=reason)
    assert page.status_code == 422
    assert 'href="#id_reason"' in page.text
    assert said in page.text
    assert f'value="{report.reference}"' in page.text
    assert reason.strip() in page.text
    assert taken_down() == []


def test_what_is_taken_down_twice_is_told_and_done_once(cast: Cast) -> None:
    report = publish(cast)
    take_down(cast, report.reference)
    told = feed()
    again = take_down(cast, report.reference)
    assert again.redirect_chain == [(PAGE, 302)]
    assert f"Nothing of {report.reference} is in public view. Nothing was changed." in again.text
    assert taken_down() == [report.reference]
    assert feed() == told
    shown = look(cast, report.reference)
    assert shown.status_code == 422
    assert "Nothing was changed." in shown.text
    assert f'value="{report.reference}"' in shown.text


def both_wait() -> bool:
    """Whether two transactions of this database wait for the right to decide about a row."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT FROM pg_locks JOIN pg_database ON pg_database.oid = database "
            "WHERE locktype = 'advisory' AND NOT granted AND datname = current_database()"
        )
        return cursor.rowcount == 2


def test_a_double_click_does_it_once(transactional_db: None) -> None:
    cast = make_cast()
    report = publish(cast)

    def click(_number: int) -> HttpResponse:
        try:
            return take_down(cast, report.reference)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        with transaction.atomic():
            hold(Held.REPORT, report.pk)
            clicks = [pool.submit(click, number) for number in range(2)]
            processes.wait_for(both_wait, PATIENCE, "the two clicks meet")
        answers = [one.result(PATIENCE) for one in clicks]
    assert [answer.status_code for answer in answers] == [200, 200]
    told = sorted("is in public view" in answer.text for answer in answers)
    assert told == [False, True], "one of the two is told that it is so already"
    assert taken_down() == [report.reference]


# --- what it lists, and what leads there -------------------------------------------------------------


def test_the_latest_takedowns_are_listed_newest_first_and_without_their_reasons(cast: Cast) -> None:
    assert "Nothing has been taken down yet." in cast.client("coordinator").get(PAGE).text
    first, second = publish(cast, 1), publish(cast, 2)
    ruling = rule(cast, incident_of(first))
    for reference in (ruling.reference, first.reference, second.reference):
        take_down(cast, reference)
    page = cast.client("administrator").get(PAGE).text
    places = [page.index(one.reference) for one in (second, first, ruling)]
    assert places == sorted(places)
    assert "The coordinator" in page
    assert REASON not in page


def test_a_report_leads_there_only_where_it_is_public_and_the_person_may(cast: Cast) -> None:
    report = publish(cast)
    link = f"{PAGE}?reference={report.reference}"
    address = f"/desk/reports/{report.reference}/"
    assert link in cast.client("coordinator").get(address).text
    for role in ("reporter", "analyst", "reviewer"):
        assert PAGE not in cast.client(role).get(address).text, role
    assert f'value="{report.reference}"' in cast.client("coordinator").get(link).text
    take_down(cast, report.reference)
    assert PAGE not in cast.client("coordinator").get(address).text


def test_who_logged_a_report_of_a_truce_that_others_coordinate_is_not_led_there(cast: Cast) -> None:
    report = publish(cast)
    Membership.objects.create(
        person=cast.people["reporter"],
        organisation=cast.people["coordinator"].memberships.get().organisation,
        role="coordinator",
        truce=add_truce("elsewhere"),
    )
    page = cast.client("reporter").get(f"/desk/reports/{report.reference}/")
    assert page.status_code == 200
    assert PAGE not in page.text


def test_the_desk_leads_coordinators_there(cast: Cast) -> None:
    assert PAGE in cast.client("coordinator").get("/desk/").text
    assert PAGE not in cast.client("reviewer").get("/desk/").text


def test_nothing_on_the_pages_needs_inline_style_or_script(cast: Cast) -> None:
    report = publish(cast)
    for page in (cast.client("coordinator").get(PAGE), look(cast, report.reference), look(cast, "x")):
        assert "style=" not in page.text
        assert "<script" not in page.text


# --- what it costs -----------------------------------------------------------------------------------


def queries(cast: Cast, ask: Any) -> int:
    client = cast.client("coordinator")
    ask(client)
    with CaptureQueriesContext(connection) as asked:
        assert ask(client).status_code == 200
    return len(asked)


def test_the_pages_ask_the_database_as_often_whatever_they_list(cast: Cast) -> None:
    first = publish(cast, 0)
    incident = incident_of(first).reference
    for number in range(1, 5):
        publish(cast, number, incident)
    gone = [publish(cast, number) for number in range(5, 9)]

    def preview(reference: str) -> int:
        return queries(cast, lambda client: client.post(PAGE, {"reference": reference, "reason": REASON}))

    def listed() -> int:
        return queries(cast, lambda client: client.get(PAGE))

    one_report = preview(incident_of(gone[0]).reference)
    assert (one_report, preview(incident)) == (QUERY_COUNTS["page: takedown, what would be taken down"],) * 2
    take_down(cast, gone[0].reference)
    one_listed = listed()
    for report in gone[1:]:
        take_down(cast, report.reference)
    assert (one_listed, listed()) == (QUERY_COUNTS["page: takedowns"],) * 2


def test_the_list_is_found_by_its_index_and_not_by_reading_the_audit(cast: Cast) -> None:
    with CaptureQueriesContext(connection) as asked:
        takedown.latest(20)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {asked[0]['sql']}")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "audit" in plan
    assert "Filter" not in plan, plan
