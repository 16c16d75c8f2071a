"""The quarterly access review: when it is due, who confirms what, and what pages say of people who may have left."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from edi_portal.audit.models import AuditEvent
from edi_portal.clock import business_today, set_business_day
from edi_portal.exceptions import InvalidTransition, NotAllowed, StaleData
from organisations.access_review_rules import is_quiet, is_review_due
from organisations.models import AccessReview, Membership, User
from organisations.roles import Role
from organisations.selectors.access_reviews import DueReview, quiet_roles, reviews_due
from organisations.services.access_reviews import confirm_access
from organisations.services.demonstration_accounts import make_demonstration_accounts
from organisations.services.memberships import withdraw_membership
from tests.organisations.factories import OrganisationFactory, PlaceFactory, UserFactory, hold, person, signed_in

TODAY = date(2020, 1, 20)
NOW = datetime(2026, 6, 30, 12, tzinfo=UTC)
HINT = "Not signed in for 90 days"
BUTTON = "Everybody here still needs their role"


@pytest.fixture
def north(db):
    set_business_day(TODAY)
    return OrganisationFactory(slug="north", short_name="North")


@pytest.fixture
def admin(north):
    return person(Role.PORTAL_ADMIN)


def keys(organisation):
    return set(Membership.objects.in_force().filter(organisation=organisation).values_list("pk", flat=True))


def page_of(user, address):
    return signed_in(user).get(address).content.decode()


@pytest.mark.parametrize(
    ("last", "today", "due"),
    [
        (None, date(2020, 1, 20), True),
        (date(2019, 12, 31), date(2020, 1, 1), True),
        (date(2020, 1, 1), date(2020, 1, 1), False),
        (date(2020, 1, 1), date(2020, 3, 31), False),
        (date(2020, 3, 31), date(2020, 4, 1), True),
        # The same quarter of another year, and of the calendar's year across the end of the financial one.
        (date(2019, 1, 20), date(2020, 1, 20), True),
        (date(2019, 4, 1), date(2019, 6, 30), False),
        # A clock that was put back asks for nothing.
        (date(2020, 4, 1), date(2020, 3, 31), False),
    ],
)
def test_a_review_is_due_once_in_each_quarter_of_the_financial_year(last, today, due):
    assert is_review_due(last, today) is due


@pytest.mark.parametrize(
    ("last_sign_in", "held_since", "quiet"),
    [
        (NOW - timedelta(days=90), TODAY, True),
        (NOW - timedelta(days=90) + timedelta(seconds=1), date(2016, 4, 1), False),
        (None, TODAY - timedelta(days=90), True),
        (None, TODAY - timedelta(days=89), False),
    ],
)
def test_somebody_is_quiet_after_90_days_without_signing_in(last_sign_in, held_since, quiet):
    assert is_quiet(last_sign_in=last_sign_in, held_since=held_since, now=NOW, today=TODAY) is quiet


def test_a_confirmation_says_who_when_and_how_many_and_is_on_record(north, admin):
    person(Role.EDI_LEAD, north), person(Role.EXECUTIVE_SPONSOR, north)
    before = timezone.now()
    review = confirm_access(organisation=north, by=admin, seen=keys(north))
    review.refresh_from_db()
    assert (review.organisation, review.reviewed_on, review.reviewed_by, review.roles) == (north, TODAY, admin, 2)
    assert before - timedelta(minutes=5) < review.reviewed_at < timezone.now() + timedelta(minutes=5)
    event = AuditEvent.objects.get(action="access.reviewed")
    assert (event.organisation, event.actor, event.details) == ("north", admin, {"roles": 2})


def test_nothing_is_confirmed_when_a_role_came_or_went_since(north, admin):
    lead, sponsor = person(Role.EDI_LEAD, north), person(Role.EXECUTIVE_SPONSOR, north)
    seen = keys(north)
    person(Role.CONTRIBUTOR, north)
    with pytest.raises(StaleData, match="Nothing was confirmed"):
        confirm_access(organisation=north, by=admin, seen=seen)
    seen = keys(north)
    withdraw_membership(membership=sponsor.memberships.get(), by=admin, reason="Left")
    hold(lead, Role.CONTRIBUTOR, north)  # one went and one came: the number alone would not tell
    assert len(seen) == len(keys(north))
    with pytest.raises(StaleData):
        confirm_access(organisation=north, by=admin, seen=seen)
    assert not AccessReview.objects.exists() and not AuditEvent.objects.filter(action="access.reviewed").exists()


def test_roles_elsewhere_do_not_count(north, admin):
    person(Role.EDI_LEAD, north)
    seen = keys(north)
    person(Role.EDI_LEAD, OrganisationFactory()), person(Role.BOARD_MEMBER)
    assert confirm_access(organisation=north, by=admin, seen=seen).roles == 1


def test_where_nobody_holds_a_role_there_is_nothing_to_confirm(north, admin):
    with pytest.raises(InvalidTransition, match="nothing to confirm"):
        confirm_access(organisation=north, by=admin, seen=())


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.PORTAL_ADMIN])
def test_only_those_who_manage_people_confirm(role, north):
    at_organisation = role in (Role.EDI_LEAD, Role.CONTRIBUTOR, Role.EXECUTIVE_SPONSOR)
    place = PlaceFactory() if role is Role.HEALTHWATCH_READER else None
    reader = person(role, north if at_organisation else place)
    for organisation in (north, None):
        with pytest.raises(NotAllowed):
            confirm_access(organisation=organisation, by=reader, seen=keys(organisation))
    client = signed_in(reader)
    for name, arguments in (("confirm-access", ["north"]), ("confirm-portal-access", [])):
        assert client.post(reverse(f"organisations:{name}", args=arguments), {"seen": ""}).status_code == 404
    assert not AccessReview.objects.exists()


def test_a_portal_admin_confirms_what_the_page_showed(north, admin):
    person(Role.EDI_LEAD, north)
    client, address = signed_in(admin), "/organisations/north/people/"
    page = client.get(address).content.decode()
    assert BUTTON in page and "The review for January to March 2020 is due" in page
    assert "Nobody has confirmed these roles yet" in page
    seen = page.split('name="seen" value="')[1].split('"')[0]
    answer = client.post("/organisations/north/people/confirm/", {"seen": seen}, follow=True)
    page = answer.content.decode()
    assert answer.redirect_chain == [(address, 302)] and "Confirmed: 1 role is still needed" in page
    assert f"Last confirmed on 20 January 2020 by {admin}, with 1 role." in page
    assert "is due." not in page and "due from 1 April 2020" in page
    assert AccessReview.objects.get().organisation == north
    set_business_day(date(2020, 4, 1))
    assert "The review for April to June 2020 is due" in client.get(address).content.decode()


@pytest.mark.parametrize("seen", ["", "999999", "x,²", "-1", "9" * 5_000])
def test_a_page_that_showed_other_roles_confirms_nothing_and_shows_them_anew(seen, north, admin):
    person(Role.EDI_LEAD, north)
    answer = signed_in(admin).post("/organisations/north/people/confirm/", {"seen": seen}, follow=True)
    assert answer.redirect_chain == [("/organisations/north/people/", 302)]
    assert "Roles came or went since you opened this page" in answer.content.decode()
    assert not AccessReview.objects.exists()


def test_a_lead_reads_when_it_was_done_and_whom_to_tell_and_has_no_button(north, admin):
    lead = person(Role.EDI_LEAD, north)
    hold(UserFactory(), Role.CONTRIBUTOR, north)
    confirm_access(organisation=north, by=admin, seen=keys(north))
    page = page_of(lead, "/organisations/north/people/")
    assert "Last confirmed on 20 January 2020" in page and "Tell a portal admin" in page
    assert BUTTON not in page and 'name="seen"' not in page and HINT not in page


def test_the_hint_stands_beside_the_roles_of_the_quiet_alone_and_says_no_day(north, admin):
    quiet, busy, new = (person(Role.CONTRIBUTOR, north) for _ in range(3))
    long_ago = timezone.now() - timedelta(days=123)
    User.objects.filter(pk=quiet.pk).update(last_login=long_ago)
    User.objects.filter(pk=busy.pk).update(last_login=timezone.now() - timedelta(days=89))
    Membership.objects.filter(user=new).update(valid_from=TODAY)
    assert quiet_roles(Membership.objects.filter(organisation=north)) == {quiet.memberships.get().pk}
    for address in ("/organisations/north/people/", "/people/"):
        page = page_of(admin, address)
        assert page.count(HINT) == 1 and HINT in page.split(quiet.email)[1].split("</th>")[0]
        assert str(long_ago.year) not in page.split("Not signed in")[1].split("</th>")[0]


def test_the_list_of_people_names_where_a_review_is_due_and_asks_for_the_roles_outside_organisations(north, admin):
    person(Role.EDI_LEAD, north)
    south = OrganisationFactory(slug="south", short_name="South")
    person(Role.EDI_LEAD, south)
    OrganisationFactory(slug="empty", short_name="Empty")
    confirm_access(organisation=south, by=admin, seen=keys(south))
    AccessReview.objects.create(organisation=north, reviewed_on=date(2019, 11, 5), reviewed_by=admin, roles=1)
    assert reviews_due(business_today()) == (DueReview("north", "North", date(2019, 11, 5)), DueReview("", "", None))
    client = signed_in(admin)
    page = client.get("/people/").content.decode()
    table = page.split("Organisations whose review is due")[1].split("</table>")[0]
    assert 'href="/organisations/north/people/#review"' in table and "5 Nov 2019" in table
    assert "South" not in table and "Empty" not in table
    seen = page.split('name="seen" value="')[1].split('"')[0]
    assert seen == str(admin.memberships.get().pk)
    confirm_access(organisation=north, by=admin, seen=keys(north))
    answer = client.post("/people/confirm/", {"seen": seen}, follow=True)
    page = answer.content.decode()
    assert answer.redirect_chain == [("/people/", 302)] and AccessReview.objects.get(organisation=None).roles == 1
    assert "No organisation waits for its review" in page and "due from 1 April 2020" in page
    assert reviews_due(business_today()) == ()


def test_the_home_of_a_portal_admin_says_how_many_are_due(north, admin):
    lead = person(Role.EDI_LEAD, north)
    south = OrganisationFactory(slug="south", short_name="South")
    person(Role.EDI_LEAD, south)
    assert "Access review: 2 organisations and roles outside organisations" in page_of(admin, "/")
    confirm_access(organisation=None, by=admin, seen=keys(None))
    confirm_access(organisation=south, by=admin, seen=keys(south))
    page = page_of(admin, "/")
    assert "Access review: 1 organisation<" in page and 'href="/people/#review"' in page
    confirm_access(organisation=north, by=admin, seen=keys(north))
    assert "Access review" not in page_of(admin, "/")
    assert "Access review" not in page_of(lead, "/")  # who cannot confirm is not asked to


@pytest.mark.parametrize("address", ["/", "/people/", "/organisations/north/people/"])
def test_pages_keep_their_budget_with_many_organisations_and_roles(address, north, admin, django_assert_max_num_queries):
    for _ in range(12):
        where = OrganisationFactory()
        confirm_access(organisation=where, by=admin, seen=keys_after(person(Role.EDI_LEAD, where)))
        person(Role.CONTRIBUTOR, north)
    client = signed_in(admin)
    client.get(address)
    with django_assert_max_num_queries(25):
        assert client.get(address).status_code == 200


def keys_after(user):
    return {row.pk for row in user.memberships.all()}


def test_the_demonstration_shows_reviews_done_and_due_and_one_account_that_looks_left(db):
    set_business_day(TODAY)
    make_demonstration_accounts()
    due = reviews_due(TODAY)
    assert [(one.slug, bool(one.last_on)) for one in due] == [("countess-of-chester", True), ("mersey-care", True), ("", False)]
    assert AccessReview.objects.filter(reviewed_on__gte=date(2020, 1, 1)).count() > 20
    quiet = Membership.objects.filter(pk__in=quiet_roles(Membership.objects.in_force().select_related("user")))
    assert [row.user.email.partition("@")[0] for row in quiet] == ["patients.rjr"]
    make_demonstration_accounts()
    assert len(reviews_due(TODAY)) == 3
