"""What our own people and protected sources tell beside incidents shows to the hour in public."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import orjson
import pytest
from django.test import Client

from tests.services.cast import received
from tracker.feed import projection
from tracker.models import Report, Source, View
from tracker.services import assessment, positions, publication, references, status

MINUTES = (":43", ":17", ":21")
AS_OF = {"as_of": "2016-09-17T00:00:00Z"}
SPAN = {"from": "2016-09-15T09:43:00Z", "to": "2016-09-15T10:17:00Z"}
WHOLE_SPAN = {"from": "2016-09-15T09:00:00Z", "to": "2016-09-15T11:00:00Z"}
STRIKE = {"from": "2016-09-15T09:43:00Z", "to": "2016-09-15T09:47:00Z", "precision": "exact"}
EXACT = {**SPAN, "precision": "exact"}


@pytest.fixture
def told(truce, author, settings) -> dict[str, Report]:
    """A tally, an offer, a milestone and a withdrawal that our own people told of, by now in public."""
    Source.objects.create(
        slug="our-desk", kind="own_field_staff", name={"en": "Our desk"}, reliability="A", trusted=True
    )
    offer = {"hours": 99, "by": ["russia"], "state": "offered", "at": "2016-09-15T10:17:00Z"}
    later = {"hours": 48, "by": ["russia"], "state": "offered"}
    term = truce.terms.first().ref
    withdrawal = {"by": "syrian-army", "equipment": "heavy", "occurred": EXACT}
    parts: dict[str, dict[str, Any]] = {
        "tally": {"tally": {**SPAN, "counts": [{"what": "attacks", "n": 55}]}},
        "offer": {"statement": {"about": "extension", "extension": offer}},
        "later": {"statement": {"about": "extension", "extension": later}},
        "milestone": {
            "statement": {
                "about": "milestone",
                "term": term,
                "milestone": {"reached": True, "occurred": EXACT},
            }
        },
        "withdrawal": {"statement": {"about": "withdrawal", "term": term, "withdrawal": withdrawal}},
    }
    found = {
        name: received(
            author,
            source="our-desk",
            consent="public",
            external_id=name,
            kind=next(iter(part)),
            published="2016-09-15T10:21:00Z",
            **part,
        )
        for name, part in parts.items()
    }
    assessment.sweep()
    settings.CLOCK_OFFSET = timedelta(hours=13).total_seconds()
    publication.publish_due()
    assessment.sweep()
    return found


def test_no_way_out_tells_the_minute(truce, told):
    base = f"/api/v1/truces/{truce.slug}"
    ways = {
        "reports": ("/api/v1/reports", {}),
        "status": (f"{base}/status", AS_OF),
        "days": (f"{base}/days", AS_OF),
        "board": (f"/truces/{truce.slug}/", AS_OF),
        "feed": ("/api/v1/feed", {"limit": 10_000}),
    }
    texts = {name: Client().get(path, query).content.decode() for name, (path, query) in ways.items()}
    assert all("2016-09-15T1" in texts[name] for name in ("reports", "status", "days", "feed"))
    assert "15 Sep, 14:00" in texts["board"]
    assert {name for name, text in texts.items() if any(f"T10{one}" in text for one in MINUTES)} == set()
    assert "T09:43" not in "".join(texts.values())
    shown = texts["board"].partition("<main")[2]
    assert [f"{hour}{one}" for hour in (12, 13) for one in MINUTES if f" {hour}{one}" in shown] == []


def test_a_span_is_rounded_outward_and_a_moment_to_the_hour_after(truce, told):
    shown = {name: projection.report(report, View.PUBLIC) for name, report in told.items()}
    assert {end: shown["tally"]["tally"][end] for end in WHOLE_SPAN} == WHOLE_SPAN
    for name in ("milestone", "withdrawal"):
        assert shown[name]["statement"][name]["occurred"] == {**WHOLE_SPAN, "precision": "hour"}
    assert shown["offer"]["statement"]["extension"]["at"] == "2016-09-15T11:00:00Z"
    steps = [step for name in ("offer", "later") for step in told[name].extensions.all()]
    assert {projection.extension(step, View.PUBLIC)["at"] for step in steps} == {"2016-09-15T11:00:00Z"}
    offers = Client().get(f"/api/v1/truces/{truce.slug}/status", AS_OF).json()["extensions"]
    assert {one["at"] for one in offers} == {"2016-09-15T11:00:00Z"}


def test_the_cleared_are_told_the_minute(truce, told):
    assert projection.report(told["tally"], View.FULL)["tally"]["from"] == SPAN["from"]
    assert projection.report(told["milestone"], View.FULL)["statement"]["milestone"]["occurred"] == EXACT
    assert "2016-09-15T10:21:00Z" in orjson.dumps(status.status(truce, view=View.FULL)["extensions"]).decode()


@pytest.mark.parametrize(
    ("as_of", "is_there"), [("10:20:59", False), ("10:21:00", False), ("11:00:00", True)]
)
def test_asked_minute_by_minute_it_is_there_from_the_full_hour_on(truce, told, as_of, is_there):
    asked = {"as_of": f"2016-09-15T{as_of}Z"}
    days = Client().get(f"/api/v1/truces/{truce.slug}/days", asked).json()["results"]
    assert any(day["tallies"] for day in days) == is_there
    board = Client().get(f"/truces/{truce.slug}/", asked).content.decode()
    assert ("own field staff" in board.lower() or "our desk" in board.lower()) == is_there


@pytest.mark.parametrize("is_weighed", [False, True])
def test_the_page_of_an_incident_tells_no_minute_before_it_is_weighed_either(
    truce, told, author, settings, is_weighed
):
    report = received(
        author, source="our-desk", consent="public", external_id="strike", claim={"occurred": STRIKE}
    )
    positions.place()
    settings.CLOCK_OFFSET = timedelta(hours=40).total_seconds()
    publication.publish_due()
    positions.place()
    if is_weighed:
        assessment.sweep()
    page = Client().get(f"/incidents/{references.incident_of(report).reference}/")
    assert page.status_code == 200
    assert ":43" not in page.content.decode().partition("<main")[2]
