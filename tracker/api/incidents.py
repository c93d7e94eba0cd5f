"""Incidents: the list, and one with its claims side by side."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from tracker.api import cursors, examples, parameters, shapes
from tracker.api.problems import not_found
from tracker.api.resource import CURSOR, LIMIT, VIEW, Resource, address_of
from tracker.feed import incidents, projection, shown, violations
from tracker.feed.violations import OurSources
from tracker.models import Incident, Standing, Truce, View
from tracker.services import clock, references, sentences
from tracker.services.charters import names_of

LIST = "incidents"


class Incidents(Resource):
    """Every incident that the view shows, newest first, whether it counts or not."""

    query = (parameters.slug("truce", "Only those that concern this truce."), LIMIT, CURSOR, VIEW)

    @extend_schema(
        operation_id="incidents",
        summary="Incidents, newest first",
        responses={200: shapes.IncidentPage},
        examples=[examples.INCIDENTS],
    )
    def get(self, request: Request) -> Response:
        truce, view = self.truce_and_view_asked()
        rows = incidents.shown(view, truce).order_by("-id")
        if self.asked["cursor"] is not None:
            (reference, *_rest) = cursors.read(LIST, self.asked["cursor"])
            last = Incident.objects.filter(reference=reference).first()
            if last is None:
                raise cursors.refused()
            rows = rows.filter(id__lt=last.pk)
        page, more = self.page_of(rows)
        following = address_of(request, cursor=cursors.write(LIST, page[-1].reference)) if more else None
        address = request.build_absolute_uri("/").rstrip("/")
        return Response({"results": _overview(page, view, address, truce), "next": following})


class OneIncident(Resource):
    """One incident. The reference of one that was merged resolves to what it was merged into."""

    query = (VIEW,)

    @extend_schema(
        operation_id="incident",
        summary="One incident",
        responses={200: shapes.Incident},
        examples=[examples.INCIDENT],
    )
    def get(self, request: Request, reference: str) -> Response:
        view = self.view_asked()
        asked = Incident.objects.filter(reference=reference).first()
        row = references.resolved(asked, shown.merges(view)) if asked else None
        if row is None or not incidents.shown(view).filter(pk=row.pk).exists():
            raise not_found("incident", reference, request.path)
        address = request.build_absolute_uri("/").rstrip("/")
        about = incidents.about([row.pk], view).get(row.pk, incidents.About(view))
        found = {
            **about.summary(),
            **projection.incident(row, view, now=clock.now()),
            "weighed": _weighed(row, view),
            "url": f"{address}/incidents/{row.reference}/",
        }
        location = request.build_absolute_uri(f"/api/v1/incidents/{row.reference}")
        return Response(found, headers={"Content-Location": location})


def _overview(rows: list[Incident], view: View, address: str, truce: Truce | None) -> list[dict[str, Any]]:
    about = incidents.about([row.pk for row in rows], view)
    standings = _standings([row.pk for row in rows], view, truce)
    return [
        {
            "ref": row.reference,
            **about.get(row.pk, incidents.About(view)).summary(),
            "weighed": [_briefly(one) for one in standings.get(row.pk, []) if one.reading == "alleged"],
            "url": f"{address}/incidents/{row.reference}/",
        }
        for row in rows
    ]


def _standings(rows: list[int], view: View, truce: Truce | None = None) -> dict[int, list[Standing]]:
    """How incidents (row ids) stand in each truce; in the full view of one ``truce``, for which alone the
    reader may be cleared, in that one."""
    found: dict[int, list[Standing]] = {}
    standing = violations.standing_now(view, clock.now()).filter(incident__in=rows)
    if view == View.PUBLIC:
        standing = standing.filter(truce__visibility="public")
    elif truce is not None:
        standing = standing.filter(truce=truce)
    for row in standing.select_related("truce", "term", "incident").order_by(
        "truce_id", "term_id", "reading"
    ):
        found.setdefault(row.incident_id, []).append(row)
    return found


def _briefly(row: Standing) -> dict[str, Any]:
    return {
        "truce": row.truce.slug,
        "term": row.term.ref,
        "coverage": row.coverage,
        "grade": row.grade,
        "alleged": row.alleged,
        "ruled": row.ruled or None,
    }


def _weighed(row: Incident, view: View) -> list[dict[str, Any]]:
    """How the incident stands against each prohibition, all readings side by side."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    sources = OurSources.in_view(view)
    for one in _standings([row.pk], view).get(row.pk, []):
        details, names = one.details, names_of(one.truce, view)
        entry = found.setdefault(
            (one.truce.slug, one.term.ref),
            {
                **_briefly(one),
                "coverage_why": [_message(why, names) for why in details.get("coverage_why", [])],
                "attribution": details.get("attribution"),
                "intent": details.get("intent"),
                "responsible": details.get("responsible")
                if one.ruled == "violation" or one.accepted
                else None,
                "answers_to": details.get("answers_to"),
                "assumed": details.get("assumed", False),
                "elements": details.get("elements", {}),
                "casualties": violations.casualties(details, sources),
                "sources": sources.named(details.get("sources", [])),
                "severity": one.severity or None,
                "ruling": details.get("ruling"),
                "unplaced": one.unplaced,
                "first_known": details.get("first_known"),
                "readings": {},
            },
        )
        entry["readings"][one.reading] = {
            "counts": one.counts,
            "since_known": projection.moment(one.known),
            **_message(one.why, names),
            "evidence": one.evidence,
        }
    return list(found.values())


def _message(message: dict[str, Any], names: Any) -> dict[str, Any]:
    return {"message": message["code"], "text": sentences.text(message["code"], message["values"], names)}
