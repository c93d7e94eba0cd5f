"""The snapshot of the change log: with what follows it, the same as the whole log."""

from __future__ import annotations

import gzip
import hashlib
from datetime import timedelta

import orjson
import pytest

from tests.api.cast import report_of
from tests.api.questions import assert_problem
from tracker.feed import log as change_log
from tracker.models import Incident, LogHead, Report, Snapshot, View
from tracker.services import assessment, clock, incidents, publication, snapshots
from tracker.services.authors import Author

AUTHOR = Author.of_worker("a test")
PATH = "/api/v1/feed/snapshot"


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def api(db):
    from tests.api.cast import Api, make_cast

    return Api(make_cast().secrets)


def follow(entries, copy):
    """What a client does with the entries of the log, as the guide says."""
    for entry in entries:
        if entry["payload"] is None:
            copy.pop(entry["subject"], None)
        else:
            copy[entry["subject"]] = entry
    return copy


def feed(api, after=0):
    page = api.get("/api/v1/feed", {"after": after, "limit": 10_000})
    return orjson.loads(page.getvalue())["results"]


def content(api, address):
    return b"".join(api.get(address.removeprefix("http://testserver")).streaming_content)


def send(api, number, **changes):
    ref = api.send(report_of(number, **changes)).json()["ref"]
    assessment.sweep()
    return ref


def change_everything(api, first):
    """Reports, a correction, a merge and a withdrawal."""
    refs = [send(api, first + number) for number in range(4)]
    old, new = (api.get(f"/api/v1/reports/{ref}").json()["incident"] for ref in refs[:2])
    incidents.merge(
        Incident.objects.get(reference=old), Incident.objects.get(reference=new), "The same.", AUTHOR
    )
    send(api, first + 4, supersedes=refs[2], external_id=f"again/{first}")
    publication.withhold(Report.objects.get(reference=refs[3]), "Published in error.", AUTHOR)
    assessment.sweep()
    change_log.catch_up()


def test_a_snapshot_and_what_follows_it_give_the_same_as_the_whole_log(api, monkeypatch):
    monkeypatch.setattr(change_log, "AT_ONCE", 5)
    change_everything(api, 0)
    snapshots.build()
    told = api.get(PATH).json()
    last = change_log.last_position(View.PUBLIC)
    change_everything_but_a_withdrawal(api)
    text = gzip.decompress(content(api, told["file"]))
    lines = [orjson.loads(line) for line in text.splitlines()]
    assert told["position"] == last
    assert told["entries"] == len(lines)
    assert [line["position"] for line in lines] == sorted(line["position"] for line in lines)
    assert len({line["subject"] for line in lines}) == len(lines), "each subject once"
    assert all(line["payload"] is not None for line in lines)
    following = orjson.loads(content(api, told["then"]))["results"]
    assert following[0]["position"] == last + 1
    assert follow(following, follow(lines, {})) == follow(feed(api), {})


def change_everything_but_a_withdrawal(api):
    refs = [send(api, 20 + number) for number in range(2)]
    send(api, 30, supersedes=refs[0], external_id="again/20")


def test_its_checksum_is_that_of_the_file_which_can_be_resumed(api):
    send(api, 1)
    snapshots.build()
    told = api.get(PATH).json()
    whole = content(api, told["file"])
    assert hashlib.sha256(whole).hexdigest() == told["sha256"]
    assert len(whole) == told["size"]
    rest = api.get(told["file"].removeprefix("http://testserver"), Range="bytes=10-")
    assert (rest.status_code, b"".join(rest.streaming_content)) == (206, whole[10:])
    assert rest.headers["Cache-Control"] == "public, no-cache"


def test_its_file_may_be_asked_for_as_what_it_is(api):
    send(api, 1)
    snapshots.build()
    told = api.get(PATH).json()
    file = api.get(told["file"].removeprefix("http://testserver"), Accept=told["media_type"])
    assert (file.status_code, file.headers["Content-Type"]) == (200, "application/gzip")


def test_there_is_none_at_first_and_an_unknown_one_is_not_found(api):
    assert_problem(api.get(PATH), 404)
    assert_problem(api.get(f"{PATH}/snp_0000000000"), 404)
    assert not snapshots.is_due(), "of an empty log"


def test_a_newer_one_replaces_the_older_which_stays_to_be_had_for_a_day(api, monkeypatch):
    send(api, 1)
    older = snapshots.build()
    assert not snapshots.is_due()
    send(api, 2)
    assert snapshots.is_due()
    newer = snapshots.build()
    snapshots.clear()
    assert api.get(PATH).json()["ref"] == newer.reference
    assert api.get(f"{PATH}/{older.reference}").status_code == 200
    late = clock.now() + snapshots.KEPT_WHEN_REPLACED
    monkeypatch.setattr(clock, "now", lambda: late)
    snapshots.clear()
    assert_problem(api.get(f"{PATH}/{older.reference}"), 410)
    assert not snapshots.path_of(older).exists()
    assert snapshots.path_of(newer).exists()


def test_one_is_built_at_a_time_and_one_that_was_left_is_made_up_for(api, monkeypatch):
    send(api, 1)
    left = snapshots._begin(change_log.head(View.PUBLIC))
    assert snapshots.build() is None
    late = clock.now() + snapshots.LEASE + timedelta(seconds=1)
    monkeypatch.setattr(clock, "now", lambda: late)
    assert snapshots.build() is not None
    left.refresh_from_db()
    assert left.state == "purged"


def test_a_withdrawal_while_it_is_built_ends_it(api, monkeypatch):
    ref = send(api, 1)
    monkeypatch.setattr(change_log, "AT_ONCE", 1)

    def withdraw(_done, _of):
        if Snapshot.objects.filter(state="building").exists():
            publication.withhold(Report.objects.get(reference=ref), "Published in error.", AUTHOR)

    assert snapshots.build(withdraw) is None
    assert_problem(api.get(PATH), 404)
    assert list(snapshots.path_of(Snapshot.objects.get()).parent.iterdir()) == []


class TestWhatIsNoLongerKept:
    @pytest.fixture
    def shortened(self, api):
        send(api, 1)
        send(api, 2)
        LogHead.objects.filter(view=View.PUBLIC).update(kept_after=3)
        return api

    @pytest.mark.parametrize("asked", ["after=0", "after=2", "after=2&format=ndjson"])
    def test_a_position_before_it_is_410_and_points_at_the_snapshot(self, shortened, asked):
        problem = assert_problem(shortened.get(f"/api/v1/feed?{asked}"), 410)
        assert problem["snapshot"] == f"http://testserver{PATH}"
        assert problem["kept_after"] == 3

    def test_whoever_is_past_it_reads_on(self, shortened):
        assert shortened.get("/api/v1/feed", {"after": 3}).status_code == 200

    def test_what_a_snapshot_stands_for_can_be_read_on_from(self, shortened):
        snapshots.build()
        then = shortened.get(PATH).json()["then"]
        assert shortened.get(then.removeprefix("http://testserver")).status_code == 200
