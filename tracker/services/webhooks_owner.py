"""Telling the owner of a webhook, by mail, that it is disabled, or what could not be delivered."""

from __future__ import annotations

import structlog
from django.core.mail import send_mail
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tracker.feed import webhooks_addresses, webhooks_words
from tracker.models import DisabledBecause, Person, WebhookEndpoint, WebhookState
from tracker.services import clock

log = structlog.get_logger()

NAMED_AT_MOST = 20


def owner_of(endpoint: WebhookEndpoint) -> Person | None:
    """The person who is told of an endpoint: its owner, or the owner of its key."""
    return endpoint.person or (endpoint.key.owner if endpoint.key else None)


def tell_disabled(endpoint_pk: int) -> bool:
    """Mail the owner that the endpoint was disabled and why; once, by whoever comes first.

    False where nobody was told: the sweep tries again, except where there is nobody to tell.
    """
    endpoint = _endpoint(endpoint_pk)
    if endpoint is None or endpoint.state != WebhookState.DISABLED or endpoint.because is None:
        return False
    mine = WebhookEndpoint.objects.filter(
        pk=endpoint_pk, state=WebhookState.DISABLED, owner_told__isnull=True
    ).update(owner_told=clock.now())
    if not mine:
        return False
    told = _mail(
        endpoint,
        gettext_noop("Your webhook “%(name)s” is disabled"),
        [
            gettext_noop("Nothing is sent to %(host)s any more."),
            webhooks_words.BECAUSE[DisabledBecause(endpoint.because)],
            gettext_noop(
                "Nothing is lost: enabled again, at %(desk)s or over the API, it goes on after position "
                "%(position)s."
            ),
        ],
    )
    if not told:
        WebhookEndpoint.objects.filter(pk=endpoint_pk).update(owner_told=None)
    return told


def tell_given_up(endpoint: WebhookEndpoint, message_ids: list[str]) -> bool:
    """Mail the owner which messages will not be tried again by themselves."""
    return _mail(
        endpoint,
        gettext_noop("Your webhook “%(name)s” did not take some messages"),
        [
            gettext_noop("Every attempt to deliver these messages failed: %(messages)s."),
            gettext_noop("They are sent again when that is asked for, at %(desk)s or over the API."),
        ],
        messages=", ".join(message_ids[:NAMED_AT_MOST]) + (" …" if len(message_ids) > NAMED_AT_MOST else ""),
    )


def tell_waiting() -> None:
    """Tell every owner who could not be told so far."""
    waiting = WebhookEndpoint.objects.filter(
        state=WebhookState.DISABLED, owner_told__isnull=True, because__isnull=False
    ).exclude(because=DisabledBecause.ASKED)
    for pk in waiting.values_list("pk", flat=True):
        tell_disabled(pk)


def _endpoint(pk: int) -> WebhookEndpoint | None:
    return WebhookEndpoint.objects.select_related("person", "key__owner").filter(pk=pk).first()


def _mail(endpoint: WebhookEndpoint, subject: str, lines: list[str], **more: str) -> bool:
    """Send a mail in the owner's language; True also where there is nobody to send it to."""
    person = owner_of(endpoint)
    if person is None or not person.is_active:
        log.warning("webhook.nobody_to_tell", webhook=endpoint.reference)
        return True
    values = {
        "name": str(endpoint),
        "host": webhooks_addresses.host_of(endpoint.url),
        "desk": f"{endpoint.origin}/desk/webhooks/",
        "position": endpoint.position,
        **more,
    }
    with translation.override(person.language):
        title = " ".join((_(subject) % values).split())
        text = "\n\n".join(_(line) % values for line in lines)
    try:
        send_mail(title, text, None, [person.email])
    except OSError as error:  # smtplib's own errors are among them
        log.warning("webhook.owner_not_told", webhook=endpoint.reference, error=type(error).__name__)
        return False
    return True
