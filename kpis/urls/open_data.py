"""Addresses of open data, open to everybody. Those of a release keep their content for good."""

from django.urls import path

from kpis.views import open_data

app_name = "open-data"
urlpatterns = [
    path("", open_data.open_data, name="list"),
    path("catalogue.jsonld", open_data.catalogue, name="catalogue"),
    path("all.zip", open_data.everything, name="all"),
    path("releases/<int:number>/<str:file>", open_data.release_file, name="file"),
]
