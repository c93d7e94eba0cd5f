"""Exports: what a list holds as known at one moment, as one file, whatever its length.

``write`` puts the rows of an export into a file as they are read, a batch at a time: memory does not grow
with the file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeVar

from tracker.feed import log as change_log
from tracker.feed import violations
from tracker.feed.formats import FORMATS
from tracker.models import ExportFormat, ExportSubject, Truce, View

T = TypeVar("T")

MEDIA_TYPES = {
    **{ExportFormat(one.name): one.media_type for one in FORMATS.values()},
    ExportFormat.PARQUET: "application/vnd.apache.parquet",
}
SUFFIXES = {
    **{ExportFormat(one.name): one.suffix for one in FORMATS.values()},
    ExportFormat.PARQUET: "parquet",
}
OFFERED = {
    ExportSubject.VIOLATIONS: tuple(ExportFormat),
    ExportSubject.FEED: (ExportFormat.NDJSON, ExportFormat.PARQUET),
}
"""The formats of each thing that can be exported."""

MOMENTS = ("occurred_from", "occurred_to", "updated_from", "updated_to")
TOLD_EVERY = 1_000


class Out(Protocol):
    """What is written to."""

    def write(self, data: bytes, /) -> int: ...


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an export holds.

    ``filters``: ``truce`` (slug) and ``reading``, where asked for, and ``chosen``, the filters of
    ``violations.Asked`` as JSON has them. ``known`` is the moment whose knowledge it gives, ``position``
    where the log stood then, ``address`` the service's own.
    """

    subject: ExportSubject
    format: ExportFormat
    view: View
    filters: Mapping[str, Any]
    known: datetime
    position: int
    address: str


def filters_of(values: Mapping[str, Any], choices: Mapping[str, str]) -> dict[str, Any]:
    """The filters of an export, as JSON holds them, from the values of a list's parameters.

    choices: the parameters that are ``chosen`` filters, with the feed's names of them.
    """
    found = {
        "truce": values.get("truce"),
        "reading": values.get("reading"),
        "chosen": {
            choices[name]: value.isoformat() if isinstance(value, datetime) else value
            for name, value in values.items()
            if name in choices
        },
    }
    return {name: value for name, value in found.items() if value is not None}


def write(wanted: Wanted, out: Out, told: Callable[[int], None]) -> int:
    """Write the file and return how many rows it has; ``told`` hears of the rows so far, now and then."""
    if wanted.subject == ExportSubject.FEED:
        return _write_feed(wanted, out, told)
    counted = Counted(_violations(wanted), told)
    if wanted.format == ExportFormat.PARQUET:
        from tracker.feed.exports import parquet

        parquet.write_violations(counted, out, wanted)
    else:
        for chunk in FORMATS[wanted.format.value].stream(counted):
            out.write(chunk)
    return counted.count


def _violations(wanted: Wanted) -> Iterator[violations.Entry]:
    chosen = {
        name: datetime.fromisoformat(value) if name in MOMENTS else value
        for name, value in wanted.filters.get("chosen", {}).items()
    }
    asked = violations.Asked(
        view=wanted.view,
        now=wanted.known,
        truce=wanted.filters.get("truce"),
        reading=wanted.filters.get("reading"),
        chosen=chosen,
        address=wanted.address,
    )
    return violations.as_known(asked)


def _write_feed(wanted: Wanted, out: Out, told: Callable[[int], None]) -> int:
    truce = wanted.filters.get("truce")
    truce_id = Truce.objects.values_list("pk", flat=True).get(slug=truce) if truce else None
    blocks = change_log.blocks(wanted.view, after=0, upto=wanted.position, truce_id=truce_id)
    if wanted.format == ExportFormat.PARQUET:
        from tracker.feed.exports import parquet

        counted = Counted((line for block in blocks for line in block.splitlines()), told)
        parquet.write_feed(counted, out, wanted)
        return counted.count
    count = 0
    for block in blocks:
        out.write(block)
        count += block.count(b"\n")
        told(count)
    return count


class Counted(Iterable[T]):
    """The same things in the same order, counted as they are taken."""

    def __init__(self, things: Iterable[T], told: Callable[[int], None]) -> None:
        self._things = things
        self._told = told
        self.count = 0

    def __iter__(self) -> Iterator[T]:
        for thing in self._things:
            self.count += 1
            if self.count % TOLD_EVERY == 0:
                self._told(self.count)
            yield thing
