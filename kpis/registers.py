"""What the registers of networks and EDI posts answer in a return: counts of a register → cells of measures. Pure.

A register that does not say something leaves the cell out: nothing is guessed, and nothing typed is emptied.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from workforce.capacity import CapacityCounts
from workforce.establishment import NetworkCounts

Cell = tuple[str, str, str]
YES, NO = Decimal(1), Decimal(0)
# A choice is kept as its position among the options, counted from 1 (kpis/definitions/measures/).
ARRANGEMENTS = {"standalone": Decimal(1), "shared": Decimal(2)}
SURVEY_PARTS = {"lead": Decimal(1), "co_lead": Decimal(2), "consulted": Decimal(3), "no": Decimal(4)}

# Where each measure's answers come from, as the page says it.
SOURCES: Mapping[str, str] = {
    "networks": "register of networks",
    "networks_core": "register of networks",
    "network_members": "register of networks",
    "network_time": "register of networks",
    "network_budget": "register of networks",
    "edi_posts": "register of EDI posts",
    "apprenticeships": "register of EDI posts",
    "survey_leadership": "register of EDI posts",
}


def network_cells(counts: NetworkCounts) -> dict[Cell, Decimal]:
    """The answers on staff networks."""
    known: dict[Cell, Decimal | int | None] = {
        ("networks", "active", "value"): counts.running,
        ("networks", "sponsored", "value"): counts.sponsored,
        ("networks", "protected_time", "value"): counts.protected_time,
        ("network_members", "members", "value"): counts.members,
        ("network_time", "lead_hours", "value"): counts.lead_hours,
        ("network_time", "leads", "value"): counts.leads,
        ("network_time", "member_hours", "value"): counts.member_hours,
        ("network_budget", "budget", "value"): counts.budget,
    }
    for core, arrangement in counts.core.items():
        there = YES if arrangement else NO
        known |= {("networks_core", core, "active"): there, ("networks_core", core, "met"): there}
        if arrangement:
            known["networks_core", core, "arrangement"] = ARRANGEMENTS[arrangement]
    return _given(known)


def capacity_cells(counts: CapacityCounts) -> dict[Cell, Decimal]:
    """The answers on EDI practitioners and apprentices."""
    return _given(
        {
            ("edi_posts", "funded", "value"): counts.funded,
            ("edi_posts", "in_post", "value"): counts.in_post,
            ("edi_posts", "practitioners", "value"): counts.practitioners,
            ("edi_posts", "qualified", "value"): counts.qualified,
            ("apprenticeships", "started", "value"): counts.started,
            ("apprenticeships", "on_programme", "value"): counts.on_programme,
            ("apprenticeships", "completed", "value"): counts.completed,
            ("apprenticeships", "withdrawn", "value"): counts.withdrawn,
        }
    )


def survey_cells(part: str) -> dict[Cell, Decimal]:
    """The answer on the staff survey; none while nothing is said."""
    return {("survey_leadership", "role", "answer"): SURVEY_PARTS[part]} if part else {}


def _given(known: Mapping[Cell, Decimal | int | None]) -> dict[Cell, Decimal]:
    return {cell: Decimal(amount) for cell, amount in known.items() if amount is not None}
