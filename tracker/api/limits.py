"""How often one caller may ask: a count in Valkey, shared by every process, told in `RateLimit` headers.

The fields are those of the IETF draft «RateLimit header fields for HTTP». A key, and a person who is signed
in, has a count of its own; everybody else has one by address. The address is neither stored nor logged: what
is counted under is a keyed hash of it, whose key is made by chance, kept for a day and then forgotten.

Where Valkey cannot be reached everybody is let in: the record is there to be read.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import secrets
import threading
import time
from dataclasses import dataclass
from typing import Any

import redis
import structlog
from django.conf import settings
from django.utils.translation import gettext as _
from redis.backoff import NoBackoff
from redis.retry import Retry

from tracker.api.problems import Problem
from tracker.models import ApiKey, Person

log = structlog.get_logger()

PREFIX = "ceasefire:limit:"
HASH_KEY = PREFIX + "hash-key"
HASH_KEY_SECONDS = 86_400
HASH_KEY_ASKED_EVERY = 60.0
PATIENCE_SECONDS = 0.25
AWAY_SECONDS = 5.0
"""After Valkey could not be reached it is not asked again for so long: nobody waits for it each time."""

# One step in Valkey: the count, and the milliseconds until it starts anew.
_COUNT = """
local count = redis.call('INCR', KEYS[1])
if count == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
local left = redis.call('PTTL', KEYS[1])
if left < 0 then redis.call('PEXPIRE', KEYS[1], ARGV[1]); left = tonumber(ARGV[1]) end
return {count, left}
"""
_COUNT_SHA = hashlib.sha1(_COUNT.encode(), usedforsecurity=False).hexdigest()


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a caller may still ask in this window: the quota's name and size, its window and what is left.

    window, resets: seconds. ``remaining`` is -1 where the request is one too many.
    """

    policy: str
    quota: int
    window: int
    remaining: int
    resets: int

    @property
    def is_exceeded(self) -> bool:
        return self.remaining < 0

    @property
    def headers(self) -> dict[str, str]:
        """`RateLimit-Policy` and `RateLimit`, and `Retry-After` where it is exceeded."""
        found = {
            "RateLimit-Policy": f'"{self.policy}";q={self.quota};w={self.window}',
            "RateLimit": f'"{self.policy}";r={max(self.remaining, 0)};t={self.resets}',
        }
        return {**found, "Retry-After": str(self.resets)} if self.is_exceeded else found


def count(meta: Any, *, key: ApiKey | None, person: Any = None) -> Allowance | None:
    """Count one request and tell what is left; None where nothing is limited, or nothing can be counted.

    meta: the request's ``META``. A key comes before a person, a person before the address.
    """
    if key is not None:
        return _count("key", settings.RATE_LIMIT_KEY, f"key:{key.pk}")
    if isinstance(person, Person):
        return _count("person", settings.RATE_LIMIT_KEY, f"person:{person.pk}")
    return count_address(meta)


def count_address(meta: Any) -> Allowance | None:
    """Count one request of an address: of somebody who names no key, or one that is not valid."""
    if settings.RATE_LIMIT_ANONYMOUS is None:
        return None
    hashed = _hashed(address_of(meta))
    if hashed is None:
        return None
    return _count("anonymous", settings.RATE_LIMIT_ANONYMOUS, f"address:{hashed}")


def enforce(allowance: Allowance | None) -> None:
    """429, with when to go on, for a request that is one too many."""
    if allowance is not None and allowance.is_exceeded:
        detail = _("There may be %(quota)s requests in %(window)s seconds. Go on in %(seconds)s seconds.")
        values = {"quota": allowance.quota, "window": allowance.window, "seconds": allowance.resets}
        raise Problem(429, detail % values, headers=allowance.headers)


def address_of(meta: Any) -> str:
    """Whom a request comes from: an IPv4 address, or the /64 network that an IPv6 host has for itself.

    Behind our own proxy it is the last address that was added to ``X-Forwarded-For``: the others are what
    the caller said of itself.
    """
    text = meta.get("REMOTE_ADDR", "")
    if settings.SECURE_PROXY_SSL_HEADER is not None:
        text = meta.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip() or text
    try:
        address = ipaddress.ip_address(text.strip("[]"))
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((int(address) >> 64 << 64, 64)))
    return str(address)


def _count(policy: str, limit: tuple[int, int] | None, partition: str) -> Allowance | None:
    if limit is None:
        return None
    quota, window = limit
    found = _valkey.ask(lambda: _counted(PREFIX + partition, window * 1000))
    if found is None:
        return None
    used, left = found
    return Allowance(policy, quota, window, max(quota - used, -1), max(1, -(-left // 1000)))


# --- the hash of an address --------------------------------------------------------------------------


@dataclass
class _HashKey:
    """The day's key as this process knows it, and until when it need not ask for it again."""

    value: bytes = b""
    until: float = 0.0


_hash_key = _HashKey()


def _hashed(address: str) -> str | None:
    if time.monotonic() >= _hash_key.until:
        value = _valkey.ask(_shared_hash_key)
        if value is None:
            return None
        _hash_key.value, _hash_key.until = value, time.monotonic() + HASH_KEY_ASKED_EVERY
    return hmac.new(_hash_key.value, address.encode(), hashlib.sha256).hexdigest()[:24]


def _shared_hash_key() -> bytes:
    """The key that every process hashes with; whoever asks first on a day makes it."""
    fresh = secrets.token_bytes(32)
    found: Any = _client().set(HASH_KEY, fresh, nx=True, get=True, ex=HASH_KEY_SECONDS)
    return found or fresh


# --- Valkey ------------------------------------------------------------------------------------------


class _Valkey:
    """Asking Valkey with little patience, and not again and again while it is away."""

    def __init__(self) -> None:
        self.away_until = 0.0
        self.is_away = False

    def ask(self, question: Any) -> Any:
        """The answer, or None while Valkey is away."""
        if time.monotonic() < self.away_until:
            return None
        try:
            found = question()
        except redis.RedisError as error:
            self.away_until = time.monotonic() + AWAY_SECONDS
            if not self.is_away:
                log.warning("limits.not_counted", error=type(error).__name__)
            self.is_away = True
            return None
        self.is_away = False
        return found


_valkey = _Valkey()


def _client() -> redis.Redis:
    """Each thread's own client, which keeps one connection: to share several costs more than to count."""
    if not hasattr(_own, "client"):
        # A connection that Valkey has closed is opened again, at once; more would hold the request.
        _own.client = redis.Redis.from_url(
            settings.REDIS_URL,
            socket_connect_timeout=PATIENCE_SECONDS,
            socket_timeout=PATIENCE_SECONDS,
            retry=Retry(NoBackoff(), 1),
            single_connection_client=True,
        )
    client: redis.Redis = _own.client
    return client


_own = threading.local()


def _counted(key: str, milliseconds: int) -> Any:
    """What the script returns; it is sent whole only where Valkey does not have it, such as after a start."""
    try:
        return _client().evalsha(_COUNT_SHA, 1, key, milliseconds)
    except redis.exceptions.NoScriptError:
        return _client().eval(_COUNT, 1, key, milliseconds)
