"""Addresses of health inequalities between wards, open to everybody."""

from django.urls import path

from kpis.views import ward_figures

app_name = "inequalities"
urlpatterns = [
    path("", ward_figures.indicator_list, name="list"),
    path("<slug:indicator>/", ward_figures.indicator_detail, name="detail"),
    path("<slug:indicator>/data.csv", ward_figures.indicator_data, name="data"),
]
