"""The first and the last page of what clients read most: violations and the change log, and a plain list."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterable, Iterator

import orjson

from bench.baseline import service as baseline
from bench.clients import Reader
from bench.filling import Filled
from bench.house import House
from bench.measure import Row, at_most, percentile, times

ORDER = 50
PAGE = 100
WARM_UP = 100
"""Requests before those that are measured: each connection plans its statements at their first few uses."""


WAIT = """
    INSERT INTO tracker_dueincident (change_id, truce_id, incident_id)
    SELECT DISTINCT (SELECT min(id) FROM tracker_change), %(truce)s, incident_id FROM (
        SELECT incident_id FROM tracker_standing
        WHERE truce_id = %(truce)s AND view = 'public' AND reading = 'alleged' AND counts
            AND until IS NULL AND superseded IS NULL
        ORDER BY incident_id DESC, term_id DESC LIMIT %(most)s
    ) AS newest
"""
WEIGHED = "DELETE FROM tracker_dueincident WHERE truce_id = %(truce)s"


def rows(house: House) -> Iterable[Row]:
    from tracker.services import assessment

    filled = house.largest
    assessment.assess_truce(filled.truce_id)
    count, warm_up = house.count(3, 100, 200), house.count(1, WARM_UP, WARM_UP)
    reference = house.limits.page_p50 * 1000
    with house.web() as url:
        reader = Reader(url)
        addresses = {
            "violations": (_violations(filled.slug), _violations(filled.slug, _last_cursor(filled))),
            "feed": _feeds(reader),
        }
        found = {
            (name, depth): _measure(reader, address, count, warm_up)
            for name, pair in addresses.items()
            for depth, address in zip(("first", "last"), pair, strict=True)
        }
        walked = _walk(reader, addresses["violations"][0], count, warm_up)
        with _page_waiting(house, filled):
            behind = _measure(reader, addresses["violations"][0], count, warm_up)
        reader.close()
    about = (
        f"{filled.size:,} incidents, {PAGE} a page, one client, 2 web processes, {warm_up} requests to warm "
        "up (3 of the plain service), the whole answer read"
    )
    for (name, depth), seconds in found.items():
        yield at_most(
            10,
            Row(
                f"{name}, {depth} page, p50",
                percentile(seconds, 0.5) * 1000,
                "ms",
                len(seconds),
                about,
                reference,
                "a page by key",
            ),
        )
        if depth == "last":
            flat = Row(
                f"{name}, last page over first, p50",
                percentile(seconds, 0.5) * 1000,
                "ms",
                len(seconds),
                about,
                percentile(found[name, "first"], 0.5) * 1000,
                "its first page",
            )
            yield at_most(1.2, flat, of_reference=True)
    yield at_most(
        10,
        Row(
            "violations, each page asked for once, p50",
            percentile(walked, 0.5) * 1000,
            "ms",
            len(walked),
            f"{about}; one page after the other, of whose entries none is kept",
            reference,
            "a page by key",
        ),
    )
    yield at_most(
        10,
        Row(
            "violations, first page while all of it waits to be weighed, p50",
            percentile(behind, 0.5) * 1000,
            "ms",
            len(behind),
            f"{about}; of each place it is asked whether it still shows: the most that it can cost",
            reference,
            "a page by key",
        ),
    )
    with baseline.serve(house, filled.size) as plain:
        reader = Reader(plain.url)
        pages = -(-orjson.loads(reader.get("/incidents/"))["count"] // PAGE)
        for depth, page in (("first", 1), ("last", pages)):
            seconds = _measure(reader, f"/incidents/?page={page}", max(3, count // 6), 3)
            yield Row(
                f"plain service, {depth} page, p50",
                percentile(seconds, 0.5) * 1000,
                "ms",
                len(seconds),
                f"{about}; incidents with one report each, by page number",
                reference,
                "a page by key",
            )
        reader.close()


@contextlib.contextmanager
def _page_waiting(house: House, filled: Filled) -> Iterator[None]:
    """The first page as while each of its incidents waits to be weighed; nothing weighs them."""
    with house.as_owner() as connection:
        connection.execute(WAIT, {"truce": filled.truce_id, "most": PAGE + 1})
        yield
        connection.execute(WEIGHED, {"truce": filled.truce_id})


def _measure(reader: Reader, address: str, count: int, warm_up: int) -> list[float]:
    assert orjson.loads(reader.get(address))["results"], f"nothing on {address}"
    return times(lambda: reader.get(address), count, warm_up)


def _walk(reader: Reader, address: str, count: int, warm_up: int) -> list[float]:
    """How long each of some pages took, from one on, each the next of the one before."""
    seconds: list[float] = []
    following: str | None = address
    while following and len(seconds) < warm_up + count:
        began = time.perf_counter()
        body = reader.get(following)
        seconds.append(time.perf_counter() - began)
        following = orjson.loads(body)["next"]
        following = following and following[following.index("/api/") :]
    return seconds[warm_up:] or seconds


def _violations(slug: str, cursor: str = "") -> str:
    return f"/api/v1/violations?truce={slug}&reading=alleged&limit={PAGE}" + (
        f"&cursor={cursor}" if cursor else ""
    )


def _feeds(reader: Reader) -> tuple[str, str]:
    last = orjson.loads(reader.get("/api/v1/feed?after=0&limit=1"))["last"]
    return f"/api/v1/feed?after=0&limit={PAGE}", f"/api/v1/feed?after={max(0, last - PAGE)}&limit={PAGE}"


def _last_cursor(filled) -> str:
    """The cursor of the page that holds the last hundred entries of the list, which is newest first."""
    from urllib.parse import quote

    from tracker.api import cursors
    from tracker.feed import violations
    from tracker.models import View
    from tracker.services import clock

    rows = violations.standing_now(View.PUBLIC, clock.now()).filter(
        counts=True, reading="alleged", truce=filled.truce_id
    )
    last = rows.select_related("incident", "truce", "term").order_by("incident_id", "term_id")[: PAGE + 1]
    row = list(last)[-1]
    return quote(cursors.write("violations", row.incident.reference, row.truce.slug, row.term.ref))
