"""The API held against its own schema: generated requests, valid and not, for every operation (`make test-api`)."""

import os
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, settings

from edi_portal.api.guide import described
from edi_portal.api.limits import PerMinute
from edi_portal.clock import business_today
from kpis.models.returns import KpiReturn
from organisations.models import Organisation
from organisations.roles import TOKEN_SCOPES, Role, scopes_of
from organisations.services.tokens import make_token
from tests.kpis.factories import open_collection
from tests.kpis.release_world import closed_collection, people, published, shrink_partnership
from tests.kpis.ward_files import shown_pack
from tests.organisations.factories import person

pytestmark = pytest.mark.long
# A request that the schema allows may still meet a rule: an old version, a missing one, a value that cannot be used.
REFUSED_BY_RULE = ["2xx", "3xx", "401", "403", "404", "409", "412", "422", "428"]
CONFIG = schemathesis.Config.from_dict({"checks": {"positive_data_acceptance": {"expected-statuses": REFUSED_BY_RULE}}})
schema = schemathesis.openapi.from_dict(described(), config=CONFIG)
schema.app = get_wsgi_application()


@pytest.fixture(scope="module")
def db(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The database of this module: one transaction, rolled back after it; pytest-django knows the fixture by its name."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)  # as the test client does: all requests share this transaction
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture(scope="module")
def token(db: None) -> str:
    """A release, an open return, and the token of its lead that may do everything."""
    shrink_partnership()
    team = people()
    shown_pack(by=team[2])
    published(closed_collection("2019-20-q2", lead=team[0], sponsor=team[1]), team[2:])
    organisation = Organisation.objects.get(slug="countess-of-chester")
    KpiReturn.objects.create(collection=open_collection("2019-20-q3"), organisation=organisation)
    lead = person(Role.EDI_LEAD, organisation)
    scopes = [scope for scope in TOKEN_SCOPES if scope in scopes_of(Role.EDI_LEAD)]
    membership = lead.memberships.get()
    return make_token(by=lead, membership=membership, label="All", scopes=scopes, expires_on=business_today())[1]


@pytest.fixture(autouse=True)
def no_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Generated requests come faster than any system's."""
    for window in PerMinute.windows.values():
        monkeypatch.setattr(window, "per_minute", 10**9)


@schema.parametrize()
@settings(
    max_examples=int(os.environ.get("API_EXAMPLES", "20")),
    derandomize="API_EXAMPLES" in os.environ,  # a sample of a given size is the same one every time
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
def test_every_answer_is_as_the_schema_says(case: Any, token: str) -> None:
    with transaction.atomic():
        case.call_and_validate(headers={"Authorization": f"Bearer {token}"})
        transaction.set_rollback(True)
