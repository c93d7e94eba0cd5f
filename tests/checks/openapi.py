"""The published description of the API is the one that the code gives."""

import subprocess
import sys
import tempfile
from pathlib import Path

from ceasefire.environment import BASE_DIR

PUBLISHED = BASE_DIR / "docs" / "openapi.json"


def problems(published: Path = PUBLISHED) -> list[str]:
    """Whether the published file is missing or stale, or the code cannot be described."""
    if not published.exists():
        return ["docs/openapi.json is missing: run `make openapi`"]
    with tempfile.TemporaryDirectory() as folder:
        current = Path(folder) / "openapi.json"
        done = subprocess.run(
            [
                *(
                    sys.executable,
                    "manage.py",
                    "spectacular",
                    "--format",
                    "openapi-json",
                    "--file",
                    str(current),
                ),
                *("--validate", "--fail-on-warn"),
            ],
            cwd=BASE_DIR,
            capture_output=True,
            text=True,
        )
        if done.returncode:
            return [line for line in (done.stdout + done.stderr).splitlines() if line.strip()]
        if current.read_text() != published.read_text():
            return ["docs/openapi.json is stale: run `make openapi` and look at what changed"]
    return []
