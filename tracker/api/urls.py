"""The addresses of the API, whole. They end without a slash; only the readable docs are a page."""

from django.urls import path, re_path

from tracker.api import (
    docs,
    exports,
    feed,
    health,
    incidents,
    reports,
    snapshots,
    truces,
    violations,
    webhooks,
)
from tracker.api.problems import unknown_path

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
    path("api/v1/truces", truces.Truces.as_view(), name="api-truces"),
    path("api/v1/truces/<str:slug>", truces.OneTruce.as_view(), name="api-truce"),
    path("api/v1/truces/<str:slug>/status", truces.Status.as_view(), name="api-status"),
    path("api/v1/truces/<str:slug>/status/history", truces.History.as_view(), name="api-history"),
    path("api/v1/truces/<str:slug>/days", truces.Days.as_view(), name="api-days"),
    path("api/v1/incidents", incidents.Incidents.as_view(), name="api-incidents"),
    path("api/v1/incidents/<str:reference>", incidents.OneIncident.as_view(), name="api-incident"),
    path("api/v1/reports", reports.Reports.as_view(), name="api-reports"),
    path("api/v1/reports/batch", reports.Batch.as_view(), name="api-reports-batch"),
    path("api/v1/reports/<str:reference>", reports.OneReport.as_view(), name="api-report"),
    path("api/v1/violations", violations.Violations.as_view(), name="api-violations"),
    path("api/v1/feed", feed.Feed.as_view(), name="api-feed"),
    path("api/v1/feed/stream", feed.FeedStream.as_view(), name="api-feed-stream"),
    path("api/v1/webhooks", webhooks.Webhooks.as_view(), name="api-webhooks"),
    path("api/v1/webhooks/<str:reference>", webhooks.OneWebhook.as_view(), name="api-webhook"),
    path("api/v1/webhooks/<str:reference>/rotate", webhooks.Rotate.as_view(), name="api-webhook-rotate"),
    path("api/v1/webhooks/<str:reference>/test", webhooks.Test.as_view(), name="api-webhook-test"),
    path("api/v1/webhooks/<str:reference>/replay", webhooks.ReplayAgain.as_view(), name="api-webhook-replay"),
    path(
        "api/v1/webhooks/<str:reference>/deliveries",
        webhooks.Deliveries.as_view(),
        name="api-webhook-deliveries",
    ),
    path("api/v1/feed/snapshot", snapshots.NewestSnapshot.as_view(), name="api-feed-snapshot"),
    path(
        "api/v1/feed/snapshot/<str:reference>",
        snapshots.SnapshotFile.as_view(),
        name="api-feed-snapshot-file",
    ),
    path("api/v1/exports", exports.Exports.as_view(), name="api-exports"),
    path("api/v1/exports/<str:reference>", exports.OneExport.as_view(), name="api-export"),
    path("api/v1/exports/<str:reference>/file", exports.ExportFile.as_view(), name="api-export-file"),
    path("api/v1/openapi.json", docs.OpenApi.as_view(), name="openapi"),
    path("api/docs/", docs.Docs.as_view(url_name="openapi"), name="api-docs"),
    re_path(r"^api(/|$)", unknown_path),
]
