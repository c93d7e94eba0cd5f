"""Rulings: made by one person, counting from the review of another, superseded and never edited."""

import pytest

from tests.services.cast import received
from tracker.models import DueIncident, EntryType, LogDraft, Person, Ruling, View
from tracker.services import clock, references, rulings
from tracker.services.authors import Author
from tracker.services.refusals import Refused
from tracker.services.rulings import Assessment, review, rule

FOUND = Assessment("violation", "It broke the truce.", severity="serious")


@pytest.fixture
def assessor(truce):
    return Author.of_person(Person.objects.create_user("one@example.org", name="One"))


@pytest.fixture
def reviewer(truce):
    return Author.of_person(Person.objects.create_user("two@example.org", name="Two"))


@pytest.fixture
def incident(truce, author):
    return references.incident_of(received(author))


@pytest.fixture
def cessation(truce):
    return truce.terms.get(ref="cessation")


def findings(view):
    types = [EntryType.FINDING_ISSUED, EntryType.FINDING_SUPERSEDED]
    return list(
        LogDraft.objects.filter(view=view, type__in=types).order_by("id").values_list("type", "subject")
    )


def test_a_ruling_says_nothing_before_its_review(incident, cessation, assessor):
    DueIncident.objects.all().delete()
    rule(incident, cessation, FOUND, assessor)
    assert findings(View.FULL) == findings(View.PUBLIC) == []
    assert not DueIncident.objects.exists()


def test_a_reviewed_ruling_is_issued_in_both_views_and_has_its_incident_weighed(
    incident, cessation, assessor, reviewer
):
    ruling = rule(incident, cessation, FOUND, assessor)
    DueIncident.objects.all().delete()
    review(ruling, reviewer)
    assert findings(View.FULL) == findings(View.PUBLIC) == [("finding.issued", ruling.reference)]
    assert DueIncident.objects.get().incident == incident


def test_nobody_reviews_their_own_ruling(incident, cessation, assessor):
    ruling = rule(incident, cessation, FOUND, assessor)
    with pytest.raises(Refused) as refused:
        review(ruling, assessor)
    assert (refused.value.field, refused.value.code) == ("reviewed_by", "same_person")


def test_a_person_with_a_new_name_still_does_not_review_their_own_ruling(incident, cessation, assessor):
    ruling = rule(incident, cessation, FOUND, assessor)
    assessor.person.name = "Somebody else"
    with pytest.raises(Refused) as refused:
        review(ruling, Author.of_person(assessor.person))
    assert refused.value.code == "same_person"


def test_a_ruling_is_reviewed_once(incident, cessation, assessor, reviewer):
    ruling = rule(incident, cessation, FOUND, assessor)
    review(ruling, reviewer)
    with pytest.raises(Refused) as refused:
        review(Ruling.objects.get(pk=ruling.pk), reviewer)
    assert refused.value.code == "already_reviewed"


def test_a_second_ruling_must_name_the_one_that_stands(incident, cessation, assessor):
    first = rule(incident, cessation, FOUND, assessor)
    with pytest.raises(Refused) as refused:
        rule(incident, cessation, FOUND, assessor)
    assert refused.value.field == "supersedes"
    assert first.reference in refused.value.message


def test_a_superseding_ruling_takes_back_the_one_before_from_its_own_review(
    incident, cessation, assessor, reviewer
):
    first = rule(incident, cessation, FOUND, assessor)
    review(first, reviewer)
    second = rule(incident, cessation, Assessment("no_violation", "It did not."), assessor, supersedes=first)
    assert findings(View.PUBLIC) == [("finding.issued", first.reference)]
    review(second, reviewer)
    assert findings(View.PUBLIC)[1:] == [
        ("finding.superseded", first.reference),
        ("finding.issued", second.reference),
    ]


def test_a_restricted_ruling_is_issued_to_the_cleared_alone(incident, cessation, assessor, reviewer):
    found = Assessment("violation", "It broke the truce.", visibility="restricted")
    review(rule(incident, cessation, found, assessor), reviewer)
    assert len(findings(View.FULL)) == 1
    assert findings(View.PUBLIC) == []


def test_only_prohibitions_are_ruled_on(incident, truce, assessor):
    with pytest.raises(Refused) as refused:
        rule(incident, truce.terms.get(ref="seven-day-clock"), FOUND, assessor)
    assert (refused.value.field, refused.value.code) == ("term", "not_a_prohibition")


@pytest.mark.parametrize(
    ("found", "field"),
    [
        (Assessment("perhaps", "Why."), "outcome"),
        (Assessment("violation", " "), "reason"),
        (Assessment("violation", "Why.", occurred_from=clock.now), "occurred"),
    ],
)
def test_what_is_wrong_is_named_by_its_field(incident, cessation, assessor, found, field):
    with pytest.raises(Refused) as refused:
        rule(incident, cessation, found, assessor)
    assert refused.value.field == field


def test_another_assessor_can_be_named_only_in_a_historical_load(incident, cessation, assessor):
    with pytest.raises(Refused) as refused:
        rule(incident, cessation, FOUND, assessor, assessed_by="Somebody")
    assert refused.value.code == "historical_only_in_a_load"
    rulings.rule(incident, cessation, FOUND, assessor, assessed_by="Somebody", known_given=clock.now())
    assert Ruling.objects.get().assessed_by == "Somebody"
