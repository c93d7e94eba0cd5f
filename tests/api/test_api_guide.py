"""The guide to the API: every example in it is run as it stands, against a service with the scenario."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from ceasefire.environment import BASE_DIR

GUIDE = BASE_DIR / "docs" / "api.md"
SCENARIO = "tracker/scenarios/syria-2016-09.yaml"
END = "-- end of an example --"


def examples() -> list[str]:
    """The shell blocks of the guide, in order; the first sets the address."""
    return re.findall(r"```sh\n(.*?)```", GUIDE.read_text(), re.DOTALL)


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_every_example_of_the_guide_runs_and_answers(new_service, tmp_path):
    service = new_service(MEDIA_ROOT=str(tmp_path / "media"))
    service.manage("replay", SCENARIO)
    service.start_web()
    service.start_outgoing()
    first, *rest = examples()
    assert "SERVICE=" in first
    bin_folder = Path(sys.executable).parent
    script = "set -euo pipefail\n" + "\n".join(f"{example}\necho; echo '{END}'" for example in rest)
    (tmp_path / "manage.py").symlink_to(BASE_DIR / "manage.py")
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=tmp_path,
        env={
            **os.environ,
            **service.environment,
            "SERVICE": service.url,
            "PATH": f"{bin_folder}:{os.environ['PATH']}",
            "PYTHONPATH": str(BASE_DIR),
        },
        capture_output=True,
        text=True,
        timeout=200,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    answers = done.stdout.split(END)
    assert len(answers) == len(rest) + 1
    said = "\n".join(answers)
    assert '"slug":"syria-2016-09"' in said
    assert '"status":500' not in said
    assert "event: report.received" in said
    batch = json.loads(next(answer for answer in answers if '"outcome"' in answer))
    assert [one["outcome"] for one in batch["results"]] == ["refused", "refused"]


def test_every_address_of_the_description_that_is_read_is_in_the_guide():
    text = GUIDE.read_text()
    for address in (
        "truces",
        "status",
        "history",
        "incidents",
        "reports",
        "violations",
        "feed",
        "feed/stream",
        "batch",
        "feed/snapshot",
        "exports",
    ):
        assert f"/{address}" in text, address
