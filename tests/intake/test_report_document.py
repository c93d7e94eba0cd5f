"""A report is checked the same way wherever it comes from: every fault at once, and nothing raises."""

import copy
import datetime
import hashlib
import json
from typing import Any

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from tests.intake.bodies import ACCESS, INCIDENT, NOW, SOUND, STATEMENT, TALLY, spoiled
from tracker.intake import codes
from tracker.intake.fault import Fault, parts_of, path_of
from tracker.intake.report_document import ReportDocument, body_of, check_report, digest_of


def content_digest(report: ReportDocument) -> str:
    return digest_of(body_of(report))


def faults(body: object, **kwargs: Any) -> list[tuple[str, str]]:
    return [(fault.pointer, fault.code) for fault in check_report(body, now=NOW, **kwargs)[1]]


def document(body: object) -> ReportDocument:
    report, found = check_report(body, now=NOW)
    assert found == []
    assert report is not None
    return report


@pytest.mark.parametrize("kind", list(codes.ReportKind))
def test_a_sound_report_of_each_kind_is_taken(kind: str) -> None:
    assert document(SOUND[kind]).kind == kind


def test_moments_come_out_in_utc_under_the_names_they_came_in_by() -> None:
    body = spoiled(INCIDENT, claim__occurred__from="2023-04-05T00:30:00+11:00")
    assert document(body).model_dump(mode="json")["claim"]["occurred"] == {
        "from": "2023-04-04T13:30:00Z",
        "to": "2023-04-05T13:30:00Z",
        "precision": "day",
    }


@pytest.mark.parametrize(
    ("changes", "pointer", "code"),
    [
        ({"colour": "red"}, "/colour", "unknown_field"),
        ({"claim__casualties__0__colour": 1}, "/claim/casualties/0/colour", "unknown_field"),
        ({"source": ...}, "/source", "required"),
        ({"source": None}, "/source", "wrong_type"),
        ({"source": "Harbour Monitor"}, "/source", "malformed"),
        ({"source": "a" * 81}, "/source", "malformed"),
        ({"kind": "rumour"}, "/kind", "unknown_code"),
        ({"kind": ...}, "/kind", "required"),
        ({"retracts": True}, "/supersedes", "retracted_missing"),
        ({"claim": None}, "/claim", "part_missing"),
        ({"tally": TALLY["tally"]}, "/tally", "part_not_of_kind"),
        ({"tally": {"nonsense": 1}}, "/tally", "part_not_of_kind"),
        ({"kind": "access"}, "/access", "part_missing"),
        ({"published": "2023-05-12T00:00:01Z"}, "/published", "after_tomorrow"),
        ({"published": "1899-12-31T23:59:59Z"}, "/published", "before_1900"),
        ({"published": "0001-01-01T00:00:00+14:00"}, "/published", "not_a_moment"),
        ({"published": "2023-04-05"}, "/published", "not_a_moment"),
        ({"published": "2023-04-05T18:00:00"}, "/published", "not_a_moment"),
        ({"published": "2023-02-30T18:00:00Z"}, "/published", "not_a_moment"),
        ({"published": 1680717600}, "/published", "not_a_moment"),
        ({"language": "xx"}, "/language", "unknown_language"),
        ({"url": "javascript:alert(1)"}, "/url", "not_an_address"),
        ({"url": "http://[::1"}, "/url", "not_an_address"),
        ({"summary": "   "}, "/summary", "blank"),
        ({"summary": "a\x00b"}, "/summary", "forbidden_character"),
        ({"summary": "a\u202eb"}, "/summary", "forbidden_character"),
        ({"summary": "a\ud800b"}, "/summary", "forbidden_character"),
        ({"summary": "a" * 20_001}, "/summary", "too_long"),
        ({"summary": 5}, "/summary", "wrong_type"),
        ({"relayed_by": "harbour-post"}, "/relayed_by", "wrong_type"),
        ({"relayed_by": ["a", "b", "a"]}, "/relayed_by", "repeated"),
        ({"visibility": "secret"}, "/visibility", "unknown_code"),
        ({"consent": "maybe"}, "/consent", "unknown_code"),
        ({"claim__occurred__to": "2023-04-03T13:30:00Z"}, "/claim/occurred/to", "interval_reversed"),
        ({"claim__occurred__to": "2023-04-04T13:30:00Z"}, "/claim/occurred/to", "interval_empty"),
        ({"claim__occurred__to": "2023-05-13T00:00:00Z"}, "/claim/occurred/to", "after_tomorrow"),
        ({"claim__occurred__from": "1899-01-01T00:00:00Z"}, "/claim/occurred/from", "before_1900"),
        ({"claim__occurred__precision": "vague"}, "/claim/occurred/precision", "unknown_code"),
        ({"claim__place__lat": 90.5}, "/claim/place/lat", "latitude_outside"),
        ({"claim__place__lon": -180.1}, "/claim/place/lon", "longitude_outside"),
        ({"claim__place__lon": None}, "/claim/place/lon", "half_a_coordinate"),
        ({"claim__place__lat": None}, "/claim/place/lon", "half_a_coordinate"),
        ({"claim__place__lat": "-31.5"}, "/claim/place/lat", "wrong_type"),
        ({"claim__place__lat": float("nan")}, "/claim/place/lat", "wrong_type"),
        ({"claim__place": {"precision": 3}}, "/claim/place/precision", "place_says_nothing"),
        ({"claim__place__precision": 8}, "/claim/place/precision", "too_large"),
        ({"claim__place__country": "AU"}, "/claim/place/country", "unknown_country"),
        ({"claim__place__country": "ZZZ"}, "/claim/place/country", "unknown_country"),
        ({"claim__act": "mischief"}, "/claim/act", "unknown_code"),
        ({"claim__weapon": "catapult"}, "/claim/weapon", "unknown_code"),
        ({"claim__harmed": "fish"}, "/claim/harmed", "unknown_code"),
        ({"claim__stance__event": "doubts"}, "/claim/stance/event", "unknown_code"),
        ({"claim__intent": "maybe"}, "/claim/intent", "unknown_code"),
        ({"claim__credibility": 0}, "/claim/credibility", "too_small"),
        ({"claim__credibility": 7}, "/claim/credibility", "too_large"),
        ({"claim__credibility": True}, "/claim/credibility", "wrong_type"),
        ({"claim__accepts_breach": "yes"}, "/claim/accepts_breach", "wrong_type"),
        ({"claim__casualties__0__max": 7}, "/claim/casualties/0/min", "min_above_max"),
        ({"claim__casualties__0__min": -1}, "/claim/casualties/0/min", "too_small"),
        ({"claim__casualties__0__min": 8.5}, "/claim/casualties/0/min", "wrong_type"),
        ({"claim__casualties__0__group": "fish"}, "/claim/casualties/0/group", "unknown_code"),
        ({"claim__casualties__0__effect": "annoyed"}, "/claim/casualties/0/effect", "unknown_code"),
        ({"claim__casualties": INCIDENT["claim"]["casualties"] * 2}, "/claim/casualties", "repeated"),
        ({"claim": [1]}, "/claim", "wrong_type"),
    ],
)
def test_each_fault_of_an_incident_report_is_named_at_its_field(
    changes: dict[str, Any], pointer: str, code: str
) -> None:
    expected = [(pointer, code)]
    if changes == {"kind": "access"}:
        expected.insert(0, ("/claim", "part_not_of_kind"))
    assert faults(spoiled(INCIDENT, **changes)) == expected


@pytest.mark.parametrize(
    ("body", "changes", "pointer", "code"),
    [
        (ACCESS, {"access__convoy": ...}, "/access/convoy", "required"),
        (ACCESS, {"access__planned": -1}, "/access/planned", "too_small"),
        (ACCESS, {"access__planned": "4"}, "/access/planned", "wrong_type"),
        (TALLY, {"tally__to": "2023-04-03T00:00:00Z"}, "/tally/to", "interval_reversed"),
        (TALLY, {"tally__to": "2023-04-04T00:00:00Z"}, "/tally/to", "interval_empty"),
        (TALLY, {"tally__to": "2024-04-04T00:00:00Z"}, "/tally/to", "after_tomorrow"),
        (TALLY, {"tally__counts": []}, "/tally/counts", "too_short"),
        (TALLY, {"tally__counts__0__n": None}, "/tally/counts/0/n", "wrong_type"),
        (TALLY, {"tally__counts__0__what": "Attacks!"}, "/tally/counts/0/what", "malformed"),
        (STATEMENT, {"statement__about": "weather"}, "/statement/about", "unknown_code"),
        (STATEMENT, {"statement__extension": None}, "/statement/extension", "statement_part_missing"),
        (STATEMENT, {"statement__about": "truce"}, "/statement/extension", "statement_part_not_meant"),
        (STATEMENT, {"statement__extension__hours": 0}, "/statement/extension/hours", "too_small"),
        (STATEMENT, {"statement__extension__state": "hoped"}, "/statement/extension/state", "unknown_code"),
        (STATEMENT, {"statement": {"about": "term"}}, "/statement/term", "term_missing"),
        (
            STATEMENT,
            {"statement": {"about": "milestone", "term": "lists"}},
            "/statement/milestone",
            "statement_part_missing",
        ),
    ],
)
def test_each_fault_of_the_other_kinds_is_named_at_its_field(
    body: dict[str, Any], changes: dict[str, Any], pointer: str, code: str
) -> None:
    assert faults(spoiled(body, **changes)) == [(pointer, code)]


def test_all_faults_are_told_at_once_even_where_one_hides_behind_another() -> None:
    body = spoiled(
        INCIDENT,
        colour=1,
        source=...,
        published="yesterday",
        claim__occurred__precision="vague",
        claim__occurred__to="2023-04-01T00:00:00Z",
        claim__casualties__0__effect=...,
        claim__casualties__0__max=3,
        tally={},
    )
    assert set(faults(body)) == {
        ("/colour", "unknown_field"),
        ("/source", "required"),
        ("/published", "not_a_moment"),
        ("/claim/occurred/precision", "unknown_code"),
        ("/claim/occurred/to", "interval_reversed"),
        ("/claim/casualties/0/effect", "required"),
        ("/claim/casualties/0/min", "min_above_max"),
        ("/tally", "part_not_of_kind"),
    }


@pytest.mark.parametrize("body", [None, 5, "text", [], [INCIDENT], True])
def test_a_body_that_is_no_object_is_a_fault_of_the_whole(body: object) -> None:
    assert faults(body) == [("", "wrong_type")]


def test_the_end_of_tomorrow_is_the_last_moment_that_a_report_may_tell_of() -> None:
    assert faults(spoiled(INCIDENT, claim__occurred__to="2023-05-12T00:00:00Z")) == []


def test_an_offer_may_expire_in_the_future() -> None:
    assert faults(spoiled(STATEMENT, statement__extension__expires="2023-08-01T00:00:00Z")) == []


def test_an_exact_moment_may_begin_and_end_alike() -> None:
    instant = {"from": "2023-04-04T13:30:00Z", "to": "2023-04-04T13:30:00Z", "precision": "exact"}
    assert faults(spoiled(INCIDENT, claim__occurred=instant)) == []


def test_no_figure_is_kept_apart_from_zero() -> None:
    body = spoiled(INCIDENT, claim__casualties__0__min=None)
    figure = document(body).claim.casualties[0]  # type: ignore[union-attr]
    assert (figure.min, figure.max) == (None, None)


def test_a_reference_to_what_is_not_there_is_a_fault_where_the_surroundings_can_tell() -> None:
    def exists(what: str, name: str) -> bool:
        return (what, name) in {("source", "harbour-monitor"), ("truce", "two-harbours-2023")}

    assert faults(INCIDENT, exists=exists) == [
        ("/relayed_by/0", "unknown_source"),
        ("/claim/against", "unknown_actor"),
    ]


def test_a_fault_reads_in_the_language_of_its_reader_and_names_what_was_given() -> None:
    fault = check_report(spoiled(INCIDENT, claim__casualties__0__max=7), now=NOW)[1][0]
    with translation.override("en"):
        assert fault.message == "The minimum (8) is above the maximum (7)."
    assert fault.path == "claim.casualties[0].min"


def test_every_code_of_a_fault_has_a_sentence_that_its_values_fill() -> None:
    bodies = [
        spoiled(INCIDENT, kind="x", source=5, claim__act="x", url="x", published="x", x=1, summary="\x00"),
        spoiled(INCIDENT, claim__credibility=9, claim__place__precision=0, relayed_by=["a", "a"], tally={}),
        spoiled(TALLY, tally__counts=[], tally__to="2023-04-01T00:00:00Z", source="a" * 90),
    ]
    with translation.override("en"):
        for body in bodies:
            for fault in check_report(body, now=NOW)[1]:
                assert "%(" not in fault.message
                assert fault.message != Fault("", "invalid").message


def test_a_long_value_is_not_repeated_whole_in_its_fault() -> None:
    fault = check_report(spoiled(INCIDENT, source="x" * 5000 + "!"), now=NOW)[1][0]
    assert len(str(fault.values["given"])) <= 80


def test_a_pointer_escapes_what_stands_in_a_key() -> None:
    assert faults(spoiled(INCIDENT, **{"a/b~c": 1})) == [("/a~1b~0c", "unknown_field")]
    assert parts_of("/a~1b~0c/0") == ("a/b~c", 0)
    assert path_of(("a", 0, "b")) == "a[0].b"


# --- content -----------------------------------------------------------------------------------------


def test_the_same_content_in_another_order_and_offset_has_the_same_digest() -> None:
    other = dict(reversed(list(INCIDENT.items())))
    other["published"] = "2023-04-06T05:00:00+11:00"
    assert content_digest(document(other)) == content_digest(document(INCIDENT))


def test_a_default_given_outright_or_left_out_is_the_same_content() -> None:
    assert content_digest(document(spoiled(INCIDENT, consent=..., claim__intent=...))) == content_digest(
        document(INCIDENT)
    )


def test_the_digest_is_of_canonical_json() -> None:
    body = spoiled(TALLY, tally__place={"lon": 159.0, "lat": -31.5})
    canonical = (
        '{"kind":"tally","source":"harbour-monitor","tally":{"counts":[{"n":5,"what":"attacks"}],'
        '"from":"2023-04-04T00:00:00Z","place":{"lat":-31.5,"lon":159},"to":"2023-04-05T00:00:00Z"}}'
    )
    assert content_digest(document(body)) == hashlib.sha256(canonical.encode()).hexdigest()


@pytest.mark.parametrize(
    "change",
    [
        {"summary": "Other words."},
        {"claim__casualties__0__min": 9},
        {"claim__casualties__0__min": None},
        {"claim__occurred__to": "2023-04-05T13:30:01Z"},
        {"published": None},
        {"relayed_by": []},
    ],
)
def test_other_content_has_another_digest(change: dict[str, Any]) -> None:
    assert content_digest(document(spoiled(INCIDENT, **change))) != content_digest(document(INCIDENT))


def test_a_stored_body_read_again_has_the_same_digest() -> None:
    for body in SOUND.values():
        report = document(body)
        again = document(json.loads(report.model_dump_json()))
        assert content_digest(again) == content_digest(report)


# --- properties --------------------------------------------------------------------------------------

ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.binary(max_size=5)
    | st.datetimes(timezones=st.just(datetime.UTC))
    | st.sampled_from(
        ["2023-04-05T18:00:00Z", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00Z", "day", "asserts"]
    ),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8) | st.integers(), inner, max_size=3)
    ),
    max_leaves=8,
)


def places_in(value: Any, way: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    found = [way] if way else []
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in inner:
        found += places_in(item, (*way, key))
    return found


@given(ANYTHING)
def test_no_body_at_all_makes_the_check_raise(body: object) -> None:
    report, found = check_report(body, now=NOW)
    assert (report is None) == bool(found)


@given(st.data())
def test_a_sound_body_spoiled_anywhere_by_anything_is_taken_or_told(data: st.DataObject) -> None:
    body = copy.deepcopy(data.draw(st.sampled_from(list(SOUND.values()))))
    for _ in range(data.draw(st.integers(1, 3))):
        *way, last = data.draw(st.sampled_from(places_in(body)))
        holder: Any = body
        for step in way:
            holder = holder[step]
        holder[last] = data.draw(ANYTHING)
        if not places_in(body):
            break
    report, found = check_report(body, now=NOW)
    assert (report is None) == bool(found)
    assert len({fault.pointer for fault in found}) == len(found)
    for fault in found:
        assert fault.pointer == "" or fault.pointer.startswith("/")
        json.dumps(dict(fault.values))
        assert fault.message
    if report is not None:
        assert content_digest(report) == content_digest(report)
        assert ReportDocument.model_validate(json.loads(report.model_dump_json())) == report
