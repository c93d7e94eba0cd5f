"""Every benchmark runs, at a size that says nothing, in a process of its own as `make bench` does."""

import os
import subprocess
import sys

import pytest

from bench.registry import benchmarks
from ceasefire.environment import BASE_DIR


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_every_benchmark_gives_rows():
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE")
    }
    done = subprocess.run(
        [sys.executable, "-m", "bench", "smoke"],
        env=environment,
        cwd=BASE_DIR,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    for words in (
        "limit: COPY in",
        "weigh",
        "assess",
        "re-assess",
        "status",
        "create, ours",
        "violations, last page",
        "feed, last",
        "memory to export",
    ):
        assert words in done.stdout
    for benchmark in benchmarks():
        assert benchmark.name in done.stderr
