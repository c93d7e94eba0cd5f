"""What a transaction knows of the rows that it has just made, so that nobody reads back what was written.

Django keeps what was prefetched beside a row. The same place takes what a writer itself has stored: whoever
asks ``report.screenings.all()`` gets it from there, and only where nothing is remembered from the database.
It is kept as a list, so that whoever asks to have it filtered is told so instead of reading the database.
It is forgotten again before the row is handed out.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import models


def remember(row: models.Model, **children: Iterable[models.Model]) -> None:
    """Remember all the children of a row, by the names of its relations. What is added later is said anew."""
    _kept(row).update({name: list(rows) for name, rows in children.items()})


def add(row: models.Model, name: str, child: models.Model) -> bool:
    """Remember one more child, where the others are remembered; whether they are."""
    known = _kept(row).get(name)
    if known is None:
        return False
    known.append(child)
    return True


def children(row: models.Model, name: str, *related: str) -> list[Any]:
    """A row's children: what is remembered of them, else read, with what is ``related`` to each."""
    known = _kept(row).get(name)
    if known is not None:
        return list(known)
    rows = getattr(row, name).all()
    # Called with nothing it would join all that a row names.
    return list(rows.select_related(*related) if related else rows)


def forget(row: models.Model) -> None:
    """Remember no children of a row any longer: after its transaction others may add to them."""
    _kept(row).clear()


def _kept(row: models.Model) -> dict[str, Any]:
    kept: dict[str, Any] = row.__dict__.setdefault("_prefetched_objects_cache", {})
    return kept
