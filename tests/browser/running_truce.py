"""An invented truce that has been in force for two days when a test asks, and a sender of reports on it."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

SLUG = "lake-truce"
BOARD = f"/truces/{SLUG}/"
AGREED = "agreement"


def moment(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def named(text: str) -> dict[str, str]:
    """The same words in each language: what they mean is no matter here."""
    return dict.fromkeys(("en", "fr", "ar", "ru"), text)


def write_scenario(path: Path, now: datetime) -> Path:
    """The truce as a scenario file (JSON, which is YAML), without a report."""
    start = moment(now - timedelta(hours=50))
    parties = [
        {
            "actor": actor,
            "role": "party",
            "coverage": "bound",
            "from": start,
            "source": "Article 1",
            "basis": AGREED,
        }
        for actor in ("hill-council", "shore-council")
    ]
    charter = {
        "slug": SLUG,
        "title": named("Truce of the lake (invented)"),
        "zone": "UTC",
        "zone_name": named("UTC"),
        "area": ["AUS"],
        "area_name": named("The lake"),
        "class": "preliminary",
        "agreed": start,
        "in_force_from": start,
        "declarers": ["hill-council", "shore-council"],
        "leading_body": "tracker",
        "headline_reading": "alleged",
        "quiet_for": "P3D",
        "observation_required": False,
        "one_party_ends": False,
        "policies": [],
        "parties": parties,
        "terms": [
            {
                "ref": "no-fire",
                "kind": "prohibition",
                "title": named("No fire"),
                "parameters": {"acts": ["shelling"]},
                "basis": AGREED,
                "source": "Article 2",
            },
            {
                "ref": "calm-days",
                "kind": "clock",
                "title": named("Seven calm days"),
                "parameters": {"length": "P7D", "policy": "reset"},
                "breaches_of": ["no-fire"],
                "basis": AGREED,
                "source": "Article 3",
            },
        ],
    }
    actors = [
        {"slug": "hill-council", "kind": "state", "name": named("Hill Council")},
        {"slug": "shore-council", "kind": "state", "name": named("Shore Council")},
    ]
    sources = [{"slug": "lake-monitor", "kind": "monitor", "name": named("Lake Monitor"), "reliability": "B"}]
    path.write_text(json.dumps({"charter": charter, "actors": actors, "sources": sources, "reports": []}))
    return path


def shelling(number: int, now: datetime, **claim: Any) -> dict[str, Any]:
    """A report of shells on the pier two hours ago, as it is sent."""
    return {
        "source": "lake-monitor",
        "external_id": f"shelling/{number}",
        "kind": "incident",
        "truce": SLUG,
        "language": "en",
        "summary": "Shells fell on the pier.",
        "claim": {
            "occurred": {
                "from": moment(now - timedelta(hours=3)),
                "to": moment(now - timedelta(hours=2)),
                "precision": "hour",
            },
            "place": {"name": f"pier {number}", "country": "AUS", "precision": 7},
            "act": "shelling",
            "by": "hill-council",
            "against": "shore-council",
            "credibility": 2,
            **claim,
        },
    }
