"""How the service is: alive, ready, and in figures. At the root, for monitors rather than readers."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from datetime import datetime
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import orjson
import prometheus_client
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models import F, Min, Q
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from redis import Redis
from redis.exceptions import RedisError

from tracker.api.problems import document, response
from tracker.models import DueIncident, Truce, WebhookEndpoint, WebhookState
from tracker.services import clock, heartbeats

SILENT_SECONDS = 30
"""After this long without a sign of life a process counts as away; they beat every 5 seconds."""


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Alive, with the version; asks nothing of anybody else."""
    return _json(200, {"status": "alive", "version": _version()})


@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Ready (200) or not (503), with what each part says. While workers are away reports are taken in."""
    database = _answer(_ask_database)
    parts: dict[str, Any] = {"database": database, "broker": _answer(_ask_broker)}
    if database["ok"]:
        parts["worker"] = _heartbeat(heartbeats.WORKER)
        parts["scheduler"] = _heartbeat(heartbeats.SCHEDULER)
        if WebhookEndpoint.objects.filter(state=WebhookState.ACTIVE).exists():
            parts["outgoing"] = _heartbeat(heartbeats.OUTGOING)
        parts["oldest_due_seconds"] = _oldest_due()
    ready = all(part["ok"] for part in parts.values() if isinstance(part, dict))
    return _json(
        200 if ready else 503, {"status": "ready" if ready else "not_ready", **parts, "version": _version()}
    )


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus: open to this machine's loopback, to others with ``Authorization: Bearer METRICS_TOKEN``."""
    if not (_is_loopback(request) or _has_token(request)):
        problem = document(
            401, "The metrics are for this machine, or for whoever has their token.", request.path
        )
        return response(problem, {"WWW-Authenticate": 'Bearer realm="metrics"'})
    registry = prometheus_client.REGISTRY
    return HttpResponse(
        prometheus_client.generate_latest(registry), content_type=prometheus_client.CONTENT_TYPE_LATEST
    )


def _is_loopback(request: HttpRequest) -> bool:
    # Behind a proxy on this machine everybody comes from loopback: then only the token counts.
    if "HTTP_X_FORWARDED_FOR" in request.META or "HTTP_FORWARDED" in request.META:
        return False
    try:
        return ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


def _has_token(request: HttpRequest) -> bool:
    scheme, _space, token = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    expected = settings.METRICS_TOKEN
    return bool(expected) and scheme.lower() == "bearer" and constant_time_compare(token.strip(), expected)


def _answer(ask: Callable[[], None]) -> dict[str, Any]:
    try:
        ask()
    except (DatabaseError, RedisError, OSError) as error:
        return {"ok": False, "error": type(error).__name__}
    return {"ok": True}


def _ask_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _ask_broker() -> None:
    with Redis.from_url(settings.REDIS_URL, socket_connect_timeout=1, socket_timeout=1) as client:
        client.ping()


def _heartbeat(process: str) -> dict[str, Any]:
    age = heartbeats.age(process)
    if age is None:
        return {"ok": False, "age_seconds": None}
    seconds = round(age.total_seconds(), 1)
    return {"ok": seconds <= SILENT_SECONDS, "age_seconds": seconds}


def _oldest_due() -> float | None:
    """For how many seconds the truce that waits longest has been due; None where none is."""
    now = clock.now()
    due = Truce.objects.filter(Q(next_moment__lte=now)).aggregate(Min("next_moment"))["next_moment__min"]
    behind = Truce.objects.filter(revision__gt=F("assessed_revision"))
    facts = DueIncident.objects.filter(truce__in=behind).aggregate(Min("change__made"))["change__made__min"]
    since: datetime | None = min((moment for moment in (due, facts) if moment is not None), default=None)
    if since is None:
        return None if not behind.exists() else 0.0
    return round(max((now - since).total_seconds(), 0.0), 1)


@cache
def _version() -> str:
    try:
        return version("ceasefire")
    except PackageNotFoundError:
        return "0.1.0"


def _json(status: int, body: dict[str, Any]) -> HttpResponse:
    return HttpResponse(orjson.dumps(body), status=status, content_type="application/json")
