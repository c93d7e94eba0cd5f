"""The violation feed, present state."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import orjson
from django.conf import settings
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from tracker.api import cursors, examples, negotiation, parameters, shapes, violation_shapes
from tracker.api.bodies import JSONAnswer
from tracker.api.resource import CURSOR, LIMIT, VIEW, Resource, address_of
from tracker.feed import violations
from tracker.feed.formats import FORMATS, atom
from tracker.feed.violation_rows import References, is_there
from tracker.feed.violations import Asked
from tracker.intake import codes
from tracker.services import clock

LIST = "violations"
GRADES = ("discounted", "contested", "confirmed", "fair", "weak")
OFFERED = {
    "json": "application/json",
    **{name: one.media_type for name, one in FORMATS.items()},
    "atom": atom.MEDIA_TYPE,
}
PAGED = ("json", "atom")
LICENCE_LINK = f'<{violations.LICENCE_ADDRESS}>; rel="license"'
CHOICES = {
    "term": "term_ref",
    **{
        name: name
        for name in (
            *("party", "grade", "severity", "act", "occurred_from", "occurred_to"),
            *("updated_from", "updated_to", "country", "pcode", "bbox"),
        )
    },
}
"""The filters by parameter, with the names that the feed has for them."""


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
        parameters.box(
            "bbox",
            "Only where the place as it shows lies in this box: west,south,east,north in degrees (WGS 84). "
            "A west above east crosses 180°, as in GeoJSON. A place that shows no coordinates is in no box.",
        ),
        parameters.pattern("country", "Only in this country (ISO 3166, three letters).", "[A-Z]{3}", "SYR"),
        parameters.pattern(
            "pcode",
            "Only where the place as it shows lies in the area of this P-code.",
            r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}",
            "SY07",
        ),
        parameters.choice(
            "format",
            "The format; without it, as `Accept` asks. `json` and `atom` come by the page; `ndjson`, "
            "`geojson` and `csv` are the whole result at once and take neither `limit` nor `cursor`.",
            OFFERED,
        ),
        LIMIT,
        CURSOR,
        VIEW,
    )

    @extend_schema(
        operation_id="violations",
        summary="Violations, present state",
        description="One entry per incident and prohibition that counts in the asked reading, newest "
        "incident first. For everything that changes, in order, follow the feed instead.\n\n"
        "`ndjson`, `geojson` and `csv` hold the whole result, as it was at one moment. `csv` has a row of "
        "HXL tags under its header; a cell is blank where something is unknown or an end open. In `geojson` "
        "a place that shows no coordinates is a feature without geometry. `atom` is paged (RFC 5005).",
        responses={
            200: violation_shapes.ViolationPage,
            (200, "application/x-ndjson"): {"type": "string", "description": "A `Violation` a line."},
            (200, "application/geo+json"): violation_shapes.ViolationFeatures,
            (200, "text/csv"): {"type": "string"},
            (200, "application/atom+xml"): {"type": "string"},
            (406, "application/problem+json"): shapes.Problem,
        },
        examples=[examples.VIOLATIONS, *examples.VIOLATION_FORMATS],
    )
    def get(self, request: Request) -> HttpResponseBase:
        accept = request.META.get("HTTP_ACCEPT", "")
        chosen = self.asked["format"] or negotiation.chosen(accept, OFFERED)
        if chosen not in PAGED:
            _refuse_paging(request, chosen)
        asked, after = self._asked(request)
        if chosen in PAGED:
            response: HttpResponseBase = self._paged(request, asked, after, chosen)
        else:
            _refuse_unknown(asked)
            response = _whole(asked, chosen)
        response.headers["Link"] = LICENCE_LINK
        return response

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        # The formats are not renderers; refusals are JSON whatever is accepted.
        return JSONAnswer(), JSONAnswer.media_type

    def _asked(self, request: Request) -> tuple[Asked, References | None]:
        given = self.asked
        _refuse_reversed(given)
        asked = Asked(
            view=self.view_asked_in(given["truce"]),
            now=clock.now(),
            truce=given["truce"],
            reading=given["reading"],
            chosen={name: given[own] for own, name in CHOICES.items() if given[own] is not None},
            address=request.build_absolute_uri("/").rstrip("/"),
        )
        return asked, _references(given["cursor"])

    def _paged(self, request: Request, asked: Asked, after: References | None, chosen: str) -> HttpResponse:
        entries, has_more = violations.page(asked, after, self.asked["limit"])
        if not entries:
            _refuse_unknown(asked, after)
        following = None
        if has_more:
            last = entries[-1]
            cursor = cursors.write(LIST, last["incident"]["ref"], last["truce"], last["term"])
            following = address_of(request, cursor=cursor)
        if chosen == "json":
            body = orjson.dumps({"results": entries, "next": following})
        else:
            body = atom.page(entries, _about(request, following))
        # Of the body as it would be made of it anyway, by a hash that the processor knows.
        headers = {"ETag": f'"{hashlib.sha256(body).hexdigest()}"'}
        return HttpResponse(body, content_type=OFFERED[chosen], headers=headers)


def _refuse_unknown(asked: Asked, after: References | None = None) -> None:
    """Refuse a truce that the view does not show, and a cursor that names no entry there ever was."""
    has_truce, has_entry = is_there(asked.view, asked.truce, after)
    if not has_truce:
        sentence = _("There is no truce “%(given)s”.")
        raise parameters.refuse("truce", "unknown_truce", sentence % {"given": asked.truce})
    if not has_entry:
        raise cursors.refused()


def _refuse_paging(request: Request, chosen: str) -> None:
    sentence = _("%(format)s is the whole result at once and takes no %(parameter)s. Leave it out.")
    details = {
        name: sentence % {"format": chosen, "parameter": name}
        for name in ("limit", "cursor")
        if name in request.query_params
    }
    if details:
        raise parameters.refuse_each(details, "not_paged")


def _refuse_reversed(given: Mapping[str, Any]) -> None:
    intervals = (("occurred_from", "occurred_to"), ("updated_from", "updated_to"))
    is_reversed = [
        end for start, end in intervals if given[start] and given[end] and given[end] <= given[start]
    ]
    if is_reversed:
        sentence = _("The end is not after the start. Exchange them.")
        raise parameters.refuse_each(dict.fromkeys(is_reversed, sentence), "interval_reversed")


def _whole(asked: Asked, chosen: str) -> StreamingHttpResponse:
    one = FORMATS[chosen]
    return StreamingHttpResponse(one.stream(violations.every(asked)), content_type=one.media_type)


def _references(cursor: str | None) -> References | None:
    """What a cursor names: the last entry of the page before."""
    if cursor is None:
        return None
    keys = cursors.read(LIST, cursor)
    if len(keys) != len(References._fields):
        raise cursors.refused()
    return References._make(keys)


def _about(request: Request, following: str | None) -> atom.About:
    first = address_of(request, cursor=None)
    return atom.About(
        name=first.removeprefix(request.build_absolute_uri("/")),
        address=address_of(request),
        first=first,
        following=following,
        author=settings.ATTRIBUTION,
        licence=violations.LICENCE,
    )
