"""What the portal renders for each reader: no planted number, the same value everywhere, nothing that moves before a release."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from io import StringIO
from itertools import islice
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from edi_portal.disclosure.certificates import Certificate
from kpis.models.releases import Release, ReleaseCertificate
from kpis.models.returns import KpiReturn, ReturnValue
from kpis.services import release_checks
from kpis.services.collections import due_organisations
from kpis.workflow import Status
from organisations.models import Organisation, OrganisationPlace, Place, User
from organisations.roles import Role
from steering.models import Action, Meeting, Workstream
from steering.services import packs, reports
from tests.access.addresses import names_and_parameters
from tests.attack.scrapers import SCRAPERS, Scraped, pdf, steady
from tests.kpis.factories import fill, open_collection, plain_values
from tests.kpis.release_world import Change, closed_collection, people, published, shrink_partnership, unguarded
from tests.organisations.factories import person, signed_in

MEASURE = "staff_ethnicity"
# Odd numbers with four digits: a rounded count never is one, and nothing else on a page is.
PLANTED = {
    ("clinical.band_5", "white"): 1237,
    ("clinical.band_6", "white"): 2543,
    ("nonclinical.band_2", "bme"): 1511,
    ("medical.consultant", "bme"): 1693,
    ("clinical.band_7", "missing"): 1871,
}
MEETING = date(2020, 2, 3)
ACTION = 900  # an action about the owner's figure, past its day
OWNER = 1  # the organisation, by position, whose figures are planted
CODES = ("dq-1", "wres-9-bme", "rep-bme", "cap-1", "net-3", "ah-1")
READERS = ("steering", "board", "healthwatch", "other_lead")
ANONYMOUS = "anonymous"
EVERYBODY = (*READERS, ANONYMOUS)
# The same for everybody, so read by the visitor alone.
OPEN_TO_ALL = ("compendium:", "open-data:")
# Pages of released tables for those who make releases, or of a return for its owner, are asked for by nobody else.
OWNERS_AND_ADMINS = ("admin", "owner")
SET_AS_PDF = frozenset({"reports:released-pack", "reports:packs-archive", "reports:summary-file"})


# (organisation, "quarter:row/column") and what is added to it.
Changes = tuple[tuple[tuple[str, str], int], ...]
Pages = dict[tuple[str, str], HttpResponse]
Readings = dict[str, Pages]


@dataclass(frozen=True)
class World:
    """One published release, and a browser for each reader."""

    release: Release
    owner: Organisation
    other: Organisation
    clients: dict[str, Client]
    users: dict[str, User]

    drafted: int
    frozen: int

    @cached_property
    def area(self) -> str:
        """The place of the owner, whose page tells the figures of the organisations there."""
        return OrganisationPlace.objects.filter(organisation=self.owner).values_list("place__slug", flat=True)[0]

    def address(self, name: str, *, code: str = "dq-1", subject: Organisation | None = None, **others: object) -> str:
        """The address of a page, of the owner's things unless told otherwise."""
        known = {
            "slug": (subject or self.owner).slug,
            "organisation": (subject or self.owner).slug,
            "period": self.release.collection.period,
            "release": self.release.number if name.startswith("api:") else self.release.pk,
            "code": code,
            "chart": "organisations",
            "section": "workforce-standards",
            "measure": MEASURE,
            "action": ACTION,
            "day": MEETING.isoformat(),
            "number": 1 if name == "api:report" else self.release.number,  # reports are numbered from 1
            "report": self.drafted,
            "chapter": 1,
            "ending": "csv",
            "file": "figures.csv",
            "workstream": "workforce-standards",
            "area": self.area,
        } | others
        return reverse(name, kwargs={part: known[part] for part in names_and_parameters()[name]})

    def pages(self, papers: bool = False) -> Iterator[tuple[str, str]]:
        """(URL name, address) of every page with figures, for some KPIs, the owner and another organisation.

        `papers` asks for those as well that are set as PDF for each reader, which takes half a second each.
        """
        for name in SCRAPERS:
            parts = names_and_parameters()[name]
            if name in SET_AS_PDF and not papers:
                continue
            if name in SET_AS_PDF:
                yield name, self.address(name, ending="pdf")
            elif "chapter" in parts:
                yield from ((name, self.address(name, report=self.frozen, chapter=chapter)) for chapter in (2, 5, 7))
            elif name == "reports:file":
                yield name, self.address(name)
                yield from ((name, self.address(name, report=self.frozen, ending=ending)) for ending in ("csv", "pdf"))
            elif "code" in parts:
                yield from ((name, self.address(name, code=code)) for code in CODES)
            elif "slug" in parts:
                yield from ((name, self.address(name, subject=subject)) for subject in (self.owner, self.other))
            else:
                yield name, self.address(name) + ("?components=true&page_size=2000" if name.startswith("api:") else "")

    def read(self, reader: str, papers: bool = False) -> Pages:
        """Everything that a reader is given: page → response."""
        found = {}
        for name, address in self.pages(papers):
            if name.startswith(OPEN_TO_ALL) and reader != ANONYMOUS:
                continue
            response = self.clients[reader].get(address)
            if response.status_code == 200:
                found[name, address] = response
        assert len(found) > 10, f"{reader} is given next to nothing"
        return found


def plant(position: int, values: dict[tuple[str, str, str], Decimal]) -> None:
    """Numbers in the owner's return that nobody else may ever read."""
    if position == OWNER:
        values.update({(MEASURE, row, column): Decimal(amount) for (row, column), amount in PLANTED.items()})


@pytest.fixture(scope="module")
def db(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The database of this module: one transaction, rolled back after it; pytest-django knows the fixture by its name."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def made_world(db: None) -> World:
    """Returns with planted numbers, released and published, everybody signed in; of the owner a draft for the next quarter."""
    world = make_world(plant)
    running = open_collection("2019-20-q3")
    fill(
        KpiReturn.objects.create(collection=running, organisation=world.owner),
        plain_values(world.owner, running.quarter, scale=4),
    )
    return world


@pytest.fixture(scope="module")
def first(made_world: World) -> Readings:
    """What each reader was given before any test changed something: read once, because all pages of a reader take seconds."""
    with transaction.atomic():
        found = {reader: made_world.read(reader) for reader in EVERYBODY}
        transaction.set_rollback(True)
    return found


def make_world(change: Change) -> World:
    """Released and published returns, altered by `change`, and everybody signed in."""
    shrink_partnership()
    team = people()
    collection = closed_collection("2019-20-q2", lead=team[0], sponsor=team[1], change=change)
    release = published(collection, team[2:])
    organisations = due_organisations(collection)
    owner, other = organisations[OWNER], organisations[-1]
    raise_action(owner)
    users = {
        "steering": person(Role.STEERING_MEMBER),
        "board": person(Role.BOARD_MEMBER),
        "healthwatch": person(Role.HEALTHWATCH_READER, Place.objects.get(slug="liverpool")),
        "other_lead": person(Role.EDI_LEAD, other),
        "owner": person(Role.EDI_LEAD, owner),
        "admin": person(Role.PORTAL_ADMIN),
    }
    frozen, drafted = write_reports(release, users["steering"])
    return World(
        release,
        owner,
        other,
        {name: signed_in(user) for name, user in users.items()} | {ANONYMOUS: Client()},
        users,
        drafted,
        frozen,
    )


def write_reports(release: Release, writer: User) -> tuple[int, int]:
    """A published report and the draft of its revision."""
    period = release.collection.period
    proposed = reports.propose_report(report=reports.start_report(period=period, by=writer), by=writer)
    published_one = reports.publish_report(report=proposed, by=person(Role.STEERING_MEMBER))
    return published_one.pk, reports.start_report(period=period, by=writer).pk


def raise_action(owner: Organisation) -> None:
    """An action of the owner about one of its figures, whose effect is looked for."""
    made = Action.objects.create(
        pk=ACTION,
        written_for=owner,
        workstream=Workstream.objects.get(slug="workforce-standards"),
        kpi="REP-BME",
        owner_organisation=owner,
        owner_role="EDI lead",
        title="Ask again",
        what="A campaign.",
        effect="A higher share.",
        raised_on=date(2019, 6, 3),
        period="2019-20-q1",
        due_on=date(2019, 9, 2),
    )
    made.organisations.add(owner)
    Meeting.objects.create(held_on=MEETING)


@pytest.fixture
def world(made_world: World) -> Iterator[World]:
    """The world; what a test changes is undone before the next."""
    with transaction.atomic():
        yield made_world
        transaction.set_rollback(True)


def scraped(responses: Pages) -> dict[tuple[str, str], Scraped]:
    return {(name, address): SCRAPERS[name](response) for (name, address), response in responses.items()}


def test_pages_show_figures_at_all(first: Readings) -> None:
    for pages in first.values():
        assert any(len(page.numbers) > 20 for page in scraped(pages).values())
    steering = {name for name, _ in first["steering"]}
    assert {"overview:table", "overview:data-csv", "overview:data-xlsx", "kpis:detail", "kpis:organisation"} <= steering


def test_p2_a_planted_number_is_read_by_its_owner_alone(world: World, first: Readings) -> None:
    sums = {f"{amount}" for amount in PLANTED.values()} | {str(total) for total in exact_sums(world)}
    for reader, pages in first.items():
        for (name, address), page in scraped(pages).items():
            assert not page.numbers & sums, f"{reader} reads an exact number of {world.owner} at {name} {address}"
    own = world.clients["owner"].get(f"/returns/{world.owner.slug}/2019-20-q2/workforce-standards/")
    assert "1237" in own.content.decode().replace(",", "")


@pytest.mark.long
def test_p2_no_paper_holds_a_planted_number_and_only_the_owners_pack_is_exact(world: World) -> None:
    sums = {f"{amount}" for amount in PLANTED.values()} | {str(total) for total in exact_sums(world)}
    content, number = packs.archive_bytes(world.release)
    packs.keep_archive(release=world.release, content=content, packs=number, by=None)
    for reader in ("steering", "board", "other_lead"):
        papers = {page: answer for page, answer in world.read(reader, papers=True).items() if page[0].startswith("reports:")}
        kinds = {answer["Content-Type"].partition(";")[0] for answer in papers.values()}
        assert {"application/pdf", "text/csv", "text/html"} <= kinds, reader
        for (name, address), page in scraped(papers).items():
            assert len(page.numbers) > 5
            assert not page.numbers & sums, f"{reader} reads an exact number of {world.owner} at {name} {address}"
    assert ("reports:packs-archive", world.address("reports:packs-archive")) in world.read("steering", papers=True)
    address = world.address("reports:own-pack")
    assert {world.clients[reader].get(address).status_code for reader in READERS} == {404}
    own = pdf(world.clients["owner"].get(address))
    assert own.numbers & sums, "the owner's own pack is exact"


@pytest.mark.long
def test_p8_a_witness_in_place_of_the_truth_gives_the_same_papers(world: World) -> None:
    row = ReleaseCertificate.objects.get(release=world.release, measure=MEASURE)
    witness = Certificate.from_data(row.deltas[0]).witnesses[0]
    changes = next(changes for changes in (witness.up, witness.down) if changes)
    before = {
        reader: {page: steady(answer) for page, answer in world.read(reader, papers=True).items()} for reader in READERS[:2]
    }
    put(changes)
    for reader, pages in before.items():
        assert {page: steady(answer) for page, answer in world.read(reader, papers=True).items()} == pages


def exact_sums(world: World) -> Iterator[int]:
    """Exact totals of the owner in the return of the release that no rounded number can be."""
    rows = ReturnValue.objects.filter(
        kpi_return__organisation=world.owner, kpi_return__collection=world.release.collection, measure=MEASURE
    )
    amounts = {(row, column): int(amount) for row, column, amount in rows.values_list("row", "column", "amount")}
    for columns in (
        ("white",),
        ("bme",),
        ("missing",),
        ("declined",),
        ("declined", "missing"),
        ("white", "bme", "declined", "missing"),
    ):
        total = sum(amount for (_, column), amount in amounts.items() if column in columns)
        if total % 5:
            yield total


CSV_PAGES = ("overview:data-csv", "kpis:data", "kpis:organisation-data", "compendium:data-csv")


def test_p3_the_same_figure_has_the_same_value_for_every_reader_and_on_every_page(first: Readings) -> None:
    seen: dict[tuple[str, ...], str] = {}
    compared = 0
    for reader, pages in first.items():
        for (name, address), response in pages.items():
            for key, value in cells_of(response) if name in CSV_PAGES else ():
                compared += key in seen
                assert seen.setdefault(key, value) == value, f"{reader} reads {value} for {key} at {address}"
    assert compared > 1000


def cells_of(response: HttpResponse) -> Iterator[tuple[tuple[str, ...], str]]:
    """The cells of a CSV file: whose figure of what, title of the column, value."""
    for row in csv.DictReader(StringIO(response.content.decode("utf-8-sig"))):
        where = row.get("Organisation") or row["Organisation or kind"]
        name = (row["KPI"], row.get("Component", ""), row.get("Level", "organisation"), where, row.get("Statistic", "own"))
        for title in ("Figure", "Value", "Reading", "Numerator", "Denominator", "C&M pooled", "C&M median", "Median of peers"):
            if title in row:
                yield (*name, title), row[title]


@pytest.mark.long
def test_p5_sending_a_return_changes_nothing_for_others(world: World, first: Readings) -> None:
    sent = KpiReturn.objects.filter(collection__period="2019-20-q3", organisation=world.owner).update(
        status=Status.SUBMITTED, submitted_at=timezone.now(), submitted_by=world.users["owner"]
    )
    assert sent == 1
    assert_nothing_moved(world, first, EVERYBODY)


def test_p8_a_witness_in_place_of_the_truth_gives_the_same_bytes(world: World, first: Readings) -> None:
    tried = [put_in_place(world, first, changes, READERS[:1]) for changes in islice(witnesses(world), 1)]
    tried += [put_in_place(world, first, changes, EVERYBODY[1:]) for changes in islice(witnesses(world), 1, 2)]
    assert len(tried) == 2


@pytest.mark.long
def test_p8_every_witness_of_three_certificates_gives_every_reader_the_same_bytes(world: World, first: Readings) -> None:
    assert len([put_in_place(world, first, changes, EVERYBODY) for changes in witnesses(world)]) >= 2


def witnesses(world: World, measure: str = MEASURE) -> Iterator[Changes]:
    """Changes of returns that no reader may notice, of the first three certificates; none of the other lead's own return."""
    row = ReleaseCertificate.objects.get(release=world.release, measure=measure)
    for certificate in [Certificate.from_data(data) for data in row.deltas[:3]]:
        for changes in (certificate.witnesses[0].up, certificate.witnesses[0].down):
            if changes and not any(organisation == world.other.slug for (organisation, _), _ in changes):
                yield changes


def put_in_place(world: World, first: Readings, changes: Changes, readers: Sequence[str], measure: str = MEASURE) -> None:
    """Change returns as a witness says, build the release again, read everything again, and undo it."""
    with transaction.atomic():
        put(changes, measure)
        faults = release_checks.rebuild_faults(world.release, release_checks.input_of(world.release))
        assert set(faults) <= {"Made again it has other certificates."}
        assert_nothing_moved(world, first, readers)
        transaction.set_rollback(True)


def assert_nothing_moved(world: World, first: Readings, readers: Sequence[str]) -> None:
    """Every reader is given the same pages as before, byte for byte."""
    for reader in readers:
        after = world.read(reader)
        assert after.keys() == first[reader].keys()
        for page, response in after.items():
            assert steady(response) == steady(first[reader][page]), f"{page} changed for {reader}"


def put(changes: Changes, measure: str = MEASURE) -> None:
    """Change returns as a witness says, past the trigger that guards signed returns."""
    with unguarded("kpis_returnvalue") as cursor:
        for (organisation, cell), change in changes:
            period, _, address = cell.partition(":")
            line, _, column = address.partition("/")
            cursor.execute(
                "UPDATE kpis_returnvalue v SET amount = amount + %s "
                "FROM kpis_kpireturn r, kpis_collection c, organisations_organisation o "
                "WHERE r.id = v.kpi_return_id AND c.id = r.collection_id AND o.id = r.organisation_id AND o.slug = %s "
                "AND c.period = %s AND v.measure = %s AND v.row = %s AND v.column = %s",
                [change, organisation, period, measure, line, column],
            )
            assert cursor.rowcount == 1
