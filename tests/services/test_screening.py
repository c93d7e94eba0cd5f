"""Screening and publication: what counts, what is public, and what is taken back."""

from datetime import datetime, timedelta

import pytest

from tests.services.cast import received
from tracker.models import (
    DueIncident,
    DuePublication,
    EntryType,
    LogDraft,
    LogEntry,
    LogPayload,
    Publication,
    Screening,
    Source,
    View,
)
from tracker.services import clock, positions, publication, screening
from tracker.services.refusals import Refused

REASON = "It tells of another war."


@pytest.fixture
def untrusted(truce):
    Source.objects.update(trusted=False)


@pytest.fixture
def own_staff(truce):
    Source.objects.filter(slug="syrian-observatory").update(kind="own_field_staff")


def drafted(report, view=View.PUBLIC):
    return list(LogDraft.objects.filter(view=view, subject=report.reference).values_list("type", flat=True))


def test_screening_in_makes_a_report_count_and_public(truce, author, untrusted):
    report = received(author)
    screening.screen_in(report, author)
    assert publication.is_screened_in(report)
    assert publication.is_public(report)
    assert drafted(report) == [EntryType.REPORT_RECEIVED]
    assert DueIncident.objects.exists()


def test_a_report_is_screened_in_once(truce, author, untrusted):
    report = received(author)
    screening.screen_in(report, author)
    with pytest.raises(Refused) as refused:
        screening.screen_in(report, author)
    assert refused.value.code == "already_so"
    assert Screening.objects.count() == Publication.objects.count() == 1


def test_setting_aside_needs_a_reason(truce, author, untrusted):
    with pytest.raises(Refused) as refused:
        screening.set_aside(received(author), " ", author)
    assert (refused.value.field, refused.value.code) == ("reason", "reason_missing")


def test_a_report_that_is_set_aside_after_it_was_public_is_purged_and_subscribers_are_told(truce, author):
    report = received(author)
    positions.place()
    position = LogEntry.objects.get(view=View.PUBLIC, subject=report.reference).position
    assert LogPayload.objects.filter(view=View.PUBLIC, position=position).exists()
    screening.set_aside(report, REASON, author)
    assert not publication.is_screened_in(report)
    assert not publication.is_public(report)
    assert not LogPayload.objects.filter(view=View.PUBLIC, position=position).exists()
    assert LogPayload.objects.filter(view=View.FULL).exists()
    assert EntryType.ENTRY_REDACTED in drafted(report)
    assert LogEntry.objects.filter(view=View.PUBLIC, subject=report.reference).exists()


def test_a_public_draft_that_has_no_place_yet_is_purged_with_the_report(truce, author):
    report = received(author)
    publication.withhold(report, REASON, author)
    drafts = LogDraft.objects.filter(
        view=View.PUBLIC, type=EntryType.REPORT_RECEIVED, subject=report.reference
    )
    assert [draft.payload for draft in drafts] == [None]


def test_own_field_staff_appear_in_batches_at_least_six_hours_late(truce, author, own_staff):
    report = received(author, consent="public")
    assert not publication.is_public(report)
    assert report.public_from - report.received >= timedelta(hours=6) - timedelta(seconds=5)
    assert (report.public_from.hour % 6, report.public_from.minute, report.public_from.second) == (0, 0, 0)
    assert DuePublication.objects.get().due == report.public_from


def test_a_due_report_becomes_public_once_at_its_moment(truce, author, own_staff):
    report = received(author, consent="public")
    assert publication.publish_due(report.public_from - timedelta(seconds=1)) == 0
    assert publication.publish_due(report.public_from) == 1
    assert publication.publish_due(report.public_from) == 0
    assert publication.is_public(report)
    assert Publication.objects.count() == 1


def test_what_is_screened_in_after_its_moment_appears_in_the_next_batch(truce, author, own_staff, settings):
    Source.objects.filter(slug="syrian-observatory").update(trusted=False)
    report = received(author, consent="public")
    settings.CLOCK_OFFSET = int(timedelta(hours=25).total_seconds())
    screening.screen_in(report, author)
    due = DuePublication.objects.get().due
    assert timedelta() <= due - clock.now() + timedelta(seconds=5)
    assert due - clock.now() <= publication.BATCH
    assert (due.hour % 6, due.minute, due.second, due.microsecond) == (0, 0, 0, 0)
    assert publication.publish_due(due) == 1


def test_a_report_set_aside_before_its_moment_never_becomes_public(truce, author, own_staff):
    report = received(author, consent="public")
    screening.set_aside(report, REASON, author)
    assert publication.publish_due(report.public_from) == 0
    assert not Publication.objects.exists()


def test_consent_for_partners_alone_is_not_consent_to_publish(truce, author, own_staff):
    report = received(author, consent="partners")
    assert report.visibility == "partners"
    with pytest.raises(Refused) as refused:
        publication.publish(report, REASON, author)
    assert refused.value.code == "never_public"


def test_a_convoy_that_our_own_people_tell_of_is_published_by_a_coordinator_alone(truce, author):
    Source.objects.filter(slug="un-ocha").update(kind="own_field_staff")
    report = received(
        author,
        kind="access",
        source="un-ocha",
        consent="public",
        access={"convoy": "trucks-at-the-turkish-border", "waiting": 40},
    )
    assert not DuePublication.objects.exists()
    publication.publish(report, "The convoy has arrived.", author)
    assert publication.is_public(report)


def test_a_batch_begins_at_the_next_quarter_of_the_day_that_is_late_enough():
    own = Source(kind="own_field_staff")
    at = datetime.fromisoformat
    assert publication.public_from(own, at("2016-09-17T05:59:00+00:00")) == at("2016-09-17T12:00:00+00:00")
    assert publication.public_from(own, at("2016-09-17T06:00:00+00:00")) == at("2016-09-17T12:00:00+00:00")
    assert publication.public_from(own, at("2016-09-17T18:01:00+00:00")) == at("2016-09-18T06:00:00+00:00")
    assert publication.public_from(Source(kind="press"), clock.now()) is None
