"""Addresses of the digest of research and reform."""

from django.urls import path

from steering.views import digest

app_name = "digest"
urlpatterns = [
    path("", digest.entry_list, name="list"),
    path("add/", digest.add, name="add"),
    path("<slug:entry>/change/", digest.change, name="change"),
    path("<slug:entry>/retire/", digest.retire, name="retire"),
]
