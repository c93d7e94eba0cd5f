"""Structured logs: one JSON object a line, without addresses of clients, query strings or bodies."""

import time
import uuid
from collections.abc import Callable
from typing import Any

import structlog
from django.http import HttpRequest, HttpResponse


def without_paths(logger: object, method: str, event: dict[str, Any]) -> dict[str, Any]:
    """Processor: cut the path off Django's own words about a failed request."""
    if event.get("logger") == "django.request":
        event["event"] = str(event["event"]).partition(": /")[0]
    return event


SHARED_PROCESSORS: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    without_paths,
    structlog.stdlib.ExtraAdder(allow=["status_code"]),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
]


def configuration(debug: bool) -> dict[str, Any]:
    """Django's LOGGING: everything to standard error, as JSON, or as readable lines while debugging."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *SHARED_PROCESSORS,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    renderer = (
        structlog.dev.ConsoleRenderer() if debug else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "lines": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": SHARED_PROCESSORS,
                "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines"}},
        "root": {"handlers": ["stderr"], "level": "INFO"},
        "loggers": {"django": {"handlers": [], "propagate": True}, "django.server": {"propagate": True}},
    }


class RequestLog:
    """Middleware: binds a request id to every log line of a request and tells its outcome and duration.

    The id goes out as ``X-Request-ID``, so that a person can name the request that failed.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.log = structlog.get_logger("ceasefire.requests")

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request_id = uuid.uuid4().hex
        request.request_id = request_id  # type: ignore[attr-defined]
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            started = time.perf_counter()
            response = self.get_response(request)
            took = round((time.perf_counter() - started) * 1000, 1)
            # The route, not the path: a path may hold a one-time link or a hook's token.
            route = getattr(request.resolver_match, "route", None)
            self.log.info(
                "request", method=request.method, route=route, status=response.status_code, milliseconds=took
            )
        response["X-Request-ID"] = request_id
        return response
