"""`make up`, end to end: a checkout of its own, real signals, and nothing left behind."""

import http.client
import os
import re
import shutil
import signal
import stat
import subprocess
import sys
from pathlib import Path

import psutil
import psycopg
import pytest

from ceasefire import embedded, environment, processes
from ceasefire.environment import BASE_DIR
from tests import servers

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

READY = "Ctrl-C stops"
NOT_COPIED = shutil.ignore_patterns(".git", ".venv", "var", "__pycache__", ".*_cache", "tests", "bench")


class House:
    """A copy of this checkout with its own data, in which `make up` is run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = embedded.free_ports(1)[0]
        self.records = folder / "var" / "run"
        self.log = folder / "output.log"

    def up(self, port: int | None = None) -> subprocess.Popen[bytes]:
        """Start `make up`, its packages taken as installed; its output goes to ``self.log``."""
        self.log.write_text("")
        outside = {"DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "SECRET_KEY", "ALLOWED_HOSTS", "HTTPS"}
        inherited = {name: value for name, value in os.environ.items() if name not in outside}
        with self.log.open("ab") as log:
            return subprocess.Popen(
                ["make", "--old-file=.venv/runtime", "up", f"PORT={port or self.port}"],
                cwd=self.folder,
                env={name: value for name, value in inherited.items() if not name.startswith("PYTEST")},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def ready(self, make: subprocess.Popen[bytes], seconds: float = 120) -> str:
        """What `make up` has said once it serves."""

        def said() -> str | None:
            text = self.log.read_text()
            assert make.poll() is None, f"make up ended:\n{text}\n{self.logs()}"
            return text if READY in text else None

        return processes.wait_for(said, seconds, f"make up serves:\n{self.log.read_text()}") or ""

    def end(self, make: subprocess.Popen[bytes], sign: signal.Signals = signal.SIGINT) -> str:
        """Press Ctrl-C, or send another signal, to all in the terminal; what was said then."""
        if make.poll() is None:
            os.killpg(make.pid, sign)
        make.wait(90)
        return self.log.read_text()

    def everything(self) -> list[psutil.Process]:
        """Every process that runs from this checkout or on its data."""
        places = (str(self.folder), str(embedded.instance_folder(self.folder)))
        found = []
        for process in psutil.process_iter():
            try:
                known = [*process.cmdline(), process.environ().get(processes.MARK, "")]
            except (psutil.Error, OSError):
                continue
            if any(part.startswith(places) for part in known):
                found.append(process)
        return found

    def status(self, path: str) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request("GET", path, headers={"Host": f"localhost:{self.port}"})
            return connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return 0
        finally:
            connection.close()

    def database_answers(self) -> bool:
        try:
            psycopg.connect(self.addresses()["DATABASE_OWNER_URL"], connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True

    def addresses(self) -> dict[str, str]:
        return environment.read_instance_file(self.folder / "var" / "instance.env")

    def logs(self) -> str:
        folder = self.folder / "var" / "log"
        return "\n".join(f"{path.name}: {path.read_text()[-1500:]}" for path in folder.glob("*.log"))


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory):
    servers.gather_static_files()
    folder = tmp_path_factory.mktemp("house") / "checkout"
    shutil.copytree(BASE_DIR, folder, ignore=NOT_COPIED)
    shutil.copytree(BASE_DIR / "var" / "static", folder / "var" / "static")
    (folder / ".venv").symlink_to(Path(sys.executable).parent.parent)
    made = House(folder)
    yield made
    for process in made.everything():
        process.kill()
    shutil.rmtree(embedded.instance_folder(folder), ignore_errors=True)


def test_a_taken_port_is_a_clear_error_before_anything_starts(house: House):
    with embedded.socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        make = house.up(port)
        assert make.wait(60) != 0
    text = house.log.read_text()
    assert f"port {port} is taken by another program" in text
    assert f"PORT={port + 1}" in text
    assert "Traceback" not in text
    assert house.everything() == []


def test_the_service_comes_up_heals_itself_and_ctrl_c_leaves_nothing(house: House):
    make = house.up()
    try:
        text = house.ready(make)
        assert f"http://localhost:{house.port}" in text
        assert len(re.findall(rf"http://localhost:{house.port}/\S+", text)) >= 3, (
            f"a sign-in link per role:\n{text}"
        )
        assert house.status("/") == 200
        assert stat.S_IMODE((house.folder / "var" / "instance.env").stat().st_mode) == 0o600

        listening = {
            connection.laddr.ip
            for process in house.everything()
            for connection in process.net_connections()
            if connection.status == psutil.CONN_LISTEN
        }
        assert listening == {"127.0.0.1"}

        another = subprocess.run(
            [".venv/bin/python", "-m", "ceasefire.up"],
            cwd=house.folder,
            env={"PATH": os.environ["PATH"], "PORT": str(house.port)},
            capture_output=True,
            text=True,
        )
        assert another.returncode != 0
        assert "already running" in another.stderr

        for name in ("worker", "outgoing", "web", "scheduler", "valkey", "postgres"):
            killed = processes.recorded(name, house.records)
            assert killed is not None, name
            killed.kill()

            def is_back(name: str = name, killed: psutil.Process = killed) -> bool:
                now = processes.recorded(name, house.records)
                return now is not None and now.pid != killed.pid

            processes.wait_for(is_back, 30, f"{name} is back by itself\n{house.logs()}")
        processes.wait_for(house.database_answers, 30, "the database has recovered")
        processes.wait_for(lambda: house.status("/") == 200, 30, "the board is back")
        with psycopg.connect(house.addresses()["DATABASE_OWNER_URL"], autocommit=True) as owner:
            owner.execute("CREATE TABLE kept (id int)")
    finally:
        text = house.end(make)
    assert "Nothing is left running" in text
    assert "Traceback" not in text
    assert house.everything() == []


def test_a_second_start_prepares_nothing_keeps_the_data_and_cleans_up_after_a_kill(house: House):
    before = house.addresses()
    make = house.up()
    try:
        text = house.ready(make)
        assert "Preparing" not in text
        assert "Loading" not in text
        assert house.addresses() == before
        with psycopg.connect(before["DATABASE_OWNER_URL"]) as owner:
            assert owner.execute("SELECT to_regclass('kept')").fetchone() != (None,)
        # A power cut for the supervisor and for us: the rest is left running.
        supervisor = processes.recorded("supervisord", house.records)
        assert supervisor is not None
        supervisor.kill()
        os.killpg(make.pid, signal.SIGKILL)
        make.wait()
        assert house.everything() != []
        make = house.up()
        text = house.ready(make)
        assert "Ended what a killed run had left" in text
        assert house.status("/") == 200
    finally:
        text = house.end(make, signal.SIGTERM)
    assert house.everything() == []


def test_a_command_starts_the_servers_for_its_own_duration(house: House):
    done = subprocess.run(
        [".venv/bin/python", "manage.py", "showmigrations", "tracker"],
        cwd=house.folder,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert "[X] 0001" in done.stdout
    assert "[ ]" not in done.stdout
    assert house.everything() == []
