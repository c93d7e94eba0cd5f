"""Migrations: none missing, one head, and each named for what it does."""

import re
import subprocess
import sys
from pathlib import Path

from ceasefire.environment import BASE_DIR

# Names that Django makes up when it is given none.
MADE_UP = re.compile(r"^\d{4}_(auto_\d|alter_|.*_and_more$)")


def problems() -> list[str]:
    """What is wrong with the migrations of ``tracker``."""
    return made_up_names(BASE_DIR / "tracker" / "migrations") + missing()


def made_up_names(folder: Path) -> list[str]:
    return [
        f"tracker/migrations/{path.name}: name it for what it does (makemigrations --name …)"
        for path in sorted(folder.glob("[0-9]*.py"))
        if MADE_UP.match(path.stem)
    ]


def missing() -> list[str]:
    """Changes of models that no migration makes; asks no database."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "manage.py", "makemigrations", "--check", "--dry-run", "tracker"],
        cwd=BASE_DIR,
        capture_output=True,
        text=True,
    )
    return (
        []
        if done.returncode == 0
        else [line for line in (done.stdout + done.stderr).splitlines() if line.strip()]
    )
