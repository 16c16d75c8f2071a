"""Addresses of places, open to everybody."""

from django.urls import path

from organisations.views import places

app_name = "places"
urlpatterns = [
    path("", places.place_list, name="list"),
    path("<slug:area>/", places.place_detail, name="detail"),
]
