"""One way through the pages: an organisation assesses itself and shares, and the model is proposed and ratified."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from edi_portal.clock import set_business_day
from edi_portal.reviews.selectors import waiting
from organisations.models import Organisation, Place
from organisations.roles import Role
from strategies.models import ModelVersion, SelfAssessment
from strategies.shared_model.vocabulary import SECTIONS
from tests.organisations.factories import OrganisationFactory, person, signed_in

pytestmark = pytest.mark.django_db
TODAY = date(2020, 1, 20)


def at(name: str, *parts: object) -> str:
    return reverse(f"operating-model:{name}", args=parts)


def post(client: Client, address: str, **typed: str) -> str:
    """What the next page says after a form was sent and taken."""
    answer = client.post(address, typed, follow=True)
    assert answer.status_code == 200 and answer.redirect_chain, (address, answer.status_code)
    return answer.content.decode()


def test_from_the_first_answer_to_a_ratified_model() -> None:
    set_business_day(TODAY)
    trust = OrganisationFactory.create(slug="here")
    lead, sponsor = signed_in(person(Role.EDI_LEAD, trust)), signed_in(person(Role.EXECUTIVE_SPONSOR, trust))
    admin, member = signed_in(person(Role.PORTAL_ADMIN)), signed_in(person(Role.STEERING_MEMBER))
    page = ("here", "2019-20")

    assert "Begin the self-assessment of 2019-20" in lead.get(at("assessments")).content.decode()
    assert "0 of 19 criteria are answered" in post(lead, at("begin-assessment"))
    for criterion in SelfAssessment.objects.get().criteria.rows.all():
        typed = {"level": "4", "evidence_text": "Minutes of the board", "version": "0", "go": "back"}
        shown = post(lead, at("answer", *page, criterion.key), **typed)
    assert "All 19 criteria are answered" in shown
    post(lead, at("share-assessment", *page), share="yes")
    assert "The self-assessment is confirmed" in post(sponsor, at("confirm-assessment", *page))
    assert "Minutes of the board" not in member.get(at("assessment", *page)).content.decode()
    assert "Minutes of the board" in admin.get(reverse("text-reviews")).content.decode()
    post(admin, reverse("text-reviews"), review=str(waiting().get().pk), doing="pass", nobody="on")
    assert "Minutes of the board" in member.get(at("assessment", *page)).content.decode()
    members = Organisation.objects.in_footprint(TODAY).count()
    assert f"1 of {members} organisations have confirmed" in member.get(at("system")).content.decode()

    post(member, at("begin-version"))
    post(member, at("draft"), version="0", **{key: f"About {key}" for key in SECTIONS})
    assert "waits for replies" in post(member, at("propose"))
    readers = [person(Role.BOARD_MEMBER), *(person(Role.HEALTHWATCH_READER, place) for place in Place.objects.all())]
    asked = f'<a href="{at("version", 1)}">Reply to: Shared operating model, version 1</a>'
    for reader in readers:
        assert asked not in signed_in(reader).get("/").content.decode(), "nobody is asked for what they cannot read"
        assert at("reply", 1) not in signed_in(reader).get(at("version", 1)).content.decode()
    post(admin, reverse("text-reviews"), review=str(waiting().get().pk), doing="pass", nobody="on")
    for reader in readers:
        assert ModelVersion.objects.get().state == "proposed"
        assert asked in signed_in(reader).get("/").content.decode()
        assert f'href="{at("reply", 1)}">Reply to version 1</a>' in signed_in(reader).get(at("version", 1)).content.decode()
        shown = post(signed_in(reader), at("reply", 1), decision="ratify", **day_typed("on", TODAY))
        assert "Your reply to version 1 is kept: ratified." in shown
        assert asked not in signed_in(reader).get("/").content.decode()
    assert ModelVersion.objects.get().state == "ratified"
    assert "Ratified on 20 January 2020" in shown and at("reply", 1) not in shown
    assert "The agreed operating model" in member.get(at("document")).content.decode()


def day_typed(name: str, day: date) -> dict[str, str]:
    """A day as a form sends it."""
    return {f"{name}-{part}": str(getattr(day, part)) for part in ("day", "month", "year")}
