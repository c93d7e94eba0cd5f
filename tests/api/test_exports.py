"""POST and GET exports: asked for, built, fetched by whoever asked, and gone after a withdrawal."""

from __future__ import annotations

import hashlib
import io
import stat
from datetime import timedelta

import orjson
import pytest

from tests.api.cast import report_of
from tests.api.questions import assert_problem
from tracker.models import Export, ExportState, Report
from tracker.services import assessment, clock, exports, publication
from tracker.services.authors import Author

PATH = "/api/v1/exports"
AUTHOR = Author.of_worker("a test")


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def weighed(api):
    """Three shellings, weighed, one of them with an open end and a line that a spreadsheet would run."""
    for number in range(3):
        api.send(report_of(number))
    assessment.sweep()
    return api


def asked(api, key="monitor", **body):
    body = {"what": "violations", "format": "ndjson", "filters": {"reading": "alleged"}, **body}
    response = api.post(PATH, body, key=key)
    assert response.status_code == 202, response.content
    return response.json()


def built(api, key="monitor", **body):
    """An export as it reads once a worker has built it."""
    reference = asked(api, key, **body)["ref"]
    assert exports.build(Export.objects.get(reference=reference).pk)
    return api.get(f"{PATH}/{reference}", key=key).json()


def content(response):
    return b"".join(response.streaming_content) if response.streaming else response.content


def file_of(api, export, key="monitor", **headers):
    return api.get(f"{PATH}/{export['ref']}/file", key=key, **headers)


class TestAsking:
    def test_it_needs_a_key_or_a_person(self, cast, api):
        assert_problem(api.post(PATH, {"what": "violations"}), 401)
        assert_problem(api.get(PATH), 401)
        assert_problem(api.get(f"{PATH}/exp_0000000000"), 401)

    def test_what_is_begun_says_what_it_will_hold_and_where_to_follow_it(self, weighed):
        response = weighed.post(PATH, {"what": "feed"}, key="monitor")
        assert response.status_code == 202
        begun = response.json()
        assert response.headers["Location"] == begun["url"]
        assert (begun["state"], begun["format"], begun["view"]) == ("waiting", "ndjson", "public")
        assert begun["file"] is None
        assert begun["known"] == weighed.get("/api/v1/feed").json()["results"][-1]["known"]

    @pytest.mark.parametrize("filters", [[], "", 0, False, ["truce"]])
    def test_filters_are_an_object(self, cast, api, filters):
        body = {"what": "violations", "filters": filters}
        assert_problem(api.post(PATH, body, key="monitor"), 400, "/filters")

    def test_null_is_as_if_left_out(self, weighed):
        body = {"what": "violations", "format": None, "view": None, "filters": None}
        response = weighed.post(PATH, body, key="monitor")
        assert response.status_code == 202
        assert (response.json()["format"], response.json()["filters"]) == ("ndjson", {})
        assert_problem(weighed.post(PATH, {"what": None}, key="monitor"), 400, "/what")

    def test_what_is_at_fault_is_pointed_at(self, cast, api):
        body = {"what": "violations", "a/b~": 1, "filters": {"a/b~": "1"}}
        assert_problem(api.post(PATH, body, key="monitor"), 400, "/a~1b~0", "/filters/a~1b~0")
        body = {"what": "violations", "filters": {"truce": "no-such-truce"}}
        assert_problem(api.post(PATH, body, key="monitor"), 400, "/filters/truce")

    def test_every_fault_is_named_at_once(self, cast, api):
        body = {"what": "people", "format": "pdf", "view": "all", "colour": 1}
        response = api.post(PATH, body, key="monitor")
        assert_problem(response, 400, "/what", "/format", "/view", "/colour")
        filters = {"grade": "good", "colour": "red", "occurred_from": "yesterday"}
        response = api.post(PATH, {"what": "violations", "filters": filters}, key="monitor")
        assert_problem(response, 400, "/filters/grade", "/filters/colour", "/filters/occurred_from")
        assert_problem(api.post(PATH, {"what": "feed", "format": "csv"}, key="monitor"), 400, "/format")
        assert_problem(api.post(PATH, [], key="monitor"), 400)

    def test_the_full_view_is_for_the_cleared_alone(self, cast, api):
        assert_problem(api.post(PATH, {"what": "violations", "view": "full"}, key="monitor"), 403)
        assert api.post(PATH, {"what": "violations", "view": "full"}, key="cleared").status_code == 202

    def test_a_requester_may_not_let_too_many_wait(self, cast, api):
        for _number in range(exports.MOST_WAITING):
            asked(api)
        assert_problem(api.post(PATH, {"what": "violations"}, key="monitor"), 409, "")
        assert api.post(PATH, {"what": "violations"}, key="field").status_code == 202

    def test_nobody_sees_another_ones(self, weighed):
        export = built(weighed)
        assert [one["ref"] for one in weighed.get(PATH, key="monitor").json()["results"]] == [export["ref"]]
        assert weighed.get(PATH, key="field").json()["results"] == []
        assert_problem(weighed.get(f"{PATH}/{export['ref']}", key="field"), 404)
        assert_problem(file_of(weighed, export, key="field"), 404)


class TestBuilding:
    def test_a_finished_one_states_its_rows_size_and_checksum(self, weighed):
        export = built(weighed)
        text = content(file_of(weighed, export))
        assert (export["state"], export["rows"], export["done"]) == ("finished", 3, 3)
        assert export["size"] == len(text)
        assert export["sha256"] == hashlib.sha256(text).hexdigest()
        listed = weighed.get("/api/v1/violations", {"reading": "alleged"}).json()["results"]
        assert [orjson.loads(line) for line in text.splitlines()] == listed

    def test_the_file_is_for_the_service_s_own_user_alone(self, weighed):
        export = built(weighed)
        path = exports.path_of(Export.objects.get(reference=export["ref"]))
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700

    def test_it_holds_what_was_known_when_it_was_asked_for(self, weighed):
        reference = asked(weighed)["ref"]
        weighed.send(report_of(7))
        correction = {**report_of(0), "external_id": "shelling/0b", "supersedes": self.first(weighed)}
        correction["claim"] = {**correction["claim"], "act": "air_strike"}
        assert weighed.send(correction).status_code == 201
        assessment.sweep()
        exports.build(Export.objects.get(reference=reference).pk)
        export = weighed.get(f"{PATH}/{reference}", key="monitor").json()
        entries = [orjson.loads(line) for line in content(file_of(weighed, export)).splitlines()]
        assert len(entries) == 3
        assert {entry["incident"]["act"] for entry in entries} == {"shelling"}
        assert all(entry["updated"] <= export["known"] for entry in entries)

    def first(self, api):
        return api.get("/api/v1/reports").json()["results"][-1]["ref"]

    def test_filters_choose_as_they_do_in_the_list(self, weighed):
        weighed.send({**report_of(9), "claim": {**report_of()["claim"], "act": "air_strike"}})
        assessment.sweep()
        export = built(weighed, filters={"reading": "alleged", "act": "air_strike", "truce": "river-truce"})
        assert export["rows"] == 1
        assert export["filters"]["act"] == "air_strike"

    def test_parquet_has_typed_columns(self, weighed):
        import pyarrow.parquet as pq

        export = built(weighed, format="parquet")
        table = pq.read_table(io.BytesIO(content(file_of(weighed, export))))
        row = table.to_pylist()[0]
        assert table.num_rows == 3
        assert str(table.schema.field("occurred_from").type) == "timestamp[us, tz=UTC]"
        assert str(table.schema.field("alleged").type) == "list<element: string>"
        assert (row["killed_min"], row["killed_max"], row["injured_min"]) == (3, 5, None)
        assert row["alleged"] == ["north"]
        assert row["occurred_from"].isoformat() == "2026-03-04T06:00:00+00:00"
        assert table.schema.metadata[b"known"].decode() == export["known"]

    @pytest.mark.parametrize(("written_as", "head"), [("csv", b"id,"), ("geojson", b"{")])
    def test_the_other_formats_are_those_of_the_list(self, weighed, written_as, head):
        response = file_of(weighed, built(weighed, format=written_as))
        text = content(response)
        assert text.startswith(head)
        assert f".{written_as}" in response.headers["Content-Disposition"]
        listed = weighed.get("/api/v1/violations", {"reading": "alleged", "format": written_as})
        assert text == content(listed)

    def test_the_change_log_comes_as_it_stands(self, weighed):
        export = built(weighed, what="feed", filters={})
        lines = content(file_of(weighed, export)).splitlines()
        assert [orjson.loads(line) for line in lines] == weighed.get("/api/v1/feed").json()["results"]

    def test_the_log_comes_as_a_table(self, weighed):
        import pyarrow.parquet as pq

        export = built(weighed, what="feed", format="parquet", filters={"truce": "river-truce"})
        table = pq.read_table(io.BytesIO(content(file_of(weighed, export))))
        assert table.column("position").to_pylist()[0] == 1
        assert orjson.loads(table.column("payload").to_pylist()[0])["summary"] == "Shells fell on the bridge."

    def test_none_is_built_before_what_it_must_hold_is_weighed(self, weighed):
        weighed.send(report_of(8))
        row = Export.objects.get(reference=asked(weighed)["ref"])
        assert not exports.build(row.pk)
        assessment.sweep()
        assert exports.build(row.pk)
        row.refresh_from_db()
        assert row.rows == 4

    def test_those_that_cannot_be_built_yet_hold_up_no_other(self, weighed, monkeypatch):
        weighed.send(report_of(8))
        for _number in range(exports.MOST_BUILDING):
            asked(weighed)
        Export.objects.update(filters={"truce": "river-truce"})
        later = [Export.objects.get(reference=asked(weighed)["ref"]) for _number in range(3)]
        another = {"truce": "hill-truce"}
        Export.objects.filter(pk__in=[row.pk for row in later]).update(filters=another)
        called = []
        monkeypatch.setattr(exports.queue, "call", lambda task, pk: called.append((task, pk)))
        exports.sweep()
        assert called == [(exports.TASK, row.pk) for row in later[: exports.MOST_BUILDING]]

    def test_one_that_a_killed_worker_left_is_taken_up_when_its_lease_is_over(self, weighed, monkeypatch):
        row = Export.objects.get(reference=asked(weighed)["ref"])
        left = exports._claim(row.pk)
        assert left is not None
        assert not exports.build(row.pk), "the first one is at it"
        late = clock.now() + exports.LEASE + timedelta(seconds=1)
        monkeypatch.setattr(clock, "now", lambda: late)
        assert exports.build(row.pk)
        with pytest.raises(exports.Overtaken):
            exports._go_on(left, 1)
        row.refresh_from_db()
        assert (row.state, row.rows, row.attempts) == (ExportState.FINISHED, 3, 2)

    def test_one_that_fails_each_time_ends_and_says_so(self, weighed, monkeypatch):
        row = Export.objects.get(reference=asked(weighed)["ref"])

        def fail(*_arguments):
            raise OSError("no space left")

        monkeypatch.setattr(exports.files, "write", fail)
        for _number in range(exports.MOST_ATTEMPTS):
            with pytest.raises(OSError, match="no space"):
                exports.build(row.pk)
        assert not exports.build(row.pk)
        export = weighed.get(f"{PATH}/{row.reference}", key="monitor").json()
        assert export["state"] == "failed"
        assert list(exports.path_of(row).parent.iterdir()) == []
        assert_problem(file_of(weighed, export), 410)


class TestFetching:
    def test_before_it_is_finished_it_is_not_to_be_had(self, weighed):
        response = file_of(weighed, asked(weighed))
        assert_problem(response, 409)
        assert response.headers["Retry-After"]

    def test_a_download_that_broke_off_goes_on(self, weighed):
        export = built(weighed)
        whole = file_of(weighed, export)
        text, tag = content(whole), whole.headers["ETag"]
        assert tag == f'"{export["sha256"]}"'
        assert whole.headers["Accept-Ranges"] == "bytes"
        rest = file_of(weighed, export, Range="bytes=100-", **{"If-Range": tag})
        assert (rest.status_code, content(rest)) == (206, text[100:])
        assert rest.headers["Content-Range"] == f"bytes 100-{len(text) - 1}/{len(text)}"
        assert content(file_of(weighed, export, Range="bytes=0-9")) == text[:10]
        assert content(file_of(weighed, export, Range="bytes=-10")) == text[-10:]
        other = file_of(weighed, export, Range="bytes=100-", **{"If-Range": '"another"'})
        assert (other.status_code, content(other)) == (200, text)
        several = file_of(weighed, export, Range="bytes=0-1,5-6")
        assert (several.status_code, content(several)) == (200, text)
        beyond = file_of(weighed, export, Range=f"bytes={len(text)}-")
        assert_problem(beyond, 416)
        assert beyond.headers["Content-Range"] == f"bytes */{len(text)}"
        assert file_of(weighed, export, **{"If-None-Match": tag}).status_code == 304

    @pytest.mark.parametrize("asked", ["bytes=0-9", "bytes=999999999-"])
    def test_a_range_means_something_to_get_alone(self, weighed, asked):
        export = built(weighed)
        headers = {"Authorization": f"Bearer {weighed.secrets['monitor']}", "Range": asked}
        head = weighed.client.head(f"{PATH}/{export['ref']}/file", headers=headers)
        assert head.status_code == 200
        assert head.headers["Content-Length"] == str(export["size"])
        assert "Content-Range" not in head.headers

    def test_it_may_be_asked_for_as_what_it_is(self, weighed, api):
        export = built(weighed, format="csv")
        for accepted in ("text/csv", "application/octet-stream", "application/json"):
            response = file_of(weighed, export, Accept=accepted)
            assert response.status_code == 200, accepted
            assert response.headers["Content-Type"].startswith("text/csv")
        described = api.get("/api/v1/openapi.json").json()["paths"]["/api/v1/exports/{reference}/file"]
        assert "text/csv" in described["get"]["responses"]["200"]["content"]
        assert "application/octet-stream" not in described["get"]["responses"]["200"]["content"]

    def test_no_cache_may_keep_it_and_nothing_compresses_it(self, weighed):
        response = file_of(weighed, built(weighed), **{"Accept-Encoding": "gzip"})
        assert response.headers["Cache-Control"] == "private, no-store"
        assert "Content-Encoding" not in response.headers
        assert int(response.headers["Content-Length"]) == len(content(response))

    def test_a_person_fetches_their_own(self, weighed):
        from tracker.services import people

        person = people.add_person("a@example.invalid", "A", people.own_organisation(), AUTHOR)
        weighed.client.force_login(person)
        reference = weighed.post(PATH, {"what": "violations"}).json()["ref"]
        exports.build(Export.objects.get(reference=reference).pk)
        assert file_of(weighed, {"ref": reference}, key=None).status_code == 200
        weighed.client.logout()
        assert_problem(file_of(weighed, {"ref": reference}, key=None), 401)

    def test_whoever_has_lost_the_clearance_no_longer_gets_what_needs_it(self, weighed, cast):
        export = built(weighed, key="cleared", view="full")
        assert file_of(weighed, export, key="cleared").status_code == 200
        cast.keys["cleared"].scopes = ["violations:read"]
        cast.keys["cleared"].save()
        assert_problem(file_of(weighed, export, key="cleared"), 403)

    def test_an_expired_one_is_gone_and_its_file_removed(self, weighed, monkeypatch):
        export = built(weighed)
        path = exports.path_of(Export.objects.get(reference=export["ref"]))
        stranger = path.with_name("exp_left-1.csv.part")
        stranger.write_bytes(b"left by a process that was killed")
        late = clock.now() + exports.KEPT
        monkeypatch.setattr(clock, "now", lambda: late)
        for shown in (
            weighed.get(f"{PATH}/{export['ref']}", key="monitor").json(),
            weighed.get(PATH, key="monitor").json()["results"][0],
        ):
            assert (shown["state"], shown["file"]) == ("expired", None)
        problem = assert_problem(file_of(weighed, export), 410)
        assert problem["state"] == "expired", "whether it was cleared away yet or not"
        exports.clear()
        assert not path.exists()
        assert not stranger.exists()
        assert_problem(file_of(weighed, export), 410)


class TestWithdrawal:
    def test_what_may_hold_something_withdrawn_is_gone_at_once(
        self, weighed, django_capture_on_commit_callbacks
    ):
        public, full, log = (
            built(weighed),
            built(weighed, key="cleared", view="full"),
            built(weighed, what="feed", filters={"truce": "river-truce"}),
        )
        waiting = asked(weighed)
        path = exports.path_of(Export.objects.get(reference=public["ref"]))
        with django_capture_on_commit_callbacks(execute=True):
            publication.withhold(Report.objects.first(), "Published in error.", AUTHOR)
        assert not path.exists()
        for export in (public, log, waiting):
            problem = assert_problem(file_of(weighed, export), 410)
            assert "new one" in problem["detail"]
            assert problem["state"] == "invalidated"
        assert file_of(weighed, full, key="cleared").status_code == 200
        assessment.sweep()
        assert built(weighed)["rows"] == 2

    def test_one_asked_for_while_the_withdrawal_is_under_way_is_never_served(self, weighed):
        export = built(weighed)
        publication.withhold(Report.objects.first(), "Published in error.", AUTHOR)
        Export.objects.filter(reference=export["ref"]).update(state=ExportState.FINISHED)
        assert_problem(file_of(weighed, export), 410)
        Export.objects.filter(reference=export["ref"]).update(state=ExportState.WAITING)
        assert not exports.build(Export.objects.get(reference=export["ref"]).pk)
        assert weighed.get(f"{PATH}/{export['ref']}", key="monitor").json()["state"] == "invalidated"
