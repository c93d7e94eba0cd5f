"""Logging a report through the form: what is stored is what the API would store of the same report."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from tests.desk.cast import (
    DOCUMENT_6,
    FRESH,
    FRESH_INCIDENT,
    FRESH_TALLY,
    ROW_6,
    Cast,
    add_truce,
)
from tracker.intake.report_document import body_of, check_report, digest_of
from tracker.models import Membership, Report, Role
from tracker.services import clock, reports
from tracker.services.authors import Author

NEW = "/desk/reports/new/"
ACCESS = {
    **FRESH,
    "source": "un-ocha",
    "convoy": "aleppo-convoy",
    "planned": "40",
    "waiting": "40",
    "delivered": "0",
    "obstacle": "No go-ahead yet.",
    "precision": "hour",
    "from_day": "2016-09-17",
    "from_time": "15",
    "place_name": "the border with Turkey",
    "withheld_by": "",
    "quotes": "press\n",
}
TALLY = {
    **FRESH_TALLY,
    "source": "russian-military",
    "from_day": "2016-09-16",
    "from_time": "17:00",
    "to_day": "2016-09-17",
    "to_time": "17:00",
    "counts-0-what": "attacks",
    "counts-0-n": "55",
    "counts-1-what": "civilians_killed",
    "counts-1-n": "12",
    "counts-1-span_not_stated": "on",
}
EXTENSION = {
    **FRESH,
    "source": "russian-military",
    "hours": "72",
    "state": "offered",
    "by": ["russia"],
    "at_day": "2016-09-16",
    "at_time": "18:00",
    "to": ["united-states", "syrian-army"],
}
COMMON = {"external_id": FRESH["token"], "truce": "syria-2016-09"}
SAME_BOTH_WAYS: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
    "incident": ("?kind=incident", ROW_6, DOCUMENT_6),
    "access": (
        "?kind=access",
        ACCESS,
        {
            **COMMON,
            "kind": "access",
            "source": "un-ocha",
            "access": {
                "convoy": "aleppo-convoy",
                "planned": 40,
                "waiting": 40,
                "delivered": 0,
                "obstacle": "No go-ahead yet.",
                "occurred": {
                    "from": "2016-09-17T12:00:00Z",
                    "to": "2016-09-17T13:00:00Z",
                    "precision": "hour",
                },
                "place": {"name": "the border with Turkey"},
                "quotes": ["press"],
            },
        },
    ),
    "tally": (
        "?kind=tally",
        TALLY,
        {
            **COMMON,
            "kind": "tally",
            "source": "russian-military",
            "tally": {
                "from": "2016-09-16T14:00:00Z",
                "to": "2016-09-17T14:00:00Z",
                "counts": [
                    {"what": "attacks", "n": 55},
                    {"what": "civilians_killed", "n": 12, "spans": False},
                ],
            },
        },
    ),
    "statement": (
        "?kind=statement&about=term",
        {**FRESH, "source": "russian-military", "term": "separation", "summary": "Still positive."},
        {
            **COMMON,
            "kind": "statement",
            "source": "russian-military",
            "summary": "Still positive.",
            "statement": {"about": "term", "term": "separation"},
        },
    ),
    "extension": (
        "?kind=statement&about=extension",
        EXTENSION,
        {
            **COMMON,
            "kind": "statement",
            "source": "russian-military",
            "statement": {
                "about": "extension",
                "to": ["united-states", "syrian-army"],
                "extension": {
                    "hours": 72,
                    "state": "offered",
                    "by": ["russia"],
                    "at": "2016-09-16T15:00:00Z",
                },
            },
        },
    ),
    "milestone": (
        "?kind=statement&about=milestone",
        {**FRESH, "term": "separation", "reached": "cannot_say"},
        {
            **COMMON,
            "kind": "statement",
            "source": "syrian-observatory",
            "statement": {"about": "milestone", "term": "separation", "milestone": {"reached": None}},
        },
    ),
    "withdrawal": (
        "?kind=statement&about=withdrawal",
        {
            **FRESH,
            "term": "separation",
            "by": "russia",
            "equipment": "tanks",
            "distance_min": "1500",
            "precision": "days",
            "from_day": "2016-09-15",
            "to_day": "2016-09-16",
        },
        {
            **COMMON,
            "kind": "statement",
            "source": "syrian-observatory",
            "statement": {
                "about": "withdrawal",
                "term": "separation",
                "withdrawal": {
                    "by": "russia",
                    "equipment": "tanks",
                    "distance_min": 1500,
                    "occurred": {
                        "from": "2016-09-14T21:00:00Z",
                        "to": "2016-09-16T21:00:00Z",
                        "precision": "days",
                    },
                },
            },
        },
    ),
}


def log(client: Client, typed: dict[str, Any], address: str = "?kind=incident", **changed: Any):
    return client.post(NEW + address, {**typed, **changed})


def stored() -> Report:
    return Report.objects.get()


@pytest.mark.parametrize("name", SAME_BOTH_WAYS)
def test_a_report_of_every_kind_is_stored_as_the_api_would_store_it(cast: Cast, name: str) -> None:
    address, typed, document = SAME_BOTH_WAYS[name]
    response = log(cast.client("reporter"), typed, address)
    assert response.status_code == 302, errors(response)
    checked, faults = check_report(document, now=clock.now())
    assert faults == []
    assert stored().digest == digest_of(body_of(checked))
    again = reports.receive(checked, Author.of_person(cast.people["reporter"]))
    assert (again.outcome, again.report) == (reports.Outcome.UNCHANGED, stored())


def test_sending_the_form_twice_stores_once(cast: Cast) -> None:
    client = cast.client("reporter")
    first, second = log(client, ROW_6), log(client, ROW_6)
    assert first["Location"] == second["Location"] == f"/desk/reports/{stored().reference}/"
    assert "Nothing was stored twice" in client.get(second["Location"]).text


def test_another_text_in_a_form_that_was_sent_is_not_stored_over_it(cast: Cast) -> None:
    client = cast.client("reporter")
    log(client, ROW_6)
    response = log(client, ROW_6, summary="Something else.")
    assert response.status_code == 409
    assert stored().reference in response.text
    assert "Something else." in response.text
    log(client, ROW_6, summary="Something else.", as_another="1")
    assert Report.objects.count() == 2


def test_a_correction_supersedes_the_report_that_it_names(cast: Cast) -> None:
    client = cast.client("reporter")
    log(client, ROW_6)
    earlier = stored()
    form = client.get(f"{NEW}?kind=incident&supersedes={earlier.reference}").text
    assert f'value="{earlier.reference}"' in form
    response = log(client, ROW_6, token="desk-another", supersedes=earlier.reference, retracts="on")
    assert response.status_code == 302, errors(response)
    assert (Report.objects.latest("id").supersedes, Report.objects.latest("id").retracts) == (earlier, True)


def test_a_report_joins_the_incident_that_it_names(cast: Cast) -> None:
    client = cast.client("reporter")
    log(client, ROW_6)
    incident = stored().incident_links.get().incident
    response = log(client, ROW_6, token="desk-2", source="press", incident=incident.reference)
    assert response.status_code == 302, errors(response)
    assert Report.objects.latest("id").incident_links.get().incident == incident


@pytest.mark.parametrize(
    ("changed", "field", "says"),
    [
        (
            {"casualties-0-figure": "between", "casualties-0-highest": "70"},
            "casualties-0-number",
            "above the maximum",
        ),
        ({"casualties-0-number": "many"}, "casualties-0-number", "a whole number"),
        ({"casualties-0-number": "-1"}, "casualties-0-number", "at least 0"),
        ({"casualties-0-figure": ""}, "casualties-0-figure", "how the number is meant"),
        ({"casualties-0-figure": "no_figure"}, "casualties-0-number", "Empty this"),
        ({"casualties-0-effect": ""}, "casualties-0-effect", "needed"),
        ({"precision": "days", "to_day": "2016-09-15"}, "to_day", "end is before the start"),
        (
            {"precision": "exact", "from_time": "18:00", "to_time": "17:00"},
            "from_day",
            "end is before the start",
        ),
        ({"precision": ""}, "precision", "how well the time is known"),
        ({"precision": "exact"}, "from_time", "Give the time"),
        ({"precision": "not_known"}, "precision", "A time is given"),
        ({"from_day": "1899-12-31"}, "from_day", "before 1900"),
        ({"from_day": "2099-01-01"}, "from_day", "after tomorrow"),
        ({"from_day": "2016-09-31"}, "from_day", "There is no day"),
        ({"from_day": "17 September"}, "from_day", "is not a day"),
        ({"from_day": "2016-09-17", "from_time": "25:00"}, "from_time", "is not a time"),
        ({"place_lat": "91"}, "place_lat", "between −90 and 90"),
        ({"place_lon": "181"}, "place_lon", "between −180 and 180"),
        ({"place_lon": ""}, "place_lon", "both latitude and longitude"),
        ({"place_lat": "north"}, "place_lat", "a number"),
        ({"place_country": "Syria"}, "place_country", "ISO 3166"),
        ({"act": "mischief"}, "act", "one of the list"),
        ({"by": "nobody-here"}, "by", "no actor"),
        ({"quotes": "nobody-here"}, "quotes", "no source or report"),
        ({"source": ""}, "source", "needed"),
        ({"truce": ""}, "truce", "Choose a truce"),
        ({"truce": "any"}, "truce", "Choose a truce"),
        ({"url": "javascript:alert(1)"}, "url", "http:// or https://"),
        ({"language": "english"}, "language", "language code"),
        ({"summary": "turned \u202e around"}, "summary", "not allowed"),
        ({"supersedes": "rep_0000000000"}, "supersedes", "no report"),
        ({"incident": "inc_0000000000"}, "incident", "incident"),
        ({"published_day": "2016-09-17"}, "published_time", "Give the time too"),
    ],
)
def test_a_fault_is_told_at_its_field_and_everything_typed_is_kept(
    cast: Cast, changed: dict[str, str], field: str, says: str
) -> None:
    response = log(cast.client("reporter"), ROW_6, **changed)
    assert response.status_code == 422
    assert not Report.objects.exists()
    told = errors(response)
    assert says in told.get(field, ""), told
    assert f'<a href="#id_{field}">' in response.text
    for name, value in {**ROW_6, **changed}.items():
        if name in ("summary", "place_name", "place_lat", "casualties-0-number", "from_day", "quotes"):
            assert value.replace("\u202e", "") in response.text.replace("\u202e", ""), name


def test_all_faults_are_told_at_once(cast: Cast) -> None:
    told = errors(
        log(cast.client("reporter"), ROW_6, source="", from_day="1700-01-01", place_lat="95", language="x")
    )
    assert set(told) == {"source", "from_day", "place_lat", "language"}


def test_times_are_read_in_the_zone_of_the_truce_or_in_the_one_that_is_chosen(cast: Cast) -> None:
    exact = {"precision": "exact", "from_day": "2016-09-17", "from_time": "21:00"}
    log(cast.client("reporter"), ROW_6, **exact)
    assert stored().claim.occurred_from == stored().claim.occurred_to == datetime(2016, 9, 17, 18, tzinfo=UTC)
    log(cast.client("reporter"), ROW_6, token="desk-2", zone="UTC", **exact)
    assert Report.objects.latest("id").claim.occurred_from == datetime(2016, 9, 17, 21, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "time", "says"),
    [("2016-03-25", "00:30", "skip this time"), ("2016-10-27", "23:30", "twice")],
)
def test_an_hour_that_the_clocks_skip_or_repeat_is_asked_in_utc(
    cast: Cast, day: str, time: str, says: str
) -> None:
    told = errors(log(cast.client("reporter"), ROW_6, precision="exact", from_day=day, from_time=time))
    assert says in told["from_time"]


@pytest.mark.parametrize(
    ("precision", "typed", "start", "end"),
    [
        ("hour", {"from_day": "2016-09-17", "from_time": "18:40"}, (9, 17, 15), (9, 17, 16)),
        ("week", {"from_day": "2016/09/12"}, (9, 11, 21), (9, 18, 21)),
        ("month", {"from_day": "2016-09"}, (8, 31, 21), (9, 30, 21)),
        ("day", {"from_day": "٢٠١٦-٠٩-١٧"}, (9, 16, 21), (9, 17, 21)),
        ("day", {"from_day": "2016-09-17", "from_time": "12", "to_time": "18"}, (9, 17, 9), (9, 17, 15)),
    ],
)
def test_a_span_is_as_long_as_its_precision_says(
    cast: Cast, precision: str, typed: dict[str, str], start: tuple[int, ...], end: tuple[int, ...]
) -> None:
    response = log(cast.client("reporter"), {**ROW_6, "from_day": ""}, precision=precision, **typed)
    assert response.status_code == 302, errors(response)
    claim = stored().claim
    assert (claim.occurred_from, claim.occurred_to) == (
        datetime(2016, *start, tzinfo=UTC),
        datetime(2016, *end, tzinfo=UTC),
    )


def test_html_in_every_text_field_is_shown_as_text(cast: Cast) -> None:
    attack = "<script>alert(1)</script>"
    texts = ("summary", "quotation", "said_by", "place_name", "justification", "original")
    client = cast.client("reporter")
    response = log(client, ROW_6, **dict.fromkeys(texts, attack))
    assert response.status_code == 302, errors(response)
    for address in (response["Location"], "/desk/", "/desk/screening/"):
        page = cast.client("analyst").get(address).text
        assert attack not in page
    assert "&lt;script&gt;alert(1)" in client.get(response["Location"]).text
    faulty = log(client, ROW_6, token="desk-2", from_day=attack, **dict.fromkeys(texts, attack)).text
    assert attack not in faulty


def test_own_field_staff_without_consent_are_restricted_by_rule(cast: Cast) -> None:
    log(cast.client("reporter"), ROW_6, source="own-staff")
    assert stored().visibility == "restricted"
    log(cast.client("reporter"), ROW_6, source="own-staff", token="desk-2", consent="partners")
    assert Report.objects.latest("id").visibility == "partners"
    told = errors(
        log(cast.client("reporter"), ROW_6, source="own-staff", token="desk-3", visibility="public")
    )
    assert "consent does not allow" in told["visibility"]
    log(cast.client("reporter"), ROW_6, source="own-staff", token="desk-4", consent="public")
    assert Report.objects.latest("id").visibility == "public"


def test_a_reporter_is_not_offered_a_protected_source_and_cannot_name_it(cast: Cast) -> None:
    client = cast.client("reporter")
    assert "hidden-witness" not in client.get(NEW).text
    told = errors(log(client, ROW_6, source="hidden-witness"))
    assert "no source" in told["source"]
    assert "hidden-witness" in cast.client("analyst").get(NEW).text


def test_a_truce_in_which_one_may_not_report_is_neither_offered_nor_taken(cast: Cast) -> None:
    add_truce("elsewhere")
    client = cast.client("reporter")
    assert "elsewhere" not in client.get(NEW).text
    assert "may log reports" in errors(log(client, ROW_6, truce="elsewhere"))["truce"]


def test_who_may_report_everywhere_may_leave_the_truce_open_and_then_says_the_zone(cast: Cast) -> None:
    person = cast.people["reporter"]
    organisation = person.memberships.get().organisation
    Membership.objects.create(person=person, organisation=organisation, role=Role.REPORTER)
    client = cast.client("reporter")
    assert "Choose a zone" in errors(log(client, ROW_6, truce="any"))["zone"]
    assert log(client, ROW_6, truce="any", zone="UTC").status_code == 302
    assert stored().truce is None


def test_rows_are_added_without_javascript_and_nothing_is_lost(cast: Cast) -> None:
    page = log(cast.client("reporter"), ROW_6, add_row="casualties").text
    assert 'name="casualties-3-effect"' in page
    assert "At least 80 soldiers" in page
    assert not Report.objects.exists()


def test_the_form_has_no_inline_style_or_script_and_every_field_has_its_label(cast: Cast) -> None:
    for address, _typed, _document in SAME_BOTH_WAYS.values():
        page = cast.client("reporter").get(NEW + address).text
        assert not re.search(r"\sstyle=|<script(?![^>]*src=)|\son[a-z]+=", page)
        labelled = set(re.findall(r'<label[^>]* for="([^"]+)"', page))
        fields = re.findall(r"<(?:input|select|textarea)(?![^>]*type=\"hidden\")[^>]* id=\"([^\"]+)\"", page)
        assert fields
        assert set(fields) <= labelled


def errors(response: Any) -> dict[str, str]:
    """The errors on a page by the name of their field."""
    if response.status_code == 302:
        return {}
    lists = re.findall(r'<ul class="errorlist" id="id_([^"]+)_error">(.*?)</ul>', response.text, re.S)
    found = {name: " ".join(re.findall(r"<li>(.*?)</li>", items, re.S)) for name, items in lists}
    return {name: text.replace("&lt;", "<").replace("&#x27;", "'") for name, text in found.items()}


def test_a_fresh_form_of_an_incident_asks_and_assumes_nothing(cast: Cast) -> None:
    response = log(cast.client("reporter"), {**FRESH_INCIDENT, "precision": ""})
    assert set(errors(response)) == {"precision"}
