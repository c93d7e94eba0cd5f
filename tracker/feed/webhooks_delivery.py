"""Sending what the change log has for an endpoint: by one worker at a time, in small steps that are kept.

1. claim the endpoint: a conditional update of its lease, so that two workers never both send for it;
2. take what is owed and due, then what the log has after the endpoint's position;
3. send one message after another over one connection, for a few seconds;
4. keep what became of them in one transaction, if the endpoint is still ours and still as it was seen;
5. go on until nothing waits, the endpoint must rest, or others have waited long enough.

A worker that dies between 3 and 4 has sent up to a few seconds of messages that will be sent again, with the
same ids: nothing is skipped, and what comes twice can be told.
"""

from __future__ import annotations

import random
import time
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, Min, OuterRef, Q, QuerySet

from tracker.feed import webhooks_messages, webhooks_sending
from tracker.feed.webhooks_messages import Message
from tracker.feed.webhooks_sending import Outcome, Sender
from tracker.models import (
    DisabledBecause,
    LogHead,
    WebhookDelivery,
    WebhookEndpoint,
    WebhookMessage,
    WebhookState,
)
from tracker.services import clock, webhooks, webhooks_owner

LEASE = timedelta(seconds=90)
KEPT_EVERY_SECONDS = 5.0
"""How long is sent before it is kept; with the patience of one attempt it must stay well within the lease."""

BUSY_SECONDS = 20.0
"""How long one endpoint is served before others have their turn."""

AT_ONCE = 200
RESTS_AFTER = 3
"""After so many failures in a row the endpoint rests, and is then tried with one message at a time."""

MOST_OWED = 100
"""While so many messages are owed nothing new is taken from the log."""

GIVEN_UP_AFTER = timedelta(days=3)
_chance = random.SystemRandom()


@dataclass
class Step:
    """What was sent since it was last kept."""

    position: int
    attempts: list[tuple[Message, WebhookMessage | None, Outcome, datetime]] = field(default_factory=list)


def due(now: datetime) -> QuerySet[WebhookEndpoint]:
    """The endpoints for which something may be sent at a moment, and for which nobody is sending."""
    head = LogHead.objects.filter(view=OuterRef("view"), position__gt=OuterRef("position"))
    owed = WebhookMessage.objects.filter(
        endpoint=OuterRef("pk"), given_up__isnull=True, position__isnull=False
    )
    return _free(now).filter(
        Exists(head) | Exists(owed.filter(due__lte=now)) | Q(failures__gte=RESTS_AFTER) & Exists(owed)
    )


def next_due(now: datetime) -> datetime | None:
    """The next moment after ``now`` at which something falls due or an endpoint ends its rest, if any."""
    active = WebhookEndpoint.objects.filter(state=WebhookState.ACTIVE)
    rests = active.filter(rests_until__gt=now).aggregate(next=Min("rests_until"))["next"]
    owed = WebhookMessage.objects.filter(given_up__isnull=True, due__gt=now, endpoint__in=active).aggregate(
        next=Min("due")
    )["next"]
    return min((moment for moment in (rests, owed) if moment is not None), default=None)


def _free(now: datetime) -> QuerySet[WebhookEndpoint]:
    return WebhookEndpoint.objects.filter(
        Q(leased_until__isnull=True) | Q(leased_until__lte=now),
        Q(rests_until__isnull=True) | Q(rests_until__lte=now),
        state=WebhookState.ACTIVE,
    )


def deliver(endpoint_id: int) -> bool:
    """Send what waits for one endpoint (by row id); whether more waits than was sent in its turn.

    Does nothing where another worker is sending, or where the endpoint rests or is disabled.
    """
    lease = uuid.uuid4()
    now = clock.now()
    if not _free(now).filter(pk=endpoint_id).update(lease=lease, leased_until=now + LEASE):
        return False
    try:
        return _serve(endpoint_id, lease)
    finally:
        WebhookEndpoint.objects.filter(pk=endpoint_id, lease=lease).update(lease=None, leased_until=None)


def _serve(endpoint_id: int, lease: uuid.UUID) -> bool:
    ends = time.monotonic() + BUSY_SECONDS
    with Sender() as sender:
        while time.monotonic() < ends:
            endpoint = _held(endpoint_id, lease)
            if endpoint is None:
                return False
            if not webhooks.is_entitled(endpoint, clock.now()):
                webhooks.disable_by_worker(endpoint, DisabledBecause.NOT_ENTITLED)
                return False
            if webhooks_messages.is_behind(endpoint):
                # Skipping them in silence would leave the receiver with a copy that is wrong.
                webhooks.disable_by_worker(endpoint, DisabledBecause.BEHIND)
                return False
            step = _send(endpoint, sender)
            if not step.attempts and step.position == endpoint.position:
                return False
            if not _keep(endpoint, step) or not _may_go_on(endpoint_id):
                return False
    return True


def _held(endpoint_id: int, lease: uuid.UUID) -> WebhookEndpoint | None:
    return (
        WebhookEndpoint.objects.filter(pk=endpoint_id, lease=lease, state=WebhookState.ACTIVE)
        .select_related("key__owner", "person", "truce")
        .first()
    )


def _may_go_on(endpoint_id: int) -> bool:
    resting = Q(rests_until__gt=clock.now())
    return WebhookEndpoint.objects.filter(pk=endpoint_id, state=WebhookState.ACTIVE).exclude(resting).exists()


# --- sending -----------------------------------------------------------------------------------------


def _send(endpoint: WebhookEndpoint, sender: Sender) -> Step:
    """Send for up to ``KEPT_EVERY_SECONDS``; stops early where the receiver seems to be away or busy."""
    step = Step(endpoint.position)
    ends = time.monotonic() + KEPT_EVERY_SECONDS
    probing = endpoint.failures >= RESTS_AFTER
    failures = endpoint.failures
    for owed, message in _owed(endpoint, probing):
        outcome = _attempt(endpoint, sender, step, message, owed)
        failures = 0 if outcome.delivered else failures + 1
        if _must_stop(outcome, failures, ends) or probing:
            return step
    if _owed_count(endpoint) >= MOST_OWED:
        return step
    fresh = webhooks_messages.new_messages(endpoint, 1 if probing else AT_ONCE)
    for message in fresh.messages:
        outcome = _attempt(endpoint, sender, step, message, None)
        assert message.position is not None
        step.position = message.position
        failures = 0 if outcome.delivered else failures + 1
        if _must_stop(outcome, failures, ends):
            return step
    step.position = fresh.upto
    return step


def _attempt(
    endpoint: WebhookEndpoint, sender: Sender, step: Step, message: Message, owed: WebhookMessage | None
) -> Outcome:
    at = clock.now()
    outcome = sender.send(endpoint.url, message.body, webhooks_messages.headers(endpoint, message, at))
    step.attempts.append((message, owed, outcome, at))
    return outcome


def _must_stop(outcome: Outcome, failures: int, ends: float) -> bool:
    if outcome.problem == webhooks_sending.GONE or failures >= RESTS_AFTER or outcome.busy:
        return True
    return time.monotonic() >= ends


def _owed(endpoint: WebhookEndpoint, probing: bool) -> list[tuple[WebhookMessage, Message]]:
    """What is owed and due, the longest due first; to try whether a receiver is back, one of any.

    An owed message that the endpoint no longer wants is owed no more.
    """
    rows = WebhookMessage.objects.filter(endpoint=endpoint, given_up__isnull=True, position__isnull=False)
    if not probing:
        rows = rows.filter(due__lte=clock.now())
    found = list(rows.order_by("due", "id")[: 1 if probing else AT_ONCE])
    positions = [row.position for row in found if row.position is not None]
    messages = webhooks_messages.messages_at(endpoint, positions)
    unwanted = [row.pk for row in found if row.position not in messages]
    if unwanted:
        WebhookMessage.objects.filter(pk__in=unwanted).delete()
    return [(row, messages[row.position]) for row in found if row.position in messages]


def _owed_count(endpoint: WebhookEndpoint) -> int:
    return WebhookMessage.objects.filter(
        endpoint=endpoint, given_up__isnull=True, position__isnull=False
    ).count()


# --- keeping what became of it -----------------------------------------------------------------------


@transaction.atomic
def _keep(endpoint: WebhookEndpoint, step: Step) -> bool:
    """Keep what became of a step; False where the endpoint is not ours any more or was changed meanwhile.

    What was changed meanwhile (a replay, an end) stands: only the attempts are then kept, which were made.
    """
    still = WebhookEndpoint.objects.select_for_update().filter(pk=endpoint.pk).first()
    if still is None:
        return False
    _log(endpoint, step)
    if (still.lease, still.state, still.position) != (endpoint.lease, endpoint.state, endpoint.position):
        return False
    now = clock.now()
    endpoint.position = step.position
    for _message, _owed, outcome, at in step.attempts:
        _note(endpoint, outcome, at)
    given_up = _settle(endpoint, step)
    endpoint.leased_until = now + LEASE
    endpoint.save(
        update_fields=[
            *("position", "failures", "failing_since", "rests_until", "last_delivered", "leased_until")
        ]
    )
    if any(outcome.problem == webhooks_sending.GONE for _message, _owed, outcome, _at in step.attempts):
        webhooks.disable_by_worker(endpoint, DisabledBecause.GONE)
        return False
    if endpoint.failing_since is not None and now - endpoint.failing_since >= GIVEN_UP_AFTER:
        webhooks.disable_by_worker(endpoint, DisabledBecause.FAILING)
        return False
    if given_up:
        transaction.on_commit(lambda: webhooks_owner.tell_given_up(endpoint, given_up), robust=True)
    return True


def _log(endpoint: WebhookEndpoint, step: Step) -> None:
    WebhookDelivery.objects.bulk_create(
        WebhookDelivery(
            endpoint=endpoint,
            message_id=message.message_id,
            type=message.type,
            position=message.position,
            attempt=(owed.attempts if owed else 0) + 1,
            tried=at,
            milliseconds=outcome.milliseconds,
            status=outcome.status,
            problem=outcome.problem,
        )
        for message, owed, outcome, at in step.attempts
    )


def _settle(endpoint: WebhookEndpoint, step: Step) -> list[str]:
    """What is owed from now on; returns the ids of the messages whose last attempt this was.

    While nothing at all gets through no message is given up: then the endpoint is, as a whole.
    """
    gets_through = endpoint.failures < RESTS_AFTER
    settled, given_up = [], []
    for message, owed, outcome, at in step.attempts:
        if outcome.delivered:
            settled += [owed.pk] if owed else []
            continue
        attempts = (owed.attempts if owed else 0) + 1
        is_last = attempts > len(settings.WEBHOOK_PAUSES) and gets_through
        values = {
            "attempts": attempts,
            "due": at + pause(attempts, outcome.retry_after),
            "given_up": at if is_last else None,
        }
        WebhookMessage.objects.update_or_create(
            endpoint=endpoint,
            message_id=message.message_id,
            defaults=values,
            create_defaults={**values, "position": message.position},
        )
        given_up += [message.message_id] if is_last else []
    WebhookMessage.objects.filter(pk__in=settled).delete()
    return given_up


def _note(endpoint: WebhookEndpoint, outcome: Outcome, at: datetime) -> None:
    """What an attempt says of the receiver as a whole."""
    if outcome.delivered:
        endpoint.failures, endpoint.failing_since, endpoint.rests_until = 0, None, None
        endpoint.last_delivered = at
        return
    endpoint.failures += 1
    endpoint.failing_since = endpoint.failing_since or at
    if endpoint.failures >= RESTS_AFTER:
        endpoint.rests_until = at + pause(endpoint.failures - RESTS_AFTER + 1, outcome.retry_after)
    elif outcome.busy:
        endpoint.rests_until = at + pause(1, outcome.retry_after)


def pause(failures: int, retry_after: int | None = None) -> timedelta:
    """How long to wait after so many failures: by the growing pauses of the configuration, a fifth more or
    less by chance, and never less than the receiver asked for."""
    pauses = settings.WEBHOOK_PAUSES
    seconds = pauses[min(failures, len(pauses)) - 1] * _chance.uniform(0.8, 1.2)
    return timedelta(seconds=max(seconds, retry_after or 0))


# --- tests -------------------------------------------------------------------------------------------


def send_test(message_pk: int) -> None:
    """Send one test message, once: the worker that takes its row away is the one that sends it."""
    row = (
        WebhookMessage.objects.select_related("endpoint__key__owner", "endpoint__person")
        .filter(pk=message_pk, position__isnull=True)
        .first()
    )
    if row is None or not WebhookMessage.objects.filter(pk=message_pk).delete()[0]:
        return
    endpoint = row.endpoint
    if not webhooks.is_entitled(endpoint, clock.now()):
        return
    step = Step(endpoint.position)
    with Sender() as sender:
        message = webhooks_messages.test_message(endpoint, row.message_id, clock.now())
        _attempt(endpoint, sender, step, message, None)
    with transaction.atomic():
        if WebhookEndpoint.objects.select_for_update().filter(pk=endpoint.pk).exists():
            _log(endpoint, step)
