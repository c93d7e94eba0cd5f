"""Atom (RFC 4287), paged (RFC 5005, 3): for readers of feeds.

An entry's id is made from its reference and reading alone, so it stays the same whatever address or page it
is read at. An entry that changes keeps its id and has a later ``updated``: when that came to be known.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from xml.etree import ElementTree

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tracker.services import formats, sentences

MEDIA_TYPE = "application/atom+xml"
ATOM = "http://www.w3.org/2005/Atom"
NAMESPACE = uuid.UUID("8f71f466-46b5-5cc3-b005-e6c9e1c5a1a6")
NEVER = "1970-01-01T00:00:00Z"
CODES = ("reading", "attribution", "grade", "severity")
# XML 1.0 knows no other control characters, and neither half of a pair.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class About:
    """What a page says of itself: its absolute addresses, and who is to be named as its author.

    ``name`` says what was asked for, whatever host and page it was asked of.
    """

    name: str
    address: str
    first: str
    following: str | None
    author: str
    licence: str


def page(entries: Iterable[Mapping[str, Any]], about: About) -> bytes:
    """A page of entries as one Atom document in UTF-8."""
    entries = list(entries)
    feed = ElementTree.Element("feed", {"xmlns": ATOM, "xml:lang": (get_language() or "en")})
    _text(feed, "id", identifier(about.name))
    _text(feed, "title", _("Violations of ceasefires: what counts now"))
    _text(
        feed,
        "updated",
        max((entry["updated"] for entry in entries), key=datetime.fromisoformat, default=NEVER),
    )
    _text(ElementTree.SubElement(feed, "author"), "name", about.author)
    _text(feed, "rights", about.licence)
    _link(feed, "self", about.address, MEDIA_TYPE)
    _link(feed, "first", about.first, MEDIA_TYPE)
    if about.following is not None:
        _link(feed, "next", about.following, MEDIA_TYPE)
    for entry in entries:
        _add(feed, entry)
    ElementTree.indent(feed, space="")
    found: bytes = ElementTree.tostring(feed, encoding="utf-8", xml_declaration=True)
    return found


def identifier(name: str) -> str:
    """An id that never changes and is nobody else's, from a name."""
    return f"urn:uuid:{uuid.uuid5(NAMESPACE, name)}"


def _add(feed: ElementTree.Element, entry: Mapping[str, Any]) -> None:
    incident = entry["incident"]
    found = ElementTree.SubElement(feed, "entry")
    _text(found, "id", identifier(f"{entry['ref']} {entry['reading']}"))
    _text(found, "title", _title(incident))
    _text(found, "updated", entry["updated"])
    if entry["first_known"]:
        _text(found, "published", entry["first_known"])
    _link(found, "alternate", entry["url"], "text/html")
    for name in CODES:
        if entry[name]:
            ElementTree.SubElement(
                found, "category", {"term": entry[name], "label": f"{name}: {entry[name]}"}
            )
    _text(found, "rights", entry["licence"])
    _text(found, "summary", _summary(entry))


def _title(incident: Mapping[str, Any]) -> str:
    place = incident["place"] or {}
    where = place.get("name") or place.get("adm1") or place.get("country")
    day = (incident["occurred"] or {}).get("to")
    parts = [sentences.word(incident["act"] or "incident"), where, day and day[:10]]
    return " · ".join(part for part in parts if part)


def _summary(entry: Mapping[str, Any]) -> str:
    """The codes as the other formats have them, and how to cite it."""
    killed, injured = (
        entry["casualties"][effect] and formats.format_figures(entry["casualties"][effect])
        for effect in ("killed", "injured")
    )
    said = {
        "truce": entry["truce"],
        "term": entry["term"],
        "reading": entry["reading"],
        "attribution": entry["attribution"],
        "alleged": ", ".join(entry["alleged"]),
        "responsible": entry["responsible"],
        "against": ", ".join(entry["against"]),
        "killed": killed,
        "injured": injured,
        "grade": entry["grade"],
        "severity": entry["severity"],
        "sources": ", ".join(entry["sources"]),
        "method": entry["method"],
    }
    lines = [f"{name}: {value}" for name, value in said.items() if value]
    return "\n".join([*lines, entry["citation"]])


def _text(parent: ElementTree.Element, name: str, text: str) -> None:
    ElementTree.SubElement(parent, name).text = _NOT_XML.sub("\ufffd", text)


def _link(parent: ElementTree.Element, relation: str, address: str, media_type: str) -> None:
    ElementTree.SubElement(parent, "link", {"rel": relation, "href": address, "type": media_type})
