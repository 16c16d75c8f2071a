"""Addresses of waivers."""

from django.urls import path

from kpis.views import waivers

app_name = "waivers"
urlpatterns = [
    path("", waivers.waiver_list, name="list"),
    path("<int:pk>/", waivers.waiver_detail, name="detail"),
]
