"""Assurance reports: one set of figures in every format, two people, frozen, the same bytes again; and packs with a signature."""

import csv
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO, StringIO
from zipfile import ZipFile

import pytest
from django.core import checks
from django.core.management import CommandError, call_command
from django.db import InternalError, connection, transaction
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook
from pypdf import PdfReader

from edi_portal.audit.models import AuditEvent
from edi_portal.clock import business_today
from edi_portal.exceptions import Incomplete, InvalidTransition, NotAllowed, StaleData
from edi_portal.jobs.services import run
from edi_portal.papers.content import Bullets, Facts, Figure, Paper, Table
from edi_portal.papers.files import paper_csv, paper_xlsx
from edi_portal.papers.pdf import pdf_bytes
from edi_portal.papers.signing import is_signed, public_key, seed_of, sign
from edi_portal.periods import Quarter
from edi_portal.reviews.selectors import waiting
from edi_portal.reviews.services import pass_text
from kpis.dashboards.kpi_page import page_of
from kpis.models.definitions import Kpi
from kpis.models.releases import Release
from organisations.models import Organisation, User
from organisations.roles import Role
from steering import tasks  # noqa: F401  registers the job
from steering.dashboards.outcomes import progress_of
from steering.models.efficiencies import EfficiencyYear
from steering.models.reports import AssuranceReport, PackArchive
from steering.own_packs import own_pack_paper
from steering.reports.assurance import as_the_board_sees, assurance_paper
from steering.reports.inputs import Beside, LevelSet, WaiverSaid
from steering.reports.packs import as_the_group_sees, released_pack_paper
from steering.selectors.compliance import baseline_quarters
from steering.selectors.reports import beside_now, claims_to_check, get_report, made_again, pdf_of
from steering.services import packs, reports
from steering.services.compliance import fix_baseline
from steering.services.outcomes import word_outcome
from tests.kpis.release_world import closed_collection, people, published, shrink_partnership
from tests.organisations.factories import person, signed_in
from tests.platform.walks import play
from tests.steering.report_walk import ReportLife

PERIOD = "2019-20-q2"
BESIDE = Beside(
    commentary={"overall": "A quiet quarter.", "asked": "Agree one shortlisting standard."},
    levels={"workforce-standards": LevelSet("partial", "Half of the trusts changed their system.")},
    owners={},
    waivers=(WaiverSaid("Aintree", "V7 Change", "Staff in post", "31 March 2020", "The wards moved."),),
)


@pytest.fixture(scope="module")
def db(django_db_setup: None, django_db_blocker: object) -> Iterator[None]:
    """One transaction for the module, rolled back after it; pytest-django knows the fixture by its name."""
    with django_db_blocker.unblock(), transaction.atomic():  # type: ignore[attr-defined]
        yield
        transaction.set_rollback(True)


@dataclass(frozen=True)
class World:
    """One release, and the people who write and publish."""

    release: Release
    writer: User
    second: User
    admin: User


@pytest.fixture(scope="module")
def made_world(db: None) -> World:
    """A published release of ten organisations."""
    shrink_partnership()
    team = people()
    release = published(closed_collection(PERIOD, lead=team[0], sponsor=team[1], missing=1), team[2:])
    return World(release, person(Role.STEERING_MEMBER), person(Role.STEERING_MEMBER), person(Role.PORTAL_ADMIN))


@pytest.fixture
def world(made_world: World) -> Iterator[World]:
    """The world; what a test does is undone."""
    with transaction.atomic():
        yield made_world
        transaction.set_rollback(True)


def review_all(world: World) -> None:
    for one in waiting():
        pass_text(review=one, nobody_recognisable=True, by=world.admin)


def published_report(world: World) -> AssuranceReport:
    report = reports.start_report(period=PERIOD, by=world.writer)
    words = {"text": "A quiet quarter.", "version": 0, "checked": False, "by": world.writer}
    reports.write_commentary(report=report, place="overall", **words)
    reports.set_level(report=report, workstream="workforce-standards", level="partial", reason="A new system.", by=world.writer)
    review_all(world)
    reports.propose_report(report=report, by=world.writer)
    return reports.publish_report(report=report, by=world.second)


def test_the_report_says_what_it_must_and_every_figure_is_the_same_in_every_format(world: World) -> None:
    seen = as_the_board_sees(world.release)
    paper = assurance_paper(seen, BESIDE, number=3, day=business_today())
    cover = next(block for block in paper.blocks if isinstance(block, Facts))
    assert [what for what, _ in cover.items] == ["Overall", "Better", "Worse", "To act on", "Not known", "Asked of you"]
    assert cover.items[-1][1] == "Agree one shortlisting standard."
    tables = {block.name: block for block in paper.blocks if isinstance(block, Table)}
    assert "set by the steering group; the rule says" in tables["Workstreams"].rows[0][2]
    assert tables["Waivers"].rows[0][3] == "31 March 2020"
    wanted = ("Highlights", "Concerns", "Gaps in the data", "Planned outcomes", "Efficiencies", "How the figures were made")
    assert set(wanted) <= set(paper.chapters())

    pdf = "".join("".join(page.extract_text() for page in PdfReader(BytesIO(pdf_bytes(paper))).pages).split())
    book = load_workbook(BytesIO(paper_xlsx(paper)), read_only=True)
    sheets = {str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell is not None}
    lines = {row[4] for row in csv.reader(StringIO(paper_csv(paper).decode("utf-8-sig")))}
    figures = {text for name, table in tables.items() if name.startswith("Figures ") for row in table.rows for text in row[1:5]}
    page = page_text(world, seen)
    assert len(figures) > 20
    for text in figures - {"\u2013", "[c]"}:
        assert "".join(text.split()) in pdf, text
        assert text in sheets or f"'{text}" in sheets, text
        assert text in lines or f"'{text}" in lines, text
    wres = next(row for table in tables.values() for row in table.rows if row[0].startswith("WRES-2 ") and len(row) == 8)
    assert wres[1] in page and wres[2] in page, "the page of the KPI shows the same figure and interval"


def test_the_outcomes_of_the_report_are_those_of_their_page_with_the_words_that_were_reviewed(world: World) -> None:
    fix_baseline(kpi=Kpi.objects.get(code="BRD-1"), quarter=Quarter.parse(PERIOD), reason="First count.", by=world.writer)
    word_outcome(number=5, title="Careers that are fair", statement="They are.", source="", by=world.writer)
    before = beside_now(reports.start_report(period=PERIOD, by=world.writer), business_today())
    assert before.outcomes["5"].title == "Fairer career progression", "unreviewed words stay out"
    report = published_report(world)
    blocks = get_report(world.admin, report.pk).content["blocks"]
    table = next(block for block in blocks if block.get("name") == "Outcomes")
    rows = {row[0]: row for row in table["rows"]}
    page = progress_of(as_the_board_sees(world.release), baseline_quarters())
    assert [row[1] for row in rows.values()] == [one.verdict[1] for one in page]
    assert "5. Careers that are fair" in rows and "3. EDI formal in every organisation" in rows
    assert report.beside["baselines"]["BRD-1"] == PERIOD
    fix_baseline(kpi=Kpi.objects.get(code="BRD-1"), quarter=Quarter(2018, 4), reason="Another.", by=world.writer)
    assert made_again(report).fingerprint() == report.fingerprint, "a later baseline changes no report"


def test_homes_ask_a_second_person_to_publish_what_was_proposed(world: World) -> None:
    report = reports.start_report(period=PERIOD, by=world.writer)
    ask = f'href="/reports/{report.pk}/publish/">Publish the report of July to September 2019</a>'
    assert ask not in signed_in(world.second).get("/").content.decode()
    review_all(world)
    reports.propose_report(report=report, by=world.writer)
    for one in (world.second, world.admin):
        assert ask in signed_in(one).get("/").content.decode()
    for one in (world.writer, person(Role.BOARD_MEMBER)):
        assert ask not in signed_in(one).get("/").content.decode()


def test_duties_and_efficiencies_stand_in_the_report_as_counts_and_frozen_totals(world: World) -> None:
    EfficiencyYear.objects.create(
        financial_year="2018-19",
        content={"hours": {"all": "1200.5"}, "pounds": {"all": None}},
        accepted=4,
        proposed_by=world.writer,
        frozen_by=world.admin,
        frozen_at=timezone.now(),
    )
    report = published_report(world)
    paper = made_again(report)
    assert paper.as_data() == get_report(world.writer, report.pk).content
    said = [line for block in paper.blocks if isinstance(block, Bullets) for line in block.items]
    assert any(line.startswith("WRES report and action plan: ") for line in said)
    assert "Hours a year no longer spent twice: 1,200.5." in said
    assert "Pounds a year saved: withheld, as too few contribute." in said
    assert {"Duties to publish", "Efficiencies"} <= set(paper.chapters())
    assert "2018-19: 4 efficiencies were accepted." in said
    EfficiencyYear.objects.update(accepted=1)
    assert beside_now(report, business_today()).efficiencies[0] == "2018-19: 1 efficiency was accepted."


def page_text(world: World, seen: object) -> str:
    answer = signed_in(world.writer).get(reverse("kpis:detail", args=["wres-2"]))
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_charts_of_the_report_are_those_of_the_page(world: World) -> None:
    seen = as_the_board_sees(world.release)
    found = [block for block in assurance_paper(seen, BESIDE, number=3, day=business_today()).blocks if isinstance(block, Figure)]
    assert found
    for figure in found:
        code = figure.table.name.removesuffix("-organisations").removesuffix("-time")
        kpi = seen.framework.kpi(code)
        page = page_of(seen, kpi.kpi_id, kpi.definition)
        assert page is not None
        charts = [chart for chart in (page.organisations, page.time) if chart is not None and chart.slug == figure.table.name]
        assert [chart.table.rows for chart in charts] == [figure.table.rows]
        assert figure.alternative.startswith(charts[0].sentence)


def test_every_question_of_a_board_is_answered_or_says_why_not(world: World) -> None:
    paper = assurance_paper(as_the_board_sees(world.release), Beside(), number=3, day=business_today())
    text = paper_csv(paper).decode("utf-8-sig")
    rows = [row for row in csv.reader(StringIO(text)) if row[0] == "What boards are advised to ask"]
    questions = [row[4] for row in rows if row[2] == "Heading" and row[4].endswith("?")]
    assert len(questions) == 6
    reasons = [row[4] for row in rows if row[4].startswith("Cannot be answered because ")]
    assert any("internationally recruited staff" in reason for reason in reasons)
    assert any("fewer than three years" in reason for reason in reasons)


def test_a_period_without_a_release_is_refused_in_words(world: World) -> None:
    for period in ("2031-32-q1", "nonsense"):
        with pytest.raises(Incomplete, match="so no report of it can be made. The newest release covers July to September 2019"):
            reports.start_report(period=period, by=world.writer)
    answer = signed_in(world.writer).post(reverse("reports:start"), {"period": "2031-32-q1"})
    assert answer.status_code == 422 and "No release covers April to June 2031" in answer.content.decode()


def test_commentary_with_a_small_number_is_caught_before_it_is_kept(world: World) -> None:
    report = reports.start_report(period=PERIOD, by=world.writer)
    client, address = signed_in(world.writer), reverse("reports:write", args=[report.pk, "overall"])
    sent = {"text": "Only 3 disabled staff were promoted.", "version": 0}
    answer = client.post(address, sent)
    page = answer.content.decode()
    assert answer.status_code == 422 and "3 disabled" in page and "tick the box below" in page
    assert not report.texts.exists()
    assert client.post(address, sent | {"checked": "on"}).status_code == 302
    with pytest.raises(Incomplete, match="1 text of this report is not passed by a reviewer"):
        reports.propose_report(report=report, by=world.writer)
    with pytest.raises(Incomplete, match="small number"):
        reports.write_commentary(report=report, place="asked", text="Two women left.", version=0, checked=False, by=world.writer)


def test_it_warns_where_commentary_says_improved_and_no_verdict_does(world: World) -> None:
    report = reports.start_report(period=PERIOD, by=world.writer)
    client = signed_in(world.writer)
    sent = {"text": "WRES-2 improved.", "version": 0}
    page = client.post(reverse("reports:write", args=[report.pk, "overall"]), sent, follow=True).content.decode()
    assert "Saved, but check this" in page and "WRES-2 is" in page
    assert set(claims_to_check(report)) == {"overall"}


def test_two_people_edit_and_the_later_one_is_told(world: World) -> None:
    report = reports.start_report(period=PERIOD, by=world.writer)
    words = {"place": "overall", "version": 0, "checked": False}
    reports.write_commentary(report=report, text="Mine.", by=world.writer, **words)
    with pytest.raises(StaleData):
        reports.write_commentary(report=report, text="Yours.", by=world.second, **words)
    assert report.texts.get().text == "Mine."


def test_two_people_publish_and_then_nothing_changes(world: World) -> None:
    report = reports.start_report(period=PERIOD, by=world.writer)
    assert reports.start_report(period=PERIOD, by=world.second) == report, "one draft a period"
    reports.propose_report(report=report, by=world.writer)
    with pytest.raises(NotAllowed, match="somebody else publishes"):
        reports.publish_report(report=report, by=world.writer)
    with pytest.raises(InvalidTransition, match="Take it back"):
        reports.write_commentary(report=report, place="overall", text="Late.", version=0, checked=False, by=world.writer)
    done = reports.publish_report(report=report, by=world.admin)
    assert (done.number, done.status) == (1, "published") and done.pages > 3
    assert hashlib.sha256(pdf_of(done)).hexdigest() == done.pdf_fingerprint
    for statement in (
        "UPDATE steering_assurancereport SET content = '{}' WHERE id = %s",
        "UPDATE steering_assurancereport SET number = 99 WHERE id = %s",
        "DELETE FROM steering_assurancereport WHERE id = %s",
    ):
        with pytest.raises((InternalError, Exception), match="does not change"), transaction.atomic():
            connection.cursor().execute(statement, [done.pk])


def test_an_old_report_made_again_is_equal_in_bytes(world: World, settings: object) -> None:
    done = published_report(world)
    stored = get_report(world.writer, done.pk)
    again = made_again(stored)
    assert again.fingerprint() == done.fingerprint
    assert pdf_bytes(again) == pdf_of(done)
    client = signed_in(world.writer)
    first, second = (client.get(reverse("reports:file", args=[done.pk, "xlsx"])).content for _ in range(2))
    assert first == second
    revision = reports.start_report(period=PERIOD, by=world.writer)
    assert revision.revises_id == done.pk and revision.texts.get().text == "A quiet quarter."
    review_all(world)
    newer = reports.publish_report(report=reports.propose_report(report=revision, by=world.writer), by=world.second)
    done.refresh_from_db()
    assert (newer.number, done.status) == (done.number + 1, "superseded")
    assert pdf_bytes(made_again(get_report(world.writer, done.pk))) == pdf_of(done)
    page = signed_in(person(Role.BOARD_MEMBER)).get(reverse("reports:detail", args=[done.pk])).content.decode()
    assert f"Report {newer.number} revises this one" in page


def test_downloads_are_on_record_and_the_board_finds_the_report_on_its_home(world: World) -> None:
    done = published_report(world)
    member = person(Role.BOARD_MEMBER)
    client = signed_in(member)
    home = client.get(reverse("home")).content.decode()
    assert "Assurance reports to download" in home and reverse("reports:detail", args=[done.pk]) in home
    for ending, begins in (("pdf", b"%PDF"), ("xlsx", b"PK"), ("csv", b"\xef\xbb\xbf")):
        assert client.get(reverse("reports:file", args=[done.pk, ending])).content.startswith(begins)
    events = AuditEvent.objects.filter(action="report.downloaded", subject=f"report:{done.pk}")
    assert [one.details["format"] for one in events.order_by("pk")] == ["pdf", "xlsx", "csv"]
    log = signed_in(world.writer).get(reverse("reports:downloads", args=[done.pk])).content.decode()
    assert str(member) in log and client.get(reverse("reports:downloads", args=[done.pk])).status_code == 403
    for chapter in range(1, 4):
        assert client.get(reverse("reports:chapter", args=[done.pk, chapter])).status_code == 200


def test_a_draft_is_discarded_with_a_reason_and_stays_on_record(world: World) -> None:
    report = reports.start_report(period=PERIOD, by=world.writer)
    with pytest.raises(Incomplete):
        reports.discard_report(report=report, reason=" ", by=world.writer)
    reports.discard_report(report=report, reason="The release is revised soon.", by=world.writer)
    assert reports.start_report(period=PERIOD, by=world.writer) != report


def test_packs_are_built_by_a_job_signed_and_the_same_again(world: World, tmp_path: object) -> None:
    job = packs.ask_for_packs(release=world.release, by=world.admin)
    assert packs.ask_for_packs(release=world.release, by=world.writer) == job
    page = signed_in(world.writer).get(reverse("reports:packs")).content.decode()
    assert "The packs are being made" in page
    run(job.pk)
    kept = PackArchive.objects.get()
    assert kept.packs == 10 and kept.fingerprint == hashlib.sha256(kept.content).hexdigest()
    with ZipFile(BytesIO(kept.content)) as archive:
        assert packs.faults_of(archive, public_key()) == []
        manifest = json.loads(archive.read("manifest.json"))
        assert len(manifest["files"]) == 20 and manifest["release_fingerprint"] == world.release.fingerprint
        other = is_signed(archive.read("manifest.json"), sign(b"something else"), public_key())
        assert not other
    member = as_the_group_sees(world.release).members[0]
    one = signed_in(world.writer).get(reverse("reports:released-pack", args=[world.release.number, member.slug]))
    assert one.content == ZipFile(BytesIO(kept.content)).read(f"{member.slug}.pdf")
    assert signed_in(person(Role.BOARD_MEMBER)).get(reverse("reports:packs")).status_code == 403


def test_an_archive_that_was_changed_is_found_out(world: World, tmp_path: object) -> None:
    path = tmp_path / "packs.zip"  # type: ignore[operator]
    text = json.dumps({"files": [{"name": "a.pdf", "sha256": hashlib.sha256(b"a").hexdigest()}]}).encode()

    def write(content: bytes, signature: str, extra: str = "") -> None:
        with ZipFile(path, "w") as archive:
            archive.writestr("a.pdf", content)
            archive.writestr("manifest.json", text)
            archive.writestr("manifest.sig", signature)
            if extra:
                archive.writestr(extra, "")

    write(b"a", sign(text))
    call_command("verify_packs", path, stdout=StringIO())
    for content, signature, extra, fault in (
        (b"b", sign(text), "", "a.pdf was changed"),
        (b"a", sign(b"x"), "", "not signed with this key"),
        (b"a", sign(text), "b.pdf", "b.pdf is not in the manifest"),
    ):
        write(content, signature, extra)
        with pytest.raises(CommandError, match=fault):
            call_command("verify_packs", path, stdout=StringIO())


@pytest.mark.parametrize("key", ["", "not base64!", "c2hvcnQ=", "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE="])
def test_production_refuses_a_missing_or_weak_signing_key(db: None, key: str, settings: object) -> None:
    settings.SIGNING_KEY = key  # type: ignore[attr-defined]
    assert "edi_portal.E015" in {one.id for one in checks.run_checks(include_deployment_checks=True)}
    settings.SIGNING_KEY = "kq3K1v2bnYyZk0c7u5r9oXW8s1dQm4eTfA6hJ0pLxC4="  # type: ignore[attr-defined]
    assert len(seed_of(settings.SIGNING_KEY)) == 32  # type: ignore[attr-defined]
    assert "edi_portal.E015" not in {one.id for one in checks.run_checks(include_deployment_checks=True)}


def test_a_pack_holds_no_figure_that_the_page_does_not(world: World) -> None:
    seen = as_the_group_sees(world.release)
    member = next(one for one in seen.members if one.returned)
    text = signed_in(world.writer).get(reverse("kpis:organisation", args=[member.slug])).content.decode()
    blocks = released_pack_paper(seen, member).blocks
    short = dict(next(block.items for block in blocks if isinstance(block, Facts)))
    assert short["Figures"].endswith(f". Release {world.release.number}, {seen.quarter.label}.")
    tables = [block for block in blocks if isinstance(block, Table)]
    figures = {row[1] for table in tables for row in table.rows} - {"\u2013", "[c]"}
    assert len(figures) > 5 and all(figure in text for figure in figures)


def test_an_own_pack_sets_the_exact_figure_beside_the_released_one_for_its_lead_and_sponsor_alone(world: World) -> None:
    seen = as_the_group_sees(world.release)
    member = next(one for one in seen.members if one.returned)
    own = Organisation.objects.get(slug=member.slug)
    rows = {row[0].partition(" ")[0]: row for row in figures_of(own_pack_paper(seen, own, member))}
    # 68 of 788 in senior bands are BME, 388 of 2,308 of all staff: 8.6% against 16.8%. Others do not read so few.
    assert rows["REP-BME-8V"][1:4] == ("\u22128 pp", "68 of 788 against 388 of 2,308", "[c]")
    released = {row[0]: row[1] for row in figures_of(released_pack_paper(seen, member))}
    assert released and all(rows[name.partition(" ")[0]][3] == value for name, value in released.items())
    address = reverse("reports:own-pack", args=[member.slug])
    for role in (Role.EDI_LEAD, Role.EXECUTIVE_SPONSOR):
        text = text_of_pdf(signed_in(reader := person(role, own)).get(address).content)
        assert "68 of 788 against 388 of 2,308" in text and "Keep it inside" in text and "[c]" in text
        event = AuditEvent.objects.order_by("-pk").first()
        assert event is not None and (event.action, event.actor, event.organisation) == ("packs.downloaded", reader, own.slug)
    others = [person(Role.EDI_LEAD, Organisation.objects.get(slug=seen.members[1].slug)), world.writer, world.admin]
    for status, readers in ((403, [person(Role.CONTRIBUTOR, own)]), (404, others)):
        for reader in readers:
            answer = signed_in(reader).get(address)
            assert answer.status_code == status and b"68 of 788" not in answer.content


def test_an_own_pack_of_a_member_without_a_signed_return_says_so_and_holds_no_exact_figure(world: World) -> None:
    seen = as_the_group_sees(world.release)
    member = next(one for one in seen.members if not one.returned)
    own = Organisation.objects.get(slug=member.slug)
    rows = figures_of(own_pack_paper(seen, own, member))
    assert rows and {row[1:4] for row in rows} == {("\u2013", "\u2013", "\u2013")}
    text = text_of_pdf(signed_in(person(Role.EDI_LEAD, own)).get(reverse("reports:own-pack", args=[member.slug])).content)
    assert "No signed return of this period is in the release" in text


def figures_of(paper: Paper) -> list[tuple[str, ...]]:
    """The rows of all tables of a paper."""
    return [row for block in paper.blocks if isinstance(block, Table) for row in block.rows]


def text_of_pdf(content: bytes) -> str:
    """Its words, with one blank between them."""
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages).split())


def test_the_summary_to_the_partnership_is_made_from_what_is_there(world: World) -> None:
    client = signed_in(person(Role.BOARD_MEMBER))
    page = client.get(reverse("reports:summary")).content.decode()
    for chapter in ("What the mapping found", "Ways of learning", "Links to the workforce strategy", "Health inequalities"):
        assert chapter in page
    assert client.get(reverse("reports:summary-file", args=["csv"])).content.startswith(b"\xef\xbb\xbf")


@pytest.fixture
def report_life(world: World, monkeypatch: pytest.MonkeyPatch) -> type[ReportLife]:
    """The machine of report_walk.py on this world. A walk sets no type: some bytes stand for the file."""
    monkeypatch.setattr(reports, "pdf_bytes", lambda paper: b"%PDF " + paper.fingerprint().encode() + b" /Type/Page\n")
    ReportLife.people = {
        "writer": world.writer,
        "second": world.second,
        "admin": world.admin,
        "board": person(Role.BOARD_MEMBER),
    }
    ReportLife.period = PERIOD
    return ReportLife


def test_a9_no_sequence_of_steps_leads_a_report_astray(report_life: type[ReportLife]) -> None:
    play(report_life, examples=3, steps=15)


@pytest.mark.long
def test_a9_no_long_sequence_of_steps_leads_a_report_astray(report_life: type[ReportLife]) -> None:
    play(report_life, examples=40, steps=40)
