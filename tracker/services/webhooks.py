"""Webhook endpoints: making, changing, rotating, testing, replaying and ending them.

Sending itself is ``tracker.feed.webhooks_delivery``.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from tracker.feed import webhooks_addresses, webhooks_messages
from tracker.feed.webhooks_addresses import BadUrl
from tracker.models import (
    ApiKey,
    DisabledBecause,
    EntryType,
    LogHead,
    Person,
    Role,
    Scope,
    Truce,
    View,
    WebhookDelivery,
    WebhookEndpoint,
    WebhookMessage,
    WebhookState,
    new_reference,
)
from tracker.services import clock, keys, queue, webhooks_owner
from tracker.services.authors import Author
from tracker.services.refusals import ManyRefused, Refused
from tracker.services.writing import writing

SALT_BYTES = 32
MOST_OF_AN_OWNER = 20
LONGEST_NAME = 200
MOST_TESTS_WAITING = 5
USUAL_OVERLAP = timedelta(hours=24)
LONGEST_OVERLAP = timedelta(days=7)
KEPT_FOR = timedelta(days=30)
KEPT_OF_AN_ENDPOINT = 1_000
"""How many attempts of an endpoint are kept at most."""

DELIVER, SEND_TEST = "tracker.tasks.deliver_webhook", "tracker.tasks.send_webhook_test"


# --- whose -------------------------------------------------------------------------------------------


def of_key(key: ApiKey) -> QuerySet[WebhookEndpoint]:
    """The endpoints that a key manages: its own."""
    return WebhookEndpoint.objects.filter(key=key)


def managed_by(person: Person) -> QuerySet[WebhookEndpoint]:
    """The endpoints that a person manages: their own, and as a coordinator those of their truces, or all."""
    if person.may(Role.COORDINATOR):
        return WebhookEndpoint.objects.all()
    truces = [
        membership.truce_id
        for membership in person.memberships.all()
        if membership.truce_id is not None and Role(membership.role).at_least(Role.COORDINATOR)
    ]
    own = Q(person=person) | Q(key__owner=person)
    return WebhookEndpoint.objects.filter(own | Q(truce__in=truces))


def is_entitled(endpoint: WebhookEndpoint, now: datetime) -> bool:
    """Whether the endpoint's owner may still have what it is sent: asked before every step of sending."""
    if endpoint.key is not None:
        wanted = {Scope.WEBHOOKS_MANAGE} | ({Scope.RESTRICTED_READ} if endpoint.view == View.FULL else set())
        return keys.is_usable(endpoint.key, now) and wanted <= set(endpoint.key.scopes)
    assert endpoint.person is not None
    return endpoint.person.may_anywhere(Role.COORDINATOR) and may_have(
        endpoint.view, endpoint.truce, person=endpoint.person
    )


def may_have(
    view: str, truce: Truce | None, *, key: ApiKey | None = None, person: Person | None = None
) -> bool:
    """Whether a key or a person is cleared for a view of a truce (None: of all)."""
    if view == View.PUBLIC:
        return True
    if key is not None:
        return Scope.RESTRICTED_READ in key.scopes
    return person is not None and person.may(Role.ANALYST, truce)


# --- making and changing -----------------------------------------------------------------------------


def create(
    author: Author,
    *,
    url: str,
    origin: str,
    name: str = "",
    view: str = View.PUBLIC,
    truce: Truce | None = None,
    types: Iterable[str] = (),
    after: int | None = None,
    key: ApiKey | None = None,
    person: Person | None = None,
) -> tuple[WebhookEndpoint, str]:
    """Make an endpoint; returns it with its secret, which is shown this once.

    origin: the address of this service as its owner knows it (``https://…``, no slash at the end).
    after: the position after which it begins; None: with what happens next.
    Exactly one of key and person is its owner. Raises ``ManyRefused`` with every fault.
    """
    last, kept_after = _log_of(view)
    refusals = _refusals(url=url, name=name, types=types)
    if not may_have(view, truce, key=key, person=person):
        refusals.append(Refused("view", "not_cleared"))
    elif after is not None and after > last:
        refusals.append(Refused("after", "beyond_the_log", last=last))
    elif after is not None and after < kept_after:
        refusals.append(Refused("after", "no_longer_kept", kept=kept_after))
    if WebhookEndpoint.objects.filter(key=key, person=person).count() >= MOST_OF_AN_OWNER:
        refusals.append(Refused("", "too_many_webhooks", limit=MOST_OF_AN_OWNER))
    if refusals:
        raise ManyRefused(refusals)
    with writing(author, reassesses=False) as w:
        endpoint = WebhookEndpoint.objects.create(
            name=name.strip(),
            url=url,
            origin=origin,
            key=key,
            person=person,
            view=view,
            truce=truce,
            types=_in_order(types),
            position=last if after is None else after,
            salt=secrets.token_bytes(SALT_BYTES),
            created=clock.now(),
        )
        w.audit("webhook.created", endpoint.reference, after=_audited(endpoint))
    call(endpoint)
    return endpoint, webhooks_messages.secret_of(endpoint.salt)


def change(endpoint: WebhookEndpoint, author: Author, changes: Mapping[str, Any]) -> WebhookEndpoint:
    """Change ``url``, ``name``, ``types`` or ``truce`` (a ``Truce`` or None); returns it as it is then.

    Who changes it must be cleared for what it is sent, before and after. Raises ``ManyRefused``.
    """
    refusals = _refusals(**{name: changes[name] for name in ("url", "name", "types") if name in changes})
    with writing(author, reassesses=False) as w:
        endpoint = _held(endpoint)
        refusals += _not_theirs(endpoint, author, changes)
        if refusals:
            raise ManyRefused(refusals)
        before, url = _audited(endpoint), endpoint.url
        for name in changes:
            setattr(endpoint, name, _in_order(changes[name]) if name == "types" else changes[name])
        endpoint.save(update_fields=list(changes))
        w.audit("webhook.changed", endpoint.reference, before=before, after=_audited(endpoint))
        if endpoint.url != url:
            _begin_anew(endpoint)
            call(endpoint)
    return endpoint


# What one receiver failed at says nothing of another. Without its lease whoever still sends keeps nothing.
BEGINNING = {"failures": 0, "failing_since": None, "rests_until": None, "lease": None, "leased_until": None}


def _begin_anew(endpoint: WebhookEndpoint) -> None:
    """Have all that is owed sent at once, and forget how the endpoint failed."""
    WebhookEndpoint.objects.filter(pk=endpoint.pk).update(**BEGINNING)
    owed = WebhookMessage.objects.filter(endpoint=endpoint, given_up__isnull=True)
    owed.update(attempts=0, due=clock.now())


def _held(endpoint: WebhookEndpoint) -> WebhookEndpoint:
    """An endpoint as it is now; nobody else changes it before the transaction ends."""
    rows = WebhookEndpoint.objects.select_related("key__owner", "person", "truce")
    return rows.select_for_update(of=("self",)).get(pk=endpoint.pk)


def _not_theirs(endpoint: WebhookEndpoint, author: Author, changes: Mapping[str, Any]) -> list[Refused]:
    """What the author, or the owner after it, may not have changed."""
    if author.worker:
        return []
    view, truce = endpoint.view, changes.get("truce", endpoint.truce)
    person = None if author.key else author.person  # whose a key is lends it nothing
    found = []
    if not may_have(view, endpoint.truce, key=author.key, person=person):
        found.append(Refused("", "not_cleared"))
    elif "truce" in changes and not (
        may_have(view, truce, key=author.key, person=person)
        and may_have(view, truce, key=endpoint.key, person=endpoint.person)
    ):
        found.append(Refused("truce", "not_cleared"))
    elif not (_is_owner(endpoint, author) or (person and person.may(Role.COORDINATOR, truce))):
        found.append(Refused("truce", "truce_of_another"))
    if changes.get("url", endpoint.url) != endpoint.url and not (
        _is_owner(endpoint, author) or (person and person.may(Role.COORDINATOR))
    ):
        found.append(Refused("url", "url_of_another"))
    return found


def _is_owner(endpoint: WebhookEndpoint, author: Author) -> bool:
    """Whether an endpoint is the author's own, or that of a key of theirs."""
    if author.key is not None:
        return endpoint.key == author.key
    key_owner = endpoint.key.owner if endpoint.key else None
    return author.person is not None and author.person in (endpoint.person, key_owner)


def remove(endpoint: WebhookEndpoint, author: Author) -> None:
    """Remove an endpoint with its delivery log."""
    with writing(author, reassesses=False) as w:
        w.audit("webhook.removed", endpoint.reference, before=_audited(endpoint))
        WebhookEndpoint.objects.filter(pk=endpoint.pk).delete()


def rotate(endpoint: WebhookEndpoint, author: Author, overlap: timedelta = USUAL_OVERLAP) -> str:
    """Give a new secret, which is returned this once; the old one signs besides until ``overlap`` is over.

    Raises ``Refused`` while an earlier overlap lasts, unless ``overlap`` is none: then all old ones end now.
    """
    if not timedelta(0) <= overlap <= LONGEST_OVERLAP:
        most = int(LONGEST_OVERLAP.total_seconds()) // 3600
        raise Refused("overlap_hours", "out_of_range", least=0, most=most)
    with writing(author, reassesses=False) as w:
        endpoint, now = _held(endpoint), clock.now()
        if overlap and endpoint.previous_until and endpoint.previous_until > now:
            # Two sign at once: with a third the first, which the receiver may still go by, would be none.
            until = endpoint.previous_until.isoformat(timespec="seconds").replace("+00:00", "Z")
            raise Refused("overlap_hours", "already_rotating", until=until)
        endpoint.previous_salt, endpoint.previous_until = endpoint.salt, now + overlap
        endpoint.salt = secrets.token_bytes(SALT_BYTES)
        endpoint.save(update_fields=["salt", "previous_salt", "previous_until"])
        w.audit("webhook.rotated", endpoint.reference)
    return webhooks_messages.secret_of(endpoint.salt)


# --- asking for messages -----------------------------------------------------------------------------


def send_test(endpoint: WebhookEndpoint) -> str:
    """Have a test message sent, once and without delay, also to a disabled endpoint; returns its id."""
    waiting = WebhookMessage.objects.filter(endpoint=endpoint, position__isnull=True).count()
    if waiting >= MOST_TESTS_WAITING:
        raise Refused("", "already_so")
    identifier = f"{endpoint.reference}_{new_reference('test')}"
    with transaction.atomic():
        row = WebhookMessage.objects.create(endpoint=endpoint, message_id=identifier, due=clock.now())
        transaction.on_commit(lambda: _call(SEND_TEST, row.pk), robust=True)
    return identifier


def replay_after(endpoint: WebhookEndpoint, author: Author, after: int) -> None:
    """Send everything after a position again, with the same message ids as before."""
    last, kept_after = _log_of(endpoint.view)
    if not 0 <= after <= last:
        raise Refused("after", "beyond_the_log", last=last)
    if after < kept_after:
        raise Refused("after", "no_longer_kept", kept=kept_after)
    with writing(author, reassesses=False) as w:
        before = {"position": endpoint.position}
        WebhookEndpoint.objects.filter(pk=endpoint.pk).update(position=after)
        # What is owed behind the position comes with the rest.
        WebhookMessage.objects.filter(endpoint=endpoint, position__gt=after).delete()
        w.audit("webhook.replayed", endpoint.reference, before=before, after={"position": after})
    call(endpoint)


def replay_message(endpoint: WebhookEndpoint, author: Author, message_id: str) -> None:
    """Send one message again, whatever became of it before."""
    position = message_id.removeprefix(f"{endpoint.reference}_")
    known = position.isascii() and position.isdigit() and len(position) <= 18
    if not known or not webhooks_messages.wants(endpoint, int(position)):
        raise Refused("message", "unknown_message", given=message_id)
    with writing(author, reassesses=False) as w:
        # Either before what became of an attempt is kept, or after: never between.
        _held(endpoint)
        WebhookMessage.objects.update_or_create(
            endpoint=endpoint,
            message_id=webhooks_messages.message_id(endpoint, int(position)),
            defaults={"position": int(position), "due": clock.now(), "given_up": None, "attempts": 0},
        )
        w.audit("webhook.message_replayed", endpoint.reference, after={"position": int(position)})
    call(endpoint)


# --- ending and beginning again ----------------------------------------------------------------------


def disable(endpoint: WebhookEndpoint, author: Author) -> None:
    """Send nothing more until it is enabled. Doing it again changes nothing."""
    _disable(endpoint, author, DisabledBecause.ASKED)


def disable_by_worker(endpoint: WebhookEndpoint, because: DisabledBecause) -> None:
    """Send nothing more, for a reason that the owner is then told."""
    if _disable(endpoint, Author.of_worker("webhooks"), because):
        transaction.on_commit(lambda: webhooks_owner.tell_disabled(endpoint.pk), robust=True)


def _disable(endpoint: WebhookEndpoint, author: Author, because: DisabledBecause) -> bool:
    with writing(author, reassesses=False) as w:
        changed = WebhookEndpoint.objects.filter(pk=endpoint.pk, state=WebhookState.ACTIVE).update(
            state=WebhookState.DISABLED, because=because, disabled=clock.now(), owner_told=None
        )
        if changed:
            w.audit("webhook.disabled", endpoint.reference, after={"because": because})
    return bool(changed)


def enable(endpoint: WebhookEndpoint, author: Author) -> None:
    """Send again, from where it was left: what is owed at once, and what was not given up."""
    with writing(author, reassesses=False) as w:
        changed = WebhookEndpoint.objects.filter(pk=endpoint.pk, state=WebhookState.DISABLED).update(
            state=WebhookState.ACTIVE, because=None, disabled=None, owner_told=None
        )
        if changed:
            _begin_anew(endpoint)
            w.audit("webhook.enabled", endpoint.reference)
    call(endpoint)


# --- work --------------------------------------------------------------------------------------------


def call(endpoint: WebhookEndpoint) -> None:
    """Call a worker for an endpoint, once what was changed is committed."""
    transaction.on_commit(lambda: _call(DELIVER, endpoint.pk), robust=True)


def _call(task: str, pk: int) -> None:
    queue.call(task, pk)


def prune() -> int:
    """Remove attempts older than ``KEPT_FOR`` or beyond ``KEPT_OF_AN_ENDPOINT``; returns how many."""
    removed = WebhookDelivery.objects.filter(tried__lt=clock.now() - KEPT_FOR).delete()[0]
    for endpoint in WebhookEndpoint.objects.only("pk"):
        log = WebhookDelivery.objects.filter(endpoint=endpoint).order_by("-id")
        oldest_kept = log.values_list("id", flat=True)[KEPT_OF_AN_ENDPOINT - 1 : KEPT_OF_AN_ENDPOINT].first()
        if oldest_kept is not None:
            removed += WebhookDelivery.objects.filter(endpoint=endpoint, id__lt=oldest_kept).delete()[0]
    return removed


def _log_of(view: str) -> tuple[int, int]:
    """The last position of a view's log, and the one up to which entries may have been dropped."""
    head = LogHead.objects.filter(view=view).first()
    return (0, 0) if head is None else (head.position, head.kept_after)


def _refusals(*, url: str | None = None, name: str = "", types: Iterable[str] = ()) -> list[Refused]:
    found = []
    if url is not None:
        try:
            webhooks_addresses.check_url(url)
        except BadUrl as bad:
            found.append(Refused("url", str(bad)))
    if len(name) > LONGEST_NAME:
        found.append(Refused("name", "too_long", limit=LONGEST_NAME))
    unknown = [kind for kind in types if kind not in EntryType.values]
    found += [
        Refused("types", "unknown_code", given=kind, expected=", ".join(EntryType.values)) for kind in unknown
    ]
    return found


def _in_order(types: Iterable[str]) -> list[str]:
    wanted = set(types)
    return [kind for kind in EntryType.values if kind in wanted]


def _audited(endpoint: WebhookEndpoint) -> dict[str, Any]:
    """What the audit keeps of an endpoint: never a secret, and of its address only the host."""
    return {
        "host": webhooks_addresses.host_of(endpoint.url),
        "view": endpoint.view,
        "truce": endpoint.truce.slug if endpoint.truce else None,
        "types": list(endpoint.types),
        "position": endpoint.position,
    }
