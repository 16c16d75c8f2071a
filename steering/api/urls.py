"""Addresses of the API about workstreams, actions and assurance reports."""

from django.urls import path

from steering.api.actions import Actions, OneAction
from steering.api.reports import OneReport, Reports
from steering.api.workstreams import OneWorkstream, Workstreams

urlpatterns = [
    path("workstreams/", Workstreams.as_view(), name="workstreams"),
    path("workstreams/<slug:workstream>/", OneWorkstream.as_view(), name="workstream"),
    path("actions/", Actions.as_view(), name="actions"),
    path("actions/<int:action>/", OneAction.as_view(), name="action"),
    path("reports/", Reports.as_view(), name="reports"),
    path("reports/<int:number>/", OneReport.as_view(), name="report"),
]
