"""GeoJSON: every entry is a feature, and only a place that shows coordinates is a point."""

from __future__ import annotations

import orjson
import pytest
from geojson_pydantic import FeatureCollection

from tests.feed.formats.entries import PLACE, entry
from tracker.feed.formats import FORMATS


def collection(*entries):
    return orjson.loads(b"".join(FORMATS["geojson"].stream(entries)))


def test_a_place_with_coordinates_is_a_point_longitude_first():
    (feature,) = collection(entry())["features"]
    assert feature["geometry"] == {"type": "Point", "coordinates": [-40.5, 35.25]}
    assert feature["id"] == "inc_0000000001/cessation"
    assert feature["properties"] == entry()


@pytest.mark.parametrize("place", [None, {**PLACE, "lat": None, "lon": None}])
def test_a_place_without_them_is_a_feature_without_geometry(place):
    (feature,) = collection(entry(place=place))["features"]
    assert feature["geometry"] is None


def test_the_point_where_both_are_zero_is_a_point():
    (feature,) = collection(entry(place={**PLACE, "lat": 0.0, "lon": 0.0}))["features"]
    assert feature["geometry"]["coordinates"] == [0.0, 0.0]


@pytest.mark.parametrize("number", [0, 1, 3])
def test_however_many_there_are_it_is_a_valid_collection(number):
    found = collection(*(entry(one, place=None if one else PLACE) for one in range(number)))
    assert len(FeatureCollection.model_validate(found).features) == number
