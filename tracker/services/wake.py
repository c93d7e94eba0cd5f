"""Waking those who wait for the change log, across processes, over Redis publish/subscribe."""

from __future__ import annotations

from functools import cache

import redis
import structlog
from django.conf import settings

log = structlog.get_logger()

CHANNEL = "ceasefire:log"


@cache
def _client() -> redis.Redis:
    return redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=1, socket_timeout=1)


def wake() -> None:
    """Tell every waiting stream that the log has grown. Carries nothing: each reads its own view."""
    try:
        _client().publish(CHANNEL, b"")
    except redis.RedisError as error:
        log.warning("wake.unreachable", error=type(error).__name__)
