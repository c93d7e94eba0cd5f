"""A ``StandingsReader`` over rows: each question is a prepared statement of a few index reads.

What stands at a known moment had occurred by then, so that every scan begins there at the latest; and the
kept counts say by when the last of it had, so that a scan passes over nothing that became known only since.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from tracker.compliance import verdicts
from tracker.compliance.held_standings import LAST, WIDEST
from tracker.compliance.verdicts import Restart, Unplaced
from tracker.models import View
from tracker.services import prepared, standing_counts, standing_statements

SEARCHED = (
    "reference",
    "term_id",
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

UNSAID, UNREAD = verdicts.Message(""), verdicts.Details()


def searched(row: Sequence[Any], terms: Mapping[int, str]) -> verdicts.Standing:
    """A row of ``SEARCHED`` as the rules' record; what only pages read (details, why, evidence) is left out.

    ``terms`` are references by row id.
    """
    reference, term, *others = row
    *middle, severity, ruled, accepted = others
    unread = ((), UNSAID, (), UNREAD)
    cells: list[Any] = [*middle, severity or None, ruled or None, accepted, *unread]
    return verdicts.Standing(reference, terms[term], *cells)


class StoredStandings:
    """A ``StandingsReader`` over the rows of one truce (row id) and view, as known at one moment (UTC)."""

    def __init__(self, truce: int, view: View, terms: Mapping[str, int], known_at: datetime):
        """``terms`` are the row ids of the truce's terms by their references."""
        self._terms, self._known_at = terms, known_at
        self._refs = {pk: ref for ref, pk in terms.items()}
        self._truce, self._view = truce, view.value
        self._known_by: dict[tuple[str, tuple[str, ...], str], datetime] = {}
        self._not_counted: dict[tuple[tuple[str, ...], datetime], Mapping[str, int]] = {}

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
        found = self._rows(
            standing_statements.last_restart(surely, severities is not None),
            terms,
            reading,
            by,
            after=after,
            before=before,
            severities=list(severities or ()),
            others=other_severities,
        )
        return self._restart(found[0]) if found else None

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
        moments = [
            at
            for (at,) in self._rows(
                standing_statements.CHAIN[surely], terms, reading, by, start=start, length=length
            )
        ]
        if len(moments) < 2:
            return None
        before_it = moments[-2]
        return self.last_restart(
            terms, reading, after=before_it, before=before_it + length, by=by, surely=surely
        )

    def first_in_chain(
        self, terms: Sequence[str], reading: str, *, end: datetime, length: timedelta, after: datetime
    ) -> datetime:
        found = self._rows(
            standing_statements.CHAIN_BACK, terms, reading, end, end=end, length=length, after=after
        )
        moment: datetime = found[0][0]
        return moment

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
        found = self._rows(
            standing_statements.first_restart(surely),
            terms,
            reading,
            by,
            after=after,
            before=before,
            widened=_widened(before),
        )
        return self._restart(found[0]) if found else None

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
        found = self._rows(
            standing_statements.restarts(limit, severities is not None),
            terms,
            reading,
            by,
            after=after,
            before=before,
            widened=_widened(before),
            severities=list(severities or ()),
            others=False,
        )
        return [self._restart(row) for row in found]

    def count_restarts(self, terms: Sequence[str], reading: str, *, after: datetime, by: datetime) -> int:
        return self._count(["restarts"], terms, reading, after, by)[0]

    def count(self, terms: Sequence[str], reading: str, *, after: datetime, by: datetime) -> int:
        return self._count(["counting"], terms, reading, after, by)[0]

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
        statement = standing_statements.latest(", ".join(SEARCHED), limit, breaches)
        return [
            searched(row, self._refs)
            for row in self._rows(statement, terms, reading, by, "counting", after=after)
        ]

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
        statement = standing_statements.unplaced(limit)
        found = self._rows(statement, terms, reading, by, "counting", start=start, end=end)
        return [Unplaced(row[0], self._refs[row[1]], *row[2:]) for row in found]

    def not_counted(self, terms: Sequence[str], *, by: datetime) -> Mapping[str, int]:
        # All three readings ask it alike.
        asked = (tuple(terms), by)
        if asked not in self._not_counted:
            columns = ["outside", "not_settled"]
            counted = self._count(columns, terms, "alleged", standing_counts.EVER, by)
            self._not_counted[asked] = dict(zip(columns, counted, strict=True))
        return self._not_counted[asked]

    def _rows(
        self,
        statement: str,
        terms: Sequence[str],
        reading: str,
        by: datetime | None,
        column: str = "restarts",
        **values: Any,
    ) -> list[tuple[Any, ...]]:
        """Ask a statement about what is counted in a column, by ``by`` or by when the last of it occurred."""
        last = self._last(column, tuple(terms), reading)
        values |= self._of(terms, reading)
        values |= {"known_at": self._known_at, "by": last if by is None else min(by, last)}
        return prepared.rows(statement, values)

    def _last(self, column: str, terms: tuple[str, ...], reading: str) -> datetime:
        """By when everything had occurred that was counted in a column at the known moment."""
        asked = (column, terms, reading)
        if asked not in self._known_by:
            values = {**self._of(terms, reading), "known_at": self._known_at}
            values["today"] = standing_counts.day_of(self._known_at)
            found = prepared.rows(standing_statements.known_by(column), values)
            last = found[0][0] if found else standing_counts.EVER
            self._known_by[asked] = min(last, self._known_at)
        return self._known_by[asked]

    def _count(
        self, columns: Sequence[str], terms: Sequence[str], reading: str, after: datetime, by: datetime
    ) -> list[int]:
        return standing_counts.count(
            columns,
            self._of(terms, reading),
            after=after,
            by=min(by, self._known_at),
            known_at=self._known_at,
        )

    def _of(self, terms: Sequence[str], reading: str) -> dict[str, Any]:
        return {
            "truce": self._truce,
            "view": self._view,
            "reading": reading,
            "terms": [self._terms[term] for term in terms],
        }

    def _restart(self, row: Sequence[Any]) -> Restart:
        incident, term, at, at_best, severity, ruled, accepted = row
        return Restart(incident, self._refs[term], at, at_best, severity or None, ruled or None, accepted)


def _widened(moment: datetime) -> datetime:
    return moment + min(WIDEST, LAST - moment)
