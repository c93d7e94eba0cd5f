"""The bundled base map: which areas there are, their outlines, and the map of a truce's area.

The files and their licences are in ``tracker/basemap``. Countries go by the three letters that Natural Earth
gives them (ISO 3166 where there is a code); first-level divisions by their HASC code (``SY.HL``). A code that
the data gives to several divisions of different names belongs to none of them: they are numbered
(``CO.CU-1``, ``CO.CU-2``), as is what has no code (``COL-99-1``), so that nothing is guessed.
"""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import orjson

from .topojson import Polygon, Ring, polygons_of

FOLDER = Path(__file__).parent.parent / "basemap"
WORLD = "world-50m.topo.json"
NO_CODE = "-99"


class AreaLevel(StrEnum):
    COUNTRY = "country"
    ADM1 = "adm1"


@dataclass(frozen=True, slots=True)
class MappedArea:
    """One area of the base map.

    code: unique, at most 20 characters. name: as the data spells it; empty where it gives none. parent: the
    country's code for a division. polygons: outer ring first, then its holes; degrees, WGS 84.
    """

    code: str
    name: str
    level: AreaLevel
    parent: str | None
    polygons: tuple[Polygon, ...]

    @property
    def rings(self) -> tuple[Ring, ...]:
        """All rings: a point lies in the area when an odd number of them hold it."""
        return tuple(ring for polygon in self.polygons for ring in polygon)

    @property
    def geometry(self) -> dict[str, Any]:
        """The outline as a GeoJSON MultiPolygon."""
        return {"type": "MultiPolygon", "coordinates": self.polygons}

    @property
    def bounds(self) -> tuple[float, float, float, float] | None:
        """West, south, east, north; None where the area is too small for the map to hold its outline."""
        if not self.rings:
            return None
        longitudes, latitudes = zip(*(position for ring in self.rings for position in ring), strict=True)
        return min(longitudes), min(latitudes), max(longitudes), max(latitudes)


def areas() -> Iterator[MappedArea]:
    """Every area of the base map: the countries, then the divisions of those that have a file."""
    yield from countries().values()
    for country in countries_with_divisions():
        yield from divisions(country)


@functools.lru_cache(maxsize=1)
def countries() -> dict[str, MappedArea]:
    """The countries of the world by code."""
    found = {}
    for geometry, polygons in polygons_of(_topology(WORLD), "countries"):
        code = geometry["properties"]["a3"]
        found[code] = MappedArea(
            code, geometry["properties"]["name"] or "", AreaLevel.COUNTRY, None, polygons
        )
    return found


def countries_with_divisions() -> tuple[str, ...]:
    """The codes of the countries whose first-level divisions are here, sorted."""
    return tuple(sorted(path.name[7:10].upper() for path in FOLDER.glob("admin1-*.topo.json")))


@functools.lru_cache(maxsize=4)
def divisions(country: str) -> tuple[MappedArea, ...]:
    """The first-level divisions of a country by its three letters; none where the map has no file of it.

    Pieces that share code and name are one division.
    """
    if country not in countries_with_divisions():
        return ()
    name_of_object = country.lower()
    pieces: dict[str, dict[str, list[Polygon]]] = defaultdict(lambda: defaultdict(list))
    for geometry, polygons in polygons_of(_topology(f"admin1-{name_of_object}.topo.json"), name_of_object):
        code = geometry.get("id") or NO_CODE
        pieces[country + NO_CODE if code == NO_CODE else code][geometry["properties"]["name"] or ""] += (
            polygons
        )
    found = []
    for code, by_name in pieces.items():
        ambiguous = len(by_name) > 1 or code.endswith((NO_CODE, "."))
        for number, (name, outline) in enumerate(by_name.items(), start=1):
            own = f"{code.rstrip('.')}-{number}" if ambiguous else code
            found.append(MappedArea(own, name, AreaLevel.ADM1, country, tuple(outline)))
    return tuple(found)


def map_of(codes: Collection[str]) -> dict[str, Any]:
    """The map of a truce's area as a GeoJSON FeatureCollection with a ``bbox``.

    codes: of countries and divisions, as in a charter's ``area``. A country comes with its divisions, where
    there are some; a division with its country, for orientation. Each feature's properties are ``code``,
    ``name``, ``level``, ``parent`` and ``inside``: whether it belongs to the area. A code that the map does
    not know is left out; ``unknown`` lists those. With no outline inside there is no ``bbox``.
    """
    inside: dict[str, MappedArea] = {}
    around: dict[str, MappedArea] = {}
    unknown = []
    for code in codes:
        if code in countries():
            inside[code] = countries()[code]
            inside.update((division.code, division) for division in divisions(code))
            continue
        division = division_of(code)
        if division is None:
            unknown.append(code)
            continue
        inside[code] = division
        country = countries().get(str(division.parent))
        if country:
            around[country.code] = country
    shown = {**{code: area for code, area in around.items() if code not in inside}, **inside}
    collection: dict[str, Any] = {
        "type": "FeatureCollection",
        "features": [_feature(area, code in inside) for code, area in shown.items()],
        "unknown": unknown,
    }
    bounds = [area.bounds for area in inside.values() if area.bounds]
    if bounds:
        west, south, east, north = zip(*bounds, strict=True)
        collection["bbox"] = [min(west), min(south), max(east), max(north)]
    return collection


def division_of(code: str) -> MappedArea | None:
    """The first-level division of this code, or None."""
    country = _country_of_division().get(code)
    return (
        next((division for division in divisions(country) if division.code == code), None)
        if country
        else None
    )


@functools.lru_cache(maxsize=1)
def _country_of_division() -> dict[str, str]:
    return {
        division.code: country for country in countries_with_divisions() for division in divisions(country)
    }


def _feature(area: MappedArea, inside: bool) -> dict[str, Any]:
    properties = {
        "code": area.code,
        "name": area.name,
        "level": area.level.value,
        "parent": area.parent,
        "inside": inside,
    }
    return {"type": "Feature", "id": area.code, "properties": properties, "geometry": area.geometry}


def _topology(name: str) -> dict[str, Any]:
    topology: dict[str, Any] = orjson.loads((FOLDER / name).read_bytes())
    return topology
