"""The rules alone: incidents weighed and verdicts given, per second of one core, without a database."""

from __future__ import annotations

from collections.abc import Iterable

from bench import truces
from bench.house import House
from bench.measure import Row, at_least, rate

ORDER = 10


def rows(house: House) -> Iterable[Row]:
    from tracker.compliance.weigh import weigh

    size = house.count(50, 10_000, 50_000)
    charter = truces.charter(size)
    incidents = list(truces.facts(size))
    claims = sum(len(one.claims) for one in incidents)

    def weigh_all() -> int:
        for incident in incidents:
            weigh(charter, incident)
        return size

    found, items = rate(weigh_all)
    yield at_least(
        30_000,
        Row(
            "weigh",
            found,
            "incidents/s",
            items,
            f"{size:,} incidents with {claims / size:.2f} claims each, one prohibition, whole known history; "
            "seconds of one core",
        ),
    )
    alone = [one for one in incidents if len(one.claims) == 1 and not one.rulings]

    def weigh_alone() -> int:
        for incident in alone:
            weigh(charter, incident)
        return len(alone)

    found, items = rate(weigh_alone)
    yield Row(
        "weigh, one claim and no ruling",
        found,
        "incidents/s",
        items,
        f"{len(alone):,} of the same incidents, {len(alone) / size:.0%}",
    )
