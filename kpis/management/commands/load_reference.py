"""`manage.py load_reference`: organisations, places, successions and the KPI catalogue. Running it again changes nothing."""

from typing import Any

from django.core.management.base import BaseCommand

from kpis.services.definitions import load_catalogue_into_database
from organisations.services.reference import load_reference as load_organisations


class Command(BaseCommand):
    """Load the reference data that every installation needs."""

    help = "Load organisations, places, successions and KPI definitions."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load both; say what changed."""
        organisations = load_organisations()
        kpis = load_catalogue_into_database()
        self.stdout.write(f"Reference data: {organisations} organisation rows and {kpis} definitions changed.")
