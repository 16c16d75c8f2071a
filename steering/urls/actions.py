"""Addresses of actions."""

from django.urls import path

from steering.views import actions

app_name = "actions"
urlpatterns = [
    path("", actions.action_list, name="list"),
    path("data.csv", actions.action_data, {"ending": "csv"}, name="csv"),
    path("data.xlsx", actions.action_data, {"ending": "xlsx"}, name="xlsx"),
    path("add/", actions.add, name="add"),
    path("<int:action>/", actions.detail, name="detail"),
    path("<int:action>/change/", actions.change, name="change"),
    path("<int:action>/report/", actions.report, name="report"),
    path("<int:action>/reopen/", actions.reopen, name="reopen"),
    path("<int:action>/take-back/", actions.take_back, name="take-back"),
]
