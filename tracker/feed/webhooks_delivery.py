"""Sending what the change log has for an endpoint: by one worker at a time, in small steps that are kept.

1. claim the endpoint: a conditional update of its lease, so that two workers never both send for it;
2. take what is owed and due, then what the log has after the endpoint's position;
3. send in rounds, for a few seconds: one message, then two at once, four, and so on to ``AT_ONCE``;
4. keep what became of them in one transaction, if the endpoint is still ours and still as it was seen;
5. go on until nothing waits, the endpoint must rest, or others have waited long enough.

A worker that dies between 3 and 4 has sent up to a few seconds of messages that will be sent again, with the
same ids: nothing is skipped, and what comes twice can be told. Messages of one round come in any order.

How wide a round is follows the receiver: one that takes its time is asked several things meanwhile, one that
is away or has too much to do is asked little. A round of which nothing got through counts as one failure of
the endpoint: what fails by chance, now and then, does not make it rest.
"""

from __future__ import annotations

import random
import time
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet

from tracker.feed import webhooks_messages, webhooks_sending
from tracker.feed.webhooks_messages import Message
from tracker.feed.webhooks_sending import AT_ONCE, Outcome, Senders
from tracker.models import (
    DisabledBecause,
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

TAKEN_AT_ONCE = 500
"""How many messages are read for one step."""

RESTS_AFTER = 3
"""After so many rounds in a row of which nothing got through the endpoint rests, and is then tried with one
message at a time."""

MOST_OWED = 10_000
"""While so many messages are owed nothing new is taken from the log. With pauses that soon grow to minutes, a
receiver that fails a third of the time owes what the log has said in some minutes."""

STEP_HOLDS_FOR = ("lease", "url", "state", "position")
"""What of an endpoint must be as it was when a step began, for what was answered to hold of it."""

GIVEN_UP_AFTER = timedelta(days=3)
_chance = random.SystemRandom()


@dataclass(frozen=True, slots=True)
class Attempt:
    """One message that was sent at a moment, and what became of it; ``owed`` is its row where it has one."""

    message: Message
    owed: WebhookMessage | None
    at: datetime
    outcome: Outcome


@dataclass
class Step:
    """What was sent since it was last kept."""

    position: int
    attempts: list[Attempt] = field(default_factory=list)


@dataclass
class Pace:
    """How many messages the next round of a turn holds, ``width``, and how many it ever may."""

    width: int
    most: int = AT_ONCE

    def follow(self, attempts: list[Attempt]) -> None:
        """Go by what became of a round."""
        gets_through = any(one.outcome.delivered for one in attempts)
        if gets_through and any(one.outcome.problem == webhooks_sending.TIMED_OUT for one in attempts):
            # It may be one that serves one connection at a time, and lets the others wait without an end.
            self.most = 1
        if not gets_through:
            self.width = 1
        elif any(one.outcome.busy for one in attempts):
            self.width = max(len(attempts) // 2, 1)
        else:
            self.width = len(attempts) * 2
        self.width = min(self.width, self.most)


def free(now: datetime) -> QuerySet[WebhookEndpoint]:
    """The endpoints that are sent to, and at a moment neither rest nor are being sent to."""
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
    if not free(now).filter(pk=endpoint_id).update(lease=lease, leased_until=now + LEASE):
        return False
    try:
        return _serve(endpoint_id, lease)
    finally:
        WebhookEndpoint.objects.filter(pk=endpoint_id, lease=lease).update(lease=None, leased_until=None)


def _serve(endpoint_id: int, lease: uuid.UUID) -> bool:
    ends = time.monotonic() + BUSY_SECONDS
    pace = None
    with Senders() as senders:
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
            pace = pace or Pace(_first_width(endpoint))
            step = _send(endpoint, senders, pace)
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


def _send(endpoint: WebhookEndpoint, senders: Senders, pace: Pace) -> Step:
    """Send for up to ``KEPT_EVERY_SECONDS``; stops early where the receiver seems to be away or busy.

    What the rounds say of the receiver is noted in ``endpoint``, which is kept with the step.
    """
    step = Step(endpoint.position)
    ends = time.monotonic() + KEPT_EVERY_SECONDS
    waiting, upto = _waiting(endpoint)
    while waiting:
        this, waiting = waiting[: pace.width], waiting[pace.width :]
        attempts = _round(endpoint, senders, this)
        step.attempts += attempts
        step.position = max([step.position, *(_position(one) for one in attempts if one.owed is None)])
        pace.follow(attempts)
        _note(endpoint, attempts)
        if _must_stop(endpoint, attempts) or (waiting and time.monotonic() >= ends):
            return step
    step.position = upto
    return step


def _waiting(endpoint: WebhookEndpoint) -> tuple[list[tuple[Message, WebhookMessage | None]], int]:
    """What is to be sent now, first what is owed, and the position that is dealt with when all of it is.

    To try whether a receiver is back, one message of any.
    """
    probing = endpoint.failures >= RESTS_AFTER
    owed = _owed(endpoint, probing)
    if (probing and owed) or _owes_too_much(endpoint):
        return owed, endpoint.position
    fresh = webhooks_messages.new_messages(endpoint, 1 if probing else TAKEN_AT_ONCE)
    tried = {message.position for message, _row in owed}
    return owed + [(one, None) for one in fresh.messages if one.position not in tried], fresh.upto


def _round(
    endpoint: WebhookEndpoint, senders: Senders, waiting: list[tuple[Message, WebhookMessage | None]]
) -> list[Attempt]:
    """Send some messages at once."""
    at = clock.now()
    requests = [
        (message.body, webhooks_messages.headers(endpoint, message, at)) for message, _owed in waiting
    ]
    outcomes = senders.send(endpoint.url, requests)
    return [Attempt(*one, at, outcome) for one, outcome in zip(waiting, outcomes, strict=True)]


def _first_width(endpoint: WebhookEndpoint) -> int:
    """A receiver that took the last round is trusted with a whole one; another is first tried with one."""
    is_trusted = endpoint.last_delivered and endpoint.failures == 0 and endpoint.rests_until is None
    return AT_ONCE if is_trusted else 1


def _must_stop(endpoint: WebhookEndpoint, attempts: list[Attempt]) -> bool:
    rests = endpoint.rests_until is not None and endpoint.rests_until > clock.now()
    return rests or any(one.outcome.problem == webhooks_sending.GONE for one in attempts)


def _position(attempt: Attempt) -> int:
    assert attempt.message.position is not None
    return attempt.message.position


def _owed(endpoint: WebhookEndpoint, probing: bool) -> list[tuple[Message, WebhookMessage | None]]:
    """What is owed and due, the longest due first; to try whether a receiver is back, one of any.

    An owed message that the endpoint no longer wants is owed no more.
    """
    rows = WebhookMessage.objects.filter(endpoint=endpoint, given_up__isnull=True, position__isnull=False)
    if not probing:
        rows = rows.filter(due__lte=clock.now())
    found = list(rows.order_by("due", "id")[: 1 if probing else TAKEN_AT_ONCE])
    positions = [row.position for row in found if row.position is not None]
    messages = webhooks_messages.messages_at(endpoint, positions)
    unwanted = [row.pk for row in found if row.position not in messages]
    if unwanted:
        WebhookMessage.objects.filter(pk__in=unwanted).delete()
    return [(messages[row.position], row) for row in found if row.position in messages]


def _owes_too_much(endpoint: WebhookEndpoint) -> bool:
    owed = WebhookMessage.objects.filter(endpoint=endpoint, given_up__isnull=True, position__isnull=False)
    return owed.order_by("due")[MOST_OWED - 1 : MOST_OWED].exists()


# --- keeping what became of it -----------------------------------------------------------------------


@transaction.atomic
def _keep(endpoint: WebhookEndpoint, step: Step) -> bool:
    """Keep what became of a step; False where the endpoint is not ours any more or was changed meanwhile.

    What was changed meanwhile (a replay, an end, another address) stands: only the attempts are then kept,
    which were made.
    """
    still = WebhookEndpoint.objects.select_for_update().filter(pk=endpoint.pk).first()
    if still is None:
        return False
    _log(endpoint, step)
    if any(getattr(still, name) != getattr(endpoint, name) for name in STEP_HOLDS_FOR):
        return False
    now = clock.now()
    endpoint.position = step.position
    given_up = _settle(endpoint, step)
    endpoint.leased_until = now + LEASE
    endpoint.save(
        update_fields=[
            *("position", "failures", "failing_since", "rests_until", "last_delivered", "leased_until")
        ]
    )
    if any(one.outcome.problem == webhooks_sending.GONE for one in step.attempts):
        webhooks.disable_by_worker(endpoint, DisabledBecause.GONE)
        return False
    if _is_given_up(endpoint, now):
        webhooks.disable_by_worker(endpoint, DisabledBecause.FAILING)
        return False
    if given_up:
        transaction.on_commit(lambda: webhooks_owner.tell_given_up(endpoint, given_up), robust=True)
    return True


def _is_given_up(endpoint: WebhookEndpoint, now: datetime) -> bool:
    """Whether nothing got through for long and often enough: while we stand still nothing is tried."""
    if endpoint.failing_since is None or endpoint.failures < len(settings.WEBHOOK_PAUSES):
        return False
    return now - endpoint.failing_since >= GIVEN_UP_AFTER


def _log(endpoint: WebhookEndpoint, step: Step) -> None:
    WebhookDelivery.objects.bulk_create(
        WebhookDelivery(
            endpoint=endpoint,
            message_id=one.message.message_id,
            type=one.message.type,
            position=one.message.position,
            attempt=_number(one),
            tried=one.at,
            milliseconds=one.outcome.milliseconds,
            status=one.outcome.status,
            problem=one.outcome.problem,
        )
        for one in step.attempts
    )


def _settle(endpoint: WebhookEndpoint, step: Step) -> list[str]:
    """What is owed from now on; returns the ids of the messages whose last attempt this was.

    While nothing at all gets through no message is given up: then the endpoint is, as a whole. One that was
    asked for again meanwhile is owed as it was asked for.
    """
    gets_through, as_seen = endpoint.failures < RESTS_AFTER, _as_seen(step)
    attempts = [one for one in step.attempts if one.owed is None or one.owed.pk in as_seen]
    failed = []
    for one in attempts:
        if one.outcome.delivered:
            continue
        is_last = _number(one) > len(settings.WEBHOOK_PAUSES) and gets_through
        failed.append(
            WebhookMessage(
                endpoint=endpoint,
                message_id=one.message.message_id,
                position=one.message.position,
                attempts=_number(one),
                due=one.at + pause(_number(one), one.outcome.retry_after),
                given_up=one.at if is_last else None,
            )
        )
    WebhookMessage.objects.bulk_create(
        failed,
        update_conflicts=True,
        unique_fields=["endpoint", "message_id"],
        update_fields=["attempts", "due", "given_up"],
    )
    settled = [one.owed.pk for one in attempts if one.owed and one.outcome.delivered]
    WebhookMessage.objects.filter(pk__in=settled).delete()
    return [row.message_id for row in failed if row.given_up]


def _as_seen(step: Step) -> set[int]:
    """The rows (ids) of what was owed that are still as they were when they were sent."""
    seen = [one.owed for one in step.attempts if one.owed]
    rows = WebhookMessage.objects.filter(pk__in=[row.pk for row in seen])
    now = set(rows.values_list("pk", "attempts", "due", "given_up"))
    return {row.pk for row in seen if (row.pk, row.attempts, row.due, row.given_up) in now}


def _number(attempt: Attempt) -> int:
    """Which attempt of its message it is, from 1."""
    return (attempt.owed.attempts if attempt.owed else 0) + 1


def _note(endpoint: WebhookEndpoint, attempts: list[Attempt]) -> None:
    """What a round says of the receiver as a whole.

    One that says it has too much to do is left alone where it took nothing, or asks for it.
    """
    at = attempts[0].at
    gets_through = any(one.outcome.delivered for one in attempts)
    asked = max(one.outcome.retry_after or 0 for one in attempts)
    if gets_through:
        endpoint.failures, endpoint.failing_since, endpoint.rests_until = 0, None, None
        endpoint.last_delivered = at
    else:
        endpoint.failures += 1
        endpoint.failing_since = endpoint.failing_since or at
    if endpoint.failures >= RESTS_AFTER:
        endpoint.rests_until = at + pause(endpoint.failures - RESTS_AFTER + 1, asked)
    elif any(one.outcome.busy for one in attempts) and (asked or not gets_through):
        endpoint.rests_until = at + pause(1, asked)


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
    message = webhooks_messages.test_message(endpoint, row.message_id, clock.now())
    with Senders() as senders:
        step = Step(endpoint.position, attempts=_round(endpoint, senders, [(message, None)]))
    with transaction.atomic():
        if WebhookEndpoint.objects.select_for_update().filter(pk=endpoint.pk).exists():
            _log(endpoint, step)
