"""The site map. The API and the pages list their own addresses, whole, in their own ``urls.py``."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("tracker.api.urls")),
    path("account/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("language/", include("django.conf.urls.i18n")),
    path("", include("tracker.pages.urls")),
]

handler400 = "tracker.api.problems.bad_request"
handler500 = "tracker.api.problems.server_error"
