"""Invitations: one use, seven days, bound to address, organisation and role; two admins for a new admin."""

import re
from datetime import timedelta
from io import StringIO

import pytest
from django.core import mail
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client
from django.utils import timezone

from edi_portal.exceptions import Incomplete, InvalidTransition, NotAllowed
from organisations.models import Invitation, Membership, User
from organisations.permissions import can
from organisations.roles import Right, Role
from organisations.services.invitations import (
    accept_invitation,
    confirm_invitation,
    hash_of,
    invite,
    needs_second_admin,
    open_invitation,
    send_again,
    withdraw_invitation,
)
from tests.organisations.factories import PASSWORD, OrganisationFactory, UserFactory, person, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin():
    return person(Role.PORTAL_ADMIN)


@pytest.fixture
def organisation():
    return OrganisationFactory(slug="north", short_name="North")


@pytest.fixture
def sent(admin, organisation, django_capture_on_commit_callbacks):
    """An invitation to be EDI lead, sent: the row and the secret of its link."""

    def send(**changes):
        fields = {
            "email": "New@Example.invalid",
            "display_name": "New lead",
            "role": Role.EDI_LEAD,
            "organisation": organisation,
            "by": admin,
        }
        with django_capture_on_commit_callbacks(execute=True):
            invitation = invite(**{**fields, **changes})
        return invitation, token_in(mail.outbox[-1].body) if mail.outbox else ""

    return send


def token_in(body):
    return re.search(r"/invitations/([\w-]+)/", body).group(1)


def test_the_message_goes_to_the_address_and_names_the_role(sent):
    invitation, token = sent()
    assert mail.outbox[0].to == ["new@example.invalid"]
    assert "EDI lead, North" in mail.outbox[0].subject
    assert invitation.token_hash == hash_of(token)
    assert token not in str(list(Invitation.objects.values()))


@pytest.mark.security(20)
def test_accepting_makes_account_and_membership_once(sent, organisation):
    _, token = sent()
    membership = accept_invitation(token=token, display_name="New lead", password=PASSWORD)
    assert (membership.user.email, membership.role, membership.organisation) == (
        "new@example.invalid",
        Role.EDI_LEAD,
        organisation,
    )
    assert can(membership.user, Right.EDIT_RETURN, organisation)
    assert membership.user.check_password(PASSWORD)
    with pytest.raises(InvalidTransition, match="has been used"):
        accept_invitation(token=token, display_name="Again", password=PASSWORD)
    assert Membership.objects.filter(organisation=organisation).count() == 1


@pytest.mark.security(20)
def test_a_link_lasts_seven_days_of_real_time(sent):
    invitation, token = sent()
    assert timedelta(days=6, hours=23) < invitation.expires_at - timezone.now() <= timedelta(days=7)
    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert open_invitation(token) is None
    with pytest.raises(InvalidTransition, match="older than 7 days"):
        accept_invitation(token=token, display_name="Late", password=PASSWORD)
    assert not User.objects.filter(email="new@example.invalid").exists()


def test_sending_again_kills_the_old_link(sent, admin, django_capture_on_commit_callbacks):
    invitation, token = sent()
    with django_capture_on_commit_callbacks(execute=True):
        send_again(invitation=invitation, by=admin)
    assert open_invitation(token) is None
    assert open_invitation(token_in(mail.outbox[-1].body)) == invitation


def test_a_withdrawn_invitation_is_dead(sent, admin):
    invitation, token = sent()
    withdraw_invitation(invitation=invitation, by=admin)
    with pytest.raises(InvalidTransition):
        accept_invitation(token=token, display_name="X", password=PASSWORD)
    with pytest.raises(InvalidTransition, match="accepted or withdrawn already"):
        send_again(invitation=invitation, by=admin)


@pytest.mark.security(20)
def test_an_account_accepts_only_its_own_invitation(sent, organisation):
    account, other = UserFactory(email="new@example.invalid"), UserFactory()
    _, token = sent()
    for wrong in (None, other):
        with pytest.raises(NotAllowed, match="another account"):
            accept_invitation(token=token, by=wrong, password="take over the account now")
    account.refresh_from_db()
    assert account.check_password(PASSWORD)
    assert accept_invitation(token=token, by=account).user == account


def test_a_weak_password_makes_no_account(sent):
    _, token = sent()
    with pytest.raises(Incomplete, match="too short"):
        accept_invitation(token=token, display_name="New", password="short")
    assert not User.objects.filter(email="new@example.invalid").exists()
    assert open_invitation(token) is not None


def test_one_open_invitation_for_one_role(sent, organisation):
    sent()
    with pytest.raises(InvalidTransition, match="Send that one again"):
        sent()
    sent(organisation=OrganisationFactory())


def test_nobody_is_invited_to_a_role_they_hold(sent, organisation):
    lead = person(Role.EDI_LEAD, organisation)
    with pytest.raises(InvalidTransition, match="already holds"):
        sent(email=lead.email.upper())


def test_a_lead_invites_nobody(sent, organisation):
    with pytest.raises(NotAllowed):
        sent(by=person(Role.EDI_LEAD, organisation))


def test_a_new_admin_needs_a_second_admin(sent, admin, django_capture_on_commit_callbacks):
    invitation, _ = sent(role=Role.PORTAL_ADMIN, organisation=None)
    assert needs_second_admin(invitation)
    assert mail.outbox == []
    assert invitation.token_hash == ""
    with pytest.raises(NotAllowed, match="Another portal admin"):
        confirm_invitation(invitation=invitation, by=admin)
    with pytest.raises(InvalidTransition, match="must confirm"):
        send_again(invitation=invitation, by=admin)
    with django_capture_on_commit_callbacks(execute=True):
        confirm_invitation(invitation=invitation, by=person(Role.PORTAL_ADMIN))
    membership = accept_invitation(token=token_in(mail.outbox[-1].body), display_name="Third admin", password=PASSWORD)
    assert can(membership.user, Right.ONBOARD)


def test_accepting_on_the_page_signs_in_and_asks_for_the_second_factor(sent, organisation):
    _, token = sent()
    client = Client()
    page = f"/invitations/{token}/"
    assert "EDI lead, North" in client.get(page).content.decode()
    assert Membership.objects.filter(organisation=organisation).count() == 0
    answer = client.post(page, {"display_name": "New lead", "password": "short", "role": "portal_admin"})
    assert answer.status_code == 200 and "too short" in answer.content.decode()
    answer = client.post(page, {"display_name": "New lead", "password": PASSWORD, "role": "portal_admin"})
    assert answer.headers["Location"] == "/account/second-factor/totp/activate/"
    assert User.objects.get(email="new@example.invalid").memberships.get().role == Role.EDI_LEAD
    assert client.get("/organisations/").headers["Location"] == "/account/second-factor/totp/activate/"
    assert Client().get(page).status_code == 410


def test_the_page_sends_a_known_address_to_sign_in(sent):
    account = UserFactory(email="new@example.invalid")
    _, token = sent()
    page = f"/invitations/{token}/"
    assert Client().get(page).headers["Location"] == f"/account/login/?next={page}"
    assert signed_in(UserFactory()).get(page).status_code == 403
    client = signed_in(account)
    assert client.get(page).status_code == 200
    assert client.post(page).headers["Location"] == "/"
    assert account.memberships.get().role == Role.EDI_LEAD


def test_a_link_that_was_never_made_looks_like_a_used_one(sent):
    _, token = sent()
    accept_invitation(token=token, display_name="New lead", password=PASSWORD)
    used, unknown = Client().get(f"/invitations/{token}/"), Client().get("/invitations/never-made/")
    assert used.status_code == unknown.status_code == 410
    strip = re.compile(r'name="csrfmiddlewaretoken" value="\w+"|nonce="[^"]+"')
    assert strip.sub("", used.content.decode()) == strip.sub("", unknown.content.decode())


def test_the_command_invites_the_first_two_admins_only(django_capture_on_commit_callbacks):
    person(Role.PORTAL_ADMIN)
    with django_capture_on_commit_callbacks(execute=True):
        call_command("invite_portal_admin", "first@example.invalid", "Second admin", stdout=StringIO())
    assert accept_invitation(token=token_in(mail.outbox[-1].body), display_name="A", password=PASSWORD).role == Role.PORTAL_ADMIN
    with pytest.raises(CommandError, match="Ask one of them"):
        call_command("invite_portal_admin", "third@example.invalid", "Third admin")
