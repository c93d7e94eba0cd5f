"""Scenario files of the suite: a second, invented charter, and the variants of the shipped scenario.

The variants stack on ``tracker/scenarios/syria-2016-09.yaml``: the second is loaded after the first, the
third after the second; the fourth after the second. The fifth is a scenario of its own.
"""

import json
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

SHIPPED = Path(__file__).parents[2] / "tracker" / "scenarios" / "syria-2016-09.yaml"
INVENTED = Path(__file__).parent / "two-harbours-2023.yaml"
RULED_NO_VIOLATION = Path(__file__).parent / "syria-2016-09-variant-1.yaml"
DELIVERED = Path(__file__).parent / "syria-2016-09-variant-2.yaml"
DECLARED_UNLOCKED = Path(__file__).parent / "syria-2016-09-variant-3.yaml"
RULED_VIOLATION = Path(__file__).parent / "syria-2016-09-variant-4.yaml"

VARIANTS: dict[int, tuple[Path, ...]] = {
    1: (RULED_NO_VIOLATION,),
    2: (RULED_NO_VIOLATION, DELIVERED),
    3: (RULED_NO_VIOLATION, DELIVERED, DECLARED_UNLOCKED),
    4: (RULED_NO_VIOLATION, DELIVERED, RULED_VIOLATION),
}
"""The files of each variant, in the order in which they are loaded after the shipped scenario."""

VAGUE_REPORT: dict[str, Any] = {
    "external_id": "syria-2016-09/variant-5",
    "kind": "incident",
    "source": "russian-military",
    "truce": "syria-2016-09",
    "incident": "A",
    "known": "2016-09-17T18:00:00Z",
    "known_basis": "set for a test",
    "language": "en",
    "summary": "Says that aircraft of the coalition struck Syrian forces some time in 2016.",
    "claim": {
        "occurred": {"from": "2015-12-31T22:00:00Z", "to": "2016-12-31T22:00:00Z", "precision": "year"},
        "place": {
            "name": "near Deir ez-Zor airport",
            "country": "SYR",
            "lat": 35.28,
            "lon": 40.09,
            "precision": 2,
        },
        "act": "air_strike",
        "by": "us-led-coalition",
        "against": "syrian-army",
        "stance": {"event": "asserts", "actor": "asserts"},
        "credibility": 3,
    },
}


def vague_scenario() -> bytes:
    """The fifth variant: the shipped scenario with a single, vague report of A, as JSON (which is YAML)."""
    scenario = YAML(typ="safe", pure=True).load(SHIPPED.read_text())
    others = [report for report in scenario["reports"] if report.get("incident") != "A"]
    return json.dumps({**scenario, "reports": [VAGUE_REPORT, *others]}, ensure_ascii=False).encode()
