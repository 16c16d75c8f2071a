"""Addresses of the public compendium, open to everybody. With `?release=14` they keep their content for good."""

from django.urls import path

from kpis.views import compendium

app_name = "compendium"
urlpatterns = [
    path("", compendium.compendium, name="list"),
    path("organisations/<slug:organisation>/", compendium.organisation_page, name="organisation"),
    path("<slug:code>/", compendium.kpi_page, name="detail"),
    path("<slug:code>/data.csv", compendium.data_csv, name="data-csv"),
    path("<slug:code>/data.xlsx", compendium.data_xlsx, name="data-xlsx"),
]
