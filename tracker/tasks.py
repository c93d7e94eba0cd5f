"""Celery's entry points: ids in, one service call each. Each may run twice, late, or out of order."""

from celery import shared_task

from tracker.services import assessment, heartbeats, publication, recompute


@shared_task
def assess_truce(truce_id: int) -> None:
    """Assess one truce that a change concerns."""
    assessment.assess_truce(truce_id)


@shared_task
def sweep() -> None:
    """Find what is due, whoever was or was not told of it."""
    publication.publish_due()
    assessment.sweep()


@shared_task
def heartbeat() -> None:
    """Say that a worker is alive; the scheduler says so of itself when it sends this."""
    heartbeats.beat(heartbeats.WORKER)


@shared_task
def reassess_from_nothing() -> None:
    """Compare everything stored with a recompute from nothing, and raise the alarm on a difference."""
    recompute.check_all()
