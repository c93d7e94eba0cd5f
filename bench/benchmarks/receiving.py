"""Reports created through the API by four clients: ours, a plain service, and PostgreSQL by itself."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable

import orjson

from bench import truces
from bench.baseline import service as baseline
from bench.clients import Answers, send_all
from bench.filling import Filled
from bench.house import House
from bench.measure import Row, at_least, percentile
from bench.rows import report_body

ORDER = 40
CLIENTS = 4
WARM_UP = 20


def rows(house: House) -> Iterable[Row]:
    filled = house.largest
    each = house.count(2, 60, 1_000) + WARM_UP
    with baseline.serve(house, filled.size) as plain:
        bodies = [
            [orjson.dumps(baseline.report_body(body)) for body in own]
            for own in _bodies(filled, each, "plain")
        ]
        theirs = send_all(f"{plain.url}/reports/", bodies, {**plain.headers, **JSON}, warm_up=WARM_UP)
    headers = {"Authorization": f"Bearer {make_key()}", **JSON}
    found: dict[str, Answers] = {}
    for name, with_worker in (("the worker assessing meanwhile", True), ("no worker running", False)):
        with contextlib.ExitStack() as running:
            url = running.enter_context(house.web())
            if with_worker:
                running.enter_context(house.worker())
            bodies = [[orjson.dumps(body) for body in own] for own in _bodies(filled, each, name[:2])]
            found[name] = send_all(f"{url}/api/v1/reports", bodies, headers, warm_up=WARM_UP)
    about = (
        f"{CLIENTS} clients of one lasting connection each, a truce of {filled.size:,} incidents, "
        f"2 web processes, {WARM_UP} requests each to warm up; "
        "ours also screens, publishes, audits and logs each report"
    )
    limit = house.limits
    yield Row(
        "create, plain service",
        theirs.rate,
        "reports/s",
        len(theirs.seconds),
        f"{about}; the plain one stores it in four tables and does no more",
        limit.inserted,
        "INSERT and commit",
    )
    for name, answers in found.items():
        yield at_least(
            1.3,
            Row(
                f"create, ours, {name}",
                answers.rate,
                "reports/s",
                len(answers.seconds),
                about,
                theirs.rate,
                "the plain service",
            ),
            of_reference=True,
        )
    for name, answers in (
        ("plain service", theirs),
        *((f"ours, {name}", one) for name, one in found.items()),
    ):
        for share, word in ((0.5, "p50"), (0.95, "p95")):
            yield Row(
                f"create, {name}, {word}",
                percentile(answers.seconds, share) * 1000,
                "ms",
                len(answers.seconds),
                about,
                limit.insert_p50 * 1000,
                "INSERT and commit, p50",
            )


JSON = {"Content-Type": "application/json", "Accept": "application/json"}


def _bodies(filled: Filled, each: int, word: str) -> list[list[dict]]:
    claims = truces.fresh_claims(filled.size, each * CLIENTS, filled.until, seed=2_000)
    return [
        [
            report_body(
                filled.size,
                source=claim.source.slug,
                external_id=f"{word}/{client}/{number}",
                published=filled.until,
                claim=claim,
            )
            for number, claim in enumerate(claims[client * each : (client + 1) * each])
        ]
        for client in range(CLIENTS)
    ]


def make_key() -> str:
    """A key that may write for every source; its secret."""
    from tracker.models import Scope, Source
    from tracker.services import keys

    _key, secret = keys.create_key("bench", [Scope.REPORTS_WRITE], Source.objects.all())
    return secret
