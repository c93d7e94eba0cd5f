"""Standings as rows: kept up to date one incident at a time, and read by the rules with few index reads."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, Q, QuerySet

from tracker.compliance import verdicts
from tracker.compliance.charter import Charter
from tracker.compliance.held_standings import LAST, WIDEST, HeldStandings
from tracker.compliance.standing_json import details_from_json
from tracker.compliance.verdicts import Restart, StandingsReader, Unplaced, as_json
from tracker.compliance.weigh import weigh
from tracker.models import Standing, Truce, View
from tracker.services import clock
from tracker.services.facts import incident_facts

# Up to this many rows of a truce are cheaper to read at once than to ask about one by one.
FEW = 6_000


def readers(truce: Truce, view: View) -> Callable[[datetime], StandingsReader]:
    """Readers of a truce's standings in a view, by known moment (UTC).

    A truce of few rows is read once and held, so that walking its history asks nothing more; of a large
    one each question stays a few index reads. Both answer alike.
    """
    # The rules look at what counts, and at what does not in the alleged reading.
    rows = Standing.objects.filter(
        Q(counts=True) | Q(reading="alleged"), truce=truce, view=view, superseded__isnull=True
    ).order_by()
    if rows[: FEW + 1].count() > FEW:
        return lambda known_at: StoredStandings(truce, view, known_at)
    held = [_searched(columns) for columns in rows.values_list(*SEARCHED)]
    return lambda known_at: HeldStandings(held, known_at)


SEARCHED = (
    "incident__reference",
    "term__ref",
    "reading",
    "counts",
    "known",
    "until",
    "occurred_from",
    "occurred_to",
    "restarts_at",
    "restarts_at_best",
    "unplaced",
    "coverage",
    "grade",
    "severity",
    "ruled",
    "accepted",
)
"""The columns that the rules search by."""

FIELDS = ("incident", "term", *SEARCHED[2:])
UNSAID, UNREAD = verdicts.Message(""), verdicts.Details()


def _searched(columns: Sequence[Any]) -> verdicts.Standing:
    """A row as the rules search it; what is only read on pages (details, why, evidence) is left out."""
    found = dict(zip(FIELDS, columns, strict=True))
    return verdicts.Standing(
        **{**found, "severity": found["severity"] or None, "ruled": found["ruled"] or None},
        alleged=(),
        why=UNSAID,
        evidence=(),
        details=UNREAD,
    )


# Each step asks one index for its last entry, term by term: an equality keeps the index's order.
CHAIN = """
WITH RECURSIVE chain (at) AS (
    SELECT %(start)s::timestamptz
  UNION ALL
    SELECT (
        SELECT max(latest.at)
        FROM unnest(%(terms)s::bigint[]) AS asked (term),
        LATERAL ({falls}) AS latest (at)
    )
    FROM chain
    WHERE chain.at IS NOT NULL
)
SELECT at FROM chain WHERE at IS NOT NULL ORDER BY at
"""
_CHAIN_ROWS = """
    FROM tracker_standing
    WHERE truce_id = %(truce)s AND view = %(view)s AND reading = %(reading)s AND term_id = asked.term
        AND counts AND superseded IS NULL AND restarts_at IS NOT NULL
        AND known <= %(known_at)s AND (until IS NULL OR until > %(known_at)s) AND occurred_to <= %(by)s
"""
CHAIN_MAY = f"""
    SELECT restarts_at {_CHAIN_ROWS}
        AND restarts_at > chain.at AND restarts_at < chain.at + %(widened)s
        AND restarts_at_best < chain.at + %(length)s
    ORDER BY restarts_at DESC LIMIT 1
"""
CHAIN_SURELY = f"""
    SELECT restarts_at_best {_CHAIN_ROWS}
        AND restarts_at_best > chain.at AND restarts_at_best < chain.at + %(length)s
        AND restarts_at < chain.at + %(length)s
    ORDER BY restarts_at_best DESC LIMIT 1
"""


class StoredStandings:
    """A ``StandingsReader`` over the rows of one truce and view, as known at one moment (UTC)."""

    def __init__(self, truce: Truce, view: View, known_at: datetime):
        self._truce, self._view, self._known_at = truce.pk, view.value, known_at
        self._terms = dict(truce.terms.values_list("ref", "id"))
        self._rows = (
            Standing.objects.filter(truce=truce, view=view, superseded__isnull=True, known__lte=known_at)
            .filter(Q(until__isnull=True) | Q(until__gt=known_at))
            .order_by()
        )

    def _counting(self, terms: Sequence[str], reading: str, by: datetime | None) -> QuerySet[Standing]:
        # One term is the common case, and an equality lets an index give the order too.
        ids = [self._terms[term] for term in terms]
        rows = self._rows.filter(counts=True, reading=reading)
        rows = rows.filter(term=ids[0]) if len(ids) == 1 else rows.filter(term__in=ids)
        return rows if by is None else rows.filter(occurred_to__lte=by)

    def _restarting(
        self,
        terms: Sequence[str],
        reading: str,
        *,
        after: datetime,
        before: datetime,
        by: datetime | None,
        surely: bool = False,
        severities: Sequence[str] | None = None,
        other_severities: bool = False,
    ) -> QuerySet[Standing]:
        rows = self._counting(terms, reading, by).filter(restarts_at__isnull=False)
        # The first two bounds are what is asked; the third follows from them and bounds the index.
        if surely:
            rows = rows.filter(restarts_at_best__gt=after, restarts_at__lt=before)
            rows = rows.filter(restarts_at_best__lt=before)
        else:
            rows = rows.filter(restarts_at__gt=after, restarts_at_best__lt=before)
            rows = rows.filter(restarts_at__lt=before + min(WIDEST, LAST - before))
        if severities is not None:
            chosen = Q(severity__in=list(severities))
            rows = rows.exclude(chosen) if other_severities else rows.filter(chosen)
        return rows

    def last_restart(
        self,
        terms: Sequence[str],
        reading: str,
        *,
        after: datetime,
        before: datetime,
        by: datetime | None = None,
        surely: bool = False,
        severities: Sequence[str] | None = None,
        other_severities: bool = False,
    ) -> Restart | None:
        rows = self._restarting(
            terms,
            reading,
            after=after,
            before=before,
            by=by,
            surely=surely,
            severities=severities,
            other_severities=other_severities,
        )
        moment = "restarts_at_best" if surely else "restarts_at"
        return _restart(_with_refs(rows).order_by(f"-{moment}", "incident__reference").first())

    def last_in_chain(
        self,
        terms: Sequence[str],
        reading: str,
        *,
        start: datetime,
        length: timedelta,
        by: datetime,
        surely: bool = False,
    ) -> Restart | None:
        moments = self._chain(terms, reading, start, length, by, surely)
        if len(moments) < 2:
            return None
        before_it = moments[-2]
        return self.last_restart(
            terms, reading, after=before_it, before=before_it + length, by=by, surely=surely
        )

    def _chain(
        self,
        terms: Sequence[str],
        reading: str,
        start: datetime,
        length: timedelta,
        by: datetime,
        surely: bool,
    ) -> list[datetime]:
        """The moments of ``last_in_chain``, from ``start`` on, in one statement whatever their number."""
        falls = CHAIN_SURELY if surely else CHAIN_MAY
        values: dict[str, Any] = {
            "start": start,
            "length": length,
            "widened": length + WIDEST,
            "terms": [self._terms[term] for term in terms],
            "truce": self._truce,
            "view": self._view,
            "reading": reading,
            "known_at": self._known_at,
            "by": by,
        }
        with connection.cursor() as cursor:
            cursor.execute(CHAIN.format(falls=falls), values)
            return [moment for (moment,) in cursor.fetchall()]

    def first_restart(
        self,
        terms: Sequence[str],
        reading: str,
        *,
        after: datetime,
        before: datetime,
        by: datetime | None = None,
        surely: bool = False,
    ) -> Restart | None:
        rows = self._restarting(terms, reading, after=after, before=before, by=by, surely=surely)
        moment = "restarts_at_best" if surely else "restarts_at"
        return _restart(_with_refs(rows).order_by(moment, "incident__reference").first())

    def restarts(
        self,
        terms: Sequence[str],
        reading: str,
        *,
        after: datetime,
        before: datetime,
        by: datetime | None = None,
        severities: Sequence[str] | None = None,
        limit: int,
    ) -> Sequence[Restart]:
        rows = self._restarting(terms, reading, after=after, before=before, by=by, severities=severities)
        latest = _with_refs(rows).order_by("-restarts_at", "incident__reference")[:limit]
        return [restart for row in latest if (restart := _restart(row)) is not None]

    def count_restarts(self, terms: Sequence[str], reading: str, *, after: datetime, by: datetime) -> int:
        rows = self._counting(terms, reading, None)
        return rows.filter(restarts_at__gt=after, restarts_at__lte=by).count()

    def count(self, terms: Sequence[str], reading: str, *, after: datetime, by: datetime) -> int:
        return self._counting(terms, reading, by).filter(occurred_to__gt=after).count()

    def latest(
        self,
        terms: Sequence[str],
        reading: str,
        *,
        after: datetime,
        by: datetime,
        limit: int,
        breaches: bool = False,
    ) -> Sequence[verdicts.Standing]:
        rows = self._counting(terms, reading, by).filter(occurred_to__gt=after)
        if breaches:
            rows = rows.filter(Q(ruled="violation") | Q(accepted=True))
        latest = rows.select_related("incident", "term").order_by("-occurred_to", "incident__reference")
        return [from_row(row) for row in latest[:limit]]

    def unplaced(
        self,
        terms: Sequence[str],
        reading: str,
        *,
        start: datetime,
        end: datetime,
        by: datetime | None = None,
        limit: int,
    ) -> Sequence[Unplaced]:
        rows = (
            self._counting(terms, reading, by)
            .filter(unplaced=True, occurred_to__gt=start)
            .filter(Q(occurred_from__isnull=True) | Q(occurred_from__lt=end))
        )
        latest = _with_refs(rows).order_by("-occurred_to", "incident__reference")
        return [
            Unplaced(row.incident.reference, row.term.ref, row.occurred_from, row.occurred_to)
            for row in latest[:limit]
            if row.occurred_to is not None
        ]

    def not_counted(self, terms: Sequence[str], *, by: datetime) -> Mapping[str, int]:
        rows = (
            self._rows.filter(
                reading="alleged", term__in=[self._terms[term] for term in terms], occurred_to__lte=by
            )
            .exclude(coverage="covered")
            .exclude(coverage="not_settled", counts=False)
            .values("coverage")
            .annotate(number=Count("id"))
        )
        return {"outside": 0, "not_settled": 0} | {row["coverage"]: row["number"] for row in rows}


def _with_refs(rows: QuerySet[Standing]) -> QuerySet[Standing]:
    return rows.select_related("incident", "term").defer("details", "why", "evidence")


def _restart(row: Standing | None) -> Restart | None:
    if row is None or row.restarts_at is None or row.restarts_at_best is None:
        return None
    return Restart(
        incident=row.incident.reference,
        term=row.term.ref,
        at=row.restarts_at,
        at_best=row.restarts_at_best,
        severity=row.severity or None,
        ruled=row.ruled or None,
        accepted=row.accepted,
    )


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
        "why": as_json(standing.why),
        "evidence": as_json(standing.evidence),
        "details": as_json(standing.details),
    }


def weigh_incidents(incidents: Iterable[int], truce: Truce, charter: Charter, view: View) -> list[Standing]:
    """Bring the standings of some incidents (row ids) up to date. Returns the rows that were inserted.

    Each incident's whole known history is weighed at once and compared with the rows that stand: what is
    the same is left, a range that has ended is closed, and where a row is wrong (a fact was loaded later
    with an earlier known time) it is marked superseded and another stands instead. Doing it twice, or in
    another order, changes nothing.
    """
    wanted = sorted(set(incidents))
    terms = {term.ref: term.pk for term in truce.terms.all()}
    stored: dict[int, dict[tuple[str, str, datetime], Standing]] = {}
    for row in Standing.objects.filter(
        incident__in=wanted, truce=truce, view=view, superseded__isnull=True
    ).select_related("term"):
        stored.setdefault(row.incident_id, {})[row.term.ref, row.reading, row.known] = row
    inserted: list[Standing] = []
    closed: list[Standing] = []
    wrong: list[Standing] = []
    for incident, facts in incident_facts(wanted, truce, view).items():
        rows = stored.get(incident, {})
        for standing in weigh(charter, facts):
            old = rows.pop((standing.term, standing.reading, standing.known), None)
            columns = _columns(standing)
            if old is not None and all(getattr(old, name) == value for name, value in columns.items()):
                if old.until == standing.until:
                    continue
                if old.until is None:
                    old.until = standing.until
                    closed.append(old)
                    continue
            if old is not None:
                wrong.append(old)
            inserted.append(
                Standing(
                    incident_id=incident,
                    truce=truce,
                    term_id=terms[standing.term],
                    reading=standing.reading,
                    view=view,
                    known=standing.known,
                    until=standing.until,
                    supersedes=old,
                    **columns,
                )
            )
        wrong.extend(rows.values())
    _store(inserted, closed, wrong)
    return inserted


def _store(inserted: list[Standing], closed: list[Standing], wrong: list[Standing]) -> None:
    now = clock.now()
    for row in wrong:
        row.superseded = now
    Standing.objects.bulk_update(wrong, ["superseded"])
    Standing.objects.bulk_update(closed, ["until"])
    Standing.objects.bulk_create(inserted)
