"""The pages of EDI posts, apprenticeships and years: the empty state, what is taken out unread, and the path for everybody."""

import html
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from edi_portal.audit.models import AuditEvent
from edi_portal.clock import set_business_day
from edi_portal.exceptions import InvalidTransition, NotAllowed, StaleData
from organisations.models import Organisation, User
from organisations.roles import Role
from tests.organisations.factories import OrganisationFactory, person, signed_in
from workforce.models import EdiApprenticeship, EdiPost
from workforce.services.posts import remove_row, save_row

pytestmark = pytest.mark.django_db
GIVEN = {"programme": "Inclusion", "level": "7", "band": "7", "started_on": "1/9/2018"}


@pytest.fixture(autouse=True)
def today() -> None:
    set_business_day(date(2020, 1, 20))


@pytest.fixture
def trust() -> Organisation:
    return OrganisationFactory.create(slug="here")


@pytest.fixture
def lead(trust: Organisation) -> User:
    return person(Role.EDI_LEAD, trust)


def page(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return html.unescape(answer.content.decode())


def apprenticeship(trust: Organisation, by: User) -> EdiApprenticeship:
    row = EdiApprenticeship(organisation=trust, programme="Inclusion", level=7, band="7", started_on=date(2018, 9, 1))
    return save_row(row=row, by=by)


def test_what_somebody_changed_meanwhile_is_not_taken_out_unread(trust: Organisation, lead: User) -> None:
    row, client = apprenticeship(trust, lead), signed_in(lead)
    address = f"/edi-posts/apprenticeships/{row.pk}/change/"
    assert page(client, address).count('name="version" value="1"') == 2
    assert client.post(address, GIVEN | {"version": "1", "completed_on": "1/9/2019"}).status_code == 302
    late = client.post(address, {"remove": "yes", "version": "1"})
    assert late.status_code == 409 and "Look at it again before you take it out." in html.unescape(late.content.decode())
    assert EdiApprenticeship.objects.get().completed_on == date(2019, 9, 1)
    assert client.post(address, {"remove": "yes"}).status_code == 409, "an address alone takes nothing out"
    done = client.post(address, {"remove": "yes", "version": "2"}, follow=True)
    assert "The apprenticeship is taken out of the register." in done.content.decode()
    assert client.post(address, {"remove": "yes", "version": "2"}).status_code == 404
    told = AuditEvent.objects.filter(subject=f"apprenticeship:{row.pk}").order_by("pk")
    assert [event.action for event in told] == ["apprenticeship.saved"] * 2 + ["apprenticeship.removed"]


def test_an_entry_that_is_gone_is_neither_saved_nor_taken_out_again(trust: Organisation, lead: User) -> None:
    row = apprenticeship(trust, lead)
    seen = EdiApprenticeship.objects.get(pk=row.pk)
    with pytest.raises(NotAllowed):
        remove_row(row=seen, seen_version=1, by=person(Role.EXECUTIVE_SPONSOR, trust))
    with pytest.raises(StaleData):
        remove_row(row=seen, seen_version=0, by=lead)
    remove_row(row=row, seen_version=1, by=lead)
    for deed in (lambda: remove_row(row=seen, seen_version=1, by=lead), lambda: save_row(row=seen, seen_version=1, by=lead)):
        with pytest.raises(InvalidTransition, match="took this entry out"):
            deed()
    assert not EdiApprenticeship.objects.exists()


def test_an_entry_of_another_organisation_is_no_page_and_a_sponsor_reads_without_writing(trust: Organisation, lead: User) -> None:
    row = apprenticeship(trust, lead)
    address = f"/edi-posts/apprenticeships/{row.pk}/change/"
    stranger, sponsor = person(Role.EDI_LEAD, OrganisationFactory.create()), person(Role.EXECUTIVE_SPONSOR, trust)
    for user, status in ((stranger, 404), (sponsor, 403)):
        client = signed_in(user)
        assert client.post(address, GIVEN | {"version": "1", "programme": "Theirs"}).status_code == status
        assert client.post(address, {"remove": "yes", "version": "1"}).status_code == status
    assert EdiApprenticeship.objects.get().programme == "Inclusion"
    assert "Level 7" in page(signed_in(sponsor), "/edi-posts/apprenticeships/")
    empty = page(signed_in(stranger), "/edi-posts/apprenticeships/")
    assert "No apprenticeship is in the register yet" in empty and "Level 7" not in empty
    page(signed_in(person(Role.BOARD_MEMBER)), "/edi-posts/apprenticeships/", 403)


def test_the_path_is_for_everybody_and_checks_the_own_posts_that_go_on(trust: Organisation, lead: User) -> None:
    for title, last in (("Adviser of today", None), ("Adviser of old", date(2019, 3, 31))):
        given = {"band": "7", "funded_wte": "1.00", "filled_wte": "1.00", "valid_from": date(2018, 4, 1), "valid_to": last}
        save_row(row=EdiPost(organisation=trust, title=title, **given), by=lead)
    address = reverse("edi-posts:career-path")
    own = page(signed_in(lead), address)
    assert 'class="edi-num">0 of 1</td>' in own, "a post that ended is checked no more"
    assert "keeps to the standard" not in page(signed_in(person(Role.STEERING_MEMBER)), address)
    narrowed, odd = (page(signed_in(lead), f"{address}?{asked}") for asked in ("band=7", "band=nonsense&cost=none"))
    assert len(narrowed) < len(own) and "nonsense" not in odd
