"""Files to fetch, resumable: ranges, a strong ETag that is their checksum, and nothing compressed on the way.

A slow reader holds no thread (``ceasefire.files``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.http import HttpResponse, HttpResponseBase, HttpResponseNotModified
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.views import APIView

from ceasefire.files import FilePart
from tracker.api.bodies import JSONAnswer
from tracker.api.problems import Problem
from tracker.api.resource import Resource

ONE_RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Download:
    """A finished file: where it lies, what it is called for its reader, what it is and holds."""

    path: Path
    name: str
    media_type: str
    size: int
    sha256: str


class FileResource(Resource):
    """An address that answers with a file: never compressed on the way, or a range would mean nothing."""

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        return APIView.dispatch(self, request, *args, **kwargs)

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        # A file has one type and no renderer; refusals are JSON whatever is accepted.
        return JSONAnswer(), JSONAnswer.media_type


def download(request: Request, file: Download, headers: dict[str, str]) -> HttpResponseBase:
    """The answer to a GET or HEAD of a file: 200, 304, and to a GET also 206 or 416.

    Several ranges at once are answered by the whole file, as RFC 9110 allows. ``headers`` are added.
    """
    tag = f'"{file.sha256}"'
    headers = {
        "ETag": tag,
        "Accept-Ranges": "bytes",
        "Content-Disposition": f'attachment; filename="{file.name}"',
        "X-Content-Type-Options": "nosniff",
        **headers,
    }
    if _names(request.headers.get("If-None-Match", ""), tag):
        return HttpResponseNotModified(headers=headers)
    first, length, partial = 0, file.size, False
    # Of any other method a range asks nothing (RFC 9110).
    asked = request.headers.get("Range", "") if request.method == "GET" else ""
    if asked and request.headers.get("If-Range", tag) == tag:
        found = ONE_RANGE.fullmatch(asked.replace(" ", ""))
        if found and (found[1] or found[2]):
            first, length = _part(found[1], found[2], file.size)
            partial = True
    if partial:
        headers["Content-Range"] = f"bytes {first}-{first + length - 1}/{file.size}"
    headers["Content-Length"] = str(length)
    return _sent(request, file, first, length, 206 if partial else 200, headers)


def _part(first: str, last: str, size: int) -> tuple[int, int]:
    """Where a range begins and how long it is; 416 where it holds nothing of the file."""
    if not first:
        length = min(int(last), size)
        start = size - length
    else:
        start = int(first)
        length = (min(int(last), size - 1) if last else size - 1) - start + 1
    if length <= 0 or start >= size:
        sentence = _("The range holds nothing of the file, which has %(size)s bytes.")
        raise Problem(416, sentence % {"size": size}, headers={"Content-Range": f"bytes */{size}"})
    return start, length


def _sent(
    request: Request, file: Download, first: int, length: int, status: int, headers: dict[str, str]
) -> HttpResponseBase:
    if not file.path.exists():
        raise Problem(410, _("This file is no longer here."))
    if request.method == "HEAD":
        return HttpResponse(status=status, content_type=file.media_type, headers=headers)
    return FilePart(file.path, first, length, status=status, content_type=file.media_type, headers=headers)


def _names(header: str, tag: str) -> bool:
    return header.strip() == "*" or tag in {part.strip().removeprefix("W/") for part in header.split(",")}
