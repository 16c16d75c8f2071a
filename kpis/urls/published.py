"""Addresses of published figures, open to everybody."""

from django.urls import path

from kpis.views import published

app_name = "published"
urlpatterns = [
    path("", published.published_list, name="list"),
    path("organisations/<slug:organisation>/", published.published_organisation, name="organisation"),
    path("organisations/<slug:organisation>/data.csv", published.published_organisation_data, name="organisation-data"),
    path("<slug:indicator>/", published.published_detail, name="detail"),
    path("<slug:indicator>/data.csv", published.published_data, name="data"),
]
