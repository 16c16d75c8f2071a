"""A self-assessment by spreadsheet: what is downloaded reads back as it was, a dry run changes nothing, conflicts are shown."""

from datetime import date
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from edi_portal.clock import set_business_day
from organisations.models import Organisation, User
from organisations.roles import Role
from strategies.models import SelfAssessment
from strategies.services.assessments import AnswerEntry, answer_criterion, begin_assessment
from tests.organisations.factories import OrganisationFactory, person, signed_in

pytestmark = pytest.mark.django_db
HEAD = "criterion,level,evidence_link,evidence_text,note,target_level,target_by"


@pytest.fixture
def lead() -> User:
    set_business_day(date(2020, 1, 20))
    return person(Role.EDI_LEAD, OrganisationFactory.create(slug="here"))


@pytest.fixture
def made(lead: User) -> SelfAssessment:
    here = Organisation.objects.get(slug="here")
    made = begin_assessment(organisation=here, by=lead)
    entry = AnswerEntry(2, "", "=minutes", "- none yet", 3, date(2020, 12, 31))
    answer_criterion(assessment=made, criterion=made.criteria.rows.get(key="budget"), entry=entry, seen_version=0, by=lead)
    return made


def send(client: Any, content: bytes, name: str) -> Any:
    sheet = SimpleUploadedFile(name, content)
    return client.post(reverse("operating-model:sheet", args=["here", "2019-20"]), {"sheet": sheet})


def save(client: Any) -> Any:
    return client.post(reverse("operating-model:save-sheet", args=["here", "2019-20"]))


def test_what_is_downloaded_reads_back_as_it_was(lead: User, made: SelfAssessment) -> None:
    client = signed_in(lead)
    content = client.get(reverse("operating-model:answers-xlsx", args=["here", "2019-20"])).content
    row = next(row for row in load_workbook(BytesIO(content)).active.iter_rows(values_only=True) if row[0] == "budget")
    assert row[4] == "'=minutes", "no text becomes a formula"
    shown = send(client, content, "answers.xlsx").content.decode()
    assert "The sheet changes nothing" in shown and "18 rows are empty" in shown


def test_a_dry_run_changes_nothing_and_a_yes_saves_all(lead: User, made: SelfAssessment) -> None:
    client = signed_in(lead)
    rows = [HEAD, "budget,3,,The budget book,,,", "skills,1,,,,2,30/9/2020", "succession,,,,,,"]
    answer = send(client, "\n".join(rows).encode(), "answers.csv")
    assert answer.status_code == 200 and "2 answers change" in answer.content.decode()
    assert made.answers.count() == 1
    assert save(client).status_code == 302
    assert {one.criterion.key: one.level for one in made.answers.select_related("criterion")} == {"budget": 3, "skills": 1}
    assert save(client).url.endswith("/sheet/"), "once"


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("budget,4,,,,,", "needs evidence"),
        ("budget,9,,Minutes,,,", "choose one of the answers"),
        ("dragons,1,,,,,", "is no criterion"),
        ("skills,1,,,,3,", "by when"),
        ("skills,1,,,,3,31/2/2020", "real date"),
        ("skills,1,,,,,\nskills,2,,Minutes,,,", "several rows"),
    ],
)
def test_a_bad_row_is_named_and_nothing_is_kept(lead: User, made: SelfAssessment, row: str, words: str) -> None:
    client = signed_in(lead)
    answer = send(client, f"{HEAD}\nsuccession,1,,,,,\n{row}".encode(), "answers.csv")
    assert answer.status_code == 422
    assert words in answer.content.decode() and "Nothing has been saved" in answer.content.decode()
    save(client)
    assert made.answers.count() == 1


def test_what_somebody_saved_since_the_check_is_not_overwritten(lead: User, made: SelfAssessment) -> None:
    client = signed_in(lead)
    send(client, f"{HEAD}\nskills,1,,,,,\nbudget,3,,Mine,,,".encode(), "answers.csv")
    entry = AnswerEntry(4, "", "Theirs")
    answer_criterion(assessment=made, criterion=made.criteria.rows.get(key="budget"), entry=entry, seen_version=1, by=lead)
    answer = save(client)
    assert answer.status_code == 409 and "Money for EDI" in answer.content.decode()
    assert made.answers.get().evidence_text == "Theirs", "none of the sheet is saved"


def test_another_kind_of_file_is_refused_with_a_sentence(lead: User, made: SelfAssessment) -> None:
    answer = send(signed_in(lead), b"%PDF-1.7", "answers.pdf")
    assert answer.status_code == 422 and "XLSX or CSV" in answer.content.decode()
