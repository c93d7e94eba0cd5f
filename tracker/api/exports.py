"""Exports: ask for a file of what a list holds, follow how it is built, fetch it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.exceptions import NotAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from tracker.api import cursors, examples, parameters, shapes
from tracker.api.authentication import view_for
from tracker.api.downloads import Download, FileResource, download
from tracker.api.problems import Problem, not_found
from tracker.api.resource import CURSOR, LIMIT, Resource, address_of
from tracker.api.violations import CHOICES, Violations
from tracker.feed import exports as files
from tracker.feed import shown
from tracker.feed.projection import moment
from tracker.intake.fault import pointer_of
from tracker.models import Export, ExportFormat, ExportState, ExportSubject, Person, Truce, View
from tracker.services import clock, exports
from tracker.services.authors import Author
from tracker.services.refusals import Refused

LIST = "exports"
MEMBERS = ("what", "format", "view", "filters")
VIOLATION_FILTERS = {one.name: one for one in Violations.query if one.name in ("truce", "reading", *CHOICES)}
FILTERS = {
    ExportSubject.VIOLATIONS: VIOLATION_FILTERS,
    ExportSubject.FEED: {"truce": VIOLATION_FILTERS["truce"]},
}
"""The filters of each thing that can be exported: those of its list."""

GONE = {
    ExportState.FAILED: gettext_noop("This export could not be built. Ask for a new one."),
    ExportState.INVALIDATED: gettext_noop(
        "Something that this export may hold was withdrawn. Ask for a new one."
    ),
    ExportState.EXPIRED: gettext_noop("This export has expired. Ask for a new one."),
}


class Exports(Resource):
    """The exports of whoever asks; and asking for a new one."""

    query = (LIMIT, CURSOR)

    @extend_schema(
        operation_id="exports",
        summary="Your exports, newest first",
        description="Those of the key or the person that asks; nobody sees another's.",
        responses={200: shapes.ExportPage},
        examples=[examples.EXPORTS],
    )
    def get(self, request: Request) -> Response:
        rows = exports.of_requester(self.key, _person(self))
        if self.asked["cursor"] is not None:
            (reference, *_rest) = cursors.read(LIST, self.asked["cursor"])
            last = rows.filter(reference=reference).first()
            if last is None:
                raise cursors.refused()
            rows = rows.filter(id__lt=last.pk)
        page, more = self.page_of(rows)
        following = address_of(request, cursor=cursors.write(LIST, page[-1].reference)) if more else None
        return Response({"results": [shape(row, request) for row in page], "next": following})

    @extend_schema(
        operation_id="request_export",
        summary="Ask for an export",
        description="What it holds is fixed now: the view that you may see, the filters, and what is known "
        "at this moment (`known`). It is built in the background; follow it at its address. Needs a key (any "
        "scope; `view: full` as everywhere) or a person who is signed in.",
        request=shapes.ExportRequest,
        responses={202: shapes.Export},
        examples=[examples.EXPORT_ASKED, examples.EXPORT_BEGUN],
    )
    def post(self, request: Request) -> Response:
        author = _author(self)
        subject, written_as, view, filters = _wanted(self, request.data)
        try:
            export = exports.request(
                subject, written_as, view, filters, author, request.build_absolute_uri("/").rstrip("/")
            )
        except Refused as refused:
            error = {"pointer": refused.pointer, "code": refused.code, "detail": refused.message}
            status = 409 if refused.code == "too_many_exports" else 400
            raise Problem(status, refused.message, errors=[error]) from None
        return Response(shape(export, request), status=202, headers={"Location": _address(export, request)})


class OneExport(Resource):
    """How far one export has come."""

    @extend_schema(
        operation_id="export",
        summary="One export",
        description="`state` goes from `waiting` over `building` to `finished`; or to `failed`, "
        "`invalidated` (something that it may hold was withdrawn) or `expired`. `done` counts the rows "
        "written so far.",
        responses={200: shapes.Export},
        examples=[examples.EXPORT_FINISHED],
    )
    def get(self, request: Request, reference: str) -> Response:
        export = _own(self, reference)
        headers = {"Retry-After": "2"} if export.state in exports.PENDING else {}
        return Response(shape(export, request), headers=headers)


class ExportFile(FileResource):
    """The file of a finished export."""

    @extend_schema(
        operation_id="export_file",
        summary="The file of an export",
        description="For its requester alone. The ETag is the SHA-256 of the whole; a download that broke "
        "off goes on with `Range` and `If-Range`. 409 while it is not finished, 410 when it is no longer to "
        "be had.",
        parameters=[
            OpenApiParameter("Range", str, OpenApiParameter.HEADER, description="One range of bytes."),
            OpenApiParameter("If-Range", str, OpenApiParameter.HEADER, description="Its ETag."),
        ],
        responses={
            **{
                (status, media_type): {"type": "string", "format": "binary"}
                for status in (200, 206)
                for media_type in files.MEDIA_TYPES.values()
            },
            (409, "application/problem+json"): shapes.Problem,
            (410, "application/problem+json"): shapes.Problem,
            416: OpenApiResponse(shapes.Problem, "The range holds nothing of the file."),
        },
    )
    def get(self, request: Request, reference: str) -> HttpResponseBase:
        export = _own(self, reference)
        truce = Truce.objects.filter(slug=export.filters.get("truce")).first()
        view_for(export.view, key=self.key, person=request.user, truce=truce)  # it may have been taken since
        state = _state(export)
        if state in exports.PENDING:
            detail = _("This export is not finished yet. Follow it at its address.")
            raise Problem(409, detail, headers={"Retry-After": "2"}, state=state)
        if state == ExportState.FINISHED and exports.is_overtaken(export):
            state = ExportState.INVALIDATED
        if state != ExportState.FINISHED:
            raise Problem(
                410, _(GONE[state]), state=state, exports=request.build_absolute_uri("/api/v1/exports")
            )
        assert export.size is not None
        file = Download(
            exports.path_of(export),
            exports.name_of(export),
            files.MEDIA_TYPES[ExportFormat(export.format)],
            export.size,
            export.sha256,
        )
        return download(request, file, {"Cache-Control": "private, no-store"})


def shape(export: Export, request: Request) -> dict[str, Any]:
    """An export as its requester reads it."""
    state = _state(export)
    return {
        "ref": export.reference,
        "what": export.subject,
        "format": export.format,
        "view": export.view,
        "filters": export.filters.get("given", {}),
        "known": moment(export.known),
        "state": state,
        "created": moment(export.created),
        "expires": moment(export.expires),
        "done": export.done,
        "rows": export.rows,
        "size": export.size,
        "sha256": export.sha256 or None,
        "url": _address(export, request),
        "file": f"{_address(export, request)}/file" if state == ExportState.FINISHED else None,
    }


def _state(export: Export) -> ExportState:
    """How far an export has come, as of now: its time may be over before it is cleared away."""
    is_over = export.state == ExportState.FINISHED and export.expires <= clock.now()
    return ExportState.EXPIRED if is_over else ExportState(export.state)


def _address(export: Export, request: Request) -> str:
    return request.build_absolute_uri(f"/api/v1/exports/{export.reference}")


def _person(resource: Resource) -> Person | None:
    """The person who asks, where no key does; 401 where neither does."""
    if resource.key is not None:
        return None
    person = resource.request.user
    if not (isinstance(person, Person) and person.is_authenticated):
        raise NotAuthenticated(
            _("Exports need a key, Authorization: Bearer …, or a person who is signed in.")
        )
    return person


def _author(resource: Resource) -> Author:
    person = _person(resource)
    request_id = getattr(resource.request, "request_id", "")
    if resource.key is not None:
        return Author.of_key(resource.key, request_id=request_id)
    assert person is not None
    return Author.of_person(person, request_id=request_id)


def _own(resource: Resource, reference: str) -> Export:
    own = exports.of_requester(resource.key, _person(resource)).filter(reference=reference).first()
    if own is None:
        raise not_found("export", reference, resource.request.path)
    return own


def _wanted(resource: Resource, body: Any) -> tuple[ExportSubject, ExportFormat, View, dict[str, Any]]:
    """What a body asks for; a 400 ``Problem`` with every fault at once."""
    if not isinstance(body, Mapping):
        raise Problem(400, _("The body is empty. Send what to export as JSON."))
    errors = [
        _error(
            pointer_of([name]), "unknown_field", _("There is no field “%(given)s” here.") % {"given": name}
        )
        for name in body
        if name not in MEMBERS
    ]
    subject = _code(body, "what", ExportSubject.values, None, errors)
    written_as = _code(body, "format", ExportFormat.values, ExportFormat.NDJSON, errors)
    view = _code(body, "view", View.values, View.PUBLIC, errors)
    given = {} if body.get("filters") is None else body["filters"]
    if not isinstance(given, Mapping):
        errors.append(_error("/filters", "malformed", _("Give an object of names and values.")))
        given = {}
    values = _filters(ExportSubject(subject), given, errors) if subject else {}
    for start, end in (("occurred_from", "occurred_to"), ("updated_from", "updated_to")):
        if start in values and end in values and values[end] <= values[start]:
            detail = _("The end is not after the start. Exchange them.")
            errors.append(_error(f"/filters/{end}", "interval_reversed", detail))
    if errors:
        raise _refused(errors)
    _check_truce(resource, values.get("truce"), View(view))
    filters = {"given": dict(given), **files.filters_of(values, CHOICES)}
    return ExportSubject(subject), ExportFormat(written_as), View(view), filters


def _check_truce(resource: Resource, slug: str | None, view: View) -> None:
    """Refuse a view that may not be had of a truce (401, 403), and a truce that it does not show (400)."""
    truce = None if slug is None else Truce.objects.filter(slug=slug).first()
    view_for(view, key=resource.key, person=resource.request.user, truce=truce)
    if slug is not None and (truce is None or not shown.shows_truce(truce, view)):
        detail = _("There is no truce “%(given)s”.") % {"given": slug}
        raise _refused([_error("/filters/truce", "unknown_truce", detail)])


def _refused(errors: list[Any]) -> Problem:
    return Problem(400, _("The request was understood and cannot be used as it is."), errors=errors)


def _code(
    body: Mapping[str, Any], name: str, codes: list[str], default: str | None, errors: list[Any]
) -> str:
    given = default if body.get(name) is None else body[name]
    if given is None:
        errors.append(_error(f"/{name}", "required", _("This field is required. Give a value.")))
    elif given not in codes:
        sentence = _("“%(given)s” is not a known code. Use one of: %(expected)s.")
        values = {"given": str(given)[:80], "expected": ", ".join(codes)}
        errors.append(_error(f"/{name}", "unknown_code", sentence % values))
    else:
        return str(given)
    return ""


def _filters(subject: ExportSubject, given: Mapping[str, Any], errors: list[Any]) -> dict[str, Any]:
    """The values of the filters that are given, read as in an address."""
    values = {}
    for name, text in given.items():
        known = FILTERS[subject].get(name)
        if known is None:
            sentence = _("There is no parameter “%(given)s” here. Use one of: %(expected)s.")
            told = sentence % {"given": str(name)[:80], "expected": ", ".join(FILTERS[subject])}
            errors.append(_error(pointer_of(["filters", name]), "unknown_parameter", told))
            continue
        try:
            values[name] = known.read(str(text))
        except parameters.Refused as refused:
            errors.append(_error(f"/filters/{name}", refused.code, str(refused)))
    return values


def _error(pointer: str, code: str, detail: str) -> dict[str, str]:
    return {"pointer": pointer, "code": code, "detail": detail}
