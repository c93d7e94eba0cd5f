"""A page that is open while something is reported: two web processes and a worker share nothing else."""

from __future__ import annotations

import contextlib
import subprocess
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
import redis

from ceasefire import embedded, processes
from tests.browser.running_truce import BOARD, shelling, write_scenario
from tests.servers import Service

# A busy machine of two cores is slower than the aim, a second; what was measured is printed.
SHOWN_WITHIN = 5.0
PATIENCE = 30_000


class Live:
    """A service with the running truce, a page that the first web process shows, a sender to the second."""

    def __init__(self, service: Service, browser: Any, now: datetime, secret: str) -> None:
        self.service, self.now, self.secret = service, now, secret
        self.shows, self.takes = [one for one in service.processes if one.url]
        self.worker = next(one for one in service.processes if not one.url)
        self.page = browser.new_page()
        self.page.set_default_timeout(PATIENCE)
        self.asked: list[str] = []
        self.page.on("request", lambda request: self.asked.append(request.url))

    def open(self) -> None:
        """Open the board and wait until its stream is there."""
        self.page.goto(self.shows.url + BOARD)
        self.page.wait_for_selector("#live.on")

    def report(self, number: int, **claim: Any) -> None:
        """Send a report to the other web process; it is answered with 201."""
        answer = httpx.post(
            f"{self.takes.url}/api/v1/reports",
            json=shelling(number, self.now, **claim),
            headers={"Authorization": f"Bearer {self.secret}"},
            timeout=30,
        )
        assert answer.status_code == 201, self.service.log(self.takes)[-4000:]

    def wait_for(self, words: str, within: float = PATIENCE / 1000) -> float:
        """Seconds until the list of incidents holds these words."""
        started = time.monotonic()
        self.page.wait_for_selector(f"#latest >> text={words}", timeout=within * 1000)
        return time.monotonic() - started

    def come_to_rest(self) -> None:
        """Wait until the page has asked for nothing for a second: what was assessed last is shown as well."""
        ends = time.monotonic() + PATIENCE / 1000
        is_quiet = False
        while not is_quiet:
            assert time.monotonic() < ends, "the page does not come to rest"
            self.asked.clear()
            self.page.wait_for_timeout(1_000)
            is_quiet = not self.asked

    def sweep(self) -> None:
        """What the scheduler asks the worker for every few seconds."""
        self.service.manage("shell", "--command", "from tracker.tasks import sweep; sweep.delay()")


def prepare(service: Service, folder: Path) -> tuple[datetime, str]:
    """Load the truce and make a key that may publish: the moment of it, and the key's secret."""
    from tracker.services import clock

    now = clock.now()
    service.manage("replay", str(write_scenario(folder / "truce.yaml", now)))
    scopes = ("--scope", "reports:write", "--scope", "reports:publish")
    secret = service.manage("create_api_key", "test", *scopes, "--source", "lake-monitor")
    return now, secret.strip()


@pytest.fixture(scope="module")
def lake(running_service: Service, tmp_path_factory: pytest.TempPathFactory) -> tuple[Service, datetime, str]:
    """A service for several tests, with a second web process."""
    running_service.start_web()
    return running_service, *prepare(running_service, tmp_path_factory.mktemp("lake"))


@pytest.fixture
def live(lake: tuple[Service, datetime, str], browser: Any) -> Live:
    """A page on the service that tests share."""
    service, now, secret = lake
    return Live(service, browser, now, secret)


@pytest.fixture
def breakable(new_service: Any, browser: Any, tmp_path: Path) -> Callable[..., Live]:
    """Makes a page on a service of the test's own, of which it may break what it wants."""

    def make(**environment: str) -> Live:
        service = new_service(**environment)
        service.start_web()
        service.start_web()
        service.start_worker()
        return Live(service, browser, *prepare(service, tmp_path))

    return make


def test_a_report_is_on_an_open_page_of_another_process_within_a_second_and_nothing_polls(live: Live) -> None:
    live.open()
    assert "pier 1" not in live.page.locator("#latest").inner_text()
    live.asked.clear()
    live.page.wait_for_timeout(2_000)
    assert live.asked == []

    live.report(1)
    shown = live.wait_for("pier 1", SHOWN_WITHIN)
    live.page.wait_for_selector("h1 >> text=strained", timeout=SHOWN_WITHIN * 1000)
    print(f"\nshown {shown:.2f} s after the answer")

    live.report(2)
    again = live.wait_for("pier 2", SHOWN_WITHIN)
    print(f"shown {again:.2f} s after the answer")
    assert {urlsplit(url).path for url in live.asked} <= {BOARD, f"{BOARD}map.json"}
    live.page.wait_for_selector("#board:not([data-pending])")
    live.come_to_rest()
    live.page.wait_for_timeout(2_000)
    assert live.asked == []


def test_the_reader_keeps_place_focus_and_what_was_unfolded(live: Live) -> None:
    live.open()
    live.page.locator("#no-fire summary").click()
    live.page.locator("#latest .more a").focus()
    live.report(3)
    live.wait_for("pier 3")
    live.page.wait_for_function("document.querySelector('#no-fire details').open")
    live.page.wait_for_function("document.activeElement.matches('#latest .more a')")


def test_what_does_not_count_is_shown_all_the_same(live: Live) -> None:
    live.open()
    live.report(4, act="overflight")
    live.wait_for("pier 4")


def test_a_killed_worker_delays_the_page_and_loses_nothing(breakable: Callable[..., Live]) -> None:
    live = breakable()
    live.open()
    live.worker.kill()
    live.report(1)
    live.page.wait_for_selector("#board[data-pending]", state="attached")
    assert "pier 1" not in live.page.locator("#latest").inner_text()
    live.service.start_worker()
    live.sweep()
    live.wait_for("pier 1")
    live.page.wait_for_selector("#board:not([data-pending])")


def test_while_valkey_is_away_the_page_is_late_and_right_after_the_sweep(
    breakable: Callable[..., Live], tmp_path: Path
) -> None:
    valkey = Valkey(tmp_path)
    valkey.start()
    try:
        live = breakable(REDIS_URL=valkey.address)
        live.open()
        valkey.stop()
        live.report(1)
        # Without a wake the log is looked at every few seconds: the page knows that it is behind.
        live.page.wait_for_selector("#board[data-pending]", state="attached")
        valkey.start()
        live.sweep()
        live.wait_for("pier 1")
        live.report(2)
        live.wait_for("pier 2")
    finally:
        valkey.stop()


class Valkey:
    """A Valkey of the test's own, which it may take away. It keeps nothing, as the service's own does."""

    def __init__(self, folder: Path) -> None:
        self.server = embedded.Servers(folder / "broker", embedded.Access.new())
        self.server.valkey_data.mkdir(parents=True)
        self.folder = folder
        self.address = self.server.access.addresses()["REDIS_URL"]
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.process = processes.start("valkey", self.server.valkey_command(), self.folder)
        processes.wait_for(self.answers, 20, "Valkey answers")

    def stop(self) -> None:
        if self.process is not None:
            processes.end(self.process)
            self.process = None

    def answers(self) -> bool:
        with contextlib.suppress(redis.RedisError), redis.Redis.from_url(self.address) as client:
            return bool(client.ping())
        return False
