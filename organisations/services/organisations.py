"""Adding an organisation, merging it into another, closing it."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from edi_portal.audit.services import record
from edi_portal.clock import business_today
from edi_portal.exceptions import Incomplete, InvalidTransition
from organisations.models import (
    FootprintMembership,
    Invitation,
    Kind,
    Membership,
    Organisation,
    OrganisationCode,
    OrganisationName,
    OrganisationPlace,
    PeerGroup,
    PeerGroupMembership,
    Place,
    Succession,
    User,
)
from organisations.models.dated import Dated
from organisations.permissions import require
from organisations.roles import Right
from organisations.services.memberships import project_rights, withdraw_membership
from organisations.services.names import refresh_names

# The peer group that an organisation of a kind starts in.
PEER_GROUP_OF_KIND = {
    Kind.ACUTE: PeerGroup.ACUTE,
    Kind.ACUTE_SPECIALIST: PeerGroup.ACUTE_SPECIALIST,
    Kind.MENTAL_HEALTH: PeerGroup.MENTAL_HEALTH,
    Kind.COMMUNITY: PeerGroup.COMMUNITY,
    Kind.AMBULANCE: PeerGroup.AMBULANCE,
    Kind.CCG: PeerGroup.CCG,
    Kind.CSU: PeerGroup.CSU,
    Kind.ICB: PeerGroup.CCG,
}


@dataclass(frozen=True, slots=True)
class NewOrganisation:
    """What is needed to add an organisation."""

    name: str
    short_name: str
    kind: Kind
    ods_code: str
    member_from: date
    place: Place | None = None
    headcount_estimate: int | None = None
    staff_fte: Decimal | None = None


@transaction.atomic
def onboard_organisation(*, new: NewOrganisation, by: User) -> Organisation:
    """Add an organisation as a member of the partnership, with name, code, place and peer group from the first day on.

    Raises Incomplete when a name, code or key is taken or does not have the right shape.
    """
    require(by, Right.ONBOARD)
    slug = slugify(new.short_name)
    if Organisation.objects.filter(slug=slug).exists():
        raise Incomplete(f"There is an organisation with the short name {new.short_name} already. Give it another short name.")
    organisation = Organisation(
        slug=slug,
        kind=new.kind,
        name=new.name,
        short_name=new.short_name,
        headcount_estimate=new.headcount_estimate,
        staff_fte=new.staff_fte,
    )
    _save(organisation)
    days = {"organisation": organisation, "valid_from": new.member_from}
    _save(OrganisationName(name=new.name, short_name=new.short_name, **days))
    _save(OrganisationCode(code=new.ods_code, **days))
    _save(FootprintMembership(**days))
    _save(PeerGroupMembership(group=PEER_GROUP_OF_KIND[new.kind], why="The peer group of its kind.", **days))
    if new.place is not None:
        OrganisationPlace.objects.create(organisation=organisation, place=new.place)
    record(action="organisation.onboarded", by=by, organisation=organisation, subject=f"organisation:{slug}")
    return organisation


@transaction.atomic
def merge_organisations(
    *,
    predecessor: Organisation,
    successor: Organisation,
    effective_on: date,
    by: User,
    new_name: str = "",
    new_short_name: str = "",
) -> Succession:
    """The predecessor goes into the successor on a day; its membership, peer group, code and people's roles end the day before.

    A new name for the successor begins on that day. Figures of both before the day stay theirs; the series breaks there.
    """
    require(by, Right.ONBOARD)
    if predecessor.pk == successor.pk:
        raise InvalidTransition("An organisation cannot be merged with itself. Choose the organisation that carries on.")
    _check_member(successor, effective_on)
    _end_dated_rows(predecessor, last_day=effective_on - timedelta(days=1), by=by)
    succession = Succession.objects.create(
        predecessor=predecessor,
        successor=successor,
        nature=Succession.Nature.MERGER,
        effective_on=effective_on,
        predecessor_name=predecessor.name,
        successor_name=new_name or successor.name,
        breaks_series=True,
        status="Entered by a portal admin",
    )
    if new_name:
        _rename(successor, new_name, new_short_name or successor.short_name, effective_on)
    record(
        action="organisation.merged",
        by=by,
        organisation=predecessor,
        subject=f"organisation:{predecessor.slug}",
        details={"into": successor.slug, "on": effective_on.isoformat()},
    )
    return succession


@transaction.atomic
def close_organisation(*, organisation: Organisation, last_day: date, reason: str, by: User) -> Succession:
    """The organisation leaves the partnership after its last day and nobody takes its place; its figures stay on record."""
    require(by, Right.ONBOARD)
    _end_dated_rows(organisation, last_day=last_day, by=by)
    succession = Succession.objects.create(
        predecessor=organisation,
        nature=Succession.Nature.CLOSURE,
        effective_on=last_day + timedelta(days=1),
        predecessor_name=organisation.name,
        successor_name="",
        effect=reason,
        status="Entered by a portal admin",
    )
    record(action="organisation.closed", by=by, organisation=organisation, subject=f"organisation:{organisation.slug}")
    return succession


def _rename(organisation: Organisation, name: str, short_name: str, first_day: date) -> None:
    _end(OrganisationName.objects.on(first_day).filter(organisation=organisation).first(), first_day - timedelta(days=1))
    _save(OrganisationName(organisation=organisation, name=name, short_name=short_name, valid_from=first_day))
    refresh_names(business_today())


def _check_member(organisation: Organisation, day: date) -> None:
    if not FootprintMembership.objects.on(day).filter(organisation=organisation).exists():
        raise InvalidTransition(f"{organisation} is not a member of the partnership on that day.")


def _end_dated_rows(organisation: Organisation, *, last_day: date, by: User) -> None:
    """Raises InvalidTransition for an organisation that is no member then, or whose leaving was entered before.

    Invitations that are open are taken back: accepted later they would give a role that outlives the organisation. So are roles
    that were to begin after the last day, such as that of a delegate for a later leave.
    """
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    _check_member(organisation, last_day)
    _check_member(organisation, last_day + timedelta(days=1))
    for table in (FootprintMembership, PeerGroupMembership, OrganisationCode):
        for row in table.objects.on(last_day).filter(organisation=organisation):
            _end(row, last_day)
    for membership in Membership.objects.on(last_day).filter(organisation=organisation).select_related("organisation", "user"):
        _end(membership, last_day)
        project_rights(membership)
    for planned in Membership.objects.filter(organisation=organisation, valid_from__gt=last_day, withdrawn_at=None):
        withdraw_membership(membership=planned, by=by, reason="The organisation leaves before this role begins.")
    waiting = Invitation.objects.filter(organisation=organisation, accepted_at=None, withdrawn_at=None)
    waiting.update(withdrawn_at=timezone.now(), withdrawn_by=by, token_hash="")


def _end(row: Dated | None, last_day: date) -> None:
    if row is None:
        return
    row.valid_to = last_day
    _save(row)


def _save(row: Organisation | Dated) -> None:
    """Save after the constraints have been asked, so that a breach comes as a sentence."""
    try:
        row.full_clean()
    except ValidationError as error:
        raise Incomplete(" ".join(error.messages)) from error
    row.save()
