"""GeoJSON (RFC 7946): a collection of features, WGS 84, longitude first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import orjson

from ceasefire.chunks import chunks


def stream(entries: Iterable[Mapping[str, Any]]) -> Iterator[bytes]:
    """A ``FeatureCollection``: a feature per entry, which stands whole in its properties."""
    return chunks(_pieces(entries))


def feature(entry: Mapping[str, Any]) -> dict[str, Any]:
    """An entry as a feature. ``geometry`` is null where its place shows no coordinates (RFC 7946, 3.2)."""
    place = entry["incident"]["place"]
    located = place is not None and place["lat"] is not None and place["lon"] is not None
    return {
        "type": "Feature",
        "id": entry["ref"],
        "geometry": {"type": "Point", "coordinates": [place["lon"], place["lat"]]} if located else None,
        "properties": entry,
    }


def _pieces(entries: Iterable[Mapping[str, Any]]) -> Iterator[bytes]:
    yield b'{"type":"FeatureCollection","features":['
    separator = b"\n"
    for entry in entries:
        yield separator + orjson.dumps(feature(entry))
        separator = b",\n"
    yield b"\n]}\n"
