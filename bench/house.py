"""Where a run of the benchmarks takes place: servers of its own, databases, processes, filled truces.

One PostgreSQL, durable, with the settings of a served instance, holds three databases: the service's, the
baseline's and the one in which PostgreSQL's own limits are measured.
"""

from __future__ import annotations

import contextlib
import http.client
import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psutil
import psycopg
from psycopg import sql

from ceasefire import embedded, processes, supervisor
from ceasefire.environment import BASE_DIR, VAR_DIR

SIZES = {"smoke": (50, 100), "small": (1_000, 4_000, 16_000), "full": (1_000, 100_000, 1_000_000)}
"""Incidents of the truces that a run fills, smallest first."""

RUNS = VAR_DIR / "bench"
LIMITS, BASELINE = "bench_limits", "bench_baseline"


@dataclass
class House:
    """A run: its sizes, and what it has filled and measured so far."""

    sizes: tuple[int, ...]
    servers_started: bool = False
    loaded: dict[int, object] = field(default_factory=dict)

    @property
    def is_small(self) -> bool:
        """Whether this run must be over within two minutes."""
        return self.sizes[-1] <= SIZES["small"][-1]

    @property
    def is_smoke(self) -> bool:
        """Whether this run only proves that every benchmark runs: its figures say nothing."""
        return self.sizes[-1] <= SIZES["smoke"][-1]

    def count(self, smoke: int, small: int, full: int) -> int:
        """How often to do something in a run of this size."""
        return smoke if self.is_smoke else small if self.is_small else full

    @cached_property
    def until(self):
        """The moment at which the truces' data ends: the hour at which the run began (UTC)."""
        from tracker.services import clock

        return clock.now().replace(minute=0, second=0, microsecond=0)

    @cached_property
    def limits(self):
        """What this PostgreSQL does by itself, measured once, before anything else is in it."""
        from bench.limits import measure

        return measure(self)

    def truce(self, size: int):
        """The filled truce of that many incidents; it is filled when first asked for."""
        from bench.filling import fill

        if size not in self.loaded:
            self.loaded[size] = fill(self, size)
        return self.loaded[size]

    @property
    def largest(self):
        """The largest truce, all smaller ones filled before it."""
        return [self.truce(size) for size in self.sizes][-1]

    # Databases

    @property
    def owner_address(self) -> str:
        return os.environ["DATABASE_OWNER_URL"]

    def address(self, database: str) -> str:
        """The owner's address of another database of the same server."""
        return urlunsplit(urlsplit(self.owner_address)._replace(path=f"/{database}"))

    def as_owner(self, database: str | None = None) -> psycopg.Connection:
        """The owner's connection, each statement its own transaction."""
        return psycopg.connect(self.address(database) if database else self.owner_address, autocommit=True)

    def make_database(self, name: str) -> str:
        """Make an empty database for a reference; returns its address."""
        with self.as_owner() as connection:
            connection.execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
            )
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        return self.address(name)

    # Processes

    @contextlib.contextmanager
    def process(self, name: str, command: list[str], **environment: str) -> Iterator[subprocess.Popen[bytes]]:
        """A process of the run, ended with the block."""
        started = processes.start(
            name,
            command,
            self.folder,
            cwd=BASE_DIR,
            env={**os.environ, **environment},
            # In one session, as under a supervisor: some kernels share the processor out by sessions first.
            start_new_session=False,
            process_group=0,
        )
        processes.record(name, started.pid, self.folder)
        try:
            yield started
        finally:
            processes.end(started)
            (self.folder / f"{name}.pid").unlink(missing_ok=True)

    @contextlib.contextmanager
    def web(self) -> Iterator[str]:
        """The service's web processes as `make up` runs them; yields where they serve."""
        port = embedded.free_ports(1)[0]
        with self.process("web", supervisor.web_command(port)) as started:
            self.wait_until_served(started, "web", port, "/healthz")
            yield f"http://127.0.0.1:{port}"

    @contextlib.contextmanager
    def worker(self) -> Iterator[None]:
        """The service's worker, as `make up` runs it."""
        with self.process("worker", supervisor.worker_command()) as started:
            log = self.folder / "worker.log"
            processes.wait_for(
                lambda: started.poll() is not None or self._worker_answers(), 60, f"the worker answers: {log}"
            )
            assert started.poll() is None, log.read_text(errors="replace")
            yield

    def _worker_answers(self) -> bool:
        from ceasefire.celery import app

        return bool(app.control.ping(timeout=0.5))

    def wait_until_served(self, started: subprocess.Popen[bytes], name: str, port: int, path: str) -> None:
        """Return once ``path`` answers; AssertionError with the log where the process has ended."""
        log = self.folder / f"{name}.log"
        processes.wait_for(
            lambda: started.poll() is not None or _answers(port, path), 60, f"{name} answers: {log}"
        )
        assert started.poll() is None, log.read_text(errors="replace")

    @cached_property
    def folder(self) -> Path:
        """Where the run's processes write."""
        folder = RUNS / str(os.getpid())
        folder.mkdir(parents=True, exist_ok=True)
        return folder


def _answers(port: int, path: str) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


@contextlib.contextmanager
def open_house(sizes: tuple[int, ...]) -> Iterator[House]:
    """Start the servers, migrate the service's database and set Django up; all of it ends with the block."""
    house = House(sizes)
    _clear_leftovers()
    processes.record("run", os.getpid(), house.folder)
    data = house.folder / "servers"
    if embedded.unprivileged_user():
        data = embedded.SYSTEM_FOLDER / f"bench-{os.getpid()}"
    servers = embedded.Servers(data, embedded.Access.new(), owner_makes_databases=True)
    started = []
    try:
        servers.prepare()
        commands = {"postgres": servers.postgres_command(), "valkey": servers.valkey_command()}
        for name, command in commands.items():
            started.append(processes.start(name, command, house.folder, user=embedded.unprivileged_user()))
            processes.record(name, started[-1].pid, house.folder)
        servers.wait_until_ready()
        servers.prepare_database()
        os.environ.update(
            servers.access.addresses(),
            SECRET_KEY=secrets.token_urlsafe(48),
            ALLOWED_HOSTS="localhost,127.0.0.1,[::1]",
            DJANGO_SETTINGS_MODULE="ceasefire.settings",
            # Counted as in earnest, and never reached.
            RATE_LIMIT_KEY="1000000000/60",
            RATE_LIMIT_ANONYMOUS="1000000000/60",
        )
        os.environ.pop("AS_DATABASE_OWNER", None)
        manage("migrate", "--skip-checks", "--verbosity", "0", AS_DATABASE_OWNER="1")
        import django

        django.setup()
        yield house
    finally:
        for one in reversed(started):
            processes.end(one)
        servers.remove()
        shutil.rmtree(house.folder, ignore_errors=True)


def _clear_leftovers() -> None:
    for old in RUNS.glob("*"):
        if processes.recorded("run", old) is None:
            processes.end_leftovers(old)
            for data in (embedded.SYSTEM_FOLDER / f"bench-{old.name}", old):
                shutil.rmtree(data, ignore_errors=True)


def manage(*arguments: str, **environment: str) -> str:
    """Run a management command as a process of its own; returns what it printed."""
    done = subprocess.run(
        [sys.executable, str(BASE_DIR / "manage.py"), *arguments],
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        cwd=BASE_DIR,
    )
    assert done.returncode == 0, f"manage.py {' '.join(arguments)} failed:\n{done.stdout}\n{done.stderr}"
    return done.stdout


def machine() -> str:
    """The machine in a few words, for the head of the table."""
    memory = psutil.virtual_memory().total / 2**30
    return f"{psutil.cpu_count()} cores, {memory:.0f} GiB, Python {sys.version.split()[0]}"
