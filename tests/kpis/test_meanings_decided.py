"""Portal admins decide what values of files mean: once, not about their own proposals, and with a reason where they decline."""

import html
from dataclasses import asdict

import pytest
from django.test import Client
from django.urls import reverse

from edi_portal.audit.models import AuditEvent
from edi_portal.disclosure.policy import Policy
from kpis.models.definitions import Setting
from kpis.models.extracts import MeaningState, ValueMeaning
from kpis.selectors.disclosure import POLICY
from kpis.selectors.extracts import meanings_of
from organisations.models import Organisation, User
from organisations.roles import Role
from tests.organisations.factories import person, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference")]
KEY = ("pay_scale", "ad hoc")


@pytest.fixture
def trust() -> Organisation:
    return Organisation.objects.get(slug="countess-of-chester")


@pytest.fixture
def admin() -> User:
    return person(Role.PORTAL_ADMIN)


def proposed(trust: Organisation, by: User, rows: int = 40) -> ValueMeaning:
    return ValueMeaning.objects.create(
        organisation=trust, field=KEY[0], value=KEY[1], shown="Ad Hoc", code="vsm", rows=rows, proposed_by=by
    )


def decided(client: Client, row: ValueMeaning, **typed: str) -> tuple[int, str]:
    answer = client.post(reverse("meanings:decide", args=[row.pk]), typed, follow=True)
    return answer.status_code, html.unescape(answer.content.decode())


def test_a_meaning_is_approved_once_and_the_second_admin_reads_that_it_is_decided(trust: Organisation, admin: User) -> None:
    row = proposed(trust, person(Role.EDI_LEAD, trust))
    status, page = decided(signed_in(admin), row, decision="approve")
    assert status == 200 and "The meaning is approved." in page and "No meaning waits for a decision" in page
    status, page = decided(signed_in(person(Role.PORTAL_ADMIN)), row, decision="decline", reason="It is no level.")
    assert (status, "This meaning is decided already." in page) == (409, True)
    row.refresh_from_db()
    assert (row.state, row.decided_by, row.reason) == (MeaningState.APPROVED, admin, "")
    assert list(AuditEvent.objects.filter(subject=row.subject).values_list("action", "details")) == [
        ("meaning.approved", {"field": "pay_scale"})
    ]


def test_what_is_rare_by_the_settings_in_force_waits_for_no_admin(trust: Organisation, admin: User) -> None:
    row = proposed(trust, person(Role.EDI_LEAD, trust), rows=12)
    assert "Ad Hoc" in html.unescape(signed_in(admin).get(reverse("meanings:list")).content.decode())
    Setting.objects.create(key=POLICY, value=asdict(Policy(version=2, threshold=12)))
    assert "Ad Hoc" not in html.unescape(signed_in(admin).get(reverse("meanings:list")).content.decode())
    assert decided(signed_in(admin), row, decision="approve")[0] == 404


def test_a_declined_meaning_counts_no_more_and_says_why(trust: Organisation, admin: User) -> None:
    row = proposed(trust, person(Role.EDI_LEAD, trust))
    assert meanings_of(trust) == {KEY: "vsm"}, "it counts while it waits"
    client = signed_in(admin)
    status, page = decided(client, row, decision="decline", reason="  ")
    assert status == 422 and "Say why the meaning is declined" in page and meanings_of(trust) == {KEY: "vsm"}
    assert "the EDI lead sees why" in decided(client, row, decision="decline", reason=" It is no level. ")[1]
    row.refresh_from_db()
    assert (row.state, row.reason) == (MeaningState.DECLINED, "It is no level.") and meanings_of(trust) == {}


def test_nobody_decides_about_the_own_proposal_and_a_rare_value_is_not_told(trust: Organisation, admin: User) -> None:
    row = proposed(trust, admin)
    client = signed_in(admin)
    assert "No meaning waits" in client.get(reverse("meanings:list")).content.decode()
    status, page = decided(client, row, decision="approve")
    assert status == 403 and "another portal admin decides about it" in page
    for role in (Role.EDI_LEAD, Role.EXECUTIVE_SPONSOR):
        assert decided(signed_in(person(role, trust)), row, decision="approve")[0] == 403
    row.refresh_from_db()
    assert row.state == MeaningState.PROPOSED
    ValueMeaning.objects.filter(pk=row.pk).update(rows=5)
    assert decided(signed_in(person(Role.PORTAL_ADMIN)), row, decision="approve")[0] == 404
