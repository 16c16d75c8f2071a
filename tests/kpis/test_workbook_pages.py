"""The pages of the workbook: who reaches them, what they say, and that a person's file is that person's alone."""

import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from kpis.catalogue import CellKey
from kpis.models.collections import TEMPLATE_VERSION
from kpis.models.files import WorkbookUpload
from kpis.models.returns import KpiReturn
from kpis.selectors.definitions import framework_for
from kpis.selectors.returns import values_of
from kpis.services import returns
from kpis.services.returns import CellChange
from kpis.workbooks.layout import layout_of
from organisations.models import Organisation, User
from organisations.roles import Role
from tests.kpis.factories import open_collection
from tests.kpis.workbook_files import filled
from tests.organisations.factories import person, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference")]
RECRUITMENT = "recruitment_ethnicity"


@pytest.fixture
def draft() -> KpiReturn:
    organisation = Organisation.objects.get(slug="countess-of-chester")
    return KpiReturn.objects.create(collection=open_collection("2019-20-q3"), organisation=organisation)


@pytest.fixture
def lead(draft: KpiReturn) -> User:
    return person(Role.EDI_LEAD, draft.organisation)


@pytest.fixture
def client(lead: User) -> Client:
    return signed_in(lead)


def address(draft: KpiReturn, name: str, *more: object) -> str:
    return reverse(f"returns:{name}", args=[draft.organisation.slug, draft.collection.period, *more])


def workbook(client: Client, draft: KpiReturn, **cells: object) -> bytes:
    """The downloaded workbook with values for the row "bme" of recruitment, by column."""
    block = layout_of(
        framework_for(draft.quarter).due_measures(draft.organisation), template_version=TEMPLATE_VERSION
    ).by_measure[RECRUITMENT]
    typed = {tuple(block.place(CellKey("bme", column))): value for column, value in cells.items()}
    return filled(client.get(address(draft, "workbook")).content, typed)


def send(client: Client, draft: KpiReturn, content: bytes, name: str = "return.xlsx") -> str:
    """Upload a file; the address of its check."""
    response = client.post(address(draft, "upload"), {"workbook": SimpleUploadedFile(name, content)})
    assert response.status_code == 302, response.content.decode()
    return response.headers["Location"]


def test_the_download_is_a_file_that_no_cache_keeps(client: Client, draft: KpiReturn) -> None:
    response = client.get(address(draft, "workbook"))
    assert response.headers["Content-Disposition"] == 'attachment; filename="countess-of-chester-2019-20-q3.xlsx"'
    assert response.headers["Cache-Control"] == "no-store, private"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert openpyxl.load_workbook(io.BytesIO(response.content)).sheetnames[0] == "Read me"


def test_a_good_workbook_is_shown_then_saved_with_one_button(client: Client, draft: KpiReturn) -> None:
    url = send(client, draft, workbook(client, draft, applied=400, shortlisted=60), name="../x\u202ey.xlsx")
    page = client.get(url).content.decode()
    assert "2 changes are ready. Nothing has been saved yet." in page
    assert "Save 2 changes" in page and "<strong>xy.xlsx</strong>" in page
    assert not draft.values.exists()
    assert client.post(url, {"action": "save"}).headers["Location"] == address(draft, "overview")
    assert len(values_of(draft)) == 2
    assert "2 changes saved." in client.get(url).content.decode()
    assert client.post(url, {"action": "save"}).status_code == 409


def test_a_workbook_with_an_error_offers_the_commented_file_and_cannot_be_saved(client: Client, draft: KpiReturn) -> None:
    url = send(client, draft, workbook(client, draft, applied=-3, shortlisted="=1+1"))
    page = client.get(url).content.decode()
    assert "Nothing has been saved. 2 cells must be mended." in page
    assert "<title>Error: " in page
    assert "A count cannot be below zero." in page and "The cell holds a formula." in page
    assert "Save" not in page.split('id="main"')[1].split("What happens next")[0].replace("been saved", "")
    assert client.post(url, {"action": "save"}).status_code == 422
    assert not draft.values.exists()
    commented = client.get(f"{url}file/")
    assert "with-comments.xlsx" in commented.headers["Content-Disposition"]
    notes = [
        cell.comment.text
        for row in openpyxl.load_workbook(io.BytesIO(commented.content))["Workforce standards"].iter_rows()
        for cell in row
        if cell.comment and cell.comment.text.startswith("Error")
    ]
    assert len(notes) == 2


def test_a_file_that_cannot_be_taken_is_answered_on_the_upload_page(client: Client, draft: KpiReturn) -> None:
    response = client.post(address(draft, "upload"), {"workbook": SimpleUploadedFile("figures.xlsx", b"White,1482\n")})
    page = response.content.decode()
    assert response.status_code == 422
    assert page.count("This is a text or CSV file, not a workbook") == 2 and "figures.xlsx" in page
    refused = WorkbookUpload.objects.get()
    assert client.get(address(draft, "upload-result", refused.pk)).status_code == 404
    empty = client.post(address(draft, "upload"), {})
    assert empty.status_code == 422 and "Choose your workbook" in empty.content.decode()


def test_a_changed_return_makes_the_check_void_and_it_can_be_run_again(client: Client, draft: KpiReturn, lead: User) -> None:
    url = send(client, draft, workbook(client, draft, applied=400))
    cells = [CellChange(RECRUITMENT, CellKey("white", "applied"), 5)]  # type: ignore[arg-type]
    returns.save_answers(kpi_return=draft, by=lead, cells=cells)
    page = client.get(url).content.decode()
    assert "Check again." in page and "The return changed at " in page
    refused = client.post(url, {"action": "save"})
    assert refused.status_code == 409 and "The return changed at " in refused.content.decode()
    again = client.post(url, {"action": "check"}).headers["Location"]
    assert again != url
    client.post(again, {"action": "save"})
    assert values_of(draft) == {(RECRUITMENT, "white", "applied"): 5, (RECRUITMENT, "bme", "applied"): 400}


def test_newer_figures_are_listed_and_can_be_overruled(client: Client, draft: KpiReturn, lead: User) -> None:
    bme = CellKey("bme", "applied")
    returns.save_answers(kpi_return=draft, by=lead, cells=[CellChange(RECRUITMENT, bme, 100)])  # type: ignore[arg-type]
    file = workbook(client, draft, shortlisted=60)
    draft.refresh_from_db()
    returns.save_answers(kpi_return=draft, by=lead, cells=[CellChange(RECRUITMENT, bme, 120)])  # type: ignore[arg-type]
    url = send(client, draft, file)
    page = client.get(url).content.decode()
    assert "Newer in the portal" in page and "1 answer was changed in the portal after you downloaded" in page
    overruled = client.post(url, {"action": "take-all"}).headers["Location"]
    assert "Newer in the portal" not in client.get(overruled).content.decode()
    client.post(overruled, {"action": "save"})
    assert values_of(draft)[RECRUITMENT, "bme", "applied"] == 100


def test_the_comparison_is_a_csv_whose_text_cannot_run(client: Client, draft: KpiReturn) -> None:
    url = send(client, draft, workbook(client, draft, applied=400))
    lines = client.get(f"{url}changes/").content.decode("utf-8-sig").splitlines()
    assert lines[0] == "Sheet and cell,Answer,In the portal,In your file,Change"
    assert lines[1].endswith(",,400,new")


def test_only_six_changes_are_shown_until_all_are_asked_for(client: Client, draft: KpiReturn) -> None:
    organisation = draft.organisation
    layout = layout_of(framework_for(draft.quarter).due_measures(organisation), template_version=TEMPLATE_VERSION)
    block = layout.by_measure["staff_ethnicity"]
    typed = {tuple(block.place(cell)): number for number, cell in enumerate(block.measure.cells()[:20], start=1)}
    url = send(client, draft, filled(client.get(address(draft, "workbook")).content, typed))
    page = client.get(url).content.decode()
    assert "6 of 20" in page and page.count(">new<") == 6
    assert client.get(f"{url}?all=1").content.decode().count(">new<") == 20


def test_nobody_else_sees_the_file_or_the_check(client: Client, draft: KpiReturn) -> None:
    url = send(client, draft, workbook(client, draft, applied=400))
    second = signed_in(person(Role.EDI_LEAD, draft.organisation))
    stranger = signed_in(person(Role.EDI_LEAD, Organisation.objects.get(slug="east-cheshire")))
    for other in (second, stranger, signed_in(person(Role.PORTAL_ADMIN))):
        for page in (url, f"{url}file/", f"{url}changes/"):
            assert other.get(page).status_code == 404
    assert stranger.get(address(draft, "workbook")).status_code == 404
    assert Client().get(url).headers["Location"].startswith("/account/login/")
    sponsor = signed_in(person(Role.EXECUTIVE_SPONSOR, draft.organisation))
    assert sponsor.get(address(draft, "upload")).status_code == 403
