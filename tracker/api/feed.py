"""The change log: every public change, in order, exactly once."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request

from tracker.api import examples, parameters, shapes
from tracker.api.resource import VIEW, Resource, address_of, truce_asked
from tracker.feed import log as change_log

LARGEST_POSITION = 10**18 - 1
TRUCE = parameters.slug("truce", "Only entries of this truce.")
FEED_QUERY = (
    parameters.whole("after", "Entries after this position.", least=0, most=LARGEST_POSITION, default=0),
    parameters.whole(
        "limit", "How many at most.", least=1, most=change_log.LARGEST_PAGE, default=change_log.USUAL_PAGE
    ),
    TRUCE,
    VIEW,
)
STREAM_QUERY = (
    parameters.whole(
        "after",
        "Begin after this position; without it, with what happens next.",
        least=0,
        most=LARGEST_POSITION,
    ),
    TRUCE,
    VIEW,
)


def next_address(request: HttpRequest | Request, page: change_log.Page) -> str | None:
    """Where the next page is, or None at the end of the log: ask again then, after the page's ``last``."""
    return address_of(request, after=page.end) if page.more else None


class Feed(Resource):
    """The change log, a page at a time."""

    query = FEED_QUERY

    @extend_schema(
        operation_id="feed",
        summary="The change log",
        description="Every change of the view in order, exactly once. Positions are dense and never "
        "change. With `Prefer: wait=30` an empty answer waits until there is something, at most 60 seconds.",
        parameters=[
            OpenApiParameter("Prefer", str, OpenApiParameter.HEADER, description="`wait=30` long-polls.")
        ],
        responses={200: shapes.FeedPage},
        examples=[examples.FEED],
    )
    def get(self, request: Request) -> HttpResponseBase:
        truce = truce_asked(self.asked["truce"])
        view = self.view_asked(truce)
        place = {
            "after": self.asked["after"],
            "limit": self.asked["limit"],
            "truce_id": truce.pk if truce else None,
        }
        change_log.catch_up()
        unchanged = self._unchanged(
            request, change_log.tag(view, **place, last=change_log.last_position(view))
        )
        if unchanged is not None:
            return unchanged
        page = change_log.page(view, **place)
        response = HttpResponse(page.body(next_address(request, page)), content_type="application/json")
        response["ETag"] = change_log.tag(view, **place, last=page.last)
        return response

    def _unchanged(self, request: Request, tag: str) -> HttpResponseBase | None:
        if not request.META.get("HTTP_IF_NONE_MATCH"):
            return None
        found = get_conditional_response(request._request, etag=tag)
        return found if found is not None and found.status_code == 304 else None


class FeedStream(Resource):
    """Only described here: the web server gives this address to ``tracker.api.live``."""

    query = STREAM_QUERY

    @extend_schema(
        operation_id="feed_stream",
        summary="The change log as it grows",
        description="Server-sent events: `id` is the position, `event` the type, `data` the entry as in the "
        "feed. A comment every 15 seconds keeps the connection. Resumes after `Last-Event-ID`.",
        parameters=[
            OpenApiParameter("Last-Event-ID", int, OpenApiParameter.HEADER, description="A position.")
        ],
        responses={(200, "text/event-stream"): {"type": "string"}},
        examples=[examples.STREAM],
    )
    def get(self, request: Request) -> HttpResponse:
        return HttpResponse(status=503, headers={"Retry-After": "5"})
