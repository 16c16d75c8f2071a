"""Rows without a version: who saves over what a colleague saved meanwhile reads first who did so and when."""

import html
import re
from datetime import date

import pytest
from django.urls import reverse

from edi_portal.clock import set_business_day
from organisations.models import Organisation
from organisations.roles import Role
from steering.models import GroupMember, Meeting
from steering.models.consultations import ConsultationAnswer
from steering.models.impact import ImpactAction, ImpactAssessment
from steering.selectors.efficiencies import challenges_of
from steering.services.consultations import answer_consultation, ask_organisations
from steering.services.efficiencies import say_challenges
from tests.organisations.factories import person, signed_in
from tests.steering.test_workstreams_actions import pass_everything

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference")]
WHEN = r"on \d+ \w+ \d{4} at \d\d:\d\d, after you opened this page"


def version_in(page: str) -> str:
    """The version that the form of a page holds."""
    found = re.search(r'name="version" value="(\d*)"', page)
    assert found is not None, page
    return found.group(1)


def test_a_decision_and_an_action_name_the_colleague_who_was_first() -> None:
    set_business_day(date(2020, 1, 20))
    trust = Organisation.objects.get(slug="countess-of-chester")
    first, second = person(Role.EDI_LEAD, trust), person(Role.EDI_LEAD, trust)
    row = ImpactAssessment.objects.create(
        organisation=trust, title="A move", kind="policies", proposal="A clinic moves.", decision_on=date(2020, 1, 15)
    )
    due = date(2020, 3, 1)
    done, other = (ImpactAction.objects.create(assessment=row, text=text, owner="Estates", due_on=due) for text in "JK")
    for address, typed, words in (
        (reverse("impact:decide", args=[row.pk]), {"decided_on": "15/1/2020", "approved": "yes"}, "recorded the decision"),
        (reverse("impact:close-action", args=[done.pk]), {"on": "16/1/2020"}, "closed this action"),
    ):
        late, seen = signed_in(second), version_in(signed_in(second).get(address).content.decode())
        assert signed_in(first).post(address, typed | {"version": seen}).status_code == 302
        assert signed_in(person(Role.EDI_LEAD, trust)).post(
            reverse("impact:close-action", args=[other.pk]), {"on": "", "version": "0"}
        )
        changed = {"decided_on": "14/1/2020", "approved": "no"} if "approved" in typed else {"on": "14/1/2020"}
        answer = late.post(address, changed | {"version": seen})
        page = html.unescape(answer.content.decode())
        assert answer.status_code == 409 and re.search(f"{re.escape(str(first))} {words} {WHEN}", page), page
        assert late.post(address, changed | {"version": version_in(page)}).status_code == 302
    row.refresh_from_db()
    done.refresh_from_db()
    assert (row.decided_on, row.approved, done.closed_on) == (date(2020, 1, 14), False, date(2020, 1, 14))


def test_who_was_there_is_not_replaced_unseen() -> None:
    set_business_day(date(2020, 1, 20))
    first, second = person(Role.STEERING_MEMBER), person(Role.STEERING_MEMBER)
    one, two = (
        GroupMember.objects.create(seat="member", role_holder=f"Holder {letters}", valid_from=date(2019, 4, 1))
        for letters in "JK"
    )
    meeting = Meeting.objects.create(held_on=date(2020, 1, 10))
    address = reverse("meetings:attendance", args=["2020-01-10"])
    late = signed_in(second)
    seen = version_in(late.get(address).content.decode())
    assert signed_in(first).post(address, {"members": [one.pk], "version": seen}).status_code == 302
    answer = late.post(address, {"members": [two.pk], "version": seen})
    page = html.unescape(answer.content.decode())
    assert answer.status_code == 409 and re.search(f"{re.escape(str(first))} recorded who was there {WHEN}", page), page
    assert "Saved meanwhile, beside what you typed" in page and "QuerySet" not in page
    assert list(meeting.attended.all()) == [one]
    assert late.post(address, {"members": [two.pk], "version": version_in(page)}).status_code == 302
    assert list(meeting.attended.all()) == [two]


def test_challenges_that_a_colleague_ticked_are_not_taken_away_unseen() -> None:
    trust, elsewhere = (Organisation.objects.get(slug=slug) for slug in ("countess-of-chester", "mid-cheshire"))
    first, second, other = (person(Role.EDI_LEAD, where) for where in (trust, trust, elsewhere))
    late, address = signed_in(second), reverse("efficiencies:challenges")
    typed = {"challenges": ["reporting"], "version": version_in(late.get(address).content.decode())}
    assert signed_in(first).post(address, typed | {"challenges": ["training", "policies"]}).status_code == 302
    say_challenges(organisation=elsewhere, challenges=["policies"], by=other)
    answer = late.post(address, typed)
    page = html.unescape(answer.content.decode())
    assert answer.status_code == 409 and re.search(f"{re.escape(str(first))} said which challenges you have {WHEN}", page), page
    assert "Saved meanwhile, beside what you typed" in page and challenges_of(trust) == {"training", "policies"}
    assert late.post(address, typed | {"version": version_in(page)}).status_code == 302
    assert challenges_of(trust) == {"reporting"} and challenges_of(elsewhere) == {"policies"}


def test_an_answer_for_the_organisation_names_the_colleague_and_nobody_elsewhere() -> None:
    set_business_day(day := date(2020, 1, 20))
    trust, elsewhere = (Organisation.objects.get(slug=slug) for slug in ("countess-of-chester", "mid-cheshire"))
    first, second, other = (person(Role.EDI_LEAD, where) for where in (trust, trust, elsewhere))
    asked = {"title": "Early", "question": "Why?", "background": "", "opens_on": day, "due_on": day}
    row = ask_organisations(**asked, by=person(Role.STEERING_MEMBER))
    pass_everything(person(Role.PORTAL_ADMIN))
    late, address = signed_in(second), reverse("consultations:answer", args=[row.pk])
    typed = {"position": "disagree", "text": "Words JKQ of mine", "version": version_in(late.get(address).content.decode())}
    answer_consultation(consultation=row, organisation=trust, position="agree", text="Words VXZ of theirs", by=first)
    answer_consultation(consultation=row, organisation=elsewhere, position="agree", text="", by=other)
    answer = late.post(address, typed)
    page = html.unescape(answer.content.decode())
    assert answer.status_code == 409 and re.search(f"{re.escape(str(first))} answered for your organisation {WHEN}", page), page
    assert "Words VXZ of theirs" in page and "Words JKQ of mine" in page and str(other) not in page
    assert ConsultationAnswer.objects.get(consultation=row, organisation=trust).text == "Words VXZ of theirs"
    assert late.post(address, typed | {"version": version_in(page)}).status_code == 302
    assert ConsultationAnswer.objects.get(consultation=row, organisation=trust).text == "Words JKQ of mine"
