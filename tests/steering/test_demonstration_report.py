"""The demonstration's report: two people's, marked, claims nothing, made once, and queued when the last release is there."""

from datetime import date

import pytest
from django.test import Client

from edi_portal.clock import set_business_day
from edi_portal.exceptions import NotAllowed
from edi_portal.jobs.models import Job, JobStatus
from edi_portal.jobs.services import run
from kpis.demonstration.jobs import queue_next_release
from kpis.demonstration.publishing import closed_quarters
from kpis.models.releases import Release
from organisations.models import Organisation, User
from organisations.roles import Role
from steering import tasks  # noqa: F401  registers the job
from steering.demonstration_content import COMMENTARY
from steering.models.reports import AssuranceReport
from steering.reports.assurance import SYNTHETIC
from steering.reports.commentary import PLACES, longest, small_numbers, unsupported_claims
from steering.selectors.reports import made_again, pdf_of, unreviewed
from steering.services.demonstration_report import KIND, plant_report, queue_report
from steering.services.reports import start_report
from tests.kpis.dashboard_factories import figure, published_release, write
from tests.organisations.factories import person, signed_in


def test_its_words_claim_nothing_hold_no_small_number_and_fit_their_places() -> None:
    assert set(COMMENTARY) <= set(PLACES)
    for place, text in COMMENTARY.items():
        assert not unsupported_claims(text, place, ()), place
        assert not small_numbers(text) and len(text) <= longest(place), place


@pytest.fixture
def release(db: None, settings: object) -> Release:
    settings.DEMONSTRATION = True  # type: ignore[attr-defined]
    set_business_day(date(2020, 1, 20))
    trusts = list(Organisation.objects.filter(slug__in=["countess-of-chester", "mid-cheshire"]))
    made = published_release("2019-20-q2", 14, trusts)
    Release.objects.filter(pk=made.pk).update(synthetic=True)
    write(*(figure(made, "WRES-2", where, value=1.9, verdict="act", tier="board") for where in trusts))
    return made


@pytest.fixture
def accounts(release: Release) -> tuple[User, User]:
    people = person(Role.STEERING_MEMBER), person(Role.PORTAL_ADMIN)
    User.objects.filter(pk__in=[one.pk for one in people]).update(is_demonstration=True)
    return people


def test_it_is_published_by_two_people_with_reviewed_words_and_made_once(accounts: tuple[User, User]) -> None:
    report = plant_report()
    assert report is not None and report.number == 1
    assert (report.proposed_by, report.published_by) == accounts
    assert not unreviewed(report) and SYNTHETIC in str(report.content)
    assert made_again(report).fingerprint() == report.fingerprint and pdf_of(report).startswith(b"%PDF")
    assert plant_report() is None and AssuranceReport.objects.count() == 1


def test_the_boards_home_offers_it_and_its_files(accounts: tuple[User, User]) -> None:
    report = plant_report()
    assert report is not None
    board: Client = signed_in(person(Role.BOARD_MEMBER))
    home = board.get("/").content.decode()
    assert f'href="/reports/{report.pk}/"' in home and "report 1" in home
    for ending in ("pdf", "xlsx", "csv"):
        assert board.get(f"/reports/{report.pk}/file/{ending}/").status_code == 200, ending


def test_a_report_that_somebody_began_is_left_to_them(accounts: tuple[User, User]) -> None:
    start_report(period="2019-20-q2", by=accounts[0])
    assert plant_report() is None


def test_without_accounts_there_is_none_and_outside_the_demonstration_it_is_refused(release: Release, settings: object) -> None:
    assert plant_report() is None
    settings.DEMONSTRATION = False  # type: ignore[attr-defined]
    with pytest.raises(NotAllowed, match="PORTAL_DEMONSTRATION"):
        plant_report()


def test_the_job_comes_with_the_last_release_and_runs_once(accounts: tuple[User, User], monkeypatch: pytest.MonkeyPatch) -> None:
    queue_next_release()
    assert not Job.objects.filter(kind=KIND).exists(), "older releases come first"
    monkeypatch.setattr("kpis.demonstration.jobs.closed_quarters", lambda: closed_quarters()[-1:])
    assert queue_next_release() is None
    job = Job.objects.get(kind=KIND)
    assert queue_report() == job
    assert run(job.pk).status == JobStatus.DONE
    assert Job.objects.get(kind=KIND).result == {"report": 1}
