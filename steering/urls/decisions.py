"""Addresses of the log of decisions."""

from django.urls import path

from steering.views import decisions

app_name = "decisions"
urlpatterns = [
    path("", decisions.decision_list, name="list"),
    path("data.csv", decisions.decision_data, name="csv"),
    path("<int:decision>/withdraw/", decisions.withdraw, name="withdraw"),
]
