"""Standings as rows: kept up to date one incident at a time, and read by the rules with few index reads."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any

import orjson
from django.db.models import Q

from tracker.compliance import verdicts
from tracker.compliance.charter import Charter
from tracker.compliance.held_standings import HeldStandings
from tracker.compliance.standing_json import details_from_json
from tracker.compliance.verdicts import StandingsReader, as_json
from tracker.compliance.weigh import weigh
from tracker.models import Standing, Truce, View
from tracker.services import clock, insertion, prepared
from tracker.services.facts import incident_facts
from tracker.services.stored_standings import SEARCHED, StoredStandings, searched

# Up to this many rows of a truce are read at once as fast as a status asks about them.
FEW = 300
_TERMS = f"""
    {prepared.given(truce="bigint", view="text")}
    SELECT term.ref, term.id, EXISTS (
        SELECT FROM tracker_standing WHERE truce_id = given.truce AND view = given.view AND superseded IS NULL
        ORDER BY known OFFSET {FEW}
    )
    FROM given JOIN tracker_term term ON term.truce_id = given.truce
    ORDER BY term."order", term.id
"""
"""The terms of a truce, and whether it has more than few standings in a view."""


def readers(truce: Truce, view: View) -> Callable[[datetime], StandingsReader]:
    """Readers of a truce's standings in a view, by known moment (UTC).

    A truce of few rows is read once and held, so that walking its history asks nothing more; of a large
    one each question stays a few index reads. Both answer alike.
    """
    found = prepared.rows(_TERMS, {"truce": truce.pk, "view": view.value})
    terms = {ref: pk for ref, pk, _many in found}
    if any(many for _ref, _pk, many in found[:1]):
        return lambda known_at: StoredStandings(truce.pk, view, terms, known_at)
    refs = {pk: ref for ref, pk in terms.items()}
    # The rules look at what counts, and at what does not in the alleged reading.
    rows = Standing.objects.filter(
        Q(counts=True) | Q(reading="alleged"), truce=truce, view=view, superseded__isnull=True
    )
    held = [searched(row, refs) for row in rows.order_by().values_list(*SEARCHED)]
    return lambda known_at: HeldStandings(held, known_at)


def from_row(row: Standing) -> verdicts.Standing:
    """A stored row as the rules' own record. ``incident`` and ``term`` must have been read with it."""
    return verdicts.Standing(
        incident=row.incident.reference,
        term=row.term.ref,
        reading=row.reading,
        counts=row.counts,
        known=row.known,
        until=row.until,
        occurred_from=row.occurred_from,
        occurred_to=row.occurred_to,
        restarts_at=row.restarts_at,
        restarts_at_best=row.restarts_at_best,
        unplaced=row.unplaced,
        coverage=row.coverage,
        grade=row.grade,
        severity=row.severity or None,
        ruled=row.ruled or None,
        accepted=row.accepted,
        alleged=tuple(row.alleged),
        why=verdicts.Message(row.why["code"], row.why["values"]),
        evidence=tuple(row.evidence),
        details=details_from_json(row.details),
    )


def _columns(standing: verdicts.Standing) -> dict[str, Any]:
    """The columns of a standing, all but the ones that say which row it is and the end of its range."""
    return {
        "counts": standing.counts,
        "coverage": standing.coverage,
        "occurred_from": standing.occurred_from,
        "occurred_to": standing.occurred_to,
        "restarts_at": standing.restarts_at,
        "restarts_at_best": standing.restarts_at_best,
        "unplaced": standing.unplaced,
        "grade": standing.grade,
        "severity": standing.severity or "",
        "ruled": standing.ruled or "",
        "accepted": standing.accepted,
        "alleged": list(standing.alleged),
        "why": _plain(standing.why),
        "evidence": list(standing.evidence),
        "details": _plain(standing.details),
    }


def _plain(record: verdicts.Message | verdicts.Details) -> dict[str, Any]:
    """What ``as_json`` makes of a record, several times faster: much of what is weighed is this."""
    plain: dict[str, Any] = orjson.loads(orjson.dumps(record, _inner, orjson.OPT_PASSTHROUGH_DATETIME))
    return plain


def _inner(value: Any) -> Any:
    """What the library does not know, or writes otherwise than we do: records by their members, the rest as
    ``as_json`` has it."""
    return value._asdict() if hasattr(value, "_asdict") else as_json(value)


Key = tuple[int, View, str, str, datetime]  # incident, view, term, reading, known


def weigh_incidents(incidents: Iterable[int], truce: Truce, charter: Charter) -> None:
    """Bring the standings of some incidents (row ids) up to date, in every view.

    Each incident's whole known history is weighed at once and compared with the rows that stand: what is
    the same is left, a range that has ended is closed, and where a row is wrong (a fact was loaded later
    with an earlier known time) it is marked superseded and another stands instead. Doing it twice, or in
    another order, changes nothing.
    """
    wanted = sorted(set(incidents))
    terms = {term.pk: term.ref for term in truce.terms.all()}
    ids = {ref: pk for pk, ref in terms.items()}
    stored: dict[Key, Standing] = {
        (row.incident_id, View(row.view), terms[row.term_id], row.reading, row.known): row
        for row in Standing.objects.filter(incident__in=wanted, truce=truce, superseded__isnull=True)
    }
    inserted: list[Standing] = []
    closed: list[Standing] = []
    for incident, view, standing, columns in _weighed(wanted, truce, charter):
        old = stored.pop((incident, view, standing.term, standing.reading, standing.known), None)
        if old is not None and all(getattr(old, name) == value for name, value in columns.items()):
            if old.until == standing.until:
                continue
            if old.until is None:
                old.until = standing.until
                closed.append(old)
                continue
        inserted.append(
            insertion.new(
                Standing,
                incident_id=incident,
                reference=standing.incident,
                truce=truce,
                term_id=ids[standing.term],
                reading=standing.reading,
                view=view,
                known=standing.known,
                until=standing.until,
                supersedes=old,
                **columns,
            )
        )
    wrong = [*stored.values(), *(row.supersedes for row in inserted if row.supersedes is not None)]
    _store(inserted, closed, wrong)


Weighed = tuple[int, View, verdicts.Standing, dict[str, Any]]


def _weighed(incidents: list[int], truce: Truce, charter: Charter) -> Iterator[Weighed]:
    """Every standing of some incidents in each view, with its columns; what all may see is weighed once."""
    facts = incident_facts(incidents, truce)
    for incident, full in facts[View.FULL].items():
        told = facts[View.PUBLIC][incident]
        of_full = [(standing, _columns(standing)) for standing in weigh(charter, full)]
        of_public = (
            of_full if told == full else [(standing, _columns(standing)) for standing in weigh(charter, told)]
        )
        for view, weighed in ((View.PUBLIC, of_public), (View.FULL, of_full)):
            for standing, columns in weighed:
                yield incident, view, standing, columns


def _store(inserted: list[Standing], closed: list[Standing], wrong: list[Standing]) -> None:
    now = clock.now()
    for row in wrong:
        row.superseded = now
    if wrong:
        Standing.objects.bulk_update(wrong, ["superseded"])
    if closed:
        Standing.objects.bulk_update(closed, ["until"])
    insertion.insert(inserted)
