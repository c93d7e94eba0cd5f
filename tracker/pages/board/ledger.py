"""The access ledger: each convoy's numbers as last reported, each with its source and time."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from tracker.feed import harm
from tracker.models import Convoy, Report, View
from tracker.pages.board.naming import source_name
from tracker.services import formats
from tracker.services.sentences import Names, word

FIGURES = ("planned", "waiting", "cleared", "delivered", "refused", "attacked")


@dataclass
class Entry:
    """One number of a convoy as one source last gave it."""

    what: str
    number: int
    source: str
    report: str
    moment: str
    place: str = ""


@dataclass
class Obstacle:
    """What a source says stands in the way, and whom it names, if anybody."""

    words: str
    source: str
    moment: str
    named: str = ""
    refused: str = ""


@dataclass
class ConvoyLedger:
    """A convoy: its numbers, what is said to stand in its way, every report of it, newest first."""

    name: str
    goods: str
    unit: str
    entries: list[Entry] = field(default_factory=list)
    obstacles: list[Obstacle] = field(default_factory=list)
    reports: list[Report] = field(default_factory=list)
    last: str = ""
    nobody_named: bool = True
    planned: int | None = None  # as the charter has it


def ledger(convoys: list[Convoy], reports: list[Report], names: Names, view: View) -> list[ConvoyLedger]:
    """The ledger of a truce from its counted access reports, newest first."""
    found = {
        convoy.pk: ConvoyLedger(
            name=formats.name_of(convoy.name, convoy.slug),
            goods=formats.name_of(convoy.goods),
            unit=word(convoy.unit),
            planned=convoy.planned,
        )
        for convoy in convoys
    }
    for report in reports:
        row = report.access
        entry = found.get(row.convoy_id)
        if entry is None:
            continue
        moment = _day(report.reported, names)  # type: ignore[attr-defined]
        entry.reports.append(report)
        entry.last = entry.last or moment
        source = source_name(report)
        place = "" if view == View.PUBLIC and harm.is_ours(report) else row.place_name
        for what in FIGURES:
            number = getattr(row, what)
            if number is not None and what not in {one.what for one in entry.entries}:
                entry.entries.append(Entry(what, number, source, report.reference, moment, place))
        obstacle = (report.body.get("access") or {}).get("obstacle") or ""
        named = formats.name_of(row.withheld_by.name) if row.withheld_by else ""
        refused = formats.name_of(row.refused_by.name) if row.refused_by else ""
        entry.nobody_named = entry.nobody_named and not (named or refused)
        if obstacle or named or refused:
            entry.obstacles.append(Obstacle(obstacle, source, moment, named, refused))
    for entry in found.values():
        entry.entries.sort(key=lambda one: FIGURES.index(one.what))
    return [entry for entry in found.values() if entry.reports]


def _day(moment: datetime, names: Names) -> str:
    return formats.format_moment(moment, names.zone, style=formats.DAY)
