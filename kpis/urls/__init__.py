"""Addresses of the kpis app, one module per noun."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("returns/", include("kpis.urls.returns")),
]
