"""Statements that are prepared once store and read what Django itself would."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction
from django.forms.models import model_to_dict
from django.test.utils import CaptureQueriesContext

from tests.services.cast import received
from tracker.models import (
    Actor,
    AuditEntry,
    Casualty,
    Change,
    Claim,
    DueIncident,
    Incident,
    IncidentLink,
    LogDraft,
    Publication,
    Report,
    ReportTruce,
    Screening,
    Source,
    Truce,
)
from tracker.services import clock, prepared, remembered


def columns(row) -> dict:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


@pytest.mark.parametrize(
    "model",
    [
        *(AuditEntry, Casualty, Change, Claim, DueIncident, Incident, IncidentLink, LogDraft),
        *(Publication, Report, ReportTruce, Screening),
    ],
)
def test_what_a_report_stores_is_what_django_reads(truce, author, model):
    with CaptureQueriesContext(connection) as asked:
        received(author)
    assert any(f"INSERT INTO {model._meta.db_table} " in one["sql"] for one in asked)
    assert model.objects.exists()


def test_a_row_that_is_inserted_reads_back_as_it_was(db, author):
    change = Change(made=clock.now(), worker="a test", known_given=clock.now(), historical=True)
    prepared.insert([change])
    entry = AuditEntry(
        change=change,
        verb="a.verb",
        subject="sub",
        actor="a test",
        after={"a": [1, None]},
        recorded=clock.now(),
    )
    prepared.insert([entry])
    incidents = [Incident(change=change) for _ in range(11)]
    prepared.insert(incidents)
    for row in (change, entry, *incidents):
        assert columns(type(row).objects.get(pk=row.pk)) == columns(row)
    assert len({row.reference for row in incidents}) == 11


def test_a_row_that_is_selected_is_as_django_reads_it(truce):
    for model, names in (
        (Truce, {"slug": truce.slug}),
        (Source, {"slug": "sana"}),
        (Actor, {"slug": "russia"}),
    ):
        (found,) = prepared.select(model, **names)
        theirs = model.objects.get(**names)
        assert columns(found) == columns(theirs)
        assert model_to_dict(found) == model_to_dict(theirs)
    several = prepared.select(Actor, slug=["united-states", "russia", "nobody"])
    assert {actor.slug for actor in several} == {"russia", "united-states"}
    assert prepared.select(Truce, slug="no-such-truce") == []


def test_a_statement_that_is_refused_leaves_the_outer_transaction_usable(db):
    slug = Source.objects.values_list("slug", flat=True).first() or "once"
    Source.objects.get_or_create(slug=slug, defaults={"kind": "press", "name": {}})
    with pytest.raises(IntegrityError), transaction.atomic():
        prepared.insert([Source(slug=slug, kind="press", name={})])
    assert Source.objects.filter(slug=slug).count() == 1


def test_a_report_that_is_handed_out_remembers_nothing_of_its_transaction(truce, author):
    report = received(author)
    assert report._prefetched_objects_cache == {}
    Screening.objects.create(report=report, change=report.change, outcome="screened_in")
    assert report.screenings.count() == len(report.screenings.all())


def test_what_is_remembered_is_not_asked_again(truce, author):
    report = received(author)
    remembered.remember(report, publications=[])
    row = Publication(report=report, change=report.change, public=True)
    remembered.add(report, "publications", row)
    with CaptureQueriesContext(connection) as asked:
        assert remembered.children(report, "publications") == list(report.publications.all()) == [row]
    assert len(asked) == 0


def test_taking_in_a_report_asks_a_known_number_of_statements(truce, author):
    received(author)
    with CaptureQueriesContext(connection) as asked:
        received(author, external_id="the second")
    assert len(asked) <= 32, [one["sql"][:80] for one in asked]
