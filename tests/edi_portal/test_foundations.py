"""The business clock, the append-only audit trail, and what a deployment refuses."""

from datetime import date

import pytest
from django.core.checks import run_checks
from django.db import IntegrityError, connection, transaction
from django.test import override_settings
from django.test.utils import CaptureQueriesContext

from edi_portal import clock
from edi_portal.audit.models import AuditEvent
from edi_portal.audit.services import record
from edi_portal.checks import clock_stands_right

pytestmark = pytest.mark.django_db


def test_the_business_clock_moves_and_comes_back() -> None:
    clock.set_business_day(date(2020, 1, 20))
    assert clock.business_today() == date(2020, 1, 20)
    with connection.cursor() as cursor:
        cursor.execute("SELECT now()::date = current_date")
        assert cursor.fetchone()[0], "the real time is untouched"
    clock.set_business_day(None)
    assert clock.business_today() != date(2020, 1, 20)


def test_it_is_one_day_within_a_piece_of_work_and_the_clock_is_read_once() -> None:
    clock.set_business_day(date(2020, 1, 20))
    with CaptureQueriesContext(connection) as queries, clock.one_business_day():
        assert clock.business_today() == clock.business_today() == date(2020, 1, 20)
    assert len(queries) == 1
    with clock.one_business_day():
        clock.set_business_day(date(2020, 1, 21))
        assert clock.business_today() == date(2020, 1, 21)
    clock.set_business_day(date(2020, 1, 22))
    assert clock.business_today() == date(2020, 1, 22)


def test_a_moved_clock_is_an_error_outside_the_demonstration() -> None:
    clock.set_business_day(date(2020, 1, 20))
    with override_settings(TESTING=False, DEMONSTRATION=False):
        assert [problem.id for problem in clock_stands_right(databases=["default"])] == ["edi_portal.E001"]
    with override_settings(TESTING=False, DEMONSTRATION=True):
        assert clock_stands_right(databases=["default"]) == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_auditevent SET action = 'forged'",
        "DELETE FROM audit_auditevent",
        "TRUNCATE audit_auditevent CASCADE",
    ],
)
@pytest.mark.security(32)
def test_the_audit_trail_is_append_only(statement: str) -> None:
    record(action="test.happened", by=None, subject="thing:1")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert AuditEvent.objects.filter(action="test.happened").exists()


@pytest.mark.security(35)
def test_deployment_refuses_demonstration_wildcards_and_servers_without_password() -> None:
    with override_settings(
        DEMONSTRATION=True,
        ALLOWED_HOSTS=["*"],
        HTTPS=False,
        CELERY_BROKER_URL="redis://broker:6379/0",
    ):
        found = {problem.id for problem in run_checks(tags=["security"], include_deployment_checks=True)}
    assert {f"edi_portal.E01{number}" for number in (0, 1, 2, 4, 5, 6, 7)} <= found
