"""Efficiencies: totals that give nobody's share away, amounts that stay with their owner, and years frozen by two people."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random

import pytest
from django.db import IntegrityError, transaction

from edi_portal.clock import business_today, set_business_day
from edi_portal.disclosure.policy import DEFAULT_POLICY
from edi_portal.exceptions import Incomplete, InvalidTransition, NotAllowed
from edi_portal.jobs.models import Job
from edi_portal.reviews.selectors import waiting
from edi_portal.reviews.services import pass_text
from kpis.notifications import send_notice
from organisations.models import Organisation, User
from organisations.roles import Role
from steering.efficiencies import ALL, KINDS, Claim, matching_first, state_after, totals_of_year
from steering.models.efficiencies import Efficiency, EfficiencyYear
from steering.services.efficiencies import (
    EfficiencyEntry,
    add_efficiency,
    change_efficiency,
    decide_efficiency,
    freeze_year,
    propose_year,
    say_challenges,
)
from steering.services.reminders import queue_governance_reminders
from tests.organisations.factories import OrganisationFactory, person, signed_in
from tests.steering.test_saved_meanwhile import version_in

ENTRY = EfficiencyEntry(
    title="One interpreting contract",
    kind="purchase",
    challenge="interpreting",
    how="Three trusts wrote one tender.",
    financial_year="2018-19",
    hours=Decimal("317.25"),
    pounds=48117,
    basis="Hours of the buying team.",
    link="https://trust.example.invalid/tender",
    is_offered=True,
)


def claims(**amounts: int) -> list[Claim]:
    return [
        Claim(name.partition("_")[0], name.partition("_")[2], Decimal(number), Decimal(0)) for name, number in amounts.items()
    ]


def hours(*given: Claim) -> dict[str, str | None]:
    return totals_of_year(given, DEFAULT_POLICY)["hours"]


def test_a_total_needs_three_contributors_and_no_dominant_one() -> None:
    even = claims(a_purchase=100, b_purchase=100, c_purchase=100)
    assert hours(*even)[ALL] == "300.00" and hours(*even[:2])[ALL] is None
    assert hours(*claims(a_purchase=10000, b_purchase=10, c_purchase=10))[ALL] is None


def test_a_kind_that_is_withheld_does_not_follow_from_the_sum_and_the_other_kinds() -> None:
    shown = claims(a_purchase=100, b_purchase=100, c_purchase=100)
    alone = claims(a_purchase=100, b_purchase=100, c_purchase=100, a_consultant=50)
    assert hours(*shown)["purchase"] == "300.00"
    told = hours(*alone)
    assert told["consultant"] is None and told["purchase"] == "300.00" and told[ALL] is None


def test_nobody_works_out_a_share_from_any_totals_that_are_shown() -> None:
    draw = Random(20200120)
    shown = 0
    for _ in range(300):
        rows = [(draw.choice("abcdef"), draw.choice(sorted(KINDS)), draw.randint(1, 1000)) for _ in range(draw.randint(0, 14))]
        shown += _holds(rows)
    assert shown > 20


def _holds(rows: list[tuple[str, str, int]]) -> bool:
    """Every total shown is the true sum of at least three shares; the sum over kinds is shown only where each kind is."""
    given_claims = [Claim(name, kind, Decimal(amount), Decimal(0)) for name, kind, amount in rows]
    told = hours(*given_claims)
    for part in (ALL, *KINDS):
        shares: dict[str, Decimal] = {}
        for one in given_claims:
            if part in (ALL, one.kind):
                shares[one.organisation] = shares.get(one.organisation, Decimal(0)) + one.hours
        if told[part] is not None and (shares or told[part] != "0.00"):
            assert len(shares) >= 3 and Decimal(told[part] or 0) == sum(shares.values())
    if told[ALL] is not None:
        assert all(told[kind] is not None for kind in KINDS)
    return told[ALL] is not None


def test_evidence_moves_a_claim_on_and_a_decision_stands() -> None:
    assert state_after(state="claimed", has_evidence=True) == "evidenced"
    assert state_after(state="returned", has_evidence=False) == "claimed"
    assert state_after(state="accepted", has_evidence=False) == "accepted"


def test_what_answers_an_own_challenge_comes_first() -> None:
    assert matching_first({1: "reporting", 2: "interpreting", 3: "training"}, {"interpreting"}) == [2, 1, 3]


@pytest.fixture
def trust(db: None) -> Organisation:
    set_business_day(date(2020, 1, 20))
    return OrganisationFactory.create(slug="here", short_name="Here Trust")


@pytest.fixture
def lead(trust: Organisation) -> User:
    return person(Role.EDI_LEAD, trust)


@pytest.fixture
def row(trust: Organisation, lead: User) -> Efficiency:
    return add_efficiency(organisation=trust, entry=ENTRY, by=lead)


def test_the_group_accepts_what_was_done_and_nobody_outside_reads_an_amount(row: Efficiency, lead: User) -> None:
    member, admin = person(Role.STEERING_MEMBER), person(Role.PORTAL_ADMIN)
    elsewhere = OrganisationFactory.create()
    stranger = person(Role.EDI_LEAD, elsewhere)
    for review in waiting():
        pass_text(review=review, nobody_recognisable=True, by=admin)
    client = signed_in(member)
    address = f"/efficiencies/claims/{row.pk}/decide/"
    seen = client.get("/efficiencies/").content + (page := client.get(address).content)
    assert b"One interpreting contract" in seen
    assert client.post(address, {"decision": "accept", "version": version_in(page.decode())}).status_code == 302
    say_challenges(organisation=elsewhere, challenges=["interpreting"], by=stranger)
    for reader in (member, admin, stranger, person(Role.BOARD_MEMBER), person(Role.EDI_LEAD, OrganisationFactory.create())):
        page = signed_in(reader).get("/efficiencies/").content.decode()
        seen += page.encode()
        assert "Three trusts wrote one tender." in page
        assert ("Your challenge" in page) is (reader is stranger)
    assert not any(secret in seen for secret in (b"317.25", b"48,117", b"48117", b"buying team"))
    own = signed_in(lead).get("/efficiencies/").content.decode()
    assert "317.25 hours and £48,117 accepted" in own
    assert signed_in(stranger).get(f"/efficiencies/{row.pk}/change/").status_code == 404


def test_words_wait_for_a_reviewer_before_others_read_them(row: Efficiency) -> None:
    member = person(Role.STEERING_MEMBER)
    page = signed_in(member).get("/efficiencies/").content.decode()
    assert "One interpreting contract" not in page and "These words wait for a reviewer." in page


def test_a_claim_without_evidence_is_not_decided_and_a_return_says_why(trust: Organisation, lead: User, row: Efficiency) -> None:
    member = person(Role.STEERING_MEMBER)
    bare = add_efficiency(organisation=trust, entry=replace(ENTRY, link=""), by=lead)
    with pytest.raises(InvalidTransition):
        decide_efficiency(row=bare, accept=True, reason="", by=member)
    client = signed_in(member)
    found = [client.get(f"/efficiencies/claims/{one.pk}/decide/").status_code for one in (bare, row)]
    assert found == [404, 200], "what was not brought to the group is not opened by its number"
    with pytest.raises(Incomplete, match="what is missing"):
        decide_efficiency(row=row, accept=False, reason=" ", by=member)
    with pytest.raises(NotAllowed):
        decide_efficiency(row=row, accept=True, reason="", by=lead)
    decide_efficiency(row=row, accept=False, reason="The paper is of another year", by=member)
    changed = change_efficiency(row=row, entry=replace(ENTRY, link="https://trust.example.invalid/2"), seen_version=1, by=lead)
    assert changed.state == "evidenced"
    decide_efficiency(row=row, accept=True, reason="", by=member)
    with pytest.raises(InvalidTransition, match="Withdraw it first"):
        change_efficiency(row=row, entry=ENTRY, seen_version=2, by=lead)


def test_the_group_decides_on_the_claim_that_it_read(row: Efficiency, lead: User) -> None:
    client, address = signed_in(person(Role.STEERING_MEMBER)), f"/efficiencies/claims/{row.pk}/decide/"
    seen = version_in(client.get(address).content.decode())
    change_efficiency(row=row, entry=replace(ENTRY, link="https://trust.example.invalid/2"), seen_version=1, by=lead)
    typed = {"decision": "return", "reason": "Words JKQ of the reason"}
    answer = client.post(address, typed | {"version": seen})
    page = answer.content.decode()
    assert answer.status_code == 409 and "Words JKQ of the reason" in page and "https://trust.example.invalid/2" in page
    row.refresh_from_db()
    assert row.state == "evidenced"
    assert client.post(address, typed | {"version": version_in(page)}).status_code == 302
    row.refresh_from_db()
    assert row.state == "returned"


def test_a_year_is_frozen_once_by_two_people_and_stays_as_it_was(trust: Organisation) -> None:
    member, admin = person(Role.STEERING_MEMBER), person(Role.PORTAL_ADMIN)
    for number in range(3):
        other = OrganisationFactory.create()
        made = add_efficiency(
            organisation=other, entry=replace(ENTRY, hours=Decimal(41_100 + number)), by=person(Role.EDI_LEAD, other)
        )
        decide_efficiency(row=made, accept=True, reason="", by=member)
    with pytest.raises(Incomplete, match="not over"):
        propose_year(year="2019-20", by=member)
    year = propose_year(year="2018-19", by=member)
    with pytest.raises(NotAllowed):
        freeze_year(row=year, by=member)
    assert b"123,303" not in signed_in(member).get("/efficiencies/").content
    freeze_year(row=year, by=admin)
    page = signed_in(person(Role.BOARD_MEMBER)).get("/efficiencies/").content.decode()
    assert "303.00" in page and "144,351" in page
    Efficiency.objects.update(hours=1)
    assert page.count("303.00") == signed_in(person(Role.BOARD_MEMBER)).get("/efficiencies/").content.decode().count("303.00")
    with pytest.raises(InvalidTransition):
        freeze_year(row=year, by=person(Role.PORTAL_ADMIN))
    with pytest.raises(InvalidTransition):
        propose_year(year="2018-19", by=member)
    with pytest.raises(IntegrityError), transaction.atomic():
        EfficiencyYear.objects.filter(pk=year.pk).update(frozen_by=member)


def accepted(trust: Organisation, member: User) -> None:
    row = add_efficiency(organisation=trust, entry=ENTRY, by=person(Role.EDI_LEAD, trust))
    decide_efficiency(row=row, accept=True, reason="", by=member)


def test_homes_ask_for_a_year_that_is_over_first_the_group_then_a_second_person(trust: Organisation) -> None:
    member, admin = person(Role.STEERING_MEMBER), person(Role.PORTAL_ADMIN)
    to_propose, to_freeze = "Propose to freeze the efficiencies of 2018-19", "Freeze the totals of 2018-19"
    assert to_propose not in signed_in(member).get("/").content.decode(), "nothing is accepted yet"
    accepted(trust, member)
    assert to_propose in signed_in(member).get("/").content.decode()
    assert signed_in(member).post("/efficiencies/years/2018-19/propose/").status_code == 302
    assert to_propose not in signed_in(member).get("/").content.decode()
    assert to_freeze in signed_in(admin).get("/").content.decode()
    for role in (Role.STEERING_MEMBER, Role.BOARD_MEMBER):
        assert to_freeze not in signed_in(person(role)).get("/").content.decode()


def test_freezing_asks_for_a_fresh_code_and_is_gone_from_the_home_afterwards(trust: Organisation) -> None:
    member, admin = person(Role.STEERING_MEMBER), person(Role.PORTAL_ADMIN)
    accepted(trust, member)
    propose_year(year="2018-19", by=member)
    address = "/efficiencies/years/2018-19/freeze/"
    stale = signed_in(admin, code_minutes_ago=16).post(address)
    assert stale.headers["Location"].startswith("/account/second-factor/reauthenticate/")
    assert EfficiencyYear.objects.get().frozen_at is None
    assert signed_in(admin).post(address).status_code == 302
    assert EfficiencyYear.objects.get().frozen_by == admin
    assert "Freeze the totals" not in signed_in(admin).get("/").content.decode()


def test_admins_are_reminded_of_a_proposed_year_twice_and_never_of_a_frozen_one(trust: Organisation, mailoutbox: list) -> None:
    member, admin = person(Role.STEERING_MEMBER), person(Role.PORTAL_ADMIN)
    accepted(trust, member)
    row = propose_year(year="2018-19", by=member)
    assert queue_governance_reminders() == 1 and queue_governance_reminders() == 0
    kind, about = Job.objects.get(kind="notice").payload["kind"], row.pk
    assert send_notice(kind=kind, about=about, user=admin) == 1 and send_notice(kind=kind, about=about, user=member) == 0
    assert mailoutbox[0].subject == "To freeze: efficiencies of 2018-19" and "317.25" not in mailoutbox[0].body
    set_business_day(business_today() + timedelta(28))
    assert queue_governance_reminders() == 1
    freeze_year(row=row, by=admin)
    assert send_notice(kind="efficiency_year:again", about=about, user=admin) == 0
    set_business_day(business_today() + timedelta(90))
    assert queue_governance_reminders() == 0
