"""What a report names is read by one statement, and what that does not find is asked for by itself."""

from __future__ import annotations

import pytest

from tests.services.cast import columns, received, report_document
from tracker.feed import shown
from tracker.intake.report_document import Place
from tracker.models import Actor, Source, Truce
from tracker.services import claims, keys, places
from tracker.services.named import named_by, named_in
from tracker.services.refusals import Refused

SOURCE, TRUCE = "syrian-observatory", "syria-2016-09"
BODY = {
    "source": SOURCE,
    "truce": TRUCE,
    "external_id": "one",
    "claim": {"by": "russia", "against": "syrian-army"},
}


@pytest.fixture
def key(truce):
    return keys.create_key("Partner", ["reports:write"], [Source.objects.get(slug=SOURCE)])[0]


def test_all_that_a_report_names_is_read_by_one_statement_as_django_reads_it(
    truce, django_assert_num_queries
):
    document = report_document()
    with django_assert_num_queries(1):
        named = named_by(document)
        source, its_truce = named.source(SOURCE), named.truce(TRUCE)
        assert named.revisions(source, "one") == []
        assert all(named.exists(*one) for one in (("source", SOURCE), ("truce", TRUCE)))
        assert named.exists("actor", "syrian-army")
    assert columns(source) == columns(Source.objects.get(slug=SOURCE))
    assert columns(its_truce) == columns(Truce.objects.get(slug=TRUCE))
    assert columns(named.actors["syrian-army"]) == columns(Actor.objects.get(slug="syrian-army"))


def test_a_body_names_the_same_and_says_whether_its_key_is_tied_to_its_source(key, django_assert_num_queries):
    other, _secret = keys.create_key("Another", ["reports:write"], [Source.objects.get(slug="sana")])
    with django_assert_num_queries(1):
        named = named_in(BODY, key)
        assert set(named.actors) == {"russia", "syrian-army"}
        assert named.may_be_sent_with(key, SOURCE)
    assert not named_in(BODY, other).may_be_sent_with(other, SOURCE)


def test_whom_a_report_repeats_is_read_with_it(key, django_assert_num_queries):
    Source.objects.filter(slug="sana").update(visibility="restricted")
    key.sources.add(Source.objects.get(slug="sana"))
    body = {**BODY, "relayed_by": ["sana"], "claim": {"quotes": ["syrian-observatory", "nobody"]}}
    repeated = ["sana", "syrian-observatory"]
    with django_assert_num_queries(1):
        named = named_in(body, key)
        assert named.exists("quoted", "syrian-observatory")
        assert named.hidden(repeated) == {"sana"}
        assert named.hidden([]) == frozenset()
    assert named.exists("quoted", "sana")
    assert named.hidden(repeated) == shown.hidden_names(repeated)
    assert not named.exists("quoted", "nobody")


def test_of_a_report_that_is_repeated_it_is_not_known_who_may_know_of_it(truce, author, key):
    report = received(author)
    named = named_in({**BODY, "claim": {"quotes": [report.reference]}}, key)
    assert named.hidden([report.reference]) is None
    assert named.exists("quoted", report.reference)


PLACES = [
    {"lat": 35.28, "lon": 40.09, "precision": 2},
    {"lat": 36, "lon": 37.15, "precision": 1},
    {"lat": 36.64, "lon": 37.02},
    {"lat": 36.64, "lon": 37.02, "country": "SYR", "precision": 2},
    {"lat": 35.28, "lon": 40.09, "precision": 5},
    {"lat": 35.28, "lon": 40.09, "precision": 7},
    {"pcode": "SY.HL"},
    {"name": "Somewhere"},
]


@pytest.mark.parametrize("part", ["claim", "tally"])
@pytest.mark.parametrize("given", PLACES)
def test_the_areas_of_a_place_are_read_with_what_the_report_names(
    key, areas, django_assert_num_queries, given, part
):
    place = Place.model_validate(given)
    with django_assert_num_queries(1):
        named = named_in({**BODY, "claim": None, part: {"place": given}}, key)
        found = claims.locate(place, named)
    alone = places.locate(place.lat, place.lon, place.precision, place.country, place.pcode)
    assert found == alone
    assert bool(found.all) == (given not in ({"name": "Somewhere"}, PLACES[5]))


@pytest.mark.parametrize(
    "place",
    [
        {"lat": "35.28", "lon": 40.09},
        {"lat": 35.28},
        {"lat": 91, "lon": 40.09},
        {"lat": 10**400, "lon": 1},
        {"lat": True, "lon": False, "precision": True},
        {"pcode": ["SY07"], "precision": "2"},
        "35.28, 40.09",
    ],
)
def test_what_is_no_place_is_looked_for_nowhere(key, areas, place):
    assert named_in({**BODY, "claim": {"place": place}}, key).areas.keys() == {places.Question()}


def test_a_place_that_was_not_looked_for_is_asked_for_by_itself(key, areas, django_assert_num_queries):
    named = named_in(BODY, key)
    with django_assert_num_queries(1):
        assert claims.locate(Place(lat=35.28, lon=40.09, precision=1), named).within == ("SYR", "SY.DY")


def test_what_was_not_looked_for_is_asked_for_by_itself(key):
    named = named_in({}, key)
    assert named.source(SOURCE).slug == SOURCE
    assert named.truce(TRUCE).slug == TRUCE
    assert named.exists("actor", "russia")
    assert named.may_be_sent_with(key, SOURCE)
    assert not named.may_be_sent_with(key, "sana")


def test_what_is_not_there_is_refused_by_its_field(key):
    named = named_in({**BODY, "source": "nobody", "truce": "no-truce", "claim": {"by": "nobody"}}, key)
    assert not any(named.exists(*one) for one in (("source", "nobody"), ("actor", "nobody")))
    with pytest.raises(Refused) as refused:
        named.source("nobody")
    assert (refused.value.field, refused.value.code) == ("source", "unknown_source")
    with pytest.raises(Refused) as refused:
        named.truce("no-truce")
    assert (refused.value.field, refused.value.code) == ("truce", "unknown_truce")


@pytest.mark.parametrize("body", [None, [], "text", {"source": 1, "claim": "x"}, {"source": "a\x00b"}])
def test_what_is_no_text_names_nothing(key, body):
    named = named_in(body, key)
    assert (named.found_source, named.found_truce, named.actors) == (None, None, {})


def test_the_revisions_of_a_report_come_in_their_order(truce, author):
    first = received(author)
    second = received(author, summary="At least 83 soldiers killed.", supersedes=first.reference)
    named = named_by(report_document())
    source = named.source(SOURCE)
    assert named.revisions(source, "one") == [first, second]
    assert named.revisions(source, "two") == []
