"""Sentences for the codes of the rules, in the reader's language.

The rules say codes and values; the table in ``sentence_table`` holds one whole sentence for each code. Values
become words here: moments in the truce's zone, lengths of time, and the names that the charter gives to
actors, sources and terms in four languages. No sentence is put together from pieces.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tracker.services import formats
from tracker.services.sentence_table import SENTENCES, UNWRITTEN, WORDS

NameTable = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Names:
    """What a truce's charter calls things: tables of slug or reference → name by language code.

    ``withheld`` are the slugs of the sources that the reader may not know of.
    """

    zone: str = "UTC"  # IANA name
    zone_name: Mapping[str, str] = field(default_factory=lambda: {"en": "UTC"})
    actors: NameTable = field(default_factory=dict)
    sources: NameTable = field(default_factory=dict)
    terms: NameTable = field(default_factory=dict)
    withheld: frozenset[str] = frozenset()

    def actor(self, slug: str) -> str:
        """The actor's name in the reader's language, or its slug."""
        return formats.name_of(self.actors.get(slug), slug)

    def source(self, slug: str) -> str:
        """The source's name in the reader's language, or its slug; or that it is not named."""
        if slug in self.withheld:
            return str(WORDS["source_not_named"])
        return formats.name_of(self.sources.get(slug), slug)

    def term(self, ref: str) -> str:
        """The term's title in the reader's language, or its reference."""
        return formats.name_of(self.terms.get(ref), ref)

    def moment(self, moment: datetime, style: int = formats.SHORT) -> str:
        """A moment in the truce's zone, the zone named: "2 Mar 2026, 23:00 Harbour"."""
        return f"{formats.format_moment(moment, self.zone, style=style)} {formats.name_of(self.zone_name, self.zone)}"


def in_language(names: Mapping[str, str] | str | None) -> str:
    """A name by language code, in the reader's language."""
    return formats.name_of(names)


def without(withheld: Collection[str], values: Any) -> Any:
    """A verdict's values, or a term's parameters (plain JSON), with null for each source that ``says``
    something and is withheld, and without such a one among those that something is ``measured_by``."""
    if isinstance(values, Mapping):
        found = {
            key: None if key == SAYS and value in withheld else without(withheld, value)
            for key, value in values.items()
        }
        measured_by = found.get(MEASURED_BY)
        if isinstance(measured_by, list):
            found[MEASURED_BY] = [one for one in measured_by if one not in withheld]
        return found
    return [without(withheld, value) for value in values] if isinstance(values, list) else values


def text(code: str, values: Mapping[str, Any], names: Names) -> str:
    """The sentence of a code; a code without one says that it is not written, and names itself."""
    return marked_text(code, values, names).replace("[[", "").replace("]]", "")


def marked_text(code: str, values: Mapping[str, Any], names: Names) -> str:
    """The same, with the state that a sentence on top names between ``[[`` and ``]]``."""
    # The sentences on top have one form for each state of compliance.
    template = SENTENCES.get(f"{code}.{values.get('compliance')}") or SENTENCES.get(code)
    if template is None:
        return str(UNWRITTEN) % {"code": code}
    told = template % _Spoken(values, names)
    # It may begin with a name that has no capital.
    return told[:1].upper() + told[1:]


def word(code: str) -> str:
    """The word of a code of a closed list (a state, an act, a stance …), or the code without underscores."""
    found = WORDS.get(code)
    return code.replace("_", " ") if found is None else str(found)


MEASURED_BY = "measured_by"
SAYS = "says"
"""The key under which the values of a verdict name the source of what they give."""

_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")
_TABLES = {
    "actors": (
        "actor",
        "actors",
        "by",
        "against",
        "party",
        "parties",
        "responsible",
        "answers_to",
        "withheld_by",
        "refused_by",
        "declarers",
        "awaited",
        "declared_by",
        "perpetrator",
        "victim",
        "named",
    ),
    "sources": ("source", "sources", MEASURED_BY, "who", SAYS),
    "terms": ("term", "terms", "missing", "unknown", "requires", "breaches_of", "met", "not_met"),
}
_TABLE_OF = {key: table for table, keys in _TABLES.items() for key in keys}


class _Spoken(dict[str, Any]):
    """Values as a sentence speaks them, made when the sentence asks for one."""

    def __init__(self, values: Mapping[str, Any], names: Names):
        super().__init__()
        self.given, self.names = values, names

    def __getitem__(self, key: str) -> Any:
        value: Any = self.given
        for part in key.split("."):
            value = value.get(part) if isinstance(value, Mapping) else None
        return self.say(key, value)

    def __contains__(self, key: object) -> bool:
        return True

    def __len__(self) -> int:
        return 1

    def copy(self) -> _Spoken:
        return self

    def say(self, key: str, value: Any) -> Any:
        if value is None:
            return WORDS["source_not_named" if key == SAYS else "not_known"]
        if isinstance(value, bool):
            return value
        if isinstance(value, timedelta):
            return formats.format_span(value)
        if isinstance(value, int | float):
            if key.endswith("_seconds"):
                return formats.format_span(value)
            return value
        if isinstance(value, datetime):
            return self.names.moment(value)
        if isinstance(value, list | tuple | set | frozenset):
            return formats.format_list([str(self.say(key, one)) for one in value]) or WORDS["nobody"]
        if isinstance(value, Mapping):
            return in_language(value)
        return self.name(key, str(value))

    def name(self, key: str, value: str) -> str:
        if _MOMENT.match(value):
            return self.names.moment(datetime.fromisoformat(value))
        own = _TABLE_OF.get(key)
        for table in ([own] if own else []) + ["terms", "actors", "sources"]:
            if table == "sources" and value in self.names.withheld:
                return self.names.source(value)
            found = getattr(self.names, table).get(value)
            if found:
                return formats.name_of(found, value)
        return word(value)


__all__ = ["MEASURED_BY", "SAYS", "SENTENCES", "Names", "in_language", "text", "without", "word"]
