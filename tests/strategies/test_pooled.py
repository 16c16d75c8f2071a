"""Pooled resources and joint projects: who learns what, what is asked and agreed, what is kept."""

import html
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


@pytest.mark.parametrize("because", ["", "VXZ " * 20])
def test_a_decline_that_does_not_say_why_is_refused_at_its_row(
    offer: PooledOffer, taker: Organisation, giving: User, taking: User, because: str
) -> None:
    use = services.ask_for(offer=offer, organisation=taker, entry=USE, by=taking)
    address, client = reverse("operating-model:answer-use", args=[offer.slug, use.pk]), signed_in(giving)
    answer = client.post(address, {"answer": "declined", "declined_because": because})
    page = html.unescape(answer.content.decode())
    assert answer.status_code == 422 and f'href="#declined_because-{use.pk}"' in page and "Data analyst" in page
    assert PooledUse.objects.get().state == "asked"
    assert client.post(address, {"answer": "agreed", "declined_because": because}).status_code == 302
    again = client.post(address, {"answer": "declined", "declined_because": because})
    assert again.status_code == 409 and "answered already" in again.content.decode()


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


def typed_offer(**more: object) -> dict[str, object]:
    given = {"kind": "post", "title": "Data analyst", "description": "Two days a month", "hours": "80", "pounds": "4000"}
    return {**given, "offered_from": "1/2/2020", "is_shared": "on"} | more


def sent(user: User, name: str, *parts: object, status: int = 302, **typed: object) -> str:
    """The page after a form was sent; where it was saved, the page that it leads to."""
    answer = signed_in(user).post(reverse(f"operating-model:{name}", args=parts), typed, follow=status == 302)
    page = html.unescape(answer.content.decode())
    got = answer.redirect_chain[0][1] if status == 302 and answer.redirect_chain else answer.status_code
    assert got == status, page
    return page


def test_an_offer_is_written_by_page_and_a_conflict_keeps_what_was_typed(giving: User, taking: User) -> None:
    page = sent(giving, "add-offer", status=422, **typed_offer(offered_until="31/1/2020"))
    assert "The last day must not be before the first day" in page and 'value="Data analyst"' in page
    assert "The offer is saved." in sent(giving, "add-offer", **typed_offer())
    made = PooledOffer.objects.get()
    assert (made.organisation.slug, made.hours, made.is_shared, made.changed_by) == ("giver", 80, True, giving)
    sent(giving, "change-offer", made.slug, **typed_offer(title="Two analysts", version=made.version))
    page = sent(giving, "change-offer", made.slug, status=409, **typed_offer(title="Mine", version=made.version))
    assert "Saved meanwhile, beside what you typed" in page and "Two analysts" in page and 'value="Mine"' in page
    assert PooledOffer.objects.get().title == "Two analysts"
    sent(taking, "change-offer", made.slug, status=404, **typed_offer())
    sent(person(Role.BOARD_MEMBER), "add-offer", status=403, **typed_offer())


def test_an_offer_ends_with_a_reason_and_stands_again_by_page(offer: PooledOffer, giving: User, taking: User) -> None:
    sent(giving, "end-offer", offer.slug, status=422, reason=" ")
    sent(taking, "end-offer", offer.slug, status=404, reason="Not theirs")
    assert "What was agreed runs on" in sent(giving, "end-offer", offer.slug, reason="The post moves")
    offer.refresh_from_db()
    assert (offer.ended_on, offer.end_reason) == (TODAY, "The post moves")
    assert "This offer has ended." in sent(giving, "end-offer", offer.slug, status=409, reason="Again")
    sent(taking, "ask", offer.slug, status=404, starts_on="1/4/2020")
    assert "The offer stands again." in sent(giving, "reopen-offer", offer.slug)
    assert "This offer has not ended." in sent(giving, "reopen-offer", offer.slug, status=409)
    whats = ["pooled_offer.saved", "pooled_offer.ended", "pooled_offer.reopened"]
    rows = AuditEvent.objects.filter(subject=f"pooled-offer:{offer.slug}", action__startswith="pooled_offer").order_by("pk")
    assert list(rows.values_list("action", flat=True)) == whats


def test_what_is_asked_by_page_is_answered_once_taken_back_and_ended(offer: PooledOffer, giving: User, taking: User) -> None:
    page = sent(taking, "ask", offer.slug, status=422, starts_on="1/4/2020", ends_on="31/3/2020", hours="50")
    assert "The last day must not be before the first day" in page and 'value="50"' in page
    assert "This is your own offer." in sent(giving, "ask", offer.slug, status=409, starts_on="1/4/2020")
    sent(taking, "ask", offer.slug, starts_on="1/4/2020", hours="50")
    use = PooledUse.objects.get()
    again = sent(taking, "ask", offer.slug, status=422, starts_on="1/5/2020", hours="60")
    assert "already" in again and 'value="60"' in again and PooledUse.objects.count() == 1
    place = ("answer-use", offer.slug, use.pk)
    assert "Choose whether you agree or decline." in sent(giving, *place, status=422, answer="perhaps")
    assert "Choose why you decline." in sent(giving, *place, status=422, answer="declined", declined_because="mood")
    assert "Only an agreement is ended." in sent(giving, *place, status=409, answer="ended")
    sent(taking, *place, status=403, answer="agreed")
    sent(taking, *place, answer="withdrawn")
    assert "This was answered already." in sent(giving, *place, status=409, answer="agreed")
    assert PooledUse.objects.get().state == "withdrawn"
    sent(taking, "ask", offer.slug, starts_on="1/4/2020")
    second = PooledUse.objects.get(state="asked")
    sent(giving, "answer-use", offer.slug, second.pk, answer="agreed")
    sent(giving, "answer-use", offer.slug, second.pk, answer="ended")
    second.refresh_from_db()
    assert (second.state, second.settled_on) == ("ended", TODAY)


def test_offers_are_searched_by_word_and_kind(offer: PooledOffer, taking: User) -> None:
    client, address = signed_in(taking), reverse("operating-model:pooled")
    for query, found in (("?q=analyst", True), ("?q=interpreter", False), ("?kind=post", True), ("?kind=nonsense", True)):
        assert ("Data analyst" in client.get(address + query).content.decode()) is found, query
