"""The evidence library: kept once, used by many questions, part of what is signed, and for nobody else."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse

from edi_portal.audit.models import AuditEvent
from edi_portal.exceptions import Incomplete, NotAllowed
from kpis.models.evidence import Evidence, EvidenceFile, EvidenceUse
from kpis.models.returns import KpiReturn
from kpis.selectors.returns import content_of
from kpis.services import evidence as services
from kpis.services import returns
from kpis.services.evidence import GivenFile
from organisations.models import User
from tests.kpis.factories import fill, plain_values
from tests.kpis.return_world import GRID, ReturnWorld, return_world
from tests.organisations.factories import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference")]
PDF = b"%PDF-1.7 the report"
ASKS_EVIDENCE = "publications"


@pytest.fixture
def world() -> ReturnWorld:
    return return_world()


def link(world: ReturnWorld, by: User | None = None) -> Evidence:
    return services.add_evidence(
        organisation=world.organisation,
        title="WRES report",
        dated_on=None,
        link="https://www.example.org/wres",
        by=by or world.lead,
    )


def page(world: ReturnWorld, name: str, *more: object) -> str:
    return reverse(f"returns:{name}", args=[world.organisation.slug, world.draft.collection.period, *more])


def rest(world: ReturnWorld, item: Evidence, *codes: str, seen: tuple[str, ...] = (), by: User | None = None) -> int:
    return services.rest_on(kpi_return=world.draft, evidence=item, measures=codes, seen=seen, by=by or world.lead)


def test_one_item_serves_many_questions_and_counts_as_their_evidence(world: ReturnWorld) -> None:
    fill(world.draft, plain_values(world.organisation, world.draft.quarter))
    before = {finding.key for finding in content_of(world.draft).findings if finding.measure == ASKS_EVIDENCE}
    item = link(world)
    assert rest(world, item, ASKS_EVIDENCE, GRID) == 2
    content = content_of(world.draft)
    assert {code: [one.title for one in items] for code, items in content.evidence.items()} == {
        ASKS_EVIDENCE: ["WRES report"],
        GRID: ["WRES report"],
    }
    after = {finding.key for finding in content.findings if finding.measure == ASKS_EVIDENCE}
    assert after < before, "the rule that asks for evidence is content"


def test_evidence_is_part_of_what_is_signed_and_stays(world: ReturnWorld) -> None:
    world.filled()
    without = returns.content_hash(world.draft)
    rest(world, link(world), GRID)
    assert returns.content_hash(world.draft) != without
    kpi_return = returns.submit_return(kpi_return=world.draft, by=world.lead)
    with pytest.raises(IntegrityError, match="do not change"), transaction.atomic():
        EvidenceUse.objects.filter(kpi_return=kpi_return).delete()


def test_reopening_keeps_the_evidence(world: ReturnWorld) -> None:
    rest(world, link(world), GRID)
    fresh = returns.reopen_return(kpi_return=world.signed(), by=world.lead, reason="A late correction")
    assert EvidenceUse.objects.filter(kpi_return=fresh).count() == 1


def test_saving_undoes_nothing_that_somebody_else_ticked_meanwhile(world: ReturnWorld) -> None:
    item = link(world)
    rest(world, item, GRID)
    assert rest(world, item, ASKS_EVIDENCE, seen=()) == 1, "this page was drawn before the first was ticked"
    assert set(EvidenceUse.objects.values_list("measure", flat=True)) == {GRID, ASKS_EVIDENCE}
    assert rest(world, item, ASKS_EVIDENCE, seen=(GRID, ASKS_EVIDENCE)) == 1
    assert EvidenceUse.objects.get().measure == ASKS_EVIDENCE


def test_a_contributor_ticks_own_questions_only_and_sees_own_items_only(world: ReturnWorld) -> None:
    hidden, mine = link(world), link(world, by=world.recruiter)
    with pytest.raises(NotAllowed, match="not one of yours"):
        rest(world, mine, ASKS_EVIDENCE, by=world.recruiter)
    assert rest(world, mine, GRID, by=world.recruiter) == 1
    client = signed_in(world.recruiter)
    assert client.get(page(world, "evidence-item", mine.pk)).status_code == 200
    assert client.get(page(world, "evidence-item", hidden.pk)).status_code == 404
    rest(world, hidden, GRID)
    assert client.get(page(world, "evidence-item", hidden.pk)).status_code == 200, "an own question rests on it"


@pytest.mark.security(23)
def test_a_file_is_kept_under_a_random_key_and_handed_back_as_a_download(world: ReturnWorld) -> None:
    client = signed_in(world.lead)
    given = {"title": "Board paper", "file": SimpleUploadedFile("..\\..\\Board\u202epaper.pdf", PDF)}
    answer = client.post(page(world, "evidence"), given)
    item = Evidence.objects.get()
    assert answer.headers["Location"] == page(world, "evidence-item", item.pk)
    assert bytes(EvidenceFile.objects.get().content) == PDF
    download = client.get(page(world, "evidence-file", item.pk))
    assert download.content == PDF
    assert download.headers["Content-Disposition"].startswith('attachment; filename="')
    assert not set(download.headers["Content-Disposition"]) & set("\r\n\u202e/\\")
    assert download.headers["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in download.headers["Cache-Control"]


def test_taking_a_file_out_is_put_on_record_without_its_name(world: ReturnWorld) -> None:
    item = services.add_evidence(
        organisation=world.organisation, title="Paper", dated_on=None, file=GivenFile("Dr Example.pdf", PDF), by=world.lead
    )
    assert signed_in(world.sponsor).get(page(world, "evidence-file", item.pk)).status_code == 200
    assert signed_in(world.stranger).get(page(world, "evidence-file", item.pk)).status_code == 404
    (event,) = AuditEvent.objects.filter(action="evidence.downloaded")
    assert (event.actor_id, event.organisation) == (world.sponsor.pk, world.organisation.slug)
    assert (event.subject, event.details) == (f"evidence:{item.pk}", {})


@pytest.mark.security(8)
def test_a_strangers_library_does_not_exist_not_even_through_the_own_return(world: ReturnWorld) -> None:
    theirs = KpiReturn.objects.create(
        collection=world.draft.collection, organisation=world.stranger.memberships.get().organisation
    )
    item = link(world)
    own = reverse("returns:evidence-item", args=[theirs.organisation.slug, theirs.collection.period, item.pk])
    assert signed_in(world.stranger).get(own).status_code == 404
    assert signed_in(world.stranger).get(page(world, "evidence-item", item.pk)).status_code == 404


def test_what_is_no_document_is_refused_and_everything_typed_stays(world: ReturnWorld) -> None:
    client = signed_in(world.lead)
    given = {"title": "Our report", "file": SimpleUploadedFile("report.pdf", b"MZ a program")}
    answer = client.post(page(world, "evidence"), given)
    assert answer.status_code == 422 and "Our report" in answer.content.decode()
    assert not Evidence.objects.exists() and not EvidenceFile.objects.exists()
    for neither in (
        {"title": "Nothing"},
        {"title": "Both", "link": "https://www.example.org", "file": SimpleUploadedFile("a.pdf", PDF)},
    ):
        assert "one of the two" in client.post(page(world, "evidence"), neither).content.decode()


def test_the_same_file_twice_and_too_much_room_are_refused(world: ReturnWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    def add(content: bytes) -> Evidence:
        file = GivenFile("a.pdf", content)
        return services.add_evidence(organisation=world.organisation, title="A", dated_on=None, file=file, by=world.lead)

    add(PDF)
    with pytest.raises(Incomplete, match="already, as “A”"):
        add(PDF)
    monkeypatch.setattr(services, "MOST_KEPT", len(PDF) + 5)
    with pytest.raises(Incomplete, match="Give a link instead"):
        add(PDF + b" another")


def test_the_same_address_twice_is_the_item_that_is_there_until_it_is_taken_out(world: ReturnWorld) -> None:
    first = link(world)
    with pytest.raises(Incomplete, match="This address is in the library already, as “WRES report”"):
        link(world)
    services.retire_evidence(evidence=first, by=world.lead)
    link(world)


def test_an_item_out_of_the_library_stays_where_it_is_used_and_is_not_chosen_anew(world: ReturnWorld) -> None:
    item = link(world)
    rest(world, item, GRID)
    with pytest.raises(NotAllowed):
        services.retire_evidence(evidence=item, by=world.recruiter)
    services.retire_evidence(evidence=item, by=world.lead)
    item.refresh_from_db()
    assert content_of(world.draft).evidence[GRID] == (item,)
    assert rest(world, item, seen=(GRID,)) == 1


def test_the_database_wants_a_link_or_a_file(world: ReturnWorld) -> None:
    with pytest.raises(IntegrityError, match="evidence_is_a_link_or_a_file"), transaction.atomic():
        Evidence.objects.create(organisation=world.organisation, title="Nothing", added_by=world.lead)
