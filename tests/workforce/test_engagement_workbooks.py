"""Interviews, toolkit, steps and outreach by workbook or CSV: out and in again changes nothing, problems say where."""

from datetime import date
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from edi_portal.audit.models import AuditEvent
from edi_portal.clock import set_business_day
from edi_portal.ui.downloads import csv_bytes
from organisations.models import Organisation, User
from organisations.roles import Role
from tests.organisations.factories import person, signed_in
from workforce.engagement import STEP_STATES, STEPS
from workforce.models import MappingInterview, OutreachAction, Resource, StepProgress
from workforce.services.interviews import close_round, open_round, save_interview

pytestmark = pytest.mark.django_db

LEAFLET = {
    "What it is": "Resource",
    "Title": "A leaflet",
    "Link": "https://trust.invalid/",
    "Whom it is for": "patients; Carers",
    "Topic": "race",
    "Form": "leaflet",
    "Next review": "31/1/2021",
    "Others may use it": "yes",
}
TALK = {
    "Organisation": "mid-cheshire",
    "Day of the interview": "2020-01-10",
    "Who was interviewed (roles)": "EDI lead",
    "Capacity": "One post.",
}


@pytest.fixture(autouse=True)
def today() -> None:
    set_business_day(date(2020, 1, 20))


@pytest.fixture
def trust() -> Organisation:
    return Organisation.objects.get(slug="countess-of-chester")


@pytest.fixture
def lead(trust: Organisation) -> User:
    return person(Role.EDI_LEAD, trust)


def taken_out(client: Client, where: str) -> bytes:
    answer = client.get(reverse(f"{where}-download"))
    assert answer.status_code == 200
    return answer.content


def headings(client: Client, where: str) -> list[str]:
    return [str(cell.value) for cell in load_workbook(BytesIO(taken_out(client, where))).active[1]]


def given(client: Client, where: str, content: bytes, name: str = "register.xlsx") -> HttpResponse:
    answer: HttpResponse = client.post(reverse(where), {"sheet": SimpleUploadedFile(name, content)})
    return answer


def written(client: Client, where: str, *rows: dict[str, str]) -> HttpResponse:
    """A CSV file of these rows, with the headings of the download."""
    heads = headings(client, where)
    assert all(set(row) <= set(heads) for row in rows), heads
    return given(client, where, csv_bytes(heads, [[row.get(head, "") for head in heads] for row in rows]), "register.csv")


def saved(client: Client, where: str) -> Any:
    return client.post(reverse(f"{where}-apply"))


def test_a_check_saves_nothing_and_a_yes_saves_all(lead: User) -> None:
    client = signed_in(lead)
    body = written(client, "toolkit:sheet", LEAFLET, LEAFLET | {"Title": "Second", "Language": "Welsh"}).content.decode()
    assert "Nothing has been saved yet. 2 entries would change." in body and not Resource.objects.exists()
    assert saved(client, "toolkit:sheet").status_code == 302
    assert {one.title: (one.audiences, one.language) for one in Resource.objects.all()} == {
        "A leaflet": (["carers", "patients"], "en"),
        "Second": (["carers", "patients"], "cy"),
    }
    assert "There is no checked file" in client.post(reverse("toolkit:sheet-apply"), follow=True).content.decode()


def test_what_is_taken_out_and_given_back_changes_nothing(trust: Organisation, lead: User) -> None:
    open_round(financial_year="2019-20", by=person(Role.STEERING_MEMBER))
    client = signed_in(lead)
    talk = TALK | {"Organisation": trust.short_name, "Themes that came up": "works_alone; network_missing"}
    written(client, "interviews:sheet", talk | {"Capacity": "=One post.\nHalf of it filled."})
    saved(client, "interviews:sheet")
    written(client, "toolkit:sheet", LEAFLET | {"What it says": "- for all"})
    saved(client, "toolkit:sheet")
    OutreachAction.objects.create(organisation=trust, title="Talks", group="bme", started_on=date(2019, 1, 1), reach="25_99")
    for where in ("interviews:sheet", "toolkit:sheet", "toolkit:outreach-sheet"):
        content = taken_out(client, where)
        assert load_workbook(BytesIO(content)).active.max_row == 2, where
        assert "The file says what the register says" in given(client, where, content).content.decode(), where
    downloads = AuditEvent.objects.filter(action="register.downloaded", organisation=trust.slug)
    assert {one.subject for one in downloads} == {"register:interviews", "register:toolkit", "register:outreach"}


def test_a_problem_is_named_by_row_and_column_and_nothing_is_saved(lead: User) -> None:
    client = signed_in(lead)
    odd = {"Whom it is for": "patients; nobody", "Next review": "31/31/2020", "Others may use it": "perhaps"}
    body = written(client, "toolkit:sheet", LEAFLET, LEAFLET | odd).content.decode()
    assert "Nothing has been saved. 3 cells must be mended." in body and not Resource.objects.exists()
    for said in ("“nobody” is none of the choices", "real date", "Write yes or no", "Toolkit, row 3"):
        assert said in body, said
    body = written(client, "toolkit:sheet", LEAFLET, LEAFLET | {"Title": "", "Link": ""}).content.decode()
    assert "Enter the title" in body and "Enter the link" in body and not Resource.objects.exists()


def test_an_entry_changed_since_it_was_taken_out_is_not_overwritten(trust: Organisation, lead: User) -> None:
    client = signed_in(lead)
    action = OutreachAction.objects.create(
        organisation=trust, title="Health talks", group="bme", started_on=date(2019, 1, 1), version=1
    )
    row = {
        "Entry": str(action.pk),
        "Version": "1",
        "Name of the action": "Health talks",
        "With whom": "bme",
        "First day": "1/1/2019",
        "What was done": "Mine.",
    }
    assert "1 entry would change" in written(client, "toolkit:outreach-sheet", row).content.decode()
    OutreachAction.objects.filter(pk=action.pk).update(version=2, what="Somebody wrote this meanwhile.")
    answer = saved(client, "toolkit:outreach-sheet")
    assert answer.status_code == 409 and "Somebody wrote this meanwhile." in answer.content.decode()
    assert "1 entry was changed in the portal" in written(client, "toolkit:outreach-sheet", row).content.decode()
    assert OutreachAction.objects.get().what == "Somebody wrote this meanwhile."


def test_interviews_come_in_for_open_rounds_and_only_where_one_may_write(trust: Organisation, lead: User) -> None:
    steering = person(Role.STEERING_MEMBER)
    one = open_round(financial_year="2019-20", by=steering)
    client = signed_in(steering)
    closed = TALK | {"Organisation": "east-cheshire", "Day of the interview": "2018-11-10"}
    body = written(client, "interviews:sheet", TALK, closed).content.decode()
    assert "no open round of interviews for 2018-19" in body and not MappingInterview.objects.exists()
    written(client, "interviews:sheet", TALK)
    assert saved(client, "interviews:sheet").status_code == 302
    made = MappingInterview.objects.get()
    assert made.interviewer == steering and made.capacity == "One post."
    row = TALK | {"Entry": "mid-cheshire/2019-20", "Version": "1", "Capacity": "Two posts."}
    body = written(client, "interviews:sheet", row | {"Organisation": "east-cheshire"}).content.decode()
    assert "An interview stays with its organisation" in body
    close_round(one=one, by=steering)
    assert "A closed round stays as it is" in written(client, "interviews:sheet", row).content.decode()


def test_nobody_reads_or_writes_interviews_of_others_by_file(trust: Organisation, lead: User) -> None:
    steering = person(Role.STEERING_MEMBER)
    open_round(financial_year="2019-20", by=steering)
    other = Organisation.objects.get(slug="mid-cheshire")
    interview = MappingInterview(organisation=other, held_on=date(2020, 1, 10), capacity="One post.")
    save_interview(interview=interview, by=steering)
    client = signed_in(lead)
    out = load_workbook(BytesIO(taken_out(client, "interviews:sheet"))).active
    assert out.max_row == 1
    assert "is none of the choices" in written(client, "interviews:sheet", TALK).content.decode()
    row = TALK | {"Entry": "mid-cheshire/2019-20", "Version": "1", "Organisation": trust.slug}
    assert "There is no entry" in written(client, "interviews:sheet", row).content.decode()


def test_an_interview_for_an_organisation_that_had_closed_is_refused_with_what_became_of_it() -> None:
    steering = person(Role.STEERING_MEMBER)
    open_round(financial_year="2019-20", by=steering)
    closed = Organisation.objects.ever_in_footprint().exclude(pk__in=Organisation.objects.in_footprint(date(2020, 1, 10))).first()
    assert closed is not None
    body = written(signed_in(steering), "interviews:sheet", TALK | {"Organisation": closed.slug}).content.decode()
    assert "was not part of the partnership on 10 January 2020" in body and not MappingInterview.objects.exists()


def test_the_page_says_what_each_column_takes(lead: User) -> None:
    body = signed_in(lead).get(reverse("toolkit:sheet")).content.decode()
    assert "One of “Boards”, “Staff”, “Patients”, “Carers”, “The public”; several with semicolons between them" in body
    assert "A day, as 2019-12-31" in body and "XLSX or CSV" in body


def test_every_step_is_in_the_file_and_only_how_far_one_is_comes_back(trust: Organisation, lead: User) -> None:
    client, first = signed_in(lead), STEPS[0]
    content = taken_out(client, "toolkit:steps-sheet")
    assert load_workbook(BytesIO(content)).active.max_row == 1 + len(STEPS)
    assert "The file says what the register says" in given(client, "toolkit:steps-sheet", content).content.decode()
    begun = {
        "Entry": first.key,
        "Version": "0",
        "Step": first.name,
        "How far": STEP_STATES["working"],
        "Note for yourselves": "Met.",
    }
    body = written(client, "toolkit:steps-sheet", begun).content.decode()
    assert "Enter the day since when" in body and not StepProgress.objects.exists()
    body = written(client, "toolkit:steps-sheet", begun | {"Since": "1/10/2019", "Step": "Another step"}).content.decode()
    assert "The name of a step is given" in body
    assert "1 entry would change" in written(client, "toolkit:steps-sheet", begun | {"Since": "1/10/2019"}).content.decode()
    saved(client, "toolkit:steps-sheet")
    step = StepProgress.objects.get()
    assert (step.organisation, step.step, step.state, step.since) == (trust, first.key, "working", date(2019, 10, 1))
    assert "1 entry was changed in the portal" in written(client, "toolkit:steps-sheet", begun).content.decode()


def test_an_organisation_on_merseyside_has_no_steps_to_fill_in() -> None:
    client = signed_in(person(Role.EDI_LEAD, Organisation.objects.get(slug="mersey-care")))
    answer = client.get(reverse("toolkit:steps-sheet"))
    assert answer.status_code == 422 and "yours shares the model already" in answer.content.decode()
