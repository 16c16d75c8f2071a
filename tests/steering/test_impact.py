"""Impact assessments: by rule, signed by another person before the decision, and answering EIA-1 and EIA-2 in a return."""

from dataclasses import replace
from datetime import date

import pytest

from edi_portal.clock import set_business_day
from edi_portal.exceptions import Incomplete, InvalidTransition, NotAllowed, StaleData
from edi_portal.periods import Quarter
from kpis.models.returns import KpiReturn
from kpis.selectors.definitions import framework_for
from kpis.selectors.registers import REGISTERS, Register, add_register, register_cells
from kpis.selectors.returns import values_of
from organisations.models import Organisation, User
from organisations.roles import Role
from steering.compliance import Publication, duties, in_date_on
from steering.impact import KINDS, ActionFacts, AssessmentFacts, eia_cells, state_of
from steering.models.impact import ImpactAssessment
from steering.services.compliance import PublicationEntry, record_publication
from steering.services.impact import (
    AssessmentEntry,
    add_action,
    add_assessment,
    change_assessment,
    close_action,
    record_decision,
    sign_assessment,
)
from tests.kpis.factories import open_collection
from tests.organisations.factories import OrganisationFactory, person, signed_in
from workforce.vocabulary import CHARACTERISTICS

Q3, TODAY = Quarter(2019, 3), date(2019, 11, 4)
DECISION = date(2019, 11, 20)
ENTRY = AssessmentEntry(
    title="Move of the clinic",
    kind="service_changes",
    proposal="The clinic moves to the other site.",
    decision_on=DECISION,
    effects=dict.fromkeys(CHARACTERISTICS, "none") | {"disability": "negative"},
    mitigation="A bus stops at the door.",
)


@pytest.mark.parametrize(
    ("signed", "decided", "state"),
    [
        (None, None, "open"),
        (DECISION, None, "late"),
        (date(2019, 11, 19), None, "signed"),
        (date(2019, 11, 19), DECISION, "decided"),
        (DECISION, DECISION, "late"),
        (None, DECISION, "late"),
    ],
)
def test_a_signature_counts_only_before_the_day_of_the_decision(signed: date | None, decided: date | None, state: str) -> None:
    facts = AssessmentFacts("policies", DECISION, signed, decided, True if decided else None)
    assert state_of(facts, date(2019, 10, 1))[0] == state


def test_an_unsigned_one_grows_urgent_and_then_late() -> None:
    facts = AssessmentFacts("policies", DECISION)
    assert [state_of(facts, date(2019, 11, day))[0] for day in (5, 6, 19, 20)] == ["open", "soon", "soon", "late"]


def test_the_return_counts_approved_items_and_actions_of_the_quarter_and_a_missing_register_is_no_zero() -> None:
    before, on, after = date(2019, 10, 1), date(2019, 12, 31), date(2020, 1, 1)
    assessments = [
        AssessmentFacts("policies", before, date(2019, 9, 30), before, True),
        AssessmentFacts("policies", before, before, before, True),
        AssessmentFacts("policies", on, None, on, False),
        AssessmentFacts("business_cases", after, None, after, True),
        AssessmentFacts("service_changes", on),
    ]
    actions = [ActionFacts(on, on), ActionFacts(on, after), ActionFacts(on), ActionFacts(after, before)]
    cells = eia_cells(assessments, actions, Q3)
    assert (cells["eia", "policies", "needed"], cells["eia", "policies", "assessed"]) == (2, 1)
    assert cells["eia", "business_cases", "needed"] == cells["eia", "service_changes", "needed"] == 0
    assert (cells["eia_actions", "due", "value"], cells["eia_actions", "closed", "value"]) == (3, 1)
    assert eia_cells([], actions, Q3) == {}


def test_publications_are_in_date_by_what_stood_on_the_day() -> None:
    wres, since, due = duties()["wres"], date(2016, 4, 1), date(2019, 9, 30)
    for day, done, known in (
        (date(2019, 9, 29), [], None),
        (due, [], False),
        (due, [Publication(due, due)], True),
        (due, [Publication(due, date(2019, 10, 1))], False),
        (date(2020, 9, 30), [Publication(due, due)], False),
    ):
        assert in_date_on(wres, done, day, since=since, moved={}) is known
    information = duties()["psed-information"]
    done = [Publication(date(2020, 3, 30), date(2020, 1, 31))]
    assert in_date_on(information, done, date(2021, 1, 30), since=since, moved={}) is True
    assert in_date_on(information, done, date(2021, 1, 31), since=since, moved={}) is False


@pytest.fixture
def trust(db: None) -> Organisation:
    set_business_day(TODAY)
    return OrganisationFactory.create(slug="here")


@pytest.fixture
def lead(trust: Organisation) -> User:
    return person(Role.EDI_LEAD, trust)


@pytest.fixture
def sponsor(trust: Organisation) -> User:
    return person(Role.EXECUTIVE_SPONSOR, trust)


@pytest.fixture
def row(trust: Organisation, lead: User) -> ImpactAssessment:
    return add_assessment(organisation=trust, entry=ENTRY, by=lead)


def test_the_sponsor_signs_what_it_says_and_a_change_opens_it_again(row: ImpactAssessment, lead: User, sponsor: User) -> None:
    with pytest.raises(NotAllowed):
        sign_assessment(row=row, seen_version=1, by=lead)
    with pytest.raises(StaleData):
        sign_assessment(row=row, seen_version=0, by=sponsor)
    signed = sign_assessment(row=row, seen_version=1, by=sponsor)
    assert signed.is_signed
    changed = change_assessment(row=row, entry=replace(ENTRY, title="Move of two clinics"), seen_version=1, by=lead)
    assert not changed.is_signed and changed.signed_version == 1
    with pytest.raises(StaleData):
        change_assessment(row=row, entry=ENTRY, seen_version=1, by=lead)
    record_decision(row=row, decided_on=TODAY, approved=True, by=lead)
    with pytest.raises(InvalidTransition):
        change_assessment(row=row, entry=ENTRY, seen_version=2, by=lead)


def test_nobody_signs_what_is_not_known_or_does_harm_without_an_answer(trust: Organisation, lead: User, sponsor: User) -> None:
    blank = add_assessment(organisation=trust, entry=replace(ENTRY, effects={"age": "none"}), by=lead)
    with pytest.raises(Incomplete, match="Disability, Gender reassignment"):
        sign_assessment(row=blank, seen_version=1, by=sponsor)
    harm = add_assessment(organisation=trust, entry=replace(ENTRY, mitigation=""), by=lead)
    with pytest.raises(Incomplete, match="worse for somebody"):
        sign_assessment(row=harm, seen_version=1, by=sponsor)


def test_assessments_stay_with_their_organisation(row: ImpactAssessment, sponsor: User) -> None:
    assert "Move of the clinic" in signed_in(sponsor).get(f"/impact-assessments/{row.pk}/").content.decode()
    for reader in (person(Role.STEERING_MEMBER), person(Role.PORTAL_ADMIN), person(Role.EDI_LEAD, OrganisationFactory.create())):
        client = signed_in(reader)
        assert client.get(f"/impact-assessments/{row.pk}/").status_code == 404
        assert b"clinic" not in client.get("/impact-assessments/").content


def test_register_and_duties_flow_into_the_return_without_typing(
    trust: Organisation, lead: User, sponsor: User, row: ImpactAssessment
) -> None:
    sign_assessment(row=row, seen_version=1, by=sponsor)
    action = add_action(assessment=row, text="Put up signs", owner="Estates lead", due_on=TODAY, by=lead)
    close_action(action=action, on=TODAY, by=lead)
    set_business_day(DECISION)
    record_decision(row=row, decided_on=DECISION, approved=True, by=lead)
    entry = PublicationEntry(date(2019, 9, 30), date(2019, 9, 1), "https://trust.example.invalid/wres")
    record_publication(organisation=trust, duty="wres", entry=entry, by=lead)
    set_business_day(date(2020, 1, 20))
    kpi_return = KpiReturn.objects.create(collection=open_collection(), organisation=trust)
    cells = register_cells(kpi_return)
    measures = framework_for(Q3).measures
    assert all((one, column) in {(cell.row, cell.column) for cell in measures[code].cells()} for code, one, column in cells)
    client = signed_in(lead)
    page = client.get(f"/returns/here/{Q3.slug}/registers/").content.decode()
    assert "register of impact assessments" in page and "register of duties to publish" in page
    client.post(f"/returns/here/{Q3.slug}/registers/", {"question": ["eia", "eia_actions", "publications"]})
    values = values_of(kpi_return)
    assert values["eia", "service_changes", "needed"] == values["eia", "service_changes", "assessed"] == 1
    assert values["eia_actions", "closed", "value"] == values["eia_actions", "due", "value"] == 1
    assert values["publications", "wres", "in_date"] == 1 and values["publications", "wdes", "in_date"] == 0
    assert ("publications", "accessible_information", "applies") not in values


def test_kinds_are_those_of_the_question_and_two_registers_never_answer_the_same(db: None) -> None:
    assert tuple(KINDS) == tuple(row.key for row in framework_for(Q3).measures["eia"].rows)
    assert all(page in ("impact:list", "compliance:list") for page in REGISTERS)
    with pytest.raises(ValueError, match="Two registers"):
        add_register(Register("another", "another:list", frozenset({"eia"}), lambda *_: {}))
