"""Waking those who wait for the change log, or send webhooks, across processes, over Redis."""

from __future__ import annotations

from functools import cache

import redis
import structlog
from django.conf import settings

log = structlog.get_logger()

CHANNEL = "ceasefire:log"
WEBHOOKS = "ceasefire:webhooks"


@cache
def _client() -> redis.Redis:
    return redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=1, socket_timeout=1)


def wake(channel: str = CHANNEL) -> None:
    """Tell every waiting stream that the log has grown, or, by ``WEBHOOKS``, those who look for what is due
    to be sent that there will be something. Carries nothing: each reads what it needs."""
    try:
        _client().publish(channel, b"")
    except redis.RedisError as error:
        log.warning("wake.unreachable", error=type(error).__name__)
