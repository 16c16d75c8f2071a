"""Accounts of the demonstration: one for each role, and a lead and a sponsor for every organisation.

No account stands for a person: the names are roles. Password and one-time-code secret are public, printed on the
demonstration's sign-in page, so these accounts are refused wherever the demonstration is off.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import Count, Min
from django.utils import timezone

from edi_portal.audit.services import record
from edi_portal.clock import business_today
from edi_portal.exceptions import NotAllowed
from edi_portal.periods import Quarter
from organisations.models import (
    AccessReview,
    Delegation,
    FootprintMembership,
    Membership,
    Organisation,
    OrganisationCode,
    Place,
    User,
)
from organisations.roles import CONTRIBUTOR_AREAS, Role
from organisations.second_factor import encrypt
from organisations.services.memberships import project_rights

DOMAIN = "demo.edi-portal.invalid"
PASSWORD = "edi-portal-demonstration"  # noqa: S105 - shown on the demonstration's sign-in page
TOTP_SECRET = "EDIPORTALDEMONSTRATIONACCOUNTS22"  # noqa: S105 - shown on the demonstration's sign-in page

# The organisations whose accounts have a button, by ODS code in the reference data: acute, mental health, commissioning group.
FEATURED = ("rjr", "rw4", "01f")
SHARED_LEAD = "lead.shared"
SHARED_LEAD_AT = ("99A", "01F", "01J")
HEALTHWATCH_PLACE = "liverpool"
AREA = "recruitment"
# Contributors of the first featured organisation, by the beginning of their address; the first one has a button.
CONTRIBUTORS = {"contributor": AREA, "learning": "learning", "patients": "patient-experience"}
# Who looks as if they had left: the account of this contributor never signed in.
QUIET = f"patients.{FEATURED[0]}"
# Where nobody has confirmed in this quarter who still needs access, by ODS code; nor are the roles outside organisations.
REVIEWER, REVIEW_DUE, REVIEWED_BEFORE = "admin.one", FEATURED[:2], timedelta(days=13)
# Whoever signs for the sponsor of the second featured organisation during leave.
DEPUTY, LEAVE = f"deputy.{FEATURED[1]}", timedelta(days=11)


@dataclass(frozen=True, slots=True)
class Planned:
    """An account to make: the part of the address before the @, the name, and the roles it holds."""

    local_part: str
    display_name: str
    roles: tuple[tuple[Role, Organisation | Place | None], ...]
    area: str = ""

    @property
    def email(self) -> str:
        """The address to sign in with."""
        return f"{self.local_part}@{DOMAIN}"


@transaction.atomic
def make_demonstration_accounts() -> int:
    """Make the accounts that are missing; the number made. Raises NotAllowed outside the demonstration."""
    if not (settings.DEMONSTRATION or settings.TESTING):
        raise NotAllowed("Demonstration accounts exist only with PORTAL_DEMONSTRATION=1.")
    planned = list(_planned())
    have = set(User.objects.filter(is_demonstration=True).values_list("email", flat=True))
    new = [account for account in planned if account.email not in have]
    make_accounts(new)
    if any(account.local_part == DEPUTY for account in new):
        _delegate()
    if any(account.local_part == REVIEWER for account in new):
        _review_access()
    if new:
        record(action="demonstration.accounts_made", by=None, subject="demonstration:accounts", details={"made": len(new)})
    return len(new)


def make_accounts(planned: Iterable[Planned]) -> None:
    """Make these accounts of the demonstration; none of them may exist."""
    password = make_password(PASSWORD)
    first_day = Organisation.objects.aggregate(day=Min("footprint_memberships__valid_from"))["day"]
    for account in planned:
        _make(account, password, first_day)


def featured_local_parts() -> tuple[str, ...]:
    """The accounts with a button on the demonstration's sign-in page, in the order shown."""
    first, *others = FEATURED
    return (
        f"lead.{first}",
        f"contributor.{first}",
        f"sponsor.{first}",
        *(f"{role}.{code}" for code in others for role in ("lead", "sponsor")),
        DEPUTY,
        SHARED_LEAD,
        "steering",
        "board",
        "healthwatch",
        "admin.one",
        "admin.two",
    )


def _planned() -> Iterable[Planned]:
    organisations = _by_code()
    for code, organisation in organisations.items():
        for local, role, label in (("lead", Role.EDI_LEAD, "EDI lead"), ("sponsor", Role.EXECUTIVE_SPONSOR, "Executive sponsor")):
            yield Planned(f"{local}.{code.lower()}", f"{label}, {organisation.short_name}", ((role, organisation),))
    acute = organisations[FEATURED[0].upper()]
    for begins, area in CONTRIBUTORS.items():
        name = f"Contributor for {CONTRIBUTOR_AREAS[area]}, {acute.short_name}"
        yield Planned(f"{begins}.{FEATURED[0]}", name, ((Role.CONTRIBUTOR, acute),), area=area)
    yield Planned(DEPUTY, f"Deputy director, {organisations[FEATURED[1].upper()].short_name}", ())
    shared = tuple((Role.EDI_LEAD, organisations[code]) for code in SHARED_LEAD_AT)
    yield Planned(SHARED_LEAD, "Shared EDI lead of the support unit", shared)
    yield Planned("steering", "Steering group member", ((Role.STEERING_MEMBER, None),))
    yield Planned("board", "Board member", ((Role.BOARD_MEMBER, None),))
    place = Place.objects.get(slug=HEALTHWATCH_PLACE)
    yield Planned("healthwatch", f"Healthwatch reader, {place.name}", ((Role.HEALTHWATCH_READER, place),))
    yield Planned("admin.one", "First portal admin", ((Role.PORTAL_ADMIN, None),))
    yield Planned("admin.two", "Second portal admin", ((Role.PORTAL_ADMIN, None),))


def _by_code() -> dict[str, Organisation]:
    """Every organisation that is or was a member by today, by its first ODS code."""
    members = FootprintMembership.objects.filter(valid_from__lte=business_today())
    codes = OrganisationCode.objects.filter(organisation__in=members.values("organisation"))
    return {code.code: code.organisation for code in codes.select_related("organisation").order_by("-valid_from")}


def _delegate() -> None:
    """The sponsor's leave: the deputy signs from today on, for some days."""
    sponsor, deputy = (User.objects.get(email=f"{local}@{DOMAIN}") for local in (f"sponsor.{FEATURED[1]}", DEPUTY))
    organisation, today = sponsor.memberships.get().organisation, business_today()
    if organisation is None:
        raise LookupError("The demonstration's sponsor has no organisation.")
    days = {"valid_from": today, "valid_to": today + LEAVE}
    delegation = Delegation.objects.create(
        organisation=organisation,
        sponsor=sponsor,
        display_name=deputy.display_name,
        email=deputy.email,
        delegate=deputy,
        **days,
    )
    membership = Membership.objects.create(
        user=deputy,
        role=Role.EXECUTIVE_SPONSOR,
        organisation=organisation,
        granted_by=sponsor,
        delegation=delegation,
        **days,
    )
    project_rights(membership)


def _review_access() -> None:
    """The quarter's access review: done nearly everywhere some days ago, due at a few; there it was done the quarter before."""
    admin, day = User.objects.get(email=f"{REVIEWER}@{DOMAIN}"), business_today() - REVIEWED_BEFORE
    before = Quarter.containing(business_today()).first_day - REVIEWED_BEFORE
    late = {organisation.pk for code, organisation in _by_code().items() if code.lower() in REVIEW_DUE}
    held = Membership.objects.in_force().order_by().values_list("organisation").annotate(roles=Count("pk"))
    AccessReview.objects.bulk_create(
        AccessReview(organisation_id=key, reviewed_on=before if key in late else day, reviewed_by=admin, roles=roles)
        for key, roles in held
        if key is not None
    )


def _make(account: Planned, password: str, first_day: date) -> None:
    user = User.objects.create(
        email=account.email,
        display_name=account.display_name,
        password=password,
        is_demonstration=True,
        last_login=None if account.local_part == QUIET else timezone.now(),
    )
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": encrypt(TOTP_SECRET)})
    for role, where in account.roles:
        membership = Membership.objects.create(
            user=user,
            role=role,
            organisation=where if isinstance(where, Organisation) else None,
            place=where if isinstance(where, Place) else None,
            area=account.area,
            valid_from=first_day,
        )
        project_rights(membership)
