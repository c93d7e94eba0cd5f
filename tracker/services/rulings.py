"""Rulings: a body's assessment of an incident against a prohibition, and its second review."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tracker.models import (
    Actor,
    Incident,
    Outcome,
    PartyAnswer,
    Ruling,
    RulingReview,
    Term,
    Truce,
    Visibility,
)
from tracker.services import findings, references
from tracker.services.authors import Author
from tracker.services.locks import Held, hold
from tracker.services.refusals import Refused
from tracker.services.writing import writing

PROHIBITION = "prohibition"


@dataclass(frozen=True, slots=True)
class Assessment:
    """What a body found. ``occurred_from`` and ``occurred_to`` (UTC, half-open): when, where it says so."""

    outcome: str
    reason: str
    severity: str = ""
    responsible: Actor | None = None
    occurred_from: datetime | None = None
    occurred_to: datetime | None = None
    body: str = ""
    answer: str = PartyAnswer.NOT_ASKED
    answer_text: str = ""
    visibility: str = Visibility.PUBLIC


def rule(
    incident: Incident,
    term: Term,
    found: Assessment,
    author: Author,
    *,
    supersedes: Ruling | None = None,
    assessed_by: str = "",
    known_given: datetime | None = None,
    known_basis: str = "",
) -> Ruling:
    """Record an assessment. It counts for nothing before ``review``.

    ``supersedes`` names the ruling of the same incident and term that stands, where one does. The assessor
    is the author; ``assessed_by`` names another only in a historical load. The body is the charter's leading
    one unless the assessment names another. Raises ``Refused`` by field.
    """
    _check(incident, term, found)
    if assessed_by and known_given is None:
        raise Refused("assessed_by", "historical_only_in_a_load")
    body = found.body or term.truce.leading_body
    with writing(author, known_given=known_given, known_basis=known_basis) as w:
        incident = references.held(incident)
        _check_supersession(incident, term, body, supersedes)
        ruling = Ruling.objects.create(
            incident=incident,
            term=term,
            change=w.change,
            supersedes=supersedes,
            body=body,
            outcome=found.outcome,
            severity=found.severity,
            responsible=found.responsible,
            reason=found.reason,
            occurred_from=found.occurred_from,
            occurred_to=found.occurred_to,
            assessed_by=assessed_by or author.name,
            answer=found.answer,
            answer_text=found.answer_text,
            visibility=found.visibility,
        )
        w.audit(
            "ruling.made",
            ruling.reference,
            after={
                "incident": incident.reference,
                "term": term.ref,
                "outcome": found.outcome,
                "supersedes": supersedes.reference if supersedes else None,
            },
        )
    return ruling


def review(
    ruling: Ruling,
    author: Author,
    *,
    reviewed_by: str = "",
    known_given: datetime | None = None,
    known_basis: str = "",
) -> RulingReview:
    """Confirm a ruling, by another person than the one who made it: it counts from this change on.

    ``reviewed_by`` names another than the author only in a historical load. Raises ``Refused`` by field.
    """
    if reviewed_by and known_given is None:
        raise Refused("reviewed_by", "historical_only_in_a_load")
    reviewer = reviewed_by or author.name
    made_by = ruling.change.person_id
    is_same_person = author.person is not None and author.person.pk == made_by and not reviewed_by
    if is_same_person or reviewer.casefold() == ruling.assessed_by.casefold():
        raise Refused("reviewed_by", "same_person")
    with writing(author, known_given=known_given, known_basis=known_basis) as w:
        hold(Held.RULING, ruling.pk)
        references.held(ruling.incident)
        if RulingReview.objects.filter(ruling=ruling).exists():
            raise Refused("", "already_reviewed")
        if newer := Ruling.objects.filter(supersedes=ruling).first():
            raise Refused("", "ruling_superseded", existing=newer.reference)
        confirmed = RulingReview.objects.create(ruling=ruling, change=w.change, reviewed_by=reviewer)
        w.touches(ruling.term.truce, ruling.incident)
        w.audit("ruling.reviewed", ruling.reference)
        findings.say(w, ruling)
    return confirmed


def same(incident: Incident, term: Term, found: Assessment, assessed_by: str) -> Ruling | None:
    """A ruling that says the same already, by the same assessor."""
    return Ruling.objects.filter(
        incident=incident,
        term=term,
        outcome=found.outcome,
        severity=found.severity,
        responsible=found.responsible,
        reason=found.reason,
        assessed_by=assessed_by,
    ).first()


def _check(incident: Incident, term: Term, found: Assessment) -> None:
    if term.kind != PROHIBITION:
        raise Refused("term", "not_a_prohibition", given=term.ref)
    if found.outcome not in Outcome.values:
        raise Refused("outcome", "unknown_code", given=found.outcome, expected=", ".join(Outcome.values))
    if found.answer not in PartyAnswer.values:
        raise Refused("answer", "unknown_code", given=found.answer, expected=", ".join(PartyAnswer.values))
    if not found.reason.strip():
        raise Refused("reason", "reason_missing")
    start, end = found.occurred_from, found.occurred_to
    if (start is None) != (end is None):
        raise Refused("occurred", "required")
    if start is not None and end is not None and end < start:
        raise Refused("occurred", "interval_reversed")
    concerned = Truce.objects.filter(
        report_truces__report__incident_links__incident=incident, pk=term.truce_id
    )
    if not concerned.exists():
        raise Refused("incident", "incident_elsewhere")


def _check_supersession(incident: Incident, term: Term, body: str, supersedes: Ruling | None) -> None:
    """One ruling of a body stands at a time for an incident and a term; the next names it."""
    last = (
        Ruling.objects.filter(incident=incident, term=term, body=body, superseded_by__isnull=True)
        .order_by("-id")
        .first()
    )
    if supersedes is None:
        if last is not None:
            raise Refused("supersedes", "ruling_stands", existing=last.reference)
        return
    if supersedes.term_id != term.pk or references.resolved(supersedes.incident) != incident:
        raise Refused("supersedes", "other_ruling", given=supersedes.reference)
    if newer := Ruling.objects.filter(supersedes=supersedes).first():
        raise Refused("supersedes", "ruling_superseded", existing=newer.reference)
