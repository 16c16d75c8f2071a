"""What the demonstration plants in the steering registers: marked synthetic, by rule, once, and only in the demonstration."""

from datetime import date

import pytest
from django.test import override_settings

from edi_portal.clock import set_business_day
from edi_portal.exceptions import NotAllowed
from organisations.services.demonstration_accounts import make_demonstration_accounts
from steering.compliance import State
from steering.models import Baseline, ComplianceRecord, Consultation, Efficiency, EfficiencyYear, ImpactAssessment, PracticeNote
from steering.selectors.compliance import bound_organisations, standings
from steering.services.demonstration_registers import plant_register_content

pytestmark = pytest.mark.django_db
TODAY = date(2020, 1, 20)


def test_it_is_planted_once_marked_and_gives_every_state_to_look_at() -> None:
    set_business_day(TODAY)
    with override_settings(DEMONSTRATION=True):
        make_demonstration_accounts()
        assert plant_register_content() is True
        assert plant_register_content() is False
    for model in (Baseline, ComplianceRecord, Consultation, Efficiency, ImpactAssessment):
        assert model.objects.exists() and not model.objects.filter(is_synthetic=False).exists()
    assert PracticeNote.objects.filter(is_synthetic=True).exclude(organisation=None).count() == 3
    assert not ComplianceRecord.objects.exclude(link__contains=".example.invalid/").exists()
    seen = {standing.state for rows in standings(bound_organisations(TODAY), TODAY).values() for standing in rows.values()}
    assert {State.OVERDUE, State.MET, State.MET_LATE, State.NOT_DUE, State.NOT_APPLICABLE, State.DUE_SOON} <= seen
    totals = EfficiencyYear.objects.get().content
    assert totals["hours"]["all"] == "1420.00" and totals["pounds"]["purchase"] == "61700"


@override_settings(DEMONSTRATION=False)
def test_it_is_refused_outside_the_demonstration() -> None:
    with pytest.raises(NotAllowed):
        plant_register_content()
