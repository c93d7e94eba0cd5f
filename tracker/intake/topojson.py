"""TopoJSON to rings: https://github.com/topojson/topojson-specification, the parts that polygons need."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Position = tuple[float, float]
"""Longitude and latitude in degrees, WGS 84."""

Ring = tuple[Position, ...]
"""A closed outline: the last position is the first again."""

Polygon = tuple[Ring, ...]
"""An outer ring and the rings of its holes."""

DECIMALS = 5
"""About a metre: finer than any outline here is drawn."""

FEWEST_POSITIONS = 4
"""What a closed ring needs to hold any ground at all; rounding to a grid leaves a few with less."""


def polygons_of(
    topology: Mapping[str, Any], name: str
) -> Iterator[tuple[Mapping[str, Any], tuple[Polygon, ...]]]:
    """Each polygonal geometry of the named object with its polygons, in the order of the file.

    Yields the geometry as the file has it (``id``, ``properties``) and its polygons. Raises KeyError where
    the topology has no such object, ValueError for a geometry that is no polygon.
    """
    arcs = _decoded(topology)
    for geometry in topology["objects"][name]["geometries"]:
        if geometry["type"] == "Polygon":
            parts = [geometry["arcs"]]
        elif geometry["type"] == "MultiPolygon":
            parts = geometry["arcs"]
        else:
            raise ValueError(f"{geometry['type']} is no polygon")
        polygons = (tuple(_ring(ring, arcs) for ring in part) for part in parts)
        yield geometry, tuple(filter(None, (_with_ground(polygon) for polygon in polygons)))


def _decoded(topology: Mapping[str, Any]) -> list[list[Position]]:
    """The arcs as positions. With a transform each point is the step from the one before, in grid units."""
    transform = topology.get("transform")
    if transform is None:
        return [[(point[0], point[1]) for point in arc] for arc in topology["arcs"]]
    (scale_x, scale_y), (left, bottom) = transform["scale"], transform["translate"]
    decoded = []
    for arc in topology["arcs"]:
        x = y = 0
        positions = []
        for step in arc:
            x, y = x + step[0], y + step[1]
            positions.append((round(x * scale_x + left, DECIMALS), round(y * scale_y + bottom, DECIMALS)))
        decoded.append(positions)
    return decoded


def _ring(indexes: Sequence[int], arcs: Sequence[list[Position]]) -> Ring:
    """Arcs put end to end, each beginning where the last ended; ``~i`` is arc ``i`` turned."""
    ring: list[Position] = []
    for index in indexes:
        arc = arcs[index] if index >= 0 else arcs[~index][::-1]
        ring.extend(arc[1:] if ring else arc)
    return tuple(ring)


def _with_ground(polygon: Polygon) -> Polygon | None:
    if len(polygon[0]) < FEWEST_POSITIONS:
        return None
    return (polygon[0], *(hole for hole in polygon[1:] if len(hole) >= FEWEST_POSITIONS))
