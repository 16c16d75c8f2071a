"""Addresses of the kpis app, one module per noun."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("returns/", include("kpis.urls.returns")),
    path("collections/", include("kpis.urls.collections")),
    path("releases/", include("kpis.urls.releases")),
    path("jobs/", include("kpis.urls.jobs")),
]
