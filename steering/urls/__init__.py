"""Addresses of the steering app, one module per noun."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("workstreams/", include("steering.urls.workstreams")),
    path("actions/", include("steering.urls.actions")),
    path("risks/", include("steering.urls.risks")),
    path("steering-group/", include("steering.urls.group")),
    path("meetings/", include("steering.urls.meetings")),
    path("decisions/", include("steering.urls.decisions")),
    path("contributions/", include("steering.urls.contributions")),
    path("ratifications/", include("steering.urls.proposals")),
    path("reports/", include("steering.urls.reports")),
]
