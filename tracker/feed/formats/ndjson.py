"""NDJSON: one entry a line, as the JSON answer has it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import orjson

from ceasefire.chunks import chunks


def stream(entries: Iterable[Mapping[str, Any]]) -> Iterator[bytes]:
    """Each entry as a line of JSON in UTF-8, ended with a line feed."""
    return chunks(orjson.dumps(entry, option=orjson.OPT_APPEND_NEWLINE) for entry in entries)
