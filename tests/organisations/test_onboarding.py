"""Adding organisations by page and by sheet, merging and closing them."""

import io
from datetime import date

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook, load_workbook

from edi_portal.audit.models import AuditEvent
from edi_portal.clock import set_business_day
from edi_portal.exceptions import Incomplete, InvalidTransition, NotAllowed
from organisations.models import FootprintMembership, Invitation, Kind, Organisation, Succession
from organisations.permissions import can
from organisations.resources import COLUMNS, EXAMPLE, import_rows
from organisations.roles import Right, Role
from organisations.selectors.organisations import standing_of
from organisations.services.invitations import invite
from organisations.services.memberships import grant_membership
from organisations.services.organisations import NewOrganisation, close_organisation, merge_organisations, onboard_organisation
from organisations.sheets import UnreadableSheet, read_rows, template_csv, template_xlsx
from tests.organisations.factories import OrganisationFactory, UserFactory, person, signed_in

pytestmark = pytest.mark.django_db

NEW = NewOrganisation(
    name="North Hospitals NHS Trust", short_name="North Hospitals", kind=Kind.ACUTE, ods_code="RZ9", member_from=date(2020, 1, 1)
)


@pytest.fixture
def admin():
    set_business_day(date(2020, 1, 20))
    return person(Role.PORTAL_ADMIN)


def row(**changes):
    return dict(zip(COLUMNS, EXAMPLE, strict=True)) | changes


def csv_of(*rows):
    lines = [",".join(COLUMNS), *(",".join(one[column] for column in COLUMNS) for one in rows)]
    return SimpleUploadedFile("sheet.csv", "\n".join(lines).encode())


def test_onboarding_makes_all_dated_rows(admin):
    organisation = onboard_organisation(new=NEW, by=admin)
    assert organisation.slug == "north-hospitals"
    standing = standing_of(organisation, on=date(2020, 1, 1))
    assert (standing.member, standing.peer_group, standing.first_day) == (True, "acute", date(2020, 1, 1))
    assert organisation.codes.get().code == "RZ9"
    assert not Organisation.objects.in_footprint(date(2019, 12, 31)).filter(pk=organisation.pk).exists()
    assert AuditEvent.objects.filter(action="organisation.onboarded", organisation="north-hospitals", actor=admin).count() == 1


def test_a_taken_name_or_code_is_refused_and_nothing_is_left(admin):
    onboard_organisation(new=NEW, by=admin)
    with pytest.raises(Incomplete, match="another short name"):
        onboard_organisation(new=NEW, by=admin)
    count = Organisation.objects.count()
    with pytest.raises(Incomplete, match="Another organisation holds this ODS code"):
        onboard_organisation(new=NewOrganisation("Other NHS Trust", "Other", Kind.ACUTE, "RZ9", date(2020, 1, 1)), by=admin)
    assert Organisation.objects.count() == count


def test_only_portal_admins_add_merge_and_close():
    lead = person(Role.EDI_LEAD, own := OrganisationFactory())
    for act in (
        lambda: onboard_organisation(new=NEW, by=lead),
        lambda: merge_organisations(predecessor=own, successor=OrganisationFactory(), effective_on=date(2020, 4, 1), by=lead),
        lambda: close_organisation(organisation=own, last_day=date(2020, 4, 1), reason="", by=lead),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_an_organisation_leaves_once(admin):
    old, new = OrganisationFactory(slug="old"), OrganisationFactory(slug="new")
    merge_organisations(predecessor=old, successor=new, effective_on=date(2020, 2, 1), by=admin, new_name="Joined NHS Trust")
    for again in (
        lambda: merge_organisations(predecessor=old, successor=new, effective_on=date(2020, 2, 1), by=admin, new_name="Joined"),
        lambda: close_organisation(organisation=old, last_day=date(2020, 1, 31), reason="Closed", by=admin),
    ):
        with pytest.raises(InvalidTransition, match="not a member"):
            again()
    assert Succession.objects.filter(predecessor=old).count() == 1


def test_merging_ends_the_predecessor_and_renames_the_successor(admin):
    old, new = OrganisationFactory(slug="old"), OrganisationFactory(slug="new")
    lead = person(Role.EDI_LEAD, old)
    merge_organisations(
        predecessor=old,
        successor=new,
        effective_on=date(2020, 2, 1),
        by=admin,
        new_name="Joined NHS Trust",
        new_short_name="Joined",
    )
    assert Organisation.objects.in_footprint(date(2020, 1, 31)).filter(slug="old").exists()
    assert not Organisation.objects.in_footprint(date(2020, 2, 1)).filter(slug="old").exists()
    assert Succession.objects.get(predecessor=old).breaks_series
    assert can(lead, Right.EDIT_RETURN, old)
    set_business_day(date(2020, 2, 1))
    assert not can(lead, Right.EDIT_RETURN, old)
    assert Organisation.objects.named_on(date(2020, 2, 1)).get(slug="new").short_name_then == "Joined"
    assert Organisation.objects.named_on(date(2020, 1, 31)).get(slug="new").short_name_then == "New"


def test_merging_with_itself_or_a_former_member_is_refused(admin):
    one, former = OrganisationFactory(), OrganisationFactory()
    FootprintMembership.objects.filter(organisation=former).update(valid_to=date(2019, 1, 1))
    for successor, words in ((one, "itself"), (former, "not a member")):
        with pytest.raises(InvalidTransition, match=words):
            merge_organisations(predecessor=one, successor=successor, effective_on=date(2020, 2, 1), by=admin)
    assert Organisation.objects.in_footprint(date(2020, 3, 1)).filter(pk=one.pk).exists()


def test_closing_leaves_the_record(admin):
    organisation = OrganisationFactory()
    close_organisation(organisation=organisation, last_day=date(2020, 3, 31), reason="Work ended", by=admin)
    assert Organisation.objects.in_footprint(date(2020, 3, 31)).filter(pk=organisation.pk).exists()
    assert not Organisation.objects.in_footprint(date(2020, 4, 1)).filter(pk=organisation.pk).exists()


def test_no_role_outlives_an_organisation_that_leaves(admin):
    organisation = OrganisationFactory()
    asked = {"display_name": "New lead", "role": Role.EDI_LEAD, "organisation": organisation, "by": admin}
    before = invite(email="before@example.invalid", **asked)
    close_organisation(organisation=organisation, last_day=date(2020, 3, 31), reason="Work ended", by=admin)
    before.refresh_from_db()
    assert before.withdrawn_at is not None and before.token_hash == ""
    meanwhile = grant_membership(user=UserFactory(), role=Role.EDI_LEAD, organisation=organisation, by=admin)
    assert meanwhile.valid_to == date(2020, 3, 31) and can(meanwhile.user, Right.EDIT_RETURN, organisation)
    set_business_day(date(2020, 4, 1))
    assert not can(meanwhile.user, Right.EDIT_RETURN, organisation)


def test_a_dry_run_says_all_is_well_and_saves_nothing(admin):
    before = Organisation.objects.count(), Invitation.objects.count(), AuditEvent.objects.count()
    result = import_rows([row(lead_name="Lead", lead_email="lead@example.invalid")], by=admin, dry_run=True)
    assert not result.has_errors() and not result.has_validation_errors()
    assert (Organisation.objects.count(), Invitation.objects.count(), AuditEvent.objects.count()) == before


def test_committing_adds_organisations_and_sends_invitations(admin, django_capture_on_commit_callbacks):
    people = {
        "lead_name": "Lead",
        "lead_email": "lead@example.invalid",
        "sponsor_name": "Sponsor",
        "sponsor_email": "sponsor@example.invalid",
    }
    with django_capture_on_commit_callbacks(execute=True):
        import_rows([row(**people), row(short_name="Second", name="Second NHS Trust", ods_code="RZY")], by=admin, dry_run=False)
    assert Organisation.objects.filter(slug__in=["example-hospitals", "second"]).count() == 2
    assert {message.to[0] for message in mail.outbox} == {"lead@example.invalid", "sponsor@example.invalid"}


def test_one_bad_row_keeps_all_out(admin):
    result = import_rows(
        [row(), row(short_name="Second", ods_code="R!", kind="hospital", member_from="soon")], by=admin, dry_run=False
    )
    assert result.has_validation_errors()
    assert not Organisation.objects.filter(slug__in=["example-hospitals", "second"]).exists()


@pytest.mark.parametrize(
    ("changes", "column", "words"),
    [
        ({"name": ""}, "name", "Enter the full name"),
        ({"kind": "hospital"}, "kind", ""),
        ({"ods_code": "R!"}, "ods_code", "3 to 6 letters and digits"),
        ({"place": "atlantis"}, "place", ""),
        ({"member_from": "soon"}, "member_from", "First day as a member"),
        ({"headcount": "many"}, "headcount", ""),
        ({"lead_email": "lead@example.invalid"}, "lead_name", "Enter the name of the EDI lead"),
        ({"sponsor_name": "Sponsor"}, "sponsor_email", "Enter the email of the executive sponsor"),
        (
            {"lead_name": "A", "lead_email": "a@example.invalid", "sponsor_name": "A", "sponsor_email": "A@example.invalid"},
            "sponsor_email",
            "another person",
        ),
    ],
)
def test_the_page_names_row_column_and_mend(admin, changes, column, words):
    page = signed_in(admin).post("/onboard/upload/", {"sheet": csv_of(row(short_name="Good", ods_code="RZX"), row(**changes))})
    [finding] = page.context["findings"]
    assert (finding["row"], finding["column"]) == ("3", column)
    assert words in finding["text"] and finding["text"]
    assert "Nothing has been saved" in page.content.decode()


def test_the_sheet_goes_in_after_the_dry_run_and_only_once(admin):
    client = signed_in(admin)
    assert client.post("/onboard/upload/commit/").headers["Location"] == "/onboard/upload/"
    page = client.post("/onboard/upload/", {"sheet": csv_of(row())})
    assert "1 organisation is ready" in page.content.decode()
    assert not Organisation.objects.filter(slug="example-hospitals").exists()
    assert client.post("/onboard/upload/commit/").headers["Location"] == "/organisations/"
    assert Organisation.objects.filter(slug="example-hospitals").count() == 1
    assert client.post("/onboard/upload/commit/").headers["Location"] == "/onboard/upload/"


def test_what_changed_since_the_dry_run_is_noticed(admin):
    client = signed_in(admin)
    client.post("/onboard/upload/", {"sheet": csv_of(row())})
    onboard_organisation(new=NewOrganisation("Example", "Example Hospitals", Kind.ACUTE, "RZ8", date(2020, 1, 1)), by=admin)
    page = client.post("/onboard/upload/commit/")
    assert page.status_code == 409
    assert "another short name" in page.context["findings"][0]["text"]


def test_both_templates_are_read_back(admin):
    assert read_rows(SimpleUploadedFile("t.csv", template_csv(COLUMNS, EXAMPLE)), COLUMNS) == [row()]
    content = template_xlsx(COLUMNS, EXAMPLE, {"kind": ["acute", "ccg"]})
    assert read_rows(SimpleUploadedFile("t.xlsx", content), COLUMNS) == [row()]
    assert len(load_workbook(io.BytesIO(content))["Organisations"].data_validations.dataValidation) == 1


def workbook(rows):
    book = Workbook()
    for cells in rows:
        book.active.append(cells)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.pdf", b"%PDF", "Choose an XLSX or CSV file"),
        ("a.xlsx", b"not a zip", "not a whole XLSX"),
        ("a.xlsx", workbook([list(COLUMNS), list(EXAMPLE)])[:-200], "not a whole XLSX"),
        ("a.xlsx", workbook([["x"] * 300]), "columns"),
        ("a.xlsx", workbook([list(COLUMNS)] + [list(EXAMPLE)] * 400), "at most 300"),
        ("a.xlsx", workbook([[]]), "lacks these columns"),
        ("a.csv", b"name,kind\nA,acute\n", "lacks these columns: short_name"),
        ("a.csv", ",".join(COLUMNS).encode(), "no organisation"),
        ("a.csv", b"\xff\xfe\x00", "UTF-8"),
        ("a.csv", b"name\x00", "not a CSV"),
        ("a.csv", b"x" * (1024 * 1024 + 1), "larger than 1 MB"),
    ],
)
def test_files_that_cannot_be_read_say_what_to_do(name, content, words):
    with pytest.raises(UnreadableSheet, match=words):
        read_rows(SimpleUploadedFile(name, content), COLUMNS)


def test_the_guided_pages_lead_to_an_organisation_with_invitations(admin, django_capture_on_commit_callbacks):
    client = signed_in(admin)
    assert client.get("/onboard/check/").headers["Location"] == "/onboard/organisation/"
    bad = client.post("/onboard/organisation/", {"name": "Guided NHS Trust"})
    assert "Step 1 of 4" in bad.content.decode() and "Enter the short name" in bad.content.decode()
    typed = {
        "name": "Guided NHS Trust",
        "short_name": "Guided",
        "kind": "community",
        "ods_code": "rz7",
        "member_from": "1/2/2020",
    }
    assert client.post("/onboard/organisation/", typed).headers["Location"] == "/onboard/people/"
    assert "Guided NHS Trust" in client.get("/onboard/organisation/").content.decode()
    people = {"lead_name": "Lead", "lead_email": "lead@example.invalid"}
    assert client.post("/onboard/people/", people).headers["Location"] == "/onboard/check/"
    page = client.get("/onboard/check/").content.decode()
    assert "Step 3 of 4" in page and "RZ7" in page and "1 February 2020" in page and "lead@example.invalid" in page
    assert not Organisation.objects.filter(slug="guided").exists()
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post("/onboard/check/").headers["Location"] == "/onboard/done/guided/"
    assert "Step 4 of 4" in client.get("/onboard/done/guided/").content.decode()
    assert mail.outbox[0].to == ["lead@example.invalid"]
    assert client.get("/onboard/check/").headers["Location"] == "/onboard/organisation/"


def test_the_guided_pages_keep_what_was_typed_when_the_service_refuses(admin):
    OrganisationFactory(slug="guided")
    client = signed_in(admin)
    typed = {
        "name": "Guided NHS Trust",
        "short_name": "Guided",
        "kind": "community",
        "ods_code": "RZ7",
        "member_from": "1/2/2020",
    }
    client.post("/onboard/organisation/", typed)
    client.post("/onboard/people/", {})
    page = client.post("/onboard/check/")
    assert page.status_code == 422 and "another short name" in page.content.decode()
    assert "Guided NHS Trust" in client.get("/onboard/organisation/").content.decode()


@pytest.mark.parametrize(
    "page", ["/onboard/", "/onboard/organisation/", "/onboard/upload/", "/onboard/template.csv", "/people/", "/people/invite/"]
)
def test_pages_of_admins_do_not_exist_for_others(page):
    assert signed_in(person(Role.EDI_LEAD, OrganisationFactory())).get(page).status_code == 404
    assert signed_in(person(Role.PORTAL_ADMIN)).get(page).status_code == 200
