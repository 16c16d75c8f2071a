"""Addresses of the steering app, one module per noun."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("workstreams/", include("steering.urls.workstreams")),
    path("actions/", include("steering.urls.actions")),
]
