"""Reports created through the API by four clients: ours, a plain service, and PostgreSQL by itself."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterable, Iterator
from statistics import median

import orjson

from bench import truces
from bench.baseline import service as baseline
from bench.clients import Answers, send_all
from bench.filling import Filled
from bench.house import House
from bench.measure import Row, at_least, percentile
from bench.rows import report_body
from ceasefire import processes

ORDER = 40
CLIENTS = 4
WARM_UP = 20
PLAIN = "plain service"
WORKER, ALONE = "ours, the worker assessing meanwhile", "ours, no worker running"


def rows(house: House) -> Iterable[Row]:
    filled = house.largest
    turns, each = house.count(1, 2, 5), house.count(2, 30, 200) + WARM_UP
    found: dict[str, list[Answers]] = {PLAIN: [], WORKER: [], ALONE: []}
    behind: list[float] = []
    with baseline.serve(house, filled.size) as plain, house.web() as ours:
        key = {"Authorization": f"Bearer {make_key()}"}
        # In turns: the machine's pace changes, and with each turn how connections fall to the processes.
        for turn in range(turns):
            bodies = _bodies(filled, each, f"plain/{turn}")
            plainly = [[baseline.report_body(body) for body in own] for own in bodies]
            found[PLAIN].append(_send(f"{plain.url}/reports/", plainly, plain.headers))
            with _assessing(house, filled):
                bodies = _bodies(filled, each, f"meanwhile/{turn}")
                found[WORKER].append(_send(f"{ours}/api/v1/reports", bodies, key))
                behind.append(_until_at_rest(filled))
            bodies = _bodies(filled, each, f"alone/{turn}")
            found[ALONE].append(_send(f"{ours}/api/v1/reports", bodies, key))
    yield from _told(house, filled, turns, {name: Answers.together(found[name]) for name in found})
    yield Row(
        "board caught up after the last report",
        median(behind),
        "s",
        len(behind),
        f"{filled.size:,} incidents, after {each * CLIENTS} reports of {CLIENTS} clients; median of turns",
    )


def _send(url: str, bodies: list[list[dict]], headers: dict[str, str]) -> Answers:
    texts = [[orjson.dumps(body) for body in own] for own in bodies]
    return send_all(url, texts, {**headers, **JSON}, warm_up=WARM_UP)


@contextlib.contextmanager
def _assessing(house: House, filled: Filled) -> Iterator[None]:
    """The worker, with nothing left from before: it is called for what comes to a truce at rest."""
    from tracker.services import assessment

    assessment.assess_truce(filled.truce_id)
    with house.worker():
        yield


def _until_at_rest(filled: Filled) -> float:
    """Seconds from now until all that came in is weighed and assessed."""
    from tracker.services import assessment, positions

    began = time.monotonic()
    processes.wait_for(
        lambda: not positions.unplaced() and filled.truce_id not in assessment.due_truces(),
        120,
        "what came in is assessed",
    )
    return time.monotonic() - began


def _told(house: House, filled: Filled, turns: int, found: dict[str, Answers]) -> Iterable[Row]:
    theirs = found[PLAIN]
    about = (
        f"{CLIENTS} clients of one lasting connection each, a truce of {filled.size:,} incidents, "
        f"2 web processes, all in {turns} turns, {WARM_UP} requests each to warm up; "
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
    for name in (WORKER, ALONE):
        answers = found[name]
        yield at_least(
            1.3,
            Row(
                f"create, {name}",
                answers.rate,
                "reports/s",
                len(answers.seconds),
                about,
                theirs.rate,
                "the plain service",
            ),
            of_reference=True,
        )
    for name, answers in found.items():
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
