"""Files that are made for others to fetch: whole in their place, or not there at all."""

from __future__ import annotations

import errno
import io
import os
from pathlib import Path

import pytest

from tracker.services import stored_files


class FullDisk(io.FileIO):
    """A file for which no room is left."""

    def write(self, _data: object) -> int:
        raise OSError(errno.ENOSPC, "no space left")


def write(path: Path) -> None:
    with stored_files.NewFile(path) as file:
        file.write(b"a line that waits in the buffer\n")
        file.finish()


def test_on_a_full_disk_nothing_is_left_of_what_could_not_be_written(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "fdopen", lambda number, mode: io.BufferedWriter(FullDisk(number, mode)))
    with pytest.raises(OSError, match="no space"):
        write(tmp_path / "export.csv")
    assert list(tmp_path.iterdir()) == []
