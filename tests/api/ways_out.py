"""Every way out of the service, walked as one caller: what is answered, without what changes by itself.

``ASKED`` has an entry for each address of the API that can be read and ``PAGES`` one for each page; one that
is missing fails the test that uses them, so that a new way out is walked from its first day.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.test import Client
from django.urls import URLPattern, URLResolver

from tests.week.week import SLUG, moment

Queries = list[dict[str, Any]]
NOTHING: Queries = [{}]
PAGE_SIZES = (1, 7)
MOMENTS = ("14 Sep 20:00Z", "17 Sep 18:30Z", "17 Sep 20:00Z")
LANGUAGES = ("en", "fr", "ar", "ru")

# What no two answers have in common: names made by chance, counts of requests, moments of the asking itself.
VOLATILE_HEADERS = {"X-Request-ID", "Date", "Expires", "Set-Cookie", "RateLimit", "RateLimit-Policy"}
VOLATILE_TEXT = (
    (re.compile(rb"\b(exp|snp|whk|dlv)_[0-9a-z]{10}"), rb"\1_"),
    (re.compile(rb'"(created|expires|made)":"[^"]*"'), rb'"\1":""'),
    (re.compile(rb'(csrfmiddlewaretoken" value=")[^"]*'), rb"\1"),
    (re.compile(rb'(X-CSRFToken"\s*:\s*")[^"]*'), rb"\1"),
    (re.compile(rb"(csrf-token\" content=\")[^\"]*"), rb"\1"),
)


@dataclass(frozen=True)
class Probes:
    """Names and values that belong to what is withheld, to be asked for before it is there and after."""

    source: str
    party: str
    truce: str
    act: str
    box: str
    occurred: tuple[str, str]
    references: tuple[str, ...] = ()


@dataclass(frozen=True)
class Answer:
    """What came back, as far as it can be compared."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> bytes:
        """All of it, for looking for words."""
        return str(self.headers).encode() + self.body


@dataclass
class Caller:
    """Who asks: nobody in particular, a key, or a person who is signed in."""

    name: str
    secret: str | None = None
    person: Any = None
    client: Client = field(init=False)

    def __post_init__(self) -> None:
        headers = {"host": "localhost"}
        if self.secret:
            headers["Authorization"] = f"Bearer {self.secret}"
        self.client = Client(raise_request_exception=False, headers=headers)
        if self.person is not None:
            self.client.force_login(self.person)

    def get(self, path: str, query: dict[str, Any] | None = None, **headers: str) -> Answer:
        return answer_of(self.client.get(path, query or {}, headers=headers))


def answer_of(response: Any, *hidden: str) -> Answer:
    """A response without what changes by itself; ``hidden`` references stand as one and the same word."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    given = body
    for pattern, kept in VOLATILE_TEXT:
        body = pattern.sub(kept, body)
    headers = {name: text for name, text in response.headers.items() if name not in VOLATILE_HEADERS}
    if body != given:
        headers.pop("ETag", None)  # of what changes by itself
    for name, text in headers.items():
        for pattern, kept in VOLATILE_TEXT[:1]:
            headers[name] = pattern.sub(kept, text.encode()).decode()
    return Answer(response.status_code, headers, body)


def asked(probes: Probes) -> dict[str, list[tuple[str, Queries]]]:
    """By the name of each readable address of the API: the paths to ask, with their queries.

    ``{incident}`` and the like in a path stand for each one that the caller is shown.
    """
    moments = [{"as_of": moment(text), "known_at": moment(text)} for text in MOMENTS]
    truces = [f"/api/v1/truces/{SLUG}", f"/api/v1/truces/{probes.truce}"]
    start, end = probes.occurred
    violations: Queries = [
        {"reading": reading, "format": written_as}
        for reading in ("alleged", "corroborated", "ruled")
        for written_as in ("json", "ndjson", "geojson", "csv", "atom")
    ]
    chosen: Queries = [
        {"truce": SLUG},
        {"truce": probes.truce},
        {"term": "cessation"},
        {"party": probes.party},
        {"act": probes.act},
        {"grade": "weak"},
        {"grade": "fair"},
        {"severity": "serious"},
        {"bbox": probes.box},
        {"bbox": "35,32,43,38"},
        {"occurred_from": start, "occurred_to": end},
        {"updated_from": "2016-09-17T00:00:00Z"},
        {"updated_from": "2026-01-01T00:00:00Z"},
        {"country": "SYR"},
        {"pcode": "SY07"},
        {"view": "full"},
        {"cursor": "x"},
        {"colour": "red"},
    ]
    feed: Queries = [
        {},
        {"limit": 1},
        {"after": 5, "limit": 2},
        {"after": 10**6},
        {"truce": SLUG},
        {"truce": probes.truce},
        {"format": "ndjson"},
        {"view": "full"},
    ]
    return {
        "api-truces": [("/api/v1/truces", NOTHING)],
        "api-truce": [(path, NOTHING) for path in truces],
        "api-status": [(f"{path}/status", [{}, *moments, {"view": "full"}]) for path in truces],
        "api-history": [(f"{path}/status/history", [{}, {"limit": 3}]) for path in truces],
        "api-days": [(f"{path}/days", [{}, *moments[:1]]) for path in truces],
        "api-incidents": [
            ("/api/v1/incidents", [{}, {"truce": SLUG}, {"truce": probes.truce}, {"view": "full"}])
        ],
        "api-incident": [("/api/v1/incidents/{incident}", NOTHING)],
        "api-reports": [
            (
                "/api/v1/reports",
                [
                    {},
                    {"source": probes.source},
                    {"source": "syrian-observatory"},
                    *({"kind": kind} for kind in ("incident", "access", "tally", "statement")),
                    {"truce": probes.truce},
                    {"view": "full"},
                ],
            )
        ],
        "api-report": [("/api/v1/reports/{report}", NOTHING)],
        "api-violations": [
            (
                "/api/v1/violations",
                [*violations, *({"reading": "alleged", **one} for one in chosen)],
            )
        ],
        "api-feed": [("/api/v1/feed", feed)],
        # Live streams are walked by themselves: they are not asked through Django's client.
        "api-feed-stream": [],
        "api-feed-snapshot": [("/api/v1/feed/snapshot", NOTHING)],
        "api-feed-snapshot-file": [("/api/v1/feed/snapshot/{snapshot}", NOTHING)],
        "api-webhooks": [("/api/v1/webhooks", NOTHING)],
        "api-webhook": [("/api/v1/webhooks/{webhook}", NOTHING)],
        "api-webhook-deliveries": [("/api/v1/webhooks/{webhook}/deliveries", NOTHING)],
        "api-exports": [("/api/v1/exports", NOTHING)],
        "api-export": [("/api/v1/exports/{export}", NOTHING)],
        "api-export-file": [("/api/v1/exports/{export}/file", NOTHING)],
        "openapi": [("/api/v1/openapi.json", NOTHING)],
        "api-docs": [("/api/docs/", NOTHING)],
        "healthz": [("/healthz", NOTHING)],
        # These two tell of the service itself, and change from one request to the next: words alone count.
        "readyz": [("/readyz", NOTHING)],
        "metrics": [("/metrics", NOTHING)],
    }


OF_THE_SERVICE = ("/readyz", "/metrics")


def pages(probes: Probes) -> dict[str, list[tuple[str, Queries]]]:
    """By the name of each page that can be read: the paths to ask, with their queries."""
    board = [{}, {"as_of": moment(MOMENTS[0])}, {"view": "full"}, {"source": probes.source}]
    desk = {
        name: [(path, NOTHING)]
        for name, path in (
            ("desk", "/desk/"),
            ("desk_report_new", "/desk/reports/new/"),
            ("desk_report", "/desk/reports/{report}/"),
            ("desk_screening", "/desk/screening/"),
            ("desk_takedown", "/desk/takedowns/"),
            ("desk_keys", "/desk/keys/"),
            ("desk_webhooks", "/desk/webhooks/"),
            ("desk_webhook", "/desk/webhooks/{webhook}/"),
        )
    }
    return {
        "overview": [("/", NOTHING)],
        "board": [(f"/truces/{SLUG}/", board), (f"/truces/{probes.truce}/", NOTHING)],
        "map": [(f"/truces/{SLUG}/map.json", NOTHING), (f"/truces/{probes.truce}/map.json", NOTHING)],
        "incidents": [(f"/truces/{SLUG}/incidents/", [{}, {"q": probes.source}, {"act": probes.act}])],
        "incident": [("/incidents/{incident}/", NOTHING)],
        "method": [("/method/", NOTHING)],
        "choose_language": [],
        "sign_in_by_link": [("/account/link/none/", NOTHING)],
        # Only ever posted to.
        **{name: [] for name in ("desk_screen", "desk_key_revoke", "desk_webhook_act")},
        **desk,
    }


def names_of(patterns: list[Any]) -> Iterator[str]:
    """The names of the readable addresses of a URL table."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from names_of(pattern.url_patterns)
        elif isinstance(pattern, URLPattern) and pattern.name:
            view = getattr(pattern.callback, "view_class", None)
            if view is None or hasattr(view, "get"):
                yield pattern.name


def walk(caller: Caller, table: dict[str, list[tuple[str, Queries]]], found: dict[str, list[str]]) -> dict:
    """Everything that a caller is answered, by what was asked. ``found``: references by what they are of."""
    answers: dict[str, Answer] = {}
    for path, queries in (one for ways in table.values() for one in ways):
        name = re.search(r"{(\w+)}", path)
        for each in found.get(name[1], []) if name else [""]:
            for query in queries:
                address = path.replace(f"{{{name[1]}}}", each) if name else path
                answer = caller.get(address, query)
                answers[f"{address} {query}"] = answer
    return answers


def walk_lists(caller: Caller) -> dict[str, Answer]:
    """Every list from its first page to its last, by pages of several lengths: cursors, counts and ends."""
    answers: dict[str, Answer] = {}
    for size in PAGE_SIZES:
        for path in ("incidents", "reports", "violations?reading=alleged", "feed"):
            between = "&" if "?" in path else "?"
            address: str | None = f"/api/v1/{path}{between}limit={size}"
            while address:
                response = caller.client.get(address)
                answers[address] = answer_of(response)
                address = (response.json().get("next") or "").removeprefix("http://localhost")
    return answers


def walk_languages(caller: Caller) -> dict[str, Answer]:
    """The status and the board in each language, and what cannot be, whose sentence names what there is."""
    return {
        f"{language} {path}": caller.get(path, **{"Accept-Language": language})
        for language in LANGUAGES
        for path in (f"/api/v1/truces/{SLUG}/status", f"/truces/{SLUG}/", "/api/v1/violations?term=none&x=1")
    }
