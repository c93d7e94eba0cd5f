"""An incident about which reports of two truces tell: what happens to one of them counts in both."""

from __future__ import annotations

import pytest
from django.db import connection, transaction
from django.test import Client

from tests.services.cast import report_document
from tests.services.published import copy_of
from tracker.models import (
    ApiKey,
    Export,
    ExportFormat,
    ExportState,
    ExportSubject,
    Report,
    Standing,
    Truce,
    View,
)
from tracker.services import (
    assessment,
    charters,
    clock,
    exports,
    incidents,
    publication,
    recompute,
    references,
    reports,
    screening,
    takedown,
)
from tracker.services.authors import Author
from tracker.services.locks import Held

NEXT = "syria-2016-10"
ONE, TWO = "syrian-observatory", "sana"
HELD = "SELECT objid FROM pg_locks WHERE locktype = 'advisory' AND classid = %s AND pid = pg_backend_pid()"


@pytest.fixture
def truces(truce, scenario, author) -> tuple[Truce, Truce]:
    charter = scenario.charter.model_copy(update={"slug": NEXT})
    other = scenario.model_copy(update={"charter": charter, "convoys": ()})
    return truce, charters.load_charter(other, author)


def receive(author: Author, **changes) -> Report:
    report = reports.receive(report_document(**changes), author).report
    assessment.sweep()
    return report


def sources_by_truce(view: View = View.PUBLIC) -> dict[str, set[str]]:
    """Whom the standings that count in each truce name now."""
    named: dict[str, set[str]] = {}
    rows = Standing.objects.filter(view=view, counts=True, until__isnull=True, superseded__isnull=True)
    for row in rows.select_related("truce"):
        named.setdefault(row.truce.slug, set()).update(row.details["sources"])
    return named


def differences(truces: tuple[Truce, Truce]) -> list[str]:
    assert assessment.due_truces() == []
    return [
        line
        for truce in Truce.objects.filter(pk__in=[one.pk for one in truces])
        for line in recompute.differences(truce)
    ]


@pytest.fixture
def two(truces, author) -> tuple[Report, Report]:
    """A report of each truce, about one incident."""
    first = receive(author, source=ONE)
    incident = references.incident_of(first).reference
    return first, receive(author, source=TWO, external_id="two", truce=NEXT, incident=incident)


def test_a_report_of_one_truce_counts_in_the_other_as_soon_as_it_is_about_the_same_incident(truces, two):
    assert sources_by_truce() == {truces[0].slug: {ONE, TWO}, NEXT: {ONE, TWO}}
    assert differences(truces) == []


@pytest.mark.parametrize("withdraw", [publication.withhold, screening.set_aside])
def test_what_the_public_is_shown_no_more_is_named_in_neither_truce_and_brings_it_into_none(
    truces, two, author, withdraw
):
    withdraw(two[1], "It could harm its source.", author)
    assessment.sweep()
    assert sources_by_truce() == {truces[0].slug: {ONE}}
    assert differences(truces) == []


def test_a_report_that_is_linked_elsewhere_leaves_both_truces(truces, two, author):
    other = receive(author, source=TWO, external_id="three", truce=NEXT)
    incidents.link(two[1], references.incident_of(other), "Another strike.", author)
    assessment.sweep()
    assert sources_by_truce()[truces[0].slug] == {ONE}
    assert differences(truces) == []


def test_reports_of_a_merged_incident_count_in_every_truce_of_the_one_that_stays(truces, author):
    first = receive(author, source=ONE)
    second = receive(author, source=TWO, external_id="two", truce=NEXT)
    incidents.merge(*map(references.incident_of, (second, first)), "The same strike.", author)
    assessment.sweep()
    assert sources_by_truce() == {truces[0].slug: {ONE, TWO}, NEXT: {ONE, TWO}}
    assert differences(truces) == []


def test_what_is_alleged_in_each_of_them_has_a_reference_of_its_own(truces, two):
    client = Client()
    incident = references.incident_of(two[0]).reference
    listed = client.get("/api/v1/violations", {"reading": "alleged"}).json()["results"]
    assert {(one["ref"], one["truce"], one["term"]) for one in listed} == {
        (f"{incident}/cessation", truces[0].slug, "cessation"),
        (f"{incident}/cessation.2", NEXT, "cessation"),
    }
    followed = copy_of(client.get("/api/v1/feed", {"limit": 10_000}).json()["results"])
    told = {subject: one for subject, one in followed.items() if subject.startswith(f"{incident}/")}
    assert {subject: one["truce"] for subject, one in told.items()} == {
        one["ref"]: one["truce"] for one in listed
    }


@pytest.fixture
def one_restricted(truces, author) -> Report:
    """A public report of one truce, and one of the other about the same incident that is not public.

    Returns the public one.
    """
    first = receive(author, source=ONE)
    incident = references.incident_of(first).reference
    receive(author, source=TWO, external_id="two", truce=NEXT, incident=incident, visibility="restricted")
    return first


def test_that_a_restricted_report_concerns_a_truce_shows_nowhere_in_it(truces, one_restricted):
    incident, client = references.incident_of(one_restricted).reference, Client()
    assert sources_by_truce(View.FULL) == {truces[0].slug: {ONE, TWO}, NEXT: {ONE, TWO}}
    assert sources_by_truce() == {truces[0].slug: {ONE}}
    told = {
        path: client.get(path, query).content.decode()
        for path, query in (
            ("/api/v1/violations", {"truce": NEXT, "reading": "alleged"}),
            ("/api/v1/incidents", {"truce": NEXT}),
            ("/api/v1/reports", {"truce": NEXT}),
            ("/api/v1/feed", {"truce": NEXT}),
            (f"/truces/{NEXT}/", {}),
            (f"/truces/{NEXT}/incidents/", {}),
        )
    }
    assert {path for path, text in told.items() if incident in text} == set()
    for path in (f"/api/v1/incidents/{incident}", f"/incidents/{incident}/"):
        answer = client.get(path)
        assert answer.status_code == 200
        assert NEXT not in answer.content.decode()
    assert differences(truces) == []


def test_it_comes_into_a_truce_with_the_first_report_of_that_which_shows(truces, one_restricted, author):
    incident = references.incident_of(one_restricted).reference
    receive(author, source="un-ocha", external_id="three", truce=NEXT, incident=incident)
    assert sources_by_truce() == {truces[0].slug: {ONE, "un-ocha"}, NEXT: {ONE, "un-ocha"}}
    assert differences(truces) == []


def exported(truce: Truce, author: Author, what: ExportSubject) -> Export:
    """A finished export of one truce, asked for by a key."""
    key = ApiKey.objects.create(
        name="a reader", prefix="reader", digest="0" * 64, scopes=[], created=clock.now()
    )
    asked = {"truce": truce.slug} | ({"reading": "alleged"} if what == ExportSubject.VIOLATIONS else {})
    reader = Author(name="a reader", key=key)
    export = exports.request(what, ExportFormat.NDJSON, View.PUBLIC, asked, reader, "http://localhost")
    assert exports.build(export.pk)
    return Export.objects.get(pk=export.pk)


@pytest.mark.parametrize("what", [ExportSubject.VIOLATIONS, ExportSubject.FEED])
def test_a_takedown_ends_the_exports_of_every_truce_in_which_it_was_told(truces, two, author, what):
    export = exported(truces[0], author, what)
    assert TWO in exports.path_of(export).read_text()
    takedown.take_down(two[1].reference, "It could harm its source.", author)
    export.refresh_from_db()
    assert export.state == ExportState.INVALIDATED
    export.state = ExportState.FINISHED
    assert exports.is_overtaken(export), "also where it was asked for while that was under way"


def test_a_takedown_waits_for_whoever_assesses_any_truce_in_which_it_was_told(truces, two, author):
    with transaction.atomic():
        publication.hold_all([two[1]])
        with connection.cursor() as cursor:
            cursor.execute(HELD, [Held.TRUCE])
            held = {pk for (pk,) in cursor.fetchall()}
    assert held == {truce.pk for truce in truces}
