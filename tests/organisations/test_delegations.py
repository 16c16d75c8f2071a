"""Who signs during leave: named by the sponsor, for some days, never passed on, never somebody who fills in."""

import re
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from edi_portal.audit.models import AuditEvent
from edi_portal.clock import business_today, set_business_day
from edi_portal.exceptions import Incomplete, InvalidTransition, NotAllowed
from organisations.models import Delegation, Invitation, Membership, Organisation, User
from organisations.permissions import can
from organisations.roles import Right, Role
from organisations.selectors.delegations import delegation_used, signers_of
from organisations.services.delegations import end_delegation, make_delegation
from organisations.services.invitations import accept_invitation, open_invitation
from organisations.services.memberships import end_membership, withdraw_membership
from organisations.services.organisations import close_organisation
from tests.organisations.factories import OrganisationFactory, UserFactory, hold, person, signed_in

pytestmark = pytest.mark.django_db
PAGE = "/delegations/"
Days = tuple[int, int]


@pytest.fixture
def trust() -> Organisation:
    return OrganisationFactory.create()


@pytest.fixture
def sponsor(trust: Organisation) -> User:
    return person(Role.EXECUTIVE_SPONSOR, trust)


def name(trust: Organisation, by: User, email: str, days: Days = (0, 10)) -> Delegation:
    first, last = (business_today() + timedelta(days=number) for number in days)
    return make_delegation(organisation=trust, email=email, display_name="Deputy", valid_from=first, valid_to=last, by=by)


def colleague(trust: Organisation) -> User:
    """Somebody known at the organisation who does not fill in: a sponsor whose own days are over before the leave."""
    user = UserFactory.create()
    hold(user, Role.EXECUTIVE_SPONSOR, trust, valid_to=business_today())
    return user


def token_of(mail: object) -> str:
    found = re.search(r"/invitations/([^/\s]+)/", mail.body)  # type: ignore[attr-defined]
    assert found
    return found[1]


def test_a_known_colleague_may_sign_from_the_first_day_to_the_last(trust: Organisation, sponsor: User) -> None:
    deputy = colleague(trust)
    row = name(trust, sponsor, deputy.email, (5, 8))
    assert row.delegate == deputy
    today = business_today()
    for number, may in ((4, False), (5, True), (8, True), (9, False)):
        set_business_day(today + timedelta(days=number))
        assert can(User.objects.get(pk=deputy.pk), Right.SIGN_OFF_RETURN, trust) is may, number
    set_business_day(None)


def test_somebody_new_is_invited_and_the_role_has_the_days_of_the_delegation(
    trust: Organisation, sponsor: User, mailoutbox: list, django_capture_on_commit_callbacks: object
) -> None:
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        row = name(trust, sponsor, "Deputy@Example.invalid", (0, 6))
    assert (row.delegate, row.email) == (None, "deputy@example.invalid")
    membership = accept_invitation(token=token_of(mailoutbox[0]), display_name="Deputy", password="three quiet wooden boats")
    row.refresh_from_db()
    assert (membership.valid_from, membership.valid_to) == (row.valid_from, row.valid_to)
    assert (membership.delegation, row.delegate) == (row, membership.user)
    assert membership.label == f"Executive sponsor (delegate), {trust}"


def test_an_account_elsewhere_is_answered_like_an_address_nobody_has(trust: Organisation, sponsor: User) -> None:
    elsewhere = person(Role.BOARD_MEMBER)
    for days, email in (((0, 3), elsewhere.email), ((4, 6), "nobody@example.invalid")):
        row = name(trust, sponsor, email, days)
        assert row.delegate is None and row.invitations.count() == 1


@pytest.mark.parametrize("role", [Role.EDI_LEAD, Role.CONTRIBUTOR])
def test_nobody_who_fills_in_the_return_becomes_a_delegate(trust: Organisation, sponsor: User, role: Role) -> None:
    with pytest.raises(NotAllowed, match="fills in the return"):
        name(trust, sponsor, person(role, trust).email)


def test_an_invited_delegate_who_became_lead_meanwhile_cannot_accept(
    trust: Organisation, sponsor: User, mailoutbox: list, django_capture_on_commit_callbacks: object
) -> None:
    elsewhere = person(Role.BOARD_MEMBER)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        name(trust, sponsor, elsewhere.email)
    hold(elsewhere, Role.EDI_LEAD, trust)
    with pytest.raises(NotAllowed, match="fills in the return"):
        accept_invitation(token=token_of(mailoutbox[0]), by=elsewhere)


def test_a_delegate_names_no_further_delegate(trust: Organisation, sponsor: User) -> None:
    deputy = UserFactory.create()
    hold(deputy, Role.EXECUTIVE_SPONSOR, trust, valid_to=business_today() - timedelta(days=1), valid_from=date(2019, 1, 1))
    hold(deputy, Role.HEALTHWATCH_READER, _place())
    row = Delegation.objects.create(
        organisation=trust,
        sponsor=sponsor,
        email=deputy.email,
        display_name="Deputy",
        delegate=deputy,
        valid_from=business_today(),
        valid_to=business_today() + timedelta(days=3),
    )
    hold(deputy, Role.EXECUTIVE_SPONSOR, trust, valid_from=row.valid_from, valid_to=row.valid_to, delegation=row)
    with pytest.raises(NotAllowed, match="further delegate"):
        name(trust, deputy, "third@example.invalid")
    assert signers_of(trust, besides=sponsor) == [f"{deputy} (delegate until {row.valid_to:%-d %B %Y})"]
    assert delegation_used(trust, deputy, business_today()) == row
    assert delegation_used(trust, sponsor, business_today()) is None


def _place() -> object:
    from tests.organisations.factories import PlaceFactory

    return PlaceFactory.create()


@pytest.mark.parametrize(
    ("days", "said"), [((-1, 3), "today or later"), ((3, 2), "first day or later"), ((0, 200), "three months at most")]
)
def test_days_out_of_order_are_refused(trust: Organisation, sponsor: User, days: Days, said: str) -> None:
    with pytest.raises(Incomplete, match=said):
        name(trust, sponsor, "deputy@example.invalid", days)


def test_a_sponsor_names_one_person_at_a_time_and_never_themselves(trust: Organisation, sponsor: User) -> None:
    name(trust, sponsor, "first@example.invalid", (0, 5))
    with pytest.raises(InvalidTransition, match="already"):
        name(trust, sponsor, "second@example.invalid", (5, 9))
    name(trust, sponsor, "second@example.invalid", (6, 9))
    with pytest.raises(Incomplete, match="another person"):
        name(trust, sponsor, sponsor.email, (20, 21))


def test_the_database_refuses_overlap_oneself_and_no_end(trust: Organisation, sponsor: User) -> None:
    today = business_today()
    given = {"organisation": trust, "sponsor": sponsor, "email": "a@example.invalid", "display_name": "A", "valid_from": today}
    Delegation.objects.create(**given, valid_to=today)
    for fields, constraint in (
        ({"valid_to": today}, "delegation_one_at_a_time"),
        ({"valid_to": None}, "delegation_"),
        ({"valid_to": today, "delegate": sponsor, "organisation": OrganisationFactory.create()}, "delegation_to_another_person"),
    ):
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            Delegation.objects.create(**given | fields)
    with pytest.raises(IntegrityError, match="membership_delegated_ends"), transaction.atomic():
        hold(UserFactory.create(), Role.EXECUTIVE_SPONSOR, trust, delegation=Delegation.objects.get())


def test_ending_takes_the_right_away_at_once_and_kills_an_open_invitation(
    trust: Organisation, sponsor: User, mailoutbox: list, django_capture_on_commit_callbacks: object
) -> None:
    deputy = colleague(trust)
    row = name(trust, sponsor, deputy.email, (1, 4))
    end_delegation(delegation=row, by=sponsor)
    assert Membership.objects.get(delegation=row).withdrawn_at is not None
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        invited = name(trust, sponsor, "deputy@example.invalid", (1, 4))
    token = token_of(mailoutbox[0])
    assert open_invitation(token) is not None
    end_delegation(delegation=invited, by=person(Role.PORTAL_ADMIN))
    assert open_invitation(token) is None
    assert Invitation.objects.get().withdrawn_at is not None
    with pytest.raises(InvalidTransition, match="ended already"):
        end_delegation(delegation=invited, by=sponsor)
    kinds = list(AuditEvent.objects.filter(action__startswith="delegation").order_by("pk").values_list("action", flat=True))
    assert kinds == ["delegation.made", "delegation.ended"] * 2


def test_a_portal_admin_neither_prolongs_a_delegates_role_nor_leaves_a_dead_one_standing(
    trust: Organisation, sponsor: User
) -> None:
    row, admin = name(trust, sponsor, colleague(trust).email, (1, 4)), person(Role.PORTAL_ADMIN)
    membership = Membership.objects.get(delegation=row)
    with pytest.raises(InvalidTransition, match="and no longer"):
        end_membership(membership=membership, by=admin, last_day=row.valid_to + timedelta(days=1))  # type: ignore[operator]
    withdraw_membership(membership=membership, by=admin, reason="Moved on")
    row.refresh_from_db()
    assert row.ended_by == admin, "the page no longer says that somebody may sign"


def test_nobody_signs_for_a_leave_that_begins_after_the_organisation_left(trust: Organisation, sponsor: User) -> None:
    deputy, today = colleague(trust), business_today()
    row, admin = name(trust, sponsor, deputy.email, (40, 50)), person(Role.PORTAL_ADMIN)
    close_organisation(organisation=trust, last_day=today + timedelta(days=30), reason="Work ended", by=admin)
    set_business_day(today + timedelta(days=45))
    assert not can(User.objects.get(pk=deputy.pk), Right.SIGN_OFF_RETURN, trust)
    row.refresh_from_db()
    assert row.ended_by == admin, "the page no longer says that somebody will sign"


def test_an_invitation_dies_with_the_last_day(
    trust: Organisation, sponsor: User, mailoutbox: list, django_capture_on_commit_callbacks: object
) -> None:
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        name(trust, sponsor, "deputy@example.invalid", (0, 2))
    token = token_of(mailoutbox[0])
    set_business_day(business_today() + timedelta(days=3))
    assert open_invitation(token) is None


def test_the_page_shows_lead_and_admin_who_signs_and_lets_the_sponsor_name(trust: Organisation, sponsor: User) -> None:
    today = business_today()
    typed = {"display_name": "Deputy director", "email": "deputy@example.invalid", "valid_from": f"{today:%d/%m/%Y}"}
    client = signed_in(sponsor)
    wrong = client.post(PAGE, typed | {"valid_to": f"{today - timedelta(days=2):%d/%m/%Y}"})
    assert wrong.status_code == 422 and "deputy@example.invalid" in wrong.content.decode(), "what was typed stays"
    right = client.post(PAGE, typed | {"valid_to": f"{today + timedelta(days=9):%d/%m/%Y}"})
    assert right.headers["Location"] == reverse("organisations:delegations")
    for user in (person(Role.EDI_LEAD, trust), person(Role.PORTAL_ADMIN)):
        text = signed_in(user).get(PAGE).content.decode()
        assert "Deputy director" in text and "Name a delegate" not in text
    elsewhere = person(Role.EDI_LEAD, OrganisationFactory.create())
    assert "Deputy director" not in signed_in(elsewhere).get(PAGE).content.decode()
