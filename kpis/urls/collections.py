"""Addresses of collections."""

from django.urls import path

from kpis.views import collections

app_name = "collections"
urlpatterns = [
    path("", collections.collection_list, name="list"),
    path("arrivals/", collections.newest_arrivals, name="arrivals"),
    path("<slug:period>/arrivals/", collections.board, name="board"),
    path("<slug:period>/arrivals/not-signed.csv", collections.non_submitters, name="non-submitters"),
    path("<slug:period>/remind/", collections.remind, name="remind"),
    path("<slug:period>/dates/", collections.dates, name="dates"),
    path("<slug:period>/extension/<slug:organisation>/", collections.decide_extension, name="decide-extension"),
    path("<slug:period>/close/", collections.close, name="close"),
    path("<slug:period>/excuse/<slug:organisation>/", collections.excuse, name="excuse"),
]
