"""Addresses of disclosure control: its settings, and facts that are public elsewhere."""

from django.urls import path

from kpis.views import disclosure

app_name = "disclosure"
urlpatterns = [
    path("disclosure/", disclosure.policy_settings, name="settings"),
    path("public-facts/", disclosure.known_facts, name="facts"),
]
