"""Addresses of releases."""

from django.urls import path

from kpis.views import releases

app_name = "releases"
urlpatterns = [
    path("", releases.release_list, name="list"),
    path("prepare/<slug:period>/", releases.prepare, name="prepare"),
    path("<int:release>/publish/", releases.publish, name="publish"),
    path("<int:release>/discard/", releases.discard, name="discard"),
]
