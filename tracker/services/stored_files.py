"""Files that the service makes for others to fetch: written aside, then put in their place whole.

They lie under ``MEDIA_ROOT``, readable by the service's own user alone. Which of them is served, to whom and
until when, is said by rows; a file without one is nobody's and is cleared away.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from types import TracebackType

from django.conf import settings

UNFINISHED = ".part"
LONGEST_UNFINISHED = timedelta(hours=24)


def folder(kind: str) -> Path:
    """The folder of a kind of files (``exports``, ``snapshots``), made where it is not there."""
    found = Path(settings.MEDIA_ROOT) / kind
    found.mkdir(mode=0o700, parents=True, exist_ok=True)
    return found


class NewFile:
    """A file being written: its bytes are counted and summed up as they come.

    It takes its name with ``finish``; leaving the block before that removes it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.size = 0
        self.closed = False
        self._digest = hashlib.sha256()
        self._aside = path.with_name(path.name + UNFINISHED)
        self._aside.unlink(missing_ok=True)
        self._file = os.fdopen(os.open(self._aside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb")

    def write(self, data: bytes | memoryview) -> int:
        """Add bytes at the end."""
        view = memoryview(data)
        self._digest.update(view)
        self.size += view.nbytes
        return self._file.write(view)

    def flush(self) -> None:
        self._file.flush()

    @property
    def sha256(self) -> str:
        """The checksum (hex) of what has been written so far."""
        return self._digest.hexdigest()

    def finish(self) -> None:
        """Put the file in its place, on the disk for good."""
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        self._aside.replace(self.path)

    def __enter__(self) -> NewFile:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.closed = True
        try:
            self._file.close()
        finally:
            # Closing writes what is left, for which a full disk has no room either.
            self._aside.unlink(missing_ok=True)


def remove(paths: Iterable[Path]) -> None:
    """Remove files; those that are gone already are passed over."""
    for path in paths:
        with suppress(OSError):
            path.unlink(missing_ok=True)


def strangers(kind: str, known: set[str], older_than: float) -> list[Path]:
    """The files of a folder whose names are not among the known ones, last written before a moment (epoch).

    Those are what a killed process or a crash between a row and its file has left.
    """
    found = []
    for path in folder(kind).iterdir():
        with suppress(FileNotFoundError):
            if path.name not in known and path.stat().st_mtime < older_than:
                found.append(path)
    return found
