"""Problem details (RFC 9457): what every refusal of the API looks like, all faults at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

import orjson
import structlog
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.encoding import escape_uri_path
from django.utils.translation import gettext as _
from django.views import defaults
from django.views.decorators.csrf import csrf_exempt
from rest_framework import exceptions
from rest_framework.response import Response

from tracker.api.cross_origin import READ_HEADERS
from tracker.intake.fault import Fault

CONTENT_TYPE = "application/problem+json"
log = structlog.get_logger()


class Problem(exceptions.APIException):
    """A refusal: an HTTP status, a sentence, the faults, and whatever else the reader needs to go on.

    ``errors`` are objects of ``pointer`` (JSON pointer to the field; for a query parameter to its name,
    which ``parameter`` repeats), ``code`` (stable) and ``detail`` (a sentence).
    """

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        errors: Iterable[Mapping[str, Any]] = (),
        headers: Mapping[str, str] | None = None,
        **members: Any,
    ) -> None:
        super().__init__(detail)
        self.status_code = status
        self.errors = list(errors)
        self.headers = dict(headers or {})
        self.members = members


def of_faults(faults: Iterable[Fault]) -> Problem:
    """400 for a body with these faults."""
    return Problem(
        400, _("The request was understood and cannot be used as it is."), errors=map(error_of, faults)
    )


def error_of(fault: Fault) -> dict[str, Any]:
    """One fault of a body as it stands in ``errors``."""
    return {"pointer": fault.pointer, "code": fault.code, "detail": fault.message}


def not_found(what: str, reference: str, path: str) -> Problem:
    """404 that names what was asked for and the path that asked."""
    sentence = _("There is no %(what)s “%(reference)s” at %(path)s.")
    return Problem(404, sentence % {"what": what, "reference": reference, "path": path})


def document(
    status: int, detail: str, path: str, errors: list[Any] | None = None, **members: Any
) -> dict[str, Any]:
    """The JSON object of a problem. ``type`` is about:blank: the status and the codes say the kind.

    path: as the request has it, decoded; ``instance`` is the address of it.
    """
    found = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "instance": escape_uri_path(path),
        **members,
    }
    if errors:
        found["errors"] = errors
    return found


def exception_handler(error: Exception, context: Mapping[str, Any]) -> Response:
    """What DRF calls for anything that a view raises. Never a stack trace: that goes to the log."""
    request = context["request"]
    if not isinstance(error, exceptions.APIException | Http404 | PermissionDenied | SuspiciousOperation):
        log.error("api.failed", path=request.path, exc_info=error)
    status, detail, errors, members, headers = _told(error, request)
    body = document(status, detail, request.path, errors, **members)
    return Response(body, status=status, headers=headers, content_type=CONTENT_TYPE)


def _told(error: Exception, request: Any) -> tuple[int, str, list[Any], dict[str, Any], dict[str, str]]:
    match error:
        case Problem():
            return error.status_code, str(error.detail), error.errors, error.members, error.headers
        case Http404():
            return 404, _("There is nothing at %(path)s.") % {"path": request.path}, [], {}, {}
        case PermissionDenied():
            return 403, _("This is not allowed with these credentials."), [], {}, {}
        case SuspiciousOperation():
            return 400, _("The request was understood and cannot be used as it is."), [], {}, {}
        case exceptions.APIException():
            headers = {}
            # The framework sets these two on some refusals only.
            if challenge := getattr(error, "auth_header", None):
                headers["WWW-Authenticate"] = challenge
            if wait := getattr(error, "wait", None):
                headers["Retry-After"] = str(int(wait))
            detail = error.detail if isinstance(error.detail, str) else error.default_detail
            return error.status_code, str(detail), [], {}, headers
        case _:
            sentence = _("Something went wrong here. Nothing was stored. Try again, and name the request id.")
            return 500, sentence, [], {}, {}


def response(problem: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> HttpResponse:
    """A problem outside of DRF."""
    return HttpResponse(
        orjson.dumps(problem),
        status=problem["status"],
        content_type=CONTENT_TYPE,
        headers=dict(headers or {}),
    )


def refusal(request: HttpRequest, status: int, detail: str) -> HttpResponse:
    """A problem that no view of the API tells, with the headers that its refusals have."""
    headers = {**READ_HEADERS, "Cache-Control": "private, no-store"}
    return response(document(status, detail, request.path), headers)


@csrf_exempt
def unknown_path(request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
    """404 for an address under ``/api/`` that nothing serves, whatever is asked of it."""
    sentence = _("There is nothing at %(path)s. The addresses are listed at /api/docs/.")
    return refusal(request, 404, sentence % {"path": request.path})


def server_error(request: HttpRequest) -> HttpResponse:
    """500 for what fails outside of the API's views, such as the database being away: a problem or a page."""
    if not request.path.startswith("/api/"):
        return defaults.server_error(request)
    sentence = _("Something went wrong here. Nothing was stored. Try again, and name the request id.")
    return refusal(request, 500, sentence)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400 for what is refused outside of the API's views, such as an unknown host: a problem or a page."""
    if not request.path.startswith("/api/"):
        return defaults.bad_request(request, exception)
    return refusal(request, 400, _("The request was understood and cannot be used as it is."))
