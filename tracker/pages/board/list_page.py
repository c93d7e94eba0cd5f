"""The list of a truce's incidents, filtered, a page at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import get_language_bidi

from tracker.feed.counted import standings_at
from tracker.models import Truce, View
from tracker.pages.board import readings
from tracker.pages.board.incident_card import READINGS, IncidentCard, incident_card
from tracker.pages.board.moment import Asked
from tracker.services import charters
from tracker.services.sentences import Names
from tracker.services.status import default_as_of, known_limit

PAGE = 50
COVERAGES = ("covered", "not_settled", "outside")
GRADES = ("confirmed", "fair", "weak", "contested", "discounted")


@dataclass
class IncidentList:
    """One page of the list, with what was chosen and the address of the next page."""

    truce: Truce
    names: Names
    incidents: list[IncidentCard]
    chosen: dict[str, str]
    readings: tuple[str, ...]
    coverages: tuple[str, ...]
    grades: tuple[str, ...]
    next_page: str
    as_of: str
    unplaced: int


def read(truce: Truce, asked: Asked, view: View, query: QueryDict) -> IncidentList:
    """The incidents as known at a moment. ``reading``, ``coverage`` and ``grade`` choose; ``from`` pages."""
    known_at = min(asked.known_at or known_limit(view), known_limit(view))
    as_of = asked.as_of or default_as_of(truce)
    names = charters.names_of(truce, view)
    chosen = {
        name: query.get(name, "")
        for name, known in (("reading", READINGS), ("coverage", COVERAGES), ("grade", GRADES))
        if query.get(name, "") in known
    }
    rows = standings_at(truce, view, known_at)
    wanted: dict[str, Any] = {"reading": chosen.get("reading", "alleged"), "occurred_to__lte": as_of}
    if chosen.get("reading"):
        wanted["counts"] = True
    for name in ("coverage", "grade"):
        if chosen.get(name):
            wanted[name] = chosen[name]
    asked_from = str(query.get("from", ""))
    start = int(asked_from) if asked_from.isdecimal() and len(asked_from) < 8 else 0
    ids = (
        rows.filter(**wanted)
        .order_by("-occurred_to", "-counts", "incident_id")
        .values_list("incident_id", flat=True)
    )
    page = list(dict.fromkeys(ids[start : start + PAGE + 1]))
    asked_again = query.copy()
    asked_again["from"] = str(start + PAGE)
    rtl = get_language_bidi()
    return IncidentList(
        truce=truce,
        names=names,
        incidents=[
            incident_card(one, truce, names, rtl, view)
            for one in readings.incidents_read(page[:PAGE], truce, view, known_at)
        ],
        chosen=chosen,
        readings=READINGS,
        coverages=COVERAGES,
        grades=GRADES,
        next_page=f"?{asked_again.urlencode()}" if len(page) > PAGE else "",
        as_of=names.moment(as_of),
        unplaced=rows.filter(reading="alleged", occurred_to__isnull=True).count(),
    )
