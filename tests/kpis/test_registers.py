"""The registers of networks and EDI posts answer a return: same cells as the definitions, taken over without typing."""

import html
import re
from datetime import date
from decimal import Decimal

import pytest

from edi_portal.periods import Quarter
from kpis.catalogue.measures import CellKey
from kpis.exact_counts import ReturnedQuarter
from kpis.models.collections import Collection
from kpis.models.returns import KpiReturn, ReturnValue
from kpis.registers import ARRANGEMENTS, SOURCES, SURVEY_PARTS, capacity_cells, network_cells, survey_cells
from kpis.selectors.definitions import framework_for
from kpis.selectors.registers import answered_by_registers
from kpis.selectors.returns import own_figures, values_of
from kpis.services.returns import CellChange, save_answers
from organisations.models import Organisation, User
from organisations.roles import Role
from tests.kpis.factories import open_collection
from tests.organisations.factories import OrganisationFactory, person, signed_in
from workforce.capacity import CapacityCounts
from workforce.establishment import NetworkCounts
from workforce.models import EdiApprenticeship, EdiPost, EdiYear
from workforce.services.networks import NetworkEntry, add_meeting, add_network

Q3 = Quarter(2019, 3)
NETWORKS = NetworkCounts(3, 2, 1, {"bame": "standalone", "lgbt": "shared", "disability": ""}, 120, 4, Decimal("10.5"), None, 5000)
CAPACITY = CapacityCounts(Decimal("2.60"), Decimal("1.80"), 2, 1, 1, 2, 0, 0)


@pytest.mark.django_db
def test_every_cell_that_a_register_answers_is_a_cell_of_a_measure_and_choices_stand_in_its_order() -> None:
    measures = framework_for(Quarter(2019, 4)).measures
    for code, row, column in network_cells(NETWORKS) | capacity_cells(CAPACITY) | survey_cells("lead"):
        assert CellKey(row, column) in measures[code].cells() and code in SOURCES
    assert measures["networks_core"].options_of(CellKey("bame", "arrangement")) == tuple(ARRANGEMENTS)
    assert measures["survey_leadership"].options_of(CellKey("role", "answer")) == tuple(SURVEY_PARTS)


def test_what_a_register_does_not_say_is_left_out_and_never_zero() -> None:
    cells = network_cells(NETWORKS)
    assert ("network_time", "member_hours", "value") not in cells
    assert ("networks_core", "disability", "arrangement") not in cells
    assert cells["networks_core", "disability", "active"] == 0
    assert survey_cells("") == {}


@pytest.fixture
def trust(db: None) -> Organisation:
    return OrganisationFactory.create(slug="here")


@pytest.fixture
def lead(trust: Organisation) -> User:
    return person(Role.EDI_LEAD, trust)


@pytest.fixture
def collection(db: None) -> Collection:
    return open_collection()


@pytest.fixture
def kpi_return(trust: Organisation, lead: User, collection: Collection) -> KpiReturn:
    entry = NetworkEntry(
        name="REACH",
        characteristics=("race",),
        chair="Chair",
        sponsor="Sponsor",
        terms_agreed_on=date(2018, 4, 1),
        members=40,
        protected_time=True,
        leads=2,
        lead_hours=Decimal(8),
    )
    network = add_network(organisation=trust, entry=entry, by=lead)
    add_meeting(network=network, held_on=date(2019, 11, 4), by=lead)
    EdiPost.objects.create(
        organisation=trust, title="Lead", band="7", funded_wte=1, filled_wte=Decimal("0.80"), valid_from=date(2018, 1, 1)
    )
    EdiApprenticeship.objects.create(organisation=trust, programme="P", level=5, band="5", started_on=date(2019, 10, 7))
    EdiYear.objects.create(organisation=trust, financial_year="2019-20", survey_part="co_lead")
    return KpiReturn.objects.create(collection=collection, organisation=trust)


ADDRESS = "/returns/here/2019-20-q3/registers/"


def test_networks_and_posts_flow_into_the_return_without_typing(lead: User, kpi_return: KpiReturn) -> None:
    client = signed_in(lead)
    page = client.get(ADDRESS).content.decode()
    assert "answers are ready in your registers" in page and "All staff networks" in page
    codes = [measure.code for measure in answered_by_registers(kpi_return, lead)]
    assert client.post(ADDRESS, {"question": codes}).status_code == 302
    values = values_of(kpi_return)
    assert values["networks", "active", "value"] == 1
    assert values["networks_core", "bame", "arrangement"] == 1
    assert values["edi_posts", "in_post", "value"] == Decimal("0.80")
    assert values["apprenticeships", "started", "value"] == 1
    assert "The return holds what your registers say" in client.get(ADDRESS).content.decode()
    figures = own_figures(kpi_return.organisation, Q3, draft=ReturnedQuarter(values, {}))
    assert figures["NET-1", ""].value == 1 and figures["NET-2", ""].value == 100


def test_only_ticked_questions_are_taken_and_a_measure_that_is_not_due_is_not_offered(lead: User, kpi_return: KpiReturn) -> None:
    codes = {measure.code for measure in answered_by_registers(kpi_return, lead)}
    assert "network_budget" not in codes and "survey_leadership" not in codes  # Q4 and Q2
    signed_in(lead).post(ADDRESS, {"question": ["edi_posts", "no_such_question"]})
    assert {code for code, _, _ in values_of(kpi_return)} == {"edi_posts"}


def test_what_somebody_typed_is_shown_beside_and_replaced_only_when_ticked(lead: User, kpi_return: KpiReturn) -> None:
    typed = ReturnValue.objects.create(kpi_return=kpi_return, measure="networks", row="active", column="value", amount=7)
    page = signed_in(lead).get(ADDRESS).content.decode()
    assert ">7<" in page
    signed_in(lead).post(ADDRESS, {"question": ["edi_posts"]})
    typed.refresh_from_db()
    assert typed.amount == 7


def test_an_answer_that_a_colleague_typed_since_the_page_was_read_stands(
    trust: Organisation, lead: User, kpi_return: KpiReturn
) -> None:
    colleague, browser = person(Role.EDI_LEAD, trust), signed_in(lead)

    def seen(page: str) -> str:
        return re.findall(r"name=\"seen\" value='([^']*)'", page)[0]

    opened = html.unescape(browser.get(ADDRESS).content.decode())
    typed = CellChange("networks", CellKey("active", "value"), Decimal(7))
    save_answers(kpi_return=kpi_return, by=colleague, cells=[typed])
    answer = browser.post(ADDRESS, {"question": ["networks", "edi_posts"], "seen": seen(opened)})
    page, stands = html.unescape(answer.content.decode()), values_of(kpi_return)
    assert answer.status_code == 409 and stands["networks", "active", "value"] == 7
    assert stands["edi_posts", "in_post", "value"] == Decimal("0.80"), "the rest is taken over"
    assert f"your register says 1, {colleague.display_name} saved 7" in page
    assert browser.post(ADDRESS, {"question": ["networks"], "seen": seen(page)}).status_code == 302
    assert values_of(kpi_return)["networks", "active", "value"] == 1, "now that it was seen"


def test_a_contributor_takes_over_own_questions_only(trust: Organisation, kpi_return: KpiReturn) -> None:
    contributor = person(Role.CONTRIBUTOR, trust, area="learning")
    signed_in(contributor).post(ADDRESS, {"question": ["apprenticeships", "edi_posts"]})
    assert {code for code, _, _ in values_of(kpi_return)} == {"apprenticeships"}


def test_an_empty_register_says_where_to_begin(lead: User, collection: Collection, trust: Organisation) -> None:
    KpiReturn.objects.create(collection=collection, organisation=trust)
    assert "Your registers answer nothing yet" in signed_in(lead).get(ADDRESS).content.decode()
