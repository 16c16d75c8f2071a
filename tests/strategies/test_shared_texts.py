"""Shared texts and judged pairs: an adoption is undone whole, refused on its page, and a pair is judged as it was last seen."""

import html
from datetime import date

import pytest
from django.urls import reverse

from edi_portal.audit.models import AuditEvent
from edi_portal.clock import set_business_day
from edi_portal.exceptions import Incomplete, InvalidTransition, NotAllowed
from organisations.models import Organisation, User
from organisations.roles import Role
from strategies.models import Objective, OverlapJudgement, SharedObjective
from strategies.services import overlaps
from strategies.services.documents import DocumentEntry, LineEntry, add_document, add_lines, change_line
from tests.organisations.factories import OrganisationFactory, person, signed_in

pytestmark = pytest.mark.django_db
OWN = LineEntry("Equal access to services", themes=("access", "pay"), kpis=("PAT-1",))


@pytest.fixture(autouse=True)
def today() -> None:
    set_business_day(date(2020, 1, 20))


@pytest.fixture
def trust() -> Organisation:
    return OrganisationFactory.create(slug="here")


@pytest.fixture
def lead(trust: Organisation) -> User:
    return person(Role.EDI_LEAD, trust)


@pytest.fixture
def member() -> User:
    return person(Role.STEERING_MEMBER)


def line_of(organisation: Organisation, by: User) -> Objective:
    entry = DocumentEntry(kind="strategy", title="Inclusion for all", starts_on=date(2019, 4, 1), is_shared=True)
    return add_lines(document=add_document(organisation=organisation, entry=entry, by=by), entries=[OWN], by=by)[0]


@pytest.fixture
def line(trust: Organisation, lead: User) -> Objective:
    return line_of(trust, lead)


@pytest.fixture
def shared(member: User) -> SharedObjective:
    return overlaps.share_objective(text="One text", themes=("access", "outcomes"), kpis=("PAT-1", "WRES-1"), by=member)


def test_who_leaves_a_shared_text_claims_no_more_what_came_with_it(line: Objective, lead: User, shared: SharedObjective) -> None:
    adopted = overlaps.adopt_objective(line=line, shared=shared, hours_saved=40, by=lead)
    assert (adopted.themes, adopted.kpis) == (["access", "outcomes", "pay"], ["PAT-1", "WRES-1"])
    left = overlaps.leave_shared_objective(line=line, by=lead)
    left.refresh_from_db()
    assert (left.words, left.themes, left.kpis) == ("Equal access to services", ["access", "pay"], ["PAT-1"])
    assert (left.hours_saved, left.adopted_by, left.adopted_at, left.version) == (None, None, None, line.version + 2)
    again = overlaps.adopt_objective(line=left, shared=shared, hours_saved=None, by=lead)
    entry = LineEntry("Equal access to services", themes=("outcomes", "voice"), kpis=())
    change_line(line=again, entry=entry, seen_version=again.version, by=lead)
    assert overlaps.leave_shared_objective(line=again, by=lead).themes == ["voice"], "what was typed meanwhile stays"


def test_a_second_adoption_is_refused_on_its_page(line: Objective, lead: User, member: User, shared: SharedObjective) -> None:
    other = overlaps.share_objective(text="One text", themes=("pay",), kpis=(), by=member)
    assert (shared.slug, other.slug) == ("one-text", "one-text-2")
    client, address = signed_in(lead), reverse("strategies:adopt", args=[line.document.slug, line.number])
    typed = {"shared": shared.slug, "hours_saved": "5001"}
    wrong = client.post(address, typed)
    assert wrong.status_code == 422 and 'value="5001"' in wrong.content.decode()
    assert client.post(address, typed | {"hours_saved": "40"}).status_code == 302
    late = client.post(address, {"shared": other.slug, "hours_saved": "73"})
    page = html.unescape(late.content.decode())
    assert late.status_code == 422 and "Leave that one first" in page
    assert 'value="73"' in page and 'value="one-text-2" selected' in page
    line.refresh_from_db()
    assert (line.shared, line.hours_saved) == (shared, 40)
    leave = reverse("strategies:leave", args=[line.document.slug, line.number])
    assert signed_in(person(Role.EDI_LEAD, OrganisationFactory.create())).post(leave).status_code in (403, 404)
    assert client.post(leave).status_code == 302 and client.post(leave).status_code == 409


def test_a_shared_text_needs_words_a_theme_and_the_right(member: User, lead: User) -> None:
    for text, themes, said in ((" ", ("pay",), "Write the shared objective"), ("One", (), "Choose at least one theme")):
        with pytest.raises(Incomplete, match=said):
            overlaps.share_objective(text=text, themes=themes, kpis=(), by=member)
    with pytest.raises(NotAllowed):
        overlaps.share_objective(text="One", themes=("pay",), kpis=(), by=lead)
    assert not SharedObjective.objects.exists()
    assert overlaps.share_objective(text="…", themes=("pay",), kpis=(), by=member).slug == "objective"


def test_only_the_own_lead_adopts_and_leaves(line: Objective, shared: SharedObjective, lead: User, member: User) -> None:
    for other in (member, person(Role.EDI_LEAD, OrganisationFactory.create())):
        with pytest.raises(NotAllowed):
            overlaps.adopt_objective(line=line, shared=shared, hours_saved=1, by=other)
    overlaps.adopt_objective(line=line, shared=shared, hours_saved=1, by=lead)
    with pytest.raises(NotAllowed):
        overlaps.leave_shared_objective(line=line, by=member)
    with pytest.raises(InvalidTransition, match="Leave that one first"):
        overlaps.adopt_objective(line=line, shared=shared, hours_saved=2, by=lead)
    line.refresh_from_db()
    assert line.hours_saved == 1


def test_a_pair_is_judged_once_whichever_line_comes_first_and_the_last_word_counts(line: Objective, member: User) -> None:
    far = OrganisationFactory.create()
    other = line_of(far, person(Role.EDI_LEAD, far))
    for first, second, same in ((line, other, True), (other, line, False)):
        overlaps.judge_overlap(first=first, second=second, is_same=same, score=0.123456, by=member)
    kept = OverlapJudgement.objects.get()
    assert (kept.first, kept.second, kept.is_same, str(kept.score)) == (line, other, False, "0.1235")
    told = AuditEvent.objects.filter(action="overlap.judged", subject=f"overlap:{line.pk}-{other.pk}")
    assert [event.details for event in told.order_by("pk")] == [{"same": True}, {"same": False}]
    with pytest.raises(Incomplete, match="between two organisations"):
        overlaps.judge_overlap(first=line, second=line, is_same=True, score=1, by=member)


@pytest.mark.parametrize("typed", [{"same": "maybe"}, {"first": ""}, {"second": "999999"}, {"first": "x"}])
def test_a_judgement_of_what_nobody_can_see_is_no_page(line: Objective, member: User, typed: dict[str, str]) -> None:
    far = OrganisationFactory.create()
    other = line_of(far, person(Role.EDI_LEAD, far))
    whole = {"first": str(line.pk), "second": str(other.pk), "same": "yes"} | typed
    assert signed_in(member).post(reverse("strategies:judge"), whole).status_code == 404
    assert not OverlapJudgement.objects.exists()
