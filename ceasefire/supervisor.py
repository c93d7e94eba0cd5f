"""What runs, as a configuration of supervisord, which restarts each process by itself with growing pauses."""

import os
import secrets
import subprocess
import sys
import xmlrpc.client
from dataclasses import dataclass
from pathlib import Path

from ceasefire import embedded, environment, processes

WEB_PROCESSES = 2
# The processes that serve, started together once the database is ready.
SERVICE = "service"


@dataclass(frozen=True)
class Program:
    """One supervised process: its command, and how it is started and stopped."""

    name: str
    command: list[str]
    user: str | None = None
    starts_first: bool = False
    stop_signal: str = "TERM"
    patience: int = 15

    def section(self, logs: Path) -> str:
        parts = [sys.executable, "-m", "ceasefire.processes", self.name, self.user or "-", *self.command]
        # Supervisor splits the line as a shell does, and reads % as the start of a variable.
        line = " ".join('"' + part.replace('"', '\\"') + '"' for part in parts).replace("%", "%%")
        return "\n".join(
            [
                f"[program:{self.name}]",
                f"command={line}",
                f"autostart={'true' if self.starts_first else 'false'}",
                "autorestart=true",
                "startsecs=2",
                # Each failed start is followed by a pause a second longer than the last; it never gives up.
                "startretries=1000000",
                f"stopsignal={self.stop_signal}",
                f"stopwaitsecs={self.patience}",
                "killasgroup=true",
                f"priority={1 if self.starts_first else 100}",
                "redirect_stderr=true",
                f"stdout_logfile={logs / self.name}.log",
                "stdout_logfile_maxbytes=10MB",
                "stdout_logfile_backups=2",
                "",
            ]
        )


OPEN_AT_ONCE = 10_000
"""Requests that one web process holds open: a live stream is one for as long as it is listened to."""

KEPT_MEMORY = (
    "MALLOC_MMAP_THRESHOLD_=8388608",
    "MALLOC_TRIM_THRESHOLD_=33554432",
    "MALLOC_ARENA_MAX=2",
)
"""Have the C library keep the megabytes that an answer took for the next one: what is given back is cleared
by the system before it comes again, which takes longer than to fill it. Two places for all threads to keep
them in, or each keeps its own (glibc; others pass over it)."""


def web_command(port: int, count: int = WEB_PROCESSES, host: str = "127.0.0.1") -> list[str]:
    """Granian, without its access log, which would hold the addresses of clients."""
    return [
        *("env", *KEPT_MEMORY),
        *(sys.executable, "-m", "granian", "ceasefire.asgi:application"),
        *("--interface", "asgi", "--loop", "asyncio", "--host", host, "--port", str(port)),
        *("--workers", str(count), "--respawn-failed-workers", "--respawn-interval", "1"),
        *("--workers-kill-timeout", "5", "--no-ws", "--log-level", "warning"),
        *("--backpressure", str(OPEN_AT_ONCE)),
    ]


def worker_command() -> list[str]:
    """The worker, at lower priority: where cores are short, taking reports in comes before computing from
    them. It still gets a third of what another process does, and all that is idle."""
    return [
        *("nice", "-n", "5"),
        *(sys.executable, "-m", "celery", "--app", "ceasefire.celery", "worker"),
        *("--concurrency", "1", "--loglevel", "WARNING", "--without-gossip", "--without-mingle"),
    ]


def outgoing_command() -> list[str]:
    """The worker of what goes out and waits for others: threads, for they do little but wait."""
    return [
        *(sys.executable, "-m", "celery", "--app", "ceasefire.celery", "worker", "--queues", "outgoing"),
        *("--hostname", f"outgoing-{os.getpid()}@localhost", "--pool", "threads", "--concurrency", "16"),
        *("--loglevel", "WARNING", "--without-gossip", "--without-mingle"),
    ]


def scheduler_command(folder: Path) -> list[str]:
    return [
        *(
            sys.executable,
            "-m",
            "celery",
            "--app",
            "ceasefire.celery",
            "beat",
            "--pidfile=",
            "--loglevel",
            "WARNING",
        ),
        *("--schedule", str(folder / "celerybeat-schedule")),
    ]


def server_programs(servers: embedded.Servers) -> list[Program]:
    """The embedded PostgreSQL and Valkey."""
    user = embedded.unprivileged_user()
    return [
        Program(
            "postgres", servers.postgres_command(), user, starts_first=True, stop_signal="INT", patience=30
        ),
        Program("valkey", servers.valkey_command(), user, starts_first=True),
    ]


def service_programs(port: int, folder: Path) -> list[Program]:
    """Web, the two workers and the scheduler."""
    return [
        Program("web", web_command(port)),
        Program("worker", worker_command(), patience=30),
        Program("outgoing", outgoing_command(), patience=30),
        Program("scheduler", scheduler_command(folder)),
    ]


class Supervisor:
    """A running supervisord with the programs given, told what to do over its own loopback interface."""

    def __init__(self, programs: list[Program], folder: Path, logs: Path) -> None:
        self.programs, self.folder, self.logs = programs, folder, logs
        self.port = embedded.free_ports(1)[0]
        self.password = secrets.token_urlsafe(24)

    def start(self) -> None:
        """Start supervisord, and with it those that start first; SIGINT of the terminal does not reach it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.logs.mkdir(parents=True, exist_ok=True)
        settings = self.folder / "supervisord.conf"
        environment.write_private(settings, self._configuration())
        command = [
            sys.executable,
            "-m",
            "supervisor.supervisord",
            "--nodaemon",
            "--configuration",
            str(settings),
        ]
        self.process = processes.start(
            "supervisord",
            command,
            self.logs,
            cwd=environment.BASE_DIR,
            env={**os.environ, processes.MARK: str(environment.BASE_DIR)},
        )
        processes.record("supervisord", self.process.pid)
        processes.wait_for(self._answers, 15, "supervisord answers")

    def start_service(self, *names: str) -> None:
        """Start some of those that serve."""
        for name in names:
            self.remote.supervisor.startProcess(f"{SERVICE}:{name}", False)

    def state(self, name: str) -> str:
        """What supervisord says of a program: RUNNING, STARTING, BACKOFF …"""
        return {str(info["name"]): str(info["statename"]) for info in self._information()}.get(
            name, "UNKNOWN"
        )

    def stop(self) -> None:
        """End all of it, those that serve before the servers that they use."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(90)
            except subprocess.TimeoutExpired:
                self.process.kill()
        processes.end_leftovers()

    @property
    def remote(self) -> xmlrpc.client.ServerProxy:
        return xmlrpc.client.ServerProxy(f"http://house:{self.password}@127.0.0.1:{self.port}/RPC2")

    def _information(self) -> list[dict[str, object]]:
        return self.remote.supervisor.getAllProcessInfo()  # type: ignore[return-value]

    def _answers(self) -> bool:
        if self.process.poll() is not None:
            raise embedded.ServersFailed(f"supervisord ended at once: see {self.logs / 'supervisord.log'}")
        try:
            return bool(self.remote.supervisor.getState())
        except (OSError, xmlrpc.client.Error):
            return False

    def _configuration(self) -> str:
        user = "user=root\n" if os.geteuid() == 0 else ""
        head = (
            f"[supervisord]\nnodaemon=true\nsilent=true\n{user}"
            f"logfile={self.logs / 'supervisor-events.log'}\n"
            f"logfile_maxbytes=5MB\npidfile={self.folder / 'supervisord.own'}\n"
            f"directory={environment.BASE_DIR}\n\n[inet_http_server]\n"
            f"port=127.0.0.1:{self.port}\nusername=house\npassword={self.password}\n\n"
            "[rpcinterface:supervisor]\n"
            "supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface\n\n"
        )
        together = ",".join(program.name for program in self.programs if not program.starts_first)
        group = f"[group:{SERVICE}]\nprograms={together}\npriority=100\n\n" if together else ""
        return head + group + "\n".join(program.section(self.logs) for program in self.programs)
