"""New rows of several models are stored by one statement, and read as Django itself would store them."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.services.cast import columns, received
from tracker.models import (
    AuditEntry,
    Casualty,
    Change,
    ChangeTruce,
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
from tracker.services import clock, insertion, prepared
from tracker.services.writing import writing


def test_all_that_a_report_is_made_of_is_stored_by_one_statement(truce, author):
    with CaptureQueriesContext(connection) as asked:
        received(author)
    stored = [one["sql"] for one in asked if "INSERT INTO tracker_report " in one["sql"]]
    (statement,) = stored
    for model in (
        *(AuditEntry, Casualty, Claim, DueIncident, Incident, IncidentLink, LogDraft),
        *(Publication, Report, ReportTruce, Screening),
    ):
        assert f"INSERT INTO {model._meta.db_table} " in statement
        assert model.objects.exists()


def test_rows_read_back_as_they_were(db):
    change = Change(made=clock.now(), worker="a test", known_given=clock.now(), historical=True)
    insertion.insert([change])
    said = {"a": [1, None, "“\\\"'\n"], "b": {"c": 0.1}}
    recorded = clock.now()
    entry = AuditEntry(
        change=change, verb="a.verb", subject="sub", actor="ʿĀʾ", after=said, recorded=recorded
    )
    incidents = [Incident(change=change) for _ in range(11)]
    insertion.insert([entry, *incidents])
    for row in (change, entry, *incidents):
        assert columns(type(row).objects.get(pk=row.pk)) == columns(row)
    assert len({row.reference for row in incidents}) == 11
    assert [row.pk for row in incidents] == sorted(row.pk for row in incidents)


def test_a_row_may_name_another_whose_id_was_reserved(db, author):
    with writing(author) as w:
        ((pk,),) = prepared.rows(f"SELECT {insertion.next_id(Incident)}", {})
        incident = Incident(pk=pk, change=w.change)
        w.keep(incident)
        assert incident.reference, "what is said of it may name it before it is stored"
    assert Incident.objects.get(pk=pk).reference == incident.reference
    insertion.insert([later := Incident(change=w.change)])
    assert later.pk > pk, "nobody else is given what was reserved"


def test_nothing_is_stored_of_nothing(db, django_assert_num_queries):
    with django_assert_num_queries(0):
        insertion.insert([])


def test_a_statement_that_is_refused_leaves_the_outer_transaction_usable(db):
    Source.objects.get_or_create(slug="once", defaults={"kind": "press", "name": {}})
    with pytest.raises(IntegrityError), transaction.atomic():
        insertion.insert([Source(slug="once", kind="press", name={})])
    assert Source.objects.filter(slug="once").count() == 1


@pytest.mark.parametrize(
    "model",
    [
        *(AuditEntry, Casualty, Change, ChangeTruce, Claim, DueIncident, Incident, IncidentLink, LogDraft),
        *(Publication, Report, ReportTruce, Screening),
    ],
)
def test_a_new_row_has_the_defaults_of_its_model(model):
    ours, theirs = insertion.new(model), model()
    assert columns(ours) == columns(theirs)
    assert (ours._state.adding, ours._state.db) == (True, None)
    if lists := [name for name, value in vars(ours).items() if isinstance(value, list)]:
        assert all(getattr(ours, name) is not getattr(insertion.new(model), name) for name in lists)


def test_a_new_row_names_others_as_django_would(db, django_assert_num_queries):
    report, truce = Report(pk=4, reference="rep_0000000004"), Truce(pk=7, slug="a-truce")
    with django_assert_num_queries(0):
        claim = insertion.new(Claim, pk=5, report=report, by=None, act="shelling")
        assert (claim.pk, claim.report, claim.by, claim.act) == (5, report, None, "shelling")
        assert report.claim is claim, "one to one"
        assert columns(claim) == columns(Claim(pk=5, report=report, by=None, act="shelling"))
        draft = insertion.new(LogDraft, truce=truce, change_id=9)
        assert (draft.truce, draft.truce_id, draft.change_id) == (truce, 7, 9)
    with pytest.raises(KeyError):
        insertion.new(Claim, acts="shelling")
