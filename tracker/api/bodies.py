"""Bodies of requests: JSON and NDJSON, with a bound and a place for each fault."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import orjson
from django.utils.translation import gettext as _
from rest_framework.parsers import BaseParser
from rest_framework.renderers import JSONRenderer

from tracker.api.problems import Problem

LARGEST_DOCUMENT = 1_000_000
LARGEST_BATCH = 64_000_000


class JSONBody(BaseParser):
    """One JSON document of up to ``LARGEST_DOCUMENT`` bytes."""

    media_type = "application/json"

    def parse(
        self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        return loads(_read(stream, LARGEST_DOCUMENT))


class NDJSONBody(BaseParser):
    """Lines of JSON, up to ``LARGEST_BATCH`` bytes in all: given as bytes, each to be read by itself."""

    media_type = "application/x-ndjson"

    def parse(
        self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        return _read(stream, LARGEST_BATCH).splitlines()


class JSONAnswer(JSONRenderer):
    """What views return, as UTF-8 JSON."""

    charset = None

    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None
    ) -> bytes:
        return b"" if data is None else orjson.dumps(data, option=orjson.OPT_UTC_Z)


def loads(text: bytes) -> Any:
    """The value of a JSON text; a 400 ``Problem`` with line and column where it is none."""
    try:
        return orjson.loads(text)
    except json.JSONDecodeError as error:
        raise not_json(error) from None


def not_json(error: json.JSONDecodeError) -> Problem:
    """400 for a text that is not JSON: where it stops being so, counted from 1."""
    sentence = _("This is not JSON: line %(line)s, column %(column)s: %(problem)s.")
    detail = sentence % {"line": error.lineno, "column": error.colno, "problem": error.msg}
    place = {"line": error.lineno, "column": error.colno}
    return Problem(400, detail, errors=[{"pointer": "", "code": "not_json", "detail": detail, **place}])


def _read(stream: Any, largest: int) -> bytes:
    declared = getattr(stream, "META", {}).get("CONTENT_LENGTH") or "0"
    if declared.isdigit() and int(declared) > largest:
        raise _too_large(largest)
    text: bytes = stream.read(largest + 1)
    if len(text) > largest:
        raise _too_large(largest)
    return text


def _too_large(largest: int) -> Problem:
    return Problem(413, _("The body is larger than %(limit)s bytes. Split it.") % {"limit": largest})
