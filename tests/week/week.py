"""The week of September 2016 as the tests ask about it: the shipped scenario, replayed once, over the API."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.test import Client

SLUG = "syria-2016-09"
SHIPPED = Path(settings.BASE_DIR) / "tracker" / "scenarios" / f"{SLUG}.yaml"
VARIANTS = Path(settings.BASE_DIR) / "tests" / "scenarios"
READINGS = ("alleged", "corroborated", "ruled")


def get(path: str, **query: str) -> Any:
    """The JSON of a GET under /api/v1/, which must answer 200."""
    response = Client(headers={"host": "localhost"}).get(f"/api/v1/{path}", query)
    assert response.status_code == 200, response.content
    return response.json()


def status(as_of: str, known_at: str | None = None) -> dict[str, Any]:
    """The truce's status; both moments as ``17 Sep 20:00Z``. ``known_at`` left out: the same as ``as_of``."""
    moments = {"as_of": moment(as_of), "known_at": moment(known_at or as_of)}
    return get(f"truces/{SLUG}/status", **moments)


def moment(text: str) -> str:
    """``17 Sep 20:00Z`` → ``2016-09-17T20:00:00Z``."""
    day, month, time = text.split()
    assert month == "Sep"
    return f"2016-09-{int(day):02}T{time.removesuffix('Z')}:00Z"


def term(status: dict[str, Any], ref: str) -> dict[str, Any]:
    """What a status says of one term."""
    return next(term for term in status["terms"] if term["ref"] == ref)


def reading(status: dict[str, Any], ref: str, name: str) -> dict[str, Any]:
    """What a status says of one term in one reading."""
    return term(status, ref)["readings"][name]


def states(status: dict[str, Any], ref: str) -> set[str]:
    """The states of a term over the three readings; one element where they agree."""
    return {verdict["state"] for verdict in term(status, ref)["readings"].values()}


def clocks(status: dict[str, Any]) -> dict[str, tuple[str, int | None, str | None]]:
    """The seven-day clock per reading: state, elapsed seconds, and when it completes."""
    return {
        name: (
            verdict["state"],
            verdict["values"].get("elapsed_seconds"),
            verdict["values"].get("completes_at"),
        )
        for name, verdict in term(status, "seven-day-clock")["readings"].items()
    }
