"""Which format an answer takes: as ``format`` says, else as ``Accept`` asks for (RFC 9110, 12.5.1)."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.http import parse_header_parameters
from django.utils.translation import gettext as _

from tracker.api.problems import Problem


def chosen(accept: str, offered: Mapping[str, str]) -> str:
    """The name of the offered format that an ``Accept`` header likes best; at a tie the earliest.

    ``offered`` has media types by name, best first. Raises a 406 ``Problem`` that names them all where the
    header takes none of them.
    """
    ranges = [_range(part) for part in accept.split(",") if part.strip()] or [("*/*", 1.0)]
    likings = {name: _liking(media_type, ranges) for name, media_type in offered.items()}
    best = max(likings, key=lambda name: likings[name])
    if likings[best] > 0:
        return best
    sentence = _("There is nothing here in a format that the Accept header takes. There is: %(offered)s.")
    raise Problem(
        406,
        sentence % {"offered": ", ".join(offered.values())},
        formats=[{"format": name, "media_type": media_type} for name, media_type in offered.items()],
    )


def liking_of(header: str, word: str) -> float:
    """How much an ``Accept-…`` header likes a word, 0 to 1: as it names it, else as its ``*`` says."""
    whole = dict(reversed([_range(part) for part in header.split(",") if part.strip()]))
    return whole.get(word, whole.get("*", 0.0))


def _range(text: str) -> tuple[str, float]:
    media_type, parameters = parse_header_parameters(text)
    try:
        liking = min(max(float(parameters.get("q", "1")), 0.0), 1.0)
    except ValueError:
        liking = 1.0
    return media_type.lower(), liking


def _liking(media_type: str, ranges: list[tuple[str, float]]) -> float:
    """How much a media type is liked: as the range that names it most closely says; 0 where none does."""
    whole = dict(reversed(ranges))
    for given in (media_type, media_type.partition("/")[0] + "/*", "*/*"):
        if given in whole:
            return whole[given]
    return 0.0
