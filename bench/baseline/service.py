"""Setting the plain service up, filling it and running it: two WSGI processes of granian."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import psycopg

from bench import truces
from bench.house import BASELINE
from ceasefire import embedded
from ceasefire.environment import BASE_DIR

if TYPE_CHECKING:
    from bench.house import House

PROCESSES = 2
TOKEN = "0123456789abcdef0123456789abcdef01234567"

ROWS = """
INSERT INTO baseline_incident (truce_id, created) SELECT 1, %(start)s FROM generate_series(1, %(size)s);
INSERT INTO baseline_report (source_id, external_id, kind, truce_id, incident_id, published, language,
        summary, created)
    SELECT 1 + id %% %(sources)s, 'filled/' || id, 'incident', 1, id, %(start)s, 'en',
        'shelling reported near Mill town.', %(start)s
    FROM baseline_incident;
INSERT INTO baseline_claim (report_id, occurred_from, occurred_to, precision, place_name, lat, lon, act, by,
        against, credibility)
    SELECT id, %(start)s, %(start)s, 'day', 'Mill town', 34.1, 37.2, 'shelling', 'northern-army',
        'river-brigades', 3
    FROM baseline_report;
INSERT INTO baseline_casualty (claim_id, "group", effect, min, max)
    SELECT id, 'combatants', 'killed', 3, 5 FROM baseline_claim;
"""


@dataclass(frozen=True, slots=True)
class Served:
    """Where the plain service answers, and the header that lets a client write."""

    url: str
    headers: dict[str, str]


@contextlib.contextmanager
def serve(house: House, size: int) -> Iterator[Served]:
    """The plain service with ``size`` incidents of one report each, for the length of the block."""
    address = house.make_database(BASELINE)
    environment = {"BASELINE_DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "bench.baseline.settings"}
    subprocess.run(
        [sys.executable, "-m", "django", "migrate", "--run-syncdb", "--verbosity", "0"],
        env={**os.environ, **environment},
        cwd=BASE_DIR,
        check=True,
    )
    _fill(address, size, house.until)
    port = embedded.free_ports(1)[0]
    command = [
        *(sys.executable, "-m", "granian", "bench.baseline.wsgi:application", "--interface", "wsgi"),
        *("--host", "127.0.0.1", "--port", str(port), "--workers", str(PROCESSES)),
        *("--no-ws", "--log-level", "warning"),
    ]
    try:
        with house.process("baseline", command, **environment) as started:
            house.wait_until_served(started, "baseline", port, "/reports/?page=1")
            yield Served(f"http://127.0.0.1:{port}", {"Authorization": f"Token {TOKEN}"})
    finally:
        with house.as_owner() as connection:
            connection.execute(f"DROP DATABASE {BASELINE} WITH (FORCE)")


def _fill(address: str, size: int, start: datetime) -> None:
    sources = [one.slug for one in truces.document(size).sources]
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("INSERT INTO baseline_truce (slug) VALUES (%s)", [truces.slug_of(size)])
        for slug in sources:
            connection.execute("INSERT INTO baseline_source (slug) VALUES (%s)", [slug])
        for statement in ROWS.split(";\n"):
            if statement.strip():
                connection.execute(statement, {"start": start, "size": size, "sources": len(sources)})
        connection.execute(
            "INSERT INTO auth_user (username, password, is_superuser, first_name, last_name, email, "
            "is_staff, is_active, date_joined) VALUES ('writer', '', false, '', '', '', false, true, %s)",
            [start],
        )
        connection.execute(
            "INSERT INTO authtoken_token (key, created, user_id) SELECT %s, %s, id FROM auth_user",
            [TOKEN, start],
        )
        connection.execute("VACUUM ANALYZE")


def report_body(body: dict) -> dict:
    """The same report in the shape that the plain service takes."""
    claim, place, occurred = body["claim"], body["claim"]["place"] or {}, body["claim"]["occurred"] or {}
    return {
        **{
            name: body[name]
            for name in ("source", "external_id", "kind", "truce", "published", "language", "summary")
        },
        "claim": {
            "occurred_from": occurred.get("from"),
            "occurred_to": occurred.get("to"),
            "precision": occurred.get("precision", "unknown"),
            "place_name": place.get("name") or "",
            "lat": place.get("lat"),
            "lon": place.get("lon"),
            "act": claim["act"] or "",
            "by": claim["by"],
            "against": claim["against"],
            "credibility": claim["credibility"],
            "casualties": [{**one, "group": one["group"] or ""} for one in claim["casualties"]],
        },
    }
