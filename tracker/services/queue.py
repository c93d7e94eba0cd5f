"""Calling the workers. The queue is a hint, the database is the truth: a call that fails loses nothing."""

from __future__ import annotations

import structlog

from ceasefire.celery import app

log = structlog.get_logger()


def call(task: str, *arguments: int | str, after: float = 0) -> bool:
    """Queue a task by name, to be done ``after`` some seconds. False when the broker cannot be reached; the
    sweep then finds the work."""
    try:
        app.send_task(task, arguments, countdown=after or None)
    except Exception as error:  # the transport raises its own kinds: kombu's, redis's, OSError
        log.warning("queue.unreachable", task=task, error=type(error).__name__)
        return False
    return True
