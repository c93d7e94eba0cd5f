"""Truces: the list, the charter, the status at any two moments, and its history."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from tracker.api import charters, cursors, examples, parameters, shapes
from tracker.api.resource import CURSOR, LIMIT, VIEW, Resource, address_of, truce_at, truces_shown
from tracker.compliance.verdicts import as_json
from tracker.feed import days
from tracker.models import Transition, Truce, View
from tracker.services import sentences, status
from tracker.services.charters import names_of


class Truces(Resource):
    """Every truce that may be seen."""

    query = (LIMIT, CURSOR)

    @extend_schema(
        operation_id="truces", summary="Truces", responses={200: shapes.TrucePage}, examples=[examples.TRUCES]
    )
    def get(self, request: Request) -> Response:
        shown = truces_shown(self)
        rows = shown.order_by("-in_force_from", "-id")
        if self.asked["cursor"] is not None:
            (slug, *_rest) = cursors.read("truces", self.asked["cursor"])
            last = shown.filter(slug=slug).first()
            if last is None:
                raise cursors.refused()
            start = last.in_force_from
            rows = rows.filter(Q(in_force_from__lt=start) | Q(in_force_from=start, id__lt=last.pk))
        page, more = self.page_of(rows)
        following = address_of(request, cursor=cursors.write("truces", page[-1].slug)) if more else None
        address = request.build_absolute_uri("/").rstrip("/")
        revisions = status.revisions(page, View.PUBLIC)
        results = [charters.summary(truce, revisions[truce.pk], address) for truce in page]
        return Response({"results": results, "next": following})


class OneTruce(Resource):
    """The charter of a truce."""

    @extend_schema(
        operation_id="truce",
        summary="The charter",
        responses={200: shapes.Charter},
        examples=[examples.CHARTER],
    )
    def get(self, request: Request, slug: str) -> Response:
        truce = truce_at(slug, self)
        revision = status.revisions([truce], View.PUBLIC)[truce.pk]
        return Response(charters.charter(truce, revision, request.build_absolute_uri("/").rstrip("/")))


class Status(Resource):
    """What every term says, and why."""

    query = (
        parameters.moment(
            "as_of",
            "The moment asked about; the earlier of now and the record's end. A later one is projected.",
        ),
        parameters.moment("known_at", "What was known at this moment; the present one, and never later."),
        VIEW,
    )

    @extend_schema(
        operation_id="status",
        summary="The status at any two moments",
        description="`as_of` says when, `known_at` what was known. An answer about a past `known_at` never "
        "changes, save by a load that is marked historical.",
        responses={200: shapes.Status},
        examples=[examples.STATUS],
    )
    def get(self, request: Request, slug: str) -> Response:
        truce = truce_at(slug, self)
        view = self.view_asked(truce)
        found = status.status(truce, as_of=self.asked["as_of"], known_at=self.asked["known_at"], view=view)
        return Response(found)


class Days(Resource):
    """What was alleged per day of the truce's zone."""

    query = Status.query

    @extend_schema(
        operation_id="days",
        summary="Allegations per day",
        description="Every day of the truce's zone from its start to `as_of`, oldest first. A day counts the "
        "incidents whose whole uncertain time lies on it; `may_fall` those whose time reaches beyond it. A "
        "tally is its source's own and is added to nothing. A day that nobody observed is not a quiet one.",
        responses={200: shapes.Days},
        examples=[examples.DAYS],
    )
    def get(self, request: Request, slug: str) -> Response:
        truce = truce_at(slug, self)
        view = self.view_asked(truce)
        limit = status.known_limit(view)
        known_at = min(self.asked["known_at"] or limit, limit)
        as_of = self.asked["as_of"] or status.default_as_of(truce)
        found = days.days_of(truce, view, known_at, as_of)
        return Response({"results": [days.as_sent(day) for day in found], "next": None})


class History(Resource):
    """What the board came to say, and when."""

    query = (LIMIT, CURSOR, VIEW)

    @extend_schema(
        operation_id="status_history",
        summary="The history of the status",
        description="The transitions that stand, in order: since when each was so, and when it was known.",
        responses={200: shapes.HistoryPage},
        examples=[examples.HISTORY],
    )
    def get(self, request: Request, slug: str) -> Response:
        truce = truce_at(slug, self)
        view = self.view_asked(truce)
        name, last = f"history.{truce.slug}.{view}", None
        if self.asked["cursor"] is not None:
            (reference, *_rest) = cursors.read(name, self.asked["cursor"])
            last = Transition.objects.filter(truce=truce, view=view, reference=reference).first()
            if last is None:
                raise cursors.refused()
        page, more = self.page_of(status.history(truce, view, after=last))
        following = address_of(request, cursor=cursors.write(name, page[-1].reference)) if more else None
        names = names_of(truce, view)
        return Response({"results": [_transition(row, truce, names) for row in page], "next": following})


def _transition(row: Transition, truce: Truce, names: Any) -> dict[str, Any]:
    return {
        "ref": row.reference,
        "truce": truce.slug,
        "term": row.term.ref if row.term else None,
        "reading": row.reading,
        "state": row.state,
        "since": as_json(row.since),
        "known": as_json(row.known),
        "message": row.message,
        "text": sentences.text(row.message, row.values, names),
        "values": sentences.without(names.withheld, row.values),
        "evidence": row.evidence,
    }
