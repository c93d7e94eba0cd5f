"""The addresses of the desk."""

from django.urls import path, re_path

from . import home, keys, reports, screening, sign_in, takedowns, webhooks

urlpatterns = [
    path("desk/", home.home, name="desk"),
    path("desk/reports/new/", reports.new, name="desk_report_new"),
    path("desk/reports/<str:reference>/", reports.detail, name="desk_report"),
    path("desk/screening/", screening.queue, name="desk_screening"),
    path("desk/screening/<str:reference>/", screening.screen, name="desk_screen"),
    path("desk/takedowns/", takedowns.page, name="desk_takedown"),
    path("desk/keys/", keys.page, name="desk_keys"),
    path("desk/keys/<str:reference>/revoke/", keys.revoke, name="desk_key_revoke"),
    path("desk/webhooks/", webhooks.page, name="desk_webhooks"),
    path("desk/webhooks/<str:reference>/", webhooks.detail, name="desk_webhook"),
    re_path(
        rf"^desk/webhooks/(?P<reference>[^/]+)/(?P<action>{webhooks.ACTION_PATTERN})/$",
        webhooks.act,
        name="desk_webhook_act",
    ),
    path("account/link/<str:token>/", sign_in.sign_in_by_link, name="sign_in_by_link"),
]
