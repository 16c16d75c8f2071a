"""The arrivals board: answers per workstream and errors to mend per row, no figure of any return, as many queries for many."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from edi_portal.clock import business_now, business_today
from kpis.catalogue import WORKSTREAMS
from kpis.models.collections import Collection, Reminder
from kpis.models.returns import KpiReturn, ReturnAnswer
from kpis.models.waivers import Waiver
from kpis.selectors.arrivals import Arrival, arrival_counts, arrivals, counts_of, with_errors
from kpis.selectors.definitions import framework_for
from kpis.selectors.open_errors import errors_to_mend
from kpis.selectors.returns import content_of
from kpis.services import returns
from organisations.models import Organisation
from organisations.roles import Role
from tests.kpis.factories import fill, open_collection, plain_values, signed_return
from tests.organisations.factories import person, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference")]
IMPOSSIBLE = {
    ("recruitment_ethnicity", "bme", "applied"): Decimal(0),
    ("recruitment_ethnicity", "white", "applied"): Decimal(1),
}
SLUGS = ("countess-of-chester", "east-cheshire", "mid-cheshire")


@pytest.fixture
def collection() -> Collection:
    return open_collection("2019-20-q3")


def started(collection: Collection, slug: str, changed: dict[tuple[str, str, str], Decimal]) -> KpiReturn:
    """A draft with every cell filled, some with what cannot be."""
    organisation = Organisation.objects.get(slug=slug)
    kpi_return = KpiReturn.objects.create(collection=collection, organisation=organisation, last_edited_at=business_now())
    fill(kpi_return, plain_values(organisation, collection.quarter) | changed)
    return kpi_return


def row_of(collection: Collection, slug: str) -> Arrival:
    rows = with_errors(arrivals(collection), framework_for(collection.quarter), now=business_now())
    return next(row for row in rows if row.kpi_return.organisation.slug == slug)


def test_errors_are_those_that_the_lead_sees_waivers_left_aside(collection: Collection) -> None:
    drafts = [started(collection, slug, changed) for slug, changed in zip(SLUGS, ({}, IMPOSSIBLE, IMPOSSIBLE), strict=True)]
    earlier = open_collection("2019-20-q2")
    lead, sponsor = person(Role.EDI_LEAD, drafts[1].organisation), person(Role.EXECUTIVE_SPONSOR, drafts[1].organisation)
    last = plain_values(drafts[1].organisation, earlier.quarter, scale=5)
    signed_return(earlier, drafts[1].organisation, last, lead=lead, sponsor=sponsor)
    evidence = {"publications": "At the board", "disabled_voices": "At the board"}
    answers = [ReturnAnswer(kpi_return=drafts[2], measure=code, evidence=text) for code, text in evidence.items()]
    ReturnAnswer.objects.bulk_create(answers)

    def compared() -> list[int]:
        drafts_now = list(
            KpiReturn.objects.filter(pk__in=[one.pk for one in drafts]).select_related("organisation", "collection")
        )
        found = errors_to_mend(drafts_now, framework=framework_for(collection.quarter), now=business_now())
        assert found == {one.pk: len(content_of(one).errors) for one in drafts_now}
        return [found[one.pk] for one in drafts]

    before = compared()
    assert before[1] > before[0], before
    error, admin = content_of(drafts[1]).errors[0], person(Role.PORTAL_ADMIN)
    Waiver.objects.create(
        organisation=drafts[1].organisation,
        collection=collection,
        rule=error.rule,
        finding=error.key,
        measure=error.measure,
        reason="The wards moved.",
        asked_by=lead,
        state=Waiver.GRANTED,
        answer="Checked.",
        until=business_today(),
        decided_by=admin,
        decided_at=business_now(),
    )
    assert compared()[1] == before[1] - 1


def test_only_what_is_being_filled_in_has_errors_to_show(collection: Collection) -> None:
    organisation = Organisation.objects.get(slug="mid-cheshire")
    untouched = KpiReturn.objects.create(collection=collection, organisation=organisation)
    started(collection, "east-cheshire", {})
    assert row_of(collection, "mid-cheshire").errors is None
    assert row_of(collection, "east-cheshire").errors is not None
    assert {row.errors for row in arrivals(collection)} == {None}, "the chase list does not run the rules"
    assert untouched.pk


def test_answers_are_counted_by_workstream_as_the_question_is_asked(collection: Collection) -> None:
    draft = KpiReturn.objects.create(collection=collection, organisation=Organisation.objects.get(slug="mid-cheshire"))
    measures = framework_for(collection.quarter).due_measures(draft.organisation)
    one, other = measures[0], next(measure for measure in measures if measure.workstream != measures[0].workstream)
    lead = person(Role.EDI_LEAD, draft.organisation)
    cell = returns.CellChange(one.code, one.cells()[0], Decimal(1))
    returns.save_answers(kpi_return=draft, by=lead, cells=[cell])
    draft.refresh_from_db()
    reason = returns.AnswerChange(other.code, "not_collected", "No system for it", None, "")
    returns.save_answers(kpi_return=draft, by=lead, answers=[reason])
    row = row_of(collection, "mid-cheshire")
    assert dict(row.answered_by_workstream) == {one.workstream: 1, other.workstream: 1}
    assert row.answered == 2 and row.due == len(measures)
    assert set(row.asked_by_workstream) <= set(WORKSTREAMS)


def test_the_board_shows_progress_and_errors_and_no_figure(collection: Collection) -> None:
    marked = {
        ("recruitment_ethnicity", "white", "applied"): Decimal(86_421),
        ("recruitment_ethnicity", "bme", "applied"): Decimal(0),
    }
    draft = started(collection, "mid-cheshire", marked)
    text = signed_in(person(Role.PORTAL_ADMIN)).get(f"/collections/{collection.period}/arrivals/").content.decode()
    row = row_of(collection, "mid-cheshire")
    assert row.errors == len(content_of(draft).errors) > 0
    assert f'class="edi-num">{row.errors}<span class="nhsuk-u-visually-hidden"> to mend' in text
    slug, asked = next(iter(row.asked_by_workstream.items()))
    assert f"{WORKSTREAMS[slug].replace('&', '&amp;')}: {asked} of {asked} questions answered, in progress" in text
    assert "86421" not in text and "86,421" not in text
    for finding in content_of(draft).errors:
        assert finding.message not in text and finding.message.replace("&", "&amp;") not in text


def test_the_board_asks_the_database_as_often_for_many_as_for_one(collection: Collection) -> None:
    browser = signed_in(person(Role.PORTAL_ADMIN))
    numbers = []
    for slug in SLUGS:
        draft = started(collection, slug, IMPOSSIBLE)
        lead = person(Role.EDI_LEAD, draft.organisation)
        Reminder.objects.create(collection=collection, organisation=draft.organisation, kind="before_14", recipient=lead)
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(f"/collections/{collection.period}/arrivals/").status_code == 200
        numbers.append(len(queries))
    assert len(set(numbers)) == 1 and numbers[0] <= 22, numbers
    assert counts_of(arrivals(collection)) == arrival_counts(collection)
