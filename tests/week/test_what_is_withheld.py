"""What the public is told comes from public facts alone: nothing withheld shows through."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from .week import SHIPPED, SLUG, get, moment

MOMENTS = ("14 Sep 20:00Z", "17 Sep 18:30Z", "17 Sep 20:00Z")
PUBLIC_ADDRESSES = (
    f"truces/{SLUG}",
    f"truces/{SLUG}/status",
    f"truces/{SLUG}/status/history",
    f"truces/{SLUG}/days",
    "truces",
    "incidents",
    "reports",
    "violations",
    "feed",
)


def told() -> dict[str, Any]:
    """Everything that the public can read of the truce, pages too."""
    answers: dict[str, Any] = {path: get(path) for path in PUBLIC_ADDRESSES}
    for text in MOMENTS:
        answers[text] = get(f"truces/{SLUG}/status", as_of=moment(text), known_at=moment(text))
    for incident in answers["incidents"]["results"]:
        answers[incident["ref"]] = get(f"incidents/{incident['ref']}")
    client = Client(headers={"host": "localhost"})
    for page in ("/", f"/truces/{SLUG}/", f"/truces/{SLUG}/incidents/"):
        answers[page] = client.get(page).content
    return answers


@pytest.fixture(scope="module", autouse=True)
def the_week(load) -> None:
    load(SHIPPED)


def receive(**changes: Any) -> None:
    """A report from a trusted source that is not for the public, known live or at a moment of the week."""
    from tracker.intake.report_document import check_report
    from tracker.services import assessment, clock, positions, references, reports
    from tracker.services.authors import Author

    known = changes.pop("known", None)
    body = {
        "kind": "incident",
        "truce": SLUG,
        "source": "syrian-observatory",
        "visibility": "restricted",
        "language": "en",
        "claim": {
            "occurred": {"from": "2016-09-17T12:00:00Z", "to": "2016-09-17T13:00:00Z", "precision": "hour"},
            "place": {"name": "a village", "country": "SYR", "lat": 35.28, "lon": 40.09, "precision": 2},
            "act": "shelling",
            "by": "syrian-army",
            "against": "civilians",
            "credibility": 2,
            "casualties": [{"group": "civilians", "effect": "killed", "min": 200, "max": None}],
        },
        **changes,
    }
    document, faults = check_report(body, now=clock.now(), exists=references.exists)
    assert not faults, [fault.message for fault in faults]
    author = Author.of_worker("a test")
    reports.receive(document, author, known_given=known, known_basis="a test" if known else "")
    positions.place()
    assessment.sweep()


def test_restricted_reports_change_nothing_that_the_public_is_told():
    from tracker.models import Truce, View
    from tracker.services.clock import now
    from tracker.services.recompute import differences
    from tracker.services.status import status

    before = told()
    truce = Truce.objects.get(slug=SLUG)
    full_before = status(truce, view=View.FULL)
    incident = get("violations", truce=SLUG)["results"][0]["incident"]["ref"]
    a_report = get(f"incidents/{incident}")["reports"][0]
    receive(external_id="another village")
    receive(external_id="the strike itself", incident=incident)
    receive(external_id="earlier in the week", known=now().replace(year=2016, month=9, day=15))
    receive(external_id=a_report["external_id"], source=a_report["source"], supersedes=a_report["ref"])
    truce.refresh_from_db()
    full_after = status(truce, view=View.FULL, known_at=now() + timedelta(days=1))
    assert full_after["terms"] != full_before["terms"], (
        "the full view must have moved for this to show anything"
    )
    after = told()
    assert {name for name, answer in after.items() if answer != before[name]} == set()
    assert differences(truce) == []
