"""The Celery application and its whole schedule.

The queue is a hint and the database is the truth: nothing waits for a result, and a task that is lost is
made up for by the next sweep. So a broker that is away must fail a request at once rather than hold it.
"""

import os
from typing import Any

import structlog
from celery import Celery
from celery.schedules import crontab
from celery.signals import (
    after_task_publish,
    beat_init,
    before_task_publish,
    worker_process_init,
    worker_process_shutdown,
    worker_ready,
)

from ceasefire import environment

environment.load_instance_file()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ceasefire.settings")

SWEEP_SECONDS = 5
HEARTBEAT_SECONDS = 5
# What waits for others is done by a worker of its own, of threads: it must not hold up the assessments.
OUTGOING = "outgoing"
# Patience with the broker, in seconds, where a request is waiting for it.
BROKER_PATIENCE = 1


def _every(task: str, seconds: int) -> dict[str, object]:
    # A tick that no worker took before the next one is worth nothing.
    return {"task": task, "schedule": seconds, "options": {"expires": seconds}}


app = Celery("ceasefire")
app.conf.update(
    broker_url=environment.required("REDIS_URL", "set it to redis://:password@host:port/0, or run `make up`"),
    broker_transport_options={
        "socket_connect_timeout": BROKER_PATIENCE,
        "socket_timeout": BROKER_PATIENCE,
        "retry_on_timeout": False,
        "max_retries": 0,
        "visibility_timeout": 3600,
    },
    broker_connection_timeout=BROKER_PATIENCE,
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    task_publish_retry=False,
    task_ignore_result=True,
    task_store_errors_even_if_ignored=False,
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    worker_cancel_long_running_tasks_on_connection_loss=True,
    worker_max_memory_per_child=180_000,
    worker_hijack_root_logger=False,
    task_serializer="json",
    accept_content=["json"],
    timezone="UTC",
    task_routes={
        "tracker.tasks.sweep_webhooks": {"queue": OUTGOING},
        "tracker.tasks.deliver_webhook": {"queue": OUTGOING},
        "tracker.tasks.send_webhook_test": {"queue": OUTGOING},
        "tracker.tasks.build_export": {"queue": OUTGOING},
        "tracker.tasks.build_snapshot": {"queue": OUTGOING},
    },
    beat_schedule={
        "sweep": _every("tracker.tasks.sweep", SWEEP_SECONDS),
        "heartbeat": _every("tracker.tasks.heartbeat", HEARTBEAT_SECONDS),
        "sweep webhooks": _every("tracker.tasks.sweep_webhooks", SWEEP_SECONDS),
        "prune the log of webhooks": {
            "task": "tracker.tasks.prune_webhook_log",
            "schedule": crontab(minute=20),
            "options": {"expires": 1800},
        },
        "snapshot of the log": {
            "task": "tracker.tasks.build_snapshot",
            "schedule": crontab(minute=40),
            "options": {"expires": 1800},
        },
        "clear files": {
            "task": "tracker.tasks.clear_files",
            "schedule": crontab(minute=50),
            "options": {"expires": 1800},
        },
        "enforce protection": {
            "task": "tracker.tasks.enforce_protection",
            "schedule": crontab(minute=10),
            "options": {"expires": 1800},
        },
        "reassess from nothing": {
            "task": "tracker.tasks.reassess_from_nothing",
            "schedule": crontab(hour=2, minute=30),
            "options": {"expires": 3600},
        },
    },
)
app.autodiscover_tasks(["tracker"])


@before_task_publish.connect(sender="tracker.tasks.heartbeat")
def scheduler_is_alive(**_signal: object) -> None:
    """Only the scheduler sends the heartbeat, so its sending is the scheduler's own sign of life."""
    from tracker.services import heartbeats

    heartbeats.beat(heartbeats.SCHEDULER)


@worker_ready.connect
def say_ready(sender: Any, **_: object) -> None:
    """Tell the log, and whoever waits for it there, that this worker takes work."""
    structlog.get_logger(__name__).warning("worker is ready")
    if OUTGOING in sender.app.amqp.queues.consume_from:
        from tracker.feed import webhooks_due

        webhooks_due.follow_in_background()


@worker_process_init.connect
def place_together(**_: object) -> None:
    """In a storm have what an assessment says placed with what the web takes in meanwhile: placed by itself
    it would give what waits there a known time of its own, one more moment to assess."""
    from tracker.services import placing

    placing.start()


@worker_process_shutdown.connect
def place_the_rest(**_: object) -> None:
    from tracker.services import placing

    placing.stop()


@beat_init.connect
def beat_as_scheduler(**_: object) -> None:
    """In the scheduler's process alone: sending the worker its heartbeat is the scheduler's own."""
    after_task_publish.connect(_scheduler_beat, sender="tracker.tasks.heartbeat", weak=False)


def _scheduler_beat(**_: object) -> None:
    from django.db import DatabaseError, close_old_connections

    from tracker.services import heartbeats

    close_old_connections()
    try:
        heartbeats.beat(heartbeats.SCHEDULER)
    except DatabaseError as error:
        # The schedule goes on without a database: what is due is found when it is back.
        structlog.get_logger(__name__).warning("no heartbeat of the scheduler", error=type(error).__name__)
