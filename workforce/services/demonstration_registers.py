"""Synthetic registers of staff networks and EDI capacity for the demonstration: every network, post and figure is invented.

Written through the services, by the demonstration's own accounts, so that everything on record is as if leads had typed it.
What organisations really published stays beside it, unconfirmed.
"""

import hashlib
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction

from edi_portal.periods import Quarter
from organisations.models import Kind, Membership, Organisation
from organisations.roles import Role
from workforce.models import EdiApprenticeship, EdiPost, EdiYear, StaffNetwork
from workforce.services.networks import NetworkEntry, add_meeting, add_network
from workforce.services.posts import save_row

MARK = "(synthetic)"
"""Stands in the name of everything that others may read."""
CORE = (
    ("Race equality network", ("race",)),
    ("LGBT+ network", ("gender_reassignment", "sexual_orientation")),
    ("Disability and long-term conditions network", ("disability",)),
)
TRUSTS = {Kind.ACUTE, Kind.ACUTE_SPECIALIST, Kind.MENTAL_HEALTH, Kind.COMMUNITY, Kind.AMBULANCE}
SINCE = date(2018, 4, 1)
YEAR = "2019-20"


def demonstration_leads() -> dict[Organisation, Any]:
    """Organisation → its EDI lead in the demonstration; who leads several is left out."""
    held = Membership.objects.in_force().filter(user__is_demonstration=True, role=Role.EDI_LEAD)
    rows = held.exclude(user__email__startswith="lead.shared").select_related("organisation", "user")
    return {row.organisation: row.user for row in rows.order_by("organisation__slug") if row.organisation is not None}


@transaction.atomic
def plant_registers(*, today: date, leads: dict[Organisation, Any] | None = None) -> int:
    """Fill the registers of most organisations, once; how many entries were made. Some stay empty, as it happens."""
    if StaffNetwork.objects.filter(name__endswith=MARK).exists():
        return 0
    made = 0
    for organisation, lead in (demonstration_leads() if leads is None else leads).items():
        if organisation.kind in TRUSTS or _share(organisation, "keeps a register") < 0.6:
            made += _networks(organisation, lead, today) + _capacity(organisation, lead)
    return made


def _share(organisation: Organisation, *names: str) -> float:
    """A number from 0 up to 1 that belongs to the organisation and the names for ever."""
    text = "\x1f".join(("registers", organisation.slug, *names))
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big") / 2**64


def _networks(organisation: Organisation, lead: Any, today: date) -> int:
    wanted = CORE if organisation.kind in TRUSTS else CORE[: int(_share(organisation, "networks") * 3)]
    people = organisation.headcount_estimate or 1_000
    for name, characteristics in wanted:
        size = 0.01 + 0.03 * _share(organisation, name)
        supported = _share(organisation, name, "supported") < 0.7
        network = add_network(
            organisation=organisation,
            entry=NetworkEntry(
                name=f"{name} {MARK}",
                characteristics=characteristics,
                purpose="Meets, hears colleagues and advises before decisions. Synthetic entry of the demonstration.",
                chair="Network chair",
                sponsor="Executive director" if supported else "",
                terms_agreed_on=SINCE,
                started_on=SINCE,
                members=max(6, round(people * size)),
                leads=2,
                protected_time=supported,
                lead_hours=Decimal(8 if supported else 0),
                member_hours=Decimal("1.5"),
                budget=250 * round(2 + 8 * size / 0.04),
                maturity=3 if supported else 2,
                is_shared=_share(organisation, name, "shared") < 0.8,
                contact=f"networks@{organisation.slug}.invalid",
            ),
            by=lead,
        )
        for meeting in _meetings(today):
            add_meeting(network=network, held_on=meeting, by=lead)
    return len(wanted)


def _meetings(today: date) -> Iterable[date]:
    """One in this quarter, as far as it has begun, and one in each of the two before."""
    quarter = Quarter.containing(today)
    days = [quarter.previous(back).first_day.replace(day=14) for back in (2, 1, 0)]
    return [day for day in days if day <= today]


def _capacity(organisation: Organisation, lead: Any) -> int:
    large = organisation.kind in TRUSTS
    rows: list[Any] = [
        EdiPost(
            organisation=organisation,
            title=f"EDI lead {MARK}",
            band="7" if large else "6",
            funded_wte=Decimal("1.00") if large else Decimal("0.40"),
            filled_wte=Decimal("1.00") if large else Decimal("0.40"),
            qualification=6 if _share(organisation, "qualified") < 0.6 else 4,
            is_recognised=_share(organisation, "recognised") < 0.7,
            learning_days=5 if _share(organisation, "learning") < 0.6 else 3,
            valid_from=SINCE,
        ),
    ]
    if not EdiYear.objects.filter(organisation=organisation, financial_year=YEAR).exists():
        rows.append(
            EdiYear(
                organisation=organisation,
                financial_year=YEAR,
                survey_part=EdiYear.SurveyPart.choices[int(4 * _share(organisation, "survey"))][0],
                spending=500 * round(4 + 40 * _share(organisation, "spending")) * (3 if large else 1),
                consultants=500 * round(3 * _share(organisation, "consultants")),
            )
        )
    if large and _share(organisation, "second post") < 0.7:
        vacant = _share(organisation, "vacant") < 0.25
        rows.append(
            EdiPost(
                organisation=organisation,
                title=f"EDI adviser {MARK}",
                band="5",
                funded_wte=Decimal("0.80"),
                filled_wte=Decimal(0) if vacant else Decimal("0.80"),
                qualification=3,
                is_recognised=True,
                learning_days=5,
                valid_from=SINCE,
            )
        )
    if large and _share(organisation, "apprentice") < 0.5:
        done = _share(organisation, "completed") < 0.4
        rows.append(
            EdiApprenticeship(
                organisation=organisation,
                programme=f"Inclusion practitioner {MARK}",
                level=5,
                band="5",
                started_on=date(2018, 9, 17),
                completed_on=date(2019, 11, 29) if done else None,
                cost_avoided=4_500 if done else None,
            )
        )
    for row in rows:
        save_row(row=row, by=lead)
    return len(rows)
