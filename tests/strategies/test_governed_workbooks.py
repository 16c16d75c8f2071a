"""The implementation plan and the draft of the framework by workbook: kept by the steering group, for all."""

from datetime import date
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook
from openpyxl.workbook import Workbook

from edi_portal.audit.models import AuditEvent
from edi_portal.clock import set_business_day
from organisations.models import Organisation, User
from organisations.roles import Role
from strategies.models import PlanStep, Theme
from strategies.selectors.framework import framework_in_force
from strategies.services import framework, plan_steps
from strategies.services.plan_steps import StepEntry
from tests.organisations.factories import person, signed_in

pytestmark = pytest.mark.django_db
PLAN, FRAMEWORK = "operating-model:plan-sheet", "strategies:framework-sheet"


@pytest.fixture
def member() -> User:
    set_business_day(date(2020, 1, 20))
    return person(Role.STEERING_MEMBER)


@pytest.fixture
def step(member: User) -> PlanStep:
    owner = Organisation.objects.get(slug="mid-cheshire")
    return plan_steps.add_step(entry=StepEntry("One pool of panels", "talent", owner, date(2020, 6, 30)), by=member)


def book_of(client: Client, where: str) -> Workbook:
    return load_workbook(BytesIO(client.get(reverse(f"{where}-download")).content))


def given(client: Client, where: str, book: Workbook) -> str:
    content = BytesIO()
    book.save(content)
    answer: Any = client.post(reverse(where), {"sheet": SimpleUploadedFile("all.xlsx", content.getvalue())})
    return str(answer.content.decode())


def put(book: Workbook, row: int, **values: Any) -> None:
    sheet = book.active
    heads = {cell.value: cell.column for cell in sheet[1]}
    for heading, value in values.items():
        sheet.cell(row=row, column=heads[heading.replace("_", " ")], value=value)


def test_steps_of_the_plan_are_changed_and_added_together(member: User, step: PlanStep) -> None:
    client = signed_in(member)
    book = book_of(client, PLAN)
    assert "The file says what the register says" in given(client, PLAN, book)
    put(book, 2, Due_on="30/9/2020")
    put(book, 3, What_is_done="A shared handbook", Domain=book.active["D2"].value, Due_on="2020-12-31")
    assert "Choose" in given(client, PLAN, book), "a new step needs an owner"
    put(book, 3, Organisation_that_does_it="Countess of Chester")
    assert "2 entries would change" in given(client, PLAN, book)
    assert PlanStep.objects.count() == 1, "a check saves nothing"
    assert client.post(reverse(f"{PLAN}-apply")).status_code == 302
    assert list(PlanStep.objects.order_by("due_on").values_list("name", "due_on")) == [
        ("One pool of panels", date(2020, 9, 30)),
        ("A shared handbook", date(2020, 12, 31)),
    ]
    put(book, 2, Due_on="1/10/2020")
    assert "changed in the portal since this file was taken out" in given(client, PLAN, book)
    downloads = AuditEvent.objects.filter(action="register.downloaded", subject="register:plan")
    assert {(one.actor_id, one.organisation) for one in downloads} == {(member.pk, "")}


def test_what_is_done_is_not_in_the_file(member: User, step: PlanStep) -> None:
    plan_steps.finish_step(step=step, on=date(2020, 1, 19), note="", by=member)
    assert book_of(signed_in(member), PLAN).active.max_row == 1


def test_themes_of_the_draft_change_and_the_version_in_force_stays(member: User) -> None:
    client = signed_in(member)
    assert client.get(reverse(FRAMEWORK)).status_code == 409, "nothing is being written"
    draft = framework.begin_draft(by=member)
    before = [(one.key, one.description) for one in framework_in_force().themes.all()]
    book = book_of(client, FRAMEWORK)
    assert book.active.max_row == 1 + len(before)
    assert "The file says what the register says" in given(client, FRAMEWORK, book)
    put(book, 2, What_is_true_when_it_is_met="Everybody can say what changed.")
    new = book.active.max_row + 1
    put(book, new, Theme="Carers at work", Domain="Cultural", What_is_true_when_it_is_met="Carers stay.", EDS2_goals="nothing")
    assert "none of the choices" in given(client, FRAMEWORK, book)
    put(book, new, EDS2_goals=book.active["F2"].value)
    assert "2 entries would change" in given(client, FRAMEWORK, book)
    client.post(reverse(f"{FRAMEWORK}-apply"))
    assert draft.themes.get(key=before[0][0]).description == "Everybody can say what changed."
    assert Theme.objects.get(framework=draft, name="Carers at work").domain == "cultural"
    assert [(one.key, one.description) for one in framework_in_force().themes.all()] == before


def test_a_theme_that_a_colleague_changed_is_not_overwritten(member: User) -> None:
    client = signed_in(member)
    draft = framework.begin_draft(by=member)
    book = book_of(client, FRAMEWORK)
    put(book, 2, What_is_true_when_it_is_met="Mine.")
    first = draft.themes.order_by("position")[0]
    theirs = framework.ThemeEntry(first.name, first.domain, "Theirs.")
    framework.save_theme(draft=draft, key=first.key, entry=theirs, seen_version=first.version, by=member)
    assert "Theirs." in given(client, FRAMEWORK, book)
    assert Theme.objects.get(pk=first.pk).description == "Theirs."


@pytest.mark.parametrize("where", [PLAN, FRAMEWORK])
def test_nobody_else_gives_or_takes_such_a_file(member: User, where: str) -> None:
    framework.begin_draft(by=member)
    for role in (Role.BOARD_MEMBER, Role.PORTAL_ADMIN):
        client = signed_in(person(role))
        assert client.get(reverse(where)).status_code == client.get(reverse(f"{where}-download")).status_code == 403
