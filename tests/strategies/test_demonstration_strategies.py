"""Registers and strategies of the demonstration: marked as synthetic, planted once, and telling what they are meant to tell."""

from datetime import date

import pytest

from edi_portal.clock import set_business_day
from edi_portal.periods import Quarter
from organisations.models import Organisation
from organisations.roles import Role
from strategies.models import OverlapJudgement, SharedObjective, StrategyDocument
from strategies.selectors.hours import released_hours
from strategies.services.demonstration_documents import INTERPRETER_HOURS, MARK, SHORTLISTING_HOURS, plant_strategies
from tests.access.world import build_world
from tests.organisations.factories import person
from workforce.capacity import capacity_at
from workforce.models import EdiApprenticeship, EdiPost, EdiYear, StaffNetwork
from workforce.services.demonstration_registers import plant_registers

TODAY = date(2020, 1, 20)


@pytest.mark.long
@pytest.mark.django_db
def test_the_demonstration_keeps_registers_and_strategies() -> None:
    world = build_world()
    set_business_day(TODAY)
    slugs = {*INTERPRETER_HOURS, *SHORTLISTING_HOURS, "halton-ccg", "knowsley-ccg"}
    leads = {one: person(Role.EDI_LEAD, one) for one in Organisation.objects.filter(slug__in=slugs)}
    before = set(StaffNetwork.objects.values_list("pk", flat=True))
    entries = plant_registers(today=TODAY, leads=leads)
    networks = StaffNetwork.objects.exclude(pk__in=before)
    posts = EdiPost.objects.filter(organisation__in=leads, title__endswith=MARK)
    assert entries > 20 and all(network.name.endswith(MARK) and network.meetings.count() == 3 for network in networks)
    assert {network.core_words for network in networks} == {"BAME staff", "LGBT+ staff", "Disabled staff"}
    assert posts.exists() and EdiYear.objects.filter(organisation__in=leads, financial_year="2019-20").exists()
    assert EdiApprenticeship.objects.filter(programme__endswith=MARK).exists()
    assert capacity_at((post.facts for post in posts), (), Quarter(2019, 3)).funded > 5

    documents = plant_strategies(leads=leads, steering=person(Role.STEERING_MEMBER))
    made = StrategyDocument.objects.filter(title__endswith=MARK)
    assert documents == made.count() == 5 and all(document.lines.count() >= 3 for document in made)
    assert OverlapJudgement.objects.filter(is_same=True).count() == 4
    adopters = {text.text: text.adoptions.count() for text in SharedObjective.objects.all()}
    assert sorted(adopters.values()) == [2, 4] and all(text.endswith(MARK) for text in adopters)
    released = released_hours()
    assert released is not None and released.release == world.release.number
    totals = sorted(released.totals.values(), key=str)
    assert totals == [98, None], "four enter hours; of the other text one alone does"
    assert plant_registers(today=TODAY, leads=leads) == 0
    assert plant_strategies(leads=leads, steering=person(Role.STEERING_MEMBER)) == 0
