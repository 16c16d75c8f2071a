"""Addresses of what values of files mean: the list that portal admins decide about."""

from django.urls import path

from kpis.views import value_meanings

app_name = "meanings"
urlpatterns = [
    path("", value_meanings.waiting, name="list"),
    path("<int:pk>/decide/", value_meanings.decide, name="decide"),
]
