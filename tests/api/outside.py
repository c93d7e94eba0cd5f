"""A served instance for outside clients: a web process on a database that holds the API's small cast."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests import servers
from tests.conftest import worker_number

WITHOUT_LIMITS = {"RATE_LIMIT_ANONYMOUS": "off", "RATE_LIMIT_KEY": "off"}


@dataclass(frozen=True, slots=True)
class Outside:
    """Where it is served, the secrets of keys by name, and the references of its incidents, newest first."""

    url: str
    secrets: dict[str, str]
    incidents: list[str]


@contextlib.contextmanager
def serving(databases: servers.Databases, blocker: Any, folder: Path) -> Iterator[Outside]:
    """Serve it for the length of the block, on a database of its own."""
    name = f"{databases.prefix}_{worker_number()}_outside"
    databases.recreate(name)
    service = servers.Service(name, 2 * worker_number() + 1, folder, **WITHOUT_LIMITS)
    try:
        with blocker.unblock(), service.orm():
            secrets, incidents = _fill()
        service.start_web()
        yield Outside(service.url, secrets, incidents)
    finally:
        service.stop()
        databases.drop(name)


def _fill() -> tuple[dict[str, str], list[str]]:
    """Several incidents that count, of which one could harm and one has no place at all."""
    from tests.api.cast import Api, make_cast, report_of
    from tests.api.standing import DETAILS, stand
    from tracker.models import Scope

    cast = make_cast()
    cast.add_key("everything", [str(scope) for scope in Scope], "river-monitor")
    api = Api(cast.secrets)
    civilians, nowhere, odd = (report_of(number) for number in (2, 3, 4))
    civilians["claim"]["casualties"] = [{"group": "civilians", "effect": "killed", "min": 1, "max": None}]
    nowhere["claim"]["place"] = None
    odd["claim"]["place"]["name"] = '=1+1, "the ford" & <north>'
    open_end = {**DETAILS, "casualties": {"killed": {**DETAILS["casualties"]["killed"], "max": None}}}
    found = [
        stand(cast, api, 1),
        stand(cast, api, 2, body=civilians, details=open_end),
        stand(cast, api, 3, body=nowhere, occurred_from=None),
        stand(cast, api, 4, body=odd, ruled="violation", severity="grave", readings=("alleged", "ruled")),
    ]
    return cast.secrets, found[::-1]
