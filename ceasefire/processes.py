"""Processes of ours: recorded when they start, so that a run that was killed can be cleaned up.

A record is a file of two numbers in ``var/run``: the process id, and when that process was created, which
together name one process for good. Each process leads a process group, so that its children end with it.

Run as a program (``python -m ceasefire.processes NAME USER COMMAND…``) this module records itself as NAME,
becomes USER (``-`` to stay who it is) and turns into the command, whose process id stays the same.
"""

import contextlib
import os
import pwd
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import psutil

from ceasefire.environment import VAR_DIR

T = TypeVar("T")

RECORDS = VAR_DIR / "run"
# Names the checkout in the environment of everything that it starts.
MARK = "CEASEFIRE_CHECKOUT"


def as_user(name: str | None) -> dict[str, Any]:
    """What ``subprocess`` needs to run a command as that user; nothing where the name is None."""
    if name is None:
        return {}
    entry = pwd.getpwnam(name)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def start(
    name: str, command: list[str], logs: Path, user: str | None = None, **options: Any
) -> subprocess.Popen[bytes]:
    """Start a command as the leader of its own process group, its output added to ``logs/NAME.log``.

    It leads a session too, unless ``options`` say otherwise.
    """
    logs.mkdir(parents=True, exist_ok=True)
    with (logs / f"{name}.log").open("ab") as log:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            **as_user(user),
            **{"start_new_session": True, **options},
        )


def end(process: subprocess.Popen[bytes], patience: float = 20) -> None:
    """Ask a process that ``start`` started to end, then end it and its children for good."""
    if process.poll() is None:
        # SIGINT is what PostgreSQL calls a fast shutdown; all others take it as the end as well.
        process.send_signal(signal.SIGINT)
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            process.kill()
    process.wait()
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


def finish(process: subprocess.Popen[str]) -> tuple[int, str]:
    """Wait for a process whose output is a pipe: its exit code and what it said. An interruption ends it."""
    try:
        output, errors = process.communicate()
    except BaseException:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        raise
    return process.returncode, output if process.returncode == 0 or not errors else errors


def record(name: str, process_id: int, records: Path = RECORDS) -> None:
    """Note that this process is ours."""
    records.mkdir(parents=True, exist_ok=True)
    created = psutil.Process(process_id).create_time()
    unfinished = records / f"{name}.unfinished"
    unfinished.write_text(f"{process_id} {created}\n")
    unfinished.rename(records / f"{name}.pid")


def recorded(name: str, records: Path = RECORDS) -> psutil.Process | None:
    """The living process that was recorded under this name, and no other that has got its number since."""
    try:
        process_id, created = (records / f"{name}.pid").read_text().split()
        process = psutil.Process(int(process_id))
        if abs(process.create_time() - float(created)) < 2 and process.status() != psutil.STATUS_ZOMBIE:
            return process
    except (FileNotFoundError, ValueError, psutil.NoSuchProcess):
        pass
    return None


def end_leftovers(records: Path = RECORDS, patience: float = 10) -> list[str]:
    """End what a killed run has left; returns the names of what was still running.

    The supervisor goes first, for it would restart the rest. A leader that died before its children is
    found by their group, which must bear the mark of this checkout.
    """
    names = sorted((path.stem for path in records.glob("*.pid")), key=lambda name: name != "supervisord")
    return [name for name in names if end_leftover(name, records, patience)]


def end_leftover(name: str, records: Path = RECORDS, patience: float = 10) -> bool:
    """End what was recorded under one name, its children too; returns whether there was anything."""
    group = _group(name, records)
    _end_all(group, signal.SIGKILL if name == "supervisord" else signal.SIGINT, patience)
    (records / f"{name}.pid").unlink(missing_ok=True)
    return bool(group)


def _group(name: str, records: Path) -> list[psutil.Process]:
    """The recorded leader, if it lives, and all of its group."""
    leader = recorded(name, records)
    with contextlib.suppress(FileNotFoundError, ValueError, IndexError):
        number = int((records / f"{name}.pid").read_text().split()[0])
        if leader is None and psutil.pid_exists(number):
            return []
        members = [process for process in psutil.process_iter() if _group_number(process) == number]
        return [process for process in members if leader or _is_marked(process)]
    return [leader] if leader else []


def _group_number(process: psutil.Process) -> int | None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        return os.getpgid(process.pid)
    return None


def _is_marked(process: psutil.Process) -> bool:
    with contextlib.suppress(psutil.Error, OSError):
        mark: str | None = process.environ().get(MARK)
        return mark == str(VAR_DIR.parent)
    return False


def _end_all(group: list[psutil.Process], first: signal.Signals, patience: float) -> None:
    for one in group:
        with contextlib.suppress(psutil.NoSuchProcess):
            one.send_signal(first)
    _, alive = psutil.wait_procs(group, timeout=patience)
    for one in alive:
        with contextlib.suppress(psutil.NoSuchProcess):
            one.kill()
    psutil.wait_procs(alive, timeout=5)


def wait_for(condition: Callable[[], T], seconds: float, what: str) -> T:
    """Ask ``condition()`` until it gives something true, and return that; TimeoutError after ``seconds``."""
    until = time.monotonic() + seconds
    while True:
        if answer := condition():
            return answer
        if time.monotonic() > until:
            raise TimeoutError(f"not within {seconds:.0f} s: {what}")
        time.sleep(0.05)


def become(name: str, user: str, command: list[str]) -> None:
    """End what the last process of this name left, record this one, drop privileges, become the command.

    A process that is killed leaves its children, which would serve on beside their successors.
    """
    end_leftover(name, patience=2)
    record(name, os.getpid())
    if user != "-":
        entry = pwd.getpwnam(user)
        os.chdir("/")
        os.setgroups([])
        os.setgid(entry.pw_gid)
        os.setuid(entry.pw_uid)
    # Where setproctitle is installed, granian names its workers with it: without this the new name is
    # written over the environment, in which the mark stands.
    os.environ["SPT_NOENV"] = "1"
    os.execvp(command[0], command)


if __name__ == "__main__":
    become(sys.argv[1], sys.argv[2], sys.argv[3:])
