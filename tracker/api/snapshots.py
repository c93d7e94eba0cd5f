"""The snapshot of the change log, from which a new client starts."""

from __future__ import annotations

from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from tracker.api import examples, shapes
from tracker.api.downloads import Download, FileResource, download
from tracker.api.feed import SNAPSHOT_PATH
from tracker.api.problems import Problem, not_found
from tracker.api.resource import Resource
from tracker.feed.projection import moment
from tracker.models import Snapshot
from tracker.services import snapshots


class NewestSnapshot(Resource):
    """Which snapshot is the newest, and where to go on from it."""

    @extend_schema(
        operation_id="feed_snapshot",
        summary="Where a new client of the change log starts",
        description="The newest snapshot: for each subject its latest public entry at `position` that has a "
        "payload, one a line, in the order of their positions (NDJSON, gzip). Apply its lines, then ask for "
        "the log at `then`: that gives the same as the whole log from its beginning. 404 while there is "
        "none: start at position 0.",
        responses={200: shapes.Snapshot},
        examples=[examples.SNAPSHOT],
    )
    def get(self, request: Request) -> Response:
        snapshot = snapshots.newest()
        if snapshot is None:
            raise Problem(404, _("There is no snapshot yet. Start with the feed after position 0."))
        return Response(
            {
                "ref": snapshot.reference,
                "position": snapshot.position,
                "known": moment(snapshot.known),
                "made": moment(snapshot.made),
                "entries": snapshot.entries,
                "size": snapshot.size,
                "sha256": snapshot.sha256,
                "media_type": snapshots.MEDIA_TYPE,
                "file": request.build_absolute_uri(f"{SNAPSHOT_PATH}/{snapshot.reference}"),
                "then": request.build_absolute_uri(f"/api/v1/feed?after={snapshot.position}"),
            }
        )


class SnapshotFile(FileResource):
    """The file of a snapshot."""

    @extend_schema(
        operation_id="feed_snapshot_file",
        summary="The file of a snapshot",
        description="Resumable: the ETag is the SHA-256 of the whole, `Range` and `If-Range` work. 410 where "
        "it was replaced, or purged by a takedown: ask for the newest and throw away what you have of this "
        "one.",
        parameters=[
            OpenApiParameter("Range", str, OpenApiParameter.HEADER, description="One range of bytes."),
            OpenApiParameter("If-Range", str, OpenApiParameter.HEADER, description="Its ETag."),
        ],
        responses={
            (200, "application/gzip"): {"type": "string", "format": "binary"},
            (206, "application/gzip"): {"type": "string", "format": "binary"},
            (410, "application/problem+json"): shapes.Problem,
            416: OpenApiResponse(shapes.Problem, "The range holds nothing of the file."),
        },
    )
    def get(self, request: Request, reference: str) -> HttpResponseBase:
        snapshot = snapshots.served().filter(reference=reference).first()
        if snapshot is None:
            if Snapshot.objects.filter(reference=reference).exists():
                newest = request.build_absolute_uri(SNAPSHOT_PATH)
                raise Problem(
                    410, _("This snapshot is no longer to be had. Take the newest."), snapshot=newest
                )
            raise not_found("snapshot", reference, request.path)
        assert snapshot.size is not None
        file = Download(
            snapshots.path_of(snapshot),
            snapshots.name_of(snapshot),
            snapshots.MEDIA_TYPE,
            snapshot.size,
            snapshot.sha256,
        )
        return download(request, file, {"Cache-Control": "public, no-cache"})
