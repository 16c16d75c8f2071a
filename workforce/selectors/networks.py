"""Questions about staff networks: the register, what it says at a quarter's end, who has which network, who could help."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import Http404

from edi_portal.clock import business_today
from edi_portal.periods import Quarter
from edi_portal.reviews.selectors import for_others, standings_of
from organisations.models import Organisation
from organisations.permissions import organisations_with_right
from organisations.roles import Right
from workforce.establishment import NetworkCounts, counts_at
from workforce.models import StaffNetwork
from workforce.vocabulary import CORE_LABELS


def networks_shown_to(user: Any, **conditions: Any) -> list[StaffNetwork]:
    """Every network that this account may know of, with what a list shows. At most five queries.

    Of others' networks it holds the texts that are cleared; one whose name never was is left out.
    """
    found = StaffNetwork.objects.visible_to(user).filter(**conditions)
    return _as_read_by(user, found.select_related("organisation").prefetch_related("partners", "meetings"))


def _as_read_by(user: Any, rows: Iterable[StaffNetwork]) -> list[StaffNetwork]:
    networks = list(rows)
    own = set(organisations_with_right(user, Right.VIEW_REGISTERS).values_list("pk", flat=True))
    read = set(for_others(one for one in networks if one.organisation_id not in own))
    return [one for one in networks if one.organisation_id in own or one in read]


def get_network(user: Any, slug: str) -> StaffNetwork:
    """The network, if this account may know of it; Http404 otherwise."""
    found = networks_shown_to(user, slug=slug)
    if not found:
        raise Http404
    return found[0]


def review_words(network: StaffNetwork) -> str:
    """What its owner is told when others do not read its texts as they stand. One query."""
    return standings_of([network])[network.review_subject].words if network.is_shared or network.is_joint else ""


def _entries_of(organisation: Organisation) -> QuerySet[StaffNetwork]:
    return StaffNetwork.objects.of(organisation).select_related("organisation").prefetch_related("partners", "meetings")


def register_of(user: Any, organisation: Organisation) -> list[StaffNetwork]:
    """The entries that count for an organisation, as this account reads them: its own, and joint ones that it takes part in."""
    return _as_read_by(user, _entries_of(organisation))


def network_counts(organisation: Organisation, quarter: Quarter) -> NetworkCounts | None:
    """What the register says at the end of a quarter; None for an organisation that keeps no register. Three queries."""
    return counts_of(_entries_of(organisation), organisation, quarter)


def counts_of(entries: Iterable[StaffNetwork], organisation: Organisation, quarter: Quarter) -> NetworkCounts | None:
    """The same for entries that are read already."""
    confirmed = [network for network in entries if network.is_confirmed]
    return counts_at((network.facts_for(organisation) for network in confirmed), quarter) if confirmed else None


@dataclass(frozen=True, slots=True)
class CoreRow:
    """Which core networks one organisation is known to have: key → the networks that others may know of."""

    organisation: Organisation
    found: dict[str, tuple[StaffNetwork, ...]]

    @property
    def missing(self) -> tuple[str, ...]:
        """The core networks that it is not known to have, in words."""
        return tuple(label for key, label in CORE_LABELS.items() if not self.found.get(key))


def core_networks(user: Any) -> tuple[CoreRow, ...]:
    """The three core networks of every member of the partnership, as far as this account may know. At most six queries."""
    return core_rows(networks_shown_to(user, ended_on__isnull=True))


def core_rows(networks: Iterable[StaffNetwork]) -> tuple[CoreRow, ...]:
    """The same for networks that are read already. One query."""
    known: dict[int, dict[str, list[StaffNetwork]]] = defaultdict(lambda: defaultdict(list))
    for network in networks:
        for organisation in (network.organisation, *network.partners.all()):
            for key in network.core:
                known[organisation.pk][key].append(network)
    members = Organisation.objects.in_footprint(business_today())
    return tuple(
        CoreRow(member, {key: tuple(known[member.pk][key]) for key in CORE_LABELS if known[member.pk][key]}) for member in members
    )


@dataclass(frozen=True, slots=True)
class Match:
    """A core network that an organisation lacks, and shared networks whose people could help to start it."""

    key: str
    label: str
    helpers: tuple[StaffNetwork, ...]


def matches_in(rows: tuple[CoreRow, ...], organisation: Organisation) -> tuple[Match, ...]:
    """For each core network that the organisation lacks: shared networks of others, those of the same kind of body first."""
    own = next((row for row in rows if row.organisation == organisation), None)
    found = own.found if own is not None else {}
    return tuple(Match(key, label, _helpers(key, organisation, rows)) for key, label in CORE_LABELS.items() if not found.get(key))


def _helpers(key: str, organisation: Organisation, rows: tuple[CoreRow, ...]) -> tuple[StaffNetwork, ...]:
    helpers = {
        network for row in rows if row.organisation != organisation for network in row.found.get(key, ()) if network.is_shared
    }
    return tuple(
        sorted(
            helpers, key=lambda network: (network.organisation.kind != organisation.kind, str(network.organisation), network.name)
        )
    )
