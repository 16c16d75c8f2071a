"""From the sponsor's click to the signed return on the owner's page: every check of the sign-off, and the page after it."""

from __future__ import annotations

import re
from time import perf_counter

from django.test import Client

from edi_portal.bench import BenchResult, within
from kpis.bench.pages import WrongPage, client_of
from kpis.models.collections import Collection
from kpis.models.returns import KpiReturn
from kpis.views.returns import address_of
from kpis.workflow import Status
from organisations.models import Membership, User
from organisations.roles import Role

SECONDS = 2.0


def measure() -> list[BenchResult]:
    """Sign a return that waits; the EDI lead's page must then say so."""
    waiting = KpiReturn.objects.live().filter(collection__in=Collection.objects.open_now(), status=Status.SUBMITTED)
    for kpi_return in waiting.select_related("organisation", "collection").order_by("pk"):
        sponsor, lead = (_person(kpi_return, role) for role in (Role.EXECUTIVE_SPONSOR, Role.EDI_LEAD))
        address = address_of(kpi_return, "sign-off")
        body = _approving(sponsor.get(address).content.decode())
        began = perf_counter()
        signed = sponsor.post(address, body)
        decision = perf_counter() - began
        if signed.status_code != 302:
            continue  # something is still to be talked over there
        seen = lead.get(address_of(kpi_return, "versions"))
        seconds = perf_counter() - began
        if seen.status_code != 200 or "Signed off" not in seen.content.decode():
            raise WrongPage("The EDI lead's page does not show the sign-off.")
        return [
            BenchResult("W2: sign-off itself", decision, "s", None, True),
            within("W2: from the sign-off to the owner's page that shows it", seconds, "s", SECONDS),
        ]
    raise WrongPage("No return could be signed off.")


def _approving(page: str) -> dict[str, str]:
    """The form of the page, filled in: every section approved, the statement ticked."""
    held = {name: value for name, value in re.findall(r'name="(content_hash)" value="([^"]*)"', page)}
    return held | {name: "approve" for name in re.findall(r'name="(decision-[\w-]+)"', page)} | {"statement": "on"}


def _person(kpi_return: KpiReturn, role: Role) -> Client:
    user: User = Membership.objects.in_force().filter(organisation=kpi_return.organisation, role=role).latest("-pk").user
    return client_of(user)
