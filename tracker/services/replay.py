"""Replaying a scenario: its items come in as they became known, and each moment is assessed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from tracker.intake.scenario_document import (
    DeclarationDocument,
    ObservationWindowDocument,
    RulingDocument,
    ScenarioDocument,
    ScenarioReport,
)
from tracker.models import Incident, Ruling, Truce
from tracker.services import (
    assessment,
    charters,
    observations,
    positions,
    references,
    reports,
    rulings,
    statements,
)
from tracker.services.authors import Author
from tracker.services.refusals import Refused
from tracker.services.reports import Outcome

BASIS = "set for replay"

Item = ScenarioReport | RulingDocument | DeclarationDocument | ObservationWindowDocument
Progress = Callable[[int, int], None]
"""Called with how many items are done, and how many there are."""


@dataclass(slots=True)
class Replayed:
    """What a replay did. ``added``, ``unchanged``: items; ``later``: those that lie after its end."""

    truce: Truce
    added: int = 0
    unchanged: int = 0
    later: int = 0


def replay(
    document: ScenarioDocument,
    until: datetime | None = None,
    progress: Progress | None = None,
    author: Author | None = None,
) -> Replayed:
    """Load what is missing of a scenario, then its items up to ``until`` (UTC, inclusive; None: all).

    1. The charter, its actors, sources and convoys.
    2. Each item in the order of its known time; in a file marked historical it counts from that time.
    3. After each known moment the truce is assessed.

    A second replay changes nothing; a later ``until`` goes on where the last one stopped. Raises
    ``Refused`` for an item that cannot be stored; what came before it stays.
    """
    author = author or Author.of_worker("replay")
    truce = charters.load_charter(document, author)
    positions.place()
    items = sorted(_items(document), key=lambda item: item[0])
    due = [(known, item) for known, item in items if until is None or known <= until]
    load = _Load(document, truce, author)
    load.learn_labels()
    done = Replayed(truce, later=len(items) - len(due))
    assessed = False
    for known, group in groupby(due, key=lambda item: item[0]):
        added = 0
        for _known, item in group:
            if load.take_in(item, known):
                added += 1
            else:
                done.unchanged += 1
            if progress:
                progress(done.added + added + done.unchanged, len(due))
        done.added += added
        if added:
            positions.place()
            assessment.assess_truce(truce.pk, known)
            assessed = True
    if assessed or until is None:
        assessment.assess_truce(truce.pk, until)
    truce.refresh_from_db()
    return done


def _items(document: ScenarioDocument) -> Iterator[tuple[datetime, Item]]:
    """Every item of a scenario with the moment from which it is known."""
    for report in document.reports:
        known = report.known or report.published
        if known is not None:
            yield known, report
    for section in (document.observation_windows, document.declarations, document.rulings):
        for item in section:
            yield item.known, item


class _Load:
    """One replay's load, with the incidents by the file's labels."""

    def __init__(self, document: ScenarioDocument, truce: Truce, author: Author):
        self.document, self.truce, self.author = document, truce, author
        self.labels: dict[str, Incident] = {}

    def learn_labels(self) -> None:
        """Which incident each label names, from the reports of this file that an earlier replay loaded."""
        for report in self.document.reports:
            if report.incident and report.incident not in self.labels:
                found = references.find_report(
                    f"{references.REPORT_LABEL}{report.source}/{report.external_id}"
                )
                incident = references.incident_of(found) if found else None
                if incident:
                    self.labels[report.incident] = incident

    def take_in(self, item: Item, known: datetime) -> bool:
        """Store one item. True if it was not here yet."""
        given = known if self.document.historical else None
        basis = (item.known_basis or BASIS) if given else ""
        if isinstance(item, ScenarioReport):
            return self._report(item, given, basis)
        if isinstance(item, RulingDocument):
            return self._ruling(item, given, basis)
        if isinstance(item, DeclarationDocument):
            return self._declaration(item, known, given, basis)
        return self._window(item, given, basis)

    def _report(self, item: ScenarioReport, given: datetime | None, basis: str) -> bool:
        received = reports.receive(
            item, self.author, known_given=given, known_basis=basis, labels=self.labels
        )
        return received.outcome != Outcome.UNCHANGED

    def _ruling(self, item: RulingDocument, given: datetime | None, basis: str) -> bool:
        incident = self._incident(item.incident)
        term = references.term(self.truce, item.term, "rulings.term")
        actors = references.actors([("rulings.responsible", item.responsible)])
        found = rulings.Assessment(
            outcome=item.outcome,
            reason=item.reason,
            severity=item.severity or "",
            responsible=actors[item.responsible] if item.responsible else None,
            occurred_from=item.occurred.from_ if item.occurred else None,
            occurred_to=item.occurred.to if item.occurred else None,
            body=item.body or "",
            answer=item.answer,
            answer_text=item.answer_text or "",
        )
        ruling = rulings.same(incident, term, found, item.assessed_by)
        is_new = ruling is None
        if ruling is None:
            ruling = rulings.rule(
                incident,
                term,
                found,
                self.author,
                supersedes=self._superseded(item, incident),
                assessed_by=item.assessed_by if given else "",
                known_given=given,
                known_basis=basis,
            )
        if not hasattr(ruling, "review"):
            reviewer = Author.of_worker(item.reviewed_by)
            rulings.review(
                ruling,
                self.author if given else reviewer,
                reviewed_by=item.reviewed_by if given else "",
                known_given=given,
                known_basis=basis,
            )
            is_new = True
        return is_new

    def _superseded(self, item: RulingDocument, incident: Incident) -> Ruling | None:
        """The ruling that this one takes the place of: its body's that stands."""
        body = item.body or self.truce.leading_body
        standing = incident.rulings.filter(term__ref=item.term, body=body, superseded_by__isnull=True)
        return standing.order_by("-id").first()

    def _incident(self, name: str) -> Incident:
        if name in self.labels:
            return references.resolved(self.labels[name])
        found = references.find_incident(name)
        if found is None:
            raise Refused("rulings.incident", "unknown_incident", given=name)
        return found

    def _declaration(
        self, item: DeclarationDocument, known: datetime, given: datetime | None, basis: str
    ) -> bool:
        before = self.truce.declarations.count()
        statements.declare(
            self.truce,
            item.about,
            list(item.by),
            item.at or known,
            self.author,
            term=references.term(self.truce, item.term, "declarations.term") if item.term else None,
            report=references.find_report(item.report) if item.report else None,
            known_given=given,
            known_basis=basis,
        )
        return self.truce.declarations.count() > before

    def _window(self, item: ObservationWindowDocument, given: datetime | None, basis: str) -> bool:
        before = self.truce.observation_windows.count()
        observations.record_window(
            self.truce,
            references.source(item.source, "observation_windows.source"),
            item.area,
            item.from_,
            item.until,
            self.author,
            access=item.access,
            visibility=item.visibility,
            known_given=given,
            known_basis=basis,
        )
        return self.truce.observation_windows.count() > before
