"""The day that a snapshot is of: prefilled, saved through form and workbook, never overwritten unseen, held to V12 and P10."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from edi_portal.exceptions import Incomplete
from edi_portal.periods import Quarter
from kpis.catalogue import load_catalogue
from kpis.catalogue.windows import snapshot_days
from kpis.models.collections import TEMPLATE_VERSION
from kpis.models.files import WorkbookUpload
from kpis.models.returns import KpiReturn, ReturnAnswer
from kpis.selectors.definitions import framework_for
from kpis.selectors.returns import content_of
from kpis.selectors.shared_work import section_digest
from kpis.services import returns, workbooks
from kpis.services.returns import SnapshotChange
from kpis.validation.findings import Finding, Level
from kpis.workbooks.layout import Block, layout_of
from organisations.roles import Role
from tests.kpis.factories import fill, open_collection, plain_values, signed_return
from tests.kpis.return_world import ReturnWorld, return_world
from tests.kpis.workbook_files import filled
from tests.organisations.factories import person, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference")]
STAFF, BOARD = "staff_ethnicity", "board_ethnicity"
NAME, SECTION = f"snapshot/{STAFF}", "/returns/countess-of-chester/2019-20-q3/workforce-standards/"
ASKED, STATED = date(2019, 12, 31), date(2019, 11, 30)


@pytest.fixture
def world() -> ReturnWorld:
    return return_world()


def stated(kpi_return: KpiReturn) -> dict[str, date]:
    rows = ReturnAnswer.objects.filter(kpi_return=kpi_return, snapshot_on__isnull=False)
    return dict(rows.values_list("measure", "snapshot_on"))


def save(world: ReturnWorld, day: date | None, **seen: date | None) -> returns.SaveOutcome:
    return returns.save_answers(kpi_return=world.draft, by=world.lead, snapshots=[SnapshotChange(STAFF, day, **seen)])


def found(kpi_return: KpiReturn, rule: str) -> list[Finding]:
    return [finding for finding in content_of(kpi_return).findings if finding.rule == rule]


@pytest.mark.parametrize(
    ("code", "days"),
    [
        (STAFF, (date(2019, 10, 1), ASKED)),
        (BOARD, (date(2019, 1, 1), date(2019, 3, 31))),
        ("recruitment_ethnicity", None),
        ("hourly_pay", None),
    ],
)
def test_a_snapshot_is_of_the_quarter_or_of_31_march(code: str, days: tuple[date, date] | None) -> None:
    assert snapshot_days(load_catalogue().measures[code], Quarter(2019, 3)) == days


def test_the_form_is_prefilled_with_the_last_day_and_keeps_another_one(world: ReturnWorld) -> None:
    lead = signed_in(world.lead)
    page = lead.get(SECTION).content.decode()
    assert f'name="{NAME}" type="text" value="31/12/2019"' in page
    assert "snapshot/recruitment_ethnicity" not in page
    assert lead.post(SECTION, {NAME: "30 November 2019", f"seen-{NAME}": "31/12/2019", "stay": "1"}).status_code == 302
    assert stated(world.draft) == {STAFF: STATED}
    assert f'name="{NAME}" type="text" value="30/11/2019"' in lead.get(SECTION).content.decode()
    assert lead.post(SECTION, {NAME: "", f"seen-{NAME}": "30/11/2019", "stay": "1"}).status_code == 302
    assert stated(world.draft) == {STAFF: ASKED}


def test_what_is_no_date_stays_as_it_was_typed(world: ReturnWorld) -> None:
    answer = signed_in(world.lead).post(SECTION, {NAME: "end of year", f"seen-{NAME}": "31/12/2019"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="end of year"' in page
    assert "Staff in post by band and ethnicity: write the date of the figures as 31/3/2020." in page
    assert stated(world.draft) == {}


def test_autosave_keeps_the_date_alone_and_leaves_the_rest(world: ReturnWorld) -> None:
    reason = returns.AnswerChange(STAFF, "not_collected", "The system is being replaced")
    returns.save_answers(kpi_return=world.draft, by=world.lead, answers=[reason])
    said = _autosave(signed_in(world.lead), "30/11/2019", seen="31/12/2019")
    assert said["errors"] == {}
    row = ReturnAnswer.objects.get(kpi_return=world.draft)
    assert (row.state, row.reason, row.snapshot_on) == ("not_collected", "The system is being replaced", STATED)


def _autosave(client: Client, typed: str, *, seen: str) -> dict[str, Any]:
    answer = client.post(f"{SECTION}autosave/", {NAME: typed, f"seen-{NAME}": seen})
    assert answer.status_code == 200
    return answer.json()


def test_a_date_that_somebody_changed_meanwhile_stands_until_it_is_said_again(world: ReturnWorld) -> None:
    save(world, STATED)
    second = signed_in(person(Role.EDI_LEAD, world.organisation))
    said = _autosave(second, "29/11/2019", seen="31/12/2019")
    assert f"{world.lead.display_name} changed the date of these figures to 30/11/2019 meanwhile." in said["errors"][NAME]
    answer = second.post(SECTION, {NAME: "29/11/2019", f"seen-{NAME}": "31/12/2019"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="29/11/2019"' in page and f'name="seen-{NAME}" value="30/11/2019"' in page
    assert stated(world.draft) == {STAFF: STATED}
    second.post(SECTION, {NAME: "29/11/2019", f"seen-{NAME}": "30/11/2019"})
    assert stated(world.draft) == {STAFF: date(2019, 11, 29)}


def test_a_page_that_left_the_date_alone_never_undoes_a_colleagues(world: ReturnWorld) -> None:
    save(world, STATED)
    outcome = save(world, ASKED, seen=ASKED)
    assert (outcome.changed, outcome.days) == (0, ())
    assert stated(world.draft) == {STAFF: STATED}


def test_two_who_say_the_same_day_are_in_no_conflict(world: ReturnWorld) -> None:
    outcome = save(world, ASKED, seen=STATED)
    assert (outcome.changed, outcome.days) == (0, ())


def test_events_have_no_snapshot_date(world: ReturnWorld) -> None:
    with pytest.raises(Incomplete, match="counts events"):
        returns.save_answers(kpi_return=world.draft, by=world.lead, snapshots=[SnapshotChange("recruitment_ethnicity", STATED)])


def test_the_signature_and_the_section_hold_the_date(world: ReturnWorld) -> None:
    before = content_of(world.draft)
    marks = returns.content_hash(world.draft), section_digest(before, "workforce-standards")
    save(world, STATED)
    after = content_of(world.draft)
    assert returns.content_hash(world.draft) == returns.content_hash_of(after) != marks[0]
    assert section_digest(after, "workforce-standards") != marks[1]


def test_a_new_version_keeps_the_date_and_the_page_of_a_signed_return_says_it(world: ReturnWorld) -> None:
    save(world, STATED)
    for code in ("staff_disability", "staff_orientation_religion"):
        change = SnapshotChange(code, STATED)
        returns.save_answers(kpi_return=world.draft, by=world.lead, snapshots=[change])
    signed = world.signed()
    assert "Figures as of 30 November 2019." in signed_in(world.lead).get(SECTION).content.decode()
    fresh = returns.reopen_return(kpi_return=signed, by=world.lead, reason="A band was wrong.")
    assert stated(fresh)[STAFF] == STATED


def test_a_day_outside_the_quarter_is_an_error_at_its_question(world: ReturnWorld) -> None:
    save(world, date(2020, 1, 1))
    (finding,) = found(world.draft, "V12")
    assert (finding.level, finding.measure) == (Level.ERROR, STAFF)
    assert finding.message == (
        "Staff in post by band and ethnicity: the figures are of 1 January 2020, "
        "not of a day from 1 October 2019 to 31 December 2019"
    )
    save(world, STATED)
    assert found(world.draft, "V12") == []


def test_tables_of_the_same_people_are_of_the_same_day(world: ReturnWorld) -> None:
    fill(world.draft, plain_values(world.organisation, world.draft.quarter))
    assert found(world.draft, "P10") == []
    returns.save_answers(kpi_return=world.draft, by=world.lead, snapshots=[SnapshotChange("staff_disability", STATED)])
    (finding,) = found(world.draft, "P10")
    assert (finding.level, finding.measure) == (Level.QUERY, "staff_disability")
    assert "is of 30 November 2019, but staff in post by band and ethnicity is of 31 December 2019" in finding.message


@pytest.mark.parametrize(("day", "asked_about"), [(None, set()), (date(2019, 2, 28), {BOARD, "board_disability"})])
def test_the_board_is_held_against_the_workforce_of_the_same_31_march(
    world: ReturnWorld, day: date | None, asked_about: set[str]
) -> None:
    signed_return(
        open_collection("2018-19-q4"),
        world.organisation,
        plain_values(world.organisation, Quarter(2018, 4)),
        lead=world.lead,
        sponsor=world.sponsor,
        snapshots={STAFF: day} if day else {},
    )
    board = KpiReturn.objects.create(collection=open_collection("2019-20-q1"), organisation=world.organisation)
    fill(board, plain_values(world.organisation, board.quarter))
    queries = found(board, "P10")
    assert {finding.measure for finding in queries} == asked_about
    end = "is of 31 March 2019, but staff in post by band and ethnicity is of 28 February 2019"
    assert all(finding.level is Level.QUERY and finding.message.endswith(end) for finding in queries)


def block_of(draft: KpiReturn, code: str = STAFF) -> Block:
    layout = layout_of(framework_for(draft.quarter).due_measures(draft.organisation), template_version=TEMPLATE_VERSION)
    return layout.by_measure[code]


def upload(world: ReturnWorld, content: bytes) -> WorkbookUpload:
    checked = workbooks.check_upload(kpi_return=world.draft, file=SimpleUploadedFile("return.xlsx", content), by=world.lead)
    assert checked.status == "checked", checked.refusal
    return checked


def download(world: ReturnWorld) -> bytes:
    return workbooks.download_workbook(kpi_return=world.draft, by=world.lead)


def test_the_workbook_is_prefilled_and_a_date_left_alone_is_no_change(world: ReturnWorld) -> None:
    fill(world.draft, {(STAFF, "medical.consultant", "white"): Decimal(12)})
    checked = upload(world, download(world))
    assert checked.outcome["answers"] == checked.outcome["findings"] == []
    assert stated(world.draft) == {}


def test_a_date_goes_through_the_workbook_and_back(world: ReturnWorld) -> None:
    place = tuple(block_of(world.draft).answer_places()["snapshot_on"])
    checked = upload(world, filled(download(world), {place: STATED}))
    (row,) = checked.outcome["answers"]
    assert row["after"] == "figures as of 30 November 2019"
    workbooks.save_upload(upload=checked, by=world.lead)
    assert stated(world.draft) == {STAFF: STATED}
    world.draft.refresh_from_db()
    count = {tuple(block_of(world.draft).place(load_catalogue().measures[STAFF].cells()[0])): 7}
    again = upload(world, filled(download(world), count))
    assert again.outcome["answers"] == []
    back = upload(world, filled(download(world), count | {place: ASKED}))
    workbooks.save_upload(upload=back, by=world.lead)
    assert stated(world.draft) == {STAFF: ASKED}


def test_the_workbook_names_a_date_that_is_none_and_one_of_another_quarter(world: ReturnWorld) -> None:
    place = tuple(block_of(world.draft).answer_places()["snapshot_on"])
    bad = upload(world, filled(download(world), {place: "last Tuesday"}))
    (fault,) = bad.outcome["findings"]
    assert (fault["sheet"], fault["cell"]) == place
    assert fault["field"] == "Staff in post by band and ethnicity, figures as of"
    other = upload(world, filled(download(world), {place: date(2019, 9, 30)}))
    assert [row["rule"] for row in other.outcome["findings"] if row["kind"] == "error"] == ["V12"]
