"""What became of an attempt to send a webhook, and why an endpoint is disabled, in words."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tracker.feed import webhooks_sending as sending
from tracker.models import DisabledBecause, WebhookDelivery

PROBLEMS = {
    sending.REDIRECTED: gettext_noop(
        "The receiver answered with a redirect (%(status)s), which is not followed. Change the address."
    ),
    sending.GONE: gettext_noop("The receiver answered 410 Gone: it wants nothing more."),
    sending.REFUSED_STATUS: gettext_noop(
        "The receiver answered %(status)s instead of a status from 200 to 299."
    ),
    sending.TIMED_OUT: gettext_noop("The receiver did not answer within %(seconds)s seconds."),
    sending.NOT_CONNECTED: gettext_noop("Nobody takes connections at this address."),
    sending.NO_ANSWER: gettext_noop("The connection ended without an answer of HTTP."),
    sending.TLS_FAILED: gettext_noop("The receiver has no valid certificate for its name, or speaks no TLS."),
    sending.NAME_NOT_FOUND: gettext_noop("The name has no address."),
    sending.ADDRESS_REFUSED: gettext_noop(
        "The name leads to a private or loopback address, to which nothing is sent."
    ),
}
BECAUSE = {
    DisabledBecause.ASKED: gettext_noop("It was disabled at the desk or over the API."),
    DisabledBecause.GONE: gettext_noop("Its receiver answered 410 Gone: it wants nothing more."),
    DisabledBecause.FAILING: gettext_noop("Every attempt of three days failed."),
    DisabledBecause.NOT_ENTITLED: gettext_noop(
        "The key or person that it belongs to has ended, or is no longer cleared for what it was sent."
    ),
    DisabledBecause.BEHIND: gettext_noop(
        "Entries after its position are no longer kept. Start from the snapshot of the log, and have "
        "everything after the snapshot's position sent again."
    ),
}


def problem(delivery: WebhookDelivery) -> str | None:
    """What went wrong with an attempt, in the language that is active; None where it was delivered."""
    if not delivery.problem:
        return None
    values = {"status": delivery.status, "seconds": round(sending.PATIENCE_SECONDS)}
    return _(PROBLEMS[delivery.problem]) % values


def because(code: str) -> str:
    """Why an endpoint is disabled, in the language that is active."""
    return _(BECAUSE[DisabledBecause(code)])
