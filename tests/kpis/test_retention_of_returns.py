"""What returns say goes in time: unsigned ones after 2 years, signed ones after 8; that there was one stays."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from edi_portal.audit.chain import verify_chain
from edi_portal.clock import business_now
from kpis.models.collections import Collection
from kpis.models.discussions import Discussion, Remark
from kpis.models.returns import KpiReturn, ReturnAnswer, ReturnValue
from kpis.services.retention import OF_A_RETURN, SIGNED, UNSIGNED, delete_what_is_due, due_for_deletion
from tests.kpis.return_world import GRID, ReturnWorld, return_world
from tests.organisations.factories import signed_in

pytestmark = pytest.mark.django_db
OF_RETURNS = slice(-2, None)


@pytest.fixture
def world() -> ReturnWorld:
    return return_world()


def closed(world: ReturnWorld, age: timedelta) -> None:
    """The collection closed so long ago."""
    now = business_now()
    Collection.objects.update(closes_at=now - age, due_on=(now - age).date(), opens_on=(now - age - timedelta(days=20)).date())


def kept() -> int:
    return sum(model._default_manager.count() for model in OF_A_RETURN)


@pytest.mark.parametrize(("signed", "after"), [(False, UNSIGNED), (True, SIGNED)])
@pytest.mark.security(40)
def test_what_a_return_says_goes_when_its_time_is_over_and_not_before(world: ReturnWorld, signed: bool, after: timedelta) -> None:
    kpi_return = world.signed() if signed else world.filled()
    asked = Discussion.objects.create(
        kpi_return=kpi_return, measure=GRID, opened_by=world.lead, closed_at=business_now(), closed_by=world.lead
    )
    Remark.objects.create(discussion=asked, text="Who counted?", written_by=world.lead)
    before = kept()
    assert ReturnValue.objects.exists() and before > 20
    closed(world, after - timedelta(days=1))
    assert list(due_for_deletion().values())[OF_RETURNS] == [0, 0]
    with pytest.raises(DatabaseError, match="do not change"), transaction.atomic():
        ReturnValue.objects.all().delete()
    closed(world, after + timedelta(days=1))
    expected = due_for_deletion()
    assert list(expected.values())[OF_RETURNS] == ([0, before] if signed else [before, 0])
    assert delete_what_is_due() == expected
    assert kept() == 0 and not any(list(due_for_deletion().values())[OF_RETURNS])
    left = KpiReturn.objects.get(pk=kpi_return.pk)
    assert (left.signed_off_by_id, left.content_hash) == (kpi_return.signed_off_by_id, kpi_return.content_hash)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # the chain is tied when the transaction ends
    assert verify_chain().problems == ()


def test_the_receipt_tells_what_was_deleted_in_its_time_from_what_is_missing(world: ReturnWorld) -> None:
    kpi_return = world.signed()
    client, page = signed_in(world.lead), reverse("returns:receipt", args=[world.organisation.slug, "2019-20-q3"])
    alarm, calm = "no longer has the hash that was signed", "were deleted 8 years after its collection closed"

    def shown() -> tuple[bool, bool]:
        text = client.get(page).content.decode()
        assert kpi_return.content_hash[:8] in text
        return alarm in text, calm in text

    closed(world, SIGNED - timedelta(days=1))
    assert shown() == (False, False)
    KpiReturn.objects.filter(pk=kpi_return.pk).update(content_hash=kpi_return.content_hash[:-1] + "x")
    assert shown() == (True, False), "other content, and its time is not over"
    closed(world, SIGNED + timedelta(days=1))
    assert shown() == (True, False), "its time is over, but it was not deleted yet"
    delete_what_is_due()
    assert shown() == (False, True)


@pytest.mark.security(40)
def test_what_is_over_can_go_and_still_not_change(world: ReturnWorld) -> None:
    world.filled()
    closed(world, SIGNED)
    for model, change in ((ReturnValue, {"amount": 1}), (ReturnAnswer, {"reason": "x"})):
        rows = model.objects.all()
        if rows.exists():
            with pytest.raises(DatabaseError, match="do not change"), transaction.atomic():
                rows.update(**change)
