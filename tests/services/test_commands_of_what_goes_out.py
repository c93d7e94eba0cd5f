"""manage.py export, snapshot and take_down: the same services as the API, from a shell."""

from __future__ import annotations

import hashlib
import io

import orjson
import pytest
from django.core.management import CommandError, call_command

from tests.api.cast import report_of
from tracker.models import AuditEntry, Incident, Term
from tracker.services import assessment, rulings, snapshots
from tracker.services.authors import Author


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def api(db):
    from tests.api.cast import Api, make_cast

    api = Api(make_cast().secrets)
    for number in range(2):
        api.send(report_of(number))
    assessment.sweep()
    return api


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command(*arguments, stdout=out, stderr=io.StringIO())
    return out.getvalue()


def test_an_export_is_written_with_its_rows_and_checksum(api, tmp_path):
    path = tmp_path / "alleged.ndjson"
    said = run("export", "violations", "--output", str(path), "--filter", "reading=alleged")
    assert "2 rows" in said
    assert hashlib.sha256(path.read_bytes()).hexdigest() in said
    listed = api.get("/api/v1/violations", {"reading": "alleged"}).json()["results"]
    assert [orjson.loads(line)["ref"] for line in path.read_bytes().splitlines()] == [
        one["ref"] for one in listed
    ]
    run("export", "feed", "--format", "parquet", "--output", str(tmp_path / "log.parquet"))
    assert (tmp_path / "log.parquet").read_bytes()[:4] == b"PAR1"
    assert not list(tmp_path.glob("*.part"))


@pytest.mark.parametrize(
    "wrong",
    [
        ["feed", "--format", "csv"],
        ["violations", "--filter", "colour=red"],
        ["violations", "--filter", "grade=good"],
        ["violations", "--filter", "truce=no-such-truce"],
    ],
)
def test_what_can_not_be_exported_is_refused_and_nothing_is_written(api, tmp_path, wrong):
    path = tmp_path / "file"
    with pytest.raises(CommandError):
        run("export", *wrong, "--output", str(path))
    assert not path.exists()
    with pytest.raises(CommandError, match="no folder"):
        run("export", "violations", "--output", str(tmp_path / "none" / "file"))


def test_a_snapshot_is_published(api):
    said = run("snapshot")
    newest = snapshots.newest()
    assert newest is not None
    assert newest.reference in said
    assert newest.sha256 in said
    snapshots._begin(snapshots.change_log.head("public"))
    with pytest.raises(CommandError, match="another process"):
        run("snapshot")


def test_something_is_taken_down_and_the_audit_says_by_whom(api):
    ref = api.get("/api/v1/reports").json()["results"][0]["ref"]
    assert ref in run("take_down", ref, "--reason", "A name.", "--by", "A. Coordinator")
    assert api.get(f"/api/v1/reports/{ref}").status_code == 404
    assert AuditEntry.objects.get(verb="report.taken_down").actor == "A. Coordinator"
    with pytest.raises(CommandError, match="already"):
        run("take_down", ref, "--reason", "A name.", "--by", "A. Coordinator")


def test_a_ruling_is_taken_down_as_a_report_is(api):
    term, incident = Term.objects.get(ref="cessation"), Incident.objects.first()
    found = rulings.Assessment("violation", "Seen by a witness.", severity="serious")
    ruling = rulings.rule(incident, term, found, Author.of_worker("a test"))
    rulings.review(ruling, Author.of_worker("another"))
    why = ("--reason", "A name.", "--by", "A. Coordinator")
    assert ruling.reference in run("take_down", ruling.reference, *why)
    assert api.get(f"/api/v1/incidents/{incident.reference}").json()["rulings"] == []
    assert AuditEntry.objects.get(verb="ruling.taken_down").actor == "A. Coordinator"
    with pytest.raises(CommandError, match="no ruling"):
        run("take_down", "rul_0000000000", *why)
