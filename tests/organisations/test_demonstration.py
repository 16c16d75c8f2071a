"""The demonstration's sign-in page and outbox: there with the setting, absent without it."""

import pytest
from django.core.mail import send_mail
from django.test import Client, override_settings

from edi_portal.exceptions import NotAllowed
from organisations.models import Organisation, OutboxMessage, User
from organisations.roles import Role
from organisations.selectors.people import blocks
from organisations.services.demonstration_accounts import DOMAIN, PASSWORD, featured_local_parts, make_demonstration_accounts
from organisations.views.demonstration import current_code

pytestmark = pytest.mark.django_db

PAGES = ("/demonstration/", "/outbox/")


@pytest.fixture
def accounts():
    make_demonstration_accounts()


@pytest.mark.security(43)
def test_the_pages_do_not_exist_without_the_setting(accounts):
    OutboxMessage.objects.create(recipient="a@example.invalid", sender="b", subject="s", body="b")
    pk = OutboxMessage.objects.get().pk
    for page in (*PAGES, f"/outbox/{pk}/"):
        assert Client().get(page).status_code == 404
    assert Client().post("/demonstration/", {"account": f"admin.one@{DOMAIN}"}).status_code == 404


@override_settings(DEMONSTRATION=True)
def test_one_button_for_each_featured_account(accounts):
    page = Client().get("/demonstration/").content.decode()
    for local_part in featured_local_parts():
        assert f'value="{local_part}@{DOMAIN}"' in page
    assert PASSWORD in page and current_code() in page


def test_the_featured_accounts_hold_every_role_at_four_kinds_of_organisation(accounts):
    users = User.objects.filter(email__in=[f"{local_part}@{DOMAIN}" for local_part in featured_local_parts()])
    roles = {membership.role for user in users for membership in user.memberships.all()}
    assert roles == {role.value for role in Role}
    kinds = set(Organisation.objects.filter(memberships__user__in=users).values_list("kind", flat=True))
    assert {"acute", "mental_health", "ccg", "csu"} <= kinds
    assert users.filter(memberships__role=Role.PORTAL_ADMIN).count() == 2


def test_every_member_has_a_lead_and_a_sponsor(accounts):
    for role in (Role.EDI_LEAD, Role.EXECUTIVE_SPONSOR):
        held = Organisation.objects.ever_in_footprint().filter(memberships__role=role, memberships__user__is_demonstration=True)
        assert set(held) == set(Organisation.objects.ever_in_footprint())


def test_the_shared_lead_is_one_block(accounts):
    assert blocks() == (frozenset({"halton-ccg", "knowsley-ccg", "liverpool-ccg-csu"}),)


def test_making_the_accounts_again_makes_none(accounts):
    assert make_demonstration_accounts() == 0


@override_settings(DEMONSTRATION=True)
def test_a_button_signs_in_and_a_get_does_not(accounts):
    client = Client()
    client.get(f"/demonstration/?account=admin.one@{DOMAIN}")
    assert "_auth_user_id" not in client.session
    assert client.post("/demonstration/", {"account": f"lead.rjr@{DOMAIN}"}).headers["Location"] == "/"
    assert "EDI lead, Countess of Chester" in client.get("/organisations/").content.decode()
    client.post("/demonstration/", {"account": f"board@{DOMAIN}"})
    assert "Board member" in client.get("/organisations/").content.decode()


@override_settings(DEMONSTRATION=True)
def test_only_demonstration_accounts_have_a_button(accounts):
    User.objects.create_user("real@example.invalid", "three quiet wooden boats", display_name="Real")
    assert Client().post("/demonstration/", {"account": "real@example.invalid"}).status_code == 404


def test_password_and_code_work_for_them(accounts):
    client = Client()
    client.post("/account/login/", {"login": f"steering@{DOMAIN}", "password": PASSWORD})
    assert client.post("/account/second-factor/authenticate/", {"code": current_code()}).headers["Location"] == "/"


@pytest.mark.security(43)
def test_they_are_refused_outside_the_demonstration(accounts):
    with override_settings(TESTING=False, DEMONSTRATION=False):
        client = Client()
        answer = client.post("/account/login/", {"login": f"steering@{DOMAIN}", "password": PASSWORD})
        assert answer.headers["Location"] == "/account/inactive/"
        with pytest.raises(NotAllowed):
            make_demonstration_accounts()


@override_settings(DEMONSTRATION=True, EMAIL_BACKEND="organisations.outbox.OutboxBackend")
def test_mail_is_kept_and_its_links_can_be_followed():
    send_mail(
        "Subject line",
        "Open http://localhost:8000/invitations/abc/ now\n<b>not bold</b>",
        None,
        ["a@example.invalid", "b@example.invalid"],
    )
    assert OutboxMessage.objects.count() == 2
    assert "Subject line" in Client().get("/outbox/").content.decode()
    page = Client().get(f"/outbox/{OutboxMessage.objects.first().pk}/").content.decode()
    assert '<a href="http://localhost:8000/invitations/abc/"' in page
    assert "<b>not bold" not in page


def test_the_sign_in_page_points_to_the_demonstration_accounts_only_there():
    assert "/demonstration/" not in Client().get("/account/login/").content.decode()
    with override_settings(DEMONSTRATION=True):
        assert 'href="/demonstration/"' in Client().get("/account/login/").content.decode()
