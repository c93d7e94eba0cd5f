"""Query parameters: one small table per address, which reads, refuses and documents them."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from pydantic import TypeAdapter, ValidationError

from tracker.api.problems import Problem
from tracker.intake import fields
from tracker.intake.fault import Fault, faults_of, shown

LAST_MOMENT = datetime.datetime(2200, 1, 1, tzinfo=datetime.UTC)
_moment = TypeAdapter(fields.Moment)
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*", re.ASCII)
_WHOLE = re.compile(r"\d{1,18}", re.ASCII)


class Refused(ValueError):
    """A value that a parameter does not take: a stable code and a sentence."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code


@dataclass(frozen=True, slots=True)
class Parameter:
    """One query parameter: its name, how its text is read, its JSON schema, and what it means.

    ``read`` takes the text and gives the value, or raises ``Refused``.
    """

    name: str
    read: Callable[[str], Any]
    description: str
    schema: dict[str, Any] = field(default_factory=lambda: {"type": "string"})
    default: Any = None


def moment(name: str, description: str) -> Parameter:
    """A moment with Z or an offset (RFC 3339), from 1900 to 2200."""

    def read(text: str) -> datetime.datetime:
        try:
            found = _moment.validate_python(text)
        except ValidationError as error:
            fault: Fault = faults_of(error)[0]
            hint = (
                " " + _("In an address, write + as %2B.") if re.search(r"T[\d:.]+ \d\d:\d\d$", text) else ""
            )
            raise Refused(fault.code, fault.message + hint) from None
        if found >= LAST_MOMENT:
            raise Refused(
                "after_2200", _("“%(given)s” lies after 2200. Correct the year.") % {"given": shown(text)}
            )
        return found

    return Parameter(name, read, description, {"type": "string", "format": "date-time"})


def whole(name: str, description: str, *, least: int, most: int, default: int | None = None) -> Parameter:
    """A whole number between two bounds, both included."""

    def read(text: str) -> int:
        if not _WHOLE.fullmatch(text) or not least <= int(text) <= most:
            sentence = _("“%(given)s” is not a whole number from %(least)s to %(most)s.")
            raise Refused("out_of_range", sentence % {"given": shown(text), "least": least, "most": most})
        return int(text)

    schema = {"type": "integer", "minimum": least, "maximum": most}
    return Parameter(name, read, description, schema, default)


def choice(name: str, description: str, codes: Iterable[str], default: str | None = None) -> Parameter:
    """One of a list of codes."""
    codes = list(codes)

    def read(text: str) -> str:
        if text not in codes:
            sentence = _("“%(given)s” is not a known code. Use one of: %(expected)s.")
            raise Refused("unknown_code", sentence % {"given": shown(text), "expected": ", ".join(codes)})
        return text

    return Parameter(name, read, description, {"type": "string", "enum": codes}, default)


def slug(name: str, description: str) -> Parameter:
    """The slug of a truce, actor, source or term. Whether it exists is the view's to say."""

    def read(text: str) -> str:
        if len(text) > 80 or not _SLUG.fullmatch(text):
            sentence = _("“%(given)s” is not of the expected form: a-z, 0-9, -.")
            raise Refused("malformed", sentence % {"given": shown(text)})
        return text

    return Parameter(name, read, description, {"type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$"})


def pattern(name: str, description: str, expression: str, expected: str) -> Parameter:
    """Text of a given form."""
    compiled = re.compile(expression, re.ASCII)

    def read(text: str) -> str:
        if not compiled.fullmatch(text):
            sentence = _("“%(given)s” is not of the expected form: %(expected)s.")
            raise Refused("malformed", sentence % {"given": shown(text), "expected": expected})
        return text

    return Parameter(name, read, description, {"type": "string", "pattern": f"^{expression}$"})


def box(name: str, description: str) -> Parameter:
    """A bounding box: west, south, east and north in degrees, WGS 84. West above east crosses 180°."""

    def read(text: str) -> tuple[float, float, float, float]:
        try:
            west, south, east, north = (float(part) for part in text.split(","))
        except ValueError:
            west = south = east = north = float("nan")
        if not (-180 <= west <= 180 and -180 <= east <= 180 and -90 <= south <= north <= 90):
            sentence = _("“%(given)s” is not of the expected form: %(expected)s.")
            raise Refused("malformed", sentence % {"given": shown(text), "expected": "west,south,east,north"})
        return west, south, east, north

    return Parameter(name, read, description)


def read_query(given: QueryDict, table: Iterable[Parameter]) -> dict[str, Any]:
    """The value of each parameter of the table, by name; what was not given is at its default.

    Raises a 400 ``Problem`` that names every unknown, repeated and malformed parameter at once.
    """
    known = {parameter.name: parameter for parameter in table}
    values = {name: parameter.default for name, parameter in known.items()}
    errors = []
    for name, texts in given.lists():
        parameter = known.get(name)
        if parameter is None:
            errors.append(_error(name, "unknown_parameter", _unknown(name, list(known))))
        elif len(texts) > 1:
            errors.append(
                _error(name, "repeated", _("This parameter is given more than once. Give it once."))
            )
        else:
            try:
                values[name] = parameter.read(texts[0])
            except Refused as refused:
                errors.append(_error(name, refused.code, str(refused)))
    if errors:
        raise Problem(400, _("The address has parameters that cannot be used."), errors=errors)
    return values


def refuse(name: str, code: str, detail: str) -> Problem:
    """400 for one parameter."""
    return refuse_each({name: detail}, code)


def refuse_each(details: Mapping[str, str], code: str) -> Problem:
    """400 for several parameters, by name, that are at fault in the same way."""
    errors = [_error(name, code, detail) for name, detail in details.items()]
    return Problem(400, _("The address has parameters that cannot be used."), errors=errors)


def _error(name: str, code: str, detail: str) -> dict[str, str]:
    return {
        "pointer": "/" + name.replace("~", "~0").replace("/", "~1"),
        "parameter": name,
        "code": code,
        "detail": detail,
    }


def _unknown(name: str, known: list[str]) -> str:
    if not known:
        return _("There is no parameter “%(given)s” here; this address takes none.") % {"given": shown(name)}
    sentence = _("There is no parameter “%(given)s” here. Use one of: %(expected)s.")
    return sentence % {"given": shown(name), "expected": ", ".join(known)}
