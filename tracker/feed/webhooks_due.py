"""Finding the webhooks for which something waits: by the schedule, and whenever the log has grown."""

from __future__ import annotations

import threading
import time
from datetime import datetime

import redis
import structlog
from django.conf import settings
from django.db import DatabaseError, close_old_connections
from django.db.models import Exists, Min, OuterRef, Q, QuerySet, Subquery

from tracker.feed import webhooks_delivery
from tracker.models import LogHead, WebhookEndpoint, WebhookMessage, WebhookState
from tracker.services import clock, queue, wake, webhooks, webhooks_owner

GATHERED_SECONDS = 0.2
"""After a wake the next look is this much later: one look serves all that came meanwhile."""

LOOKS_ANYWAY_SECONDS = 10.0
SHORTEST_PAUSE = 0.5

log = structlog.get_logger()


def due(now: datetime) -> QuerySet[WebhookEndpoint]:
    """The endpoints for which something may be sent at a moment, and for which nobody is sending."""
    head = LogHead.objects.filter(view=OuterRef("view"), position__gt=OuterRef("position"))
    owed = WebhookMessage.objects.filter(
        endpoint=OuterRef("pk"), given_up__isnull=True, position__isnull=False
    )
    return webhooks_delivery.free(now).filter(
        Exists(head)
        | Exists(owed.filter(due__lte=now))
        | Q(failures__gte=webhooks_delivery.RESTS_AFTER) & Exists(owed)
    )


def next_due(now: datetime) -> datetime | None:
    """The next moment after ``now`` at which something falls due or an endpoint ends its rest, if any."""
    owed = WebhookMessage.objects.filter(endpoint=OuterRef("pk"), given_up__isnull=True, due__gt=now)
    found = (
        WebhookEndpoint.objects.filter(state=WebhookState.ACTIVE)
        .annotate(owed_next=Subquery(owed.order_by("due").values("due")[:1]))
        .aggregate(owed=Min("owed_next"), rest=Min("rests_until", filter=Q(rests_until__gt=now)))
    )
    return min((moment for moment in found.values() if moment is not None), default=None)


def awaits(endpoint_id: int, now: datetime) -> bool:
    """Whether an endpoint rests at a moment, or owes anything."""
    owed = WebhookMessage.objects.filter(endpoint=OuterRef("pk"), given_up__isnull=True)
    waits = Q(rests_until__gt=now) | Exists(owed)
    return WebhookEndpoint.objects.filter(waits, pk=endpoint_id, state=WebhookState.ACTIVE).exists()


def sweep() -> None:
    """Call a worker for each endpoint and each test that is due; tell the owners who are not told yet."""
    now = clock.now()
    for pk in due(now).values_list("pk", flat=True):
        queue.call(webhooks.DELIVER, pk)
    tests = WebhookMessage.objects.filter(position__isnull=True, due__lte=now)
    for pk in tests.values_list("pk", flat=True):
        queue.call(webhooks.SEND_TEST, pk)
    webhooks_owner.tell_waiting()


def deliver(endpoint_id: int) -> None:
    """Send what waits for one endpoint; where more waits than its turn allowed, it has another later.

    What it rests for, or owes from now on, those who follow did not know when they looked last.
    """
    if webhooks_delivery.deliver(endpoint_id):
        queue.call(webhooks.DELIVER, endpoint_id)
    elif awaits(endpoint_id, clock.now()):
        wake.wake(wake.WEBHOOKS)


def follow_in_background() -> None:
    """In the process that sends webhooks: look whenever the log has grown, a message falls due or a rest
    ends, rather than at the next sweep."""
    threading.Thread(target=_follow, name="webhooks", daemon=True).start()


def _follow() -> None:
    pause = SHORTEST_PAUSE
    while True:
        try:
            with redis.Redis.from_url(
                settings.REDIS_URL, socket_connect_timeout=2, health_check_interval=15
            ) as client:
                channel = client.pubsub()
                channel.subscribe(wake.CHANNEL, wake.WEBHOOKS)
                while True:
                    until_next = _look()
                    pause = SHORTEST_PAUSE
                    if channel.get_message(ignore_subscribe_messages=True, timeout=until_next):
                        time.sleep(GATHERED_SECONDS)
                        while channel.get_message(ignore_subscribe_messages=True):
                            pass
        except (redis.RedisError, OSError, DatabaseError) as error:
            # The schedule's sweep finds the same, somewhat later.
            log.warning("webhooks.not_followed", error=type(error).__name__)
        time.sleep(pause)
        pause = min(pause * 2, 30.0)


def _look() -> float:
    """Call workers for what is due; returns the seconds after which to look again in any case."""
    close_old_connections()
    now = clock.now()
    for pk in due(now).values_list("pk", flat=True):
        queue.call(webhooks.DELIVER, pk)
    following = next_due(now)
    if following is None:
        return LOOKS_ANYWAY_SECONDS
    return min(max((following - now).total_seconds(), GATHERED_SECONDS), LOOKS_ANYWAY_SECONDS)
