"""Places: which areas of the base map surely hold a place, and which may or may not.

The base map knows countries (ISO 3166 alpha-3) and the first-level divisions of some of them. What it
cannot tell stays unknown: an empty answer is "not known", never "nowhere".
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any, NamedTuple

import orjson
from babel.core import get_global
from django.db import connection

from tracker.intake import basemap
from tracker.models import Area, AreaLevel, AreaRing
from tracker.services import prepared
from tracker.services.authors import Author
from tracker.services.writing import writing

EARTH_RADIUS_KM = 6371.0088
WITHIN_KM = 25.0
POINTS_ON_CIRCLE = 8
LEVELS, COUNTRIES = tuple(AreaLevel.values), (AreaLevel.COUNTRY.value,)


@dataclass(frozen=True, slots=True)
class AreaOutline:
    """An area as it is loaded. ``rings``: closed or open lists of (lon, lat), WGS 84 degrees."""

    code: str
    level: str
    parent: str | None
    name: str
    rings: Sequence[Sequence[tuple[float, float]]]


@dataclass(frozen=True, slots=True)
class Located:
    """``within``: codes of the areas that surely hold the place; ``straddles``: those that may."""

    within: tuple[str, ...] = ()
    straddles: tuple[str, ...] = ()

    @property
    def all(self) -> tuple[str, ...]:
        return self.within + self.straddles


def load_areas(author: Author, outlines: Iterable[AreaOutline] | None = None) -> int:
    """Load the base map's areas that are not loaded yet. Returns how many were added.

    ``outlines``: None for the bundled base map. A second load changes nothing.
    """
    known = dict(Area.objects.values_list("code", "pk"))
    outlines = _bundled() if outlines is None else outlines
    missing = {outline.code: outline for outline in outlines if outline.code not in known}
    if not missing:
        return 0
    with writing(author, reassesses=False) as w:
        for level in (AreaLevel.COUNTRY, AreaLevel.ADM1):
            rows = Area.objects.bulk_create(
                Area(code=o.code, level=o.level, name=o.name[:200], parent_id=known.get(o.parent or ""))
                for o in missing.values()
                if o.level == level
            )
            known.update({row.code: row.pk for row in rows})
        with (
            connection.cursor() as cursor,
            cursor.copy(f"COPY {AreaRing._meta.db_table} (area_id, ring) FROM STDIN") as copy,
        ):
            for code, ring in ((o.code, ring) for o in missing.values() for ring in o.rings):
                copy.write_row((known[code], _polygon(ring)))
        w.audit("areas.loaded", "basemap", after={"areas": len(missing)})
    return len(missing)


def ensure_areas(author: Author) -> None:
    """Load the bundled base map where no area is loaded at all."""
    if not Area.objects.exists():
        load_areas(author)


def locate(
    lat: float | None = None,
    lon: float | None = None,
    precision: int | None = None,
    country: str | None = None,
    pcode: str | None = None,
    answers: Mapping[Question, Answer] = MappingProxyType({}),
) -> Located:
    """The areas of a place.

    lat, lon: WGS 84 degrees, both or neither. precision: UCDP ``where_prec`` 1–7; coordinates of no
    stated precision are taken as within 25 km. country: ISO 3166 alpha-3; pcode: as text; both count as
    given. 1 is the point; 2 the point and eight points on a 25 km circle around it; 3 and 4 the
    first-level area and country of the point; 5 and 6 its country; 7 (sea or air) is in none that is known.
    answers: of the base map, where it was asked already.
    """
    asked = question(lat, lon, precision, pcode)
    found = answers[asked] if asked in answers else _answer(asked)
    above = found.above or (_country_of(pcode) if pcode else None)
    within = list(dict.fromkeys(code for code in (pcode, country, above) if code))
    straddles: list[str] = []
    for code, parent, held in found.holding:
        contradicts = country is not None and country not in (code, parent)
        if code in within or contradicts:
            continue
        (within if held == len(asked.around) else straddles).append(code)
    return Located(tuple(within), tuple(straddles))


def may_lie_in(located: Located, area: Iterable[str]) -> bool:
    """Whether a place may lie in any of the areas (codes): true unless it surely lies in none.

    An area that the base map does not know may overlap any other in its country.
    """
    codes, area = set(located.all), set(area)
    if not codes or codes & area:
        return True
    mapped = dict(Area.objects.filter(code__in=codes | area).values_list("code", "parent__code"))
    divided = {mapped[code] for code in codes if mapped.get(code)}
    for code in area:
        country = mapped.get(code) or _country_of(code)
        surely_in_another = code in mapped and country in divided
        if country in codes and not surely_in_another:
            return True
    return False


def first_level(codes: Iterable[str]) -> dict[str, str]:
    """The names of those of some areas (codes) that are of the first level, by their codes."""
    wanted = list(set(codes))
    return dict(prepared.rows(_FIRST_LEVEL, {"codes": wanted})) if wanted else {}


_FIRST_LEVEL = """
SELECT area.code, area.name FROM tracker_area area
WHERE area.level = 'adm1' AND area.code = ANY(%(codes)s::varchar[])
"""


def _country_of(code: str) -> str | None:
    """The country (alpha-3) of a P-code, which begins with its two letters."""
    is_pcode = len(code) > 3 and code[:2].isalpha() and code[:2].isupper() and not code[2].isalpha()
    return _alpha_3().get(code[:2]) if is_pcode else None


@cache
def _alpha_3() -> dict[str, str]:
    """ISO 3166 alpha-3 by alpha-2 code, as CLDR keeps them."""
    return {
        two[0]: three
        for three, two in get_global("territory_aliases").items()
        if len(three) == 3 and three.isalpha() and len(two) == 1
    }


class Question(NamedTuple):
    """What the base map is asked of a place: a P-code, points (lon, lat), and the levels of areas."""

    pcode: str | None = None
    around: tuple[tuple[float, float], ...] = ()
    levels: tuple[str, ...] = LEVELS

    def values(self) -> dict[str, Any]:
        """Its values for a statement with ``GIVEN`` and ``FOUND``."""
        lons, lats = [lon for lon, _ in self.around], [lat for _, lat in self.around]
        return {
            "pcode": self.pcode,
            "lons": _array(lons),
            "lats": _array(lats),
            "west": min(lons, default=0.0),
            "south": min(lats, default=0.0),
            "east": max(lons, default=0.0),
            "north": max(lats, default=0.0),
            "levels": _array(self.levels),
        }


class Answer(NamedTuple):
    """What the base map says: the code of the area above the P-code, and each area that holds some of the
    points, by its code, its parent's, and how many of them it holds.

    A point lies in an area when an odd number of the area's rings contain it: holes and lakes are rings.
    """

    above: str | None = None
    holding: tuple[tuple[str, str | None, int], ...] = ()

    @classmethod
    def read(cls, found: str | None) -> Answer:
        """The answer of what ``FOUND`` gave."""
        rows = orjson.loads(found) if found else []
        above = next((parent for code, parent, _held in rows if code is None), None)
        return cls(above, tuple((code, parent, held) for code, parent, held in rows if code is not None))


def question(lat: float | None, lon: float | None, precision: int | None, pcode: str | None) -> Question:
    """What the base map is to be asked of a place (as in ``locate``)."""
    around: tuple[tuple[float, float], ...] = ()
    if lat is not None and lon is not None and precision != 7:
        around = _around(lat, lon) if precision in (2, None) else ((lon, lat),)
    return Question(pcode, around, COUNTRIES if precision in (5, 6) else LEVELS)


GIVEN = {
    "pcode": "text",
    "lons": "float8[]",
    "lats": "float8[]",
    **dict.fromkeys(("west", "south", "east", "north"), "float8"),
    "levels": "text[]",
}
"""The values of a question, by their types, for ``prepared.given``."""

# First the area above the named one, where that is known, then those that hold points.
FOUND = """
    CASE WHEN given.pcode IS NOT NULL OR cardinality(given.lons) > 0 THEN (
        SELECT json_agg(json_build_array(found.code, found.above, found.held)
            ORDER BY found.level DESC NULLS FIRST, found.code)::text
        FROM (
            SELECT NULL AS code, parent.code AS above, 0 AS held, NULL AS level
            FROM tracker_area area JOIN tracker_area parent ON parent.id = area.parent_id
            WHERE area.code = given.pcode
            UNION ALL
            SELECT area.code, parent.code, held.points, area.level
            FROM (
                SELECT area_id, count(*) AS points
                FROM (
                    SELECT ring.area_id
                    FROM unnest(given.lons, given.lats) WITH ORDINALITY AS at (lon, lat, number)
                    JOIN (
                        SELECT area_id, ring FROM tracker_arearing
                        WHERE box(ring)
                            && box(point(given.west, given.south), point(given.east, given.north))
                    ) AS ring ON ring.ring @> point(at.lon, at.lat)
                    GROUP BY ring.area_id, at.number
                    HAVING count(*) %% 2 = 1
                ) AS inside
                GROUP BY area_id
            ) AS held
            JOIN tracker_area area ON area.id = held.area_id
            LEFT JOIN tracker_area parent ON parent.id = area.parent_id
            WHERE area.level = ANY(given.levels)
        ) AS found
    ) END
"""
"""The expression that answers the question of ``given``, for ``Answer.read``."""


def _answer(asked: Question) -> Answer:
    if not asked.pcode and not asked.around:
        return Answer()
    ((found,),) = prepared.rows(_ASKED, asked.values())
    return Answer.read(found)


_ASKED = f"{prepared.given(**GIVEN)} SELECT {FOUND} FROM given"


def _array(values: Iterable[float | str]) -> str:
    # An array's own text is several times faster to write than to have written.
    return "{" + ",".join(map(str, values)) + "}"


def _around(lat: float, lon: float) -> tuple[tuple[float, float], ...]:
    """The point and eight points at 25 km from it, on the sphere, as (lon, lat)."""
    points = [(lon, lat)]
    angle, phi, lamda = WITHIN_KM / EARTH_RADIUS_KM, math.radians(lat), math.radians(lon)
    for step in range(POINTS_ON_CIRCLE):
        bearing = 2 * math.pi * step / POINTS_ON_CIRCLE
        phi_2 = math.asin(
            math.sin(phi) * math.cos(angle) + math.cos(phi) * math.sin(angle) * math.cos(bearing)
        )
        lamda_2 = lamda + math.atan2(
            math.sin(bearing) * math.sin(angle) * math.cos(phi),
            math.cos(angle) - math.sin(phi) * math.sin(phi_2),
        )
        points.append(((math.degrees(lamda_2) + 540) % 360 - 180, math.degrees(phi_2)))
    return tuple(points)


def _polygon(ring: Sequence[tuple[float, float]]) -> str:
    return "(" + ",".join(f"({lon!r},{lat!r})" for lon, lat in ring) + ")"


def _bundled() -> Iterator[AreaOutline]:
    """The outlines of the bundled base map, in the shape that is loaded."""
    for area in basemap.areas():
        yield AreaOutline(area.code, area.level, area.parent, area.name, area.rings)
