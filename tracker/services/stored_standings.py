"""A ``StandingsReader`` over rows: each question is a prepared statement of a few index reads.

What a verdict begins with is asked of all readings at once, for each of them will be asked the same.

What stands at a known moment had occurred by then, so that every scan begins there at the latest; and the
kept counts say by when the last of it had, so that a scan passes over nothing that became known only since.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from tracker.compliance import verdicts
from tracker.compliance.charter import READINGS
from tracker.compliance.held_standings import LAST
from tracker.compliance.intervals import WIDEST
from tracker.compliance.verdicts import Counted, Resets, Restart, Strain, Unplaced
from tracker.models import View
from tracker.services import prepared, standing_counts, standing_statements
from tracker.services.standing_counts import EVER, Asked

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
        self._of = {"truce": truce, "view": view.value, "known_at": known_at}
        self._known_by: dict[tuple[str, ...], dict[str, tuple[datetime, datetime]]] = {}
        self._answers: dict[tuple[Any, ...], dict[str, Any]] = {}

    def strain(
        self, term: str, reading: str, *, start: datetime, by: datetime, within: timedelta, limit: int
    ) -> Strain:
        asked = ("strain", term, start, by, within, limit)
        if asked not in self._answers:
            self._answers[asked] = self._strains(term, start, by, within, limit)
        found: Strain = self._answers[asked][reading]
        return found

    def _strains(
        self, term: str, start: datetime, by: datetime, within: timedelta, limit: int
    ) -> dict[str, Strain]:
        after = by - within
        rows = self._rows(
            standing_statements.strain(limit),
            (term,),
            READINGS,
            by,
            start=start,
            after=after,
            within=within,
        )
        last = min(by, self._known_at)
        counts, others = standing_counts.count(
            (
                Asked(("counting",), READINGS, after, last),
                Asked(("outside", "not_settled"), ("alleged",), EVER, last),
            ),
            {**self._of, "terms": self._ids((term,))},
            self._known_at,
        )
        return {
            reading: Strain(
                tuple(map(Counted, incidents or (), moments or ())),
                Counted(breach, at) if breach is not None else None,
                ruled == "violation",
                counts[reading][0],
                since,
                ever,
                *others["alleged"],
            )
            for reading, incidents, moments, breach, at, ruled, since, ever in rows
        }

    def resets(
        self,
        terms: Sequence[str],
        reading: str,
        *,
        start: datetime,
        by: datetime,
        length: timedelta | None,
        limit: int,
    ) -> Resets:
        asked = ("resets", tuple(terms), start, by, length, limit)
        if asked not in self._answers:
            self._answers[asked] = self._resets(terms, start, by, length, limit)
        found: Resets = self._answers[asked][reading]
        return found

    def _resets(
        self, terms: Sequence[str], start: datetime, by: datetime, length: timedelta | None, limit: int
    ) -> dict[str, Resets]:
        statement = standing_statements.resets(limit, length is not None)
        found: dict[tuple[str, int], list[Any]] = {}
        for reading, kind, *row, occurred_from, occurred_to in self._rows(
            statement, terms, READINGS, by, start=start, length=length
        ):
            unplaced = kind == standing_statements.UNPLACED
            found.setdefault((reading, kind), []).append(
                self._unplaced((*row[:2], occurred_from, occurred_to)) if unplaced else self._restart(row)
            )
        asked = Asked(("restarts",), READINGS, start, min(by, self._known_at))
        counts = standing_counts.count((asked,), {**self._of, "terms": self._ids(terms)}, self._known_at)[0]

        def of(reading: str, kind: int) -> list[Any]:
            return found.get((reading, kind), [])

        return {
            reading: Resets(
                next(iter(of(reading, standing_statements.LED_TO)), None),
                next(iter(of(reading, standing_statements.LED_TO_SURELY)), None),
                tuple(of(reading, standing_statements.LATEST)),
                counts[reading][0],
                tuple(of(reading, standing_statements.UNPLACED)),
            )
            for reading in READINGS
        }

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
        found = self._restarts(
            standing_statements.last_restart(surely, severities is not None),
            terms,
            reading,
            by,
            after=after,
            before=before,
            severities=list(severities or ()),
            others=other_severities,
        )
        return found[0] if found else None

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
        statement = standing_statements.last_in_chain(surely)
        found = self._restarts(statement, terms, reading, by, start=start, length=length)
        return found[0] if found else None

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
        statement, widened = standing_statements.first_restart(surely), _widened(before)
        found = self._restarts(statement, terms, reading, by, after=after, before=before, widened=widened)
        return found[0] if found else None

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
        return self._restarts(
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

    def count_restarts(self, terms: Sequence[str], reading: str, *, after: datetime, by: datetime) -> int:
        asked = Asked(("restarts",), (reading,), after, min(by, self._known_at))
        of = {**self._of, "terms": self._ids(terms)}
        return standing_counts.count((asked,), of, self._known_at)[0][reading][0]

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
        # The readings of a count often end alike.
        asked = ("unplaced", tuple(terms), start, end, by, limit)
        if asked not in self._answers:
            answers: dict[str, Any] = {one: [] for one in READINGS}
            statement = standing_statements.unplaced(limit)
            for one, _kind, *row in self._rows(statement, terms, READINGS, by, start=start, end=end):
                answers[one].append(self._unplaced(row))
            self._answers[asked] = answers
        found: list[Unplaced] = self._answers[asked][reading]
        return found

    def _restarts(
        self, statement: str, terms: Sequence[str], reading: str, by: datetime | None, **values: Any
    ) -> list[Restart]:
        return [self._restart(row) for _, _, *row in self._rows(statement, terms, (reading,), by, **values)]

    def _rows(
        self,
        statement: str,
        terms: Sequence[str],
        readings: Sequence[str],
        by: datetime | None,
        **values: Any,
    ) -> list[tuple[Any, ...]]:
        """Ask a statement of some readings, about what had occurred by ``by`` (None: at all)."""
        known_by = self._last(tuple(terms))
        values |= {
            **self._of,
            "terms": self._ids(terms),
            "by": self._known_at if by is None else by,
            "readings": list(readings),
            "counting": [known_by[reading][0] for reading in readings],
            "restarts": [known_by[reading][1] for reading in readings],
        }
        return prepared.rows(statement, values, binary=True)

    def _last(self, terms: tuple[str, ...]) -> dict[str, tuple[datetime, datetime]]:
        """By when everything had occurred that counts, and that restarts, at the known moment, by reading."""
        if terms not in self._known_by:
            values = {
                **self._of,
                "terms": self._ids(terms),
                "today": standing_counts.day_of(self._known_at),
                "readings": list(READINGS),
            }
            self._known_by[terms] = {
                reading: (
                    min(counting or EVER, self._known_at),
                    min(restarts or EVER, self._known_at),
                )
                for reading, counting, restarts in prepared.rows(
                    standing_statements.KNOWN_BY, values, binary=True
                )
            }
        return self._known_by[terms]

    def _ids(self, terms: Sequence[str]) -> str:
        return prepared.ids(self._terms[term] for term in terms)

    def _restart(self, row: Sequence[Any]) -> Restart:
        incident, term, at, at_best, severity, ruled, accepted = row
        return Restart(incident, self._refs[term], at, at_best, severity or None, ruled or None, accepted)

    def _unplaced(self, row: Sequence[Any]) -> Unplaced:
        incident, term, occurred_from, occurred_to = row
        return Unplaced(incident, self._refs[term], occurred_from, occurred_to)


def _widened(moment: datetime) -> datetime:
    return moment + min(WIDEST, LAST - moment)
