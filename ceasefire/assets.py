"""What is made from the sources before the service starts: static files with hashed names, and messages.

Both are made again only when their sources have changed since.
"""

import hashlib
import subprocess
import sys
from pathlib import Path

from babel.messages import mofile, pofile

from ceasefire import environment, processes

STAMP = environment.VAR_DIR / "static" / ".made-from"
LOCALE = environment.BASE_DIR / "tracker" / "locale"


def compile_messages(folder: Path = LOCALE) -> list[Path]:
    """Compile each catalogue that is newer than its compiled form; returns those written."""
    written = []
    for source in sorted(folder.rglob("*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        language = source.parent.parent.name
        with source.open("rb") as file:
            catalogue = pofile.read_po(file, locale=language)
        unfinished = target.with_suffix(".unfinished")
        with unfinished.open("wb") as file:
            mofile.write_mo(file, catalogue)
        unfinished.replace(target)
        written.append(target)
    return written


def start_gathering() -> subprocess.Popen[str] | None:
    """Compile messages, and start gathering static files beside us; None where these are up to date."""
    compile_messages()
    if STAMP.exists() and STAMP.read_text() == _fingerprint():
        return None
    command = [
        sys.executable,
        str(environment.BASE_DIR / "manage.py"),
        "collectstatic",
        "--no-input",
        "--verbosity",
        "0",
    ]
    return subprocess.Popen(
        command, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True
    )


def finish_gathering(gathering: subprocess.Popen[str] | None) -> None:
    """Wait for what ``start_gathering`` started; RuntimeError with its words where it failed."""
    if gathering is None:
        return
    code, output = processes.finish(gathering)
    if code:
        raise RuntimeError(f"Static files could not be gathered:\n{output.strip()}")
    STAMP.write_text(_fingerprint())


def _fingerprint() -> str:
    """Of all that static files are made from: ours, and the packages'."""
    ours = sorted(path for path in (environment.BASE_DIR / "tracker" / "static").rglob("*") if path.is_file())
    parts = [
        f"{path.relative_to(environment.BASE_DIR)} {path.stat().st_mtime_ns} {path.stat().st_size}"
        for path in ours
    ]
    parts.append((environment.BASE_DIR / "requirements.lock").read_text())
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


if __name__ == "__main__":
    compile_messages()
