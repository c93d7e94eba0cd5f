"""What a webhook is sent: thin messages, signed by the Standard Webhooks specification.

A message is ``{"type", "timestamp", "data"}``. ``data`` says where in the log the entry stands and where it
can be fetched, and nothing that a takedown could still want to call back: so a retry is never more than
what the feed itself says of the entry now.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson
from django.db.models import Q
from django.utils.crypto import salted_hmac
from standardwebhooks import Webhook

from tracker.models import EntryType, LogEntry, LogHead, View, WebhookEndpoint

SECRET_MARK = "whsec_"  # noqa: S105 -- what every secret begins with
TEST_TYPE = "webhook.test"
SCANNED_AT_ONCE = 50_000
"""How many positions are looked through in one step where a filter wants few of them."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message as it is sent. ``message_id`` is the same at every attempt; a test has no position."""

    message_id: str
    type: str
    position: int | None
    body: bytes


@dataclass(frozen=True, slots=True)
class NewMessages:
    """What an endpoint has not been sent yet, in order, up to ``upto``: the position that is dealt with
    when all of them are."""

    messages: list[Message]
    upto: int


def secret_of(salt: bytes | memoryview) -> str:
    """The secret that a salt stands for, as receivers have it: ``whsec_`` and 32 bytes in base64.

    It is made from the service's own secret and is stored nowhere.
    """
    digest = salted_hmac("tracker.webhooks", bytes(salt).hex(), algorithm="sha256").digest()
    return SECRET_MARK + base64.b64encode(digest).decode()


def headers(endpoint: WebhookEndpoint, message: Message, at: datetime) -> dict[str, str]:
    """The headers of one attempt, made at ``at`` (UTC): while the secret is rotated, with both signatures."""
    salts = [endpoint.salt]
    if endpoint.previous_salt and endpoint.previous_until and at < endpoint.previous_until:
        salts.append(endpoint.previous_salt)
    text = message.body.decode()
    signatures = [Webhook(secret_of(salt)).sign(message.message_id, at, text) for salt in salts]
    return {
        "webhook-id": message.message_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


def message_id(endpoint: WebhookEndpoint, position: int) -> str:
    """The identifier of the message about a position: the same whenever it is sent."""
    return f"{endpoint.reference}_{position}"


def test_message(endpoint: WebhookEndpoint, identifier: str, at: datetime) -> Message:
    """A message that is about nothing."""
    return _message(identifier, TEST_TYPE, None, at, {"endpoint": endpoint.reference})


def new_messages(endpoint: WebhookEndpoint, limit: int) -> NewMessages:
    """Up to ``limit`` messages after the endpoint's position."""
    last = LogHead.objects.filter(view=endpoint.view).values_list("position", flat=True).first() or 0
    upto = min(last, endpoint.position + SCANNED_AT_ONCE)
    wanted = {"view": endpoint.view, "position__gt": endpoint.position, "position__lte": upto}
    found = _entries(endpoint, limit, **wanted)
    if len(found) == limit:
        upto = found[-1].position or upto
    return NewMessages(found, max(upto, endpoint.position))


def is_behind(endpoint: WebhookEndpoint) -> bool:
    """Whether entries that the endpoint has not been sent may have been dropped from the log."""
    return LogHead.objects.filter(view=endpoint.view, kept_after__gt=endpoint.position).exists()


def messages_at(endpoint: WebhookEndpoint, positions: list[int]) -> dict[int, Message]:
    """The messages about some positions, by position."""
    found = _entries(endpoint, len(positions), view=endpoint.view, position__in=positions)
    return {message.position: message for message in found if message.position is not None}


def wants(endpoint: WebhookEndpoint, position: int) -> bool:
    """Whether the endpoint is sent the entry at a position."""
    return bool(_entries(endpoint, 1, view=endpoint.view, position=position))


def _entries(endpoint: WebhookEndpoint, limit: int, **where: Any) -> list[Message]:
    rows = LogEntry.objects.filter(**where)
    # A takedown reaches everybody, whatever they chose: they must delete what they kept.
    if endpoint.truce_id is not None:
        of_no_truce = Q(truce__isnull=True, type=EntryType.ENTRY_REDACTED)
        rows = rows.filter(Q(truce=endpoint.truce_id) | of_no_truce)
    if endpoint.types:
        rows = rows.filter(type__in=[*endpoint.types, EntryType.ENTRY_REDACTED])
    values = rows.order_by("position").values_list("position", "type", "truce__slug", "subject", "known")
    return [_entry(endpoint, *row) for row in values[:limit]]


def _entry(
    endpoint: WebhookEndpoint, position: int, kind: str, truce: str | None, subject: str, known: datetime
) -> Message:
    view = "&view=full" if endpoint.view == View.FULL else ""
    data = {
        "position": position,
        "type": kind,
        "truce": truce,
        "subject": subject,
        "known": _moment(known),
        "url": f"{endpoint.origin}/api/v1/feed?after={position - 1}&limit=1{view}",
    }
    return _message(message_id(endpoint, position), kind, position, known, data)


def _message(identifier: str, kind: str, position: int | None, at: datetime, data: dict[str, Any]) -> Message:
    body = orjson.dumps({"type": kind, "timestamp": _moment(at), "data": data})
    return Message(identifier, kind, position, body)


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
