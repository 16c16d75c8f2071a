"""`manage.py load_reference`: organisations, places, successions, the KPI catalogue and published figures.

Running it again changes nothing.
"""

from typing import Any

from django.core.management.base import BaseCommand

from kpis.services.definitions import load_catalogue_into_database
from kpis.services.published import load_published
from organisations.services.reference import load_reference as load_organisations


class Command(BaseCommand):
    """Load the reference data that every installation needs."""

    help = "Load organisations, places, successions, KPI definitions and published figures."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load all; say what changed."""
        organisations = load_organisations()
        kpis = load_catalogue_into_database()
        published = load_published()
        self.stdout.write(
            f"Reference data: {organisations} organisation rows, {kpis} definitions and {published} published figures changed."
        )
