"""What the tests of webhooks share: an endpoint of a key, and entries of the log."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.api.cast import Cast
from tests.feed.receiver import Receiver
from tracker.feed import webhooks_delivery
from tracker.models import ApiKey, EntryType, Person, Scope, View, WebhookDelivery, WebhookEndpoint
from tracker.services import clock, positions, webhooks
from tracker.services.authors import Author
from tracker.services.writing import BOTH_VIEWS, writing

ORIGIN = "https://tracker.example"
WORKER = Author.of_worker("test")


@dataclass
class Hook:
    """An endpoint and its secret."""

    pk: int
    secret: str

    @property
    def now(self) -> WebhookEndpoint:
        """The endpoint as it is stored now."""
        return WebhookEndpoint.objects.select_related("key__owner", "person", "truce").get(pk=self.pk)

    def deliver(self) -> bool:
        return webhooks_delivery.deliver(self.pk)

    def problems(self) -> list[str]:
        """What went wrong at each attempt, in order; empty where it was delivered."""
        log = WebhookDelivery.objects.filter(endpoint=self.pk).order_by("id")
        return list(log.values_list("problem", flat=True))


def owner(cast: Cast, *more_scopes: str, language: str = "en") -> ApiKey:
    """A key that may have webhooks, of a person with a mail address."""
    name = "hooks " + " ".join(more_scopes)
    cast.add_key(name, [Scope.WEBHOOKS_MANAGE, *more_scopes])
    key = cast.keys[name]
    key.owner = Person.objects.create_user(f"owner{key.pk}@example.org", language=language)
    key.save()
    return key


def hook(key: ApiKey, to: Receiver | str, **settings: Any) -> Hook:
    """An endpoint of a key that begins with what happens next."""
    url = to if isinstance(to, str) else to.url
    endpoint, secret = webhooks.create(WORKER, url=url, origin=ORIGIN, key=key, **settings)
    return Hook(endpoint.pk, secret)


def say(
    count: int = 1,
    *,
    truce: Any = None,
    what: EntryType = EntryType.INCIDENT_OPENED,
    views: tuple[View, ...] = BOTH_VIEWS,
    subject: str = "inc_0000000000",
    payload: dict[str, Any] | None = None,
) -> None:
    """Have the log grow by so many entries in each view."""
    with writing(WORKER, reassesses=False) as w:
        for _number in range(count):
            w.say(what, subject, truce=truce, payload=payload or {"secret": "of the payload"}, views=views)
    positions.place()


def later(settings: Any, seconds: float) -> None:
    """Move the clock on."""
    settings.CLOCK_OFFSET += seconds


def at_rest(found: Hook) -> float:
    """For how many seconds the endpoint rests from now."""
    until = found.now.rests_until
    return 0 if until is None else (until - clock.now()).total_seconds()
