"""The change log: every public change, in order, exactly once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request

from tracker.api import bodies, examples, negotiation, parameters, shapes
from tracker.api.problems import Problem
from tracker.api.resource import VIEW, Resource, address_of
from tracker.feed import log as change_log
from tracker.models import LogHead, Truce, View

LARGEST_POSITION = 10**18 - 1
LINES = "application/x-ndjson"
FORMATS = {"json": "application/json", "ndjson": LINES}
SNAPSHOT_PATH = "/api/v1/feed/snapshot"
TRUCE = parameters.slug("truce", "Only entries of this truce, and each takedown that names none.")
FEED_QUERY = (
    parameters.whole("after", "Entries after this position.", least=0, most=LARGEST_POSITION, default=0),
    parameters.whole(
        "limit",
        f"How many at most; without it {change_log.USUAL_PAGE:,} as JSON, and all that there are as NDJSON.",
        least=1,
        most=change_log.LARGEST_PAGE,
    ),
    TRUCE,
    parameters.choice(
        "format",
        "A page as JSON, or everything after the position as NDJSON, one entry a line; also by `Accept`.",
        FORMATS,
    ),
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


@dataclass(frozen=True, slots=True)
class Asked:
    """What a reader of the log asks for: which entries, in which view, as a page or as lines.

    ``head`` is where the log stood when it asked.
    """

    view: View
    truce: Truce | None
    after: int
    limit: int | None
    lines: bool
    head: LogHead

    @property
    def truce_id(self) -> int | None:
        return self.truce.pk if self.truce else None

    @property
    def at_most(self) -> int:
        """The length of a page."""
        return self.limit or change_log.USUAL_PAGE

    @property
    def may_be_large(self) -> bool:
        """Whether the page may hold more than is read at once: then it is sent while it is read."""
        return min(self.at_most, self.head.position - self.after) > change_log.AT_ONCE

    @property
    def tag(self) -> str:
        """The ETag of the answer, as the log stood."""
        return self.tag_at(self.head.position)

    def tag_at(self, last: int) -> str:
        return change_log.tag(
            self.view,
            "lines" if self.lines else "page",
            after=self.after,
            limit=self.limit if self.lines else self.at_most,
            truce_id=self.truce_id,
            last=last,
            purges=self.head.purges,
        )


def asked_of(
    query: Mapping[str, Any], accept: str, view: View, truce: Truce | None, request: HttpRequest | Request
) -> Asked:
    """What the parameters ask for. Gives positions to what awaits one first; 410 where it is not kept."""
    head = change_log.caught_up(view)
    check_kept(query["after"], head, request)
    lines = (query["format"] or negotiation.chosen(accept, FORMATS)) == "ndjson"
    return Asked(view, truce, query["after"], query["limit"], lines, head)


def check_kept(after: int | None, head: LogHead, request: HttpRequest | Request) -> None:
    """410 where entries after a position may have been dropped; it says where to start instead."""
    if after is None or after >= head.kept_after:
        return
    sentence = _(
        "Entries up to position %(kept)s are no longer kept. Start from the snapshot and ask after its "
        "position."
    )
    snapshot = getattr(request, "_request", request).build_absolute_uri(SNAPSHOT_PATH)
    raise Problem(410, sentence % {"kept": head.kept_after}, kept_after=head.kept_after, snapshot=snapshot)


def address_after(request: HttpRequest | Request) -> change_log.Address:
    """Gives the address of the page after a position, as this one was asked for."""
    return lambda after: address_of(request, after=after)


class Feed(Resource):
    """The change log, a page at a time, or all of it."""

    query = FEED_QUERY

    @extend_schema(
        operation_id="feed",
        summary="The change log",
        description="Every change of the view in order, exactly once. Positions are dense and never "
        "change. With `Prefer: wait=30` an empty answer waits until there is something, at most 60 seconds. "
        "As NDJSON it is everything after the position up to the last one given when it was asked for. "
        "410 where entries after the position are no longer kept: start from the snapshot.",
        parameters=[
            OpenApiParameter("Prefer", str, OpenApiParameter.HEADER, description="`wait=30` long-polls.")
        ],
        responses={
            200: shapes.FeedPage,
            (200, LINES): {"type": "string", "description": "An `Entry` a line."},
            (410, "application/problem+json"): shapes.Problem,
        },
        examples=[examples.FEED, examples.FEED_LINES],
    )
    def get(self, request: Request) -> HttpResponseBase:
        truce, view = self.truce_and_view_asked()
        asked = asked_of(self.asked, request.META.get("HTTP_ACCEPT", ""), view, truce, request)
        unchanged = self._unchanged(request, asked.tag)
        if unchanged is not None:
            return unchanged
        if asked.lines:
            blocks = change_log.blocks(
                view,
                after=asked.after,
                upto=asked.head.position,
                limit=asked.limit,
                truce_id=asked.truce_id,
            )
            return StreamingHttpResponse(blocks, content_type=LINES, headers={"ETag": asked.tag})
        return self._large_page(asked) if asked.may_be_large else self._page(asked)

    def _page(self, asked: Asked) -> HttpResponse:
        page = change_log.page(asked.view, after=asked.after, limit=asked.at_most, truce_id=asked.truce_id)
        body = page.body(address_after(self.request))
        headers = {"ETag": asked.tag_at(page.last)}
        return HttpResponse(body, content_type="application/json", headers=headers)

    def _large_page(self, asked: Asked) -> StreamingHttpResponse:
        pieces = change_log.page_in_pieces(
            asked.view,
            after=asked.after,
            last=asked.head.position,
            limit=asked.at_most,
            truce_id=asked.truce_id,
            address=address_after(self.request),
        )
        return StreamingHttpResponse(pieces, content_type="application/json", headers={"ETag": asked.tag})

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        # NDJSON is no renderer; refusals are JSON whatever is accepted.
        return bodies.JSONAnswer(), bodies.JSONAnswer.media_type

    def _unchanged(self, request: Request, tag: str) -> HttpResponseBase | None:
        if not request.META.get("HTTP_IF_NONE_MATCH"):
            return None
        found = get_conditional_response(request._request, etag=tag)
        if found is None or found.status_code != 304:
            return None
        found.headers["ETag"] = tag
        return found


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
