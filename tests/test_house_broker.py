"""A broker that is away must not hold a request."""

import os
import socket
import subprocess
import sys

import pytest

from ceasefire.celery import app
from ceasefire.environment import BASE_DIR

PUBLISH = """
import time
from ceasefire.celery import app
from kombu.exceptions import OperationalError
for attempt in range(2):
    started = time.perf_counter()
    try:
        app.send_task("tracker.tasks.assess_truce", [1])
    except OperationalError:
        print("failed", time.perf_counter() - started)
"""


def seconds_until_publishing_fails(port: int) -> list[float]:
    done = subprocess.run(
        [sys.executable, "-c", PUBLISH],
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "ceasefire.settings",
            "REDIS_URL": f"redis://:x@127.0.0.1:{port}/0",
        },
        capture_output=True,
        text=True,
        cwd=BASE_DIR,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return [float(line.split()[1]) for line in done.stdout.splitlines()]


@pytest.mark.parametrize("listening", [True, False], ids=["silent", "refusing"])
def test_publishing_to_a_broker_that_is_away_fails_within_about_a_second(listening: bool):
    with socket.socket() as broker:
        broker.bind(("127.0.0.1", 0))
        if listening:
            broker.listen()
        took = seconds_until_publishing_fails(broker.getsockname()[1])
    assert len(took) == 2
    assert max(took) < 6, "the first one also waits for its modules, on a busy machine"


def test_a_tick_that_no_worker_took_expires_before_the_next_ones_pile_up():
    for name in ("sweep", "heartbeat"):
        entry = app.conf.beat_schedule[name]
        assert entry["options"]["expires"] <= entry["schedule"]


def test_every_scheduled_task_exists():
    app.loader.import_default_modules()
    assert {entry["task"] for entry in app.conf.beat_schedule.values()} <= set(app.tasks)
