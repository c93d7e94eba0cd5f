"""The base map of a truce's area, simplified to what a board's map can show."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tracker.intake import basemap

DEGREES = 0.02  # about 2 km: finer than a pixel at the zoom at which a country fills a board
AROUND = 3.0  # degrees of neighbours shown beyond the area


def of_area(codes: Sequence[str]) -> dict[str, Any]:
    """A GeoJSON FeatureCollection of the area and its neighbours, coordinates thinned, with its ``bbox``."""
    found = basemap.map_of(codes)
    box = found.get("bbox")
    if box:
        west, south, east, north = box[0] - AROUND, box[1] - AROUND, box[2] + AROUND, box[3] + AROUND
        known = {feature["id"] for feature in found["features"]}
        for area in basemap.countries().values():
            if area.code in known:
                continue
            near = [
                polygon
                for polygon in area.polygons
                if any(west <= x <= east and south <= y <= north for x, y in polygon[0])
            ]
            if near:
                properties = {
                    "code": area.code,
                    "name": area.name,
                    "level": "country",
                    "parent": None,
                    "inside": False,
                }
                geometry = {"type": "MultiPolygon", "coordinates": near}
                found["features"].append(
                    {"type": "Feature", "id": area.code, "properties": properties, "geometry": geometry}
                )
    for feature in found["features"]:
        geometry = feature["geometry"]
        feature["geometry"] = {
            **geometry,
            "coordinates": [[_thin(ring) for ring in one] for one in geometry["coordinates"]],
        }
    return found


def _thin(ring: Sequence[Sequence[float]]) -> list[list[float]]:
    """A ring without the points that lie closer than ``DEGREES`` to the last one kept; always closed."""
    kept = [ring[0]]
    for point in ring[1:-1]:
        if abs(point[0] - kept[-1][0]) + abs(point[1] - kept[-1][1]) >= DEGREES:
            kept.append(point)
    if len(kept) < 3:
        kept = list(ring[:-1])
    return [[round(x, 3), round(y, 3)] for x, y in (*kept, kept[0])]
