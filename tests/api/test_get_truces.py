"""GET truces, and the charter of one."""

from __future__ import annotations

from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.api.questions import PagedQuestions, Questions, assert_problem, walk
from tracker.models import Actor, ActorAlias, ActorParent, Truce


def queries_of(api, path):
    """How often the database is asked for a page that it has answered before."""
    api.get(path)
    with CaptureQueriesContext(connection) as queries:
        assert api.get(path).status_code == 200
    return len(queries)


class TestTruces(PagedQuestions):
    path = "/api/v1/truces"
    malformed = {"limit": "many", "cursor": "x y"}
    wrong_methods = ("post", "put", "patch", "delete")

    def test_each_truce_says_where_its_status_is(self, cast, api):
        (truce,) = api.get(self.path).json()["results"]
        assert truce["slug"] == "river-truce"
        assert truce["in_force_from"] == "2026-03-02T12:00:00Z"
        assert api.get(truce["charter"].removeprefix("http://testserver")).status_code == 200

    def test_a_truce_that_is_not_public_is_listed_for_the_cleared_alone(self, cast, api):
        Truce.objects.filter(pk=cast.truce.pk).update(visibility="restricted")
        assert api.get(self.path).json()["results"] == []
        assert_problem(api.get("/api/v1/truces/river-truce"), 404)
        assert len(api.get(self.path, key="cleared").json()["results"]) == 1

    def test_pages_hold_each_truce_once(self, cast, api):
        for number in range(4):
            cast.truce.pk, cast.truce.slug = None, f"truce-{number}"
            cast.truce.save(force_insert=True)
        found = [truce["slug"] for truce in walk(api, self.path, {"limit": 2})]
        assert sorted(found) == ["river-truce", "truce-0", "truce-1", "truce-2", "truce-3"]

    def test_a_longer_list_takes_as_many_queries(self, cast, api):
        before = queries_of(api, self.path)
        cast.truce.pk, cast.truce.slug = None, "another-truce"
        cast.truce.save(force_insert=True)
        assert queries_of(api, self.path) == before


class TestCharter(Questions):
    path = "/api/v1/truces/river-truce"
    unknown_path = "/api/v1/truces/no-such-truce"
    wrong_methods = ("post", "put", "patch", "delete")

    def test_the_charter_has_its_parties_and_terms_in_order(self, cast, api):
        charter = api.get(self.path).json()
        assert [party["actor"] for party in charter["parties"]] == ["north", "south"]
        assert [term["ref"] for term in charter["terms"]] == ["cessation", "seven-day-clock"]
        assert charter["declarers"] == ["north", "south"]
        assert charter["quiet_for"] == "P7D"
        assert charter["policies"][0]["basis"] == "tracker"

    def test_a_charter_that_names_more_takes_as_many_queries(self, cast, api):
        before = queries_of(api, self.path)
        north, party = Actor.objects.get(slug="north"), cast.truce.parties.last()
        for number in range(3):
            actor = Actor.objects.create(slug=f"brigade-{number}", kind=north.kind, name={"en": "A brigade"})
            ActorAlias.objects.create(actor=actor, name={"en": f"Brigade {number}"})
            ActorParent.objects.create(actor=actor, parent=north)
            party.pk, party.actor, party.order = None, actor, party.order + 1
            party.save(force_insert=True)
        assert len(api.get(self.path).json()["actors"]) == 5
        assert queries_of(api, self.path) == before
