"""Celery's entry points: ids in, one service call each. Each may run twice, late, or out of order."""

from celery import shared_task

from tracker.feed import webhooks_delivery, webhooks_due
from tracker.services import (
    assessment,
    exports,
    heartbeats,
    protection,
    publication,
    recompute,
    snapshots,
    webhooks,
)


@shared_task
def assess_truce(truce_id: int) -> None:
    """Assess one truce that a change concerns."""
    assessment.assess_in_turn(truce_id)


@shared_task
def sweep() -> None:
    """Find what is due, whoever was or was not told of it."""
    publication.publish_due()
    assessment.sweep()
    exports.sweep()


@shared_task
def heartbeat() -> None:
    """Say that a worker is alive; the scheduler says so of itself when it sends this."""
    heartbeats.beat(heartbeats.WORKER)


@shared_task
def reassess_from_nothing() -> None:
    """Compare everything stored with a recompute from nothing, and raise the alarm on a difference."""
    recompute.check_all()


@shared_task
def enforce_protection() -> None:
    """Take back what is still public of sources that did not consent to it."""
    protection.enforce()


@shared_task
def tell_of_source_anew(source_id: int, after: int) -> None:
    """Go on to have the public told of a source what it may be told now, after a report."""
    protection.go_on(source_id, after)


@shared_task
def sweep_webhooks() -> None:
    """Find the webhooks for which something waits; the sender says by it that it is alive."""
    heartbeats.beat(heartbeats.OUTGOING)
    webhooks_due.sweep()


@shared_task
def deliver_webhook(endpoint_id: int) -> None:
    """Send what waits for one webhook endpoint."""
    webhooks_due.deliver(endpoint_id)


@shared_task
def send_webhook_test(message_id: int) -> None:
    """Send one test message."""
    webhooks_delivery.send_test(message_id)


@shared_task
def prune_webhook_log() -> None:
    """Forget attempts that are past their time."""
    webhooks.prune()


@shared_task
def build_export(export_id: int) -> None:
    """Build one export."""
    exports.build(export_id)


@shared_task
def build_snapshot() -> None:
    """Build a snapshot of the change log, if the log has moved on since the last one."""
    if snapshots.is_due():
        snapshots.build()


@shared_task
def clear_files() -> None:
    """Remove the files of exports and snapshots whose time is over."""
    exports.clear()
    snapshots.clear()
