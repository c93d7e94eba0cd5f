"""Examples of requests and answers, one for each operation, from the scenario that ships."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample

HOST = "http://localhost:8000"


def _answer(name: str, value: Any, media_type: str = "application/json", status: int = 200) -> OpenApiExample:
    return OpenApiExample(
        name, value=value, response_only=True, media_type=media_type, status_codes=[str(status)]
    )


_TRUCE = {
    "slug": "syria-2016-09",
    "title": {"en": "US–Russia truce in Syria"},
    "zone": "Asia/Damascus",
    "area": ["SYR"],
    "truce_class": "cessation_of_hostilities",
    "agreed": "2016-09-09T00:00:00Z",
    "in_force_from": "2016-09-12T16:00:00Z",
    "ends": None,
    "record_ends": "2016-09-17T21:00:00Z",
    "headline_reading": "corroborated",
    "url": f"{HOST}/truces/syria-2016-09/",
    "status": f"{HOST}/api/v1/truces/syria-2016-09/status",
}
_CLOCK_RUNS = {
    "state": "running",
    "since": "2016-09-12T16:00:00Z",
    "message": "clock.running",
    "text": "…",
    "values": {
        "length_seconds": 604_800,
        "elapsed_seconds": 446_400,
        "completes_at": "2016-09-19T16:00:00Z",
        "completes_at_best": "2016-09-19T16:00:00Z",
        "resets": [],
        "resets_count": 0,
        "unplaced": [],
    },
    "evidence": [],
    "would_change": [],
    "next_moment": "2016-09-19T16:00:00Z",
}
_SENT = {
    "source": "syrian-observatory",
    "external_id": "2016-09-17/3",
    "kind": "incident",
    "truce": "syria-2016-09",
    "published": "2016-09-17T18:00:00Z",
    "language": "en",
    "summary": "At least 80 soldiers were killed in air raids near the airport.",
    "claim": {
        "occurred": {"from": "2016-09-16T21:00:00Z", "to": "2016-09-17T21:00:00Z", "precision": "day"},
        "place": {"name": "Deir ez-Zor airport", "lat": 35.28, "lon": 40.09, "precision": 2},
        "act": "air_strike",
        "against": "syrian-army",
        "stance": {"event": "asserts", "actor": "cannot_say"},
        "credibility": 3,
        "casualties": [{"group": "combatants", "effect": "killed", "min": 80, "max": None}],
    },
}
_KEPT = {
    "ref": "rep_7k3m9q2x4d",
    **_SENT,
    "revision": 1,
    "incident": "inc_4t8w2z6c0b",
    "received": "2016-09-17T18:04:11.204Z",
    "known": "2016-09-17T18:04:11.211Z",
    "supersedes": None,
    "quotation": None,
    "relayed_by": [],
    "visibility": "public",
}
_KILLED = {
    "min": 30,
    "max": None,
    "at_least": 80,
    "contested": True,
    "sources": ["russian-military", "syrian-observatory"],
}
_INJURED = {"min": 100, "max": 100, "at_least": None, "contested": False, "sources": ["russian-military"]}
_PLACE = {
    "name": "Deir ez-Zor airport",
    "pcode": None,
    "country": "SYR",
    "lat": 35.28,
    "lon": 40.09,
    "precision": 2,
}
_HAPPENED = {"from": "2016-09-16T21:00:00Z", "to": "2016-09-17T18:00:00Z", "precision": "day"}
_WEIGHED = {
    "truce": "syria-2016-09",
    "term": "cessation",
    "coverage": "covered",
    "grade": "confirmed",
    "alleged": ["us-led-coalition"],
    "ruled": None,
}
_INCIDENT = {
    "ref": "inc_4t8w2z6c0b",
    "act": "air_strike",
    "occurred": _HAPPENED,
    "place": _PLACE,
    "first_known": "2016-09-17T18:00:00Z",
    "weighed": [_WEIGHED],
    "url": f"{HOST}/incidents/inc_4t8w2z6c0b/",
}
_VIOLATION = {
    "ref": "inc_4t8w2z6c0b/cessation",
    "truce": "syria-2016-09",
    "term": "cessation",
    "reading": "corroborated",
    "incident": {"ref": "inc_4t8w2z6c0b", "act": "air_strike", "occurred": _HAPPENED, "place": _PLACE},
    "alleged": ["us-led-coalition"],
    "responsible": None,
    "answers_to": "united-states",
    "attribution": "admitted",
    "intent": "denied",
    "casualties": {"killed": _KILLED, "injured": _INJURED, "by_group": {"combatants": {"killed": _KILLED}}},
    "grade": "confirmed",
    "readings": {"alleged": True, "corroborated": True, "ruled": False},
    "severity": None,
    "ruling": None,
    "sources": ["russian-military", "syrian-observatory", "us-central-command"],
    "first_known": "2016-09-17T18:00:00Z",
    "updated": "2016-09-17T18:00:00Z",
    "version": 1,
    "method": "1",
    "url": f"{HOST}/incidents/inc_4t8w2z6c0b/",
    "licence": "CC BY 4.0",
}
_ENTRY = {
    "position": 1,
    "type": "incident.opened",
    "truce": "syria-2016-09",
    "subject": "inc_4t8w2z6c0b",
    "known": "2016-09-17T18:04:11.211000Z",
    "payload": {"ref": "inc_4t8w2z6c0b", "truces": ["syria-2016-09"], "report": "rep_7k3m9q2x4d"},
}


_REFUSED = {
    "type": "about:blank",
    "title": "Bad Request",
    "status": 400,
    "detail": "The request was understood and cannot be used as it is.",
    "instance": "/api/v1/reports/batch",
    "errors": [
        {"pointer": "/kind", "code": "required", "detail": "This field is required. Give a value for “kind”."}
    ],
}


def _page(*results: Any, **members: Any) -> dict[str, Any]:
    return {"results": list(results), "next": None, **members}


TRUCES = _answer("the truces", _page(_TRUCE))
CHARTER = _answer(
    "the charter",
    {
        **_TRUCE,
        "renewal": {"step": "PT48H", "ends_truce": False},
        "declarers": ["united-states", "russia"],
        "leading_body": "tracker",
        "breached_at": None,
        "quiet_for": "P7D",
        "observation_required": False,
        "policies": [{"about": "headline_reading", "basis": "tracker", "text": {"en": "corroborated"}}],
        "actors": {"russia": {"kind": "state", "name": {"en": "Russia"}, "aliases": [], "parents": []}},
        "parties": [{"actor": "russia", "role": "guarantor", "coverage": "bound", "answers_to": None}],
        "terms": [{"ref": "seven-day-clock", "kind": "clock", "breaches_of": ["cessation"], "requires": []}],
    },
)
STATUS = _answer(
    "20:00Z on the sixth day",
    {
        "truce": "syria-2016-09",
        "as_of": "2016-09-17T20:00:00Z",
        "known_at": "2016-09-17T20:00:00Z",
        "view": "public",
        "standing": "in_force",
        "compliance": "strained",
        "day": 6,
        "headline_reading": "corroborated",
        "sentence": "…",
        "renewal": {"state": "lapsed", "ended": "2016-09-16T16:00:00Z"},
        "extensions": [{"by": ["russia", "united-states"], "hours": 48, "state": "announced"}],
        "terms": [
            {
                "ref": "seven-day-clock",
                "kind": "clock",
                "title": "Seven days of adherence",
                "requires": [],
                "breaches_of": ["cessation"],
                "in_question_since": "2016-09-17T18:00:00Z",
                "readings": {"alleged": _CLOCK_RUNS, "corroborated": _CLOCK_RUNS, "ruled": _CLOCK_RUNS},
            }
        ],
        "record_ends": "2016-09-17T21:00:00Z",
        "projected": False,
        "revision": 41,
        "method": "1",
    },
)
DAYS = _answer(
    "a day with an allegation and a tally",
    _page(
        {
            "day": "2016-09-17",
            "received": 1,
            "found": 0,
            "cleared": 0,
            "insufficient": 0,
            "pending": 1,
            "may_fall": 0,
            "observed": False,
            "tallies": [
                {
                    "source": "russian-military",
                    "report": "rep_7k3m9q2x4d",
                    "counts": [{"what": "attacks", "n": 55, "spans": True}],
                    "from": "2016-09-16T14:00:00Z",
                    "to": "2016-09-17T14:00:00Z",
                }
            ],
        }
    ),
)
HISTORY = _answer(
    "what the board came to say",
    _page(
        {
            "ref": "trn_2b6d8f0h4j",
            "truce": "syria-2016-09",
            "term": "seven-day-clock",
            "reading": "ruled",
            "state": "running",
            "since": "2016-09-12T16:00:00Z",
            "known": "2016-09-12T16:00:00Z",
            "message": "clock.running",
            "text": "…",
            "values": {},
            "evidence": [],
        }
    ),
)
INCIDENTS = _answer("the latest incident", _page(_INCIDENT))
INCIDENT = _answer(
    "an incident",
    {**_INCIDENT, "merged_from": [], "truces": ["syria-2016-09"], "reports": [_KEPT], "rulings": []},
)
REPORTS = _answer("the latest report", _page(_KEPT))
REPORT_KEPT = OpenApiExample("a report as it is kept", value=_KEPT, response_only=True)
REPORT_SENT = OpenApiExample("a report of an incident", value=_SENT, request_only=True)
BATCH_SENT = OpenApiExample(
    "two lines",
    value='{"source": "un-ocha", "external_id": "1", "kind": "access", "…": "…"}\n{"source": "un-ocha"}\n',
    request_only=True,
    media_type="application/x-ndjson",
)
BATCH_KEPT = _answer(
    "an outcome for each line",
    {
        "results": [
            {"line": 1, "outcome": "created", "status": 201, "ref": "rep_7k3m9q2x4d"},
            {
                "line": 2,
                "outcome": "refused",
                "status": 400,
                "problem": _REFUSED,
            },
        ]
    },
)
VIOLATIONS = _answer("what counts", _page(_VIOLATION))
FEED = _answer("the first entry", _page(_ENTRY, last=1))
STREAM = _answer(
    "one event",
    'id: 1\nevent: incident.opened\ndata: {"position": 1, "type": "incident.opened", "…": "…"}\n\n',
    media_type="text/event-stream",
)
