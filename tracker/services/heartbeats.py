"""Signs of life of the worker and the scheduler, which have no address of their own to ask."""

from __future__ import annotations

from datetime import timedelta

from tracker.models import Heartbeat
from tracker.services import clock

WORKER, SCHEDULER, OUTGOING = "worker", "scheduler", "outgoing"


def beat(process: str) -> None:
    """Note that a process is alive."""
    Heartbeat.objects.update_or_create(process=process, defaults={"beat": clock.now()})


def age(process: str) -> timedelta | None:
    """How long ago a process last said that it is alive; None if it never did."""
    last = Heartbeat.objects.filter(process=process).values_list("beat", flat=True).first()
    return None if last is None else clock.now() - last
