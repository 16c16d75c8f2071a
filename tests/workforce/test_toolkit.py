"""The toolkit: who finds, reads, changes and uses an entry; steps of the Merseyside model; outreach."""

from dataclasses import replace
from datetime import date

import pytest
from django.urls import reverse

from edi_portal.audit.models import AuditEvent
from edi_portal.clock import set_business_day
from edi_portal.exceptions import Incomplete, InvalidTransition, NotAllowed, StaleData
from edi_portal.reviews.selectors import waiting
from edi_portal.reviews.services import pass_text
from organisations.models import Organisation
from organisations.roles import Role
from tests.organisations.factories import person, signed_in
from workforce.engagement import ReviewState, review_state
from workforce.models import OutreachAction, Resource, StepProgress
from workforce.selectors.toolkit import cheshire_organisations, step_rows
from workforce.services import toolkit as services

pytestmark = pytest.mark.django_db

TODAY = date(2020, 1, 20)
ENTRY = services.ResourceEntry(
    title="Ask for an interpreter",
    kind="message",
    summary="Tells patients that an interpreter is free.",
    body="You can have an interpreter. It costs you nothing. Tell [name of the ward].",
    audiences=("patients", "carers"),
    topic="accessible_information",
    format="text",
    language="pl",
    review_on=date(2020, 2, 1),
    is_shared=True,
)


@pytest.fixture(autouse=True)
def today() -> None:
    set_business_day(TODAY)


@pytest.fixture
def trust() -> Organisation:
    return Organisation.objects.get(slug="countess-of-chester")


@pytest.fixture
def other() -> Organisation:
    return Organisation.objects.get(slug="mid-cheshire")


def text_of(who: object, name: str, *args: object, **query: str) -> str:
    return signed_in(who).get(reverse(name, args=args), query).content.decode()


def test_an_entry_is_due_on_its_day_and_soon_two_months_before() -> None:
    def state(review_on: date, withdrawn_on: date | None = None) -> ReviewState:
        return review_state(review_on=review_on, withdrawn_on=withdrawn_on, today=TODAY)

    assert state(TODAY) is ReviewState.DUE
    assert state(date(2020, 3, 20)) is ReviewState.SOON
    assert state(date(2020, 3, 21)) is ReviewState.FRESH
    assert state(date(2019, 1, 1), TODAY) is ReviewState.WITHDRAWN


def pass_all() -> None:
    for review in waiting():
        pass_text(review=review, nobody_recognisable=True, by=person(Role.PORTAL_ADMIN))


def test_others_find_a_shared_entry_as_a_reviewer_passed_it(trust: Organisation, other: Organisation) -> None:
    lead, stranger = person(Role.EDI_LEAD, trust), person(Role.EDI_LEAD, other)
    made = services.add_resource(organisation=trust, entry=ENTRY, by=lead)
    address = reverse("toolkit:detail", args=[made.slug])
    assert "costs you nothing" in text_of(lead, "toolkit:detail", made.slug) and "interpreter" not in made.slug
    assert signed_in(stranger).get(address).status_code == 404 and made.title not in text_of(stranger, "toolkit:list")
    pass_all()
    assert "costs you nothing" in text_of(stranger, "toolkit:detail", made.slug)
    services.change_resource(resource=made, entry=replace(ENTRY, body="Other words."), seen_version=1, by=lead)
    page = text_of(stranger, "toolkit:detail", made.slug)
    assert "costs you nothing" in page and "Other words" not in page
    assert "others read it as it was before" in text_of(lead, "toolkit:detail", made.slug)
    assert made.title not in text_of(stranger, "toolkit:list", q="other words")
    services.change_resource(resource=made, entry=replace(ENTRY, is_shared=False), seen_version=2, by=lead)
    assert signed_in(stranger).get(address).status_code == 404
    with pytest.raises(StaleData):
        services.change_resource(resource=made, entry=ENTRY, seen_version=1, by=lead)
    with pytest.raises(NotAllowed):
        services.change_resource(resource=made, entry=ENTRY, seen_version=3, by=stranger)


def test_the_partnerships_templates_are_kept_by_the_steering_group_and_used_by_all(trust: Organisation) -> None:
    steering, lead = person(Role.STEERING_MEMBER), person(Role.EDI_LEAD, trust)
    made = services.add_resource(organisation=None, entry=ENTRY, by=steering)
    with pytest.raises(NotAllowed):
        services.add_resource(organisation=None, entry=ENTRY, by=lead)
    pass_all()
    client = signed_in(lead)
    client.post(reverse("toolkit:use", args=[made.slug]), {"uses": "yes"})
    client.post(reverse("toolkit:use", args=[made.slug]), {"uses": "yes"})
    assert made.uses.count() == 1
    assert trust.short_name in text_of(person(Role.BOARD_MEMBER), "toolkit:detail", made.slug)
    services.withdraw_resource(resource=made, by=steering)
    assert made.title not in text_of(lead, "toolkit:list") and made.title in text_of(lead, "toolkit:list", state="withdrawn")
    services.note_use(resource=made, organisation=trust, uses=False, by=lead)
    made.refresh_from_db()
    with pytest.raises(InvalidTransition):
        services.note_use(resource=made, organisation=trust, uses=True, by=lead)


def test_pressed_twice_an_entry_stays_withdrawn_until_it_is_brought_back(trust: Organisation) -> None:
    lead = person(Role.EDI_LEAD, trust)
    made = services.add_resource(organisation=trust, entry=ENTRY, by=lead)
    client, address = signed_in(lead), reverse("toolkit:withdraw", args=[made.slug])
    page = client.get(reverse("toolkit:detail", args=[made.slug])).content.decode()
    assert 'name="withdrawn" value="yes"' in page and "Withdraw it" in page
    for _ in range(2):
        answer = client.post(address, {"withdrawn": "yes"}, follow=True)
        assert "is withdrawn." in answer.content.decode()
        made.refresh_from_db()
        assert made.withdrawn_on is not None
    assert 'name="withdrawn" value="no"' in answer.content.decode() and "Bring it back" in answer.content.decode()
    for _ in range(2):
        assert "is in the toolkit again." in client.post(address, {"withdrawn": "no"}, follow=True).content.decode()
        made.refresh_from_db()
        assert made.withdrawn_on is None
    told = AuditEvent.objects.filter(subject=f"resource:{made.slug}").order_by("pk").values_list("action", flat=True)
    assert list(told) == ["resource.added", "resource.withdrawn", "resource.brought_back"]


def test_the_list_is_narrowed_by_every_filter(trust: Organisation) -> None:
    lead = person(Role.EDI_LEAD, trust)
    services.add_resource(organisation=trust, entry=ENTRY, by=lead)
    slides = replace(ENTRY, title="Slides", audiences=("boards",), topic="race", format="slides", language="en")
    services.add_resource(organisation=trust, entry=slides, by=lead)
    services.note_use(resource=Resource.objects.get(title="Slides"), organisation=trust, uses=True, by=lead)
    for query in (
        {"audience": "boards"},
        {"topic": "race"},
        {"format": "slides"},
        {"language": "en"},
        {"q": "slid"},
        {"used": "yes"},
    ):
        page = text_of(lead, "toolkit:list", **query)
        assert "Slides</a>" in page and "interpreter</a>" not in page, query
    with pytest.raises(Incomplete, match="of that title in that language"):
        services.add_resource(organisation=trust, entry=slides, by=lead)


def test_a_step_is_told_to_others_without_its_note(trust: Organisation) -> None:
    lead = person(Role.EDI_LEAD, trust)
    assert trust in cheshire_organisations()
    typed = {"state": "adopted", "since-day": "1", "since-month": "10", "since-year": "2019", "note": "Only two of us agreed"}
    signed_in(lead).post(reverse("toolkit:step", args=["objectives"]), {**typed, "version": 0})
    assert next(row for row in step_rows() if row.organisation == trust).adopted == 1
    assert "Only two of us" in text_of(lead, "toolkit:steps")
    page = text_of(person(Role.STEERING_MEMBER), "toolkit:steps")
    assert "Adopted" in page and "Only two of us" not in page
    liverpool = Organisation.objects.get(slug="mersey-care")
    progress = StepProgress(organisation=liverpool, step="lead", state="working", since=TODAY)
    with pytest.raises(Incomplete, match="Cheshire and Warrington"):
        services.save_step(progress=progress, by=person(Role.EDI_LEAD, liverpool), seen_version=None)


def test_how_many_an_action_reached_is_its_owners_alone(trust: Organisation, other: Organisation) -> None:
    lead = person(Role.EDI_LEAD, trust)
    action = OutreachAction(
        organisation=trust, title="Breakfast at the mosque", what="Talked about letters.", group="bme", started_on=TODAY
    )
    action.reach, action.aims_at, action.is_shared = "25_99", "PAT-2", True
    services.save_outreach(action=action, by=lead, seen_version=None)
    assert "25 to 99 people" in text_of(lead, "toolkit:outreach")
    assert "Breakfast at the mosque" not in text_of(person(Role.EDI_LEAD, other), "toolkit:outreach")
    pass_all()
    page = text_of(person(Role.EDI_LEAD, other), "toolkit:outreach")
    assert "Breakfast at the mosque" in page and "Talked about" in page and "25 to 99" not in page
