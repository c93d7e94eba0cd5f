"""A small cast for the API's tests: a truce between two parties, those who report on it, and their keys."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import orjson
from django.http import HttpResponse
from django.test import Client

from tracker.models import (
    Actor,
    ApiKey,
    Party,
    Scope,
    Source,
    Term,
    Truce,
    TruceDeclarer,
)
from tracker.services import keys, positions

START = datetime(2026, 3, 2, 12, tzinfo=UTC)


@dataclass
class Cast:
    """Who is there. ``secrets`` are the keys' secrets by name."""

    truce: Truce
    cessation: Term
    sources: dict[str, Source]
    secrets: dict[str, str] = field(default_factory=dict)
    keys: dict[str, ApiKey] = field(default_factory=dict)

    def add_key(self, name: str, scopes: list[str], *sources: str) -> str:
        secret = keys.MARK + hashlib.sha256(name.encode()).hexdigest()
        key = ApiKey.objects.create(
            name=name,
            prefix=secret[:10],
            digest=hashlib.sha256(secret.encode()).hexdigest(),
            scopes=scopes,
            created=START,
        )
        key.sources.set([self.sources[slug] for slug in sources])
        self.secrets[name], self.keys[name] = secret, key
        return secret


def make_cast() -> Cast:
    """The cast as rows, in whichever database Django is pointed at."""
    actors = {
        slug: Actor.objects.create(slug=slug, kind=kind, name={"en": slug.title()})
        for slug, kind in (
            ("north", "state"),
            ("south", "state"),
            ("raiders", "armed_group"),
            ("civilians", "civilians"),
        )
    }
    truce = Truce.objects.create(
        slug="river-truce",
        title={"en": "The truce on the river", "fr": "La trêve du fleuve"},
        zone="Asia/Damascus",
        area=["SYR"],
        truce_class="cessation_of_hostilities",
        in_force_from=START,
        leading_body="tracker",
        headline_reading="corroborated",
        policies=[{"about": "headline_reading", "basis": "tracker", "text": {"en": "corroborated"}}],
        charter_digest=secrets.token_hex(32),
    )
    for order, slug in enumerate(("north", "south")):
        Party.objects.create(
            truce=truce,
            actor=actors[slug],
            role="guarantor",
            coverage="bound",
            basis="agreement",
            order=order,
        )
        TruceDeclarer.objects.create(truce=truce, actor=actors[slug], order=order)
    cessation = Term.objects.create(
        truce=truce,
        ref="cessation",
        kind="prohibition",
        title={"en": "No attacks"},
        basis="agreement",
        order=0,
    )
    Term.objects.create(
        truce=truce,
        ref="seven-day-clock",
        kind="clock",
        title={"en": "Seven quiet days"},
        parameters={"length": "P7D", "policy": "reset"},
        breaches_of=["cessation"],
        basis="agreement",
        order=1,
    )
    sources = {
        "river-monitor": Source.objects.create(
            slug="river-monitor", kind="monitor", name={"en": "River Monitor"}, reliability="B", trusted=True
        ),
        "gazette": Source.objects.create(
            slug="gazette", kind="press", name={"en": "Gazette"}, reliability="C"
        ),
        "field": Source.objects.create(
            slug="field", kind="own_field_staff", name={"en": "Field"}, trusted=True
        ),
    }
    cast = Cast(truce, cessation, sources)
    cast.add_key("monitor", [Scope.REPORTS_WRITE], "river-monitor")
    cast.add_key("field", [Scope.REPORTS_WRITE], "field", "gazette")
    cast.add_key("cleared", [Scope.RESTRICTED_READ])
    return cast


def another_of(truce: Truce) -> dict[str, Any]:
    """The values of another truce that is the same but for its name."""
    values = {field.attname: getattr(truce, field.attname) for field in truce._meta.concrete_fields}
    return {**values, "id": None, "slug": "hill-truce"}


def report_of(number: int = 1, **changes: Any) -> dict[str, Any]:
    """A report of shelling as the river monitor sends it."""
    body = {
        "source": "river-monitor",
        "external_id": f"shelling/{number}",
        "kind": "incident",
        "truce": "river-truce",
        "published": "2026-03-04T08:00:00Z",
        "language": "en",
        "summary": "Shells fell on the bridge.",
        "claim": {
            "occurred": {"from": "2026-03-04T06:00:00Z", "to": "2026-03-04T07:00:00Z", "precision": "hour"},
            "place": {"name": "the bridge", "country": "SYR", "lat": 35.0, "lon": 40.0, "precision": 1},
            "act": "shelling",
            "by": "north",
            "against": "south",
            "credibility": 2,
            "casualties": [{"group": "combatants", "effect": "killed", "min": 3, "max": 5}],
        },
    }
    return {**body, **changes}


def with_claim(**changes: Any) -> dict[str, Any]:
    """The same report with its claim changed."""
    body = report_of()
    body["claim"] = {**body["claim"], **changes}
    return body


class Api:
    """What a client of the API does, in this process."""

    def __init__(self, secrets: dict[str, str]) -> None:
        self.secrets = secrets
        self.client = Client(raise_request_exception=False)

    def get(
        self, path: str, parameters: Any = None, *, key: str | None = None, **headers: str
    ) -> HttpResponse:
        return self.client.get(path, parameters or {}, headers={**self._key(key), **headers})

    def post(
        self, path: str, body: Any, *, key: str | None = None, content_type: str = "application/json"
    ) -> HttpResponse:
        text = body if isinstance(body, bytes) else orjson.dumps(body)
        return self.client.post(path, text, content_type=content_type, headers=self._key(key))

    def send(self, body: Any, key: str = "monitor") -> HttpResponse:
        """Send a report and give it its place, as the commit of its transaction would."""
        response = self.post("/api/v1/reports", body, key=key)
        positions.place()
        return response

    def _key(self, name: str | None) -> dict[str, str]:
        return {} if name is None else {"Authorization": f"Bearer {self.secrets.get(name, name)}"}
