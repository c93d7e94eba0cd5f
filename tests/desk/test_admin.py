"""The administration: reference data is edited with an audit entry; records and secrets are not."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.test import Client

from tests.desk.cast import ROW_6, Cast
from tests.desk.takedowns import publish
from tracker.models import ApiKey, AuditEntry, Convoy, Organisation, Report
from tracker.services import positions


@pytest.fixture
def admin(cast: Cast) -> Client:
    person = cast.people["administrator"]
    person.is_staff = person.is_superuser = True
    person.save()
    return cast.client("administrator")


def test_reports_rulings_screenings_and_audit_are_read_only(cast: Cast, admin: Client) -> None:
    cast.client("reporter").post("/desk/reports/new/", ROW_6)
    for model in ("report", "ruling", "rulingreview", "rulingtakedown", "screening", "auditentry", "apikey"):
        assert admin.get(f"/admin/tracker/{model}/").status_code == 200, model
        assert admin.get(f"/admin/tracker/{model}/add/").status_code == 403, model
    change = f"/admin/tracker/report/{Report.objects.get().pk}/change/"
    assert admin.post(change, {"summary": "altered"}).status_code == 403


def test_a_keys_digest_is_not_shown(admin: Client) -> None:
    made = datetime(2026, 1, 1, tzinfo=UTC)
    key = ApiKey.objects.create(name="k", prefix="ct_abc", digest="f" * 64, scopes=[], created=made)
    assert "f" * 64 not in admin.get(f"/admin/tracker/apikey/{key.pk}/change/").text


def test_what_is_changed_by_hand_is_in_the_audit(admin: Client) -> None:
    response = admin.post(
        "/admin/tracker/organisation/add/", {"slug": "monitors", "name": '{"en": "Monitors"}'}
    )
    assert response.status_code == 302
    assert Organisation.objects.filter(slug="monitors").exists()
    assert AuditEntry.objects.get(verb="organisation.added").subject == "monitors"


def test_a_convoys_words_are_corrected_by_hand_and_nothing_else_of_it(cast: Cast, admin: Client) -> None:
    convoy = Convoy.objects.first()
    assert convoy is not None
    Convoy.objects.filter(pk=convoy.pk).update(name={"en": "Ashgrove trucks"}, place_name="Ashgrove")
    change = f"/admin/tracker/convoy/{convoy.pk}/change/"
    body = {"name": '{"en": "Trucks"}', "goods": '{"en": "flour"}', "place_name": "", "unit": "boats"}
    assert admin.post(change, body).status_code == 302
    kept = Convoy.objects.get(pk=convoy.pk)
    assert (kept.name, kept.place_name) == ({"en": "Trucks"}, "")
    assert (kept.unit, kept.slug) == (convoy.unit, convoy.slug)
    entry = AuditEntry.objects.get(verb="convoy.changed")
    assert "Ashgrove" not in str(entry.after)
    for what in ("add/", f"{convoy.pk}/delete/"):
        assert admin.get(f"/admin/tracker/convoy/{what}").status_code == 403


def test_what_verdicts_rest_on_is_not_altered_under_them(cast: Cast, admin: Client) -> None:
    cast.client("reporter").post("/desk/reports/new/", ROW_6)
    source = Report.objects.get().source
    page = admin.get(f"/admin/tracker/source/{source.pk}/change/").text
    assert 'name="reliability"' not in page
    assert 'name="trusted"' in page


@pytest.mark.parametrize("consent", ["public", ""])
def test_a_source_that_is_protected_by_hand_is_named_in_public_no_more(
    cast: Cast, admin: Client, consent: str
) -> None:
    report = publish(cast, consent=consent)
    address, source = f"/api/v1/reports/{report.reference}", report.source
    assert Client().get(address).json()["source"] == source.slug
    change = f"/admin/tracker/source/{source.pk}/change/"
    body = {"name": '{"en": "A source"}', "trusted": "on", "protected": "on", "visibility": "restricted"}
    assert admin.post(change, body).status_code == 302
    positions.place()
    told = Client().get("/api/v1/feed", {"limit": 1000}).json()["results"]
    *before, now = (one["payload"] for one in told if one["subject"] == report.reference)
    assert set(map(type, before)) == {type(None)}
    if consent:
        assert Client().get(address).json()["source"] is now["source"] is None
    else:
        assert (Client().get(address).status_code, now) == (404, None)
        withheld = AuditEntry.objects.get(verb="report.withheld", subject=report.reference)
        assert withheld.change.person == cast.people["administrator"]


def test_nobody_below_staff_enters(cast: Cast) -> None:
    assert cast.client("coordinator").get("/admin/").status_code == 302
