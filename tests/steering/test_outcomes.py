"""Planned outcomes: the stored verdict, the baseline that the group fixed, breaks that forbid a comparison, evidence, words."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from edi_portal.clock import set_business_day
from edi_portal.exceptions import InvalidTransition, NotAllowed
from edi_portal.periods import Quarter
from edi_portal.reviews.selectors import waiting
from edi_portal.reviews.services import pass_text
from kpis.models.definitions import Kpi
from organisations.models import Organisation
from organisations.roles import Role
from steering.outcomes import is_too_early, plans, start_of
from steering.services.compliance import fix_baseline
from steering.services.outcomes import link_evidence, withdraw_evidence, word_outcome
from tests.kpis.dashboard_factories import figure, published_release, write
from tests.organisations.factories import person, signed_in


def test_after_the_change_of_2021_a_figure_is_measured_anew() -> None:
    before, changed, after = Quarter(2018, 4), Quarter(2021, 4), Quarter(2022, 4)
    start = start_of("WRES-7", before, after)
    assert start.quarter == changed and start.broken is not None and "not like for like" in start.broken.words
    assert start_of("WRES-7", before, Quarter(2020, 4)).quarter == before
    assert start_of("WRES-7", changed, after).broken is None
    assert start_of("REP-BME-8V", before, after).broken is None


def test_a_verdict_counts_once_both_its_figures_lie_behind_the_start() -> None:
    anew = start_of("WRES-7", Quarter(2018, 4), Quarter(2022, 4))
    assert is_too_early(anew, Quarter(2021, 4), 4) and is_too_early(anew, Quarter(2022, 4), 8)
    assert not is_too_early(anew, Quarter(2022, 4), 4)
    whole = start_of("WRES-7", Quarter(2018, 4), Quarter(2019, 4))
    assert is_too_early(whole, Quarter(2018, 4), 4) and not is_too_early(whole, Quarter(2019, 4), 4)


@pytest.mark.django_db
def test_the_plan_names_kpis_of_the_catalogue_and_outcome_5_begins_in_2018() -> None:
    codes = set(Kpi.objects.values_list("code", flat=True))
    assert [plan.number for plan in plans()] == [1, 2, 3, 4, 5]
    assert all(set(plan.kpis) <= codes for plan in plans())
    assert plans()[4].baseline == Quarter(2018, 4) and set(plans()[4].kpis) == {"WRES-7", "WDES-5", "GAP-CP-BME", "GAP-CP-DIS"}


@pytest.fixture
def trust(db: None) -> Organisation:
    set_business_day(date(2020, 6, 1))
    return Organisation.objects.get(slug="countess-of-chester")


def release(trust: Organisation, period: str, number: int, value: float, over_time: str, code: str = "GAP-CP-BME") -> None:
    made = published_release(period, number, [trust])
    write(figure(made, code, value=value, statistic="median", over_time=over_time, contributing=20))


def page_of(role: Role = Role.BOARD_MEMBER) -> str:
    return signed_in(person(role)).get("/outcomes/").content.decode()


def test_the_stored_verdict_is_shown_with_the_figure_of_the_baseline(trust: Organisation) -> None:
    release(trust, "2018-19-q4", 1, -14, "")
    release(trust, "2019-20-q4", 2, -9, "better")
    page = page_of()
    assert "Better on 1 of 4" in page and "−14.0" in page and "−9.0" in page and "(median)" in page
    assert "2018-19 Q4" in page
    assert "4 are too early to tell" in page


def test_without_an_earlier_figure_it_is_too_early_to_tell(trust: Organisation) -> None:
    release(trust, "2018-19-q4", 1, -14, "too_few")
    page = page_of()
    assert "The newest figure is that of the baseline itself." in page and "5 are too early to tell" in page


def test_a_break_in_between_turns_any_verdict_into_too_early(trust: Organisation) -> None:
    set_business_day(date(2022, 6, 1))
    release(trust, "2018-19-q4", 1, -14, "")
    release(trust, "2021-22-q4", 2, -30, "worse")
    page = page_of()
    assert "not like for like" in page and "Worse on" not in page and "5 are too early to tell" in page
    assert "The baseline, 2018-19 Q4, was −14.0" in page


def test_behind_the_break_progress_is_measured_within_the_new_method(trust: Organisation) -> None:
    set_business_day(date(2023, 6, 1))
    release(trust, "2018-19-q4", 1, -14, "")
    release(trust, "2021-22-q4", 2, -30, "")
    release(trust, "2022-23-q4", 3, -25, "better")
    page = page_of()
    assert "Better on 1 of 4" in page and "Measured anew from 2021-22 Q4" in page
    assert page.index("−30.0") < page.index("−25.0") < page.index("was −14.0")


def test_a_verdict_of_the_baseline_itself_is_no_progress(trust: Organisation) -> None:
    release(trust, "2018-19-q4", 1, -14, "better")
    page = page_of()
    assert "Better on" not in page and "The newest figure is that of the baseline itself." in page


def test_the_boards_home_says_what_the_page_says(trust: Organisation) -> None:
    release(trust, "2018-19-q4", 1, -14, "")
    release(trust, "2019-20-q4", 2, -9, "better")
    home = signed_in(person(Role.BOARD_MEMBER)).get("/").content.decode()
    assert "5. Fairer career progression" in home and "Better on 1 of 4" in home and "/outcomes/#outcome-5" in home


def test_the_state_of_the_operating_model_stands_with_outcome_2(trust: Organisation) -> None:
    page = page_of()
    assert "2. One shared operating model for EDI" in page and "No version of the operating model was proposed yet." in page


def test_the_groups_baseline_takes_the_place_of_the_planned_one(trust: Organisation) -> None:
    release(trust, "2017-18-q4", 1, -18, "")
    release(trust, "2018-19-q4", 2, -14, "no_difference")
    kpi = Kpi.objects.get(code="GAP-CP-BME")
    assert "−18.0" not in page_of()
    fix_baseline(kpi=kpi, quarter=Quarter(2017, 4), reason="First survey", by=person(Role.STEERING_MEMBER))
    page = page_of()
    assert "−18.0" in page and "2017-18 Q4" in page and "No real change" in page


def test_published_figures_of_all_staff_are_context_and_never_a_progress(trust: Organisation) -> None:
    page = page_of()
    assert "Published figures of all staff, as context only" in page and "Nothing here is compared with a KPI." in page
    assert "No release yet" in page


def test_evidence_and_words_of_the_group_wait_for_a_reviewer(trust: Organisation) -> None:
    member = person(Role.STEERING_MEMBER)
    row = link_evidence(number=1, title="Framework agreed", dated_on=date(2020, 1, 2), link="https://x.nhs.uk/f", by=member)
    word_outcome(number=1, title="One strategy", statement="There is one.", source="Project document", by=member)
    assert "Framework agreed" not in page_of() and "One strategy" not in page_of()
    assert "Framework agreed" in signed_in(member).get("/outcomes/").content.decode()
    for review in waiting():
        pass_text(review=review, nobody_recognisable=True, by=person(Role.PORTAL_ADMIN))
    assert "Framework agreed" in page_of() and "1. One strategy" in page_of()
    with pytest.raises(NotAllowed):
        withdraw_evidence(row=row, by=person(Role.BOARD_MEMBER))
    withdraw_evidence(row=row, by=member)
    with pytest.raises(InvalidTransition):
        withdraw_evidence(row=row, by=member)
    assert "Framework agreed" not in page_of()


def test_the_page_stays_within_its_queries(trust: Organisation) -> None:
    release(trust, "2018-19-q4", 1, -14, "")
    release(trust, "2019-20-q4", 2, -9, "better")
    client = signed_in(person(Role.STEERING_MEMBER))
    with CaptureQueriesContext(connection) as queries:
        client.get("/outcomes/")
    assert len(queries) <= 25
    assert len(client.get("/outcomes/").content) < 90_000
