"""`manage.py released_cells`: write docs/released-cells.md from the definitions."""

from typing import Any

from django.core.management.base import BaseCommand

from kpis.catalogue import load_catalogue
from kpis.release_content.sources import as_markdown


class Command(BaseCommand):
    """Print the table of released cells behind each KPI."""

    help = "Print docs/released-cells.md: for each KPI the released cells it is computed from, or why its figure is the owner's."

    def handle(self, *args: Any, **options: Any) -> None:
        """To standard output."""
        catalogue = load_catalogue()
        self.stdout.write(as_markdown(catalogue.kpis.values(), catalogue.measures), ending="")
