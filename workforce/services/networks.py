"""The only writer of staff networks: add, change, confirm, meet, end."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q

from edi_portal.audit.services import record
from edi_portal.clock import business_now, business_today
from edi_portal.exceptions import Incomplete, InvalidTransition, StaleData
from edi_portal.reviews.services import ask_for_reviews, withdraw_reviews
from edi_portal.turns import free_slug
from organisations.models import Organisation
from organisations.permissions import require
from organisations.roles import Right
from workforce.models import NetworkMeeting, StaffNetwork


@dataclass(frozen=True, slots=True)
class NetworkEntry:
    """What an organisation says about a network. Hours are a month, money is whole pounds a year."""

    name: str
    characteristics: tuple[str, ...] = ()
    focus: str = ""
    purpose: str = ""
    contact: str = ""
    chair: str = ""
    sponsor: str = ""
    terms_agreed_on: date | None = None
    terms_link: str = ""
    started_on: date | None = None
    members: int | None = None
    leads: int | None = None
    protected_time: bool = False
    lead_hours: Decimal | None = None
    member_hours: Decimal | None = None
    budget: int | None = None
    maturity: int | None = None
    is_shared: bool = False
    partners: tuple[Organisation, ...] = ()


@transaction.atomic
def add_network(*, organisation: Organisation, entry: NetworkEntry, by: Any) -> StaffNetwork:
    """A new entry, confirmed by whoever adds it. Raises Incomplete when it does not hold together."""
    require(by, Right.KEEP_REGISTERS, organisation)
    network = StaffNetwork(organisation=organisation, slug=_free_slug(organisation))
    network.confirmed_at, network.confirmed_by = business_now(), by
    _write(network, entry, by)
    _ask_for_review(network, by)
    record(action="network.added", by=by, organisation=organisation, subject=f"network:{network.slug}")
    return network


@transaction.atomic
def change_network(*, network: StaffNetwork, entry: NetworkEntry, seen_version: int, by: Any) -> StaffNetwork:
    """Replace what the entry says and confirm it. Raises StaleData when somebody saved it since it was opened."""
    network = _locked(network)
    require(by, Right.KEEP_REGISTERS, network.organisation)
    if network.version != seen_version:
        raise StaleData(
            "Somebody changed this network while you were typing. Your answers are below; compare them before you save."
        )
    if network.ended_on is not None:
        raise InvalidTransition("This network has ended, so its entry stays as it was.")
    network.confirmed_at, network.confirmed_by = business_now(), by
    _write(network, entry, by)
    _ask_for_review(network, by)
    record(action="network.changed", by=by, organisation=network.organisation, subject=f"network:{network.slug}")
    return network


@transaction.atomic
def confirm_network(*, network: StaffNetwork, by: Any) -> StaffNetwork:
    """Say that a network which a public page names does exist; from then on it counts."""
    network = _locked(network)
    require(by, Right.KEEP_REGISTERS, network.organisation)
    network.confirmed_at, network.confirmed_by = business_now(), by
    _save(network, by)
    record(action="network.confirmed", by=by, organisation=network.organisation, subject=f"network:{network.slug}")
    return network


@transaction.atomic
def add_meeting(*, network: StaffNetwork, held_on: date, by: Any) -> NetworkMeeting:
    """Note that the network met. The same day twice is the same meeting."""
    network = _locked(network)
    require(by, Right.KEEP_REGISTERS, network.organisation)
    if network.ended_on is not None:
        raise InvalidTransition("This network has ended, so no meeting is added to it. Take the end back if it still meets.")
    if held_on > business_today():
        raise Incomplete("A meeting is noted when it has been held. Choose today or an earlier day.")
    meeting, created = NetworkMeeting.objects.get_or_create(network=network, held_on=held_on, defaults={"recorded_by": by})
    if created:
        record(action="network.met", by=by, organisation=network.organisation, subject=f"network:{network.slug}")
    return meeting


@transaction.atomic
def end_network(*, network: StaffNetwork, on: date, reason: str, by: Any) -> StaffNetwork:
    """The network ended, on a day that has come; its entry and its meetings stay on record."""
    network = _locked(network)
    require(by, Right.KEEP_REGISTERS, network.organisation)
    if network.ended_on is not None:
        raise InvalidTransition("This network has already ended.")
    if on > business_today():
        # Pages and lists take every network with a last day as ended, so none has one while it runs.
        raise Incomplete("A network is ended when its last day has come. Choose today or an earlier day.")
    if not reason.strip():
        raise Incomplete("Say why it ended: others who start one learn from it.")
    network.ended_on, network.end_reason = on, reason.strip()
    _save(network, by)
    record(action="network.ended", by=by, organisation=network.organisation, subject=f"network:{network.slug}")
    return network


@transaction.atomic
def reopen_network(*, network: StaffNetwork, by: Any) -> StaffNetwork:
    """Undo an end that was a mistake."""
    network = _locked(network)
    require(by, Right.KEEP_REGISTERS, network.organisation)
    if network.ended_on is None:
        raise InvalidTransition("This network has not ended.")
    network.ended_on, network.end_reason = None, ""
    _save(network, by)
    record(action="network.reopened", by=by, organisation=network.organisation, subject=f"network:{network.slug}")
    return network


@transaction.atomic
def ask_about_shared_networks() -> int:
    """Put into the queue every text of a shared network that no reviewer was asked about, as after an upgrade; how many."""
    shared = StaffNetwork.objects.filter(Q(is_shared=True) | Q(partners__isnull=False)).distinct()
    return sum(_ask_for_review(network, None) for network in shared.select_related("organisation"))


def _ask_for_review(network: StaffNetwork, by: Any) -> int:
    """Others, partners in it as well, read the texts of a network after a reviewer has."""
    if not network.is_shared and not network.is_joint:
        withdraw_reviews([network])
        return 0
    return ask_for_reviews(rows=[network], organisation=network.organisation, by=by)


def _locked(network: StaffNetwork) -> StaffNetwork:
    return StaffNetwork.objects.select_related("organisation").select_for_update(of=("self",)).get(pk=network.pk)


def _write(network: StaffNetwork, entry: NetworkEntry, by: Any) -> None:
    for name in NetworkEntry.__dataclass_fields__.keys() - {"partners", "characteristics"}:
        setattr(network, name, getattr(entry, name))
    network.characteristics = sorted(entry.characteristics)
    if network.organisation in entry.partners:
        raise Incomplete("Partners are the other organisations. Leave your own out.")
    _save(network, by)
    network.partners.set(entry.partners)


def _save(network: StaffNetwork, by: Any) -> None:
    network.version += 1
    network.changed_at, network.changed_by = business_now(), by
    try:
        network.full_clean(exclude=["changed_by", "confirmed_by"])
    except ValidationError as error:
        raise Incomplete(" ".join(error.messages)) from error
    network.save()


def _free_slug(organisation: Organisation) -> str:
    """An address without a word of the name: others read addresses, and the name only after its review."""
    return free_slug(StaffNetwork, f"{organisation.slug}-network"[:110])
