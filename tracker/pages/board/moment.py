"""The moment that an address asks about: ``as_of`` and ``known_at``, and how they are written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.http import QueryDict
from django.utils.translation import gettext as _

THEN = "then"
EARLIEST, LATEST = 1900, 2200


class MomentFault(ValueError):
    """An address that holds no readable moment; its text says what to write instead."""


@dataclass(frozen=True)
class Asked:
    """What the address asks for, UTC or with an offset; None: as the board opens."""

    as_of: datetime | None
    known_at: datetime | None

    @property
    def known_then(self) -> bool:
        """Whether the board is asked as it was known at a fixed moment."""
        return self.known_at is not None


def asked(query: QueryDict, zone: str) -> Asked:
    """Read ``as_of`` and ``known_at`` of an address. Raises ``MomentFault``.

    A moment without an offset is read in the truce's zone (what a form's date field sends);
    ``known_at=then`` means the same moment as ``as_of``.
    """
    as_of = _moment(query.get("as_of", ""), "as_of", zone)
    known = query.get("known_at", "")
    return Asked(as_of, as_of if known == THEN else _moment(known, "known_at", zone))


def _moment(text: str, name: str, zone: str) -> datetime | None:
    if not text:
        return None
    try:
        # A "+" of an offset reaches us as a blank.
        moment = datetime.fromisoformat(
            text.replace(" ", "+") if text.count(" ") == 1 and "T" in text else text
        )
        if not EARLIEST <= moment.year <= LATEST:
            raise ValueError(text)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=ZoneInfo(zone))
        return moment
    except (ValueError, OverflowError):
        raise MomentFault(
            _("“%(name)s” holds no moment that can be read: write it as 2016-09-17T20:00:00Z.")
            % {"name": name}
        ) from None
