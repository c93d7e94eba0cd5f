"""Keys of API clients: making, recognising and revoking them."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Q

from tracker.models import ApiKey, Person, Scope, Source
from tracker.services import clock
from tracker.services.authors import Author
from tracker.services.refusals import Refused
from tracker.services.writing import writing

MARK = "cft_"
SECRET_BYTES = 20
PREFIX_LENGTH = 12
USE_NOTED_EVERY = timedelta(minutes=1)


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
    """
    scopes = list(dict.fromkeys(scopes))
    for scope in scopes:
        if scope not in Scope.values:
            raise Refused("scopes", "unknown_scope", given=scope, expected=", ".join(Scope.values))
    if not scopes:
        raise Refused("scopes", "required")
    if not name.strip():
        raise Refused("name", "required")
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
    key = ApiKey.objects.select_related("owner").filter(digest=_digest(secret)).first()
    now = clock.now()
    if key is None or key.revoked is not None or (key.expires is not None and key.expires <= now):
        return None
    if key.owner is not None and not key.owner.is_active:
        return None
    if key.last_used is None or key.last_used <= now - USE_NOTED_EVERY:
        stale = Q(last_used__isnull=True) | Q(last_used__lte=now - USE_NOTED_EVERY)
        ApiKey.objects.filter(stale, pk=key.pk).update(last_used=now)
        key.last_used = now
    return key


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
