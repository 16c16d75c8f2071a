"""EDI posts, apprenticeships and years: what they add up to, the common standard, and who reads them."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edi_portal.audit.models import AuditEvent
from edi_portal.clock import set_business_day
from edi_portal.exceptions import Incomplete, NotAllowed, StaleData
from edi_portal.periods import Quarter
from organisations.models import Organisation, User
from organisations.roles import Role
from tests.organisations.factories import OrganisationFactory, person, signed_in
from workforce.capacity import ApprenticeFacts, PostFacts, capacity_at
from workforce.career import PATH, gaps_to_standard
from workforce.models import EdiApprenticeship, EdiPost, EdiYear
from workforce.selectors.posts import capacity_register, wte_per_thousand
from workforce.services.posts import save_row

Q3 = Quarter(2019, 3)
LONG_AGO = date(2016, 4, 1)


def post(funded: str, filled: str, qualified: bool = False, *days: date) -> PostFacts:
    first, last = (*days, None, None)[:2]
    return PostFacts(Decimal(funded), Decimal(filled), qualified, first or LONG_AGO, last)


def test_funded_and_filled_posts_are_added_up_and_people_are_counted() -> None:
    counts = capacity_at([post("1.00", "0.80", True), post("0.60", "0.00", True), post("1.00", "1.00")], [], Q3)
    assert (counts.funded, counts.in_post, counts.practitioners, counts.qualified) == (Decimal("2.60"), Decimal("1.80"), 2, 1)


def test_a_post_counts_on_the_last_day_of_the_quarter_alone() -> None:
    days = [(LONG_AGO, date(2019, 12, 30)), (LONG_AGO, date(2019, 12, 31)), (date(2019, 12, 31),), (date(2020, 1, 1),)]
    assert [capacity_at([post("1", "1", False, *pair)], [], Q3).practitioners for pair in days] == [0, 1, 1, 0]


def test_apprentices_are_counted_by_what_happened_in_the_quarter() -> None:
    apprentices = [
        ApprenticeFacts(date(2019, 10, 1)),
        ApprenticeFacts(date(2018, 1, 8), completed_on=date(2019, 12, 31)),
        ApprenticeFacts(date(2019, 1, 8), withdrawn_on=date(2019, 9, 30)),
        ApprenticeFacts(date(2019, 1, 8), withdrawn_on=date(2020, 1, 2)),
        ApprenticeFacts(date(2020, 1, 1)),
    ]
    counts = capacity_at([], apprentices, Q3)
    assert (counts.started, counts.on_programme, counts.completed, counts.withdrawn) == (1, 2, 1, 0)


amounts = st.decimals(min_value=0, max_value=1, places=2)


@given(st.lists(st.builds(PostFacts, amounts, amounts, st.booleans(), st.just(LONG_AGO)), max_size=10))
def test_people_with_a_qualification_are_some_of_the_people_and_the_order_does_not_matter(posts: list[PostFacts]) -> None:
    counts = capacity_at(posts, [], Q3)
    assert counts.qualified <= counts.practitioners <= len(posts)
    assert capacity_at(reversed(posts), [], Q3) == counts


def test_the_rate_for_a_thousand_people_needs_people() -> None:
    assert wte_per_thousand(Decimal("2.60"), 4000) == Decimal("0.65")
    assert wte_per_thousand(Decimal("2.60"), 0) is None and wte_per_thousand(Decimal("2.60"), None) is None


def test_each_band_of_the_path_has_a_standard_that_rises_and_a_post_is_held_against_it() -> None:
    levels = [step.qualification for step in PATH]
    assert levels == sorted(levels)
    assert gaps_to_standard(band="7", qualification=7, learning_days=5, filled=True) == ()
    assert len(gaps_to_standard(band="7", qualification=4, learning_days=1, filled=True)) == 2
    assert gaps_to_standard(band="7", qualification=0, learning_days=None, filled=False) == ()
    assert gaps_to_standard(band="other", qualification=0, learning_days=0, filled=True) == ()


@pytest.fixture
def trust(db: None) -> Organisation:
    set_business_day(date(2020, 1, 20))
    return OrganisationFactory.create(headcount_estimate=2000)


@pytest.fixture
def lead(trust: Organisation) -> User:
    return person(Role.EDI_LEAD, trust)


FORM = {
    "title": "EDI lead",
    "band": "7",
    "side": "both",
    "funded_wte": "0.83",
    "filled_wte": "0.83",
    "qualification": "6",
    "is_recognised": "on",
    "valid_from": "1/4/2018",
}


def test_a_post_is_added_by_form_and_counts(trust: Organisation, lead: User) -> None:
    assert signed_in(lead).post("/edi-posts/add/", FORM).status_code == 302
    counts = capacity_register(trust).counts(Q3)
    assert (counts.funded, counts.practitioners, counts.qualified) == (Decimal("0.83"), 1, 1)
    assert AuditEvent.objects.filter(action="edi-post.saved", organisation=trust.slug).count() == 1


def test_one_row_is_one_person_and_the_mend_is_said(lead: User) -> None:
    answer = signed_in(lead).post("/edi-posts/add/", FORM | {"filled_wte": "1.60"})
    assert answer.status_code == 422
    assert "at most 1.00 WTE is filled" in answer.content.decode()
    assert not EdiPost.objects.exists()


def test_what_was_typed_survives_a_conflict_and_the_next_save_is_meant(trust: Organisation, lead: User) -> None:
    client = signed_in(lead)
    client.post("/edi-posts/add/", FORM)
    row = EdiPost.objects.get()
    address = f"/edi-posts/{row.pk}/change/"
    assert client.post(address, FORM | {"version": "1", "title": "Theirs"}).status_code == 302
    answer = client.post(address, FORM | {"version": "1", "title": "Mine"})
    assert answer.status_code == 409
    assert 'value="Mine"' in answer.content.decode() and 'name="version" value="2"' in answer.content.decode()
    assert EdiPost.objects.get().title == "Theirs"
    assert client.post(address, FORM | {"version": "2", "title": "Mine"}).status_code == 302


def test_a_year_is_a_financial_year_and_stands_once(trust: Organisation, lead: User) -> None:
    client = signed_in(lead)
    given = {"financial_year": "2019-20", "survey_part": "co_lead", "spending": "20000", "consultants": "5000"}
    assert 'value="2019-20"' in client.get("/edi-posts/years/add/").content.decode(), "the year of today stands there"
    assert client.post("/edi-posts/years/add/", given).status_code == 302
    assert client.post("/edi-posts/years/add/", given).status_code == 422
    assert client.post("/edi-posts/years/add/", given | {"financial_year": "2019-21"}).status_code == 422
    assert client.post("/edi-posts/years/add/", given | {"financial_year": "2018-19", "consultants": "30000"}).status_code == 422
    year = capacity_register(trust).year(Q3)
    assert year is not None and year.survey_part == "co_lead"


def test_an_apprenticeship_ends_once(lead: User) -> None:
    given = {"programme": "Inclusion", "level": "7", "band": "7", "started_on": "1/9/2018"}
    client = signed_in(lead)
    both = given | {"completed_on": "1/9/2019", "withdrawn_on": "2/9/2019"}
    assert client.post("/edi-posts/apprenticeships/add/", both).status_code == 422
    assert client.post("/edi-posts/apprenticeships/add/", given).status_code == 302
    row = EdiApprenticeship.objects.get()
    assert client.post(f"/edi-posts/apprenticeships/{row.pk}/change/", {"remove": "yes", "version": "1"}).status_code == 302
    assert not EdiApprenticeship.objects.exists()


def test_nobody_else_reads_a_register(trust: Organisation, lead: User) -> None:
    save_row(
        row=EdiPost(organisation=trust, title="A post of ours", band="7", funded_wte=Decimal("0.83"), valid_from=LONG_AGO),
        by=lead,
    )
    for user in (person(Role.STEERING_MEMBER), person(Role.PORTAL_ADMIN), person(Role.EDI_LEAD, OrganisationFactory.create())):
        assert "A post of ours" not in signed_in(user).get("/edi-posts/").content.decode()
        assert not EdiPost.objects.visible_to(user).exists()
    assert "A post of ours" in signed_in(person(Role.EXECUTIVE_SPONSOR, trust)).get("/edi-posts/").content.decode()


def test_only_the_lead_writes_and_a_stale_row_is_refused(trust: Organisation, lead: User) -> None:
    row = EdiYear(organisation=trust, financial_year="2019-20")
    with pytest.raises(NotAllowed):
        save_row(row=row, by=person(Role.EXECUTIVE_SPONSOR, trust))
    save_row(row=row, by=lead)
    with pytest.raises(StaleData):
        save_row(row=row, by=lead, seen_version=0)
    row.financial_year = "never"
    with pytest.raises(Incomplete):
        save_row(row=row, by=lead, seen_version=1)
