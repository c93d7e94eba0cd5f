"""Reports: the list, one of them, and taking them in, one at a time or by the batch."""

from __future__ import annotations

import json
from typing import Any

import orjson
import structlog
from django.db import DatabaseError
from django.db.models import Q
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.exceptions import APIException, NotAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from tracker.api import bodies, cursors, examples, parameters, shapes
from tracker.api.problems import Problem, document, not_found, of_faults
from tracker.api.resource import CURSOR, LIMIT, VIEW, Resource, address_of
from tracker.feed import incidents, projection, shown
from tracker.intake import codes
from tracker.intake.report_document import ReportDocument, check_report
from tracker.models import ApiKey, Report, Scope, Source, View
from tracker.services import clock
from tracker.services import reports as service
from tracker.services.authors import Author
from tracker.services.named import named_in
from tracker.services.refusals import ManyRefused, Refused

LIST = "reports"
LARGEST_BATCH_LINES = 10_000
log = structlog.get_logger()


class Reports(Resource):
    """Every report that the view shows, newest first; and taking in a new one."""

    query = (
        parameters.slug("truce", "Only those that concern this truce."),
        parameters.slug("source", "Only of this source."),
        parameters.choice("kind", "Only of this kind.", codes.ReportKind),
        LIMIT,
        CURSOR,
        VIEW,
    )

    @extend_schema(
        operation_id="reports",
        summary="Reports, newest first",
        responses={200: shapes.ReportPage},
        examples=[examples.REPORTS],
    )
    def get(self, request: Request) -> Response:
        truce, view = self.truce_and_view_asked()
        rows = shown.with_all_that_shows(incidents.reports_shown(view)).order_by("-id")
        rows = rows.filter(_chosen(self.asked, truce, view))
        if self.asked["cursor"] is not None:
            (reference, *_rest) = cursors.read(LIST, self.asked["cursor"])
            last = Report.objects.filter(reference=reference).first()
            if last is None:
                raise cursors.refused()
            rows = rows.filter(id__lt=last.pk)
        page, more = self.page_of(rows)
        following = address_of(request, cursor=cursors.write(LIST, page[-1].reference)) if more else None
        return Response({"results": projection.reports(page, view, now=clock.now()), "next": following})

    @extend_schema(
        operation_id="receive_report",
        summary="Send a report",
        description="The same content again is 200 with the same report; other content under the same "
        "source and `external_id` needs `supersedes`, else it is 409. The known time is when it is "
        "recorded here.",
        request=ReportDocument,
        responses={
            201: shapes.Report,
            200: OpenApiResponse(shapes.Report, "The same content was here already."),
        },
        examples=[examples.REPORT_SENT, examples.REPORT_KEPT],
    )
    def post(self, request: Request) -> Response:
        key = writing_key(self)
        received = receive(request.data, key, request)
        report = received.report
        created = received.outcome != service.Outcome.UNCHANGED
        return Response(
            received.receipt,
            status=201 if created else 200,
            headers={"Location": request.build_absolute_uri(f"/api/v1/reports/{report.reference}")},
        )


class Batch(Resource):
    """Many reports at once, each with its own outcome."""

    parser_classes = (bodies.NDJSONBody,)

    @extend_schema(
        operation_id="receive_reports",
        summary="Send reports by the batch",
        description="NDJSON: one report a line, at most 10,000. Each line has its own outcome, in order; "
        "one bad line spoils no other. Empty lines are passed over and have none.",
        request={"application/x-ndjson": {"type": "string"}},
        responses={200: shapes.BatchOutcome},
        examples=[examples.BATCH_SENT, examples.BATCH_KEPT],
    )
    def post(self, request: Request) -> Response:
        key = writing_key(self)
        lines = [(number, line) for number, line in enumerate(request.data or [], start=1) if line.strip()]
        if not lines:
            raise Problem(400, _("The batch is empty. Send one report a line."))
        if len(lines) > LARGEST_BATCH_LINES:
            sentence = _("The batch has more than %(limit)s lines. Split it.")
            raise Problem(413, sentence % {"limit": LARGEST_BATCH_LINES})
        return Response({"results": [_outcome(number, line, key, request) for number, line in lines]})


class OneReport(Resource):
    """One report. Its sender may read it before it is public."""

    query = (VIEW,)

    @extend_schema(
        operation_id="report",
        summary="One report",
        responses={200: shapes.Report},
        examples=[examples.REPORT_KEPT],
    )
    def get(self, request: Request, reference: str) -> Response:
        view = self.view_asked()
        row = (
            incidents.reports_shown(view)
            .filter(reference=reference)
            .select_related("source", "change")
            .first()
        )
        if row is not None:
            return Response(projection.report(row, view, now=clock.now()))
        if self.key is not None and Scope.REPORTS_WRITE in self.key.scopes:
            own = Report.objects.filter(reference=reference, source__in=self.key.sources.all()).first()
            if own is not None:
                return Response(projection.receipt(own))
        raise not_found("report", reference, request.path)


def writing_key(resource: Resource) -> ApiKey:
    """The key that a report is sent with; 401 without one, 403 without ``reports:write``."""
    if resource.key is None:
        raise NotAuthenticated(_("Sending reports needs a key: Authorization: Bearer …"))
    if Scope.REPORTS_WRITE not in resource.key.scopes:
        raise Problem(403, _("This key lacks the scope reports:write."))
    return resource.key


def receive(body: Any, key: ApiKey, request: Request) -> service.Received:
    """Take in one report's body; a ``Problem`` with every fault where it cannot be."""
    if body is None or body == {}:
        raise Problem(400, _("The body is empty. Send a report as JSON."))
    named = named_in(body, key)
    report, faults = check_report(body, now=clock.now(), exists=named.exists)
    if report is None:
        raise of_faults(faults)
    if not named.may_be_sent_with(key, report.source):
        sentence = _("This key may not write for the source “%(given)s”.")
        detail = sentence % {"given": report.source}
        raise Problem(
            403, detail, errors=[{"pointer": "/source", "code": "not_your_source", "detail": detail}]
        )
    author = Author.of_key(key, request_id=getattr(request, "request_id", ""))
    try:
        return service.receive(report, author, trusted=Scope.REPORTS_PUBLISH in key.scopes, named=named)
    except service.Conflict as conflict:
        raise _conflict(conflict, report) from None
    except ManyRefused as refused:
        raise _refused(refused.refusals) from None
    except Refused as refused:
        raise _refused([refused]) from None


def _conflict(conflict: service.Conflict, sent: ReportDocument) -> Problem:
    existing = conflict.existing
    return Problem(
        409,
        conflict.message,
        errors=[{"pointer": conflict.pointer, "code": conflict.code, "detail": conflict.message}],
        existing={
            "ref": existing.reference,
            "external_id": existing.external_id,
            "revision": existing.revision,
            "digest": existing.digest,
        },
        sent={"external_id": sent.external_id, "digest": conflict.digest},
    )


def _refused(refusals: list[Refused]) -> Problem:
    errors = [{"pointer": one.pointer, "code": one.code, "detail": one.message} for one in refusals]
    taken = all(one.code == "already_superseded" for one in refusals)
    detail = _("The request was understood and cannot be used as it is.")
    return Problem(409 if taken else 400, refusals[0].message if taken else detail, errors=errors)


def _outcome(number: int, line: bytes, key: ApiKey, request: Request) -> dict[str, Any]:
    try:
        if len(line) > bodies.LARGEST_DOCUMENT:
            raise Problem(
                413,
                _("The body is larger than %(limit)s bytes. Split it.") % {"limit": bodies.LARGEST_DOCUMENT},
            )
        received = receive(_loads(line, number), key, request)
    except Problem as problem:
        told = document(
            problem.status_code, str(problem.detail), request.path, problem.errors, **problem.members
        )
        return {"line": number, "outcome": "refused", "status": problem.status_code, "problem": told}
    except (DatabaseError, APIException) as error:
        log.error("batch.line_failed", line=number, exc_info=error)
        told = document(
            500, _("Something went wrong here. Nothing was stored. Send this line again."), request.path
        )
        return {"line": number, "outcome": "failed", "status": 500, "problem": told}
    created = received.outcome != service.Outcome.UNCHANGED
    return {
        "line": number,
        "outcome": str(received.outcome),
        "status": 201 if created else 200,
        "ref": received.report.reference,
    }


def _loads(line: bytes, number: int) -> Any:
    try:
        return orjson.loads(line)
    except json.JSONDecodeError as error:
        error.lineno = number
        raise bodies.not_json(error) from None


def _chosen(asked: Any, truce: Any, view: View) -> Q:
    chosen = Q()
    if truce is not None:
        chosen &= Q(report_truces__truce=truce)
    if asked["kind"]:
        chosen &= Q(kind=asked["kind"])
    if asked["source"]:
        chosen &= _by_source(asked["source"], view)
    return chosen


def _by_source(slug: str, view: View) -> Q:
    """The condition on reports that they are of a source which the view names."""
    source = Source.objects.filter(slug=slug).first()
    is_named = source is not None and (view == View.FULL or not shown.withheld_source(source))
    # By its row id: with so many tables the database would look into every report before it chooses these.
    return Q(source=source) if is_named else Q(pk__in=())
