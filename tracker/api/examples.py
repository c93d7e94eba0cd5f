"""Examples of requests and answers, one for each operation, from the scenario that ships."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample

from tracker.feed.formats import FORMATS, atom, geojson

HOST = "http://localhost:8000"


def _answer(name: str, value: Any, media_type: str = "application/json", status: int = 200) -> OpenApiExample:
    return OpenApiExample(
        name, value=value, response_only=True, media_type=media_type, status_codes=[str(status)]
    )


_TRUCE = {
    "slug": "two-rivers-2031",
    "title": {"en": "Truce of the Two Rivers"},
    "zone": "Africa/Nairobi",
    "area": ["KEN"],
    "truce_class": "cessation_of_hostilities",
    "agreed": "2031-09-09T00:00:00Z",
    "in_force_from": "2031-09-12T16:00:00Z",
    "ends": None,
    "record_ends": "2031-09-17T21:00:00Z",
    "headline_reading": "corroborated",
    "url": f"{HOST}/truces/two-rivers-2031/",
    "status": f"{HOST}/api/v1/truces/two-rivers-2031/status",
}
_CLOCK_RUNS = {
    "state": "running",
    "since": "2031-09-12T16:00:00Z",
    "message": "clock.running",
    "text": "…",
    "values": {
        "length_seconds": 604_800,
        "elapsed_seconds": 446_400,
        "completes_at": "2031-09-19T16:00:00Z",
        "completes_at_best": "2031-09-19T16:00:00Z",
        "resets": [],
        "resets_count": 0,
        "unplaced": [],
    },
    "evidence": [],
    "would_change": [],
    "next_moment": "2031-09-19T16:00:00Z",
}
_SENT = {
    "source": "valley-observatory",
    "external_id": "2031-09-17/3",
    "kind": "incident",
    "truce": "two-rivers-2031",
    "published": "2031-09-17T18:00:00Z",
    "language": "en",
    "summary": "At least 80 soldiers were killed in air raids near the airport.",
    "claim": {
        "occurred": {"from": "2031-09-16T21:00:00Z", "to": "2031-09-17T21:00:00Z", "precision": "day"},
        "place": {"name": "the north bridge", "lat": -0.52, "lon": 37.45, "precision": 2},
        "act": "air_strike",
        "against": "upper-bank-army",
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
    "received": "2031-09-17T18:04:11.204Z",
    "known": "2031-09-17T18:04:11.211Z",
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
    "sources": ["upper-bank-army-statements", "valley-observatory"],
    "repeated_by": [],
}
_INJURED = {
    "min": 100,
    "max": 100,
    "at_least": None,
    "contested": False,
    "sources": ["upper-bank-army-statements"],
    "repeated_by": [],
}
_PLACE = {
    "name": "the north bridge",
    "pcode": None,
    "country": "KEN",
    "lat": -0.52,
    "lon": 37.45,
    "precision": 2,
    "adm1": "Eastern",
}
_HAPPENED = {"from": "2031-09-16T21:00:00Z", "to": "2031-09-17T18:00:00Z", "precision": "day"}
_WEIGHED = {
    "truce": "two-rivers-2031",
    "term": "cessation",
    "coverage": "covered",
    "grade": "confirmed",
    "alleged": ["lower-bank-air-force"],
    "ruled": None,
}
_INCIDENT = {
    "ref": "inc_4t8w2z6c0b",
    "act": "air_strike",
    "occurred": _HAPPENED,
    "place": _PLACE,
    "first_known": "2031-09-17T18:00:00Z",
    "weighed": [_WEIGHED],
    "url": f"{HOST}/incidents/inc_4t8w2z6c0b/",
}
_RULING = {
    "ref": "rul_9d5h1n7v3s",
    "incident": "inc_4t8w2z6c0b",
    "truce": "two-rivers-2031",
    "term": "cessation",
    "body": "valley-jurists",
    "outcome": "insufficient_evidence",
    "severity": None,
    "responsible": None,
    "reason": "Nobody who was there has been heard.",
    "occurred": None,
    "answer": "asked",
    "answer_text": None,
    "supersedes": "rul_2k8r4m6y0b",
    "superseded_by": None,
    "known": "2031-09-19T10:00:00Z",
}
_VIOLATION = {
    "ref": "inc_4t8w2z6c0b/cessation",
    "truce": "two-rivers-2031",
    "term": "cessation",
    "reading": "corroborated",
    "incident": {"ref": "inc_4t8w2z6c0b", "act": "air_strike", "occurred": _HAPPENED, "place": _PLACE},
    "alleged": ["lower-bank-air-force"],
    "against": ["upper-bank-army"],
    "responsible": None,
    "answers_to": "lower-bank",
    "attribution": "admitted",
    "intent": "denied",
    "casualties": {"killed": _KILLED, "injured": _INJURED, "by_group": {"combatants": {"killed": _KILLED}}},
    "grade": "confirmed",
    "readings": {"alleged": True, "corroborated": True, "ruled": False},
    "coverage": "covered",
    "assumed": False,
    "unplaced": False,
    "severity": None,
    "ruling": None,
    "sources": ["upper-bank-army-statements", "valley-observatory", "lower-bank-command"],
    "first_known": "2031-09-17T18:00:00Z",
    "updated": "2031-09-17T18:00:00Z",
    "version": 1,
    "method": "1",
    "url": f"{HOST}/incidents/inc_4t8w2z6c0b/",
    "licence": "CC BY 4.0",
    "attributed_to": "Ceasefire compliance tracker",
    "citation": "Ceasefire compliance tracker: two-rivers-2031, inc_4t8w2z6c0b/cessation, corroborated, "
    f"method 1, version 1 of 2031-09-17T18:00:00Z. {HOST}/incidents/inc_4t8w2z6c0b/ (CC BY 4.0)",
}
_ENTRY = {
    "position": 1,
    "type": "incident.opened",
    "truce": "two-rivers-2031",
    "subject": "inc_4t8w2z6c0b",
    "known": "2031-09-17T18:04:11.211000Z",
    "payload_version": 1,
    "payload": {"ref": "inc_4t8w2z6c0b", "truces": ["two-rivers-2031"], "report": "rep_7k3m9q2x4d"},
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
        "declarers": ["lower-bank", "upper-bank"],
        "leading_body": "tracker",
        "breached_at": None,
        "quiet_for": "P7D",
        "observation_required": False,
        "policies": [{"about": "headline_reading", "basis": "tracker", "text": {"en": "corroborated"}}],
        "actors": {
            "upper-bank": {"kind": "state", "name": {"en": "Upper Bank"}, "aliases": [], "parents": []}
        },
        "parties": [{"actor": "upper-bank", "role": "guarantor", "coverage": "bound", "answers_to": None}],
        "terms": [{"ref": "seven-day-clock", "kind": "clock", "breaches_of": ["cessation"], "requires": []}],
    },
)
STATUS = _answer(
    "20:00Z on the sixth day",
    {
        "truce": "two-rivers-2031",
        "as_of": "2031-09-17T20:00:00Z",
        "known_at": "2031-09-17T20:00:00Z",
        "view": "public",
        "standing": "in_force",
        "compliance": "strained",
        "day": 6,
        "headline_reading": "corroborated",
        "sentence": "…",
        "renewal": {"state": "lapsed", "ended": "2031-09-16T16:00:00Z"},
        "extensions": [{"by": ["upper-bank", "lower-bank"], "hours": 48, "state": "announced"}],
        "terms": [
            {
                "ref": "seven-day-clock",
                "kind": "clock",
                "title": "Seven days of adherence",
                "requires": [],
                "breaches_of": ["cessation"],
                "in_question_since": "2031-09-17T18:00:00Z",
                "readings": {"alleged": _CLOCK_RUNS, "corroborated": _CLOCK_RUNS, "ruled": _CLOCK_RUNS},
            }
        ],
        "record_ends": "2031-09-17T21:00:00Z",
        "projected": False,
        "revision": 41,
        "method": "1",
    },
)
DAYS = _answer(
    "a day with an allegation and a tally",
    _page(
        {
            "day": "2031-09-17",
            "received": 1,
            "found": 0,
            "cleared": 0,
            "insufficient": 0,
            "pending": 1,
            "may_fall": 0,
            "observed": False,
            "tallies": [
                {
                    "source": "upper-bank-army-statements",
                    "report": "rep_7k3m9q2x4d",
                    "counts": [{"what": "attacks", "n": 55, "spans": True}],
                    "from": "2031-09-16T14:00:00Z",
                    "to": "2031-09-17T14:00:00Z",
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
            "truce": "two-rivers-2031",
            "term": "seven-day-clock",
            "reading": "ruled",
            "state": "running",
            "since": "2031-09-12T16:00:00Z",
            "known": "2031-09-12T16:00:00Z",
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
    {
        **_INCIDENT,
        "merged_from": [],
        "truces": ["two-rivers-2031"],
        "reports": [_KEPT],
        "rulings": [_RULING],
    },
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
VIOLATION_FORMATS = [
    *(
        _answer(f"what counts, as {name}", b"".join(one.stream([_VIOLATION])).decode(), one.media_type)
        for name, one in FORMATS.items()
        if name != "geojson"
    ),
    _answer(
        "what counts, as geojson",
        {"type": "FeatureCollection", "features": [geojson.feature(_VIOLATION)]},
        FORMATS["geojson"].media_type,
    ),
    _answer(
        "what counts, as atom",
        atom.page(
            [_VIOLATION],
            atom.About(
                name="api/v1/violations?format=atom",
                address=f"{HOST}/api/v1/violations?format=atom",
                first=f"{HOST}/api/v1/violations?format=atom",
                following=None,
                author="Ceasefire compliance tracker",
                licence="CC BY 4.0",
            ),
        ).decode(),
        atom.MEDIA_TYPE,
    ),
]
FEED = _answer("the first entry", _page(_ENTRY, last=1))
FEED_LINES = _answer(
    "one entry a line",
    '{"position": 1, "type": "incident.opened", "…": "…"}\n{"position": 2, "…": "…"}\n',
    media_type="application/x-ndjson",
)
STREAM = _answer(
    "one event",
    'id: 1\nevent: incident.opened\ndata: {"position": 1, "type": "incident.opened", "…": "…"}\n\n',
    media_type="text/event-stream",
)

_WEBHOOK = {
    "ref": "whk_5n8r1t6v3y",
    "name": "the observatory's copy",
    "url": "https://example.org/hook",
    "view": "public",
    "truce": "two-rivers-2031",
    "types": [],
    "position": 1234,
    "owed": 0,
    "given_up": 0,
    "state": "active",
    "because": None,
    "reason": None,
    "disabled": None,
    "failures": 0,
    "failing_since": None,
    "rests_until": None,
    "last_delivered": "2031-09-17T18:04:12.007Z",
    "previous_secret_until": None,
    "created": "2031-09-12T09:00:00Z",
}
_SECRET = {"secret": "whsec_tmlSFmvXLGtTjVyYWc2r1gAPKmPNKKUbYHHTWaNvkkY="}
_MESSAGE = {"message": "whk_5n8r1t6v3y_test_4t8w2z6c0b"}


def _request(name: str, value: Any) -> OpenApiExample:
    return OpenApiExample(name, value=value, request_only=True)


WEBHOOKS = _answer("one endpoint", _page(_WEBHOOK))
WEBHOOK = _answer("an endpoint", _WEBHOOK)
WEBHOOK_ASKED = _request(
    "the entries of a truce", {"url": "https://example.org/hook", "truce": "two-rivers-2031", "after": 0}
)
WEBHOOK_MADE = _answer("an endpoint and its secret", {**_WEBHOOK, **_SECRET}, status=201)
WEBHOOK_CHANGED = _request("disable it", {"state": "disabled"})
WEBHOOK_ROTATION = _request("a day of overlap", {"overlap_hours": 24})
WEBHOOK_ROTATED = _answer(
    "a new secret", {**_WEBHOOK, **_SECRET, "previous_secret_until": "2031-09-18T18:00:00Z"}
)
WEBHOOK_TEST = _answer("the message's id", _MESSAGE, status=202)
WEBHOOK_REPLAY = _request("everything after a position", {"after": 1200})
WEBHOOK_REPLAYED = _answer("an endpoint that starts again", {**_WEBHOOK, "position": 1200}, status=202)
WEBHOOK_DELIVERIES = _answer(
    "an attempt that failed",
    _page(
        {
            "ref": "dlv_2c7f9h1k4m",
            "message": "whk_5n8r1t6v3y_1234",
            "type": "incident.opened",
            "position": 1234,
            "attempt": 1,
            "tried": "2031-09-17T18:04:11.900Z",
            "milliseconds": 107,
            "outcome": "failed",
            "status": 503,
            "problem": "status",
            "detail": "The receiver answered 503 instead of a status from 200 to 299.",
        }
    ),
)
_ASKED = {
    "what": "violations",
    "format": "csv",
    "filters": {"truce": "two-rivers-2031", "reading": "alleged"},
}
_BEGUN = {
    "ref": "exp_9m1r5v8x2c",
    **_ASKED,
    "view": "public",
    "known": "2031-09-17T18:04:11.211000Z",
    "state": "waiting",
    "created": "2031-09-17T18:10:00Z",
    "expires": "2031-09-24T18:10:00Z",
    "done": 0,
    "rows": None,
    "size": None,
    "sha256": None,
    "url": f"{HOST}/api/v1/exports/exp_9m1r5v8x2c",
    "file": None,
}
_DIGEST = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
_FINISHED = {
    **_BEGUN,
    "state": "finished",
    "done": 214,
    "rows": 214,
    "size": 61_440,
    "sha256": _DIGEST,
    "file": f"{HOST}/api/v1/exports/exp_9m1r5v8x2c/file",
}
EXPORT_ASKED = OpenApiExample("violations as a spreadsheet", value=_ASKED, request_only=True)
EXPORT_BEGUN = _answer("one that waits", _BEGUN, status=202)
EXPORT_FINISHED = _answer("one that is finished", _FINISHED)
EXPORTS = _answer("the latest export", _page(_FINISHED))
SNAPSHOT = _answer(
    "the newest snapshot",
    {
        "ref": "snp_3h7k1p5s9w",
        "position": 4_210,
        "known": "2031-09-17T18:04:11.211000Z",
        "made": "2031-09-17T18:40:00Z",
        "entries": 2_803,
        "size": 412_377,
        "sha256": _DIGEST,
        "media_type": "application/gzip",
        "file": f"{HOST}/api/v1/feed/snapshot/snp_3h7k1p5s9w",
        "then": f"{HOST}/api/v1/feed?after=4210",
    },
)
