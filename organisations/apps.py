"""Registers the organisations app."""

from django.apps import AppConfig


class OrganisationsConfig(AppConfig):
    """Organisations, people, roles and sign-in."""

    name = "organisations"
    verbose_name = "Organisations"
