"""Whether the database still is as this checkout's last start left it, so that a start takes seconds.

A stamp names what a database is made from (migrations, packages, scenarios) and how far its own migrations
were then. Anything else than an exact match means: migrate and load again, both of which are safe to repeat.
"""

import hashlib

import psycopg

from ceasefire import environment

STAMP = environment.VAR_DIR / "run" / "prepared"
SCENARIOS = environment.BASE_DIR / "tracker" / "scenarios"
MIGRATIONS = environment.BASE_DIR / "tracker" / "migrations"


def is_prepared(owner_url: str) -> bool:
    """Whether nothing has changed since ``note_prepared``."""
    return STAMP.exists() and STAMP.read_text() == _stamp(owner_url)


def note_prepared(owner_url: str) -> None:
    """Remember that this database is migrated and has the scenarios."""
    STAMP.write_text(_stamp(owner_url))


def _stamp(owner_url: str) -> str:
    sources = [
        environment.BASE_DIR / "requirements.lock",
        *MIGRATIONS.rglob("*.py"),
        *SCENARIOS.glob("*.yaml"),
    ]
    digest = hashlib.sha256()
    for path in sorted(sources):
        digest.update(f"{path.name}\n".encode() + path.read_bytes())
    return f"{digest.hexdigest()} {_state(owner_url)}\n"


def _state(owner_url: str) -> str:
    """Which database it is, and the last migration in it."""
    with psycopg.connect(owner_url) as connection:
        if connection.execute("SELECT to_regclass('django_migrations')").fetchone() == (None,):
            return "empty"
        identity = connection.execute(
            "SELECT oid FROM pg_database WHERE datname = current_database()"
        ).fetchone()
        applied = connection.execute(
            "SELECT count(*), max(id), max(applied) FROM django_migrations"
        ).fetchone()
    return f"{identity} {applied}"
