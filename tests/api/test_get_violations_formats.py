"""GET violations in its formats: by name, by Accept, whole or by the page."""

from __future__ import annotations

import csv
import io
import itertools
import zlib

import feedparser
import orjson
import pytest

from tests.api.cast import report_of
from tests.api.questions import assert_problem
from tests.api.standing import stand
from tracker.feed import violations
from tracker.models import Standing, View
from tracker.services import clock

PATH = "/api/v1/violations"
MEDIA_TYPES = {
    "json": "application/json",
    "ndjson": "application/x-ndjson",
    "geojson": "application/geo+json",
    "csv": "text/csv",
    "atom": "application/atom+xml",
}
WHOLE = ("ndjson", "geojson", "csv")


def whole(response) -> bytes:
    """The body, streamed or not."""
    assert response.status_code == 200, response.content
    return b"".join(response.streaming_content) if response.streaming else response.content


def lines(api, **parameters):
    body = whole(api.get(PATH, {"reading": "alleged", "format": "ndjson", **parameters}))
    return [orjson.loads(line) for line in body.splitlines()]


@pytest.mark.parametrize("name", MEDIA_TYPES)
def test_a_format_may_be_named(cast, api, name):
    response = api.get(PATH, {"format": name})
    assert response.headers["Content-Type"] == MEDIA_TYPES[name]
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert "Accept" in response.headers["Vary"]
    assert response.headers["Link"] == '<https://creativecommons.org/licenses/by/4.0/>; rel="license"'
    whole(response)


@pytest.mark.parametrize(
    ("accept", "name"),
    [
        ("", "json"),
        ("*/*", "json"),
        ("text/csv", "csv"),
        ("TEXT/CSV; header=present", "csv"),
        ("application/*", "json"),
        ("text/*, application/json;q=0.5", "csv"),
        ("text/csv;q=0.1, application/geo+json;q=0.9", "geojson"),
        ("application/json;q=0, */*", "ndjson"),
        ("application/atom+xml, */*;q=0.1", "atom"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "json"),
        ("application/x-ndjson;q=junk", "ndjson"),
    ],
)
def test_a_format_may_be_accepted(cast, api, accept, name):
    response = api.get(PATH, Accept=accept)
    assert response.headers["Content-Type"] == MEDIA_TYPES[name]


def test_what_is_named_goes_before_what_is_accepted(cast, api):
    response = api.get(PATH, {"format": "csv"}, Accept="application/json")
    assert response.headers["Content-Type"] == "text/csv"


@pytest.mark.parametrize("accept", ["text/html", "image/*", "*/*;q=0", "application/json;q=0"])
def test_a_format_that_is_not_there_is_a_406_that_names_those_that_are(cast, api, accept):
    problem = assert_problem(api.get(PATH, Accept=accept), 406)
    assert problem["formats"] == [
        {"format": name, "media_type": media_type} for name, media_type in MEDIA_TYPES.items()
    ]
    for media_type in MEDIA_TYPES.values():
        assert media_type in problem["detail"]


def test_a_refusal_is_a_problem_whatever_is_accepted(cast, api):
    assert_problem(api.get(PATH, {"truce": "no-such-truce"}, Accept="text/csv"), 400, "/truce")


def test_all_that_does_not_go_together_is_named_at_once(cast, api):
    assert_problem(api.get(PATH, {"format": "csv", "limit": "5", "cursor": "5"}), 400, "/limit", "/cursor")
    late, early = "2026-03-05T00:00:00Z", "2026-03-04T00:00:00Z"
    reversed_both = {
        "occurred_from": late,
        "occurred_to": early,
        "updated_from": late,
        "updated_to": early,
    }
    assert_problem(api.get(PATH, reversed_both), 400, "/occurred_to", "/updated_to")


@pytest.mark.parametrize("name", WHOLE)
@pytest.mark.parametrize("parameter", ["limit", "cursor"])
def test_what_comes_whole_takes_no_part_of_paging(cast, api, name, parameter):
    problem = assert_problem(api.get(PATH, {"format": name, parameter: "5"}), 400, f"/{parameter}")
    if parameter == "limit":
        assert problem["errors"][0]["code"] == "not_paged"


def test_every_format_holds_the_same_entries_in_the_same_order(cast, api):
    for number in range(3):
        stand(cast, api, number)
    asked = {"reading": "alleged"}
    refs = [entry["ref"] for entry in api.get(PATH, asked).json()["results"]]
    assert len(refs) == 3
    assert [entry["ref"] for entry in lines(api)] == refs
    features = orjson.loads(whole(api.get(PATH, {**asked, "format": "geojson"})))["features"]
    assert [feature["id"] for feature in features] == refs
    table = whole(api.get(PATH, {**asked, "format": "csv"})).decode()
    assert [row[0] for row in list(csv.reader(io.StringIO(table, newline="")))[2:]] == refs
    feed = feedparser.parse(api.get(PATH, {**asked, "format": "atom"}).content)
    assert [entry.link.split("/")[-2] for entry in feed.entries] == [ref.split("/")[0] for ref in refs]


def test_the_whole_result_is_whole_however_many_batches_it_takes(cast, api, monkeypatch):
    monkeypatch.setattr(violations, "BATCH", 2)
    sent = [stand(cast, api, number) for number in range(7)]
    assert [entry["incident"]["ref"] for entry in lines(api)] == sent[::-1]


@pytest.mark.django_db(transaction=True)
def test_what_changes_while_it_is_read_does_not_move_it(cast, api, monkeypatch):
    monkeypatch.setattr(violations, "BATCH", 2)
    sent = [stand(cast, api, number) for number in range(5)]
    now = clock.now()
    asked = violations.Asked(View.PUBLIC, now, reading="alleged")
    reading = violations.every(asked)
    first = next(reading)
    in_another_connection(lambda: Standing.objects.filter(incident__reference=sent[0]).update(until=now))
    assert [first["incident"]["ref"], *(entry["incident"]["ref"] for entry in reading)] == sent[::-1]
    assert len(lines(api)) == 4


def in_another_connection(work):
    """Do something as another client of the database would, and wait for it."""
    import threading

    from django.db import connections

    def run():
        work()
        connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(timeout=20)
    assert not thread.is_alive()


def test_whoever_leaves_in_the_middle_leaves_nothing_open(cast, api):
    from django.db import connection

    for number in range(3):
        stand(cast, api, number)
    depth = len(connection.savepoint_ids)
    response = api.get(PATH, {"reading": "alleged", "format": "ndjson"})
    next(iter(response.streaming_content))
    response.close()
    assert len(connection.savepoint_ids) == depth


def test_what_is_streamed_is_compressed_as_it_goes(cast, api):
    for number in range(20):
        stand(cast, api, number)
    asked = {"reading": "alleged", "format": "ndjson"}
    plain = whole(api.get(PATH, asked))
    response = api.get(PATH, asked, **{"Accept-Encoding": "gzip"})
    assert response.streaming
    assert response.headers["Content-Encoding"] == "gzip"
    packed = b"".join(response.streaming_content)
    assert len(packed) < len(plain) / 3
    assert zlib.decompress(packed, wbits=31) == plain


def test_an_atom_feed_is_read_page_by_page(cast, api):
    sent = [stand(cast, api, number) for number in range(5)]
    found, ids, address = [], set(), f"{PATH}?reading=alleged&format=atom&limit=2"
    for _page in range(10):
        feed = feedparser.parse(api.get(address).content)
        found += [entry.link.split("/")[-2] for entry in feed.entries]
        ids |= {entry.id for entry in feed.entries}
        links = {link.rel: link.href for link in feed.feed.links}
        assert links["first"].endswith("format=atom&limit=2")
        if "next" not in links:
            break
        address = links["next"].removeprefix("http://testserver")
    assert found == sent[::-1]
    assert len(ids) == 5


def test_the_id_of_an_atom_entry_is_the_same_at_every_address(cast, api):
    stand(cast, api)
    ids = {
        feedparser.parse(api.get(PATH, {"reading": "alleged", "format": "atom", **more}, Host=host).content)
        .entries[0]
        .id
        for host in ("localhost", "127.0.0.1")
        for more in ({}, {"limit": 1}, {"party": "north"})
    }
    assert len(ids) == 1


def test_an_unchanged_feed_is_304(cast, api):
    stand(cast, api, 1)
    asked = {"reading": "alleged", "format": "atom"}
    tag = api.get(PATH, asked).headers["ETag"]
    assert api.get(PATH, asked, **{"If-None-Match": tag}).status_code == 304
    stand(cast, api, 2)
    assert api.get(PATH, asked, **{"If-None-Match": tag}).status_code == 200


def test_every_entry_says_how_to_cite_it(cast, api, settings):
    settings.ATTRIBUTION = "The river tracker"
    stand(cast, api)
    (entry,) = lines(api)
    assert entry["attributed_to"] == "The river tracker"
    for part in (
        "The river tracker",
        entry["ref"],
        entry["updated"],
        entry["url"],
        entry["licence"],
        "alleged",
    ):
        assert part in entry["citation"]


def test_a_name_that_a_spreadsheet_would_run_is_made_plain(cast, api):
    body = report_of()
    body["claim"]["place"]["name"] = "=HYPERLINK(1)"
    stand(cast, api, body=body)
    table = whole(api.get(PATH, {"reading": "alleged", "format": "csv"})).decode()
    assert "'=HYPERLINK(1)" in table
    assert ",=HYPERLINK(1)" not in table


def test_an_entry_that_was_kept_is_the_one_that_would_be_made_now(cast, api, settings):
    settings.ALLOWED_HOSTS = ["testserver", "one.example", "other.example"]
    for number in range(3):
        stand(cast, api, number)
    for name, host in itertools.product(("json", "atom"), ("one.example", "other.example")):
        asked = {"reading": "alleged", "format": name}
        violations._kept.cache_clear()
        made = api.get(PATH, asked, host=host).content
        assert violations._kept.cache_info()[:2] == (0, 3)
        assert api.get(PATH, asked, host=host).content == made
        assert violations._kept.cache_info()[:2] == (3, 3)
        assert host.encode() in made


def test_what_comes_whole_leaves_what_is_kept_as_it_is(cast, api):
    stand(cast, api)
    violations._kept.cache_clear()
    assert len(lines(api)) == 1
    assert violations._kept.cache_info().currsize == 0


def test_no_format_changes_an_entry_that_is_kept(cast, api):
    stand(cast, api)
    page = {"reading": "alleged", "format": "json"}
    before = api.get(PATH, page).content
    for name in ("atom", "json", "csv", "geojson", "ndjson"):
        whole(api.get(PATH, {**page, "format": name}))
    assert api.get(PATH, page).content == before
