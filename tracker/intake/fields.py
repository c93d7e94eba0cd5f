"""The kinds of field that documents are made of: moments, slugs, texts, codes, references, durations.

Each refuses with a fault code of ``tracker.intake.fault.MESSAGES``. What they need to know of the world
(what time it is, what exists) comes in as the validation's context, a ``Surroundings``.
"""

from __future__ import annotations

import datetime
import functools
import re
import zoneinfo
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlsplit

from annotated_types import GroupedMetadata
from babel import Locale
from babel.core import get_global
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints
from pydantic import ValidationInfo as Info
from pydantic_core import PydanticCustomError

from .fault import MESSAGES, shown

FIRSTISO_MOMENT = datetime.datetime(1900, 1, 1, tzinfo=datetime.UTC)

Exists = Callable[[str, str], bool]
"""``exists("actor", slug)``: whether what a reference names is there. The first is one of actor, source,
truce, term, convoy, incident, report, quoted (a source or a report)."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What validation may know beside the document: the moment it is read at, and what exists.

    now: aware. exists: None where references are checked elsewhere.
    """

    now: datetime.datetime
    exists: Exists | None = None


class Document(BaseModel):
    """The base of every document: frozen, no unknown field, no silent change of a type."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, serialize_by_alias=True, allow_inf_nan=False
    )


def refusal(code: str, **values: Any) -> PydanticCustomError:
    """The error to raise in a validator, by its code in ``MESSAGES``."""
    return PydanticCustomError(code, MESSAGES[code], values or None)


# --- moments -----------------------------------------------------------------------------------------

ISO_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)", re.ASCII)


def _moment(value: object) -> datetime.datetime:
    try:
        if isinstance(value, datetime.datetime) and value.tzinfo is not None:
            moment = value
        elif isinstance(value, str) and ISO_MOMENT.fullmatch(value):
            moment = datetime.datetime.fromisoformat(value)
        else:
            raise ValueError
        moment = moment.astimezone(datetime.UTC)
    except (ValueError, OverflowError):
        raise refusal("not_a_moment", given=shown(value)) from None
    if moment < FIRSTISO_MOMENT:
        raise refusal("before_1900", given=shown(value))
    return moment


def end_of_tomorrow(now: datetime.datetime) -> datetime.datetime:
    """The last moment that a report may speak of: midnight UTC after the day after ``now``'s."""
    today = now.astimezone(datetime.UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return today + datetime.timedelta(days=2)


def _not_after_tomorrow(moment: datetime.datetime, info: Info) -> datetime.datetime:
    if info.context and moment > end_of_tomorrow(info.context.now):
        raise refusal("after_tomorrow", given=moment.isoformat().replace("+00:00", "Z"))
    return moment


Moment = Annotated[datetime.datetime, BeforeValidator(_moment)]
"""An aware moment from RFC 3339 text, in UTC, not before 1900; it may lie in the future."""

PastMoment = Annotated[Moment, AfterValidator(_not_after_tomorrow)]
"""A moment that something is said to have happened at: not after tomorrow."""


# --- text --------------------------------------------------------------------------------------------

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\ud800-\udfff]")


def _printable(text: str) -> str:
    found = _FORBIDDEN.search(text)
    if found:
        raise refusal("forbidden_character", character=f"U+{ord(found.group()):04X}")
    return text


def _clean(text: str) -> str:
    if not _printable(text).strip():
        raise refusal("blank")
    return text


PRINTABLE = AfterValidator(_printable)
"""Text that may be empty, without the characters that ``CLEAN`` refuses."""

CLEAN = AfterValidator(_clean)
"""Text of people's words: not blank, no control character, none that overrides the direction of writing."""

Line = Annotated[str, StringConstraints(max_length=300), CLEAN]
Prose = Annotated[str, StringConstraints(max_length=20_000), CLEAN]


class Words(Document):
    """The tracker's own words, in all four languages."""

    en: Prose
    fr: Prose
    ar: Prose
    ru: Prose


# --- codes -------------------------------------------------------------------------------------------


CODE = Field(strict=False)
"""Marks a code of a table of ``tracker.intake.codes``, which comes in as its text."""


@dataclass(frozen=True, slots=True)
class UpTo(GroupedMetadata):
    """A list of ``least`` to ``most`` items, kept in the order given."""

    most: int
    least: int = 0

    def __iter__(self) -> Iterator[object]:
        yield Field(strict=False, max_length=self.most)
        # Not pydantic's own min_length: that counts only the sound items, and so tells of a fault twice.
        yield AfterValidator(self.enough)

    def enough(self, items: tuple[Any, ...]) -> tuple[Any, ...]:
        """Refuses a list of fewer than ``least``."""
        if len(items) < self.least:
            raise refusal("too_short", limit=self.least)
        return items


def _shaped(pattern: str, expected: str) -> AfterValidator:
    compiled = re.compile(pattern, re.ASCII)

    def check(text: str) -> str:
        if not compiled.fullmatch(text):
            raise refusal("malformed", given=shown(text), expected=expected)
        return text

    return AfterValidator(check)


Slug = Annotated[str, _shaped(r"(?=.{1,80}\Z)[a-z0-9]+(-[a-z0-9]+)*", "a-z, 0-9, -")]
Token = Annotated[str, _shaped(r"[a-z][a-z0-9_]{0,59}", "a-z, 0-9, _")]
Pcode = Annotated[str, _shaped(r"[A-Za-z0-9][A-Za-z0-9._-]{0,19}", "A-Z, 0-9, . _ -")]
Natural = Annotated[int, Field(ge=0, le=100_000_000)]
Metres = Annotated[float, Field(ge=0, le=2_000_000)]
Credibility = Annotated[int, Field(ge=1, le=6)]
WherePrec = Annotated[int, Field(ge=1, le=7)]


def _country(text: str) -> str:
    if not (len(text) == 3 and text.isascii() and text.isupper() and text in _countries()):
        raise refusal("unknown_country", given=shown(text))
    return text


_USER_ASSIGNED = re.compile("AA[A-Z]|Q[M-Z][A-Z]|X[A-Z][A-Z]|ZZ[A-Z]")
"""Codes that ISO 3166 leaves to its users; XKX is so used for Kosovo."""


@functools.cache
def _countries() -> frozenset[str]:
    """ISO 3166-1 alpha-3, which CLDR keeps as aliases of the two letters, and XKX."""
    three = (alias for alias in get_global("territory_aliases") if len(alias) == 3 and alias.isalpha())
    return frozenset(alias for alias in three if not _USER_ASSIGNED.fullmatch(alias)) | {"XKX"}


def is_country(text: str) -> bool:
    """Whether the text is an ISO 3166 country code of three letters."""
    return text in _countries()


Country = Annotated[str, AfterValidator(_country)]


@functools.cache
def _languages() -> frozenset[str]:
    return frozenset(Locale("en").languages)


def _language(text: str) -> str:
    if (
        not re.fullmatch(r"[a-z]{2,3}(-[A-Za-z]{2,4})?", text, re.ASCII)
        or text.split("-")[0] not in _languages()
    ):
        raise refusal("unknown_language", given=shown(text))
    return text


Language = Annotated[str, AfterValidator(_language)]


def _zone(text: str) -> str:
    if text not in _zones():
        raise refusal("unknown_zone", given=shown(text))
    return text


@functools.cache
def _zones() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones())


Zone = Annotated[str, AfterValidator(_zone)]


def _address(text: str) -> str:
    try:
        parts = urlsplit(text)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and not re.search(r"\s", text)
    except ValueError:
        good = False
    if not good:
        raise refusal("not_an_address", given=shown(text))
    return text


Address = Annotated[str, StringConstraints(max_length=2000), AfterValidator(_clean), AfterValidator(_address)]


# --- durations ---------------------------------------------------------------------------------------

ISO_DURATION = re.compile(
    r"P(?=.)(?:(\d{1,5})W)?(?:(\d{1,6})D)?(?:T(?=.)(?:(\d{1,6})H)?(?:(\d{1,7})M)?(?:(\d{1,9})S)?)?", re.ASCII
)
_WORDED = re.compile(r"(\d{1,6}) (week|day|hour|minute)s?", re.ASCII)


def duration_of(text: str) -> datetime.timedelta | None:
    """``P7D``, ``PT48H``, ``P1DT12H`` (ISO 8601 without years and months, whose length varies) or ``7 days``.

    None where it is neither. A day is 24 hours.
    """
    found = ISO_DURATION.fullmatch(text)
    if found:
        weeks, days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
        return datetime.timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
    found = _WORDED.fullmatch(text)
    return datetime.timedelta(**{found[2] + "s": int(found[1])}) if found else None


def _duration(value: object) -> datetime.timedelta:
    if isinstance(value, datetime.timedelta):
        return value
    length = duration_of(value) if isinstance(value, str) else None
    if length is None:
        raise refusal("not_a_duration", given=shown(value))
    return length


Duration = Annotated[datetime.timedelta, BeforeValidator(_duration)]


# --- references --------------------------------------------------------------------------------------


def reference_to(what: str) -> AfterValidator:
    """Marks a reference to an actor, source, truce … that must exist, where the surroundings can tell."""

    def check(name: str, info: Info) -> str:
        if info.context and info.context.exists and not info.context.exists(what, name):
            raise refusal(f"unknown_{what}", given=shown(name))
        return name

    return AfterValidator(check)


ActorRef = Annotated[Slug, reference_to("actor")]
SourceRef = Annotated[Slug, reference_to("source")]
TruceRef = Annotated[Slug, reference_to("truce")]
TermRef = Annotated[Slug, reference_to("term")]
ConvoyRef = Annotated[Slug, reference_to("convoy")]
IncidentRef = Annotated[Line, reference_to("incident")]
ReportRef = Annotated[Line, reference_to("report")]
QuotedRef = Annotated[Line, reference_to("quoted")]
"""A source or a report whose word is repeated."""


def no_repeats(items: tuple[Any, ...]) -> tuple[Any, ...]:
    """Refuses a list that names the same thing twice."""
    for index, item in enumerate(items):
        if item in items[:index]:
            raise refusal("repeated", given=shown(item))
    return items
