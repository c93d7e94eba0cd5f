"""Places: what surely holds them, what may, and what is not known."""

import pytest

from tracker.models import Area
from tracker.services import places
from tracker.services.places import Located, locate, may_lie_in


@pytest.fixture(autouse=True)
def _areas(areas):
    pass


def test_the_airport_of_deir_ez_zor_lies_in_syria_and_in_its_division_within_25_km():
    assert locate(35.28, 40.09, 2) == Located(("SYR", "SY.DY"))


def test_an_exact_point_is_tested_alone():
    assert locate(36.2, 37.15, 1) == Located(("SYR", "SY.HL"))


def test_a_point_near_the_border_straddles_it_within_25_km():
    located = locate(36.64, 37.02, 2)
    assert located.within == ()
    assert {"SYR", "TUR"} <= set(located.straddles)


def test_coordinates_of_no_stated_precision_are_taken_as_within_25_km():
    assert locate(36.64, 37.02) == locate(36.64, 37.02, 2)


def test_a_given_country_counts_as_given_and_rules_out_the_others():
    located = locate(36.64, 37.02, 2, country="SYR")
    assert located.within == ("SYR",)
    assert located.straddles == ("SY.HL",)


def test_a_part_of_a_country_is_known_to_be_in_the_country_alone():
    assert locate(35.28, 40.09, 5) == locate(35.28, 40.09, 6) == Located(("SYR",))


def test_a_division_is_known_by_the_point_that_stands_for_it():
    assert locate(35.28, 40.09, 4) == Located(("SYR", "SY.DY"))


def test_sea_and_air_are_in_no_area_that_is_known():
    assert locate(35.28, 40.09, 7) == Located()


def test_nothing_given_is_nothing_known():
    assert locate() == Located()


def test_a_p_code_counts_as_given_with_its_country():
    assert locate(pcode="SY07") == Located(("SY07", "SYR"))
    assert locate(pcode="SY.HL") == Located(("SY.HL", "SYR"))


def test_an_unknown_place_may_lie_anywhere():
    assert may_lie_in(Located(), ["SYR"])


def test_a_place_in_one_division_surely_does_not_lie_in_another():
    assert not may_lie_in(locate(35.28, 40.09, 2), ["SY.HL"])
    assert may_lie_in(locate(35.28, 40.09, 6), ["SY.HL"])


def test_an_area_that_the_map_does_not_know_may_overlap_any_in_its_country():
    assert may_lie_in(locate(35.28, 40.09, 2), ["SY02"])
    assert not may_lie_in(Located(("IRQ",)), ["SY02"])


def test_a_hole_is_not_in_its_area(author):
    square = [(0.0, 0.0), (0.0, 4.0), (4.0, 4.0), (4.0, 0.0)]
    hole = [(1.0, 1.0), (1.0, 3.0), (3.0, 3.0), (3.0, 1.0)]
    places.load_areas(author, [places.AreaOutline("RNG", "country", None, "Ring", [square, hole])])
    assert locate(2.0, 2.0, 1) == Located()
    assert locate(0.5, 0.5, 1) == Located(("RNG",))


def test_loading_the_areas_again_changes_nothing(author, areas):
    before = Area.objects.count()
    outlines = [places.AreaOutline("SYR", "country", None, "Syria", [])]
    assert places.load_areas(author, outlines) == 0
    assert Area.objects.count() == before
