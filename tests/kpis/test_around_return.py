"""Around the return: reminders, digests, more time on request, waivers of a rule."""

import smtplib
from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from edi_portal.audit.models import AuditEvent
from edi_portal.clock import business_today, set_business_day
from edi_portal.exceptions import Incomplete, InvalidTransition, NotAllowed, StaleData
from edi_portal.jobs.models import Job, JobStatus
from edi_portal.jobs.services import run
from kpis import tasks
from kpis.models.collections import Collection, Extension, ExtensionRequest, Reminder, end_of_day
from kpis.models.returns import KpiReturn
from kpis.models.waivers import Waiver
from kpis.selectors.returns import content_of
from kpis.selectors.waivers import waivers_in_force
from kpis.services import extensions, reminders, waivers
from kpis.services.collections import change_dates, extend
from kpis.services.notices import choose_notices
from kpis.validation.waiving import latest_end
from kpis.workflow import Status
from organisations.models import Delegation, Organisation, User
from organisations.roles import Role
from organisations.services.delegations import end_delegation
from organisations.services.memberships import withdraw_membership
from tests.kpis.factories import fill, plain_values
from tests.organisations.factories import UserFactory, hold, person, signed_in

pytestmark = pytest.mark.django_db
DUE = date(2020, 1, 31)


@pytest.fixture
def kpi_return() -> KpiReturn:
    """A draft of Mid Cheshire, due on 31 January 2020; today is 20 January."""
    set_business_day(date(2020, 1, 20))
    collection = Collection.objects.create(
        period="2019-20-q3", opens_on=date(2020, 1, 6), due_on=DUE, closes_at=end_of_day(date(2020, 2, 9))
    )
    return KpiReturn.objects.create(collection=collection, organisation=Organisation.objects.get(slug="mid-cheshire"))


@pytest.fixture
def lead(kpi_return: KpiReturn) -> User:
    """Its EDI lead."""
    return person(Role.EDI_LEAD, kpi_return.organisation)


@pytest.fixture
def sponsor(kpi_return: KpiReturn) -> User:
    """Its executive sponsor."""
    return person(Role.EXECUTIVE_SPONSOR, kpi_return.organisation)


@pytest.fixture
def admin() -> User:
    """A portal admin."""
    return person(Role.PORTAL_ADMIN)


def deliver() -> list[tuple[str, str]]:
    """Do every waiting message; who got what, and the mailbox emptied."""
    for job in Job.objects.filter(kind="notice", status=JobStatus.QUEUED):
        run(job.pk)
    found = [(message.to[0], str(message.subject)) for message in mail.outbox]
    mail.outbox.clear()
    return found


def reminded_on(kpi_return: KpiReturn, day: date) -> list[str]:
    """Who is reminded when the periodic work runs on a day, twice."""
    set_business_day(day)
    for _ in range(2):
        reminders.queue_reminders(collection=kpi_return.collection)
    return sorted(to for to, _ in deliver())


def test_reminders_come_on_their_days_once_lead_first_then_the_sponsor_too(
    kpi_return: KpiReturn, lead: User, sponsor: User
) -> None:
    days = {DUE - timedelta(days=before): [lead.email] for before in (14, 7, 2, 0)}
    days |= {DUE - timedelta(days=before): [] for before in (15, 13, 8, 3, 1)}
    days[DUE + timedelta(days=1)] = sorted([lead.email, sponsor.email])
    days[DUE + timedelta(days=2)] = []
    assert {day: reminded_on(kpi_return, day) for day in sorted(days)} == dict(sorted(days.items()))


def test_a_return_that_lies_with_the_sponsor_reminds_the_sponsor_alone(kpi_return: KpiReturn, lead: User, sponsor: User) -> None:
    KpiReturn.objects.filter(pk=kpi_return.pk).update(
        status=Status.SUBMITTED, submitted_at=kpi_return.created_at, submitted_by=lead
    )
    assert reminded_on(kpi_return, DUE - timedelta(days=2)) == [sponsor.email]


def delegate_of(sponsor: User, kpi_return: KpiReturn, first: date, last: date) -> User:
    """Somebody who signs for the sponsor from one day to another."""
    deputy = UserFactory.create()
    row = Delegation.objects.create(
        organisation=kpi_return.organisation,
        sponsor=sponsor,
        email=deputy.email,
        display_name=deputy.display_name,
        delegate=deputy,
        valid_from=first,
        valid_to=last,
    )
    hold(deputy, Role.EXECUTIVE_SPONSOR, kpi_return.organisation, valid_from=first, valid_to=last, delegation=row)
    return deputy


def test_who_stands_in_for_the_sponsor_is_reminded_like_the_sponsor_while_it_lasts(
    kpi_return: KpiReturn, lead: User, sponsor: User, admin: User
) -> None:
    deputy = delegate_of(sponsor, kpi_return, DUE - timedelta(days=3), DUE - timedelta(days=1))
    KpiReturn.objects.filter(pk=kpi_return.pk).update(
        status=Status.SUBMITTED, submitted_at=kpi_return.created_at, submitted_by=lead
    )
    assert reminded_on(kpi_return, DUE - timedelta(days=7)) == [sponsor.email], "not before"
    assert reminded_on(kpi_return, DUE - timedelta(days=2)) == sorted([deputy.email, sponsor.email])
    kpi_return.refresh_from_db()
    reminders.remind_by_hand(kpi_returns=[kpi_return], by=admin, again=True)
    assert sorted(to for to, _ in deliver()) == sorted([deputy.email, sponsor.email])
    board = signed_in(admin).get("/collections/2019-20-q3/arrivals/").content.decode()
    assert "delegate until 30 January 2020" in board
    assert reminded_on(kpi_return, DUE) == [sponsor.email], "nor after"


def test_a_delegation_that_was_ended_early_reminds_nobody(kpi_return: KpiReturn, lead: User, sponsor: User) -> None:
    deputy = delegate_of(sponsor, kpi_return, DUE - timedelta(days=3), DUE + timedelta(days=9))
    set_business_day(DUE - timedelta(days=3))
    end_delegation(delegation=Delegation.objects.get(delegate=deputy), by=sponsor)
    assert reminded_on(kpi_return, DUE + timedelta(days=1)) == sorted([lead.email, sponsor.email])


def test_more_time_moves_the_reminders(kpi_return: KpiReturn, lead: User, admin: User) -> None:
    until = DUE + timedelta(days=20)
    Extension.objects.create(
        collection=kpi_return.collection,
        organisation=kpi_return.organisation,
        until=end_of_day(until),
        reason="x",
        granted_by=admin,
    )
    assert reminded_on(kpi_return, DUE) == []
    assert reminded_on(kpi_return, until - timedelta(days=7)) == [lead.email]


def test_who_has_more_time_is_reminded_after_the_others_closed(kpi_return: KpiReturn, lead: User, admin: User) -> None:
    neighbour = Organisation.objects.get(slug="east-cheshire")
    KpiReturn.objects.create(collection=kpi_return.collection, organisation=neighbour)
    person(Role.EDI_LEAD, neighbour)
    until = kpi_return.collection.closes_at.date() + timedelta(days=20)
    Extension.objects.create(
        collection=kpi_return.collection,
        organisation=kpi_return.organisation,
        until=end_of_day(until),
        reason="The system moves.",
        granted_by=admin,
    )
    told = {}
    for day in (until - timedelta(days=7), until - timedelta(days=2), until + timedelta(days=1)):
        set_business_day(day)
        tasks.do_what_is_due()
        told[(until - day).days] = [to for to, subject in deliver() if subject.startswith("Return for")]
    assert told == {7: [lead.email], 2: [lead.email], -1: []}


def test_where_the_due_date_is_moved_people_are_reminded_of_the_new_one(kpi_return: KpiReturn, lead: User, admin: User) -> None:
    assert reminded_on(kpi_return, DUE - timedelta(days=7)) == [lead.email]
    moved = DUE + timedelta(days=30)
    change_dates(collection=kpi_return.collection, due_on=moved, closes_on=moved + timedelta(days=9), by=admin)
    kpi_return.collection.refresh_from_db()
    assert reminded_on(kpi_return, moved - timedelta(days=20)) == []
    assert reminded_on(kpi_return, moved - timedelta(days=7)) == [lead.email]
    assert reminded_on(kpi_return, moved - timedelta(days=6)) == []


def test_nobody_is_reminded_of_what_is_signed_meanwhile_or_asked_not_to_be(
    kpi_return: KpiReturn, lead: User, sponsor: User
) -> None:
    choose_notices(by=lead, reminders=False, digest=False)
    assert reminded_on(kpi_return, DUE) == []
    reminders.remind_by_hand(kpi_returns=[kpi_return], by=person(Role.PORTAL_ADMIN))
    KpiReturn.objects.filter(pk=kpi_return.pk).update(status=Status.NOT_REQUIRED, reason="Merged.")
    assert deliver() == []


def test_a_mail_server_that_is_down_delays_a_reminder_and_doubles_none(
    kpi_return: KpiReturn, lead: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = person(Role.EDI_LEAD, kpi_return.organisation)
    reminders.queue_reminders(collection=kpi_return.collection)
    first, second = Job.objects.filter(kind="notice").order_by("pk")
    run(first.pk)

    def refuse(*given: Any, **options: Any) -> int:
        raise smtplib.SMTPConnectError(421, "not now")

    with monkeypatch.context() as broken:
        broken.setattr("django.core.mail.EmailMessage.send", refuse)
        with pytest.raises(smtplib.SMTPConnectError):
            run(second.pk)
    second.refresh_from_db()
    assert second.status == JobStatus.QUEUED
    assert Reminder.objects.count() == 1
    Job.objects.update(run_after=second.run_after - timedelta(hours=1))
    run(second.pk)
    run(first.pk)
    assert sorted(message.to[0] for message in mail.outbox) == sorted([lead.email, other.email])


def test_a_reminder_by_hand_within_a_day_asks_first(kpi_return: KpiReturn, lead: User, admin: User) -> None:
    assert reminders.remind_by_hand(kpi_returns=[kpi_return], by=admin) == 1
    deliver()
    with pytest.raises(Incomplete, match="less than a day ago"):
        reminders.remind_by_hand(kpi_returns=[kpi_return], by=admin)
    browser = signed_in(admin)
    address = "/collections/2019-20-q3/remind/"
    asked = browser.post(address, {"organisation": "mid-cheshire"})
    assert "Nothing has been sent yet" in asked.content.decode()
    set_business_day(date(2020, 1, 22))
    assert browser.post(address, {"organisation": "mid-cheshire"}).status_code == 302
    assert [to for to, _ in deliver()] == [lead.email]


def test_the_board_shows_the_words_of_a_reminder_and_how_long_ago_it_went(kpi_return: KpiReturn, lead: User, admin: User) -> None:
    reminders.remind_by_hand(kpi_returns=[kpi_return], by=admin)
    deliver()
    set_business_day(date(2020, 1, 22))
    text = signed_in(admin).get("/collections/2019-20-q3/arrivals/").content.decode()
    assert "Last sent 2 days ago" in text
    assert "is due in 9 days, on 31 January 2020" in text


def test_the_chase_list_names_organisations_that_nobody_is_invited_for(kpi_return: KpiReturn, admin: User) -> None:
    rows = signed_in(admin).get("/collections/2019-20-q3/arrivals/not-signed.csv").content.decode("utf-8-sig").splitlines()
    assert rows[0].startswith("Organisation,State,Answered,Asked,Last activity,More time until,Last reminded,Role")
    assert "nobody invited" in rows[1]


def test_the_digest_goes_once_a_week_to_those_who_want_it_and_holds_no_figure(kpi_return: KpiReturn, lead: User) -> None:
    fill(kpi_return, plain_values(kpi_return.organisation, kpi_return.quarter))
    choose_notices(by=lead, reminders=True, digest=True)
    person(Role.EDI_LEAD, kpi_return.organisation)
    set_business_day(date(2020, 1, 21))
    assert reminders.queue_digests() == 1
    assert reminders.queue_digests() == 0
    for job in Job.objects.filter(kind="notice"):
        run(job.pk)
    (message,) = mail.outbox
    assert message.to == [lead.email]
    assert "return for October to December 2019: draft, due 31 January 2020" in str(message.body)
    assert "/notices/stop/digest/" in str(message.body)
    set_business_day(date(2020, 1, 28))
    assert reminders.queue_digests() == 1


def test_the_link_in_a_mail_stops_it_with_one_button(lead: User) -> None:
    choose_notices(by=lead, reminders=True, digest=True)
    browser = signed_in(lead)
    assert browser.get("/notices/stop/digest/").status_code == 200
    lead.notice_choice.refresh_from_db()
    assert lead.notice_choice.digest, "Reading changes nothing."
    browser.post("/notices/stop/digest/")
    lead.notice_choice.refresh_from_db()
    assert (lead.notice_choice.digest, lead.notice_choice.reminders) == (False, True)


def test_periodic_work_queues_reminders_and_digests(kpi_return: KpiReturn, lead: User) -> None:
    tasks.do_what_is_due()
    assert Job.objects.filter(kind="notice", payload__kind=f"reminder:before_14@{DUE:%Y%m%d}").count() == 1


def ask(kpi_return: KpiReturn, lead: User, until: date = date(2020, 2, 21)) -> ExtensionRequest:
    """A request for more time."""
    return extensions.ask_for_more_time(kpi_return=kpi_return, until=until, reason=" The system moves. ", by=lead)


def test_more_time_is_asked_granted_and_everybody_is_told(kpi_return: KpiReturn, lead: User, sponsor: User, admin: User) -> None:
    request = ask(kpi_return, lead)
    assert [to for to, _ in deliver()] == [admin.email]
    with pytest.raises(InvalidTransition, match="is waiting"):
        ask(kpi_return, lead)
    extensions.decide_extension(request=request, granted=True, answer="", by=admin, until=date(2020, 2, 14))
    assert Extension.objects.get().until.date() == date(2020, 2, 14)
    assert sorted(deliver()) == sorted((one.email, "More time granted: Mid Cheshire") for one in (lead, sponsor))
    assert set(AuditEvent.objects.values_list("action", flat=True)) >= {
        "extension.asked",
        "extension.granted",
        "collection.extended",
    }
    with pytest.raises(InvalidTransition, match="already granted"):
        extensions.decide_extension(request=request, granted=False, answer="No", by=admin)


def test_who_asked_for_more_time_is_told_even_after_leaving_the_role(
    kpi_return: KpiReturn, lead: User, sponsor: User, admin: User
) -> None:
    request = ask(kpi_return, lead)
    deliver()
    withdraw_membership(membership=lead.memberships.get(), by=admin, reason="Left")
    hold(lead, Role.STEERING_MEMBER)
    extensions.decide_extension(request=request, granted=False, answer="The board meets on the 12th.", by=admin)
    assert {to for to, _ in deliver()} == {lead.email, sponsor.email}


def test_a_refusal_needs_words_and_changes_no_date(kpi_return: KpiReturn, lead: User, admin: User) -> None:
    request = ask(kpi_return, lead)
    with pytest.raises(Incomplete, match="Say why"):
        extensions.decide_extension(request=request, granted=False, answer=" ", by=admin)
    extensions.decide_extension(request=request, granted=False, answer="The board meets on the 12th.", by=admin)
    assert not Extension.objects.exists()
    assert ask(kpi_return, lead).state == ExtensionRequest.ASKED


@pytest.mark.parametrize(
    ("until", "words"), [(date(2020, 2, 9), "Ask for a later day"), (date(2020, 9, 1), "within the next 90 days")]
)
def test_a_day_that_helps_nobody_is_refused_with_the_reason(kpi_return: KpiReturn, lead: User, until: date, words: str) -> None:
    with pytest.raises(Incomplete, match=words):
        ask(kpi_return, lead, until)


def test_the_first_and_the_last_day_that_can_be_asked_for(kpi_return: KpiReturn, lead: User, admin: User) -> None:
    first, last = date(2020, 2, 10), business_today() + timedelta(90)
    request = ask(kpi_return, lead, first)
    assert (request.until, request.asked_by, request.organisation) == (first, lead, kpi_return.organisation)
    extensions.decide_extension(request=request, granted=True, answer=" As asked. ", by=admin)
    request.refresh_from_db()
    assert (request.state, request.until, request.answer) == (ExtensionRequest.GRANTED, first, "As asked.")
    assert (request.decided_by, request.decided_at is not None) == (admin, True)
    assert Extension.objects.get().until == end_of_day(first)
    with pytest.raises(Incomplete, match="You have time until 10 February 2020"):
        ask(kpi_return, lead, first)
    with pytest.raises(Incomplete, match="within the next 90 days"):
        ask(kpi_return, lead, last + timedelta(1))
    assert ask(kpi_return, lead, last).until == last


def test_a_day_that_gives_no_more_time_is_not_granted(kpi_return: KpiReturn, lead: User, admin: User) -> None:
    request, answer = ask(kpi_return, lead), "/collections/2019-20-q3/extension/mid-cheshire/"
    deliver()
    close = signed_in(admin).post(answer, {"decision": "grant", "until": "9/2/2020"})
    assert close.status_code == 422 and "Mid Cheshire has time until 9 February 2020 already" in close.content.decode()
    extend(
        collection=kpi_return.collection,
        organisation=kpi_return.organisation,
        until=date(2020, 2, 28),
        reason="A new payroll system",
        by=admin,
    )
    for day in ("21/2/2020", "28/2/2020"):
        own = signed_in(admin).post(answer, {"decision": "grant", "until": day})
        assert own.status_code == 422 and "Mid Cheshire has time until 28 February 2020 already" in own.content.decode()
    request.refresh_from_db()
    assert request.state == ExtensionRequest.ASKED and deliver() == []
    assert Extension.objects.get().until == end_of_day(date(2020, 2, 28))
    assert signed_in(admin).post(answer, {"decision": "grant", "until": "29/2/2020"}).status_code == 302


def test_a_request_of_a_neighbour_is_none_of_ones_own(kpi_return: KpiReturn, lead: User) -> None:
    there = Organisation.objects.get(slug="east-cheshire")
    other = KpiReturn.objects.create(collection=kpi_return.collection, organisation=there)
    ask(other, person(Role.EDI_LEAD, there))
    assert ask(kpi_return, lead).organisation == kpi_return.organisation


@pytest.mark.parametrize("status", [Status.SIGNED_OFF, Status.NOT_REQUIRED])
def test_a_return_that_is_done_needs_no_more_time(kpi_return: KpiReturn, lead: User, status: Status) -> None:
    kpi_return.status = status
    with pytest.raises(InvalidTransition, match="needs no more time"):
        ask(kpi_return, lead)


def test_more_time_is_asked_for_with_words(kpi_return: KpiReturn, lead: User) -> None:
    with pytest.raises(Incomplete, match="Say why you need"):
        extensions.ask_for_more_time(kpi_return=kpi_return, until=date(2020, 2, 12), reason=" ", by=lead)


def test_only_the_lead_asks_and_only_an_admin_answers(kpi_return: KpiReturn, lead: User, sponsor: User) -> None:
    with pytest.raises(NotAllowed):
        ask(kpi_return, sponsor)
    with pytest.raises(NotAllowed):
        extensions.decide_extension(request=ask(kpi_return, lead), granted=True, answer="", by=lead)


def test_what_was_typed_stays_when_the_date_is_wrong(kpi_return: KpiReturn, lead: User) -> None:
    page = signed_in(lead).post(
        "/returns/mid-cheshire/2019-20-q3/extension/", {"until": "1/2/2020", "reason": "The system moves."}
    )
    text = page.content.decode()
    assert page.status_code == 422
    assert "You have time until 9 February 2020" in text
    assert "The system moves." in text


def test_the_whole_way_of_a_request_in_pages(kpi_return: KpiReturn, lead: User, admin: User) -> None:
    page = "/returns/mid-cheshire/2019-20-q3/extension/"
    browser = signed_in(lead)
    assert browser.post(page, {"until": "21/2/2020", "reason": "The system moves."}).status_code == 302
    assert "is waiting" in browser.get(page).content.decode()
    board = signed_in(admin)
    assert "More time is asked for" in board.get("/collections/2019-20-q3/arrivals/").content.decode()
    answer = "/collections/2019-20-q3/extension/mid-cheshire/"
    assert board.post(answer, {"decision": "refuse", "until": "21/2/2020"}).status_code == 422
    assert board.post(answer, {"decision": "grant", "until": "21/2/2020"}).status_code == 302
    assert "until 21 February 2020" in browser.get(page).content.decode()


@pytest.fixture
def disputed(kpi_return: KpiReturn) -> str:
    """The key of a query in the draft: far fewer White staff answered than disabled ones say."""
    values = plain_values(kpi_return.organisation, kpi_return.quarter)
    values = {key: amount * 9 if key[0] == "staff_ethnicity" else amount for key, amount in values.items()}
    fill(kpi_return, values)
    content = content_of(kpi_return)
    found = next(one for one in (*content.errors, *content.open_queries) if one.rule in {"V3", "V5", "V7", "V2"})
    return found.key


def test_a_waiver_sets_one_finding_aside_until_its_day(
    kpi_return: KpiReturn, lead: User, sponsor: User, admin: User, disputed: str
) -> None:
    before = content_of(kpi_return)
    waiver = waivers.dispute_rule(kpi_return=kpi_return, finding=disputed, reason="The wards moved.", by=lead)
    assert disputed in {one.key for one in content_of(kpi_return).standing}, "A dispute alone changes nothing."
    assert [to for to, _ in deliver()] == [admin.email]
    waivers.decide_waiver(waiver=waiver, granted=True, answer="Checked with the trust.", by=admin, until=date(2020, 3, 31))
    after = content_of(kpi_return)
    assert [one.key for one in after.waived] == [disputed]
    assert len(after.errors) + len(after.open_queries) == len(before.errors) + len(before.open_queries) - 1
    assert sorted(to for to, _ in deliver()) == sorted([lead.email, sponsor.email])
    (line,) = waivers_in_force(business_today())
    assert (line.organisation, line.reason, line.answer, line.until) == (
        "Mid Cheshire",
        "The wards moved.",
        "Checked with the trust.",
        date(2020, 3, 31),
    )
    assert not line.is_expiring
    set_business_day(date(2020, 3, 10))
    assert waivers_in_force(business_today())[0].is_expiring
    set_business_day(date(2020, 4, 1))
    assert content_of(kpi_return).waived == ()
    assert waivers_in_force(business_today()) == ()


def test_a_waiver_of_one_organisation_is_none_of_another(kpi_return: KpiReturn, lead: User, admin: User, disputed: str) -> None:
    waiver = waivers.dispute_rule(kpi_return=kpi_return, finding=disputed, reason="The wards moved.", by=lead)
    waivers.decide_waiver(waiver=waiver, granted=True, answer="Yes.", by=admin, until=date(2020, 3, 31))
    other = KpiReturn.objects.create(
        collection=kpi_return.collection, organisation=Organisation.objects.get(slug="east-cheshire")
    )
    assert content_of(other).waivers == {}


def test_who_decides_is_a_governing_role_and_never_who_asked(
    kpi_return: KpiReturn, lead: User, sponsor: User, disputed: str
) -> None:
    waiver = waivers.dispute_rule(kpi_return=kpi_return, finding=disputed, reason="The wards moved.", by=lead)
    for nobody in (lead, sponsor, person(Role.BOARD_MEMBER)):
        with pytest.raises(NotAllowed):
            waivers.decide_waiver(waiver=waiver, granted=True, answer="Yes.", by=nobody, until=date(2020, 3, 31))
    steering = person(Role.STEERING_MEMBER)
    with pytest.raises(Incomplete, match="not after"):
        waivers.decide_waiver(waiver=waiver, granted=True, answer="Yes.", by=steering, until=date(2025, 3, 31))
    waivers.decide_waiver(waiver=waiver, granted=True, answer="Yes.", by=steering, until=date(2020, 3, 31))
    waivers.end_waiver(waiver=waiver, answer="The data are mended.", by=steering)
    assert content_of(kpi_return).waived == ()


@pytest.mark.parametrize(
    ("until", "holds"),
    [
        (date(2020, 1, 20), True),
        (latest_end(date(2020, 1, 20)), True),
        (date(2020, 1, 19), False),
        (latest_end(date(2020, 1, 20)) + timedelta(1), False),
        (None, False),
    ],
)
def test_a_waiver_holds_from_today_for_a_year_at_most(
    kpi_return: KpiReturn, lead: User, admin: User, disputed: str, until: date | None, holds: bool
) -> None:
    waiver = waivers.dispute_rule(kpi_return=kpi_return, finding=disputed, reason="The wards moved.", by=lead)
    if holds:
        assert waivers.decide_waiver(waiver=waiver, granted=True, answer="Yes.", by=admin, until=until).until == until
        on_record = AuditEvent.objects.get(action="waiver.granted").details
        assert until is not None and on_record == {"rule": waiver.rule, "until": until.isoformat()}
        return
    with pytest.raises(Incomplete, match="holds from today"):
        waivers.decide_waiver(waiver=waiver, granted=True, answer="Yes.", by=admin, until=until)
    waiver.refresh_from_db()
    assert (waiver.state, waiver.until, waiver.decided_by) == (Waiver.ASKED, None, None)


def test_a_dispute_is_refused_with_words_and_without_a_day_and_can_be_raised_again(
    kpi_return: KpiReturn, lead: User, sponsor: User, admin: User, disputed: str
) -> None:
    waiver = waivers.dispute_rule(kpi_return=kpi_return, finding=disputed, reason=" The wards moved. ", by=lead)
    assert (waiver.reason, waiver.finding, waiver.asked_by) == ("The wards moved.", disputed, lead)
    with pytest.raises(InvalidTransition, match="waiting for an answer"):
        waivers.dispute_rule(kpi_return=kpi_return, finding=disputed, reason="Again.", by=lead)
    deliver()
    with pytest.raises(Incomplete, match="Say why"):
        waivers.decide_waiver(waiver=waiver, granted=False, answer=" ", by=admin)
    with pytest.raises(Incomplete, match="without names"):
        waivers.decide_waiver(waiver=waiver, granted=False, answer="Only 2 disabled staff left.", by=admin)
    waivers.decide_waiver(waiver=waiver, granted=False, answer=" Not here. ", by=admin)
    waiver.refresh_from_db()
    assert (waiver.state, waiver.answer, waiver.until, waiver.decided_by) == (Waiver.REFUSED, "Not here.", None, admin)
    assert waiver.decided_at is not None
    assert sorted(to for to, _ in deliver()) == sorted([lead.email, sponsor.email])
    subject = f"waiver:{waiver.pk}"
    events = AuditEvent.objects.filter(subject=subject).order_by("pk")
    assert [(event.action, event.organisation) for event in events] == [
        ("waiver.asked", "mid-cheshire"),
        ("waiver.refused", "mid-cheshire"),
    ]
    assert {event.details["rule"] for event in events} == {waiver.rule}
    with pytest.raises(InvalidTransition, match="already refused"):
        waivers.decide_waiver(waiver=waiver, granted=True, answer="Yes.", by=admin, until=date(2020, 3, 31))
    with pytest.raises(InvalidTransition, match="that was granted"):
        waivers.end_waiver(waiver=waiver, answer="Over.", by=admin)
    assert waivers.dispute_rule(kpi_return=kpi_return, finding=disputed, reason="Once more.", by=lead).state == Waiver.ASKED


def test_who_raised_a_dispute_does_not_decide_it_even_with_the_role(kpi_return: KpiReturn, lead: User, disputed: str) -> None:
    waiver = waivers.dispute_rule(kpi_return=kpi_return, finding=disputed, reason="The wards moved.", by=lead)
    hold(lead, Role.STEERING_MEMBER)
    with pytest.raises(NotAllowed, match="You asked for this waiver"):
        waivers.decide_waiver(waiver=waiver, granted=True, answer="Yes.", by=lead, until=date(2020, 3, 31))


def test_a_dispute_is_raised_by_the_lead_with_words_while_the_return_is_open(
    kpi_return: KpiReturn, lead: User, sponsor: User, disputed: str
) -> None:
    contributor = person(Role.CONTRIBUTOR, kpi_return.organisation, area="edi")
    for nobody in (sponsor, contributor):
        with pytest.raises(NotAllowed):
            waivers.dispute_rule(kpi_return=kpi_return, finding=disputed, reason="The wards moved.", by=nobody)
    with pytest.raises(Incomplete, match="Say why the rule"):
        waivers.dispute_rule(kpi_return=kpi_return, finding=disputed, reason="  ", by=lead)
    set_business_day(date(2020, 2, 10))
    with pytest.raises(InvalidTransition, match="closed"):
        waivers.dispute_rule(kpi_return=kpi_return, finding=disputed, reason="The wards moved.", by=lead)


def test_what_cannot_be_true_is_never_waived(kpi_return: KpiReturn, lead: User) -> None:
    fill(kpi_return, plain_values(kpi_return.organisation, kpi_return.quarter) | {("recruitment_ethnicity", "bme", "applied"): 0})
    key = next(one.key for one in content_of(kpi_return).errors if one.rule == "V4")
    with pytest.raises(NotAllowed, match="cannot be set aside"):
        waivers.dispute_rule(kpi_return=kpi_return, finding=key, reason="We like it so.", by=lead)
    with pytest.raises(StaleData):
        waivers.dispute_rule(kpi_return=kpi_return, finding="V5:gone", reason="We like it so.", by=lead)


@pytest.mark.parametrize("words", ["Only 2 disabled staff left.", "Agreed with Dr Example."])
def test_words_that_point_to_people_are_not_passed_on(kpi_return: KpiReturn, lead: User, disputed: str, words: str) -> None:
    with pytest.raises(Incomplete, match="without names"):
        waivers.dispute_rule(kpi_return=kpi_return, finding=disputed, reason=words, by=lead)
    page = signed_in(lead).post(f"/returns/mid-cheshire/2019-20-q3/dispute/?finding={disputed}", {"reason": words})
    assert page.status_code == 422
    assert words in page.content.decode()


def test_the_pages_of_a_dispute(kpi_return: KpiReturn, lead: User, disputed: str) -> None:
    browser: Client = signed_in(lead)
    page = browser.get("/returns/mid-cheshire/2019-20-q3/dispute/", {"finding": disputed})
    assert page.status_code == 200
    address = page.wsgi_request.get_full_path()
    assert browser.post(address, {"reason": ""}).status_code == 422
    assert browser.post(address, {"reason": "The wards moved."}).status_code == 302
    waiver = Waiver.objects.get()
    governing = signed_in(person(Role.STEERING_MEMBER))
    assert "1 dispute waits" in governing.get("/waivers/").content.decode()
    decision = {"decision": "grant", "until": "31/3/2020", "answer": "Checked."}
    assert governing.post(f"/waivers/{waiver.pk}/", decision | {"until": ""}).status_code == 422
    assert governing.post(f"/waivers/{waiver.pk}/", decision).status_code == 302
    assert "Checked." in browser.get("/waivers/").content.decode()
    section = next(one for one in content_of(kpi_return).measures if one.code == waiver.measure).workstream
    assert "Waived until 31 March 2020" in browser.get(f"/returns/mid-cheshire/2019-20-q3/{section}/").content.decode()
    outsider = signed_in(person(Role.EDI_LEAD, Organisation.objects.get(slug="east-cheshire")))
    assert "The wards moved." not in outsider.get("/waivers/").content.decode()
