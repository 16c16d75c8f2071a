"""Addresses of risks."""

from django.urls import path

from steering.views import risks

app_name = "risks"
urlpatterns = [
    path("", risks.risk_list, name="list"),
    path("data.csv", risks.risk_data, name="csv"),
    path("add/", risks.add, name="add"),
    path("<int:risk>/", risks.detail, name="detail"),
    path("<int:risk>/change/", risks.change, name="change"),
    path("<int:risk>/close/", risks.close, name="close"),
    path("<int:risk>/reopen/", risks.reopen, name="reopen"),
]
