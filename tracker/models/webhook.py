"""Webhooks: where the change log is sent to, what is still owed, and what became of each attempt."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from .columns import ReferenceField, View, one_of
from .log import EntryType


class WebhookState(models.TextChoices):
    """Whether anything is sent."""

    ACTIVE = "active"
    DISABLED = "disabled"


class DisabledBecause(models.TextChoices):
    """Why nothing is sent any more."""

    ASKED = "asked"
    GONE = "gone"
    FAILING = "failing"
    NOT_ENTITLED = "not_entitled"
    BEHIND = "behind"


class WebhookEndpoint(models.Model):
    """An address to which every new entry of the change log is sent, in one view, for a key or a person.

    ``position`` is the last one of the log that was dealt with: sent, or found not to be wanted here.
    What was tried and failed is a ``WebhookMessage``. ``salt`` and the service's own secret give the
    endpoint's secret, so that the database alone gives none; ``previous_salt`` signs besides until
    ``previous_until``. ``origin`` is the service's own address as its owner knows it.

    ``failures`` counts how often in a row messages were sent and none got through (some are sent at once),
    ``failing_since`` is the first time; until ``rests_until`` nothing is tried. ``lease`` is held by the one
    worker that is sending.
    """

    reference = ReferenceField(prefix="whk")
    name = models.CharField(max_length=200, blank=True)
    url = models.CharField(max_length=2000)
    origin = models.CharField(max_length=300)
    key = models.ForeignKey("tracker.ApiKey", null=True, blank=True, on_delete=models.PROTECT)
    person = models.ForeignKey("tracker.Person", null=True, blank=True, on_delete=models.PROTECT)
    view = models.CharField(max_length=6, choices=View.choices, default=View.PUBLIC)
    truce = models.ForeignKey("tracker.Truce", null=True, blank=True, on_delete=models.PROTECT)
    types = ArrayField(models.CharField(max_length=30, choices=EntryType.choices), default=list, blank=True)
    position = models.BigIntegerField()
    salt = models.BinaryField(max_length=32)
    previous_salt = models.BinaryField(max_length=32, null=True, blank=True)
    previous_until = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=WebhookState.choices, default=WebhookState.ACTIVE)
    because = models.CharField(max_length=20, choices=DisabledBecause.choices, null=True, blank=True)
    disabled = models.DateTimeField(null=True, blank=True)
    owner_told = models.DateTimeField(null=True, blank=True)
    failures = models.IntegerField(default=0)
    failing_since = models.DateTimeField(null=True, blank=True)
    rests_until = models.DateTimeField(null=True, blank=True)
    last_delivered = models.DateTimeField(null=True, blank=True)
    lease = models.UUIDField(null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    created = models.DateTimeField()

    class Meta:
        constraints = [
            one_of("view", View),
            one_of("state", WebhookState),
            one_of("because", DisabledBecause, null=True),
            models.CheckConstraint(
                condition=models.Q(types__contained_by=EntryType.values),
                name="webhook_types_are_known_codes",
            ),
            models.CheckConstraint(
                condition=models.Q(key__isnull=True, person__isnull=False)
                | models.Q(key__isnull=False, person__isnull=True),
                name="webhook_belongs_to_a_key_or_a_person",
            ),
            models.CheckConstraint(
                condition=models.Q(state=WebhookState.ACTIVE, because__isnull=True, disabled__isnull=True)
                | models.Q(state=WebhookState.DISABLED, because__isnull=False, disabled__isnull=False),
                name="webhook_says_why_it_is_disabled",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.reference


class WebhookMessage(models.Model):
    """A message that is owed to an endpoint: one that failed and is tried again, one that was asked for
    again, or (without a position) a test. It holds no content: that is read from the log at each attempt.

    ``given_up`` is when the last attempt failed; the row is kept until it is asked for again.
    """

    endpoint = models.ForeignKey(WebhookEndpoint, on_delete=models.CASCADE, related_name="messages")
    message_id = models.CharField(max_length=80)
    position = models.BigIntegerField(null=True, blank=True)
    attempts = models.IntegerField(default=0)
    due = models.DateTimeField()
    given_up = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["endpoint", "message_id"], name="webhook_message_is_owed_once"),
        ]
        indexes = [
            # Serves the sweep and the sending: what is due, the longest due first.
            models.Index(
                fields=["endpoint", "due"],
                condition=models.Q(given_up__isnull=True),
                name="webhook_message_due",
            ),
        ]

    def __str__(self) -> str:
        return self.message_id


class WebhookDelivery(models.Model):
    """One attempt: when, which message, what was answered, how long it took, what went wrong.

    ``problem`` is a code of ``tracker.feed.webhooks_sending``, empty where it was delivered. Kept for a
    bounded time (``tracker.services.webhooks``).
    """

    reference = ReferenceField(prefix="dlv")
    endpoint = models.ForeignKey(WebhookEndpoint, on_delete=models.CASCADE, related_name="deliveries")
    message_id = models.CharField(max_length=80)
    type = models.CharField(max_length=30)
    position = models.BigIntegerField(null=True, blank=True)
    attempt = models.IntegerField()
    tried = models.DateTimeField()
    milliseconds = models.IntegerField()
    status = models.IntegerField(null=True, blank=True)
    problem = models.CharField(max_length=40, blank=True)

    class Meta:
        verbose_name_plural = "webhook deliveries"
        indexes = [
            # Serves the delivery log, the latest first, and its pruning.
            models.Index(fields=["endpoint", "-id"], name="webhook_delivery_latest"),
        ]

    def __str__(self) -> str:
        return f"{self.message_id} attempt {self.attempt}"
