"""Registers the organisations app."""

from django.apps import AppConfig


class OrganisationsConfig(AppConfig):
    """Organisations, people, roles and sign-in."""

    name = "organisations"
    verbose_name = "Organisations"

    def ready(self) -> None:
        """Listen to what happens to sessions; keep recovery codes our way; tell the search what it finds."""
        from edi_portal.search.registry import add_source
        from organisations import (
            recovery_codes,
            session_rules,  # noqa: F401  # its receivers register when it is read
            sign_in_record,  # noqa: F401  # likewise
        )
        from organisations.search import organisations_found_by, places_found_by

        recovery_codes.install()
        add_source("Organisations", organisations_found_by, public=True)
        add_source("Places", places_found_by, public=True)
