"""Statements and what some of them do: offers and extensions, and the declarers' word."""

from __future__ import annotations

from datetime import datetime, timedelta

from tracker.feed import projection
from tracker.intake.codes import ExtensionState, ReportKind
from tracker.intake.report_document import ExtensionWord
from tracker.intake.report_document import Statement as StatementDocument
from tracker.models import (
    Declaration,
    EntryType,
    Extension,
    Report,
    Source,
    Statement,
    Term,
    Truce,
    View,
    new_reference,
)
from tracker.services import references
from tracker.services.authors import Author
from tracker.services.refusals import Refused
from tracker.services.writing import Writing, writing


def store(
    w: Writing, report: Report, statement: StatementDocument, truces: list[Truce], said: datetime
) -> None:
    """Store a statement, and the step of an extension that it is, inside the writer's transaction.

    said: when its source said it (UTC), else when it is known.
    """
    term = None
    if statement.term:
        if len(truces) != 1:
            raise Refused("truce", "needs_truce")
        term = references.term(truces[0], statement.term, "statement.term")
    references.actors(("statement.to", slug) for slug in statement.to)
    part = statement.milestone or statement.withdrawal
    if statement.withdrawal:
        references.actors([("statement.withdrawal.by", statement.withdrawal.by)])
    Statement.objects.create(
        report=report,
        about=statement.about,
        term=term,
        details={
            **(part.model_dump(mode="json") if part else {}),
            **statement.model_dump(mode="json", include={"to", "credibility", "quotes", "original"}),
        },
    )
    if statement.extension:
        if len(truces) != 1:
            raise Refused("truce", "needs_truce")
        _store_extension(w, report, statement.extension, truces[0], said)


def _store_extension(
    w: Writing, report: Report, word: ExtensionWord, truce: Truce, said: datetime
) -> Extension:
    references.actors(("statement.extension.by", slug) for slug in word.by)
    by = list(word.by) or speakers(report.source)
    if not by:
        raise Refused("statement.extension.by", "required")
    length = timedelta(hours=word.hours)
    reference = new_reference("ext")
    offer = _open_offer(truce, length) if word.state != ExtensionState.OFFERED else None
    return Extension.objects.create(
        reference=reference,
        offer=offer or reference,
        truce=truce,
        report=report,
        change=w.change,
        by=by,
        length=length,
        state=word.state,
        at=word.at or said,
        expires=word.expires,
    )


def speakers(source: Source) -> list[str]:
    """The actors that a source officially speaks for, by slug, in the order of their names."""
    return list(source.speaks_for.order_by("slug").values_list("slug", flat=True))


def _open_offer(truce: Truce, length: timedelta) -> str | None:
    """The offer that a later step of the same length belongs to: the latest that is still only offered."""
    steps = truce.extensions.filter(length=length).order_by("at", "id").values_list("offer", "state")
    states: dict[str, str] = dict(steps)
    offered = [offer for offer, state in states.items() if state == ExtensionState.OFFERED]
    return offered[-1] if offered else None


def declare(
    truce: Truce,
    about: str,
    by: list[str],
    at: datetime,
    author: Author,
    *,
    term: Term | None = None,
    report: Report | None = None,
    known_given: datetime | None = None,
    known_basis: str = "",
) -> Declaration:
    """Record the word of declarers (slugs) about a truce or one of its terms, from ``at`` (UTC) on.

    The same word again returns the row that is there.
    """
    if not by:
        raise Refused("by", "required")
    references.actors(("by", slug) for slug in by)
    same = Declaration.objects.filter(truce=truce, term=term, about=about, by=by, at=at).first()
    if same:
        return same
    with writing(author, known_given=known_given, known_basis=known_basis) as w:
        row = Declaration.objects.create(
            truce=truce, term=term, report=report, change=w.change, about=about, by=by, at=at
        )
        w.audit(
            "declaration.recorded",
            row.reference,
            after={"truce": truce.slug, "term": term.ref if term else None, "about": about, "by": by},
        )
        w.concerns(truce)
    return row


def announce_extensions(w: Writing, report: Report, view: View) -> None:
    """Draft the log entries of the extension steps that a report holds, now that it counts in a view."""
    if report.kind != ReportKind.STATEMENT:
        return
    for step in report.extensions.select_related("truce", "report"):
        if view == View.PUBLIC and step.truce.visibility != "public":
            continue
        w.say(
            EntryType(f"extension.{step.state}"),
            step.reference,
            truce=step.truce,
            payload=projection.extension(step, view),
            views=(view,),
        )
