"""The checks around a return, up to their edges: the last moment, a neighbour's extension, who entered, whose question."""

from datetime import date, timedelta

import pytest

from edi_portal.clock import business_now, set_business_day
from edi_portal.exceptions import InvalidTransition, NotAllowed
from kpis import permissions
from kpis.models.assignments import Assignment
from kpis.models.collections import Collection, Extension, end_of_day
from kpis.models.releases import Release
from kpis.models.returns import KpiReturn, ReturnValue
from kpis.selectors.definitions import framework_for
from kpis.workflow import Status
from organisations.models import Organisation, User
from organisations.roles import Role
from tests.organisations.factories import UserFactory, hold, person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference")]
CLOSES = end_of_day(date(2020, 2, 9))
INSTANT = timedelta(microseconds=1)


@pytest.fixture
def kpi_return() -> KpiReturn:
    """A draft of Mid Cheshire; today is 20 January 2020, and the collection closes on 9 February."""
    set_business_day(date(2020, 1, 20))
    collection = Collection.objects.create(
        period="2019-20-q3", opens_on=date(2020, 1, 6), due_on=date(2020, 1, 31), closes_at=CLOSES
    )
    return KpiReturn.objects.create(collection=collection, organisation=Organisation.objects.get(slug="mid-cheshire"))


@pytest.fixture
def lead(kpi_return: KpiReturn) -> User:
    return person(Role.EDI_LEAD, kpi_return.organisation)


@pytest.fixture
def sponsor(kpi_return: KpiReturn) -> User:
    return person(Role.EXECUTIVE_SPONSOR, kpi_return.organisation)


@pytest.fixture
def contributor(kpi_return: KpiReturn) -> User:
    return person(Role.CONTRIBUTOR, kpi_return.organisation, area="recruitment")


def extend(kpi_return: KpiReturn, slug: str, days: int) -> None:
    organisation = Organisation.objects.get(slug=slug)
    until, by = CLOSES + timedelta(days), UserFactory()
    Extension.objects.create(
        collection=kpi_return.collection, organisation=organisation, until=until, reason="Late files", granted_by=by
    )


def moved(kpi_return: KpiReturn, status: Status, sender: User | None = None) -> KpiReturn:
    """The return in another state, as if it had been sent by somebody."""
    kpi_return.status, kpi_return.submitted_by = status, sender
    return kpi_return


def test_a_return_closes_with_its_collection_and_no_neighbour_s_extension_helps(kpi_return: KpiReturn) -> None:
    extend(kpi_return, "east-cheshire", 9)
    assert permissions.closes_at_for(kpi_return) == CLOSES


@pytest.mark.parametrize(("days", "expected"), [(5, CLOSES + timedelta(5)), (-5, CLOSES)])
def test_an_extension_gives_time_and_takes_none(kpi_return: KpiReturn, days: int, expected: object) -> None:
    extend(kpi_return, "mid-cheshire", days)
    assert permissions.closes_at_for(kpi_return) == expected


def test_the_last_moment_is_just_before_the_close(kpi_return: KpiReturn, lead: User) -> None:
    for check in (permissions.can_edit_return, permissions.can_submit_return):
        assert check(lead, kpi_return, CLOSES - INSTANT)
        assert not check(lead, kpi_return, CLOSES)
    signed = moved(kpi_return, Status.SIGNED_OFF)
    assert permissions.can_reopen_return(lead, signed, CLOSES - INSTANT)
    assert not permissions.can_reopen_return(lead, signed, CLOSES)


@pytest.mark.parametrize("status", Status)
def test_a_state_allows_what_it_allows_and_nothing_else(kpi_return: KpiReturn, lead: User, sponsor: User, status: Status) -> None:
    now, here = business_now(), moved(kpi_return, status, lead)
    allowed = {
        "edit": permissions.can_edit_return(lead, here, now),
        "submit": permissions.can_submit_return(lead, here, now),
        "decide": permissions.can_decide_return(sponsor, here),
        "reopen": permissions.can_reopen_return(lead, here, now),
    }
    assert {name for name, may in allowed.items() if may} == {
        Status.DRAFT: {"edit", "submit"},
        Status.SENT_BACK: {"edit", "submit"},
        Status.SUBMITTED: {"decide"},
        Status.SIGNED_OFF: {"reopen"},
        Status.NOT_REQUIRED: {"reopen"},
    }[status]


@pytest.mark.parametrize("status", Status)
def test_nothing_more_is_asked_about_a_return_that_is_done(kpi_return: KpiReturn, lead: User, status: Status) -> None:
    measure = next(iter(framework_for(kpi_return.quarter).measures.values()))
    done = status in (Status.SIGNED_OFF, Status.NOT_REQUIRED)
    assert permissions.can_discuss(lead, moved(kpi_return, status), measure) is not done


def test_each_check_asks_for_its_own_right(kpi_return: KpiReturn, lead: User, sponsor: User, contributor: User) -> None:
    now = business_now()
    stranger = person(Role.EDI_LEAD, Organisation.objects.get(slug="east-cheshire"))
    for somebody, edits, sends in (
        (lead, True, True),
        (contributor, True, False),
        (sponsor, False, False),
        (stranger, False, False),
    ):
        draft = moved(kpi_return, Status.DRAFT)
        assert permissions.can_edit_return(somebody, draft, now) is edits
        assert permissions.can_submit_return(somebody, draft, now) is sends
        assert permissions.can_reopen_return(somebody, moved(kpi_return, Status.SIGNED_OFF), now) is sends
        assert permissions.can_decide_return(somebody, moved(kpi_return, Status.SUBMITTED)) is (somebody is sponsor)


def test_a_version_that_was_followed_by_another_is_not_reopened(kpi_return: KpiReturn, lead: User) -> None:
    signed = moved(kpi_return, Status.SIGNED_OFF)
    signed.superseded_at = business_now()
    with pytest.raises(InvalidTransition, match="later version"):
        permissions.check_can_reopen_return(lead, signed, business_now())


def test_nobody_signs_what_they_sent_or_entered_and_is_told_who_may(kpi_return: KpiReturn, lead: User, sponsor: User) -> None:
    hold(lead, Role.EXECUTIVE_SPONSOR, kpi_return.organisation)
    with pytest.raises(NotAllowed, match=f"You sent this return.*Who may: {sponsor}"):
        permissions.check_can_decide_return(lead, moved(kpi_return, Status.SUBMITTED, lead))
    sent = moved(kpi_return, Status.SUBMITTED, UserFactory())
    permissions.check_can_decide_return(sponsor, sent)
    ReturnValue.objects.create(kpi_return=kpi_return, measure="m", row="r", column="c", amount=1, updated_by=lead)
    permissions.check_can_decide_return(sponsor, sent)
    ReturnValue.objects.create(kpi_return=kpi_return, measure="m", row="r", column="d", amount=1, updated_by=sponsor)
    with pytest.raises(NotAllowed, match=f"You entered figures.*Who may: {lead}"):
        permissions.check_can_decide_return(sponsor, sent)


def test_a_sponsor_alone_is_told_what_must_happen_first(kpi_return: KpiReturn, sponsor: User) -> None:
    assert "Nobody else can yet" in permissions.who_may_sign(sponsor, kpi_return)


def test_of_two_admins_the_other_publishes() -> None:
    first, second = person(Role.PORTAL_ADMIN), person(Role.PORTAL_ADMIN)
    release = Release(proposed_by=first)
    assert not permissions.can_publish_release(first, release)
    assert permissions.can_publish_release(second, release)
    assert permissions.can_publish_release(first, Release())
    assert not permissions.can_publish_release(person(Role.STEERING_MEMBER), release)


def codes_open_to(user: User, kpi_return: KpiReturn) -> set[str]:
    """The questions that somebody sees, read afresh."""
    fresh = KpiReturn.objects.select_related("organisation", "collection").get(pk=kpi_return.pk)
    due = framework_for(fresh.quarter).due_measures(fresh.organisation)
    return {measure.code for measure in permissions.measures_open_to(user, fresh, due)}


def test_a_contributor_sees_the_own_area_of_the_own_organisation(
    kpi_return: KpiReturn, contributor: User, lead: User, sponsor: User
) -> None:
    due = framework_for(kpi_return.quarter).due_measures(kpi_return.organisation)
    own = {measure.code for measure in due if measure.contributor == "recruitment"}
    elsewhere = hold(contributor, Role.CONTRIBUTOR, Organisation.objects.get(slug="east-cheshire"), area="edi")
    assert codes_open_to(contributor, kpi_return) == own
    contributor.active_membership = elsewhere
    assert codes_open_to(contributor, kpi_return) == set()
    for everything in (lead, sponsor):
        assert codes_open_to(everything, kpi_return) == {measure.code for measure in due}


def test_what_is_assigned_goes_before_the_area_and_a_question_before_its_section(
    kpi_return: KpiReturn, contributor: User, lead: User
) -> None:
    due = framework_for(kpi_return.quarter).due_measures(kpi_return.organisation)
    own = [measure for measure in due if measure.contributor == "recruitment"]
    section = next(m.workstream for m in due if m.contributor != "recruitment" and m.workstream != own[0].workstream)
    in_section = {measure.code for measure in due if measure.workstream == section}
    other = person(Role.CONTRIBUTOR, kpi_return.organisation, area="finance")

    def assign(user: User, **what: str) -> Assignment:
        return Assignment.objects.create(organisation=kpi_return.organisation, user=user, assigned_by=lead, **what)

    before = codes_open_to(contributor, kpi_return)
    of_the_section = assign(contributor, workstream=section)
    assert codes_open_to(contributor, kpi_return) == before | in_section
    taken = assign(other, measure=sorted(in_section)[0])
    away = assign(other, measure=own[0].code)
    assert codes_open_to(contributor, kpi_return) == (before | in_section) - {taken.measure, away.measure}
    assert {taken.measure, away.measure} <= codes_open_to(other, kpi_return)
    for row in (of_the_section, taken, away):
        row.ended_at, row.ended_by = business_now(), lead
        row.save()
    assert codes_open_to(contributor, kpi_return) == before


def test_what_was_assigned_to_somebody_who_lost_the_role_goes_by_area_again(
    kpi_return: KpiReturn, contributor: User, lead: User, sponsor: User
) -> None:
    measure = next(
        measure
        for measure in framework_for(kpi_return.quarter).due_measures(kpi_return.organisation)
        if measure.contributor == "recruitment"
    )
    elsewhere = person(Role.CONTRIBUTOR, Organisation.objects.get(slug="east-cheshire"), area="edi")
    gone = person(Role.CONTRIBUTOR, kpi_return.organisation, area="edi", valid_to=date(2020, 1, 19))
    for somebody in (elsewhere, gone, sponsor):
        row = Assignment.objects.create(
            organisation=kpi_return.organisation, user=somebody, measure=measure.code, assigned_by=lead
        )
        assert measure.code in codes_open_to(contributor, kpi_return), somebody
        row.delete()


def test_an_assignment_of_another_organisation_says_nothing_here(kpi_return: KpiReturn, contributor: User, lead: User) -> None:
    there = Organisation.objects.get(slug="east-cheshire")
    other = person(Role.CONTRIBUTOR, kpi_return.organisation, area="finance")
    hold(other, Role.CONTRIBUTOR, there, area="finance")
    before = codes_open_to(contributor, kpi_return)
    Assignment.objects.create(organisation=there, user=other, measure=sorted(before)[0], assigned_by=lead)
    assert codes_open_to(contributor, kpi_return) == before


def test_who_may_not_see_a_question_may_not_ask_about_it(kpi_return: KpiReturn, contributor: User) -> None:
    measures = framework_for(kpi_return.quarter).due_measures(kpi_return.organisation)
    own = next(measure for measure in measures if measure.contributor == "recruitment")
    foreign = next(measure for measure in measures if measure.contributor != "recruitment")
    permissions.check_can_discuss(contributor, kpi_return, own)
    with pytest.raises(NotAllowed, match="not one of yours"):
        permissions.check_can_discuss(contributor, kpi_return, foreign)
