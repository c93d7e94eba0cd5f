"""The addresses of the API, whole. They end without a slash; only the readable docs are a page."""

from django.urls import path, re_path

from tracker.api import docs, feed, health, incidents, reports, truces, violations
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
    path("api/v1/openapi.json", docs.OpenApi.as_view(), name="openapi"),
    path("api/docs/", docs.Docs.as_view(url_name="openapi"), name="api-docs"),
    re_path(r"^api(/|$)", unknown_path),
]
