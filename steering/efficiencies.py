"""Efficiencies by rule: kinds, challenges, and the totals of a year that may leave. Pure.

One organisation's hours and pounds stay with it. The total of a year is shown where nobody's share can be worked out
(`edi_portal.disclosure.magnitudes`): at least three contributors, the p% rule, and no total from which another follows.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from typing import NamedTuple
from zlib import crc32

from edi_portal.disclosure.magnitudes import protect_magnitudes
from edi_portal.disclosure.policy import Policy
from edi_portal.disclosure.protection import Published
from edi_portal.disclosure.universe import PublishedPart, Structure

KINDS: dict[str, str] = {
    "duplication": "Duplicated effort removed",
    "purchase": "Shared purchase",
    "consultant": "Consultant avoided",
}
# What costs more when each organisation does it alone; organisations say which of these they have.
CHALLENGES: dict[str, str] = {
    "reporting": "The same figures typed for several reports",
    "policies": "Policies and guidance written by everybody for themselves",
    "training": "Training and learning bought one by one",
    "expertise": "Expert advice bought from outside",
    "interpreting": "Interpreting and accessible formats bought one by one",
    "engagement": "Events and campaigns run side by side",
    "recruitment": "Recruitment and career programmes run side by side",
}
STATES: dict[str, str] = {
    "claimed": "Claimed, evidence to come",
    "evidenced": "Evidenced, waits for the group",
    "accepted": "Accepted by the group",
    "returned": "Returned by the group",
    "withdrawn": "Withdrawn",
}
ALL = "all"
UNITS = ("hours", "pounds")


class Claim(NamedTuple):
    """What one accepted efficiency adds to a year."""

    organisation: str
    kind: str
    hours: Decimal
    pounds: Decimal


Totals = dict[str, dict[str, str | None]]
"""Unit → kind or "all" → the total as text; None where it is withheld."""


def totals_of_year(claims: Iterable[Claim], policy: Policy, accounts: Collection[frozenset[str]] = ()) -> Totals:
    """The totals of the accepted efficiencies of a year that may leave, by unit and kind."""
    known = tuple(claims)
    return {unit: _protected(unit, known, policy, accounts) for unit in UNITS}


def _protected(
    unit: str, claims: tuple[Claim, ...], policy: Policy, accounts: Collection[frozenset[str]]
) -> dict[str, str | None]:
    # Every organisation has a row of every kind that anybody claims, of 0 where it claims none: a kind that few have is then
    # withheld, and the sum over all kinds with it, instead of following from the kinds that are shown.
    def saved(one: Claim) -> Decimal:
        return one.hours if unit == "hours" else one.pounds

    kinds = tuple(kind for kind in KINDS if any(one.kind == kind and saved(one) for one in claims))
    amounts = {(one.organisation, kind): Decimal(0) for one in claims for kind in kinds}
    for one in claims:
        if one.kind in kinds:
            amounts[one.organisation, one.kind] += saved(one)
    parts = [PublishedPart(kind, (kind,), level="system") for kind in kinds]
    if kinds:
        parts.append(PublishedPart(ALL, kinds, level="system"))
    structure = Structure(types={one.organisation: "member" for one in claims}, accounts=tuple(accounts))
    released = {key.part: cell for key, cell in protect_magnitudes(amounts, parts, structure, policy).items()}
    shown = {part: _text(unit, cell.value) for part, cell in released.items() if isinstance(cell, Published)}
    nothing = _text(unit, Decimal(0))
    return {key: shown.get(key) if key in kinds or (key == ALL and kinds) else nothing for key in (ALL, *KINDS)}


def _text(unit: str, amount: Decimal) -> str:
    return f"{amount:.2f}" if unit == "hours" else f"{amount:.0f}"


def state_after(*, state: str, has_evidence: bool) -> str:
    """A claim that waits is evidenced as soon as evidence lies with it."""
    if state in ("claimed", "evidenced", "returned"):
        return "evidenced" if has_evidence else "claimed"
    return state


def matching_first(challenges: Mapping[int, str], own: Collection[str]) -> list[int]:
    """Keys of offered efficiencies, those of a challenge that the reader's organisation has before the others."""
    return sorted(challenges, key=lambda key: (challenges[key] not in own, list(CHALLENGES).index(challenges[key]), key))


def mark_of(challenges: Collection[str]) -> int:
    """The challenges of an organisation, as a number that travels with a form; 0 before it has any."""
    return crc32(" ".join(sorted(challenges)).encode()) % 10**9
