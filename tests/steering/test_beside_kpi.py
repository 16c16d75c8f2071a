"""The page of a KPI names what is done about it and what others did, each reader's part of it."""

from datetime import date

import pytest
from django.urls import reverse

from edi_portal.clock import set_business_day
from organisations.models import Organisation
from organisations.roles import Role
from steering.models import Action
from steering.services.practice import load_reviews
from tests.kpis.dashboard_factories import published_release
from tests.organisations.factories import UserFactory, person, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference")]
PAGE = "What is being done"


def action(owner: Organisation, kpi: str = "WRES-2", title: str = "Look at shortlisting", due: date = date(2020, 1, 6)) -> Action:
    made = Action.objects.create(
        written_for=owner,
        kpi=kpi,
        owner_organisation=owner,
        owner_role="EDI lead",
        title=title,
        what="What",
        effect="Effect",
        raised_on=date(2019, 6, 3),
        period="2019-20-q1",
        due_on=due,
    )
    made.organisations.add(owner)
    return made


def test_each_reader_finds_the_open_actions_that_they_may_know_of() -> None:
    published_release("2019-20-q2", 1, [])
    set_business_day(date(2020, 1, 20))
    own, other = Organisation.objects.filter(kind="acute").order_by("slug")[:2]
    action(own)
    action(other, title="Of another")
    action(own, kpi="WDES-1", title="Of another KPI")
    closed = action(own, title="Done long ago")
    Action.objects.filter(pk=closed.pk).update(closed_on=date(2019, 12, 2), outcome="done")
    address = reverse("kpis:detail", args=["wres-2"])
    lead = signed_in(person(Role.EDI_LEAD, own)).get(address).content.decode()
    assert "Look at shortlisting" in lead and "by 6 January 2020, overdue" in lead
    assert not any(text in lead for text in ("Of another", "Done long ago"))
    group = signed_in(person(Role.STEERING_MEMBER)).get(address).content.decode()
    assert group.count("by 6 January 2020, overdue") == 2 and "Look at shortlisting" not in group, "its words wait for a review"
    board = signed_in(person(Role.BOARD_MEMBER)).get(address).content.decode()
    assert PAGE not in board


def test_notes_of_good_practice_stand_beside_the_kpi_that_they_are_about() -> None:
    published_release("2019-20-q2", 1, [])
    load_reviews()
    board = signed_in(person(Role.BOARD_MEMBER))
    pages = {code: board.get(reverse("kpis:detail", args=[code])).content.decode() for code in ("wres-1", "dq-1")}
    assert "What others did" in pages["wres-1"] and reverse("practice:list") in pages["wres-1"]
    assert "What others did" not in signed_in(UserFactory.create()).get(reverse("kpis:detail", args=["wres-1"])).content.decode()
