"""``make up``: the whole service on this machine, until Ctrl-C.

1. take the lock, and end what a killed run has left
2. refuse a port that is taken
3. start PostgreSQL and Valkey under the supervisor
4. migrate, and gather static files and messages
5. start the web processes; once they answer load the scenarios that ship; start worker and scheduler
6. say where it is, hand out sign-in links, and wait for the end
"""

import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from filelock import Timeout

from ceasefire import assets, embedded, environment, instance, preparation, processes
from ceasefire.supervisor import Supervisor, server_programs, service_programs

RUN = environment.VAR_DIR / "run"


class CannotStart(Exception):
    """Why the service cannot start, and what to do about it."""


class Ended(Exception):
    """Somebody asked for the end while the service was starting."""


def main() -> int:
    _hear(_end)
    try:
        return run(_port())
    except (CannotStart, embedded.ServersFailed, RuntimeError, TimeoutError) as error:
        print(f"\nCannot start: {error}", file=sys.stderr)
        return 1
    except Ended:
        return 0


def run(port: int) -> int:
    held = instance.lock()
    try:
        held.acquire(timeout=0)
    except Timeout:
        raise CannotStart(_who_holds_it()) from None
    with held:
        if names := processes.end_leftovers():
            print(f"Ended what a killed run had left: {', '.join(names)}.")
        if not embedded.port_is_free(port):
            raise CannotStart(
                f"port {port} is taken by another program. Choose another: make up PORT={port + 1}"
            )
        instance.HOLDER_FILE.write_text("up\n")
        try:
            return _serve(port)
        finally:
            instance.HOLDER_FILE.unlink(missing_ok=True)


def _serve(port: int) -> int:
    programs = service_programs(port, RUN)
    servers = None
    if instance.brings_its_own_servers():
        servers = instance.ready_servers()
        _say("Starting PostgreSQL and Valkey")
        servers.prepare()
        programs = [*server_programs(servers), *programs]
    else:
        environment.load_instance_file()
    os.environ["CEASEFIRE_PORT"] = str(port)
    supervisor = Supervisor(programs, RUN, instance.LOGS)
    try:
        supervisor.start()
        if servers:
            servers.wait_until_ready()
            servers.prepare_database()
        links = _make_ready(supervisor, port)
        print(_welcome(port, links), flush=True)
        return _wait(supervisor)
    finally:
        _hear(signal.SIG_IGN)
        _say("Stopping")
        supervisor.stop()
        print("Stopped. Nothing is left running; the data is kept.", flush=True)


def _make_ready(supervisor: Supervisor, port: int) -> str:
    """Bring the database up to date and start what serves; returns the sign-in links."""
    owner_url = os.environ.get("DATABASE_OWNER_URL") or os.environ["DATABASE_URL"]
    is_new = not preparation.is_prepared(owner_url)
    gathering = assets.start_gathering()
    if is_new:
        _say("Preparing the database")
        _manage("migrate", "--verbosity", "0")
    assets.finish_gathering(gathering)
    supervisor.start_service("web")
    _say("Starting the web server")
    # Two cores start one thing sooner than six at once, and the board is what is waited for.
    processes.wait_for(lambda: _answers(port), 60, f"the web server answers; see {instance.LOGS / 'web.log'}")
    if is_new:
        for scenario in sorted(preparation.SCENARIOS.glob("*.yaml")):
            _say(f"Loading {scenario.stem}")
            _manage("replay", str(scenario))
        preparation.note_prepared(owner_url)
    supervisor.start_service("worker", "outgoing", "scheduler")
    return _sign_in_links(port)


def _sign_in_links(port: int) -> str:
    """A link per role; where they are refused (the service answers to more than loopback), why."""
    try:
        return _manage("sign_in_links", "--base", f"http://localhost:{port}")
    except CannotStart as refused:
        return f"No sign-in links: {refused}"


def _welcome(port: int, links: str) -> str:
    return (
        f"\nThe ceasefire tracker is at http://localhost:{port}\n\n{links.rstrip()}\n\nCtrl-C stops it all."
    )


def _wait(supervisor: Supervisor) -> int:
    """Until a signal comes, make is gone, or supervisord ends by itself."""
    parent = os.getppid() if "MAKELEVEL" in os.environ else None
    try:
        while supervisor.process.poll() is None:
            if parent is not None and os.getppid() != parent:
                return 0
            time.sleep(0.2)
    except Ended:
        return 0
    raise CannotStart(f"the supervisor ended: see {instance.LOGS / 'supervisor-events.log'}")


def _manage(*arguments: str) -> str:
    """Run a management command on the servers that are up; returns what it printed."""
    command = [sys.executable, str(environment.BASE_DIR / "manage.py"), *arguments]
    # In a session of its own, so that Ctrl-C reaches us alone and we end it.
    process = subprocess.Popen(
        command, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    )
    code, output = processes.finish(process)
    if code:
        raise CannotStart(f"`manage.py {' '.join(arguments)}` failed:\n{output.strip()}")
    return output


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/healthz", headers={"Host": "localhost"})
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _port() -> int:
    text = os.environ.get("PORT") or "8000"
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise CannotStart(f"PORT is {text!r}: give a number from 1 to 65535, as in make up PORT=8001")
    return int(text)


def _who_holds_it() -> str:
    holder = instance.HOLDER_FILE.read_text().strip() if instance.HOLDER_FILE.exists() else "command"
    if holder == "up":
        return f"the service of this checkout ({Path(environment.BASE_DIR).name}) is already running."
    return "a management command of this checkout runs on servers of its own. Try again when it has ended."


def _say(text: str) -> None:
    print(f"{text} …", flush=True)


def _hear(answer: Callable[..., object] | signal.Handlers) -> None:
    """How to answer whoever asks for the end."""
    for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(sign, answer)


def _end(*_: object) -> None:
    # make passes on the signal that the terminal has sent us already: the second one must not cut the
    # clean end short.
    _hear(signal.SIG_IGN)
    raise Ended


if __name__ == "__main__":
    sys.exit(main())
