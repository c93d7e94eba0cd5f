"""The bundled base map: every area has one code, closed rings, and lies where it should."""

import collections
import itertools

import pytest

from tracker.intake.basemap import (
    FOLDER,
    AreaLevel,
    MappedArea,
    areas,
    countries,
    countries_with_divisions,
    division_of,
    divisions,
    map_of,
)
from tracker.intake.topojson import polygons_of


def holds(area: MappedArea, longitude: float, latitude: float) -> bool:
    """Whether an odd number of the area's rings hold the point."""
    odd = False
    for ring in area.rings:
        for (west, south), (east, north) in itertools.pairwise(ring):
            if (south > latitude) != (north > latitude):
                crossing = (east - west) * (latitude - south) / (north - south) + west
                odd ^= longitude < crossing
    return odd


@pytest.fixture(scope="module")
def every_area() -> list[MappedArea]:
    return list(areas())


def test_every_area_has_a_code_of_its_own_that_fits_its_column(every_area: list[MappedArea]) -> None:
    counted = collections.Counter(area.code for area in every_area)
    assert counted.most_common(1)[0][1] == 1
    assert max(map(len, counted)) <= 20


def test_the_countries_come_first_and_every_division_names_one_of_them(every_area: list[MappedArea]) -> None:
    levels = [area.level for area in every_area]
    first_division = levels.index(AreaLevel.ADM1)
    assert AreaLevel.COUNTRY not in levels[first_division:]
    assert {area.parent for area in every_area[first_division:]} <= set(countries())
    assert len(countries_with_divisions()) == 18


def test_every_ring_is_closed_and_on_the_globe(every_area: list[MappedArea]) -> None:
    for area in every_area:
        for ring in area.rings:
            assert ring[0] == ring[-1]
            assert len(ring) >= 4
            assert all(-180 <= longitude <= 180 and -90 <= latitude <= 90 for longitude, latitude in ring)


@pytest.mark.parametrize(
    ("longitude", "latitude", "codes"),
    [
        (40.09, 35.28, {"SYR", "SY.DY"}),
        (37.16, 36.20, {"SYR", "SY.HL"}),
        (36.29, 33.51, {"SYR"}),
        (-74.08, 4.60, {"COL", "CO.CU-2"}),
        (28.05, -26.2, {"ZAF"}),
        (28.3, -29.5, {"LSO"}),
        (-30.0, 0.0, set()),
    ],
)
def test_a_point_lies_in_the_areas_that_hold_it(
    every_area: list[MappedArea], longitude: float, latitude: float, codes: set[str]
) -> None:
    found = {area.code for area in every_area if holds(area, longitude, latitude)}
    assert codes <= found
    assert {code for code in found if len(code) == 3} == {code for code in codes if len(code) == 3}


def test_pieces_that_share_code_and_name_are_one_division() -> None:
    parwan = [area for area in divisions("AFG") if area.name == "Parwan"]
    assert [area.code for area in parwan] == ["AF.PV"]
    assert len(parwan[0].polygons) == 2


def test_a_code_given_to_several_divisions_belongs_to_none_of_them() -> None:
    assert division_of("CO.CU") is None
    assert {area.code: area.name for area in divisions("COL") if area.code.startswith("CO.CU")} == {
        "CO.CU-1": "Cundinamarca",
        "CO.CU-2": "Bogota",
    }
    assert [area.code for area in divisions("COL") if not area.name] == ["COL-99-1"]


def test_a_country_without_a_file_has_no_divisions() -> None:
    assert divisions("FRA") == ()


def test_the_map_of_a_country_holds_it_and_its_divisions() -> None:
    drawn = map_of(["SYR"])
    codes = [feature["id"] for feature in drawn["features"]]
    assert codes[0] == "SYR"
    assert len(codes) == 1 + len(divisions("SYR"))
    assert all(feature["properties"]["inside"] for feature in drawn["features"])
    west, south, east, north = drawn["bbox"]
    assert 35 < west < 36 < 42 < east < 43
    assert 32 < south < 33 < 37 < north < 38
    assert drawn["unknown"] == []


def test_the_map_of_a_division_shows_its_country_around_it_and_is_framed_by_the_division() -> None:
    drawn = map_of(["SY.HL"])
    assert [(one["id"], one["properties"]["inside"]) for one in drawn["features"]] == [
        ("SYR", False),
        ("SY.HL", True),
    ]
    assert drawn["bbox"][2] < 39.5


def test_the_map_of_codes_that_it_does_not_know_says_so() -> None:
    drawn = map_of(["XX.99", "VAT"])
    assert drawn["unknown"] == ["XX.99"]
    assert "bbox" not in drawn


def test_the_licences_are_named_beside_the_data() -> None:
    told = (FOLDER / "README.md").read_text()
    for name in ("Natural Earth", "public domain", "BSD 3-Clause", "MIT"):
        assert name in told


def test_arcs_are_joined_without_doubling_their_ends_and_turned_where_negative() -> None:
    topology = {
        "transform": {"scale": [1, 1], "translate": [10, 20]},
        "arcs": [[[0, 0], [4, 0], [0, 4]], [[0, 0], [0, 4], [4, 0]]],
        "objects": {"it": {"geometries": [{"type": "Polygon", "arcs": [[0, ~1]]}]}},
    }
    ((_, polygons),) = polygons_of(topology, "it")
    assert polygons == ((((10, 20), (14, 20), (14, 24), (10, 24), (10, 20)),),)


def test_what_is_no_polygon_is_refused() -> None:
    topology = {"arcs": [], "objects": {"it": {"geometries": [{"type": "Point"}]}}}
    with pytest.raises(ValueError, match="no polygon"):
        list(polygons_of(topology, "it"))
