"""Everything that the change log holds, pulled by the page and as one stream, against a COPY of the same."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from statistics import median

import orjson

from bench.clients import Reader
from bench.house import House
from bench.measure import Row, at_least, at_most, percentile, times
from ceasefire import processes

ORDER = 55
PAGE = 10_000
ENTRY_BEGINS = b'{"position":'
COPY = "COPY (SELECT payload FROM tracker_logpayload WHERE view = 'public') TO STDOUT"


def rows(house: House) -> Iterable[Row]:
    filled = house.largest
    rounds = house.count(1, 3, 3)
    copied, payloads, size = _copied(house, rounds)
    with house.web() as url:
        reader = Reader(url)
        entries = orjson.loads(reader.get("/api/v1/feed?after=0&limit=1"))["last"]
        ways: dict[str, Callable[[], int]] = {
            f"by pages of {PAGE:,}": lambda: _by_pages(reader, entries),
            "as one NDJSON stream": lambda: _as_lines(reader),
        }
        pulled = {name: _rate(way, entries, rounds) for name, way in ways.items()}
        page = min(PAGE, entries)
        depths = {"first": 0, "last": entries - page}
        addresses = {name: f"/api/v1/feed?after={after}&limit={page}" for name, after in depths.items()}
        sizes = {name: len(reader.get(address)) for name, address in addresses.items()}
        seconds: dict[str, list[float]] = {name: [] for name in addresses}
        # In turns: what else the machine does meets both alike.
        for _ in range(house.count(3, 10, 30)):
            for name, address in addresses.items():
                seconds[name] += times(lambda address=address: reader.get(address), 1, warm_up=1)
        reader.close()
    readers = house.count(4, 16, 16)
    largest = _memory(house, readers, house.count(2, 10, 60), entries)
    about = (
        f"{filled.size:,} incidents, {entries:,} entries, {payloads:,} of them with a payload of "
        f"{size / payloads:,.0f} bytes; one client that counts and keeps nothing, uncompressed, 2 web "
        f"processes; median of {rounds} after one to warm up"
    )
    for name, rate in pulled.items():
        row = Row(
            f"pull the log {name}", rate, "entries/s", rounds * entries, about, copied, "COPY of the payloads"
        )
        yield at_least(100_000, row)
        yield at_least(
            1 / 3,
            Row(
                f"pull the log {name}, over COPY",
                rate,
                "entries/s",
                rounds * entries,
                about,
                copied,
                "COPY of the payloads",
            ),
            of_reference=True,
        )
    first, far = (percentile(seconds[name], 0.5) * 1000 for name in ("first", "last"))
    yield at_most(
        1.2,
        Row(
            f"page of {page:,} at the far end over the first, p50",
            far,
            "ms",
            len(seconds["last"]),
            f"{about}; whole pages of {sizes['first']:,} and {sizes['last']:,} bytes, asked in turns",
            first,
            "the first page",
        ),
        of_reference=True,
    )
    yield at_most(
        200,
        Row(
            f"largest web process while {readers} clients pull pages of {PAGE:,} at once",
            largest,
            "MB",
            readers,
            "resident set size, at its highest, of the larger of 2 web processes that have just started",
        ),
    )


def _memory(house: House, readers: int, pages: int, last: int) -> float:
    """The resident memory (MB), at its highest, of the largest web process while each reader pulls pages."""

    def pull(number: int) -> None:
        reader = Reader(url)
        for page in range(pages):
            after = (number * pages + page) * PAGE % last
            for _block in reader.blocks(f"/api/v1/feed?after={after}&limit={PAGE}"):
                pass
        reader.close()

    with house.web() as url:
        web = processes.recorded("web", house.folder)
        assert web is not None
        threads = [threading.Thread(target=pull, args=(number,)) for number in range(readers)]
        for thread in threads:
            thread.start()
        largest = 0.0
        while any(thread.is_alive() for thread in threads):
            each = (process.memory_info().rss for process in (web, *web.children(recursive=True)))
            largest = max(largest, *each)
            time.sleep(0.05)
    return largest / 1e6


def _rate(way: Callable[[], int], entries: int, rounds: int) -> float:
    assert way() == entries
    return entries / median(times(way, rounds, warm_up=0))


def _by_pages(reader: Reader, last: int) -> int:
    """Positions are dense, so the next page is known without looking into this one."""
    found = 0
    for after in range(0, last, PAGE):
        found += _count(ENTRY_BEGINS, reader.blocks(f"/api/v1/feed?after={after}&limit={PAGE}"))
    return found


def _count(mark: bytes, blocks: Iterable[bytes]) -> int:
    """How often a mark stands in what comes in blocks, also where one ends within it."""
    found, end = 0, b""
    for block in blocks:
        found += block.count(mark) + (end + block[: len(mark) - 1]).count(mark)
        end = (end + block[1 - len(mark) :])[1 - len(mark) :]
    return found


def _as_lines(reader: Reader) -> int:
    return sum(block.count(b"\n") for block in reader.blocks("/api/v1/feed?format=ndjson"))


def _copied(house: House, rounds: int) -> tuple[float, int, int]:
    """Payloads a second that PostgreSQL copies to a client; how many there are, and their bytes."""
    found = []
    with house.as_owner() as connection:
        for _round in range(rounds + 1):
            entries = size = 0
            began = time.perf_counter()
            with connection.cursor() as cursor, cursor.copy(COPY) as copy:
                for block in copy:
                    entries += 1
                    size += len(block)
            found.append(entries / (time.perf_counter() - began))
    return median(found[1:]), entries, size
