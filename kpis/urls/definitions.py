"""Addresses of KPIs and of an organisation's figures."""

from django.urls import path

from kpis.views import definitions, engagement, organisations, own_kpis, representation, series

app_name = "kpis"
urlpatterns = [
    path("kpis/", definitions.catalogue, name="list"),
    path("kpis/add/", own_kpis.add, name="add"),
    path("kpis/coverage/", definitions.coverage_page, name="coverage"),
    path("kpis/representation/", representation.representation, name="representation"),
    path("kpis/representation/data.csv", representation.representation_data, {"ending": "csv"}, name="representation-csv"),
    path("kpis/representation/data.xlsx", representation.representation_data, {"ending": "xlsx"}, name="representation-xlsx"),
    path("kpis/capability/", engagement.capability, name="capability"),
    path("kpis/outreach/", engagement.outreach, name="outreach"),
    path("kpis/outreach/data.csv", engagement.outreach_data, name="outreach-data"),
    path("kpis/own/", own_kpis.own_list, name="own"),
    path("kpis/<slug:code>/adopt/", own_kpis.adopt, name="adopt"),
    path("kpis/<slug:code>/change/", own_kpis.change, name="change"),
    path("kpis/<slug:code>/stop-asking/", own_kpis.stop_asking, name="stop-asking"),
    path("kpis/<slug:code>/ask-again/", own_kpis.ask_again, name="ask-again"),
    path("kpis/<slug:code>/", definitions.kpi_page, name="detail"),
    path("kpis/<slug:code>/definition/", definitions.definition, name="definition"),
    path("kpis/<slug:code>/versions/", definitions.versions, name="versions"),
    path("kpis/<slug:code>/rebases/", series.rebases, name="rebases"),
    path("kpis/<slug:code>/rebases/<int:rebase>/undo/", series.undo, name="rebase-undo"),
    path("kpis/<slug:code>/data.csv", definitions.data, name="data"),
    path("kpis/<slug:code>/charts/<slug:chart>.csv", definitions.chart_data, name="chart-data"),
    path("organisations/<slug:slug>/figures/", organisations.figures, name="organisation"),
    path("organisations/<slug:slug>/figures/data.csv", organisations.figures_data, name="organisation-data"),
]
