"""A self-assessment by workbook or CSV: what is taken out reads back as it was, a check changes nothing, conflicts are shown."""

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
HEAD = "Entry,Version,Criterion,Level,Link to evidence,Evidence in a few words,Note,Target level,Reach the target by"


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
    return client.post(reverse("operating-model:sheet-apply", args=["here", "2019-20"]))


def rows(made: SelfAssessment, *typed: str) -> bytes:
    """A CSV file: of each row the key, the version and what stands behind the name."""
    names = {one.key: one.name for one in made.criteria.rows.all()}
    lines = []
    for line in typed:
        key, version, rest = line.split(",", 2)
        lines.append(f'{key},{version},"{names.get(key, "Dragons")}",{rest}')
    return "\n".join([HEAD, *lines]).encode()


def test_what_is_downloaded_reads_back_as_it_was(lead: User, made: SelfAssessment) -> None:
    client = signed_in(lead)
    content = client.get(reverse("operating-model:sheet-download", args=["here", "2019-20"])).content
    row = next(row for row in load_workbook(BytesIO(content)).active.iter_rows(values_only=True) if row[0] == "budget")
    assert row[5] == "'=minutes", "no text becomes a formula"
    shown = send(client, content, "answers.xlsx").content.decode()
    assert "The file says what the register says" in shown


def test_a_check_changes_nothing_and_a_yes_saves_all(lead: User, made: SelfAssessment) -> None:
    client = signed_in(lead)
    content = rows(made, "budget,1,3,,The budget book,,,", "skills,0,1. Not begun,,,,2,30/9/2020", "succession,0,,,,,,")
    answer = send(client, content, "answers.csv")
    assert answer.status_code == 200 and "2 entries would change" in answer.content.decode()
    assert made.answers.count() == 1
    assert save(client).status_code == 302
    assert {one.criterion.key: one.level for one in made.answers.select_related("criterion")} == {"budget": 3, "skills": 1}
    assert save(client).url.endswith("/workbook/"), "once"


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("budget,1,4,,,,,", "needs evidence"),
        ("budget,1,9,,Minutes,,,", "none of the choices"),
        ("budget,1,,,,,,", "level describes you best"),
        ("dragons,0,1,,,,,", "There is no entry “dragons”"),
        (",,1,,,,,", "No criterion is added by file"),
        ("skills,0,1,,,,3,", "by when"),
        ("skills,0,1,,,,3,31/2/2020", "real date"),
        ("skills,0,1,,,,,\nskills,0,Skills,2,,Minutes,,,", "stands in 2 rows"),
    ],
)
def test_a_bad_row_is_named_and_nothing_is_kept(lead: User, made: SelfAssessment, row: str, words: str) -> None:
    client = signed_in(lead)
    answer = send(client, rows(made, "succession,0,1,,,,,", row), "answers.csv")
    assert words in answer.content.decode() and "Nothing has been saved" in answer.content.decode()
    save(client)
    assert made.answers.count() == 1


def test_a_criterion_keeps_its_name(lead: User, made: SelfAssessment) -> None:
    content = rows(made, "skills,0,1,,,,,").replace(b"skills,0,", b"skills,0,Our own ")
    assert "The name of a criterion is given" in send(signed_in(lead), content, "answers.csv").content.decode()


def test_what_somebody_saved_since_the_check_is_not_overwritten(lead: User, made: SelfAssessment) -> None:
    client = signed_in(lead)
    send(client, rows(made, "skills,0,1,,,,,", "budget,1,3,,Mine,,,"), "answers.csv")
    entry = AnswerEntry(4, "", "Theirs")
    answer_criterion(assessment=made, criterion=made.criteria.rows.get(key="budget"), entry=entry, seen_version=1, by=lead)
    answer = save(client)
    assert answer.status_code == 409 and "Money for EDI" in answer.content.decode()
    assert made.answers.get().evidence_text == "Theirs", "none of the file is saved"


def test_another_kind_of_file_is_refused_with_a_sentence(lead: User, made: SelfAssessment) -> None:
    answer = send(signed_in(lead), b"%PDF-1.7", "answers.pdf")
    assert answer.status_code == 422 and "XLSX or CSV" in answer.content.decode()
