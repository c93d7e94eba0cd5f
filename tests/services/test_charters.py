"""Charters: loaded once, changed by version, read by the rules as they stand in the file."""

import pytest

from tracker.intake.scenario import charter_of as charter_of_file
from tracker.models import Actor, AuditEntry, Change, Convoy, DueIncident, Source, Term, Truce, View
from tracker.services import charters
from tracker.services.refusals import ManyRefused, Refused
from tracker.services.reports import receive
from tracker.services.sentences import text


def changed(scenario, **charter):
    return scenario.model_copy(update={"charter": scenario.charter.model_copy(update=charter)})


def test_a_loaded_charter_reads_as_its_file_does(truce, scenario):
    assert charters.build_charter(truce) == charter_of_file(scenario)


def test_its_actors_sources_convoys_and_declarers_are_there(truce, scenario):
    assert set(Actor.objects.values_list("slug", flat=True)) == {actor.slug for actor in scenario.actors}
    assert set(Source.objects.values_list("slug", flat=True)) == {source.slug for source in scenario.sources}
    assert Convoy.objects.get().term.ref == "humanitarian-access"
    assert [row.actor.slug for row in truce.declarers.all()] == ["united-states", "russia"]


def test_the_same_charter_again_changes_nothing(truce, scenario, author):
    before = Change.objects.count()
    assert charters.load_charter(scenario, author) == truce
    assert Change.objects.count() == before
    assert Truce.objects.get().charter_version == 1


def test_another_charter_is_the_next_version_with_an_audit_entry(truce, scenario, author):
    loaded = charters.load_charter(changed(scenario, breached_at=5), author)
    assert (loaded.pk, loaded.charter_version, loaded.breached_at) == (truce.pk, 2, 5)
    entry = AuditEntry.objects.filter(verb="charter.loaded").latest("id")
    assert entry.before["version"] == 1
    assert entry.after["version"] == 2


def test_another_charter_has_every_incident_weighed_again(truce, scenario, author, document):
    receive(document(), author)
    DueIncident.objects.all().delete()
    charters.load_charter(changed(scenario, breached_at=5), author)
    assert DueIncident.objects.count() == 1


def test_another_charter_is_what_the_rules_read_from_then_on(truce, scenario, author):
    assert charters.charter_of(truce).breached_at is None
    loaded = charters.load_charter(changed(scenario, breached_at=5), author)
    assert charters.charter_of(loaded).breached_at == 5


def test_a_term_that_left_the_charter_is_gone(truce, scenario, author):
    kept = tuple(term for term in scenario.charter.terms if term.ref != "separation")
    charters.load_charter(changed(scenario, terms=kept), author)
    assert not Term.objects.filter(ref="separation").exists()


def test_a_charter_that_names_an_unknown_actor_is_refused_whole(areas, scenario, author):
    without = scenario.model_copy(update={"actors": scenario.actors[1:]})
    with pytest.raises(Refused) as refused:
        charters.load_charter(without, author)
    assert refused.value.code == "unknown_actor"
    assert not Truce.objects.exists()
    assert not Actor.objects.exists()


def test_a_charter_that_the_rules_cannot_read_is_refused_with_every_fault(areas, scenario, author):
    terms = tuple(term.model_copy(update={"kind": "wish"}) for term in scenario.charter.terms)
    with pytest.raises(ManyRefused) as refused:
        charters.load_charter(changed(scenario, terms=terms), author)
    assert len(refused.value.refusals) >= len(terms)
    assert not Truce.objects.exists()


def test_a_historical_charter_is_known_from_when_it_was_agreed(truce, scenario):
    loaded = Change.objects.get(audit_entries__verb="charter.loaded")
    assert loaded.known == scenario.charter.agreed


def test_a_renamed_actor_makes_its_truces_read_their_charter_anew(truce, scenario, author):
    first, *rest = scenario.actors
    renamed = first.model_copy(update={"name": first.name.model_copy(update={"en": "Renamed"})})
    supplement = scenario.model_copy(
        update={
            "charter": None,
            "adds_to": truce.slug,
            "actors": (renamed, *rest),
        }
    )
    assert charters.charter_of(truce).actors[first.slug].name["en"] != "Renamed"
    truce.refresh_from_db()
    loaded = charters.load_charter(supplement, author)
    loaded.refresh_from_db()
    assert charters.charter_of(loaded).actors[first.slug].name["en"] == "Renamed"


def test_sentences_never_name_a_protected_source(truce):
    Source.objects.filter(slug="sana").update(protected=True, visibility="restricted")
    names = charters.names_of(truce, View.PUBLIC)
    assert "sana" not in names.sources
    assert "un-ocha" in names.sources
    assert names.source("sana") == "a source that is not named"
    assert text("access.denied", {"says": "sana", "by": "syrian-army"}, names).startswith(
        "A source that is not named says"
    )
    assert charters.names_of(truce, View.FULL).source("sana") == "sana"
