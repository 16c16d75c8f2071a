"""Files of strategies: kept, read, confirmed line by line, taken out by those who may; two current strategies at once."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from edi_portal.audit.models import AuditEvent
from edi_portal.clock import set_business_day
from edi_portal.exceptions import Incomplete, NotAllowed, StaleData
from edi_portal.reviews.models import TextReview
from edi_portal.reviews.services import pass_text
from edi_portal.uploads import PDF
from organisations.models import Organisation, User
from organisations.roles import Role
from strategies.document_reading.proposals import Findings, Found, Period, Proposal
from strategies.document_reading.reader import DocumentText, Line
from strategies.models import Objective, ProposedLine, StrategyDocument, StrategyFile
from strategies.services.documents import DocumentEntry, LineEntry, add_document, change_document, entry_of
from strategies.services.files import ReceivedFile, Taken, decide_proposals, keep_file, offer_again, received
from tests.organisations.factories import OrganisationFactory, person, signed_in
from tests.strategies.document_files import pdf, scan

pytestmark = pytest.mark.django_db

APPROVED = {"approved_on": date(2019, 3, 1), "approved_by": "The board"}
FINDINGS = Findings(
    lines=(Proposal("objective", "Hear disabled patients first", 3), Proposal("aim", "Be a fair place to work", 4)),
    period=Period("2019/20 to 2022/23", 2019, 2022, 1, is_financial=True),
    vision=Found("Everybody belongs", 2),
)


def read_file(content: bytes = b"%PDF-1.7 of the strategy", *, findings: Findings = FINDINGS) -> ReceivedFile:
    """A file as the child hands it back."""
    return ReceivedFile("Our Strategy.pdf", PDF, content, DocumentText((Line("Our strategy " * 4, 1),), 4), findings)


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
    return add_document(organisation=trust, entry=DocumentEntry(kind="strategy", title="Inclusion for all"), by=lead)


@pytest.fixture
def file(document: StrategyDocument, lead: User) -> StrategyFile:
    return keep_file(document=document, file=read_file(), by=lead)


def test_by_the_pages_a_file_becomes_a_draft_whose_lines_a_person_confirms(lead: User, trust: Organisation) -> None:
    client = signed_in(lead)
    given = {"title": "Inclusion", "kind": "strategy", "file": SimpleUploadedFile("strategy.pdf", pdf())}
    answer = client.post("/strategies/upload/", given)
    document = StrategyDocument.objects.get(title="Inclusion")
    assert answer.status_code == 302 and answer.url == f"/strategies/documents/{document.slug}/proposals/"
    assert not document.lines.exists(), "nothing is an objective before somebody ticks it"
    body = client.get(answer.url).content.decode()
    assert "3 lines may be promises" in body and "page 3" in body and "2019/20 to 2022/23" in body
    assert '<option value="access" selected' in body, "a theme is suggested from the words"
    ticked = {"take-1": "on", "text-1": "Accessible services", "kind-1": "objective", "theme-1": "access", "take-period": "on"}
    answer = client.post(answer.url, ticked | {"version": document.version, "rest": "aside"})
    assert answer.status_code == 302, answer.content.decode()
    document.refresh_from_db()
    line = document.lines.get()
    assert (line.text, line.themes, document.starts_on, document.vision) == (
        "Accessible services",
        ["access"],
        date(2019, 4, 1),
        "",
    )
    page = client.get(f"/strategies/documents/{document.slug}/").content.decode()
    assert "Page 3 of its file" in page and "strategy.pdf" in page


def test_a_scan_is_kept_and_said_to_be_one(lead: User, document: StrategyDocument) -> None:
    keep_file(document=document, file=received(name="scan.pdf", content=scan()), by=lead)
    client = signed_in(lead)
    assert "This file holds no text" in client.get(f"/strategies/documents/{document.slug}/proposals/").content.decode()
    assert "a scan without text" in client.get(f"/strategies/documents/{document.slug}/").content.decode()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("strategy.docm", b"PK\x03\x04", "Save it as “Word document"),
        ("strategy.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old format"),
        ("strategy.pdf", b"", "empty"),
        ("strategy.docx", b"%PDF-1.7", "does not end with .pdf"),
        ("strategy.pdf", b"%PDF-1.7" + bytes(25 * 1024 * 1024), "larger than 25 MB"),
        ("photo.png", b"\x89PNG\r\n\x1a\n...", "PNG picture"),
    ],
)
def test_other_files_are_refused_with_what_to_do(name: str, content: bytes, said: str) -> None:
    with pytest.raises(Incomplete, match=said):
        received(name=name, content=content)


def test_a_refused_file_keeps_the_form_and_says_why(lead: User) -> None:
    given = {"title": "Typed", "kind": "plan", "file": SimpleUploadedFile("plan.docm", b"PK\x03\x04")}
    answer = signed_in(lead).post("/strategies/upload/", given)
    assert answer.status_code == 422
    assert "holds no macros" not in answer.content.decode() and "may hold macros" in answer.content.decode()
    assert 'value="Typed"' in answer.content.decode() and not StrategyDocument.objects.filter(title="Typed").exists()


def test_two_people_at_the_same_proposals_lose_nothing(lead: User, file: StrategyFile, document: StrategyDocument) -> None:
    taken = [Taken(1, LineEntry("Hear disabled patients first"))]
    assert decide_proposals(file=file, taken=taken, aside=[2], take=[], seen_version=0, by=lead) == 1
    with pytest.raises(StaleData):
        decide_proposals(file=file, taken=taken, aside=[], take=[], seen_version=0, by=lead)
    with pytest.raises(StaleData):
        decide_proposals(file=file, taken=[], aside=[], take=["vision"], seen_version=0, by=lead)
    assert document.lines.count() == 1
    assert offer_again(file=file, by=lead) == 1
    assert file.proposals.get(number=2).state == ProposedLine.State.WAITING
    assert Objective.objects.get(document=document).proposals.get().page == 3


def test_the_same_file_twice_is_one_and_a_newer_one_stands_beside_it(
    lead: User, document: StrategyDocument, file: StrategyFile
) -> None:
    with pytest.raises(Incomplete, match="there already"):
        keep_file(document=document, file=read_file(), by=lead)
    assert keep_file(document=document, file=read_file(b"%PDF-1.7 anew"), by=lead).number == 2
    assert document.files.count() == 2


def test_only_the_lead_gives_files_and_decides(trust: Organisation, document: StrategyDocument, file: StrategyFile) -> None:
    for user in (person(Role.EXECUTIVE_SPONSOR, trust), person(Role.STEERING_MEMBER)):
        with pytest.raises(NotAllowed):
            keep_file(document=document, file=read_file(b"%PDF- other"), by=user)
        with pytest.raises(NotAllowed):
            decide_proposals(file=file, taken=[], aside=[1], take=[], seen_version=0, by=user)


def test_others_take_the_file_of_a_shared_document_after_its_review(
    lead: User, document: StrategyDocument, file: StrategyFile
) -> None:
    address = f"/strategies/documents/{document.slug}/files/1/"
    others: list[Client] = [
        signed_in(person(Role.STEERING_MEMBER)),
        signed_in(person(Role.EDI_LEAD, OrganisationFactory.create())),
    ]
    admin = person(Role.PORTAL_ADMIN)
    assert signed_in(lead).get(address).status_code == 200
    assert [client.get(address).status_code for client in [*others, signed_in(admin)]] == [404, 404, 404]
    document = StrategyDocument.objects.get(pk=document.pk)
    change_document(document=document, entry=entry_of(document, is_shared=True), seen_version=document.version, by=lead)
    assert [client.get(address).status_code for client in others] == [404, 404], "nobody has read it yet"
    assert signed_in(admin).get(address).status_code == 200, "the reviewer looks at the file itself"
    review = TextReview.objects.get(subject=f"strategy-file:{file.pk}")
    assert "Our strategy" in review.text
    pass_text(review=review, nobody_recognisable=True, by=admin)
    answer = others[0].get(address)
    assert answer.status_code == 200 and answer.content == b"%PDF-1.7 of the strategy"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="our-strategy.pdf"'
    assert AuditEvent.objects.filter(action="strategy.file_downloaded").count() == 3


def test_two_strategies_that_overlap_later_are_refused_as_well(lead: User, trust: Organisation) -> None:
    def entry(title: str, first: int, last: int) -> DocumentEntry:
        return DocumentEntry(kind="strategy", title=title, starts_on=date(first, 4, 1), ends_on=date(last, 3, 31), **APPROVED)

    add_document(organisation=trust, entry=entry("The later one", 2019, 2023), by=lead)
    with pytest.raises(Incomplete, match="“The later one” is the current strategy on 1 April 2019"):
        add_document(organisation=trust, entry=entry("The earlier one", 2017, 2020), by=lead)
    add_document(organisation=trust, entry=entry("The one before", 2015, 2019), by=lead)


def test_two_current_strategies_that_were_published_are_a_finding_on_the_pages(lead: User, trust: Organisation) -> None:
    for title in ("One", "Another"):
        StrategyDocument.objects.create(
            organisation=trust, slug=f"here-{title}", kind="strategy", title=title, starts_on=date(2019, 1, 1), **APPROVED
        )
    for address in ("/strategies/", "/strategies/here/"):
        body = signed_in(lead).get(address).content.decode()
        assert "2 current strategies at once" in body and "“Another”" in body


def test_an_objective_without_theme_is_shown_as_a_gap(lead: User, document: StrategyDocument) -> None:
    Objective.objects.create(document=document, number=1, text="Be good to people")
    client = signed_in(lead)
    assert "1 objective has no theme" in client.get(f"/strategies/documents/{document.slug}/").content.decode()
    assert "Objectives without a theme" in client.get("/strategies/here/").content.decode()


def test_a_published_period_in_words_stays_while_its_days_do(lead: User, document: StrategyDocument) -> None:
    StrategyDocument.objects.filter(pk=document.pk).update(period="2019 to 2022 (page undated)")
    address = f"/strategies/documents/{document.slug}/change/"
    answers = {"kind": "strategy", "title": "New title", "version": document.version}
    assert signed_in(lead).post(address, answers).status_code == 302
    document.refresh_from_db()
    assert (document.title, document.period) == ("New title", "2019 to 2022 (page undated)")
