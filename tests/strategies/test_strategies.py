"""Strategies: the real rows, who reads and writes, overlaps judged by people, shared objectives, the framework."""

import re
from datetime import date
from io import BytesIO

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from edi_portal.audit.models import AuditEvent
from edi_portal.clock import business_today, set_business_day
from edi_portal.exceptions import Incomplete, InvalidTransition, NotAllowed, StaleData
from edi_portal.reviews.models import TextReview
from edi_portal.reviews.selectors import waiting
from edi_portal.reviews.services import pass_text, send_text_back
from organisations.models import Organisation, User
from organisations.roles import Role
from strategies.alignment.states import State
from strategies.dashboards.coverage import coverage_page
from strategies.models import FrameworkVersion, Objective, OverlapJudgement, SharedObjective, StrategyDocument
from strategies.selectors.documents import coverage_for, lines_shown_to, overlaps_in
from strategies.selectors.framework import themes_in_force
from strategies.services.documents import (
    DocumentEntry,
    LineEntry,
    add_document,
    add_lines,
    ask_about_shared_documents,
    change_document,
    change_line,
    end_document,
    remove_line,
)
from strategies.services.framework import ThemeEntry, begin_draft, put_into_force, save_theme
from strategies.services.overlaps import adopt_objective, judge_overlap, leave_shared_objective, share_objective
from strategies.services.reference import days_of, kind_of, load_framework, load_published_strategies
from tests.organisations.factories import OrganisationFactory, person, signed_in

pytestmark = pytest.mark.django_db

ENTRY = DocumentEntry(
    kind="strategy",
    title="Inclusion for all",
    starts_on=date(2019, 4, 1),
    ends_on=date(2022, 3, 31),
    approved_on=date(2019, 3, 1),
    approved_by="The board",
    is_shared=True,
)


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
def document(trust: Organisation, lead: User) -> StrategyDocument:
    made = add_document(organisation=trust, entry=ENTRY, by=lead)
    add_lines(document=made, entries=[LineEntry("Equal access to services and information", themes=("access",))], by=lead)
    pass_all()
    return made


def pass_all() -> None:
    """A portal admin passes every text that waits."""
    admin = person(Role.PORTAL_ADMIN)
    for review in waiting():
        pass_text(review=review, nobody_recognisable=True, by=admin)


def test_the_62_real_rows_are_there_as_published_and_load_once() -> None:
    real = StrategyDocument.objects.filter(source_url__gt="")
    lines = Objective.objects.filter(document__in=real)
    assert lines.count() + real.filter(lines__isnull=True).count() == 62
    assert real.values("organisation").distinct().count() == 16
    assert {kind: lines.filter(kind=kind).count() for kind in ("objective", "action", "aim", "mission")} == {
        "objective": 48,
        "action": 6,
        "aim": 4,
        "mission": 2,
    }
    assert lines.filter(is_partial=True).count() == 16
    assert load_published_strategies() == 0 and load_framework() == 0


def test_an_own_entry_is_not_overwritten_by_loading_again() -> None:
    row = Objective.objects.filter(document__source_url__gt="").first()
    assert row is not None
    Objective.objects.filter(pk=row.pk).update(text="In our own words")
    load_published_strategies()
    assert Objective.objects.get(pk=row.pk).text == "In our own words"


@pytest.mark.parametrize(
    ("period", "days"),
    [
        ("2021-2024 (strategy period; objectives page undated)", (date(2021, 1, 1), date(2024, 12, 31))),
        ("from April 2012", (date(2012, 1, 1), None)),
        ("undated (2015 era)", (None, None)),
    ],
)
def test_periods_are_read_as_far_as_pages_give_them(period: str, days: tuple[date | None, date | None]) -> None:
    assert days_of(period) == days


def test_titles_tell_what_a_document_is() -> None:
    titles = ("Equality objectives and improvement plans (with the EDI Strategy)", "EDI Strategic Plan", "EDI priorities", "Page")
    assert [kind_of(title) for title in titles] == ["objectives", "strategy", "objectives", "statement"]


def test_the_matrix_of_the_real_objectives_has_gaps_and_overlaps_in_words(client: Client) -> None:
    lines, themes = lines_shown_to(person(Role.STEERING_MEMBER)), themes_in_force()
    page = coverage_page(coverage_for(lines, themes), themes, lines)
    assert len(lines) == Objective.objects.count(), "what was published needs no reviewer"
    rows = {row.theme.key: row for row in page.rows}
    assert rows["access"].with_objective >= 7 and rows["access"].shared_candidate
    assert any("Access to services" in text for text in page.overlaps)
    assert rows["networks"].with_objective == 1
    assert all(depth in (0, 1, 2, 3) for row in page.rows for _, depth, _ in row.cells)


def test_the_top_overlaps_of_the_real_objectives_are_those_that_a_reader_would_name() -> None:
    lines = {line.pk: line for line in lines_shown_to(person(Role.STEERING_MEMBER))}
    top = [{lines[pair.first].text, lines[pair.second].text} for pair in overlaps_in(lines.values())[:8]]
    assert {"Better health outcomes", "Better health outcomes for all"} in top
    assert {"Services and information usable by everyone", "Accessible information and services"} in top
    assert {"Improved patient access and experience", "Better patient access and experience"} in top


def test_others_read_shared_documents_and_nothing_else(trust: Organisation, lead: User, document: StrategyDocument) -> None:
    secret = add_document(organisation=trust, entry=DocumentEntry(kind="plan", title="Not for others"), by=lead)
    for reader in (person(Role.STEERING_MEMBER), person(Role.BOARD_MEMBER), person(Role.EDI_LEAD, OrganisationFactory.create())):
        client = signed_in(reader)
        assert "Inclusion for all" in client.get("/strategies/").content.decode()
        assert client.get(f"/strategies/documents/{document.slug}/").status_code == 200
        assert client.get(f"/strategies/documents/{secret.slug}/").status_code == 404
        for address in ("/strategies/", "/strategies/here/", "/strategies/coverage/", "/strategies/coverage/data.xlsx"):
            assert b"Not for others" not in client.get(address).content
    assert signed_in(lead).get(f"/strategies/documents/{secret.slug}/").status_code == 200


def test_only_the_lead_writes(trust: Organisation, document: StrategyDocument) -> None:
    for user in (person(Role.EXECUTIVE_SPONSOR, trust), person(Role.STEERING_MEMBER), person(Role.PORTAL_ADMIN)):
        with pytest.raises(NotAllowed):
            change_document(document=document, entry=ENTRY, seen_version=document.version, by=user)


def test_two_current_strategies_at_once_are_refused_with_the_way_out(
    trust: Organisation, lead: User, document: StrategyDocument
) -> None:
    second = DocumentEntry(
        kind="strategy", title="Another", starts_on=date(2020, 1, 1), approved_on=date(2019, 12, 1), approved_by="The board"
    )
    with pytest.raises(Incomplete, match="Choose it under “Replaces”"):
        add_document(organisation=trust, entry=second, by=lead)
    later = add_document(organisation=trust, entry=DocumentEntry(**{**_fields(second), "replaces": document}), by=lead)
    assert StrategyDocument.objects.with_state().get(pk=document.pk).state_on(business_today()) is State.REPLACED
    assert later.state_on(business_today()) is State.CURRENT


def _fields(entry: DocumentEntry) -> dict[str, object]:
    return {name: getattr(entry, name) for name in DocumentEntry.__dataclass_fields__}


def test_a_document_can_end_without_a_successor_and_says_why(lead: User, document: StrategyDocument) -> None:
    with pytest.raises(Incomplete):
        end_document(document=document, on=date(2020, 1, 1), reason=" ", by=lead)
    ended = end_document(document=document, on=date(2020, 1, 1), reason="Part of the People Strategy.", by=lead)
    assert ended.state_on(business_today()) is State.ENDED
    assert not [line for line in lines_shown_to(lead) if line.document_id == document.pk]


def test_a_save_over_a_newer_one_is_refused_and_keeps_what_was_typed(lead: User, document: StrategyDocument) -> None:
    with pytest.raises(StaleData):
        change_document(document=document, entry=ENTRY, seen_version=document.version - 1, by=lead)
    answer = signed_in(lead).post(
        f"/strategies/documents/{document.slug}/change/", {"kind": "plan", "title": "Typed for nothing", "version": "0"}
    )
    assert answer.status_code == 409 and "Typed for nothing" in answer.content.decode()


def test_a_conflict_after_a_typing_error_is_still_a_conflict(lead: User, document: StrategyDocument) -> None:
    """The form keeps the version that it was opened with: a mistake must not turn a blind overwrite into a save that is meant."""
    document.refresh_from_db()
    client, address = signed_in(lead), f"/strategies/documents/{document.slug}/change/"
    typed = {"kind": "strategy", "title": "Mine", "vision": "My vision", "version": str(document.version)}
    entry = DocumentEntry(**{**_fields(ENTRY), "title": "Theirs"})
    change_document(document=document, entry=entry, seen_version=document.version, by=lead)
    mistyped = client.post(address, typed | {"title": ""})
    assert mistyped.status_code == 422 and f'name="version" value="{document.version}"' in mistyped.content.decode()
    answer = client.post(address, typed)
    page = answer.content.decode()
    assert answer.status_code == 409 and "Saved meanwhile, beside what you typed" in page
    assert "Theirs" in page and "Mine" in page and f'name="version" value="{document.version + 1}"' in page
    assert StrategyDocument.objects.get(pk=document.pk).title == "Theirs"
    assert client.post(address, typed | {"version": str(document.version + 1)}).status_code == 302, "both were seen"


def test_two_people_at_one_line_see_both_texts(lead: User, document: StrategyDocument) -> None:
    client, line = signed_in(lead), document.lines.get()
    address = f"/strategies/documents/{document.slug}/lines/1/change/"
    assert f'name="version" value="{line.version}"' in client.get(address).content.decode()
    change_line(line=line, entry=LineEntry("Theirs", themes=("access",)), seen_version=line.version, by=lead)
    typed = {"text": "Mine", "kind": "objective", "themes": ["access"], "version": str(line.version)}
    answer = client.post(address, typed)
    assert answer.status_code == 409 and "Theirs" in answer.content.decode() and "Mine" in answer.content.decode()
    assert document.lines.get().text == "Theirs"
    assert client.post(address, typed | {"version": str(line.version + 1)}).status_code == 302
    assert document.lines.get().text == "Mine"


def test_an_adopter_that_shares_no_strategy_is_not_named(lead: User, trust: Organisation, document: StrategyDocument) -> None:
    quiet = OrganisationFactory.create(short_name="Quiet Trust")
    owner = person(Role.EDI_LEAD, quiet)
    own = add_document(organisation=quiet, entry=DocumentEntry(**{**_fields(ENTRY), "is_shared": False}), by=owner)
    add_lines(document=own, entries=[LineEntry("Equal access", themes=("access",))], by=owner)
    shared = share_objective(text="One text", themes=("access",), kpis=(), by=person(Role.STEERING_MEMBER))
    for line, by in ((document.lines.get(), lead), (own.lines.get(), owner)):
        adopt_objective(line=line, shared=shared, hours_saved=10, by=by)
    for reader in (person(Role.STEERING_MEMBER), lead, person(Role.BOARD_MEMBER)):
        page = signed_in(reader).get("/strategies/overlaps/").content.decode()
        assert trust.short_name in page and "Quiet Trust" not in page
    assert "Quiet Trust" in signed_in(owner).get("/strategies/overlaps/").content.decode(), "its own people know"


def test_people_judge_overlaps_and_the_pair_leaves_the_list(document: StrategyDocument) -> None:
    member = person(Role.STEERING_MEMBER)
    lines = {line.pk: line for line in lines_shown_to(member)}
    own = document.lines.get()
    pair = next(pair for pair in overlaps_in(lines.values()) if own.pk in (pair.first, pair.second))
    client = signed_in(member)
    before = client.get("/strategies/overlaps/").content.decode()
    answer = client.post("/strategies/overlaps/judge/", {"first": pair.first, "second": pair.second, "same": "yes"})
    assert answer.status_code == 302
    after = client.get("/strategies/overlaps/").content.decode()
    assert "Confirmed as the same" in after and "Confirmed as the same" not in before
    assert OverlapJudgement.objects.get().is_same
    with pytest.raises(NotAllowed):
        judge_overlap(first=lines[pair.first], second=lines[pair.second], is_same=False, score=0, by=person(Role.BOARD_MEMBER))


def test_a_shared_objective_is_adopted_changes_the_matrix_and_can_be_left(lead: User, document: StrategyDocument) -> None:
    member = person(Role.STEERING_MEMBER)
    shared = share_objective(
        text="Everybody can reach and understand our services", themes=("access", "outcomes"), kpis=("PAT-1",), by=member
    )
    line = document.lines.get()
    themes = themes_in_force()
    before = coverage_for(lines_shown_to(lead), themes)
    adopted = adopt_objective(line=line, shared=shared, hours_saved=40, by=lead)
    after = coverage_for(lines_shown_to(lead), themes)
    assert [found.cell("here", "access").depth for found in (before, after)] == [2, 3]
    assert [found.cell("here", "outcomes").depth for found in (before, after)] == [0, 3]
    assert adopted.words == shared.text and adopted.text == "Equal access to services and information"
    assert leave_shared_objective(line=adopted, by=lead).words == "Equal access to services and information"
    with pytest.raises(InvalidTransition):
        leave_shared_objective(line=line, by=lead)


def test_hours_that_one_organisation_saves_are_read_by_nobody_else(lead: User, document: StrategyDocument) -> None:
    shared = share_objective(text="One text", themes=("access",), kpis=(), by=person(Role.STEERING_MEMBER))
    adopt_objective(line=document.lines.get(), shared=shared, hours_saved=1237, by=lead)
    assert "1,237 hours" in signed_in(lead).get(f"/strategies/documents/{document.slug}/").content.decode()
    client = signed_in(person(Role.STEERING_MEMBER))
    for address in (
        f"/strategies/documents/{document.slug}/",
        "/strategies/overlaps/",
        "/strategies/coverage/",
        "/strategies/here/",
    ):
        assert not re.search(r"\b1,?237 hours", client.get(address).content.decode())


def test_the_framework_changes_by_versions_and_earlier_ones_stay(client: Client) -> None:
    member = person(Role.STEERING_MEMBER)
    draft = begin_draft(by=member)
    assert begin_draft(by=member) == draft
    save_theme(draft=draft, key=None, entry=ThemeEntry("Carers", "cultural", "Carers are known and supported."), by=member)
    with pytest.raises(Incomplete):
        put_into_force(draft=draft, note="", on=date(2020, 2, 1), by=member)
    put_into_force(draft=draft, note="Carers added.", on=date(2020, 2, 1), by=member)
    assert [theme.key for theme in themes_in_force()][-1] == "carers"
    assert "carers" not in {theme.key for theme in FrameworkVersion.objects.get(number=1).themes.all()}
    draft.refresh_from_db()
    with pytest.raises(InvalidTransition):
        save_theme(draft=draft, key="carers", entry=ThemeEntry("Carers", "cultural", "Other."), seen_version=0, by=member)
    assert signed_in(member).get("/strategies/framework/versions/1/").status_code == 200
    assert AuditEvent.objects.filter(action="framework.in_force").count() == 1


def test_a_journey_by_forms_from_a_document_to_the_matrix(trust: Organisation, lead: User) -> None:
    client = signed_in(lead)
    form = {
        "kind": "objectives",
        "title": "Equality objectives",
        "starts_on": "1/4/2019",
        "approved_on": "1/3/2019",
        "approved_by": "The board",
        "is_shared": "on",
    }
    assert client.post("/strategies/add/", form | {"approved_by": ""}).status_code == 422
    assert client.post("/strategies/add/", form).status_code == 302
    made = StrategyDocument.objects.get(organisation=trust)
    line = {"text": "Close our pay gaps", "kind": "objective", "themes": ["pay"], "kpis": ["GPG-1"]}
    assert client.post(f"/strategies/documents/{made.slug}/lines/add/", line | {"themes": ["nothing"]}).status_code == 422
    assert client.post(f"/strategies/documents/{made.slug}/lines/add/", line).status_code == 302
    assert "Close our pay gaps" in client.get("/strategies/compare/?organisation=here").content.decode()
    assert client.post(f"/strategies/documents/{made.slug}/lines/1/change/", {"remove": "yes"}).status_code == 302
    assert not Objective.objects.filter(document=made).exists()


def test_pages_ask_as_often_however_many_documents_there_are(document: StrategyDocument) -> None:
    client = signed_in(person(Role.STEERING_MEMBER))
    addresses = ("/strategies/", "/strategies/coverage/", "/strategies/overlaps/")
    few = [_queries(client, address) for address in addresses]
    for number in range(6):
        other = OrganisationFactory.create()
        made = add_document(organisation=other, entry=ENTRY, by=person(Role.EDI_LEAD, other))
        add_lines(
            document=made,
            entries=[LineEntry(f"Equal access to services, part {number}", themes=("access",))],
            by=person(Role.EDI_LEAD, other),
        )
    pass_all()
    assert [_queries(client, address) for address in addresses] == few
    assert max(few) <= 25


def _queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_the_database_holds_adoptions_judgements_and_ends_together(document: StrategyDocument, lead: User) -> None:
    line = document.lines.get()
    shared = SharedObjective.objects.create(slug="s", text="s", made_by=lead)
    wrong = (
        lambda: Objective.objects.filter(pk=line.pk).update(shared=shared),
        lambda: Objective.objects.filter(pk=line.pk).update(hours_saved=3),
        lambda: OverlapJudgement.objects.create(first=line, second=line, is_same=True, score=0),
        lambda: StrategyDocument.objects.filter(pk=document.pk).update(ended_on=date(2020, 1, 1)),
        lambda: FrameworkVersion.objects.create(number=9, status="in_force", in_force_from=date(2020, 1, 1)),
    )
    for break_it in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            break_it()


def _read_everywhere(client: Client, document: StrategyDocument) -> str:
    """All that a reader gets to see of strategies, workbook and CSV included."""
    found = []
    for address in (
        "/strategies/",
        f"/strategies/{document.organisation.slug}/",
        f"/strategies/documents/{document.slug}/",
        "/strategies/coverage/",
        "/strategies/overlaps/",
        f"/strategies/compare/?organisation={document.organisation.slug}",
        "/strategies/coverage/data.csv",
    ):
        found.append(client.get(address).content.decode())
    sheets = load_workbook(BytesIO(client.get("/strategies/coverage/data.xlsx").content))
    found += [str(cell) for sheet in sheets for row in sheet.values for cell in row]
    return "\n".join(found)


UNREAD = {
    "title": "Plan unreadzqxtitle",
    "owner": "Role unreadzqxowner",
    "approved_by": "Board unreadzqxapproved",
    "link": "https://unreadzqxlink.invalid/plan",
    "vision": "To be unreadzqxvision",
    "mission": "To do unreadzqxmission",
    "aspirations": "To want unreadzqxaspirations",
}


def test_others_read_no_text_of_a_document_before_its_review_and_its_owner_is_told(trust: Organisation, lead: User) -> None:
    entry = DocumentEntry(**{**_fields(ENTRY), **UNREAD})
    made = add_document(organisation=trust, entry=entry, by=lead)
    line = LineEntry("Close the unreadzqxline gap", themes=("pay", "access"), owner="Role unreadzqxlineowner")
    add_lines(document=made, entries=[line], by=lead)
    end_document(document=made, on=date(2020, 1, 10), reason="It went into unreadzqxend.", by=lead)
    StrategyDocument.objects.filter(pk=made.pk).update(period="unreadzqxperiod", ended_on=None)
    strangers = [person(Role.STEERING_MEMBER), person(Role.BOARD_MEMBER), person(Role.EDI_LEAD, OrganisationFactory.create())]
    for user in strangers:
        assert "unreadzqx" not in _read_everywhere(signed_in(user), made)
        assert signed_in(user).get(f"/strategies/documents/{made.slug}/").status_code == 404
    assert "unreadzqx" not in made.slug, "an address is read before the title"
    page = signed_in(lead).get(f"/strategies/documents/{made.slug}/").content.decode()
    assert page.count("Waits for review: others do not read it yet.") == 2
    assert {review.subject for review in waiting()} == {made.review_subject, made.lines.get().review_subject}
    StrategyDocument.objects.filter(pk=made.pk).update(period="", end_reason="")
    ask_about_shared_documents()
    pass_all()
    read = _read_everywhere(signed_in(strangers[0]), made)
    assert all(words in read for words in ("unreadzqxtitle", "unreadzqxvision", "unreadzqxline"))


def test_after_an_edit_others_read_the_text_cleared_last_and_the_owner_reads_why(lead: User, document: StrategyDocument) -> None:
    line = document.lines.get()
    change_line(line=line, entry=LineEntry("Our 2 deaf nurses", themes=("access",)), seen_version=line.version, by=lead)
    change_document(
        document=document,
        entry=DocumentEntry(**{**_fields(ENTRY), "title": "Of our 2 deaf nurses"}),
        seen_version=StrategyDocument.objects.get(pk=document.pk).version,
        by=lead,
    )
    stranger = signed_in(person(Role.STEERING_MEMBER))
    read = _read_everywhere(stranger, document)
    assert "deaf" not in read and "Inclusion for all" in read and "Equal access to services and information" in read
    own = signed_in(lead)
    page = own.get(f"/strategies/documents/{document.slug}/").content.decode()
    assert page.count("Waits for review: others read it as it was before.") == 2
    for review in waiting():
        send_text_back(review=review, reason="It points at two people.", by=person(Role.PORTAL_ADMIN))
    page = own.get(f"/strategies/documents/{document.slug}/").content.decode()
    assert page.count("Sent back: It points at two people. Others read it as it was before.") == 2
    assert "deaf" not in _read_everywhere(stranger, document)
    change_line(
        line=line,
        entry=LineEntry("Equal access to services and information", themes=("access",)),
        seen_version=Objective.objects.get(pk=line.pk).version,
        by=lead,
    )
    assert not waiting().exists(), "what others read already needs no second review"


def test_what_was_published_is_read_at_once_and_the_owners_own_words_are_not() -> None:
    document = StrategyDocument.objects.filter(source_url__gt="", lines__isnull=False)[0]
    line = document.lines.first()
    assert line is not None
    published = line.text
    owner = person(Role.EDI_LEAD, document.organisation)
    change_line(
        line=line, entry=LineEntry("Unseen words of our own", themes=tuple(line.themes)), seen_version=line.version, by=owner
    )
    load_published_strategies()
    said = {one.pk: one.text for one in lines_shown_to(person(Role.STEERING_MEMBER))}
    assert said[line.pk] == published
    assert {one.pk: one.text for one in lines_shown_to(owner)}[line.pk] == "Unseen words of our own"


def test_what_others_read_is_never_saved_and_what_is_gone_leaves_the_queue(lead: User, document: StrategyDocument) -> None:
    read = lines_shown_to(person(Role.STEERING_MEMBER))[0]
    with pytest.raises(RuntimeError, match="others read"):
        read.save()
    (line,) = add_lines(document=document, entries=[LineEntry("A mistake", themes=("pay",))], by=lead)
    assert waiting().count() == 1
    remove_line(line=line, by=lead)
    assert not waiting().exists()
    assert TextReview.objects.filter(subject=document.review_subject).exists()


def test_the_title_of_an_earlier_document_that_is_not_shared_is_not_told(lead: User, trust: Organisation) -> None:
    private = DocumentEntry(kind="plan", title="Nobody else's business", starts_on=date(2018, 1, 1))
    earlier = add_document(organisation=trust, entry=private, by=lead)
    later = add_document(organisation=trust, entry=DocumentEntry(**{**_fields(ENTRY), "replaces": earlier}), by=lead)
    pass_all()
    page = signed_in(person(Role.BOARD_MEMBER)).get(f"/strategies/documents/{later.slug}/")
    assert page.status_code == 200 and b"business" not in page.content
