"""The fixtures that other tests rely on: real processes on a database of their own, and a browser."""

import http.client
import urllib.request
from urllib.parse import urlsplit

import pytest

from ceasefire import processes


def status_of(url: str) -> int:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=10)
    try:
        connection.request("GET", parts.path)
        return connection.getresponse().status
    finally:
        connection.close()


@pytest.mark.slow
def test_a_running_service_answers_and_stays_within_its_memory(running_service):
    for _ in range(50):
        assert status_of(f"{running_service.url}/healthz") == 200
    for process in running_service.processes:
        assert process.alive()
        assert process.memory() < 200_000_000, f"{process.name} uses {process.memory() / 1e6:.0f} MB"


@pytest.mark.slow
@pytest.mark.servers
def test_a_killed_process_of_a_new_service_is_gone_and_another_takes_its_place(new_service):
    service = new_service()
    web = service.start_web()
    web.kill()
    assert not web.alive()
    with pytest.raises(ConnectionError):
        status_of(f"{web.url}/healthz")
    assert status_of(f"{service.start_web().url}/healthz") == 200


@pytest.mark.slow
@pytest.mark.servers
def test_the_scheduler_and_a_worker_keep_their_heartbeats_going(new_service):
    service = new_service()
    worker, scheduler = service.start_worker(), service.start_scheduler()
    from tracker.models import Heartbeat

    processes.wait_for(lambda: Heartbeat.objects.count() >= 2, 30, "both have said that they live")
    assert worker.alive()
    assert scheduler.alive()


@pytest.mark.slow
def test_the_browser_shows_a_page_of_the_running_service(running_service, browser):
    page = browser.new_page()
    answer = page.goto(f"{running_service.url}/healthz")
    assert answer.status == 200


@pytest.mark.slow
def test_static_files_have_hashed_names_and_come_compressed(running_service):
    asked = urllib.request.Request(f"{running_service.url}/admin/login/", headers={"Host": "localhost"})
    page = urllib.request.urlopen(asked, timeout=10).read().decode()
    sheet = page.split("/static/admin/css/base.", 1)[1].split('"')[0]
    url = f"{running_service.url}/static/admin/css/base.{sheet}"
    with urllib.request.urlopen(
        urllib.request.Request(url, headers={"Accept-Encoding": "br"}), timeout=10
    ) as file:
        assert file.headers["Content-Encoding"] == "br"
        assert "immutable" in file.headers["Cache-Control"]
