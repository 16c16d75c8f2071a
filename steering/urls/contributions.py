"""Addresses of contributions to boards."""

from django.urls import path

from steering.views import contributions

app_name = "contributions"
urlpatterns = [
    path("", contributions.contribution_list, name="list"),
    path("add/", contributions.add, name="add"),
    path("<int:contribution>/held/", contributions.held, name="held"),
    path("<int:contribution>/cancel/", contributions.cancel, name="cancel"),
]
