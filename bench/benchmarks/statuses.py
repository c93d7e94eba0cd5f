"""The status of the largest truce at random pairs of moments: what anybody may ask of the past.

Its time is that of a few statements and of little else: how many there are is told beside it. A truce's past
is larger than what the database holds in memory, and where nobody has asked yet it is read from the disk: so
the same pairs are asked once more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from random import Random

from bench import truces
from bench.house import House
from bench.measure import Row, at_most, percentile, times

ORDER = 30


def rows(house: House) -> Iterable[Row]:
    from tracker.models import Truce
    from tracker.services import status

    filled = house.largest
    truce = Truce.objects.get(pk=filled.truce_id)
    chance = Random(1)
    first, again = [], []

    def ask() -> None:
        as_of, known_at = (filled.until - truces.SPAN * chance.random() for _ in range(2))
        status.status(truce, as_of=as_of, known_at=known_at)

    for found in (first, again):
        chance.seed(1)
        found += times(ask, house.count(5, 40, 300), warm_up=5)
    reference = house.limits.page_p50 * 1000
    about = (
        f"{filled.size:,} incidents, as_of and known_at each anywhere in {truces.SPAN.days} days, "
        "public view, one process"
    )
    for what, seconds in (("", first), (", asked again", again)):
        for share, name in ((0.5, "p50"), (0.95, "p95")):
            row = Row(
                f"status at a random pair of moments{what}, {name}",
                percentile(seconds, share) * 1000,
                "ms",
                len(seconds),
                about,
                reference,
                "a page by key",
            )
            yield at_most(50, row)
    asked = sorted(_statements(ask) for _ in range(house.count(5, 40, 100)))
    row = Row(
        "statements that a status asks, p50",
        asked[len(asked) // 2],
        "statements",
        len(asked),
        about,
    )
    yield at_most(20, row)


def _statements(ask: Callable[[], object]) -> int:
    """How many statements a call asks of the database."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as asked:
        ask()
    return len(asked)
