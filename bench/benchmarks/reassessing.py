"""One more report in a truce that is already large: how long until the board says what follows from it."""

from __future__ import annotations

import time
from collections.abc import Iterable

from bench import truces
from bench.filling import Filled
from bench.house import House
from bench.measure import Row, at_most, percentile
from bench.rows import report_body

# Each truce is measured as soon as it is filled, so that the smallest has no other beside it.
ORDER = 20
WARM_UP = 3


def rows(house: House) -> Iterable[Row]:
    found = {}
    for size in house.sizes:
        found[size] = _measure(house.truce(size), house.count(3, 12, 100))
    first, last = house.sizes[0], house.sizes[-1]
    for size, seconds in found.items():
        about = (
            "one report stored (not timed), then assess_truce: its incident weighed, both views assessed, "
            f"history and log written and placed; {size:,} incidents; one process, {WARM_UP} to warm up"
        )
        for share, name in ((0.5, "p50"), (0.95, "p95")):
            against = percentile(found[first], share) * 1000
            row = Row(
                f"re-assess after one report, {size:,} incidents, {name}",
                percentile(seconds, share) * 1000,
                "ms",
                len(seconds),
                about,
                None if size == first else against,
                "" if size == first else f"the same at {first:,}",
            )
            yield at_most(1.5, row, of_reference=True) if size == last and last != first else row


def _measure(truce: Filled, count: int) -> list[float]:
    from tracker.intake.report_document import check_report
    from tracker.services import assessment, clock, references, reports
    from tracker.services.authors import Author

    author = Author.of_worker("bench")
    seconds = []
    claims = truces.fresh_claims(truce.size, count + WARM_UP, truce.until)
    for number, claim in enumerate(claims):
        body = report_body(
            truce.size,
            source=claim.source.slug,
            external_id=f"{truce.slug}/reassess/{number}",
            published=truce.until,
            claim=claim,
        )
        document, faults = check_report(body, now=clock.now(), exists=references.exists)
        assert document is not None, faults
        reports.receive(document, author)
        start = time.perf_counter()
        did = assessment.assess_truce(truce.truce_id)
        if number >= WARM_UP:
            seconds.append(time.perf_counter() - start)
        assert did, "the report made nothing due"
    return seconds
