"""Mapping interviews: who reads them, what others may know, and what is refused."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from edi_portal.audit.models import AuditEvent
from edi_portal.clock import set_business_day
from edi_portal.exceptions import Incomplete, InvalidTransition, NotAllowed, StaleData
from edi_portal.reviews.selectors import waiting
from edi_portal.reviews.services import pass_text
from organisations.models import FootprintMembership, Organisation, User
from organisations.roles import Role
from tests.organisations.factories import person, signed_in
from workforce.mapping import Round, Theme, theme_lines
from workforce.models import MappingInterview, MappingRound
from workforce.selectors.interviews import interviews_shown_to, newest_code_book, themes_for_others
from workforce.services import interviews as services

pytestmark = pytest.mark.django_db

SAID = "Our lead is alone and 1,237 hours short."


@pytest.fixture(autouse=True)
def today() -> None:
    set_business_day(date(2020, 1, 20))


@pytest.fixture
def interviewer() -> User:
    who = person(Role.STEERING_MEMBER)
    services.open_round(financial_year="2019-20", by=who)
    return who


def trusts(many: int) -> list[Organisation]:
    return list(Organisation.objects.in_footprint(date(2020, 1, 20)).order_by("slug")[:many])


def held(organisation: Organisation, by: User, *themes: str, on: date = date(2020, 1, 10)) -> MappingInterview:
    made = MappingInterview(organisation=organisation, held_on=on, capacity=SAID, themes=list(themes))
    return services.save_interview(interview=made, by=by)


def test_a_theme_is_told_by_number_of_organisations_from_three_on() -> None:
    alone = Theme("works_alone", "Works alone", "No cover.", "capacity")
    rare = Theme("rare", "Rare", "Rare.", "skills")
    first = Round(
        "2018-19", {1: frozenset({"works_alone"}), 2: frozenset({"works_alone", "rare"}), 3: frozenset({"works_alone"})}
    )
    second = Round("2019-20", {number: frozenset({"works_alone"}) for number in range(5)})
    (line,) = theme_lines([rare, alone], [first, second])
    assert (line.theme.key, line.cells, line.change) == ("works_alone", ("3 of 3", "5 of 5"), "")
    third = Round("2020-21", {number: frozenset({"works_alone"} if number else ()) for number in range(5)})
    assert theme_lines([alone], [second, third])[0].change == "1 fewer than in the round before"


def test_an_interview_is_read_by_its_organisation_and_whoever_held_it_alone(interviewer: User) -> None:
    own, other = trusts(2)
    made = held(own, interviewer, "works_alone")
    address = reverse("interviews:detail", args=[made.pk])
    readers = [person(Role.EDI_LEAD, own), person(Role.EXECUTIVE_SPONSOR, own), interviewer]
    strangers = [
        person(Role.EDI_LEAD, other),
        person(Role.CONTRIBUTOR, own),
        person(Role.STEERING_MEMBER),
        person(Role.BOARD_MEMBER),
        person(Role.PORTAL_ADMIN),
    ]
    assert all(SAID in signed_in(reader).get(address).content.decode() for reader in readers)
    assert all(signed_in(stranger).get(address).status_code == 404 for stranger in strangers)
    assert not any(interviews_shown_to(stranger).exists() for stranger in strangers)
    for stranger in strangers:
        for name in ("interviews:list", "interviews:themes"):
            assert "1,237" not in signed_in(stranger).get(reverse(name)).content.decode()


def test_others_learn_nothing_before_the_round_is_closed_and_no_theme_of_two(interviewer: User) -> None:
    three = trusts(3)
    for trust in three:
        held(trust, interviewer, "works_alone", *(["legal_advice"] if trust != three[0] else []))
    assert themes_for_others().lines == ()
    services.close_round(one=MappingRound.objects.get(), by=interviewer)
    told = themes_for_others()
    assert [(line.theme.key, line.counts) for line in told.lines] == [("works_alone", (3,))]
    client = signed_in(person(Role.BOARD_MEMBER))
    with CaptureQueriesContext(connection) as queries:
        page = client.get(reverse("interviews:themes")).content.decode()
    assert "The EDI lead works alone" in page and "Legal advice is bought in" not in page
    assert "Seven versions of an EDI strategy" in page and len(queries) <= 25
    with pytest.raises(InvalidTransition, match="stays as it is"):
        services.save_interview(interview=MappingInterview.objects.all()[0], seen_version=1, by=interviewer)


def test_an_organisation_that_left_is_not_counted_among_those_of_today_and_one_is_one(interviewer: User) -> None:
    gone = trusts(1)[0]
    held(gone, interviewer, "works_alone")
    FootprintMembership.objects.filter(organisation=gone).update(valid_to=date(2020, 1, 15))
    client, members = signed_in(interviewer), Organisation.objects.in_footprint(date(2020, 1, 20)).count()
    page = client.get(reverse("interviews:list")).content.decode()
    assert f"0 of {members} organisations are interviewed in 2019-20" in page
    services.close_round(one=MappingRound.objects.get(), by=interviewer)
    assert "Interviewed: 1 organisation in 2019-20." in client.get(reverse("interviews:themes")).content.decode()


def test_a_round_closed_meanwhile_keeps_its_interviews(interviewer: User) -> None:
    made = held(trusts(1)[0], interviewer, "works_alone")
    seen = MappingInterview.objects.select_related("round", "organisation").get(pk=made.pk)
    assert seen.round.is_open
    services.close_round(one=MappingRound.objects.get(), by=interviewer)
    with pytest.raises(InvalidTransition, match="stays as it is"):
        services.remove_interview(interview=seen, by=interviewer)
    assert MappingInterview.objects.get() == made


def test_an_interview_is_taken_out_once(interviewer: User) -> None:
    made = held(trusts(1)[0], interviewer, "works_alone")
    one, two = (MappingInterview.objects.select_related("round", "organisation").get(pk=made.pk) for _ in range(2))
    services.remove_interview(interview=one, by=interviewer)
    with pytest.raises(InvalidTransition, match="took out this interview already"):
        services.remove_interview(interview=two, by=interviewer)
    assert AuditEvent.objects.filter(action="interview.removed").count() == 1


def test_what_was_written_meanwhile_is_not_taken_out_unread(interviewer: User) -> None:
    made = held(trusts(1)[0], interviewer, "works_alone")
    client, address = signed_in(interviewer), reverse("interviews:change", args=[made.pk])
    assert client.get(address).content.decode().count('name="version" value="1"') == 2
    services.save_interview(interview=made, seen_version=1, by=interviewer)
    late = client.post(address, {"remove": "yes", "version": "1"})
    assert late.status_code == 409 and "Look at it again before you take it out." in late.content.decode()
    assert client.post(address, {"remove": "yes"}).status_code == 409, "an address alone takes nothing out"
    assert MappingInterview.objects.exists()
    assert client.post(address, {"remove": "yes", "version": "2"}).status_code == 302
    assert not MappingInterview.objects.exists()


def test_a_round_waits_for_what_is_written_into_it(interviewer: User) -> None:
    trust = trusts(1)[0]
    for write in (
        lambda: held(trust, interviewer),
        lambda: services.remove_interview(interview=MappingInterview.objects.get(), by=interviewer),
    ):
        with CaptureQueriesContext(connection) as queries:
            write()
        assert any("FOR UPDATE" in one["sql"] and '"workforce_mappinground"' in one["sql"] for one in queries)
    assert not MappingInterview.objects.exists()


def test_new_words_of_a_theme_wait_for_a_reviewer_and_old_interviews_keep_their_version(interviewer: User) -> None:
    made = held(trusts(1)[0], interviewer, "works_alone")
    theme = Theme("works_alone", "Nobody shares the work", "One practitioner does it all.", "capacity")
    book = services.revise_code_book(theme=theme, note="Clearer words", by=interviewer)
    assert book.number == 2 and newest_code_book() == book and made.code_book.number == 1
    assert [review.subject for review in waiting()] == ["theme:works_alone"]
    assert (
        "Nobody shares"
        not in signed_in(person(Role.EDI_LEAD, trusts(1)[0])).get(reverse("interviews:code-book")).content.decode()
    )
    pass_text(review=waiting()[0], nobody_recognisable=True, by=person(Role.PORTAL_ADMIN))
    assert themes_for_others().in_review == 0
    with pytest.raises(NotAllowed):
        services.revise_code_book(theme=theme, note="No", by=person(Role.EDI_LEAD, trusts(1)[0]))


def test_what_is_refused_says_why(interviewer: User) -> None:
    gone = Organisation.objects.get(codes__code="RY1")
    with pytest.raises(Incomplete, match="was not part of the partnership on 10 January 2020.* Merged into .* on 1 April 2018"):
        held(gone, interviewer)
    trust = trusts(1)[0]
    with pytest.raises(Incomplete, match="no open round of interviews for 2018-19"):
        held(trust, interviewer, on=date(2019, 1, 10))
    with pytest.raises(Incomplete, match="when it has been held"):
        held(trust, interviewer, on=date(2020, 2, 10))
    with pytest.raises(Incomplete, match="no theme nonsense"):
        held(trust, interviewer, "nonsense")
    made = held(trust, interviewer)
    with pytest.raises(StaleData):
        services.save_interview(interview=made, seen_version=0, by=interviewer)
    with pytest.raises(Incomplete, match="has an interview in that round"):
        held(trust, interviewer)
    with pytest.raises(NotAllowed):
        held(trusts(2)[1], person(Role.EDI_LEAD, trust))
    assert "1,237" not in str(list(AuditEvent.objects.filter(action__startswith="interview").values()))


def test_a_lead_notes_the_own_interview_on_the_page(interviewer: User) -> None:
    trust = trusts(1)[0]
    client = signed_in(person(Role.EDI_LEAD, trust))
    day = {"held_on-day": "10", "held_on-month": "1", "held_on-year": "2020"}
    typed = {"organisation": trust.slug, "networks": "Two run.", "themes": ["network_missing"], **day}
    answer = client.post(reverse("interviews:add"), typed)
    made = MappingInterview.objects.get()
    assert answer.status_code == 302 and made.themes == ["network_missing"] and made.round.financial_year == "2019-20"
    empty = client.post(reverse("interviews:change", args=[made.pk]), {**day, "version": made.version})
    assert empty.status_code == 422 and "at least one of the six areas" in empty.content.decode()
    better = client.post(
        reverse("interviews:change", args=[made.pk]), {**typed, "networks": "Three run.", "version": made.version}
    )
    made.refresh_from_db()
    assert (better.status_code, made.networks, made.version) == (302, "Three run.", 2)
    late = client.post(reverse("interviews:change", args=[made.pk]), {**typed, "networks": "Four run.", "version": 1})
    assert late.status_code == 409 and 'name="version" value="2"' in late.content.decode()
