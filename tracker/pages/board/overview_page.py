"""The overview: every public truce with its standing, compliance and clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import get_language_bidi

from tracker.models import Truce, View, Visibility
from tracker.pages.board.clock_chart import ClockChart, clock_chart
from tracker.services import charters, formats
from tracker.services.sentences import Names
from tracker.services.status import status


@dataclass
class TruceRow:
    """One truce of the overview."""

    truce: Truce
    status: dict[str, Any]
    names: Names
    clock: ClockChart | None
    clock_title: str
    declarers: str
    record_ends: str
    as_of: str


def read() -> list[TruceRow]:
    """Every public truce as its board opens: those whose record goes on first, then the latest first."""
    truces = Truce.objects.filter(visibility=Visibility.PUBLIC).prefetch_related("terms", "declarers__actor")
    rows = [_row(truce) for truce in truces]
    return sorted(
        rows, key=lambda row: (row.truce.record_ends is not None, -row.truce.in_force_from.timestamp())
    )


def _row(truce: Truce) -> TruceRow:
    found = status(truce, view=View.PUBLIC)
    names = charters.names_of(truce, View.PUBLIC)
    as_of = datetime.fromisoformat(found["as_of"])
    clock = next((term for term in found["terms"] if term["kind"] == "clock"), None)
    return TruceRow(
        truce=truce,
        status=found,
        names=names,
        clock=clock
        and clock_chart(
            clock, found["headline_reading"], truce.in_force_from, as_of, names, get_language_bidi()
        ),
        clock_title=clock["title"] if clock else "",
        declarers=formats.format_list([formats.name_of(one.actor.name) for one in truce.declarers.all()]),
        record_ends=names.moment(truce.record_ends, style=formats.FULL) if truce.record_ends else "",
        as_of=names.moment(as_of),
    )
