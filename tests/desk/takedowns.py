"""What the tests of the page of takedowns do with it, and what of the world they look at."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.test import Client

from tests.desk.cast import ROW_6, Cast, add_truce
from tracker.models import AuditEntry, Incident, Membership, Report, Ruling, Term, Truce
from tracker.services import assessment, positions, rulings
from tracker.services.authors import Author

PAGE = "/desk/takedowns/"
REASON = "The name of a witness."
MARK = "Ashgrove"


def publish(cast: Cast, number: int = 1, incident: str = "", role: str = "reporter", **values: str) -> Report:
    """A public report, whose words hold the mark, about an incident of its own or a given one."""
    client, token = cast.client(role), f"desk-{number}"
    words = {"summary": f"Raid {number} on {MARK}.", "place_name": MARK}
    named = {"source": "un-ocha", "incident": incident, "token": token}
    client.post("/desk/reports/new/", {**ROW_6, **words, **named, **values})
    settle()
    return Report.objects.get(external_id=token)


def settle() -> None:
    positions.place()
    assessment.sweep()


def incident_of(report: Report) -> Incident:
    return report.incident_links.latest("id").incident


def rule(cast: Cast, incident: Incident) -> Ruling:
    """A reviewed ruling about an incident, with the mark in its words."""
    term, _made = Term.objects.get_or_create(
        truce=cast.truce, ref="cessation", kind="prohibition", title={"en": "No attacks"}, basis="agreement"
    )
    found = rulings.Assessment("violation", f"Seen at {MARK}.", severity="serious")
    made = rulings.rule(incident, term, found, Author.of_worker("a test"))
    rulings.review(made, Author.of_worker("another"))
    settle()
    return made


def elsewhere(cast: Cast) -> Truce:
    """Have the coordinator coordinate another truce alone."""
    other = add_truce("elsewhere")
    Membership.objects.filter(person=cast.people["coordinator"]).update(truce=other)
    return other


def look(cast: Cast, reference: str, role: str = "coordinator", **values: str) -> HttpResponse:
    """The page's answer to the form, before anything is confirmed."""
    return cast.client(role).post(PAGE, {"reference": reference, "reason": REASON, **values})


def take_down(cast: Cast, reference: str, role: str = "coordinator", **values: str) -> HttpResponse:
    """The page's answer once it is confirmed, where it leads to another that one's."""
    values = {"reference": reference, "reason": REASON, "confirm": "1", **values}
    return cast.client(role).post(PAGE, values, follow=True)


def taken_down() -> list[str]:
    """The subjects of the audit's takedowns, in their order."""
    verbs = ["report.taken_down", "ruling.taken_down"]
    return list(AuditEntry.objects.filter(verb__in=verbs).order_by("id").values_list("subject", flat=True))


def feed() -> list[dict[str, Any]]:
    return Client().get("/api/v1/feed", {"limit": 10_000}).json()["results"]


def redacted() -> set[str]:
    return {entry["subject"] for entry in feed() if entry["type"] == "entry.redacted"}


def public(incident: Incident) -> HttpResponse:
    """The incident's page as a reader without an account sees it."""
    return Client().get(f"/incidents/{incident.reference}/")
