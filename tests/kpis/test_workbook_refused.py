"""Files that must not be taken: each gets a sentence that says what to do, quickly, and nothing saved is touched."""

import os
from collections.abc import Callable

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from kpis.models.files import UploadStatus, WorkbookUpload
from kpis.models.returns import KpiReturn, ReturnEvent
from kpis.services import workbooks
from kpis.services.returns import content_hash
from kpis.workbooks.reading import Refused, inspect
from organisations.models import Organisation, User
from organisations.roles import Role
from organisations.services.memberships import grant_membership
from tests.kpis import workbook_files as files
from tests.kpis.factories import fill, make_user, open_collection, plain_values
from tests.kpis.workbook_files import SHEET

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference")]
MAIN = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
LINKED = b'<?xml version="1.0"?><externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"></externalLink>'


@pytest.fixture
def lead(draft: KpiReturn) -> User:
    person = make_user("lead@example.invalid")
    for organisation in (draft.organisation, Organisation.objects.get(slug="east-cheshire")):
        grant_membership(user=person, role=Role.EDI_LEAD, organisation=organisation, by=None)
    return person


@pytest.fixture
def draft() -> KpiReturn:
    organisation = Organisation.objects.get(slug="countess-of-chester")
    made = KpiReturn.objects.create(collection=open_collection("2019-20-q3"), organisation=organisation)
    fill(made, plain_values(organisation, made.quarter))
    return made


@pytest.fixture
def template(draft: KpiReturn, lead: User) -> bytes:
    return workbooks.download_workbook(kpi_return=draft, by=lead)


def upload(draft: KpiReturn, lead: User, content: bytes, name: str = "return.xlsx") -> WorkbookUpload:
    """Check a file; neither the return's content nor its version may change, and it must cost under two processor seconds."""
    before = content_hash(draft), draft.version, ReturnEvent.objects.count()
    began = os.times()
    checked = workbooks.check_upload(kpi_return=draft, file=SimpleUploadedFile(name, content), by=lead)
    ended = os.times()
    draft.refresh_from_db()
    assert (content_hash(draft), draft.version, ReturnEvent.objects.count()) == before
    assert sum(ended[:4]) - sum(began[:4]) < 2
    return checked


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty: it has 0 bytes."),
        (b"%PDF-1.7\n%\xe2\xe3", "This is a PDF file, not a workbook."),
        (b"Group,Applied\r\nWhite,1482\r\n", "This is a text or CSV file, not a workbook, whatever its name ends with."),
        ("Group;Applied\nWhite;1482".encode("utf-16"), "This is a text or CSV file"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "This is not an Excel workbook (.xlsx)."),
        (files.compound("Workbook"), "This is a workbook in the old Excel format (.xls)."),
        (files.compound("EncryptionInfo", "EncryptedPackage"), "The workbook is protected by a password"),
        (files.packed({"word/document.xml": b"<w/>"}), "This is a Word document, not a workbook."),
        (files.packed({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}), "This is an OpenDocument file."),
        (files.packed({"xl/workbook.bin": b""}), "This is a binary Excel workbook (.xlsb)."),
        (files.packed({"figures.csv": b"1,2"}), "This is a zip archive without a workbook in it."),
        (files.packed({f"xl/{n}.xml": b"" for n in range(10_000)}), "The file holds far more parts than a workbook"),
    ],
)
@pytest.mark.security(22)
def test_another_kind_of_file_is_named(draft: KpiReturn, lead: User, content: bytes, sentence: str) -> None:
    checked = upload(draft, lead, content)
    assert checked.status == UploadStatus.REFUSED
    assert checked.refusal.startswith(sentence)
    assert bytes(checked.content) == b""


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda book: book[: len(book) // 2], "The file is damaged or was not uploaded completely."),
        (lambda book: book[:-40], "The file is damaged or was not uploaded completely."),
        (files.bomb, "The file unpacks to far more than a workbook holds"),
        (files.lying_bomb, "The file is damaged or was not uploaded completely."),
        (files.billion_laughs, "The workbook contains code that a spreadsheet never writes"),
        (
            lambda book: files.with_part(
                book, "docProps/core.xml", b'<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><a/>'
            ),
            "The workbook contains code that a spreadsheet never writes",
        ),
        (lambda book: files.with_part(book, "xl/vbaProject.bin", b"x"), "The workbook contains a macro."),
        (
            lambda book: files.with_part(book, "xl/externalLinks/externalLink1.xml", LINKED),
            "The workbook has links to other files.",
        ),
        (lambda book: files.with_sheet_xml(book, lambda text: text[:900]), "The file is damaged"),
        (lambda book: files.with_sheet_xml(book, lambda _: MAIN + b"</worksheet>"), "The sheet “Workforce standards” has been"),
        (
            lambda book: files.with_sheet_xml(book, files.rows_after(1500, 60_000)),
            "The sheet “Workforce standards” goes on for more than",
        ),
        (
            lambda book: files.with_sheet_xml(book, files.rows_after(900, 40_000, '<c r="B{row}" s="1"/>' * 4)),
            "The sheet “Workforce standards” goes on for more than",
        ),
        (
            lambda book: files.with_sheet_xml(book, files.rows_after(1_048_576, 1, '<c r="XFD{row}"><v>1</v></c>')),
            "The sheet “Workforce standards” has 16384 columns; the workbook of the portal has 12.",
        ),
        (
            lambda book: files.with_sheet_xml(book, files.rows_after(90_000, 1, '<c r="B{row}"><v>1</v></c>')),
            "The sheet “Workforce standards” has entries down to row 90,000",
        ),
    ],
)
@pytest.mark.security(22)
def test_a_harmful_or_broken_workbook_is_not_opened(
    draft: KpiReturn, lead: User, template: bytes, spoil: Callable[[bytes], bytes], sentence: str
) -> None:
    checked = upload(draft, lead, spoil(template))
    assert checked.status == UploadStatus.REFUSED
    assert checked.refusal.startswith(sentence)
    assert len(checked.refusal) > len(sentence)


def test_a_sheet_of_300_columns_is_refused_with_its_name(draft: KpiReturn, lead: User, template: bytes) -> None:
    def widen(book: openpyxl.Workbook) -> None:
        for column in range(20, 301):
            book[SHEET].cell(row=3, column=column).value = column

    checked = upload(draft, lead, files.edited(template, widen))
    assert checked.refusal.startswith("The sheet “Workforce standards” has 300 columns; the workbook of the portal has 12.")


def test_a_file_over_5_megabytes_is_not_even_read(draft: KpiReturn, lead: User) -> None:
    checked = upload(draft, lead, b"PK\x03\x04" + b"\0" * (5 * 1024 * 1024))
    assert checked.refusal.startswith("The file is larger than 5 MB")


def test_another_organisations_workbook(draft: KpiReturn, lead: User) -> None:
    other = KpiReturn.objects.create(collection=draft.collection, organisation=Organisation.objects.get(slug="east-cheshire"))
    theirs = workbooks.download_workbook(kpi_return=other, by=lead)
    assert upload(draft, lead, theirs).refusal == (
        "This is the workbook of East Cheshire. Download yours from the return and copy the counts."
    )


def test_another_periods_workbook(draft: KpiReturn, lead: User) -> None:
    earlier = KpiReturn.objects.create(collection=open_collection("2019-20-q2"), organisation=draft.organisation)
    old = workbooks.download_workbook(kpi_return=earlier, by=lead)
    assert upload(draft, lead, old).refusal.startswith(
        "This is your workbook for July to September 2019; the return you opened is for October to December 2019."
    )


def test_an_old_template_version(draft: KpiReturn, lead: User, template: bytes) -> None:
    draft.collection.template_version = 3
    draft.collection.save()
    assert upload(draft, lead, template).refusal.startswith(
        "This workbook is template version 2; the portal now uses version 3. Download your workbook again"
    )


def test_questions_that_changed_since_the_download(draft: KpiReturn, lead: User, template: bytes) -> None:
    spoilt = files.edited(template, lambda book: book["_meta"].__setitem__("D3", "a_question_that_is_gone"))
    assert upload(draft, lead, spoilt).refusal.startswith("The questions of this return changed after you downloaded")


def test_a_workbook_that_is_not_the_portals(draft: KpiReturn, lead: User, template: bytes) -> None:
    for spoilt in (
        files.edited(template, lambda book: book.remove(book["_meta"])),
        files.edited(template, lambda book: book["_meta"].__setitem__("B2", "-1")),
        files.edited(template, lambda book: book["_meta"].__setitem__("G1", "Infinity or so")),
    ):
        assert upload(draft, lead, spoilt).refusal.startswith("This is not a workbook of the portal")


def test_moved_rows_and_missing_sheets_are_noticed(draft: KpiReturn, lead: User, template: bytes) -> None:
    moved = files.edited(template, lambda book: book[SHEET].insert_rows(20))
    assert "has been rearranged: cell A20 should read" in upload(draft, lead, moved).refusal
    gone = files.edited(template, lambda book: book.remove(book["Staff networks"]))
    assert upload(draft, lead, gone).refusal.startswith("The sheet “Staff networks” is missing")


def test_a_workbook_without_answers(draft: KpiReturn, lead: User) -> None:
    draft.values.all().delete()
    empty = workbooks.download_workbook(kpi_return=draft, by=lead)
    sentence = upload(draft, lead, empty).refusal
    assert sentence.startswith("The workbook holds no answers: 0 of ")
    assert sentence.split("0 of ")[1].split()[0] == str(len(plain_values(draft.organisation, draft.quarter)))


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("../../etc/passwd.xlsx", "passwd.xlsx"),
        ("..\\..\\return.xlsx", "return.xlsx"),
        ("a\r\nSet-Cookie: x.xlsx", "aSet-Cookie x.xlsx"),
        ("return\u202exslx.exe", "returnxslx.exe"),
        ("", "workbook.xlsx"),
        ("...", "workbook.xlsx"),
        ("x" * 300 + ".xlsx", "x" * 115 + ".xlsx"),
        ("Return 2019–20 Zoë.xlsx", "Return 2019–20 Zoë.xlsx"),
    ],
)
@pytest.mark.security(23)
def test_names_of_files_are_made_safe(given: str, shown: str) -> None:
    assert workbooks.shown_name(given) == shown


def test_the_limits_themselves() -> None:
    assert inspect(b"PK\x03\x04", size=5 * 1024 * 1024 + 1) == Refused("too_big", inspect(b"", size=6_000_000).sentence)  # type: ignore[union-attr]
    just_right = files.packed({"[Content_Types].xml": b"", "xl/workbook.xml": b"", "xl/_rels/workbook.xml.rels": b""})
    assert inspect(just_right) is None
