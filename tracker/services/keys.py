"""Keys of API clients: making, recognising and revoking them."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from tracker.models import ApiKey, Person, Role, Scope, Source
from tracker.services import clock, prepared
from tracker.services.authors import Author
from tracker.services.refusals import Refused
from tracker.services.writing import writing

MARK = "cft_"
SECRET_BYTES = 20
PREFIX_LENGTH = 12
LONGEST_NAME = 200
USE_NOTED_EVERY = timedelta(minutes=1)
HARMLESS = (Scope.VIOLATIONS_READ, Scope.WEBHOOKS_MANAGE)
"""What a key may do that leads to nothing but what is public."""


def create_key(
    name: str,
    scopes: Iterable[str],
    sources: Iterable[Source] = (),
    owner: Person | None = None,
    expires: datetime | None = None,
    author: Author | None = None,
) -> tuple[ApiKey, str]:
    """Make a key; returns it with its secret, which is shown this once and not stored.

    scopes: codes of ``Scope``. sources: those that it may write for. expires: UTC; None: never.
    Raises ``Refused``. Whether the author may give these scopes is ``scopes_given_by``'s to say.
    """
    scopes = list(dict.fromkeys(scopes))
    for scope in scopes:
        if scope not in Scope.values:
            raise Refused("scopes", "unknown_scope", given=scope, expected=", ".join(Scope.values))
    if not scopes:
        raise Refused("scopes", "required")
    if not name.strip():
        raise Refused("name", "required")
    if len(name.strip()) > LONGEST_NAME:
        raise Refused("name", "too_long", limit=LONGEST_NAME)
    if expires is not None and expires <= clock.now():
        raise Refused("expires", "not_in_the_future")
    secret = MARK + secrets.token_hex(SECRET_BYTES)
    with writing(author or Author.of_worker("create_api_key"), reassesses=False) as w:
        key = ApiKey.objects.create(
            name=name.strip(),
            prefix=secret[:PREFIX_LENGTH],
            digest=_digest(secret),
            scopes=scopes,
            owner=owner,
            created=clock.now(),
            expires=expires,
        )
        key.sources.set(sources)
        w.audit(
            "key.created",
            key.reference,
            after={"scopes": scopes, "sources": sorted(source.slug for source in key.sources.all())},
        )
    return key, secret


def authenticate(secret: str) -> ApiKey | None:
    """The key of a secret; None for one that is unknown, expired, revoked, or of an owner who is not active.

    When it was last used is noted at most once a minute.
    """
    if not secret.startswith(MARK):
        return None
    found = prepared.select(ApiKey, digest=_digest(secret))
    key, now = found[0] if found else None, clock.now()
    if key is None or not is_usable(key, now):
        return None
    if key.last_used is None or key.last_used <= now - USE_NOTED_EVERY:
        stale = Q(last_used__isnull=True) | Q(last_used__lte=now - USE_NOTED_EVERY)
        ApiKey.objects.filter(stale, pk=key.pk).update(last_used=now)
        key.last_used = now
    return key


def scopes_given_by(person: Person) -> list[Scope]:
    """The scopes that a person may give to a key.

    Sources and the full view belong to every truce: only who coordinates all of them gives those away.
    """
    if person.may(Role.COORDINATOR):
        return list(Scope)
    return list(HARMLESS) if person.may_anywhere(Role.COORDINATOR) else []


def managed_by(person: Person) -> QuerySet[ApiKey]:
    """The keys that a person sees and may revoke: their own, or all for who coordinates every truce."""
    return ApiKey.objects.all() if person.may(Role.COORDINATOR) else ApiKey.objects.filter(owner=person)


def is_usable(key: ApiKey, now: datetime) -> bool:
    """Whether a key is neither revoked nor expired at a moment (UTC), and its owner, if any, is active."""
    if key.revoked is not None or (key.expires is not None and key.expires <= now):
        return False
    return key.owner is None or key.owner.is_active


def revoke(key: ApiKey, author: Author) -> None:
    """End a key from now on. Doing it again changes nothing."""
    with writing(author, reassesses=False) as w:
        if ApiKey.objects.filter(pk=key.pk, revoked__isnull=True).update(revoked=clock.now()):
            w.audit("key.revoked", key.reference)


def may_write(key: ApiKey, source: Source) -> bool:
    """Whether a key may send reports of a source."""
    return Scope.REPORTS_WRITE in key.scopes and key.sources.filter(pk=source.pk).exists()


def may_publish(key: ApiKey, source: Source) -> bool:
    """Whether reports of a source that come with a key are screened in on receipt."""
    return Scope.REPORTS_PUBLISH in key.scopes and may_write(key, source)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
