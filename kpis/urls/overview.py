"""Addresses of the steering overview."""

from django.urls import path

from kpis.views import overview

app_name = "overview"
urlpatterns = [
    path("", overview.table, name="table"),
    path("data.csv", overview.table_data, {"ending": "csv"}, name="data-csv"),
    path("data.xlsx", overview.table_data, {"ending": "xlsx"}, name="data-xlsx"),
    path("exceptions/", overview.exceptions, name="exceptions"),
    path("exceptions/data.csv", overview.exceptions_data, name="exceptions-data"),
    path("completeness/", overview.completeness, name="completeness"),
    path("completeness/data.csv", overview.completeness_data, name="completeness-data"),
]
