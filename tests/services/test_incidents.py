"""Incidents: linked and merged by people, under references that keep resolving."""

import pytest

from tests.services.cast import received
from tracker.models import AuditEntry, DueIncident, EntryType, LogDraft, View
from tracker.services import incidents, references, rulings
from tracker.services.authors import Author
from tracker.services.refusals import Refused

REASON = "The same strike."


@pytest.fixture
def two(truce, author):
    """Two reports, each with an incident of its own."""
    return received(author), received(author, external_id="two", source="sana")


def test_a_merged_reference_keeps_resolving(two, author):
    first, second = map(references.incident_of, two)
    incidents.merge(second, first, REASON, author)
    assert incidents.resolve(second.reference) == incidents.resolve(first.reference) == first


def test_a_reference_resolves_through_several_merges(two, author):
    first, second = map(references.incident_of, two)
    third = references.incident_of(received(author, external_id="three"))
    incidents.merge(third, second, REASON, author)
    incidents.merge(second, first, REASON, author)
    assert incidents.resolve(third.reference) == first


def test_after_a_merge_the_reports_are_about_the_one_that_stays(two, author):
    first, second = map(references.incident_of, two)
    incidents.merge(second, first, REASON, author)
    assert [references.incident_of(report) for report in two] == [first, first]
    assert set(DueIncident.objects.values_list("incident", flat=True)) == {first.pk, second.pk}


def test_a_merge_is_told_in_both_views_and_audited(two, author):
    first, second = map(references.incident_of, two)
    incidents.merge(second, first, REASON, author)
    drafts = LogDraft.objects.filter(type=EntryType.INCIDENT_MERGED, subject=second.reference)
    assert set(drafts.values_list("view", flat=True)) == {View.PUBLIC, View.FULL}
    entry = AuditEntry.objects.get(verb="incident.merged")
    assert (entry.subject, entry.after) == (second.reference, first.reference)


def test_a_later_report_of_a_merged_reference_joins_the_one_that_stays(two, author):
    first, second = map(references.incident_of, two)
    incidents.merge(second, first, REASON, author)
    late = received(author, external_id="late", incident=second.reference)
    assert references.incident_of(late) == first


def test_an_incident_is_not_merged_into_itself(two, author):
    first, second = map(references.incident_of, two)
    incidents.merge(second, first, REASON, author)
    with pytest.raises(Refused) as refused:
        incidents.merge(second, first, REASON, author)
    assert refused.value.code == "merged_into_itself"


def test_an_incident_with_a_ruling_is_not_merged_away(two, truce, author):
    first, second = map(references.incident_of, two)
    found = rulings.Assessment("violation", "It broke the truce.")
    rulings.rule(second, truce.terms.get(ref="cessation"), found, Author.of_worker("somebody"))
    with pytest.raises(Refused) as refused:
        incidents.merge(second, first, REASON, author)
    assert refused.value.code == "ruling_stands"


def test_linking_moves_one_report_and_has_both_incidents_weighed(two, author):
    first, second = map(references.incident_of, two)
    incidents.link(two[1], first, REASON, author)
    assert references.incident_of(two[1]) == first
    assert set(DueIncident.objects.values_list("incident", flat=True)) == {first.pk, second.pk}


@pytest.mark.parametrize("reason", ["", "  "])
def test_linking_and_merging_need_a_reason(two, author, reason):
    first, second = map(references.incident_of, two)
    for act in (
        lambda: incidents.link(two[1], first, reason, author),
        lambda: incidents.merge(second, first, reason, author),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.field == "reason"
