"""A ``StandingsReader`` over standings held in memory: for stories, tests and small truces."""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from heapq import merge
from itertools import islice

from tracker.compliance.intervals import WIDEST
from tracker.compliance.verdicts import Counted, Resets, Restart, Standing, Strain, Unplaced

LAST = datetime.max.replace(tzinfo=UTC)
INSTANT = timedelta(microseconds=1)


class HeldStandings:
    """The standings as they were known at one moment, sorted once and answered by bisection."""

    def __init__(self, standings: Iterable[Standing], known_at: datetime) -> None:
        """Keeps of the standings of one truce and view, in any order, those standing at ``known_at``."""
        self._rows: dict[tuple[str, str], list[Standing]] = {}
        self._not_counted: list[Standing] = []
        for row in standings:
            if row.known <= known_at and (row.until is None or known_at < row.until):
                if row.counts:
                    self._rows.setdefault((row.term, row.reading), []).append(row)
                unsettled = row.coverage == "not_settled" and row.counts
                if row.reading == "alleged" and (unsettled or row.coverage == "outside"):
                    self._not_counted.append(row)
        self._moments: dict[tuple[str, str], list[datetime]] = {}
        self._restarts: dict[tuple[str, str], list[Restart]] = {}
        self._restart_moments: dict[tuple[str, str], list[datetime]] = {}
        self._breaches: dict[tuple[str, str], list[Standing]] = {}
        self._unplaced: dict[tuple[str, str], list[Standing]] = {}
        for key, rows in self._rows.items():
            rows.sort(key=lambda row: row.incident, reverse=True)
            rows.sort(key=_moment)
            self._moments[key] = [_moment(row) for row in rows]
            self._restarts[key] = restarts = [_restart(row) for row in rows if row.restarts_at is not None]
            self._restart_moments[key] = [one.at for one in restarts]
            self._breaches[key] = [row for row in rows if row.breach]
            self._unplaced[key] = [row for row in rows if row.unplaced]

    def strain(
        self, term: str, reading: str, *, start: datetime, by: datetime, within: timedelta, limit: int
    ) -> Strain:
        terms, after, since, last = (term,), by - within, None, None
        latest = [_counted(row) for row in self.latest(terms, reading, after=after, by=by, limit=limit)]
        breaches = self.latest(terms, reading, after=after, by=by, limit=1, breaches=True)
        if latest:
            since = self.first_in_chain(
                terms, reading, end=latest[-1].at, length=within, after=start - INSTANT
            )
        else:
            ever = self.latest(terms, reading, after=start - INSTANT, by=by, limit=1)
            last = _moment(ever[0]) if ever else None
        others = self.not_counted(terms, by=by)
        return Strain(
            tuple(latest),
            _counted(breaches[0]) if breaches else None,
            bool(breaches) and breaches[0].ruled == "violation",
            self.count(terms, reading, after=after, by=by),
            since,
            last,
            others.get("outside", 0),
            others.get("not_settled", 0),
        )

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
        led_to = led_to_surely = None
        if length is not None:
            led_to = self.last_in_chain(terms, reading, start=start, length=length, by=by)
            led_to_surely = self.last_in_chain(terms, reading, start=start, length=length, by=by, surely=True)
        return Resets(
            led_to,
            led_to_surely,
            tuple(self.restarts(terms, reading, after=start, before=LAST, by=by, limit=limit)),
            self.count_restarts(terms, reading, after=start, by=by),
            tuple(self.unplaced(terms, reading, start=start, end=LAST, by=by, limit=limit)),
        )

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
        found: Restart | None = None
        for one in self._newest_first(terms, reading, after, before, by, surely):
            if severities is not None and (one.severity in severities) is other_severities:
                continue
            if not surely:
                return one
            if found is not None and one.at < found.at_best:  # none that follows can begin later
                break
            if found is None or (one.at_best, found.incident) > (found.at_best, one.incident):
                found = one
        return found

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
        found: Restart | None = None
        while True:
            one = self.last_restart(terms, reading, after=start, before=start + length, by=by, surely=surely)
            if one is None:
                return found
            found, start = one, one.at_best if surely else one.at

    def first_in_chain(
        self, terms: Sequence[str], reading: str, *, end: datetime, length: timedelta, after: datetime
    ) -> datetime:
        held = [moments for term in terms if (moments := self._restart_moments.get((term, reading)))]
        while True:
            bound = max(end - length, after)
            before = [
                moments[first]
                for moments in held
                if (first := bisect_right(moments, bound)) < len(moments) and moments[first] < end
            ]
            if not before:
                return end
            end = min(before)

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
        found: Restart | None = None
        for term in terms:
            restarts, first, last = self._range(term, reading, after, before, by, surely)
            for i in range(first, last):
                one = restarts[i]
                if found is not None and one.at - (WIDEST if surely else timedelta()) > found.at:
                    break
                if _falls(one, after, before, surely) and (
                    found is None or _start(one, surely) < _start(found, surely)
                ):
                    found = one
        return found

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
        those = self._newest_first(terms, reading, after, before, by, False)
        return list(islice((one for one in those if severities is None or one.severity in severities), limit))

    def count_restarts(self, terms: Sequence[str], reading: str, *, after: datetime, by: datetime) -> int:
        return sum(
            max(0, bisect_right(moments, by) - bisect_right(moments, after))
            for term in terms
            if (moments := self._restart_moments.get((term, reading)))
        )

    def count(self, terms: Sequence[str], reading: str, *, after: datetime, by: datetime) -> int:
        return sum(
            max(0, bisect_right(moments, by) - bisect_right(moments, after))
            for term in terms
            if (moments := self._moments.get((term, reading)))
        )

    def latest(
        self,
        terms: Sequence[str],
        reading: str,
        *,
        after: datetime,
        by: datetime,
        limit: int,
        breaches: bool = False,
    ) -> Sequence[Standing]:
        held = self._breaches if breaches else self._rows

        def of(term: str) -> Iterator[Standing]:
            rows = held.get((term, reading), [])
            for i in range(bisect_right(rows, by, key=_moment) - 1, -1, -1):
                if _moment(rows[i]) <= after:
                    return
                yield rows[i]

        newest_first = merge(*map(of, terms), key=lambda row: (LAST - _moment(row), row.incident))
        return list(islice(newest_first, limit))

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
        found = [
            Unplaced(row.incident, row.term, row.occurred_from, _moment(row))
            for term in terms
            for row in self._unplaced.get((term, reading), ())
            if _moment(row) > start
            and (row.occurred_from is None or row.occurred_from < end)
            and (by is None or _moment(row) <= by)
        ]
        found.sort(key=lambda one: one.incident)
        found.sort(key=lambda one: one.occurred_to, reverse=True)
        return found[:limit]

    def not_counted(self, terms: Sequence[str], *, by: datetime) -> Mapping[str, int]:
        return Counter(row.coverage for row in self._not_counted if row.term in terms and _moment(row) <= by)

    # --- Walking -------------------------------------------------------------------------------------

    def _newest_first(
        self,
        terms: Sequence[str],
        reading: str,
        after: datetime,
        before: datetime,
        by: datetime | None,
        surely: bool,
    ) -> Iterator[Restart]:
        def of(term: str) -> Iterator[Restart]:
            restarts, first, last = self._range(term, reading, after, before, by, surely)
            for i in range(last - 1, first - 1, -1):
                if _falls(restarts[i], after, before, surely):
                    yield restarts[i]

        if len(terms) == 1:
            return of(terms[0])
        return merge(*map(of, terms), key=lambda one: (LAST - one.at, one.incident))

    def _range(
        self,
        term: str,
        reading: str,
        after: datetime,
        before: datetime,
        by: datetime | None,
        surely: bool,
    ) -> tuple[list[Restart], int, int]:
        """The restarts of one term and the bounds of those worth looking at."""
        moments = self._restart_moments.get((term, reading), [])
        last = bisect_left(moments, before if surely else _widened(before))
        if by is not None:
            last = min(last, bisect_right(moments, by))
        return self._restarts.get((term, reading), []), bisect_right(moments, after), last


def _falls(one: Restart, after: datetime, before: datetime, surely: bool) -> bool:
    return one.at_best > after if surely else one.at_best < before


def _widened(moment: datetime) -> datetime:
    return LAST if moment > LAST - WIDEST else moment + WIDEST


def _moment(row: Standing) -> datetime:
    """The moment by which it happened: a row that counts always has one."""
    return row.occurred_to if row.occurred_to is not None else row.known


def _counted(row: Standing) -> Counted:
    return Counted(row.incident, _moment(row))


def _start(one: Restart, surely: bool) -> tuple[datetime, str]:
    return (one.at_best if surely else one.at), one.incident


def _restart(row: Standing) -> Restart:
    at = _moment(row)
    best = row.restarts_at_best if row.restarts_at_best is not None else at
    return Restart(row.incident, row.term, at, best, row.severity, row.ruled, row.accepted)
