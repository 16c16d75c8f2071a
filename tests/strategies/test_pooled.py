"""Pooled resources and joint projects: who learns what, what is asked and agreed, what is kept."""

from datetime import date

import pytest
from django.urls import reverse

from edi_portal.audit.models import AuditEvent
from edi_portal.clock import set_business_day
from edi_portal.exceptions import Incomplete, InvalidTransition, NotAllowed, StaleData
from edi_portal.reviews.selectors import waiting
from edi_portal.reviews.services import pass_text
from organisations.models import Organisation, User
from organisations.roles import Role
from strategies.models import PooledOffer, PooledUse
from strategies.services import pooled as services
from strategies.services.pooled import OfferEntry, ProjectEntry, UseEntry
from tests.organisations.factories import OrganisationFactory, person, signed_in

pytestmark = pytest.mark.django_db
TODAY = date(2020, 1, 20)
OFFER = OfferEntry("post", "Data analyst", TODAY, "Two days a month", hours=1237, pounds=48611, is_shared=True)
USE = UseEntry(date(2020, 4, 1), hours=613, pounds=7919, is_known=True)


@pytest.fixture(autouse=True)
def today() -> None:
    set_business_day(TODAY)


@pytest.fixture
def giver() -> Organisation:
    return OrganisationFactory.create(slug="giver")


@pytest.fixture
def taker() -> Organisation:
    return OrganisationFactory.create(slug="taker")


@pytest.fixture
def giving(giver: Organisation) -> User:
    return person(Role.EDI_LEAD, giver)


@pytest.fixture
def taking(taker: Organisation) -> User:
    return person(Role.EDI_LEAD, taker)


@pytest.fixture
def offer(giver: Organisation, giving: User) -> PooledOffer:
    made = services.save_offer(organisation=giver, offer=None, entry=OFFER, seen_version=0, by=giving)
    reviewer = person(Role.PORTAL_ADMIN)
    for review in waiting():
        pass_text(review=review, nobody_recognisable=True, by=reviewer)
    return made


def pages(user: User) -> str:
    """Everything that this person reads about pooled resources and projects."""
    client = signed_in(user)
    offers = [reverse("operating-model:offer", args=[one.slug]) for one in PooledOffer.objects.all()]
    addresses = [reverse("operating-model:pooled"), reverse("operating-model:projects"), *offers]
    return "".join(client.get(address).content.decode() for address in addresses)


def test_an_offer_is_read_once_shared_and_reviewed_and_its_numbers_never(giver: Organisation, giving: User, taking: User) -> None:
    made = services.save_offer(organisation=giver, offer=None, entry=OFFER, seen_version=0, by=giving)
    assert "Data analyst" not in pages(taking)
    pass_text(review=waiting().get(), nobody_recognisable=True, by=person(Role.PORTAL_ADMIN))
    for reader in (taking, person(Role.STEERING_MEMBER), person(Role.PORTAL_ADMIN)):
        shown = pages(reader)
        assert "Data analyst" in shown
        assert not any(secret in shown for secret in ("1,237", "1237", "48,611", "48611"))
    assert "Data analyst" not in pages(person(Role.BOARD_MEMBER))
    assert "1,237" in pages(giving) and "48,611" in pages(giving)
    changed = OfferEntry("post", "Another title", TODAY, is_shared=True)
    services.save_offer(organisation=giver, offer=made, entry=changed, seen_version=1, by=giving)
    assert "Another title" not in pages(taking) and "Data analyst" not in pages(taking), "a changed text is reviewed anew"
    with pytest.raises(StaleData):
        services.save_offer(organisation=giver, offer=made, entry=OFFER, seen_version=1, by=giving)


def test_what_is_agreed_is_read_by_its_two_parties_alone(
    offer: PooledOffer, giver: Organisation, taker: Organisation, giving: User, taking: User
) -> None:
    use = services.ask_for(offer=offer, organisation=taker, entry=USE, by=taking)
    with pytest.raises(Incomplete, match="already"):
        services.ask_for(offer=offer, organisation=taker, entry=USE, by=taking)
    with pytest.raises(InvalidTransition, match="your own offer"):
        services.ask_for(offer=offer, organisation=giver, entry=USE, by=giving)
    with pytest.raises(NotAllowed):
        services.answer_use(use=use, answer="agreed", by=taking)
    with pytest.raises(Incomplete, match="why you decline"):
        services.answer_use(use=use, answer="declined", by=giving)
    outsider = person(Role.EDI_LEAD, OrganisationFactory.create(slug="outside"))
    assert "Taker" not in pages(outsider), "asking is nobody else's business"
    services.answer_use(use=use, answer="agreed", by=giving)
    assert "613" in pages(giving) and "613" in pages(taking)
    for reader in (outsider, person(Role.STEERING_MEMBER), person(Role.PORTAL_ADMIN)):
        shown = pages(reader)
        assert "Taker" in shown, "the taker lets others know"
        assert not any(secret in shown for secret in ("613", "7,919", "7919"))
    assert AuditEvent.objects.filter(action="pooled_use.agreed").count() == 2
    services.end_offer(offer=offer, reason="The post moves", by=giving)
    assert "613" in pages(taking), "what was agreed runs on"
    with pytest.raises(InvalidTransition):
        services.withdraw_use(use=use, by=taking)
    services.end_use(use=use, party=taker, by=taking)
    assert PooledUse.objects.get().state == "ended"
    assert services.reopen_offer(offer=offer, by=giving).ended_on is None


def test_the_answer_goes_by_the_page_and_only_for_the_two(
    offer: PooledOffer, taker: Organisation, giving: User, taking: User
) -> None:
    use = services.ask_for(offer=offer, organisation=taker, entry=USE, by=taking)
    address = reverse("operating-model:answer-use", args=[offer.slug, use.pk])
    outsider = person(Role.EDI_LEAD, OrganisationFactory.create(slug="outside"))
    assert signed_in(outsider).post(address, {"answer": "ended"}).status_code == 404
    assert signed_in(giving).post(address, {"answer": "declined", "declined_because": "later"}).status_code == 302
    assert PooledUse.objects.get().declined_because == "later"
    assert "ask again later" in pages(taking)


def test_a_joint_project_names_its_programme_and_ends_with_an_outcome(
    giver: Organisation, taker: Organisation, giving: User, taking: User
) -> None:
    entry = ProjectEntry("Fair panels", "One pool of panels", "Better Together", (taker,), is_shared=True)
    made = services.save_project(organisation=giver, project=None, entry=entry, seen_version=0, by=giving)
    assert "Better Together" in pages(giving) and "Fair panels" not in pages(taking)
    pass_text(review=waiting().get(), nobody_recognisable=True, by=person(Role.PORTAL_ADMIN))
    shown = pages(person(Role.BOARD_MEMBER))
    assert "Fair panels" in shown and "Taker" in shown
    with pytest.raises(Incomplete, match="what came of it"):
        finished = ProjectEntry("Fair panels", "One pool", state="finished")
        services.save_project(organisation=giver, project=made, entry=finished, seen_version=1, by=giving)
    with pytest.raises(NotAllowed):
        services.save_project(organisation=giver, project=made, entry=entry, seen_version=1, by=taking)
    with pytest.raises(Incomplete, match="Leave your own out"):
        own = ProjectEntry("Ours", "Aim", partners=(giver,))
        services.save_project(organisation=giver, project=None, entry=own, seen_version=0, by=giving)
