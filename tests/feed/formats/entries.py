"""Entries of the violation feed as the formats take them: invented ones."""

from __future__ import annotations

from typing import Any

PLACE = {
    "name": "the ford",
    "pcode": "SY0702",
    "country": "SYR",
    "lat": 35.25,
    "lon": -40.5,
    "precision": 1,
    "adm1": "Upper Bank",
}
KILLED = {
    "min": 30,
    "max": None,
    "at_least": 80,
    "contested": False,
    "sources": ["river-monitor"],
    "repeated_by": [],
}


def entry(number: int = 1, *, place: Any = PLACE, **changes: Any) -> dict[str, Any]:
    """One entry, its members changed as said."""
    found = {
        "ref": f"inc_000000000{number}/cessation",
        "truce": "river-truce",
        "term": "cessation",
        "reading": "alleged",
        "incident": {
            "ref": f"inc_000000000{number}",
            "act": "shelling",
            "occurred": {"from": None, "to": "2026-03-04T07:00:00Z", "precision": "hour"},
            "place": place,
        },
        "alleged": ["north", "raiders"],
        "against": ["south"],
        "responsible": None,
        "answers_to": None,
        "attribution": "claimed",
        "intent": "not_stated",
        "casualties": {"killed": KILLED, "injured": None, "by_group": {}},
        "grade": "weak",
        "readings": {"alleged": True, "corroborated": False, "ruled": False},
        "severity": None,
        "ruling": None,
        "sources": ["gazette", "river-monitor"],
        "first_known": "2026-03-04T08:00:00Z",
        "updated": "2026-03-04T09:00:00.250000Z",
        "version": 2,
        "method": "1",
        "url": f"http://localhost/incidents/inc_000000000{number}/",
        "licence": "CC BY 4.0",
        "attributed_to": "The tracker",
        "citation": "The tracker: one violation.",
    }
    return {**found, **changes}
