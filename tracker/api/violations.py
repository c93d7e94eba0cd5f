"""The violation feed, present state."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from tracker.api import cursors, examples, parameters, shapes
from tracker.api.resource import CURSOR, LIMIT, VIEW, Resource, address_of, truce_asked
from tracker.feed import incidents, violations
from tracker.intake import codes
from tracker.models import Claim, Incident, Standing, Term, View
from tracker.services import clock

LIST = "violations"
GRADES = ("discounted", "contested", "confirmed", "fair", "weak")


class Violations(Resource):
    """One entry per incident and prohibition that counts in the asked reading."""

    query = (
        parameters.slug("truce", "Only of this truce."),
        parameters.slug("term", "Only against the prohibition of this reference."),
        parameters.choice(
            "reading",
            "The reading in which it counts; without it, each charter's headline reading.",
            codes.Reading,
        ),
        parameters.slug("party", "Only those in which a claim names this actor as the perpetrator."),
        parameters.choice("grade", "Only of this grade.", GRADES),
        parameters.choice("severity", "Only ruled of this severity.", codes.Severity),
        parameters.choice("act", "Only this act.", codes.Act),
        parameters.moment("occurred_from", "Only what may have happened at or after this moment."),
        parameters.moment("occurred_to", "Only what may have happened before this moment."),
        parameters.moment("updated_from", "Only what came to stand so at or after this moment."),
        parameters.moment("updated_to", "Only what came to stand so before this moment."),
        parameters.pattern("country", "Only in this country (ISO 3166, three letters).", "[A-Z]{3}", "SYR"),
        parameters.pattern(
            "pcode", "Only in the area of this P-code.", r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}", "SY07"
        ),
        LIMIT,
        CURSOR,
        VIEW,
    )

    @extend_schema(
        operation_id="violations",
        summary="Violations, present state",
        description="One entry per incident and prohibition that counts in the asked reading. For everything "
        "that changes, in order, follow the feed instead.",
        responses={200: shapes.ViolationPage},
        examples=[examples.VIOLATIONS],
    )
    def get(self, request: Request) -> Response:
        asked = self.asked
        truce = truce_asked(asked["truce"])
        view = self.view_asked(truce)
        now = clock.now()
        rows = violations.counting(view, now, reading=asked["reading"], truce=truce)
        if view == View.PUBLIC:
            rows = rows.filter(truce__visibility="public")
        rows = _after(asked["cursor"], _filtered(rows, asked, view))
        page = list(rows[: asked["limit"] + 1])
        more = len(page) > asked["limit"]
        page = page[: asked["limit"]]
        following = None
        if more:
            last = page[-1]
            cursor = cursors.write(LIST, last.incident.reference, last.truce.slug, last.term.ref)
            following = address_of(request, cursor=cursor)
        address = request.build_absolute_uri("/").rstrip("/")
        return Response({"results": violations.render(page, view, now, address), "next": following})


def _after(cursor: str | None, rows: QuerySet[Standing]) -> QuerySet[Standing]:
    if cursor is None:
        return rows
    keys = cursors.read(LIST, cursor)
    incident = Incident.objects.filter(reference=keys[0]).first()
    term = Term.objects.filter(truce__slug=keys[1], ref=keys[2]).first() if len(keys) == 3 else None
    if incident is None or term is None:
        raise cursors.refused()
    return rows.filter(Q(incident__lt=incident.pk) | Q(incident=incident, term__lt=term.pk))


def _filtered(rows: QuerySet[Standing], asked: Any, view: View) -> QuerySet[Standing]:
    if asked["occurred_from"] and asked["occurred_to"] and asked["occurred_to"] <= asked["occurred_from"]:
        raise parameters.refuse(
            "occurred_to", "interval_reversed", _("The end is not after the start. Exchange them.")
        )
    conditions = {
        "term": Q(term__ref=asked["term"]),
        "party": Q(alleged__contains=[asked["party"]]),
        "grade": Q(grade=asked["grade"]),
        "severity": Q(severity=asked["severity"]),
        "act": Q(details__act=asked["act"]),
        "occurred_from": Q(happened__gte=asked["occurred_from"]),
        "occurred_to": Q(occurred_from__lt=asked["occurred_to"]),
        "updated_from": Q(known__gte=asked["updated_from"]),
        "updated_to": Q(known__lt=asked["updated_to"]),
        "country": _within(asked["country"], view),
        "pcode": _within(asked["pcode"], view),
    }
    for name, condition in conditions.items():
        if asked[name] is not None:
            rows = rows.filter(condition)
    return rows


def _within(area: str | None, view: View) -> Q:
    """Incidents that a claim places in an area, by its code."""
    if area is None:
        return Q()
    claims = Claim.objects.filter(place_within__contains=[area], report__in=incidents.reports_shown(view))
    return Q(incident__in=claims.values("report__incident_links__incident"))
