"""What a register of staff networks says at the end of a quarter. Pure.

A network is running when its organisation confirmed it, it has terms of reference and a named chair, and it met in the quarter
or the one before (rule V15). Networks shared with partners count for each of them; their members, time and money count for the
organisation that keeps the entry.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeVar

from edi_portal.periods import Quarter
from workforce.vocabulary import CORE_NETWORKS, core_of

# In how many quarters, counted back from the one reported, a running network has met (V15).
QUARTERS_TO_MEET = 2

Amount = TypeVar("Amount", int, Decimal)


@dataclass(frozen=True, slots=True)
class NetworkFacts:
    """One entry of the register as its organisation keeps it. Hours are a month, money is whole pounds a year."""

    name: str
    characteristics: frozenset[str]
    confirmed: bool
    has_terms: bool
    has_chair: bool
    has_sponsor: bool
    has_protected_time: bool
    meetings: tuple[date, ...] = ()
    started_on: date | None = None
    ended_on: date | None = None
    shared: bool = False
    keeps_entry: bool = True
    members: int | None = None
    leads: int | None = None
    lead_hours: Decimal | None = None
    member_hours: Decimal | None = None
    budget: int | None = None


@dataclass(frozen=True, slots=True)
class NetworkCounts:
    """The answers to the questions about networks. None: an entry of a running network does not say, so nobody can add up."""

    running: int
    sponsored: int
    protected_time: int
    core: dict[str, str]
    members: int | None
    leads: int | None
    lead_hours: Decimal | None
    member_hours: Decimal | None
    budget: int | None


def met_lately(network: NetworkFacts, quarter: Quarter) -> bool:
    """Whether it met in the quarter or the one before."""
    since = quarter.previous(QUARTERS_TO_MEET - 1).first_day
    return any(since <= day <= quarter.last_day for day in network.meetings)


def missing_to_run(network: NetworkFacts, quarter: Quarter) -> tuple[str, ...]:
    """What keeps a network from counting as running at the end of the quarter, each as a thing to do; empty when it runs."""
    if network.ended_on is not None and network.ended_on <= quarter.last_day:
        return (f"it ended on {network.ended_on.day} {network.ended_on:%B %Y}",)
    if network.started_on is not None and network.started_on > quarter.last_day:
        return ("it had not started",)
    wanted = (
        (network.confirmed, "confirm that it exists"),
        (network.has_terms, "add its terms of reference"),
        (network.has_chair, "name its chair"),
        (met_lately(network, quarter), "add a meeting in this quarter or the one before"),
    )
    return tuple(words for there, words in wanted if not there)


def is_running(network: NetworkFacts, quarter: Quarter) -> bool:
    """Whether it counts as running at the end of the quarter."""
    return not missing_to_run(network, quarter)


def counts_at(networks: Iterable[NetworkFacts], quarter: Quarter) -> NetworkCounts:
    """What the register says at the end of a quarter."""
    running = [network for network in networks if is_running(network, quarter)]
    kept = [network for network in running if network.keeps_entry]
    return NetworkCounts(
        running=len(running),
        sponsored=sum(network.has_sponsor for network in running),
        protected_time=sum(network.has_protected_time for network in running),
        core={key: _arrangement(key, running) for key in CORE_NETWORKS},
        members=_added([network.members for network in kept]),
        leads=_added([network.leads for network in kept]),
        lead_hours=_added([network.lead_hours for network in kept]),
        member_hours=_one([network.member_hours for network in kept]),
        budget=_added([network.budget for network in kept]),
    )


def _arrangement(key: str, running: list[NetworkFacts]) -> str:
    """How a core network is there: "standalone" where one of them is the organisation's own, "shared", or "" without one."""
    those = [network for network in running if key in core_of(network.characteristics)]
    if not those:
        return ""
    return "shared" if all(network.shared for network in those) else "standalone"


def _added(amounts: list[Amount | None]) -> Amount | None:
    known = [amount for amount in amounts if amount is not None]
    return None if len(known) < len(amounts) else sum(known, type(known[0])(0) if known else 0)  # type: ignore[return-value]


def _one(amounts: list[Decimal | None]) -> Decimal | None:
    """The hours for each member, where all networks that say so agree."""
    known = {amount for amount in amounts if amount is not None}
    return known.pop() if len(known) == 1 else None
