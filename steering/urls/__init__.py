"""Addresses of the steering app, one module per noun."""

from django.urls import URLPattern, URLResolver, include, path

from steering.views import what_edi_is

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
    path("compliance/", include("steering.urls.compliance")),
    path("consultations/", include("steering.urls.consultations")),
    path("eds/", include("steering.urls.panels")),
    path("digest/", include("steering.urls.digest")),
    path("efficiencies/", include("steering.urls.efficiencies")),
    path("impact-assessments/", include("steering.urls.impact")),
    path("outcomes/", include("steering.urls.outcomes")),
    path("practice/", include("steering.urls.practice")),
    path("what-edi-is/", what_edi_is.page, name="what-edi-is"),
]
