"""Observation windows: recording who was watching where, with what access."""

from __future__ import annotations

from datetime import datetime

from tracker.models import ObservationWindow, Source, Truce, Visibility
from tracker.services.authors import Author
from tracker.services.refusals import Refused
from tracker.services.writing import writing


def record_window(
    truce: Truce,
    source: Source,
    area: str,
    start: datetime,
    until: datetime,
    author: Author,
    *,
    access: str = "full",
    visibility: str = Visibility.RESTRICTED,
    known_given: datetime | None = None,
    known_basis: str = "",
) -> ObservationWindow:
    """Record that a source watched an area (code) from ``start`` to ``until`` (UTC, half-open).

    The same window again returns the row that is there.
    """
    if until <= start:
        raise Refused("until", "interval_reversed")
    found = ObservationWindow.objects.filter(
        truce=truce, source=source, area=area, start=start, until=until, access=access
    ).first()
    if found:
        return found
    with writing(author, known_given=known_given, known_basis=known_basis) as w:
        row = ObservationWindow.objects.create(
            truce=truce,
            source=source,
            change=w.change,
            area=area,
            start=start,
            until=until,
            access=access,
            visibility=visibility,
        )
        w.audit("observation_window.recorded", truce.slug, after={"window": row.pk, "area": area})
        w.concerns(truce)
    return row
