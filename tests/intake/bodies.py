"""Sound bodies of each kind of report, to be spoiled one way at a time."""

import copy
import datetime
from typing import Any

NOW = datetime.datetime(2023, 5, 10, 9, 30, tzinfo=datetime.UTC)

INCIDENT: dict[str, Any] = {
    "source": "harbour-monitor",
    "external_id": "17",
    "kind": "incident",
    "truce": "two-harbours-2023",
    "incident": None,
    "published": "2023-04-05T18:00:00Z",
    "supersedes": None,
    "language": "en",
    "url": "https://monitor.example/17?a=b",
    "summary": "Says that shells fell near the east quay.",
    "quotation": "Shells fell.",
    "relayed_by": ["harbour-post"],
    "visibility": "public",
    "consent": None,
    "claim": {
        "occurred": {"from": "2023-04-04T13:30:00Z", "to": "2023-04-05T13:30:00Z", "precision": "day"},
        "place": {"name": "east quay", "pcode": None, "lat": -31.5, "lon": 159.0, "precision": 2},
        "act": "shelling",
        "by": None,
        "against": "east-council",
        "stance": {"event": "asserts", "actor": "cannot_say"},
        "intent": "not_stated",
        "credibility": 3,
        "quotes": [],
        "casualties": [{"group": "combatants", "effect": "killed", "min": 8, "max": None}],
    },
}
ACCESS: dict[str, Any] = {
    "source": "harbour-monitor",
    "kind": "access",
    "access": {"convoy": "first-boats", "planned": 4, "delivered": None, "place": {"name": "west pier"}},
}
TALLY: dict[str, Any] = {
    "source": "harbour-monitor",
    "kind": "tally",
    "tally": {
        "from": "2023-04-04T00:00:00Z",
        "to": "2023-04-05T00:00:00Z",
        "counts": [{"what": "attacks", "n": 5}],
    },
}
STATEMENT: dict[str, Any] = {
    "source": "harbour-monitor",
    "kind": "statement",
    "statement": {"about": "extension", "extension": {"hours": 72, "state": "offered"}},
}
SOUND = {"incident": INCIDENT, "access": ACCESS, "tally": TALLY, "statement": STATEMENT}


def spoiled(body: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A copy with values put in by path, ``claim__casualties__0__min=9``; ``...`` removes the entry."""
    changed = copy.deepcopy(body)
    for path, value in changes.items():
        *way, last = (int(step) if step.isdigit() else step for step in path.split("__"))
        holder: Any = changed
        for step in way:
            holder = holder[step]
        if value is ...:
            del holder[last]
        else:
            holder[last] = value
    return changed
