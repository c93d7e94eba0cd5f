"""What was published with a mark in all its words, and what a follower of the log has of it."""

from __future__ import annotations

from tests.api.cast import report_of
from tracker.models import Incident, Ruling
from tracker.services import assessment, rulings
from tracker.services.authors import Author

AUTHOR = Author.of_worker("a test")
MARK = "Ashgrove"


def marked(number=1, **changes):
    """A report whose every text holds the mark."""
    body = report_of(number, summary=f"Shells fell on {MARK}.", quotation=f"At {MARK}.", **changes)
    body["claim"] = {**body["claim"], "place": {**body["claim"]["place"], "name": MARK}}
    return body


def send(api, body):
    ref = api.send(body).json()["ref"]
    assessment.sweep()
    return ref


def copy_of(entries, copy=None):
    """What a client that follows the log has: the latest payload of each subject."""
    copy = {} if copy is None else copy
    for entry in entries:
        if entry["payload"] is None:
            copy.pop(entry["subject"], None)
        else:
            copy[entry["subject"]] = entry["payload"]
    return copy


def feed(api, after=0):
    return api.get("/api/v1/feed", {"after": after, "limit": 10_000}).json()["results"]


def ruled(
    cast, incident, outcome="violation", *, reason=f"Seen at {MARK}.", supersedes=None, visibility="public"
):
    """A reviewed ruling about an incident, with the mark in its words; references in and out."""
    found = rulings.Assessment(
        outcome,
        reason,
        severity="serious" if outcome == "violation" else "",
        answer="answered",
        answer_text=f"“Nobody was there.” ({reason})",
        visibility=visibility,
    )
    older = Ruling.objects.filter(reference=supersedes).first()
    about = Incident.objects.get(reference=incident)
    made = rulings.rule(about, cast.cessation, found, AUTHOR, supersedes=older)
    rulings.review(made, Author.of_worker("another"))
    assessment.sweep()
    return made.reference


def told_and_shown(api):
    """What a follower of the log has of incidents, rulings and allegations, and what the lists show."""
    copy = copy_of(feed(api))
    incidents_shown = [one["ref"] for one in api.get("/api/v1/incidents").json()["results"]]
    rulings_shown = [
        one["ref"] for ref in incidents_shown for one in api.get(f"/api/v1/incidents/{ref}").json()["rulings"]
    ]
    violations = api.get("/api/v1/violations", {"reading": "alleged"}).json()["results"]
    told = {subject for subject, payload in copy.items() if "into" not in payload}
    return (
        {subject for subject in told if subject.startswith(("inc_", "rul_"))},
        {*incidents_shown, *rulings_shown, *(one["ref"] for one in violations)},
    )
