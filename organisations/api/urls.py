"""Addresses of the API about organisations."""

from django.urls import path

from organisations.api.organisations import OneOrganisation, Organisations

urlpatterns = [
    path("organisations/", Organisations.as_view(), name="organisations"),
    path("organisations/<slug:organisation>/", OneOrganisation.as_view(), name="organisation"),
]
