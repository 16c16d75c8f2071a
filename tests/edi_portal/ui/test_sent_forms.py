"""A form that is pressed twice is done once; one that lost a race for a lock is tried again; neither is done by halves."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any
from urllib.parse import urlencode

import psycopg2.errors
import pytest
from django.contrib.messages import get_messages
from django.db import IntegrityError, OperationalError, connection
from django.db.models import F
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from edi_portal.jobs.models import Job
from edi_portal.models import SentForm
from edi_portal.ui import sent_forms
from kpis.models.returns import ReturnEvent
from organisations.models import User
from organisations.roles import Role
from steering.models import Risk
from steering.services import risks
from strategies.models import FrameworkVersion
from tests.kpis.return_world import return_world
from tests.kpis.test_two_at_once import at_once
from tests.organisations.factories import OrganisationFactory, person, signed_in
from workforce.models import EdiYear

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference")]

PAGE = "JKQV" * 16
"""The token of one showing of a page."""
RISK = {
    "title": "Ethnicity is not recorded",
    "cause": "A new system without the field, so that ratios mislead.",
    "mitigation": "The field is asked for at the next change.",
    "likelihood": "3",
    "impact": "4",
    "owner_role": "EDI lead",
    "review_on-day": "24",
    "review_on-month": "1",
    "review_on-year": "2030",
}


@pytest.fixture
def member() -> User:
    return person(Role.STEERING_MEMBER)


def press(browser: Client, page: str = PAGE, **other: str) -> HttpResponse:
    return send(browser, "/risks/add/", RISK | other | {"csrfmiddlewaretoken": page})


def send(browser: Client, url: str, fields: dict[str, str]) -> HttpResponse:
    """As a browser sends a form without files."""
    return browser.post(url, urlencode(fields), content_type=sent_forms.FORM)


def titles() -> list[str]:
    return list(Risk.objects.order_by("pk").values_list("title", flat=True))


def test_f19_a_second_press_is_led_where_the_first_led_and_adds_nothing(member: User) -> None:
    browser = signed_in(member)
    first, second = press(browser), press(browser)
    assert (first.status_code, second.status_code) == (302, 302) and first.url == second.url
    assert len(titles()) == 1
    assert any("was done then, once" in str(said) for said in get_messages(second.wsgi_request))


def test_what_is_sent_anew_is_done_anew(member: User) -> None:
    browser = signed_in(member)
    press(browser)
    press(browser, title="Another one")
    press(browser)  # not what this page was sent with last
    press(browser, page="XZ" * 32)  # shown again
    assert titles() == [RISK["title"], "Another one", RISK["title"], RISK["title"]]


def test_a_form_that_was_refused_may_be_sent_as_it_is(member: User) -> None:
    browser = signed_in(member)
    for _ in range(2):
        assert press(browser, title="").status_code == 422
    assert press(browser).status_code == 302 and len(titles()) == 1


def test_the_same_form_from_somebody_else_is_another_one(member: User) -> None:
    press(signed_in(member))
    press(signed_in(person(Role.STEERING_MEMBER)))
    assert len(titles()) == 2


def test_after_a_while_the_same_is_meant_anew_and_after_a_day_it_is_forgotten(member: User) -> None:
    browser = signed_in(member)
    press(browser)
    SentForm.objects.update(sent_at=F("sent_at") - sent_forms.WITHIN - timedelta(seconds=1))
    press(browser)
    assert len(titles()) == 2
    sent_forms.forget_old()
    assert SentForm.objects.count() == 1
    SentForm.objects.update(sent_at=F("sent_at") - sent_forms.KEPT)
    sent_forms.forget_old()
    assert not SentForm.objects.exists()


def test_a_form_that_leads_to_a_very_long_address_is_done_all_the_same(member: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sent_forms, "LONGEST", 5)
    browser = signed_in(member)
    assert press(browser).status_code == 302 and len(titles()) == 1
    assert not SentForm.objects.exclude(led_to="").exists()


def test_no_word_of_a_form_is_kept(member: User) -> None:
    press(signed_in(member))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT t::text FROM {SentForm._meta.db_table} t")
        kept = cursor.fetchone()[0]
    assert PAGE not in kept and not [text for text in RISK.values() if len(text) > 4 and text in kept]


def patient(user: User) -> Client:
    """A browser that gets the answer, where a test would get the error behind it."""
    browser = signed_in(user)
    browser.raise_request_exception = False
    return browser


def losing(times: int, fault: psycopg2.Error, deed: Callable[..., Any]) -> Callable[..., Any]:
    """The deed, after which the database ends the transaction so many times."""
    left = [times]

    def attempt(**arguments: Any) -> Any:
        done = deed(**arguments)
        if left[0]:
            left[0] -= 1
            raise (IntegrityError if isinstance(fault, psycopg2.IntegrityError) else OperationalError)("lost") from fault
        return done

    return attempt


def fault(code: str) -> psycopg2.Error:
    """What PostgreSQL says with this code."""
    error = psycopg2.errors.lookup(code)("lost")
    error.__setstate__({"pgcode": code})
    return error


@pytest.mark.parametrize("code", sorted(sent_forms.TRY_AGAIN))
def test_f20_a_form_that_the_database_gave_up_on_is_tried_again(code: str, member: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("steering.views.risks.services.raise_risk", losing(2, fault(code), risks.raise_risk))
    answer = press(patient(member))
    assert answer.status_code == 302 and len(titles()) == 1
    assert len(list(get_messages(answer.wsgi_request))) == 1


def test_f20_after_three_tries_the_form_comes_back_and_nothing_is_kept(member: User, monkeypatch: pytest.MonkeyPatch) -> None:
    tried = losing(9, fault("40P01"), risks.raise_risk)
    monkeypatch.setattr("steering.views.risks.services.raise_risk", tried)
    answer = press(patient(member))
    assert answer.status_code == 503 and RISK["cause"] in answer.content.decode()
    assert not titles() and not SentForm.objects.exists()


def test_f20_what_will_fail_again_is_not_tried_again(member: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("steering.views.risks.services.raise_risk", losing(1, fault("53100"), risks.raise_risk))
    assert press(patient(member)).status_code == 503 and not titles()


@pytest.mark.django_db(transaction=True)
def test_f19_a_return_that_is_sent_by_two_presses_at_once_is_sent_once_and_told_once() -> None:
    world = return_world()
    draft = world.filled()
    url = f"/returns/{world.organisation.slug}/{draft.collection.period}/submit/"
    browsers = [patient(world.lead) for _ in range(2)]
    before = Job.objects.filter(kind="return_mail").count()
    presses = at_once(*(partial(send, browser, url, {"csrfmiddlewaretoken": PAGE}) for browser in browsers))
    assert [(ended.result.status_code, ended.result.url) for ended in presses] == [(302, presses[0].result.url)] * 2
    assert ReturnEvent.objects.filter(kpi_return=draft, kind="submit").count() == 1
    assert Job.objects.filter(kind="return_mail").count() == before + 1


ROUNDS = 6
YEAR = {"financial_year": "2019-20", "spending": "5000", "survey_part": "no", "csrfmiddlewaretoken": PAGE}


@pytest.mark.django_db(transaction=True)
def test_f20_what_the_database_refuses_only_at_the_end_is_tried_again_too(member: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether what a row builds on is still there, the database looks at last, when the page is made already."""
    left, deed = [1], risks.raise_risk

    def builds_on_nothing(**arguments: Any) -> Risk:
        risk = deed(**arguments)
        if left:
            left.pop()
            Risk.objects.filter(pk=risk.pk).update(workstream_id=0)
        return risk

    monkeypatch.setattr("steering.views.risks.services.raise_risk", builds_on_nothing)
    assert press(patient(member)).status_code == 302 and len(titles()) == 1


@pytest.mark.django_db(transaction=True)
def test_f7_two_colleagues_who_begin_the_same_at_once_meet_in_one() -> None:
    browsers = [patient(person(Role.STEERING_MEMBER)) for _ in range(2)]
    for _ in range(ROUNDS):
        begun = at_once(
            *(partial(send, browser, "/strategies/framework/begin/", {"csrfmiddlewaretoken": PAGE}) for browser in browsers)
        )
        assert [(ended.result.status_code, ended.result.url) for ended in begun] == [(302, "/strategies/framework/draft/")] * 2
        FrameworkVersion.objects.get(status="draft").delete()
        SentForm.objects.all().delete()


@pytest.mark.django_db(transaction=True)
def test_f7_of_two_colleagues_who_add_the_same_year_at_once_one_is_told_that_it_is_there() -> None:
    trust = OrganisationFactory.create(slug="here")
    browsers = [patient(person(Role.EDI_LEAD, trust)) for _ in range(2)]
    for _ in range(ROUNDS):
        added = at_once(*(partial(send, browser, reverse("edi-posts:add-year"), YEAR) for browser in browsers))
        statuses = sorted(ended.result.status_code for ended in added)
        refused = max((ended.result for ended in added), key=lambda answer: answer.status_code)
        assert statuses == [302, 422] and "This year is in the register." in refused.content.decode(), statuses
        EdiYear.objects.get().delete()
        SentForm.objects.all().delete()
