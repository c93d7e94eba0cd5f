"""The second stage of the rules alone: a status from all standings of a truce held in memory."""

from __future__ import annotations

from collections.abc import Iterable

from bench import truces
from bench.house import House
from bench.measure import Row, at_least, rate

ORDER = 11


def rows(house: House) -> Iterable[Row]:
    from tracker.compliance.assess import assess
    from tracker.compliance.facts import TruceFacts
    from tracker.compliance.held_standings import HeldStandings
    from tracker.compliance.weigh import weigh

    size = house.count(50, 10_000, 50_000)
    charter = truces.charter(size)
    standings = [row for incident in truces.facts(size) for row in weigh(charter, incident)]
    facts = TruceFacts()

    def status() -> int:
        assess(charter, HeldStandings(standings, truces.UNTIL), facts, truces.UNTIL)
        return len(standings)

    found, items = rate(status)
    yield at_least(
        200_000,
        Row(
            "assess",
            found,
            "standings/s",
            items,
            f"{len(standings):,} standings of {size:,} incidents sorted and read from memory, four terms; "
            "seconds of one core",
        ),
    )
