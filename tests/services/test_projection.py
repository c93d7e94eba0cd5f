"""The projection: what each view sees of a report, and what never leaves in public."""

import pytest

from tests.services.cast import DEIR_EZ_ZOR, received, report_document
from tracker.feed import projection
from tracker.models import Report, Source, View
from tracker.services import clock, publication, references, reports


def test_a_public_report_goes_out_in_the_shape_in_which_it_came(truce, author):
    shape = projection.report(received(author), View.PUBLIC)
    assert (shape["source"], shape["external_id"], shape["kind"]) == ("syrian-observatory", "one", "incident")
    assert shape["truces"] == ["syria-2016-09"]
    assert shape["claim"]["place"] == {**DEIR_EZ_ZOR, "pcode": None}
    assert shape["claim"]["stance"] == {"event": "asserts", "actor": "cannot_say"}
    assert shape["claim"]["casualties"] == [
        {"group": "combatants", "effect": "killed", "min": 80, "max": None}
    ]


@pytest.fixture
def protected(truce):
    Source.objects.filter(slug="syrian-observatory").update(protected=True, visibility="restricted")


def test_a_protected_source_is_never_named_in_public(protected, author):
    report = received(author, consent="public", said_by="Somebody")
    shape = projection.report(report, View.PUBLIC)
    assert "syrian-observatory" not in str(shape)
    assert (shape["source"], shape["external_id"], shape["said_by"]) == (None, None, None)
    assert projection.report(report, View.FULL)["source"] == "syrian-observatory"


def test_a_protected_source_that_another_relays_or_quotes_is_not_named_either(protected, author):
    report = received(
        author,
        source="sana",
        relayed_by=["syrian-observatory", "bbc"],
        claim={"quotes": ["syrian-observatory"]},
    )
    shape = projection.report(report, View.PUBLIC)
    assert (shape["relayed_by"], shape["claim"]["quotes"]) == (["bbc"], [])


def test_civilian_harm_shows_no_point_and_no_name_in_public(truce, author):
    report = received(author, claim={"harmed": "civilians", "against": None})
    place = projection.report(report, View.PUBLIC, now=clock.now())["claim"]["place"]
    assert (place["name"], place["lat"], place["lon"], place["precision"]) == (None, None, None, 3)
    assert projection.report(report, View.FULL)["claim"]["place"]["lat"] == DEIR_EZ_ZOR["lat"]


def test_what_our_own_people_tell_shows_coarse_times_and_no_small_counts_by_sex_or_age(truce, author):
    Source.objects.filter(slug="syrian-observatory").update(kind="own_field_staff")
    report = received(
        author,
        consent="public",
        claim={
            "occurred": {"from": "2016-09-17T10:20:00Z", "to": "2016-09-17T10:40:00Z", "precision": "exact"},
            "casualties": [
                {"group": "women", "effect": "killed", "min": 2, "max": 2},
                {"group": "combatants", "effect": "killed", "min": 3, "max": 3},
            ],
        },
    )
    shape = projection.report(report, View.PUBLIC)
    assert shape["received"] is None
    assert shape["claim"]["occurred"]["from"] == "2016-09-17T10:00:00Z"
    assert shape["claim"]["occurred"]["to"] == "2016-09-17T11:00:00Z"
    assert [figure["group"] for figure in shape["claim"]["casualties"]] == ["combatants"]
    assert shape["claim"]["place"]["lat"] is None


def test_a_correction_does_not_name_in_public_a_report_that_is_withheld(truce, author):
    first = received(author)
    second = received(author, summary="Two.", supersedes=first.reference)
    assert projection.report(second, View.PUBLIC)["supersedes"] == first.reference
    publication.withhold(first, "Published in error.", author)
    second = type(second).objects.get(pk=second.pk)
    assert projection.report(second, View.PUBLIC)["supersedes"] is None
    assert projection.report(second, View.FULL)["supersedes"] == first.reference


def test_a_withheld_report_is_no_longer_shown_with_its_incident(truce, author):
    report = received(author)
    incident = references.incident_of(report)
    assert len(projection.incident(incident, View.PUBLIC)["reports"]) == 1
    publication.withhold(report, "Published in error.", author)
    assert projection.incident(incident, View.PUBLIC)["reports"] == []
    assert len(projection.incident(incident, View.FULL)["reports"]) == 1


def test_a_receipt_says_the_same_of_what_was_told_as_of_what_is_read(truce, author):
    first = reports.receive(report_document(), author)
    Source.objects.filter(slug="syrian-observatory").update(trusted=False)
    second = reports.receive(report_document(external_id="two"), author)
    assert (first.receipt["screening"], first.receipt["public"]) == ("screened_in", True)
    assert (second.receipt["screening"], second.receipt["public"]) == ("received", False)
    for taken_in in (first, second):
        read = projection.receipt(Report.objects.get(pk=taken_in.report.pk))
        assert (taken_in.receipt, list(taken_in.receipt)) == (read, list(read))
