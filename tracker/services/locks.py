"""Locks that last until the end of the transaction, for deciding once about one row.

The application's role may not lock rows of append-only tables, so the database's advisory locks are used.
"""

from __future__ import annotations

import enum

from django.db import connection

NUMBERS = 2**31


class Held(enum.IntEnum):
    """What is held; any numbers that differ."""

    REPORT = 1
    INCIDENT = 2
    RULING = 3
    CHARTER = 4
    EXPORTS = 5
    TRUCE = 6
    MERGES = 7
    TERMS = 8


def hold(what: Held, pk: int) -> None:
    """Wait for, and hold until the transaction ends, the right to decide about one row."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [what, pk % NUMBERS])
