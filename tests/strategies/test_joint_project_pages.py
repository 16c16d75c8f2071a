"""Joint projects by page: what is refused stays typed, two at once, a search, what waits for a reviewer, and who changes them."""

import html

import pytest
from django.test import Client
from django.urls import reverse

from edi_portal.reviews.selectors import waiting
from edi_portal.reviews.services import pass_text
from organisations.models import Organisation, User
from organisations.roles import Role
from strategies.models import JointProject
from tests.organisations.factories import OrganisationFactory, person, signed_in

pytestmark = pytest.mark.django_db
LIST, ADD = "operating-model:projects", "operating-model:add-project"
TYPED = {"name": "Fair panels", "programme": "Better Together", "aim": "One pool of panels", "state": "running"}


@pytest.fixture
def trust() -> Organisation:
    return OrganisationFactory.create(slug="here", short_name="Here Trust")


@pytest.fixture
def lead(trust: Organisation) -> User:
    return person(Role.EDI_LEAD, trust)


@pytest.fixture
def browser(lead: User) -> Client:
    return signed_in(lead)


def sent(client: Client, address: str, status: int = 302, **typed: object) -> str:
    answer = client.post(address, typed, follow=status == 302)
    assert answer.status_code == (200 if status == 302 else status)
    return html.unescape(answer.content.decode())


def listed(client: Client, wanted: str = "") -> str:
    return html.unescape(client.get(reverse(LIST), {"q": wanted}).content.decode())


def change(found: JointProject) -> str:
    return reverse("operating-model:change-project", args=[found.slug])


def test_a_project_without_an_outcome_or_with_its_days_turned_round_stays_typed(browser: Client) -> None:
    page = sent(browser, reverse(ADD), 422, **(TYPED | {"state": "finished"}))
    assert "Say what came of it: the project has ended" in page and 'value="Fair panels"' in page
    page = sent(browser, reverse(ADD), 422, **TYPED, starts_on="1/2/2020", ends_on="31/1/2020")
    assert "The last day must not be before the first day" in page and "One pool of panels" in page
    assert not JointProject.objects.exists()
    assert "The project is saved." in sent(browser, reverse(ADD), **TYPED, starts_on="1/2/2020", ends_on="1/2/2020")
    assert JointProject.objects.get().version == 1


def test_two_who_change_a_project_see_what_the_other_saved(browser: Client, lead: User, trust: Organisation) -> None:
    sent(browser, reverse(ADD), **TYPED)
    found, other = JointProject.objects.get(), signed_in(person(Role.EDI_LEAD, trust))
    sent(other, change(found), **(TYPED | {"name": "Theirs", "version": "1"}))
    page = sent(browser, change(found), 409, **(TYPED | {"name": "Mine", "version": "1"}))
    assert 'value="Mine"' in page and "Theirs" in page and 'name="version" value="2"' in page
    assert JointProject.objects.get().name == "Theirs"
    assert sent(browser, change(found), 422, **(TYPED | {"name": "", "version": "1"})).count('value="1"') >= 1
    sent(browser, change(found), **(TYPED | {"name": "Mine", "version": "2"}))
    assert JointProject.objects.get().name == "Mine"


def test_a_project_is_found_by_its_words_and_waits_for_its_reviewer(browser: Client) -> None:
    assert "Fair panels" not in listed(browser), "nothing is there"
    partner = OrganisationFactory.create(slug="far", short_name="Far Trust")
    sent(browser, reverse(ADD), **TYPED, is_shared="on", partners=partner.slug, other_partners="A council")
    board = signed_in(person(Role.BOARD_MEMBER))
    for word in ("", "fair", "BETTER TOG", "one pool", "here trust", "far trust", "a council"):
        assert "Fair panels" in listed(browser, word) and "Fair panels" not in listed(board, word)
    assert "Fair panels" not in listed(browser, "VXZ") and 'value="VXZ"' in listed(browser, "VXZ")
    pass_text(review=waiting().get(), nobody_recognisable=True, by=person(Role.PORTAL_ADMIN))
    assert "Fair panels" in listed(board)
    sent(browser, change(JointProject.objects.get()), **TYPED, partners=partner.slug, version="1")
    assert "Fair panels" not in listed(board), "what is shared no longer is read no longer"


def test_only_the_own_lead_adds_and_changes(browser: Client, trust: Organisation) -> None:
    sent(browser, reverse(ADD), **TYPED, is_shared="on")
    pass_text(review=waiting().get(), nobody_recognisable=True, by=person(Role.PORTAL_ADMIN))
    found = JointProject.objects.get()
    far = OrganisationFactory.create()
    for user, added, changed in (
        (person(Role.EXECUTIVE_SPONSOR, trust), 403, 403),
        (person(Role.EDI_LEAD, far), None, 404),
        (person(Role.BOARD_MEMBER), 403, 404),
    ):
        client = signed_in(user)
        if added:
            assert client.post(reverse(ADD), TYPED).status_code in (added, 404)
        assert client.post(change(found), TYPED | {"name": "Theirs", "version": "1"}).status_code == changed
    assert [(one.name, one.organisation) for one in JointProject.objects.all()] == [("Fair panels", trust)]
