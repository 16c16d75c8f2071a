"""`manage.py load_reference`: organisations, KPIs, the common framework, workstreams, what organisations published; and rights.

Running it again changes nothing. It belongs to every upgrade: roles may have been given other rights.
"""

from typing import Any

from django.core.management.base import BaseCommand

from kpis.services.definitions import load_catalogue_into_database
from kpis.services.published import load_published
from organisations.services.memberships import project_all_rights
from organisations.services.reference import load_reference as load_organisations
from steering.services.digest import load_digest
from steering.services.practice import load_reviews
from steering.services.reference import load_workstreams
from strategies.services.criteria import load_criteria
from strategies.services.documents import ask_about_shared_documents
from strategies.services.reference import load_framework, load_published_strategies
from workforce.services.interviews import load_code_book
from workforce.services.networks import ask_about_shared_networks
from workforce.services.reference import load_published_networks


class Command(BaseCommand):
    """Load the reference data that every installation needs."""

    help = "Load organisations, KPI definitions, the common framework and what organisations published; renew rights."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load all; say what changed."""
        organisations = load_organisations()
        kpis = load_catalogue_into_database()
        published = load_published()
        networks = load_published_networks()
        load_code_book()
        themes = load_framework()
        criteria = load_criteria()
        strategies = load_published_strategies()
        texts = ask_about_shared_networks() + ask_about_shared_documents()
        workstreams = load_workstreams()
        reviews = load_reviews() + load_digest()
        people = project_all_rights()
        self.stdout.write(
            f"Reference data: {organisations} organisation rows, {kpis} definitions and {published} published figures changed; "
            f"{networks} networks, {themes} themes, {criteria} criteria and {strategies} strategies added; "
            f"{reviews} reviews added, {workstreams} workstreams changed; "
            f"{texts} texts put before a reviewer; rights of {people} people renewed."
        )
