"""GET violations by place and time: only as they show, so that no filter tells more than the entries do."""

from __future__ import annotations

from datetime import UTC, datetime

import orjson
import pytest

from tests.api.cast import report_of
from tests.api.questions import assert_problem
from tests.api.standing import DETAILS, FIGURES, said_of, stand
from tracker.models import Area, Publication, Report, Source, Standing, Truce
from tracker.services import positions
from tracker.services.authors import Author
from tracker.services.writing import writing

PATH = "/api/v1/violations"
WOMEN = [{"group": "women", "effect": "killed", "min": 3, "max": 5}]


def located(number=1, *, casualties=None, **place):
    body = report_of(number)
    body["claim"]["place"] = {"name": "the bridge", "lat": 35.0, "lon": 40.0, "precision": 1, **place}
    if casualties is not None:
        body["claim"]["casualties"] = casualties
    return body


def found(api, key=None, **chosen):
    response = api.get(PATH, {"reading": "alleged", **chosen}, key=key)
    assert response.status_code == 200, response.content
    return response.json()["results"]


@pytest.mark.parametrize(
    ("box", "is_in"),
    [
        ("39,34,41,36", True),
        ("40,35,40,35", True),
        ("40.001,34,41,36", False),
        ("39,35.001,41,36", False),
        ("39,34,39.999,36", False),
        ("39,34,41,34.999", False),
        ("-180,-90,180,90", True),
    ],
)
def test_a_box_holds_what_lies_in_it(cast, api, box, is_in):
    stand(cast, api, body=located())
    assert len(found(api, bbox=box)) == is_in


@pytest.mark.parametrize(
    ("lon", "is_in"),
    [(179.5, True), (-179.5, True), (180.0, True), (-180.0, True), (0.0, False), (170.0, False)],
)
def test_a_box_with_its_west_above_its_east_crosses_the_antimeridian(cast, api, lon, is_in):
    stand(cast, api, body=located(lat=-17.0, lon=lon))
    assert len(found(api, bbox="177,-20,-178,-16")) == is_in


@pytest.mark.parametrize(
    "box", ["1,2,3", "1,2,3,4,5", "a,b,c,d", "0,10,5,0", "-181,0,0,1", "0,0,0,91", "nan,0,1,1"]
)
def test_a_box_that_is_none_is_refused(cast, api, box):
    assert_problem(api.get(PATH, {"bbox": box}), 400, "/bbox")


def test_a_place_without_coordinates_is_in_no_box(cast, api):
    stand(cast, api, body=located(lat=None, lon=None, country="SYR"))
    assert len(found(api)) == 1
    assert found(api, bbox="-180,-90,180,90") == []


@pytest.mark.parametrize(
    ("pcode", "is_in"),
    [("SY070200", True), ("SY0702", True), ("SY07", True), ("SY0703", False), ("SY0", False), ("SYR", True)],
)
def test_a_place_lies_in_each_area_that_its_code_begins_with(cast, api, pcode, is_in):
    stand(cast, api, body=located(pcode="SY070200", country="SYR"))
    assert len(found(api, pcode=pcode)) == is_in


def test_a_place_is_in_the_areas_that_the_map_finds(cast, api):
    country = Area.objects.create(code="SYR", level="country", name="Syria")
    Area.objects.create(code="SY.DY", level="adm1", parent=country, name="Upper Bank")
    stand(cast, api, body=located(pcode="SY.DY"))
    (entry,) = found(api, country="SYR")
    assert (entry["incident"]["place"]["country"], entry["incident"]["place"]["adm1"]) == (
        "SYR",
        "Upper Bank",
    )
    assert len(found(api, pcode="SY.DY")) == 1
    assert found(api, country="UKR") == []


class TestAPlaceThatCouldHarm:
    """Civilians were hit: the public sees the second-level area, and every filter works on that."""

    @pytest.fixture
    def incident(self, cast, api):
        body = located(casualties=WOMEN, pcode="SY070200", country="SYR")
        reference = stand(cast, api, body=body)
        full = Standing.objects.get(incident__reference=reference, reading="alleged")
        full.pk, full.view = None, "full"
        full.details |= said_of(full.incident, cast.truce, "full")
        full.save()
        return reference

    def test_it_shows_no_closer_than_its_area(self, cast, api, incident):
        place = found(api)[0]["incident"]["place"]
        assert (place["name"], place["lat"], place["lon"]) == (None, None, None)
        assert (place["pcode"], place["country"], place["precision"]) == (None, "SYR", 3)
        closest = found(api, key="cleared", view="full")[0]["incident"]["place"]
        assert (closest["name"], closest["lat"], closest["pcode"]) == ("the bridge", 35.0, "SY070200")

    def test_no_box_and_no_finer_code_finds_it(self, cast, api, incident):
        assert found(api, bbox="39,34,41,36") == []
        assert found(api, bbox="-180,-90,180,90") == []
        assert found(api, pcode="SY070200") == []
        assert len(found(api, country="SYR")) == 1
        assert len(found(api, key="cleared", view="full", bbox="39,34,41,36")) == 1
        assert len(found(api, key="cleared", view="full", pcode="SY070200")) == 1

    def test_no_format_tells_where_it_is(self, cast, api, incident):
        for name in ("json", "ndjson", "geojson", "csv", "atom"):
            response = api.get(PATH, {"reading": "alleged", "format": name})
            text = b"".join(response.streaming_content) if response.streaming else response.content
            assert incident.encode() in text
            for hidden in (b"the bridge", b"35.0", b"40.0", b"SY070200"):
                assert hidden not in text, name
        features = orjson.loads(b"".join(api.get(PATH, {"reading": "alleged", "format": "geojson"})))
        assert features["features"][0]["geometry"] is None


class TestOurOwnFieldStaff:
    """Their times show to the hour, their places as areas, and small counts by sex and age not at all."""

    @pytest.fixture(autouse=True)
    def incident(self, cast, api):
        body = {**located(), "source": "field", "consent": "public", "visibility": "public"}
        body["claim"]["occurred"] = {
            "from": "2026-03-04T06:17:00Z",
            "to": "2026-03-04T06:43:00Z",
            "precision": "exact",
        }
        women = {**FIGURES, "sources": ["field"]}
        return stand(
            cast,
            api,
            body=body,
            key="field",
            published=True,
            occurred_from=datetime(2026, 3, 4, 6, 17, tzinfo=UTC),
            occurred_to=datetime(2026, 3, 4, 6, 43, tzinfo=UTC),
            details={
                **DETAILS,
                "sources": ["field"],
                "casualties": {"killed": women},
                "by_group": {
                    "women": {"killed": {**women, "max": 4}},
                    "children": {"killed": {**women, "max": 4, "sources": ["field", "gazette"]}},
                    "combatants": {"killed": women},
                },
            },
        )

    def test_times_show_to_the_hour(self, cast, api):
        occurred = found(api)[0]["incident"]["occurred"]
        assert (occurred["from"], occurred["to"]) == ("2026-03-04T06:00:00Z", "2026-03-04T07:00:00Z")
        listed = api.get("/api/v1/incidents").json()["results"][0]["occurred"]
        assert (listed["from"], listed["to"]) == ("2026-03-04T06:00:00Z", "2026-03-04T07:00:00Z")

    @pytest.mark.parametrize("minute", ["01", "16", "18", "42", "44", "59"])
    def test_no_filter_tells_the_minutes(self, cast, api, minute):
        moment = f"2026-03-04T06:{minute}:00Z"
        assert len(found(api, occurred_from=moment)) == 1
        assert len(found(api, occurred_to=moment)) == 1

    def test_filters_hold_to_the_hours_that_show(self, cast, api):
        assert found(api, occurred_to="2026-03-04T06:00:00Z") == []
        assert len(found(api, occurred_from="2026-03-04T07:00:00Z")) == 1
        assert found(api, occurred_from="2026-03-04T07:00:01Z") == []

    def test_the_place_is_an_area_and_in_no_box(self, cast, api):
        assert found(api)[0]["incident"]["place"]["lat"] is None
        assert found(api, bbox="39,34,41,36") == []

    def test_small_counts_by_sex_or_age_show_only_where_somebody_else_gave_them(self, cast, api):
        assert set(found(api)[0]["casualties"]["by_group"]) == {"children", "combatants"}


class TestAProtectedSource:
    def test_it_is_named_nowhere(self, cast, api):
        Source.objects.create(
            slug="shelter", kind="monitor", name={"en": "Shelter"}, protected=True, visibility="restricted"
        )
        figures = {**FIGURES, "sources": ["river-monitor", "shelter"], "repeated_by": ["shelter"]}
        details = {
            **DETAILS,
            "sources": ["river-monitor", "shelter"],
            "casualties": {"killed": figures},
            "by_group": {"combatants": {"killed": figures}},
        }
        stand(cast, api, details=details)
        for name in ("json", "ndjson", "geojson", "csv", "atom"):
            response = api.get(PATH, {"reading": "alleged", "format": name})
            text = b"".join(response.streaming_content) if response.streaming else response.content
            assert b"river-monitor" in text
            assert b"shelter" not in text, name
        incident = found(api)[0]["incident"]["ref"]
        whole = api.get(f"/api/v1/incidents/{incident}")
        assert whole.json()["weighed"][0]["sources"] == ["river-monitor"]
        assert b"shelter" not in whole.content

    def test_it_is_named_by_no_entry_of_any_page(self, cast, api):
        Source.objects.create(
            slug="shelter", kind="monitor", name={"en": "Shelter"}, protected=True, visibility="restricted"
        )
        for number in range(5):
            stand(cast, api, number, details={**DETAILS, "sources": ["river-monitor", "shelter"]})
        address, pages = f"{PATH}?reading=alleged&limit=2", 0
        while address:
            page = api.get(address).json()
            assert {tuple(entry["sources"]) for entry in page["results"]} == {("river-monitor",)}
            address, pages = page["next"], pages + 1
        assert pages == 3

    def test_one_that_was_not_protected_when_it_was_weighed_is_from_now_on(self, cast, api):
        close = located()
        close["claim"]["occurred"] = {
            "from": "2026-03-04T06:17:00Z",
            "to": "2026-03-04T06:43:00Z",
            "precision": "exact",
        }
        times = {
            "from": datetime(2026, 3, 4, 6, 17, tzinfo=UTC),
            "to": datetime(2026, 3, 4, 6, 43, tzinfo=UTC),
        }
        stand(cast, api, body=close, occurred_from=times["from"], occurred_to=times["to"])
        assert found(api)[0]["incident"]["place"]["name"] == "the bridge"
        Source.objects.filter(slug="river-monitor").update(protected=True, visibility="restricted")
        (entry,) = found(api)
        assert entry["sources"] == []
        assert [entry["incident"]["place"][name] for name in ("name", "lat", "lon")] == [None] * 3
        assert entry["incident"]["occurred"]["from"] == "2026-03-04T06:00:00Z"
        assert entry["incident"]["occurred"]["to"] == "2026-03-04T07:00:00Z"
        assert found(api, bbox="39,34,41,36") == []


class TestATruceThatIsNotPublic:
    def test_nothing_tells_that_it_is_there(self, cast, api):
        stand(cast, api)
        Truce.objects.update(visibility="restricted")
        assert found(api) == []
        assert api.get(PATH, {"reading": "alleged", "format": "ndjson"}).getvalue() == b""
        known = assert_problem(api.get(PATH, {"truce": "river-truce"}), 400, "/truce")
        unknown = assert_problem(api.get(PATH, {"truce": "no-such-truce"}), 400, "/truce")
        assert known["errors"][0]["code"] == unknown["errors"][0]["code"]


class TestWhatIsWithheld:
    def test_a_report_that_is_withheld_again_leaves_neither_place_nor_figures_of_its_own(self, cast, api):
        stand(cast, api, body=located())
        assert len(found(api, bbox="39,34,41,36")) == 1
        with writing(Author.of_worker("test")) as w:
            Publication.objects.create(
                report=Report.objects.get(), change=w.change, public=False, reason="taken back"
            )
        positions.place()
        assert found(api)[0]["incident"]["place"] is None
        assert found(api, bbox="39,34,41,36") == []

    def test_a_restricted_report_changes_no_byte_and_no_header(self, cast, api):
        stand(cast, api, 1, body=located())

        def everything():
            answers = []
            for name in ("json", "ndjson", "geojson", "csv", "atom"):
                response = api.get(PATH, {"reading": "alleged", "format": name})
                body = b"".join(response.streaming_content) if response.streaming else response.content
                headers = {
                    key: value
                    for key, value in response.headers.items()
                    if key != "X-Request-ID" and not key.startswith("RateLimit")
                }
                answers.append((body, headers))
            return answers

        before = everything()
        hidden = {**located(2), "visibility": "restricted", "incident": found(api)[0]["incident"]["ref"]}
        assert api.send(hidden).status_code == 201
        stand(cast, api, 3, body={**located(3), "visibility": "restricted"}, view="full")
        assert everything() == before
