"""What tests run against: real servers, databases cloned from one migrated template, real processes.

One PostgreSQL and one Valkey serve a whole run. They are the run's own, on free ports, so that a run stands
beside a running service; addresses given in the environment take their place.
"""

import contextlib
import dataclasses
import http.client
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psutil
import psycopg
from filelock import FileLock
from psycopg import sql

from ceasefire import assets, embedded, processes, supervisor
from ceasefire.environment import BASE_DIR, VAR_DIR

RUNS = VAR_DIR / "tests"
TEST_HOSTS = "localhost,127.0.0.1,[::1],testserver"


@dataclasses.dataclass
class Run:
    """One test run's servers, and the folder where its processes write."""

    folder: Path
    servers: embedded.Servers | None
    started: list[subprocess.Popen[bytes]]

    @classmethod
    def begin(cls) -> "Run":
        """End what killed runs left, start servers unless given, and tell workers by the environment."""
        for old in RUNS.glob("*"):
            if processes.recorded("run", old) is None:
                processes.end_leftovers(old)
                for data in (embedded.SYSTEM_FOLDER / f"tests-{old.name}", old):
                    shutil.rmtree(data, ignore_errors=True)
        folder = RUNS / str(os.getpid())
        processes.record("run", os.getpid(), folder)
        run = cls(folder, None, [])
        if "DATABASE_URL" not in os.environ:
            try:
                run.start_servers()
            except BaseException:
                run.end()
                raise
        os.environ["CEASEFIRE_TEST_RUN"] = str(folder)
        return run

    def start_servers(self) -> None:
        data = self.folder / "servers"
        if embedded.unprivileged_user():
            data = embedded.SYSTEM_FOLDER / f"tests-{self.folder.name}"
        self.servers = embedded.Servers(
            data, embedded.Access.new(), durable=False, owner_makes_databases=True
        )
        self.servers.prepare()
        user = embedded.unprivileged_user()
        commands = {"postgres": self.servers.postgres_command(), "valkey": self.servers.valkey_command()}
        for name, command in commands.items():
            self.started.append(processes.start(name, command, self.folder, user=user))
            processes.record(name, self.started[-1].pid, self.folder)
        self.servers.wait_until_ready()
        self.servers.prepare_database()
        os.environ.update(self.servers.access.addresses())

    def end(self) -> None:
        """Drop what was made on servers that are not ours, end those that are, leave nothing."""
        if self.servers is None and "DATABASE_URL" in os.environ:
            Databases().drop_all()
        for process in reversed(self.started):
            processes.end(process)
        if self.servers:
            self.servers.remove()
        shutil.rmtree(self.folder, ignore_errors=True)


class Databases:
    """The databases of this run on its PostgreSQL: the migrated template and its clones."""

    def __init__(self) -> None:
        self.owner_url = os.environ.get("DATABASE_OWNER_URL") or os.environ["DATABASE_URL"]
        self.folder = Path(os.environ.get("CEASEFIRE_TEST_RUN") or RUNS / str(os.getpid()))
        self.prefix = f"test_{self.folder.name}"
        self.template = f"{self.prefix}_template"

    def make_template(self) -> None:
        """Migrate one database, once a run, by the command that a deployment uses."""
        with FileLock(self.folder / "template.lock"):
            if (self.folder / "template.done").exists():
                return
            self._execute(
                "CREATE DATABASE {} TEMPLATE template0 "
                "ENCODING 'UTF8' LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8'"
            )
            with self.connection(self.template) as connection:
                for extension in embedded.EXTENSIONS:
                    connection.execute(f"CREATE EXTENSION IF NOT EXISTS {extension}")
                assert embedded.unfitness(connection) == []
            leads_there = self.addresses(self.template)
            run_manage("migrate", "--skip-checks", "--verbosity", "0", environment=leads_there)
            (self.folder / "template.done").touch()

    def recreate(self, name: str) -> None:
        """Make the database anew, as the migrations left it; whoever is connected to it is cut off."""
        self.drop(name)
        with self.connection() as connection:
            connection.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                    sql.Identifier(name), sql.Identifier(self.template)
                )
            )

    def drop(self, name: str) -> None:
        with self.connection() as connection:
            connection.execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
            )

    def drop_all(self) -> None:
        with self.connection() as connection:
            found = connection.execute(
                "SELECT datname FROM pg_database WHERE datname LIKE %s", [f"{self.prefix}\\_%"]
            )
            for (name,) in found.fetchall():
                self.drop(name)

    def connection(self, name: str | None = None) -> psycopg.Connection:
        """The owner's connection, each statement its own transaction."""
        return psycopg.connect(at_database(self.owner_url, name) if name else self.owner_url, autocommit=True)

    def addresses(self, name: str) -> dict[str, str]:
        """The environment variables that lead to one of the databases."""
        return {
            "DATABASE_URL": at_database(os.environ["DATABASE_URL"], name),
            "DATABASE_OWNER_URL": at_database(self.owner_url, name),
        }

    def _execute(self, statement: str) -> None:
        with self.connection() as connection:
            connection.execute(sql.SQL(statement).format(sql.Identifier(self.template)))


def at_database(url: str, name: str) -> str:
    """The same server's address with another database (or, for Redis, another number)."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def run_manage(*arguments: str, environment: dict[str, str]) -> str:
    """Run a management command as a process and return its output; AssertionError where it fails."""
    done = subprocess.run(
        [sys.executable, str(BASE_DIR / "manage.py"), *arguments],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "ceasefire.settings", **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        cwd=BASE_DIR,
    )
    assert done.returncode == 0, f"manage.py {' '.join(arguments)} failed:\n{done.stdout}\n{done.stderr}"
    return done.stdout


@dataclasses.dataclass
class Process:
    """A started process of the service, and where it serves if it is a web process."""

    name: str
    handle: subprocess.Popen[bytes]
    url: str = ""

    def kill(self) -> None:
        """End it and its children as a power cut would."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.handle.pid, 9)
        self.handle.wait()

    def alive(self) -> bool:
        return self.handle.poll() is None

    def memory(self) -> int:
        """Bytes of memory of the process and its children, what they share counted once."""
        family = [psutil.Process(self.handle.pid), *psutil.Process(self.handle.pid).children(recursive=True)]
        return sum(member.memory_full_info().pss for member in family)


class Service:
    """The service as real processes on one database: start what a test needs, kill what it wants to see die.

    ``environment`` adds to or overrides the variables of every process, such as ``CLOCK_OFFSET``.
    """

    def __init__(self, database: str, redis_number: int, folder: Path, **environment: str) -> None:
        self.database, self.folder = database, folder
        self.processes: list[Process] = []
        self.environment = {
            **Databases().addresses(database),
            "REDIS_URL": at_database(os.environ["REDIS_URL"], str(redis_number)),
            "DJANGO_SETTINGS_MODULE": "ceasefire.settings",
            **environment,
        }
        gather_static_files()

    @property
    def url(self) -> str:
        """Where the first web process serves, without a slash at the end."""
        return next(process.url for process in self.processes if process.url)

    def start_web(self) -> Process:
        """One more web process on a free port, once it answers."""
        port = embedded.free_ports(1)[0]
        process = self._start("web", supervisor.web_command(port, count=1))
        process.url = f"http://127.0.0.1:{port}"
        processes.wait_for(
            lambda: self._answers(process, port), 30, f"the web process answers\n{self.log(process)}"
        )
        return process

    def start_worker(self) -> Process:
        """One more Celery worker, once it is ready for work."""
        process = self._start(
            "worker", [*supervisor.worker_command(), "--hostname", f"w{len(self.processes)}@localhost"]
        )
        ready = self.folder / f"{process.name}.log"
        processes.wait_for(lambda: self._said(process, ready, "worker is ready"), 60, "the worker is ready")
        return process

    def start_outgoing(self) -> Process:
        """The worker that sends webhooks, once it is ready for work."""
        process = self._start("outgoing", supervisor.outgoing_command())
        ready = self.folder / f"{process.name}.log"
        processes.wait_for(lambda: self._said(process, ready, "worker is ready"), 60, "the worker is ready")
        return process

    def start_scheduler(self) -> Process:
        return self._start("scheduler", supervisor.scheduler_command(self.folder))

    def manage(self, *arguments: str) -> str:
        """Run a management command on this service's database; returns what it printed."""
        return run_manage(*arguments, environment=self.environment)

    def stop(self) -> None:
        for process in reversed(self.processes):
            processes.end(process.handle, patience=10)
        self.processes.clear()

    @contextlib.contextmanager
    def orm(self) -> Iterator[None]:
        """Point this test's own Django at the service's database for the length of the block."""
        from django.db import connection

        own = connection.settings_dict["NAME"]
        connection.close()
        connection.settings_dict["NAME"] = self.database
        try:
            yield
        finally:
            connection.close()
            connection.settings_dict["NAME"] = own

    def log(self, process: Process) -> str:
        """What a process has said so far."""
        path = self.folder / f"{process.name}.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def _start(self, kind: str, command: list[str]) -> Process:
        name = f"{kind}-{len(self.processes)}"
        handle = processes.start(
            name, command, self.folder, cwd=BASE_DIR, env={**os.environ, **self.environment}
        )
        processes.record(f"{self.database}-{name}", handle.pid, Path(os.environ["CEASEFIRE_TEST_RUN"]))
        process = Process(name, handle)
        self.processes.append(process)
        return process

    def _answers(self, process: Process, port: int) -> bool:
        assert process.alive(), f"the web process ended:\n{self.log(process)}"
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def _said(self, process: Process, log: Path, words: str) -> bool:
        assert process.alive(), f"{process.name} ended:\n{self.log(process)}"
        return words in log.read_text(errors="replace")


def gather_static_files() -> None:
    """Compile messages and collect static files, once, as `make up` does."""
    (VAR_DIR / "static").mkdir(parents=True, exist_ok=True)
    with FileLock(VAR_DIR / "static.lock"):
        assets.finish_gathering(assets.start_gathering())


def browser_binary() -> str | None:
    """A Chromium of this machine."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return next((path for name in names if (path := shutil.which(name))), None)
