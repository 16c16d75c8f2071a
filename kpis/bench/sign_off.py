"""From the sponsor's click to the signed return on the owner's page: every check of the sign-off, and the page after it."""

from __future__ import annotations

from time import perf_counter

from django.test import Client

from edi_portal.bench import BenchResult, within
from kpis.bench.pages import BACKEND, WrongPage
from kpis.dashboards.sign_off import sign_off_page
from kpis.models.collections import Collection
from kpis.models.returns import KpiReturn
from kpis.selectors.returns import content_of
from kpis.services.returns import content_hash
from kpis.workflow import Status
from organisations.models import Membership, User
from organisations.roles import Role

SECONDS = 2.0


def measure() -> list[BenchResult]:
    """Sign a return that waits; the EDI lead's page must then say so."""
    waiting = KpiReturn.objects.live().filter(collection__in=Collection.objects.open_now(), status=Status.SUBMITTED)
    kpi_return = waiting.select_related("organisation", "collection").order_by("pk").first()
    if kpi_return is None:
        raise WrongPage("No return waits for its sign-off.")
    sponsor, lead = (_person(kpi_return, role) for role in (Role.EXECUTIVE_SPONSOR, Role.EDI_LEAD))
    address = f"/returns/{kpi_return.organisation.slug}/{kpi_return.collection.period}/"
    decided = {f"decision-{section.slug}": "approve" for section in sign_off_page(content_of(kpi_return)).sections}
    body = decided | {"statement": "on", "content_hash": content_hash(kpi_return)}
    began = perf_counter()
    signed = sponsor.post(f"{address}sign-off/", body)
    decision = perf_counter() - began
    seen = lead.get(f"{address}versions/")
    seconds = perf_counter() - began
    if signed.status_code != 302 or seen.status_code != 200 or "Signed off" not in seen.content.decode():
        raise WrongPage(f"The sign-off answered {signed.status_code}, and the lead's page does not show it.")
    return [
        BenchResult("W2: sign-off itself", decision, "s", None, True),
        within("W2: from the sign-off to the owner's page that shows it", seconds, "s", SECONDS),
    ]


def _person(kpi_return: KpiReturn, role: Role) -> Client:
    user: User = Membership.objects.in_force().filter(organisation=kpi_return.organisation, role=role).latest("-pk").user
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client
