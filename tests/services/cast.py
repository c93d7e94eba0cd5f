"""The cast of the services' tests: the shipped charter on a few areas, and a report to vary."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from django.db import models

import tracker
from tracker.intake import basemap
from tracker.intake.report_document import ReportDocument, check_report
from tracker.intake.scenario import read_scenario_file
from tracker.intake.scenario_document import ScenarioDocument
from tracker.models import Report
from tracker.services import clock, places, references, reports
from tracker.services.authors import Author

SCENARIO = Path(tracker.__file__).parent / "scenarios" / "syria-2016-09.yaml"
DEIR_EZ_ZOR = {
    "name": "near Deir ez-Zor airport",
    "country": "SYR",
    "lat": 35.28,
    "lon": 40.09,
    "precision": 2,
}


@cache
def shipped_scenario() -> ScenarioDocument:
    read = read_scenario_file(SCENARIO, now=clock.now())
    assert read.faults == ()
    assert read.document is not None
    return read.document


def load_areas(author: Author) -> None:
    outlines = [
        places.AreaOutline(area.code, area.level, area.parent, area.name, area.rings)
        for area in [*basemap.countries().values(), *basemap.divisions("SYR")]
        if area.code in {"SYR", "TUR", "IRQ"} or area.parent == "SYR"
    ]
    places.load_areas(author, outlines)


def report_document(claim: dict[str, Any] | None = None, **changes: Any) -> ReportDocument:
    """A validated report of an air strike; ``changes`` replace its fields, ``claim`` those of its claim."""
    body: dict[str, Any] = {
        "source": "syrian-observatory",
        "external_id": "one",
        "kind": "incident",
        "truce": "syria-2016-09",
        "language": "en",
        "summary": "At least 80 soldiers killed.",
        "claim": {
            "occurred": {"from": "2016-09-16T21:00:00Z", "to": "2016-09-17T21:00:00Z", "precision": "day"},
            "place": DEIR_EZ_ZOR,
            "act": "air_strike",
            "by": None,
            "against": "syrian-army",
            "stance": {"event": "asserts", "actor": "cannot_say"},
            "credibility": 3,
            "casualties": [{"group": "combatants", "effect": "killed", "min": 80, "max": None}],
            **(claim or {}),
        },
        **changes,
    }
    if body["kind"] != "incident":
        del body["claim"]
    document, faults = check_report(body, now=clock.now(), exists=references.exists)
    assert faults == []
    assert document is not None
    return document


def received(author: Author, **changes: Any) -> Report:
    """A report as it is stored."""
    return reports.receive(report_document(**changes), author).report


def columns(row: models.Model) -> dict[str, Any]:
    """What a row holds, by its columns."""
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
