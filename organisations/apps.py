"""Registers the organisations app."""

from django.apps import AppConfig


class OrganisationsConfig(AppConfig):
    """Organisations, people, roles and sign-in."""

    name = "organisations"
    verbose_name = "Organisations"

    def ready(self) -> None:
        """Listen to what happens to sessions."""
        from organisations import session_rules  # noqa: F401  # its receivers register when it is read
