"""The pages of organisations, people and roles: what they say and to whom they exist."""

from datetime import date

import pytest
from django.test import Client

from edi_portal.audit.models import AuditEvent
from edi_portal.clock import set_business_day
from organisations import figures
from organisations.models import FootprintMembership, Invitation, Membership, Succession
from organisations.roles import Role
from organisations.services.invitations import invite
from tests.organisations.factories import OrganisationFactory, PlaceFactory, UserFactory, hold, person, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def north():
    set_business_day(date(2020, 1, 20))
    return OrganisationFactory(slug="north", short_name="North")


@pytest.fixture
def admin():
    return person(Role.PORTAL_ADMIN)


def test_nothing_is_shown_to_strangers(north):
    for page in (
        "/organisations/",
        "/organisations/north/",
        "/organisations/north/people/",
        "/people/",
        "/switch-role/",
        "/onboard/",
    ):
        assert Client().get(page).headers["Location"] == f"/account/login/?next={page}"


@pytest.mark.parametrize("role", list(Role))
def test_every_role_may_read_directory_and_organisation(role, north):
    where = north if role in (Role.EDI_LEAD, Role.CONTRIBUTOR, Role.EXECUTIVE_SPONSOR) else None
    client = signed_in(person(role, PlaceFactory() if role is Role.HEALTHWATCH_READER else where))
    assert "North" in client.get("/organisations/?q=north").content.decode()
    page = client.get("/organisations/north/").content.decode()
    assert "Member of the partnership" in page and "From 1 April 2016" in page
    assert client.get("/organisations/north/history/").status_code == 200
    assert client.get("/organisations/nowhere/").status_code == 404


def test_the_note_of_a_membership_is_shown(north):
    FootprintMembership.objects.filter(organisation=north).update(note="Stands for two others.")
    client = signed_in(person(Role.BOARD_MEMBER))
    assert "Stands for two others." in client.get("/organisations/north/").content.decode()
    assert "Stands for two others." in client.get("/organisations/?q=north").content.decode()


def test_figures_appear_only_when_an_app_fills_their_place(north, monkeypatch):
    monkeypatch.setattr(figures, "_figures", [])
    client = signed_in(person(Role.BOARD_MEMBER))
    assert "figures_shown" not in client.get("/organisations/north/").context


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.EDI_LEAD, 200),
        (Role.EXECUTIVE_SPONSOR, 200),
        (Role.CONTRIBUTOR, 404),
        (Role.STEERING_MEMBER, 404),
        (Role.PORTAL_ADMIN, 200),
    ],
)
def test_people_are_shown_to_the_own_organisation_and_admins(role, status, north):
    client = signed_in(person(role, north if role in (Role.EDI_LEAD, Role.EXECUTIVE_SPONSOR, Role.CONTRIBUTOR) else None))
    assert client.get("/organisations/north/people/").status_code == status


def test_another_organisations_people_do_not_exist(north):
    client = signed_in(person(Role.EDI_LEAD, OrganisationFactory()))
    lead = person(Role.EDI_LEAD, north)
    assert client.get("/organisations/north/people/").status_code == 404
    assert client.get("/organisations/north/people/invite/").status_code == 404
    assert client.get(f"/people/roles/{lead.memberships.get().pk}/end/").status_code == 404


def test_a_lead_sees_people_but_changes_nothing(north):
    lead = person(Role.EDI_LEAD, north)
    client = signed_in(lead)
    page = client.get("/organisations/north/people/").content.decode()
    assert lead.email in page and "Invite somebody" not in page
    assert client.post("/organisations/north/people/invite/", {"role": "contributor"}).status_code == 404
    assert client.post(f"/people/roles/{lead.memberships.get().pk}/end/", {"when": "at_once", "reason": "x"}).status_code == 404


def test_an_admin_invites_and_the_role_comes_from_the_form(north, admin):
    client = signed_in(admin)
    answer = client.post(
        "/organisations/north/people/invite/",
        {"role": "contributor", "area": "finance", "display_name": "F", "email": "F@example.invalid"},
    )
    assert answer.headers["Location"] == "/organisations/north/people/"
    invitation = Invitation.objects.get()
    assert (invitation.email, invitation.role, invitation.area, invitation.organisation) == (
        "f@example.invalid",
        "contributor",
        "finance",
        north,
    )
    assert "F@example.invalid" in client.get(answer.headers["Location"]).content.decode()


def test_a_role_that_is_not_held_at_organisations_cannot_be_given_there(north, admin):
    page = signed_in(admin).post(
        "/organisations/north/people/invite/", {"role": "portal_admin", "display_name": "A", "email": "a@example.invalid"}
    )
    assert page.status_code == 422 and not Invitation.objects.exists()


def test_a_refused_invitation_says_why_above_what_was_typed(admin, north):
    lead, client = person(Role.EDI_LEAD, north), signed_in(admin)
    typed = {"role": "edi_lead", "display_name": "Name of a colleague", "email": lead.email}
    page = client.post("/organisations/north/people/invite/", typed)
    assert page.status_code == 422
    assert "already holds this role there" in page.content.decode() and "Name of a colleague" in page.content.decode()
    page = client.post("/people/invite/", typed | {"role": "portal_admin", "email": admin.email})
    assert page.status_code == 422
    assert "already holds this role there" in page.content.decode() and "Name of a colleague" in page.content.decode()


def test_two_admins_make_a_third(admin, north):
    first, second = signed_in(admin), signed_in(person(Role.PORTAL_ADMIN))
    first.post("/people/invite/", {"role": "portal_admin", "display_name": "Third", "email": "third@example.invalid"})
    invitation = Invitation.objects.get()
    confirm = f"/people/invitations/{invitation.pk}/confirm/"
    assert confirm not in first.get("/people/").content.decode()
    assert first.post(confirm).status_code == 403
    assert confirm in second.get("/people/").content.decode()
    assert second.post(confirm).status_code == 302
    invitation.refresh_from_db()
    assert invitation.confirmed_by_id and invitation.token_hash


def test_invitations_are_sent_again_and_withdrawn_by_admins_only(admin, north):
    invitation = invite(email="a@example.invalid", display_name="A", role=Role.EDI_LEAD, organisation=north, by=admin)
    lead = signed_in(person(Role.EDI_LEAD, north))
    for step in ("send-again", "withdraw"):
        assert lead.post(f"/people/invitations/{invitation.pk}/{step}/").status_code == 404
        assert signed_in(admin).get(f"/people/invitations/{invitation.pk}/{step}/").status_code == 405
        assert signed_in(admin).post(f"/people/invitations/{invitation.pk}/{step}/").status_code == 302
    invitation.refresh_from_db()
    assert invitation.withdrawn_at and invitation.token_hash == ""


def test_an_admin_ends_a_role_at_once_or_after_a_day(admin, north):
    client = signed_in(admin)
    first, second = (person(Role.EDI_LEAD, north).memberships.get() for _ in range(2))
    page = client.post(f"/people/roles/{first.pk}/end/", {"when": "on_a_day", "reason": "New post"})
    assert "Enter the last day of the role" in page.content.decode()
    client.post(f"/people/roles/{first.pk}/end/", {"when": "on_a_day", "last_day": "31/1/2020", "reason": "New post"})
    client.post(f"/people/roles/{second.pk}/end/", {"when": "at_once", "reason": "Left"})
    own = client.post(f"/people/roles/{admin.memberships.get().pk}/end/", {"when": "at_once", "reason": "I move to Leeds"})
    assert own.status_code == 422
    assert "Another portal admin must end your own role" in own.content.decode() and "I move to Leeds" in own.content.decode()
    first.refresh_from_db(), second.refresh_from_db()
    assert first.valid_to == date(2020, 1, 31) and second.withdrawn_at and second.end_reason == "Left"
    assert client.get(f"/people/roles/{second.pk}/end/").status_code == 404


def test_switching_role_changes_header_and_rights_and_is_recorded(north):
    user = UserFactory()
    hold(user, Role.EDI_LEAD, north)
    hold(user, Role.BOARD_MEMBER)
    client = signed_in(user)
    client.post("/switch-role/", {"role": "board_member"})
    page = client.get("/organisations/north/")
    assert "Board member" in page.content.decode() and "You now act as Board member" in page.content.decode()
    assert client.get("/organisations/north/people/").status_code == 404
    client.post("/switch-role/", {"role": "edi_lead:north"})
    assert client.get("/organisations/north/people/").status_code == 200
    assert AuditEvent.objects.filter(action="role.switched", actor=user).count() == 2


def test_nobody_switches_to_a_role_they_do_not_hold(north):
    hold(UserFactory(), Role.PORTAL_ADMIN)
    client = signed_in(person(Role.EDI_LEAD, north))
    assert client.post("/switch-role/", {"role": "portal_admin"}).status_code == 404
    assert client.post("/switch-role/", {"role": "edi_lead:elsewhere"}).status_code == 404


def test_a_role_in_use_that_ends_gives_way_to_another(north):
    user = UserFactory()
    hold(user, Role.EDI_LEAD, north)
    board = hold(user, Role.BOARD_MEMBER)
    client = signed_in(user)
    client.post("/switch-role/", {"role": "board_member"})
    Membership.objects.filter(pk=board.pk).update(valid_to=date(2019, 12, 31))
    assert client.get("/organisations/").context["request"].membership.role == Role.EDI_LEAD


def test_an_account_without_a_role_opens_only_its_own_pages(north):
    client = signed_in(UserFactory())
    assert "You hold no role today" in client.get("/switch-role/").content.decode()
    assert client.get("/organisations/north/people/").status_code == 404


def test_merging_and_closing_are_for_admins(admin, north):
    other = OrganisationFactory(slug="other")
    lead = signed_in(person(Role.EDI_LEAD, north))
    for step in ("merge", "close"):
        assert lead.get(f"/organisations/north/{step}/").status_code == 404
    client = signed_in(admin)
    page = client.post("/organisations/north/merge/", {"successor": "north", "effective_on": "1/2/2020"})
    assert page.status_code == 422 and not Succession.objects.filter(predecessor=north).exists()
    assert client.post("/organisations/north/merge/", {"successor": "other", "effective_on": "1/2/2020"}).status_code == 302
    assert "Merged into" in client.get("/organisations/north/history/").content.decode()
    assert client.post("/organisations/other/close/", {"last_day": "31/3/2020", "reason": "Ended"}).status_code == 302
    assert Succession.objects.get(predecessor=other).effective_on == date(2020, 4, 1)


def test_a_refused_merge_says_why(admin, north):
    other = OrganisationFactory(slug="other")
    FootprintMembership.objects.filter(organisation=other).update(valid_to=date(2020, 1, 25))
    page = signed_in(admin).post("/organisations/north/merge/", {"successor": "other", "effective_on": "1/2/2020"})
    assert page.status_code == 422 and "not a member of the partnership on that day" in page.content.decode()
