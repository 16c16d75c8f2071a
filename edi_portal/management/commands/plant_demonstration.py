"""`manage.py plant_demonstration`: synthetic content of the apps beside and above the returns. Running it again changes nothing.

Each app plants its own; this command knows only their order. It prints nothing: the last line of the preparation is the summary
of the returns.
"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from edi_portal.clock import business_today
from edi_portal.exceptions import NotAllowed
from edi_portal.reviews.selectors import waiting
from edi_portal.reviews.services import pass_text
from kpis.demonstration.footprint import demonstration_accounts
from kpis.demonstration.ward_packs import plant_ward_packs
from organisations.models import User
from organisations.roles import Role
from steering.services.demonstration import plant_governance
from steering.services.demonstration_registers import plant_register_content
from strategies.services.demonstration import plant_operating_model
from strategies.services.demonstration_documents import plant_strategies
from workforce.services.demonstration import plant_workforce
from workforce.services.demonstration_registers import demonstration_leads, plant_registers

LEFT_WAITING = 2
"""Texts that stay in the queue of reviews, to show it."""


class Command(BaseCommand):
    """Plant what `load_demonstration` cannot know of; runs after it."""

    help = "Plant the demonstration's synthetic registers, strategies and governance (only with PORTAL_DEMONSTRATION=1)."

    def handle(self, *args: Any, **options: Any) -> None:
        """Plant what is missing."""
        try:
            plant_operating_model()
            plant_workforce()
            plant_governance()
            plant_register_content()
            plant_ward_packs(by=demonstration_accounts().admins[0])
        except NotAllowed as refusal:
            raise CommandError(str(refusal)) from refusal
        leads = demonstration_leads()
        steering = User.objects.filter(is_demonstration=True, memberships__role=Role.STEERING_MEMBER).order_by("pk").first()
        entries = plant_registers(today=business_today(), leads=leads)
        documents = plant_strategies(leads=leads, steering=steering)
        if entries or documents:
            self._pass_texts()

    def _pass_texts(self) -> None:
        """A portal admin read what organisations share; the last texts still wait."""
        admin = demonstration_accounts().admins[0]
        for review in list(waiting())[:-LEFT_WAITING]:
            pass_text(review=review, nobody_recognisable=True, by=admin)
