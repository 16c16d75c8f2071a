"""The dates on a home page are those of its organisation: one with more time reads its own."""

import html
import re
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from edi_portal.clock import set_business_day
from kpis.models.collections import Collection, end_of_day
from kpis.models.returns import KpiReturn
from organisations.models import Organisation
from organisations.roles import Role
from tests.organisations.factories import person, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference")]
ROLES = [(Role.EDI_LEAD, ""), (Role.CONTRIBUTOR, "recruitment"), (Role.EXECUTIVE_SPONSOR, "")]


@pytest.fixture
def collection() -> Collection:
    set_business_day(date(2020, 1, 20))
    return Collection.objects.create(
        period="2019-20-q3", opens_on=date(2020, 1, 6), due_on=date(2020, 1, 31), closes_at=end_of_day(date(2020, 2, 9))
    )


def dates_of(client: Client) -> str:
    """The page's words from its dates on, in one line."""
    page = re.sub(r"<[^>]+>", " ", html.unescape(client.get(reverse("home")).content.decode()))
    return " ".join(page.split())


@pytest.mark.parametrize(("role", "area"), ROLES)
def test_who_has_more_time_reads_the_own_dates_and_others_those_of_the_collection(
    collection: Collection, role: Role, area: str
) -> None:
    trust, other = Organisation.objects.get(slug="countess-of-chester"), Organisation.objects.get(slug="mid-cheshire")
    for one in (trust, other):
        KpiReturn.objects.create(collection=collection, organisation=one)
    until = end_of_day(date(2020, 3, 18))
    admin = person(Role.PORTAL_ADMIN)
    collection.extensions.create(organisation=trust, until=until, reason="The system moves.", granted_by=admin)
    usual = f"{collection.due_on:%-d %b} Q3 return due"
    mine = dates_of(signed_in(person(role, trust, area=area)))
    assert "18 Mar Q3 return due" in mine and "18 Mar Q3 collection closes" in mine and usual not in mine
    theirs = dates_of(signed_in(person(role, other, area=area)))
    assert usual in theirs and "18 Mar" not in theirs
    set_business_day(date(2020, 3, 10))
    assert "18 Mar Q3 return due" in dates_of(signed_in(person(role, trust, area=area))), "closed for the others"
    assert "Q3 return due" not in dates_of(signed_in(person(role, other, area=area)))
