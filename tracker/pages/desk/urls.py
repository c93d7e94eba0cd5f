"""The addresses of the desk."""

from django.urls import path

from . import home, reports, screening, sign_in

urlpatterns = [
    path("desk/", home.home, name="desk"),
    path("desk/reports/new/", reports.new, name="desk_report_new"),
    path("desk/reports/<str:reference>/", reports.detail, name="desk_report"),
    path("desk/screening/", screening.queue, name="desk_screening"),
    path("desk/screening/<str:reference>/", screening.screen, name="desk_screen"),
    path("account/link/<str:token>/", sign_in.sign_in_by_link, name="sign_in_by_link"),
]
