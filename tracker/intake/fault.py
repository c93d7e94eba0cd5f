"""A fault in what came in: where it is, which one it is, and a sentence that says what to do."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from pydantic import ValidationError

from .rule_messages import RULE_MESSAGES

SHOWN_CHARACTERS = 80
"""How much of a refused value is repeated in its fault."""

MESSAGES: dict[str, str] = {
    "required": gettext_noop("This field is required. Give a value for “%(field)s”."),
    "unknown_field": gettext_noop("There is no field “%(field)s” here. Remove it or correct its name."),
    "wrong_type": gettext_noop("This must be %(expected)s."),
    "unknown_code": gettext_noop("“%(given)s” is not a known code. Use one of: %(expected)s."),
    "malformed": gettext_noop("“%(given)s” is not of the expected form: %(expected)s."),
    "too_short": gettext_noop("This needs at least %(limit)s."),
    "too_long": gettext_noop("This may have at most %(limit)s."),
    "too_small": gettext_noop("This must be at least %(limit)s."),
    "too_large": gettext_noop("This must be at most %(limit)s."),
    "blank": gettext_noop("This must not be blank."),
    "forbidden_character": gettext_noop(
        "This contains a character that is not allowed (%(character)s). Remove it."
    ),
    "not_a_moment": gettext_noop(
        "“%(given)s” is not a moment. Write it as 2016-09-17T18:00:00Z, with Z or an offset from UTC."
    ),
    "moment_not_quoted": gettext_noop("Put quotation marks around the moment “%(given)s”."),
    "before_1900": gettext_noop("“%(given)s” lies before 1900. Correct the year."),
    "after_tomorrow": gettext_noop("“%(given)s” lies after tomorrow. A report cannot tell of it yet."),
    "interval_reversed": gettext_noop("The end (%(end)s) is before the start (%(start)s). Exchange them."),
    "interval_empty": gettext_noop("The end is the same as the start. Give a later end."),
    "min_above_max": gettext_noop("The minimum (%(minimum)s) is above the maximum (%(maximum)s)."),
    "latitude_outside": gettext_noop("A latitude lies between −90 and 90."),
    "longitude_outside": gettext_noop("A longitude lies between −180 and 180."),
    "half_a_coordinate": gettext_noop("Give both latitude and longitude, or neither."),
    "place_says_nothing": gettext_noop("Give at least one of: name, pcode, country, lat and lon."),
    "unknown_country": gettext_noop("“%(given)s” is not an ISO 3166 country code of three letters."),
    "unknown_language": gettext_noop("“%(given)s” is not a language code such as en, fr, ar or ru."),
    "unknown_zone": gettext_noop("“%(given)s” is not a time zone name such as Africa/Nairobi."),
    "not_a_duration": gettext_noop("“%(given)s” is not a length of time. Write it as P7D, PT48H or 7 days."),
    "not_an_address": gettext_noop("“%(given)s” is not a web address that begins with http:// or https://."),
    "part_missing": gettext_noop("A report of the kind “%(kind)s” needs the part “%(part)s”."),
    "part_not_of_kind": gettext_noop(
        "A report of the kind “%(kind)s” carries no part “%(part)s”. Remove it."
    ),
    "statement_part_missing": gettext_noop("A statement about “%(about)s” needs the part “%(part)s”."),
    "statement_part_not_meant": gettext_noop(
        "Only a statement about “%(part)s” carries the part “%(part)s”. Remove it."
    ),
    "retracted_missing": gettext_noop("Say which report is taken back: give its reference."),
    "term_missing": gettext_noop("A statement about “%(about)s” needs the reference of its term."),
    "repeated": gettext_noop("“%(given)s” is here more than once."),
    "unknown_actor": gettext_noop("There is no actor “%(given)s”. Correct the reference or add the actor."),
    "unknown_source": gettext_noop(
        "There is no source “%(given)s”. Correct the reference or add the source."
    ),
    "unknown_truce": gettext_noop(
        "There is no truce “%(given)s”. Correct the reference or load its charter."
    ),
    "unknown_term": gettext_noop("There is no term “%(given)s” in this charter. Correct the reference."),
    "unknown_convoy": gettext_noop(
        "There is no convoy “%(given)s”. Correct the reference or add the convoy."
    ),
    "unknown_incident": gettext_noop("No report here opens the incident “%(given)s”. Correct the reference."),
    "unknown_report": gettext_noop("There is no report “%(given)s”. Correct the reference."),
    "unknown_quoted": gettext_noop("There is no source or report “%(given)s”. Correct the reference."),
    "known_missing": gettext_noop("In a historical file each report says when it was known or published."),
    "same_person": gettext_noop("A ruling counts from its second review, by another person. Name another."),
    "charter_missing": gettext_noop(
        "A scenario has a charter, or names in adds_to the truce that it adds to."
    ),
    "charter_and_adds_to": gettext_noop("A file that adds to a truce has no charter of its own. Remove one."),
    "not_utf8": gettext_noop("The file is not UTF-8 text. Save it as UTF-8."),
    "file_too_large": gettext_noop("The file is larger than %(limit)s bytes. Split it."),
    "too_many_values": gettext_noop("The file holds more than %(limit)s values. Split it."),
    "too_deep": gettext_noop("Values are nested more than %(limit)s deep here."),
    "not_yaml": gettext_noop("This is not YAML: %(problem)s."),
    "empty_file": gettext_noop("The file is empty."),
    "several_documents": gettext_noop("The file holds more than one YAML document. Keep one."),
    "tag_not_allowed": gettext_noop("The tag %(given)s is not allowed here. Remove it."),
    "alias_not_allowed": gettext_noop("Aliases (*%(given)s) are not allowed here. Write the value out."),
    "merge_not_allowed": gettext_noop("Merge keys (<<) are not allowed here. Write the values out."),
    "duplicate_key": gettext_noop("The key “%(given)s” is already used on line %(first)s. Keep one of them."),
    "key_not_text": gettext_noop("A key must be plain text."),
    "invalid": gettext_noop("This value cannot be used here."),
    **RULE_MESSAGES,
}
"""The English sentence of each code."""

CODE_OF_PYDANTIC_ERROR = {
    "missing": "required",
    "extra_forbidden": "unknown_field",
    "invalid_key": "key_not_text",
    "string_too_short": "too_short",
    "string_too_long": "too_long",
    "too_short": "too_short",
    "too_long": "too_long",
    "greater_than_equal": "too_small",
    "greater_than": "too_small",
    "less_than_equal": "too_large",
    "less_than": "too_large",
    "int_from_float": "wrong_type",
    "finite_number": "wrong_type",
    "enum": "unknown_code",
    "string_unicode": "forbidden_character",
}
"""pydantic's names for what it found itself; its ``*_type`` names all mean ``wrong_type``."""

EXPECTED_OF_TYPE = {
    "int_type": gettext_noop("a whole number"),
    "int_from_float": gettext_noop("a whole number"),
    "float_type": gettext_noop("a number"),
    "finite_number": gettext_noop("a number"),
    "string_type": gettext_noop("text"),
    "bool_type": gettext_noop("true or false"),
    "tuple_type": gettext_noop("a list"),
    "list_type": gettext_noop("a list"),
}
AN_OBJECT = gettext_noop("an object with named fields")


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with what came in.

    pointer: JSON pointer (RFC 6901) to the value, ``""`` for the whole; for a missing field, to where it
    belongs. code: stable, a key of ``MESSAGES`` or one of the rules' own. values: what the sentence
    names, JSON-able. line: the line in the file, from 1, where there is a file.
    """

    pointer: str
    code: str
    values: Mapping[str, Any] = field(default_factory=dict)
    line: int | None = None

    @property
    def message(self) -> str:
        """The sentence in the language that is active now."""
        values = dict(self.values)
        if "expected" in values and self.code == "wrong_type":
            values["expected"] = _(values["expected"])
        try:
            return _(MESSAGES.get(self.code, MESSAGES["invalid"])) % values
        except (KeyError, ValueError):
            return _(MESSAGES["invalid"])

    @property
    def path(self) -> str:
        """The place as people write it: ``reports[5].claim.casualties[0].min``."""
        return path_of(parts_of(self.pointer))


def pointer_of(parts: Iterable[str | int]) -> str:
    """JSON pointer of a place given as keys and indexes."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)


def parts_of(pointer: str) -> tuple[str | int, ...]:
    """The keys and indexes of a JSON pointer; digits alone read as an index."""
    steps = (step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:])
    return tuple(int(step) if step.isascii() and step.isdigit() else step for step in steps)


def path_of(parts: Iterable[str | int]) -> str:
    """``("reports", 5, "claim")`` as ``reports[5].claim``."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in parts).lstrip(".")


def parts_of_path(path: str) -> tuple[str | int, ...]:
    """``reports[5].claim`` as ``("reports", 5, "claim")``; an empty path is the whole."""
    return tuple(int(index) if index else name for index, name in re.findall(r"\[(\d+)\]|([^.\[\]]+)", path))


def shown(value: object) -> str:
    """A refused value as it is repeated in a sentence: text, cut to ``SHOWN_CHARACTERS``."""
    try:
        text = value if isinstance(value, str) else repr(value)
    except Exception:  # a foreign object's repr may do anything; the fault must still be told
        text = type(value).__name__
    text = text.encode("utf-8", "replace").decode()
    return text if len(text) <= SHOWN_CHARACTERS else text[: SHOWN_CHARACTERS - 1] + "…"


def faults_of(error: ValidationError) -> list[Fault]:
    """Every fault that pydantic found, in the order of the fields."""
    return [_fault_of(found) for found in error.errors(include_url=False)]


def _fault_of(found: Mapping[str, Any]) -> Fault:
    kind, parts = found["type"], found["loc"]
    context = found.get("ctx") or {}
    pointer = pointer_of(parts)
    if kind in MESSAGES and kind not in CODE_OF_PYDANTIC_ERROR:
        return Fault(pointer, kind, {name: _plain(value) for name, value in context.items()})
    code = CODE_OF_PYDANTIC_ERROR.get(kind, "wrong_type" if kind.endswith("_type") else "invalid")
    values: dict[str, Any] = {}
    if code in ("required", "unknown_field"):
        values = {"field": shown(parts[-1]) if parts else ""}
    elif code == "wrong_type":
        values = {"expected": EXPECTED_OF_TYPE.get(kind, AN_OBJECT)}
    elif code == "unknown_code":
        values = {"given": shown(found["input"]), "expected": _codes(context)}
    elif code in ("too_short", "too_long", "too_small", "too_large"):
        values = {
            "limit": next(
                (
                    context[name]
                    for name in ("limit", "min_length", "max_length", "ge", "gt", "le", "lt")
                    if name in context
                ),
                "",
            )
        }
    elif code == "forbidden_character":
        values = {"character": "U+D800–U+DFFF"}
    return Fault(pointer, code, values)


def _codes(context: Mapping[str, Any]) -> str:
    """pydantic lists the codes as English («'a', 'b' or 'c'»); here with commas alone."""
    return ", ".join(re.findall(r"'([^']*)'", context.get("expected", "")))


def _plain(value: object) -> str | int | float | bool | None:
    return value if isinstance(value, str | int | float | bool) or value is None else shown(value)
