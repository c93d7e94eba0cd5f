"""The cast of the desk's tests: one truce, its sources and actors, and a person for each role."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.test import Client

from tracker.models import (
    Actor,
    Change,
    Convoy,
    Membership,
    Organisation,
    Person,
    Role,
    Source,
    Term,
    Truce,
)

PASSWORD = "a long enough password"
START = datetime(2016, 9, 12, 16, tzinfo=UTC)


@dataclass
class Cast:
    truce: Truce
    people: dict[str, Person]

    def client(self, role: str) -> Client:
        """A signed-in browser of the person of that role."""
        client = Client()
        client.force_login(self.people[role], backend="django.contrib.auth.backends.ModelBackend")
        return client


def make_cast() -> Cast:
    """The cast as rows, in whichever database Django is pointed at."""
    truce = add_truce("syria-2016-09")
    for slug, kind in (
        ("syrian-army", "armed_force"),
        ("us-led-coalition", "coalition"),
        ("russia", "state"),
        ("united-states", "state"),
    ):
        Actor.objects.create(slug=slug, kind=kind, name={"en": slug.replace("-", " ").title()})
    for slug, kind, more in (
        ("syrian-observatory", "monitor", {"reliability": "B"}),
        ("russian-military", "party", {"reliability": "C"}),
        ("un-ocha", "un", {"reliability": "A", "trusted": True}),
        ("press", "press", {"reliability": "B"}),
        ("own-staff", "own_field_staff", {"visibility": "restricted"}),
        ("hidden-witness", "social", {"protected": True, "visibility": "restricted"}),
    ):
        Source.objects.create(slug=slug, kind=kind, name={"en": slug.replace("-", " ").title()}, **more)
    for ref, kind in (("humanitarian-access", "humanitarian_access"), ("separation", "milestone")):
        Term.objects.create(truce=truce, ref=ref, kind=kind, title={"en": ref.title()}, basis="agreement")
    Convoy.objects.create(
        truce=truce, slug="aleppo-convoy", name={"en": "40 trucks"}, change=Change.objects.create(made=START)
    )
    organisation = Organisation.objects.create(slug="assessors", name={"en": "Assessors"})
    people = {}
    for role in Role:
        person = Person.objects.create_user(f"{role}@example.org", PASSWORD, name=f"The {role.value}")
        Membership.objects.create(person=person, organisation=organisation, role=role, truce=truce)
        people[str(role)] = person
    return Cast(truce, people)


def add_truce(slug: str) -> Truce:
    return Truce.objects.create(
        slug=slug,
        title={"en": f"Truce {slug}"},
        zone="Asia/Damascus",
        area=["SYR"],
        truce_class="cessation_of_hostilities",
        in_force_from=START,
        leading_body="tracker",
        headline_reading="corroborated",
        charter_digest="0" * 64,
    )


# The form of a fresh report of each kind as a browser sends it, nothing typed yet.
ROWS = {"relays-TOTAL_FORMS": "2", "relays-INITIAL_FORMS": "0"}
FRESH = {
    "token": "desk-0123456789abcdef01234567",
    "truce": "syria-2016-09",
    "source": "syrian-observatory",
    **ROWS,
}
FRESH_INCIDENT = {
    **FRESH,
    "casualties-TOTAL_FORMS": "2",
    "casualties-INITIAL_FORMS": "0",
    "stance_event": "asserts",
    "stance_actor": "asserts",
    "intent": "not_stated",
    "precision": "not_known",
}
FRESH_TALLY = {**FRESH, "counts-TOTAL_FORMS": "2", "counts-INITIAL_FORMS": "0"}

# Row 6 of the scenario: the Syrian Observatory on the strike near Deir ez-Zor airport.
ROW_6 = {
    **FRESH_INCIDENT,
    "summary": "At least 80 soldiers were killed in the raids; it cannot say whose aircraft they were.",
    "relays-0-relayed_by": "press",
    "precision": "day",
    "from_day": "2016-09-17",
    "place_name": "near Deir ez-Zor airport",
    "place_lat": "35.28",
    "place_lon": "40.09",
    "place_precision": "2",
    "act": "air_strike",
    "against": "syrian-army",
    "stance_actor": "cannot_say",
    "credibility": "3",
    "casualties-0-effect": "killed",
    "casualties-0-group": "combatants",
    "casualties-0-figure": "at_least",
    "casualties-0-number": "80",
}
DOCUMENT_6: dict[str, Any] = {
    "kind": "incident",
    "source": "syrian-observatory",
    "external_id": FRESH["token"],
    "truce": "syria-2016-09",
    "summary": ROW_6["summary"],
    "relayed_by": ["press"],
    "claim": {
        "occurred": {"from": "2016-09-16T21:00:00Z", "to": "2016-09-17T21:00:00Z", "precision": "day"},
        "place": {"name": "near Deir ez-Zor airport", "lat": 35.28, "lon": 40.09, "precision": 2},
        "act": "air_strike",
        "against": "syrian-army",
        "stance": {"event": "asserts", "actor": "cannot_say"},
        "credibility": 3,
        "casualties": [{"group": "combatants", "effect": "killed", "min": 80, "max": None}],
    },
}
