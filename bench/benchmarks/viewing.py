"""What people look at, and the lists beside the violations: a few of all reports and incidents at a time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import orjson

from bench.clients import Reader
from bench.filling import Filled
from bench.house import House
from bench.measure import Row, at_most, percentile, times

ORDER = 55
PAGE = 100
WARM_UP = 5


def rows(house: House) -> Iterable[Row]:
    filled = house.largest
    count = house.count(2, 10, 20)
    reference = house.limits.page_p50 * 1000
    about = (
        f"{filled.size:,} incidents, one client, 2 web processes, {WARM_UP} requests to warm up, the whole "
        "answer read"
    )
    with house.web() as url:
        reader = Reader(url)
        incident = _an_incident(reader, filled)
        for name, address in {**_lists(filled), **_pages(filled, incident)}.items():
            seconds = times(lambda address=address: reader.get(address), count, WARM_UP)
            row = Row(
                f"{name}, p50",
                percentile(seconds, 0.5) * 1000,
                "ms",
                len(seconds),
                about,
                reference,
                "a page by key",
            )
            yield at_most(10, row) if name in _lists(filled) else row
        reader.close()


def _lists(filled: Filled) -> Mapping[str, str]:
    return {
        "reports, first page": f"/api/v1/reports?limit={PAGE}",
        "incidents, first page": f"/api/v1/incidents?limit={PAGE}",
        "incidents of a truce, first page": f"/api/v1/incidents?limit={PAGE}&truce={filled.slug}",
    }


def _pages(filled: Filled, incident: str) -> Mapping[str, str]:
    return {
        "one incident with its reports": f"/api/v1/incidents/{incident}",
        "days of a truce": f"/api/v1/truces/{filled.slug}/days",
        "the board of a truce": f"/truces/{filled.slug}/",
        "the page of a truce's incidents": f"/truces/{filled.slug}/incidents/",
        "the page of an incident": f"/incidents/{incident}/",
    }


def _an_incident(reader: Reader, filled: Filled) -> str:
    found = orjson.loads(reader.get(f"/api/v1/violations?truce={filled.slug}&reading=alleged&limit={PAGE}"))
    reference: str = found["results"][-1]["incident"]["ref"]
    return reference
