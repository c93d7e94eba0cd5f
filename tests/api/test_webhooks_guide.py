"""The receiver in the guide, run as it stands: it verifies what it is sent, and refuses what is not ours."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from ipaddress import ip_network
from pathlib import Path

import httpx
import pytest

from ceasefire import embedded, processes
from ceasefire.environment import BASE_DIR
from tests.feed.hooks import hook, owner, say

GUIDE = BASE_DIR / "docs" / "api.md"


@pytest.fixture
def receiver(tmp_path: Path):
    """Start the guide's receiver with a secret; gives its port and where it prints."""
    programs = re.findall(r"```python\n(.*?)```", GUIDE.read_text(), re.DOTALL)
    (program,) = [one for one in programs if "standardwebhooks" in one]
    started = []

    def start(secret: str, port: int) -> Path:
        printed = tmp_path / "printed"
        with printed.open("wb") as output:
            environment = {**os.environ, "WEBHOOK_SECRET": secret, "PORT": str(port)}
            started.append(
                subprocess.Popen(
                    [sys.executable, "-c", program], stdout=output, stderr=output, env=environment
                )
            )
        processes.wait_for(lambda: answers(port), 20, "the guide's receiver listens")
        return printed

    yield start
    for one in started:
        one.terminate()
        one.wait(10)


def answers(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/").status_code == 501
    except httpx.TransportError:
        return False


def test_the_receiver_of_the_guide_takes_what_is_ours_once_and_nothing_else(cast, settings, receiver):
    settings.WEBHOOK_ALLOW_HTTP = True
    settings.WEBHOOK_ALLOWED_ADDRESSES = (ip_network("127.0.0.0/8"),)
    port = embedded.free_ports(1)[0]
    found = hook(owner(cast), f"http://127.0.0.1:{port}/")
    printed = receiver(found.secret, port)
    say(3)
    found.deliver()
    assert found.problems() == ["", "", ""]
    lines = [line for line in printed.read_text().splitlines() if "incident.opened" in line]
    assert sorted(line.split()[:2] for line in lines) == [[str(n), "incident.opened"] for n in (1, 2, 3)]
    forged = {"webhook-id": "a", "webhook-timestamp": "1", "webhook-signature": "v1,AAAA"}
    assert httpx.post(f"http://127.0.0.1:{port}/", json={}, headers=forged).status_code == 401
