"""Reports: each comes in once, with all its rows, in one transaction."""

import threading

import pytest
from django.db import connection
from psycopg.pq import TransactionStatus

from tracker.models import (
    AccessReport,
    AuditEntry,
    Change,
    Claim,
    DueIncident,
    EntryType,
    Extension,
    Incident,
    IncidentLink,
    LogDraft,
    Publication,
    Report,
    Screening,
    Source,
    Tally,
    View,
)
from tracker.services import positions, prepared, references
from tracker.services.refusals import Refused
from tracker.services.reports import Conflict, Outcome, receive


def test_a_report_is_stored_with_its_claim_its_incident_and_its_audit_entry(document, author):
    received = receive(document(), author)
    report = received.report
    assert received.outcome == Outcome.CREATED
    claim = Claim.objects.get(report=report)
    assert (claim.act, claim.against.slug, claim.stance_actor) == ("air_strike", "syrian-army", "cannot_say")
    figure = claim.casualties.get()
    assert (figure.group, figure.effect, figure.minimum, figure.maximum) == ("combatants", "killed", 80, None)
    assert set(claim.place_within) == {"SYR", "SY.DY"}
    assert [row.truce.slug for row in report.report_truces.all()] == ["syria-2016-09"]
    assert IncidentLink.objects.get(report=report).incident.change == report.change
    entry = AuditEntry.objects.get(subject=report.reference)
    assert entry.verb == "report.received"
    assert "soldiers" not in str(entry.after)


def test_the_same_content_again_gives_the_same_report(document, author):
    first = receive(document(), author)
    changes = Change.objects.count()
    again = receive(document(), author)
    assert again.outcome == Outcome.UNCHANGED
    assert again.report == first.report
    assert Change.objects.count() == changes


def test_without_an_external_id_the_content_is_the_identifier(document, author):
    first = receive(document(external_id=None), author)
    again = receive(document(external_id=None), author)
    other = receive(document(external_id=None, summary="Something else."), author)
    assert again.report == first.report
    assert other.report != first.report


def test_other_content_without_supersedes_is_a_conflict_that_names_both(document, author):
    first = receive(document(), author).report
    with pytest.raises(Conflict) as conflict:
        receive(document(summary="At least 90."), author)
    assert conflict.value.existing == first
    assert conflict.value.digest != first.digest
    assert first.reference in conflict.value.message
    assert Report.objects.count() == 1


def test_other_content_with_supersedes_is_a_new_revision_of_the_same_incident(document, author):
    first = receive(document(), author).report
    second = receive(document(summary="At least 90.", supersedes=first.reference), author)
    assert second.outcome == Outcome.REVISED
    assert (second.report.revision, second.report.supersedes) == (2, first)
    assert references.incident_of(second.report) == references.incident_of(first)
    assert Incident.objects.count() == 1


def test_a_report_is_superseded_once(document, author):
    first = receive(document(), author).report
    second = receive(document(summary="Two.", supersedes=first.reference), author).report
    with pytest.raises(Refused) as refused:
        receive(document(summary="Three.", supersedes=first.reference), author)
    assert (refused.value.field, refused.value.code) == ("supersedes", "already_superseded")
    assert second.reference in refused.value.message


def test_a_source_cannot_correct_the_report_of_another(document, author):
    first = receive(document(), author).report
    with pytest.raises(Refused) as refused:
        receive(document(source="sana", supersedes=first.reference), author)
    assert refused.value.code == "another_source"


def test_a_report_that_names_an_incident_joins_it(document, author):
    incident = references.incident_of(receive(document(), author).report)
    joining = receive(document(external_id="two", incident=incident.reference), author).report
    assert references.incident_of(joining) == incident
    assert Incident.objects.count() == 1


def test_a_report_of_a_source_that_is_not_trusted_awaits_screening_and_is_told_to_nobody_outside(
    document, author
):
    Source.objects.filter(slug="syrian-observatory").update(trusted=False)
    report = receive(document(), author).report
    assert not Screening.objects.filter(report=report).exists()
    assert not Publication.objects.filter(report=report).exists()
    views = LogDraft.objects.filter(subject=report.reference).values_list("view", flat=True)
    assert set(views) == {View.FULL}
    assert not DueIncident.objects.exists()


def test_a_trusted_source_is_screened_in_and_published_on_receipt_in_the_same_change(document, author):
    report = receive(document(), author).report
    screening = Screening.objects.get(report=report)
    assert screening.automatic
    assert screening.change == report.change == Publication.objects.get(report=report, public=True).change
    drafts = LogDraft.objects.filter(view=View.PUBLIC, change=report.change).order_by("id")
    assert list(drafts.values_list("type", flat=True)) == [
        EntryType.REPORT_RECEIVED,
        EntryType.INCIDENT_OPENED,
    ]
    assert DueIncident.objects.get().incident == references.incident_of(report)


def test_a_key_that_may_publish_has_its_reports_screened_in(document, author):
    Source.objects.filter(slug="syrian-observatory").update(trusted=False)
    report = receive(document(), author, trusted=True).report
    assert Screening.objects.filter(report=report, automatic=True).exists()


def test_the_second_report_of_an_incident_updates_it_in_the_log(document, author):
    incident = references.incident_of(receive(document(), author).report)
    report = receive(document(external_id="two", incident=incident.reference), author).report
    drafts = LogDraft.objects.filter(view=View.PUBLIC, change=report.change).order_by("id")
    assert list(drafts.values_list("type", flat=True)) == [
        EntryType.REPORT_RECEIVED,
        EntryType.INCIDENT_UPDATED,
    ]


def test_a_report_of_no_truce_concerns_each_whose_area_and_time_it_may_touch(document, author):
    inside = receive(document(truce=None), author).report
    elsewhere = receive(
        document(truce=None, external_id="iraq", claim={"place": {"country": "IRQ"}}), author
    ).report
    before = receive(
        document(
            truce=None,
            external_id="before",
            claim={
                "occurred": {
                    "from": "2015-12-01T00:00:00Z",
                    "to": "2016-01-01T00:00:00Z",
                    "precision": "month",
                }
            },
        ),
        author,
    ).report
    somewhere = receive(document(truce=None, external_id="somewhere", claim={"place": None}), author).report
    assert inside.report_truces.count() == somewhere.report_truces.count() == 1
    assert elsewhere.report_truces.count() == before.report_truces.count() == 0


def test_a_tally_opens_no_incident(document, author):
    report = receive(
        document(
            kind="tally",
            tally={
                "from": "2016-09-16T14:00:00Z",
                "to": "2016-09-17T14:00:00Z",
                "counts": [
                    {"what": "attacks", "n": 55},
                    {"what": "civilians_killed", "n": 12, "spans": False},
                ],
            },
        ),
        author,
    ).report
    tally = Tally.objects.get(report=report)
    assert list(tally.counts.order_by("id").values_list("what", "number", "spans")) == [
        ("attacks", 55, True),
        ("civilians_killed", 12, False),
    ]
    assert not Incident.objects.exists()


def test_an_access_report_keeps_no_figure_as_no_figure(document, author):
    report = receive(
        document(
            kind="access",
            source="un-ocha",
            access={"convoy": "trucks-at-the-turkish-border", "delivered": 0, "credibility": 2},
        ),
        author,
    ).report
    row = AccessReport.objects.get(report=report)
    assert row.delivered == 0
    assert row.waiting is None


def test_an_offer_of_extension_is_by_those_whom_its_source_speaks_for(document, author):
    receive(
        document(
            kind="statement",
            source="moscow",
            published="2016-09-16T15:00:00Z",
            statement={"about": "extension", "extension": {"hours": 72, "state": "offered"}},
        ),
        author,
    )
    offer = Extension.objects.get()
    assert (offer.by, offer.state, offer.offer) == (["russia"], "offered", offer.reference)
    assert offer.at.isoformat() == "2016-09-16T15:00:00+00:00"


def test_the_answer_to_an_offer_belongs_to_that_offer(document, author):
    for state in ("offered", "declined"):
        receive(
            document(
                kind="statement",
                external_id=state,
                source="moscow",
                statement={"about": "extension", "extension": {"hours": 72, "state": state}},
            ),
            author,
        )
    offered, declined = Extension.objects.order_by("id")
    assert declined.offer == offered.reference


def test_an_unknown_actor_is_refused_by_its_field_and_nothing_is_stored(document, author):
    report = document()
    bad = report.model_copy(update={"claim": report.claim.model_copy(update={"by": "nobody"})})
    with pytest.raises(Refused) as refused:
        receive(bad, author)
    assert (refused.value.field, refused.value.code) == ("claim.by", "unknown_actor")
    assert refused.value.pointer == "/claim/by"
    assert not Report.objects.exists()
    assert not Change.objects.filter(reports__isnull=False).exists()


def test_own_field_staff_without_consent_are_never_public(document, author):
    Source.objects.filter(slug="syrian-observatory").update(kind="own_field_staff")
    report = receive(document(), author).report
    assert report.visibility == "restricted"
    assert Screening.objects.filter(report=report).exists()
    assert not Publication.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_an_ordinary_report_is_stored_by_one_statement_that_commits_by_itself(document, author, monkeypatch):
    ask, left = prepared.rows, []

    def ask_and_look(statement, values, **options):
        found = ask(statement, values, **options)
        if options.get("ends"):
            left.append(connection.connection.pgconn.transaction_status)
        return found

    monkeypatch.setattr(prepared, "rows", ask_and_look)
    receive(document(), author)
    assert left == [TransactionStatus.IDLE]


@pytest.mark.django_db(transaction=True)
def test_two_equal_reports_at_once_end_in_one(document, author):
    report, outcomes = document(), []
    barrier = threading.Barrier(2)

    def post() -> None:
        try:
            barrier.wait(timeout=10)
            outcomes.append(receive(report, author))
        finally:
            connection.close()

    threads = [threading.Thread(target=post) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    positions.place()
    assert {received.report for received in outcomes} == {Report.objects.get()}
    assert sorted(received.outcome for received in outcomes) == [Outcome.CREATED, Outcome.UNCHANGED]
    assert Incident.objects.count() == 1
