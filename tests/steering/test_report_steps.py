"""Each step of an assurance report in its services: what is refused in words, what is undone, what is on record."""

from collections.abc import Callable

import pytest
from django.urls import reverse

from edi_portal.audit.models import AuditEvent
from edi_portal.exceptions import BusinessError, Incomplete, InvalidTransition, NotAllowed
from kpis.models.releases import Release, ReleaseStatus
from organisations.models import User
from organisations.roles import Role
from steering.models.reports import AssuranceReport, ReportLevel, ReportStatus, ReportText
from steering.services import reports
from tests.kpis.dashboard_factories import published_release
from tests.organisations.factories import OrganisationFactory, person, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference")]
PERIOD = "2019-20-q2"


@pytest.fixture
def writer() -> User:
    return person(Role.STEERING_MEMBER)


@pytest.fixture
def report(writer: User) -> AssuranceReport:
    published_release(PERIOD, 1, [OrganisationFactory.create()])
    return reports.start_report(period=PERIOD, by=writer)


def write(report: AssuranceReport, by: User, **given: object) -> ReportText:
    typed = {"place": "overall", "text": "A quiet quarter.", "version": 0, "checked": False}
    return reports.write_commentary(report=report, by=by, **(typed | given))  # type: ignore[arg-type]


def on_record(report: AssuranceReport) -> list[str]:
    rows = AuditEvent.objects.filter(subject=f"report:{report.pk}").order_by("pk")
    return [action.removeprefix("report.") for action in rows.values_list("action", flat=True)]


def test_words_have_a_place_and_a_length(report: AssuranceReport, writer: User) -> None:
    with pytest.raises(Incomplete, match="has no such place"):
        write(report, writer, place="nowhere")
    with pytest.raises(Incomplete, match=r"Shorten the text to [\d,]+ characters: it has 50,000\."):
        write(report, writer, text="x" * 50_000)
    assert not ReportText.objects.exists()
    assert write(report, writer, text="  Said.  ").text == "Said."


def test_a_level_against_the_rule_says_why_and_goes_back_to_the_rule(report: AssuranceReport, writer: User) -> None:
    given = {"report": report, "workstream": "workforce-standards", "level": "partial", "by": writer}
    with pytest.raises(Incomplete, match="no such workstream"):
        reports.set_level(**(given | {"workstream": "nothing"}), reason="Why not")  # type: ignore[arg-type]
    with pytest.raises(Incomplete, match="Say why the rule is wrong here"):
        reports.set_level(**given, reason=" ")  # type: ignore[arg-type]
    assert not ReportLevel.objects.exists() and on_record(report) == ["started"], "what is refused is not on record"
    first = reports.set_level(**given, reason="A new system.")  # type: ignore[arg-type]
    second = reports.set_level(**given, reason="Two new systems.")  # type: ignore[arg-type]
    assert first is not None and second is not None
    assert list(report.levels.filter(ended_at__isnull=True)) == [second]
    assert reports.set_level(**(given | {"level": ""}), reason="") is None  # type: ignore[arg-type]
    assert not report.levels.filter(ended_at__isnull=True).exists() and report.levels.count() == 2


def test_a_proposed_report_is_taken_back_before_it_is_changed(report: AssuranceReport, writer: User) -> None:
    with pytest.raises(InvalidTransition, match="Only a proposed report can be taken back"):
        reports.take_back_report(report=report, by=writer)
    with pytest.raises(InvalidTransition, match="is not proposed"):
        reports.publish_report(report=report, by=person(Role.STEERING_MEMBER))
    reports.propose_report(report=report, by=writer)
    with pytest.raises(InvalidTransition, match="Take it back to change it"):
        write(report, writer)
    with pytest.raises(NotAllowed, match="somebody else publishes it"):
        reports.publish_report(report=report, by=writer)
    back = reports.take_back_report(report=report, by=person(Role.STEERING_MEMBER))
    assert (back.status, back.proposed_by, back.proposed_at) == (ReportStatus.DRAFT, None, None)
    assert write(report, writer).text == "A quiet quarter."
    assert on_record(report) == ["started", "proposed", "taken_back", "written"]


def test_a_report_that_was_discarded_changes_no_more(report: AssuranceReport, writer: User) -> None:
    reports.discard_report(report=report, reason="Too early.", by=writer)
    steps: list[Callable[[], object]] = [
        lambda: write(report, writer),
        lambda: reports.propose_report(report=report, by=writer),
    ]
    for one in steps:
        with pytest.raises(InvalidTransition, match="Start a revision"):
            one()
    with pytest.raises(InvalidTransition, match="not published yet can be discarded"):
        reports.discard_report(report=report, reason="Again", by=writer)
    assert AssuranceReport.objects.get().discard_reason == "Too early."


def test_a_draft_of_figures_that_were_revised_meanwhile_is_started_again(report: AssuranceReport, writer: User) -> None:
    Release.objects.filter(pk=report.release.pk).update(status=ReleaseStatus.SUPERSEDED)
    published_release(PERIOD, 2, [OrganisationFactory.create()])
    with pytest.raises(InvalidTransition, match="Release 1 was revised since this draft was started"):
        reports.propose_report(report=report, by=writer)


def test_only_the_group_writes_reports(report: AssuranceReport, writer: User) -> None:
    outsider = person(Role.EDI_LEAD, OrganisationFactory.create())
    steps: list[Callable[[], object]] = [
        lambda: reports.start_report(period=PERIOD, by=outsider),
        lambda: write(report, outsider),
        lambda: reports.propose_report(report=report, by=outsider),
        lambda: reports.discard_report(report=report, reason="Ours", by=outsider),
    ]
    for one in steps:
        with pytest.raises(BusinessError) as refused:
            one()
        assert isinstance(refused.value, NotAllowed)
    assert on_record(report) == ["started"]


def test_who_proposes_a_report_that_is_proposed_meanwhile_does_not_publish_it(report: AssuranceReport, writer: User) -> None:
    address, second = reverse("reports:publish", args=[report.pk]), signed_in(person(Role.STEERING_MEMBER))
    assert 'value="propose">Propose this report' in second.get(address).content.decode()
    assert signed_in(writer).post(address, {"doing": "propose"}).status_code == 302
    late = second.post(address, {"doing": "propose"})
    report.refresh_from_db()
    assert (late.status_code, report.status, report.number) == (409, ReportStatus.PROPOSED, None)
    assert signed_in(writer).post(address, {"doing": "publish"}).status_code == 403
    assert 'value="publish">Publish this report' in second.get(address).content.decode()
    assert second.post(address, {"doing": "publish"}).status_code == 302
    report.refresh_from_db()
    assert (report.status, report.number) == (ReportStatus.PUBLISHED, 1)
    assert second.post(address, {"doing": "back"}).status_code == 409, "nothing that is published is taken back"
