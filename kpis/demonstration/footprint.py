"""Who is in the demonstration: members by quarter with what the reference data knows of them, breaks in series, accounts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from edi_portal.periods import Quarter
from kpis.demonstration.composition import Member
from kpis.demonstration.profile import Known
from organisations.models import Membership, Organisation, OrganisationPlace, Place, Succession, User
from organisations.roles import Role
from organisations.services.demonstration_accounts import DOMAIN


def members_by_quarter(quarters: Iterable[Quarter]) -> dict[Quarter, list[Member]]:
    """The organisations that owe a return for each quarter, by dated membership, with the name they had then."""
    residents = _residents()
    return {
        quarter: [
            Member(organisation, _known(organisation, residents))
            for organisation in Organisation.objects.in_footprint(on=quarter.last_day).named_on(quarter.last_day).order_by("slug")
        ]
        for quarter in quarters
    }


def _residents() -> dict[int, list[Place]]:
    """The places of each organisation; those of nobody stand for bodies without a place of their own."""
    places: dict[int, list[Place]] = {}
    for link in OrganisationPlace.objects.select_related("place"):
        places.setdefault(link.organisation_id, []).append(link.place)
    return places


def _known(organisation: Organisation, residents: dict[int, list[Place]]) -> Known:
    places = residents.get(organisation.pk) or list(Place.objects.all())
    people = sum(place.population or 0 for place in places)
    bme = sum((place.population or 0) * (place.bme_percent or Decimal(0)) for place in places) / people
    disabled = sum((place.population or 0) * (place.disabled_percent or Decimal(0)) for place in places) / people
    return Known(
        organisation.slug,
        organisation.kind,
        organisation.applicability_class,
        organisation.headcount_estimate,
        float(bme),
        float(disabled),
    )


def breaks_by_quarter() -> dict[tuple[str, Quarter], str]:
    """Why the series of an organisation breaks in a quarter, by slug; the wording of `kpis.selectors.returns.breaks_of`."""
    reasons: dict[tuple[str, Quarter], list[str]] = {}
    events = Succession.objects.filter(breaks_series=True)
    for event in events.select_related("predecessor", "successor"):
        for organisation in {event.predecessor, event.successor}:
            if organisation is not None and event.effective_on is not None:
                reasons.setdefault((organisation.slug, Quarter.containing(event.effective_on)), []).append(str(event))
    return {place: "; ".join(texts) for place, texts in reasons.items()}


@dataclass(frozen=True, slots=True)
class Accounts:
    """The demonstration's people by organisation, and the two portal admins."""

    leads: dict[int, Any]
    sponsors: dict[int, Any]
    admins: tuple[Any, Any]


def demonstration_accounts() -> Accounts:
    """The accounts that the organisations app made: each organisation's own lead and sponsor, and both admins."""
    held = Membership.objects.filter(user__is_demonstration=True).select_related("user").order_by("user__email")

    def of_role(role: Role, begins: str) -> dict[int, Any]:
        mine = held.filter(role=role, user__email__startswith=begins).exclude(user__email__startswith="lead.shared")
        return {membership.organisation_id: membership.user for membership in mine}

    first, second = (User.objects.get(email=f"admin.{which}@{DOMAIN}") for which in ("one", "two"))
    return Accounts(of_role(Role.EDI_LEAD, "lead."), of_role(Role.EXECUTIVE_SPONSOR, "sponsor."), (first, second))
