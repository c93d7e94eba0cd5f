"""Whether something was fulfilled: by whoever measures it, or by two independent credible sources.

Fulfilments read alike in all three readings. A delivery counts at its latest moment, and never later than
its first report; what may lie before the start of the truce does not count.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from tracker.compliance.coverage import Cast
from tracker.compliance.evidence import Testimony, pair
from tracker.compliance.facts import Declaration, Occurred


class Report(Testimony, Protocol):
    """A report of something done: deliveries, milestones, withdrawals."""

    @property
    def occurred(self) -> Occurred | None: ...
    @property
    def reported(self) -> datetime | None: ...


R = TypeVar("R", bound=Report)


@dataclass(frozen=True, slots=True)
class Finding(Generic[R]):
    """What is established: True, False, or None for unknown; since when, and on which reports."""

    met: bool | None
    since: datetime | None = None
    reports: tuple[R, ...] = ()

    @property
    def evidence(self) -> tuple[str, ...]:
        """References of the reports that decide it."""
        return tuple(report.report for report in self.reports)


def moment_of(report: Report) -> datetime:
    """The moment at which a report counts: the latest at which it may have happened, once reported."""
    first = report.reported or report.known
    return first if report.occurred is None else min(report.occurred.end, first)


def up_to(reports: Iterable[R], as_of: datetime, start: datetime) -> list[R]:
    """Those that had happened by ``as_of``, and surely not before ``start``; in order of their moments."""
    found = [
        report
        for report in reports
        if start <= moment_of(report) <= as_of and (report.occurred is None or report.occurred.start >= start)
    ]
    return sorted(found, key=_order)


def _order(report: Report) -> tuple[datetime, datetime, str]:
    return moment_of(report), report.known, report.report


def established(
    reports: Sequence[R],
    measured_by: Sequence[str],
    cast: Cast,
    says: Callable[[R], bool | None],
) -> Finding[R]:
    """What the reports establish of one question that each answers by ``says``.

    Of each source its latest answer counts, since the first of its unbroken run of that answer. One of
    ``measured_by`` establishes by its word; so do two independent credible sources by what they have said
    since a measurer last said otherwise. ``reports`` are in order of their moments.
    """
    runs: dict[str, tuple[bool, list[R]]] = {}  # source -> its latest answer, and the reports of that run
    for report in reports:
        said = says(report)
        if said is None:
            continue
        slug = report.source.slug
        if slug not in runs or runs[slug][0] is not said:
            runs[slug] = (said, [])
        runs[slug][1].append(report)
    measured = [runs[slug] for slug in measured_by if slug in runs]
    for wanted in (True, False):
        own = [run[0] for said, run in measured if said is wanted]
        if own:
            first = min(own, key=_order)
            return Finding(wanted, moment_of(first), (first,))
        against = max((moment_of(run[-1]) for said, run in measured if said is not wanted), default=None)
        found = _by_two(runs, cast, wanted, against)
        if found is not None:
            return found
    return Finding(None)


def _by_two(
    runs: dict[str, tuple[bool, list[R]]], cast: Cast, wanted: bool, after: datetime | None
) -> Finding[R] | None:
    saying = []
    for said, run in runs.values():
        since = [one for one in run if after is None or moment_of(one) > after]
        if said is wanted and since:
            saying.append(since[0])
    two = pair(sorted(saying, key=_order), cast)
    if two is None:
        return None
    return Finding(wanted, max(moment_of(one) for one in two), tuple(sorted(two, key=_order)))


def highest_established(
    reports: Sequence[R],
    measured_by: Sequence[str],
    cast: Cast,
    figure: Callable[[R], int | None],
) -> tuple[int, Finding[R]] | None:
    """The highest figure that is established to have been reached, and how; None where none is."""
    given = sorted({n for report in reports if (n := figure(report)) is not None}, reverse=True)
    for n in given:

        def reached(report: R, n: int = n) -> bool | None:
            own = figure(report)
            return None if own is None else own >= n

        found = established(reports, measured_by, cast, reached)
        if found.met:
            return n, found
    return None


def declared(
    declarations: Iterable[Declaration],
    about: str,
    term: str | None,
    declarers: Sequence[str],
    as_of: datetime,
    *,
    undone_by: Sequence[str] = (),
) -> list[tuple[datetime, tuple[str, ...]]]:
    """The moments at which every declarer had said it, each with the declarations that say so.

    ``undone_by`` are declarations by which one of them takes its word back. No declarers: no moments.
    """
    wanted = set(declarers)
    if not wanted:
        return []
    said: dict[str, str] = {}
    moments = []
    told = [
        one
        for one in declarations
        if one.term == term and one.at <= as_of and (one.about == about or one.about in undone_by)
    ]
    for one in sorted(told, key=lambda one: (one.at, one.known, one.ref)):
        for actor in one.by:
            if one.about == about:
                said[actor] = one.ref
            else:
                said.pop(actor, None)
        if one.about == about and wanted <= set(said):
            moments.append((one.at, tuple(dict.fromkeys(said[actor] for actor in declarers))))
            said = {}
    return moments
