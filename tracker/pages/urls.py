"""The addresses of the pages, whole."""

from django.urls import include, path

from tracker.pages import language, views

urlpatterns = [
    path("", views.overview, name="overview"),
    path("language/<str:code>/", language.choose, name="choose_language"),
    path("truces/<slug:slug>/", views.board, name="board"),
    path("truces/<slug:slug>/map.json", views.map_of_truce, name="map"),
    path("truces/<slug:slug>/incidents/", views.incidents, name="incidents"),
    path("incidents/<str:reference>/", views.incident, name="incident"),
    path("method/", views.method, name="method"),
    path("", include("tracker.pages.desk.urls")),
]
