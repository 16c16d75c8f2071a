"""The search: each reader finds what the pages would show, and never a sign of what they would not."""

from collections.abc import Sequence
from datetime import date

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from edi_portal.clock import set_business_day
from edi_portal.reviews.selectors import waiting
from edi_portal.reviews.services import pass_text
from edi_portal.search.matching import Group, beginnings, search
from kpis.models.definitions import Kpi
from organisations.models import Organisation, User
from organisations.roles import Role
from steering.models import Action, Workstream
from steering.services.practice import NoteEntry, add_note
from steering.services.reference import load_workstreams
from strategies.models import Objective, StrategyDocument
from tests.organisations.factories import OrganisationFactory, UserFactory, person, signed_in

# A word that no text of the reference data holds.
PLANTED = "quokkas"


def titles(user: User | AnonymousUser, asked: str) -> dict[str, list[str]]:
    """Kind → titles found."""
    return {group.kind: [entry.title for entry in group.entries] for group in search(user, asked)}


def addresses(groups: Sequence[Group]) -> list[str]:
    return [entry.url for group in groups for entry in group.entries]


@pytest.fixture
def trust(db: None) -> Organisation:
    set_business_day(date(2020, 1, 20))
    return Organisation.objects.get(slug="countess-of-chester")


@pytest.fixture
def planted(trust: Organisation) -> User:
    """The lead of an organisation that wrote an action, a note and a strategy, none of them reviewed."""
    lead = person(Role.EDI_LEAD, trust)
    load_workstreams()
    action = Action.objects.create(
        owner_organisation=trust,
        owner_role="EDI lead",
        title=f"Invite {PLANTED}",
        what="Ask them.",
        effect="More of them.",
        raised_on=date(2020, 1, 1),
        period="2019-20-q2",
        due_on=date(2020, 6, 1),
        written_for=trust,
        workstream=Workstream.objects.get(slug="staff-networks"),
    )
    action.organisations.add(trust)
    entry = NoteEntry(
        title=f"Listen to {PLANTED}", what="It helped.", how="", kpis=("WRES-2",), contact="edi@one.example.invalid"
    )
    add_note(organisation=trust, entry=entry, by=lead)
    document = StrategyDocument.objects.create(
        organisation=trust, slug="planted", kind="strategy", title="Plan", approved_on=date(2019, 4, 1), is_shared=True
    )
    Objective.objects.create(document=document, number=1, text=f"House {PLANTED}")
    return lead


def test_the_own_is_found_and_what_waits_for_a_review_or_is_of_others_is_not(planted: User) -> None:
    own = {"Strategies": ["Plan"], "Actions": [f"Invite {PLANTED}"], "Good practice": [f"Listen to {PLANTED}"]}
    assert titles(planted, PLANTED) == own
    assert titles(planted, "QUOKK") == own
    other = person(Role.EDI_LEAD, OrganisationFactory.create())
    readers = [other, person(Role.BOARD_MEMBER), person(Role.STEERING_MEMBER), UserFactory.create(), AnonymousUser()]
    assert [titles(reader, PLANTED) for reader in readers] == [{}] * len(readers)
    for review in waiting():
        pass_text(review=review, nobody_recognisable=True, by=person(Role.PORTAL_ADMIN))
    assert titles(other, PLANTED)["Good practice"] == [f"Listen to {PLANTED}"]
    # An action names an organisation's figure: a review does not open it to another one.
    assert "Actions" not in titles(other, PLANTED)
    assert titles(AnonymousUser(), PLANTED) == {}


def test_an_own_kpi_is_found_by_its_owner_alone(trust: Organisation) -> None:
    version = Kpi.objects.get(slug="wres-2").versions.get()
    own = Kpi.objects.create(code="OWN-9", slug="own-9", owner=trust)
    own.versions.create(
        number=1,
        from_period=version.from_period,
        definition={**version.definition, "code": "OWN-9", "name": f"Share of {PLANTED}"},
    )
    assert titles(person(Role.EDI_LEAD, trust), PLANTED) == {"KPIs": [f"OWN-9 Share of {PLANTED}"]}
    others = [person(Role.EDI_LEAD, OrganisationFactory.create()), person(Role.BOARD_MEMBER), AnonymousUser()]
    assert [titles(reader, PLANTED) for reader in others] == [{}] * 3


def test_a_visitor_finds_what_is_public_and_every_result_opens(trust: Organisation, client: Client) -> None:
    page = client.get(reverse("search"), {"q": "chester"})
    assert {group.kind for group in page.context["groups"]} == {"Organisations", "Places"}
    kpis = search(AnonymousUser(), "wres-2")
    assert kpis[0].entries[0].title.startswith("WRES-2 ")
    found = [*addresses(page.context["groups"]), addresses(kpis)[0]]
    assert [client.get(url).status_code for url in found] == [200] * len(found)
    lead = person(Role.EDI_LEAD, trust)
    found = [addresses([group])[0] for word in ("chester", "wres", "staff") for group in search(lead, word)]
    browser = signed_in(lead)
    assert [browser.get(url).status_code for url in found] == [200] * len(found)


# Stop words alone, signs of PostgreSQL's own language, signs that no text holds, and too much.
ODD = ("", "the", "and or", "'", '"', "a:* & !", "\\", "\x00", "-", "& | ! <->", "²", "%s", "x" * 5000)


def test_odd_words_find_nothing_and_break_nothing(trust: Organisation, client: Client) -> None:
    pages = {asked[:20]: client.get(reverse("search"), {"q": asked}) for asked in ODD}
    assert {asked: (page.status_code, page.context["found"]) for asked, page in pages.items()} == dict.fromkeys(pages, (200, 0))
    assert max(len(page.context["asked"]) for page in pages.values()) == 100


def test_words_are_put_together_as_search_engines_do(trust: Organisation) -> None:
    both, one = titles(AnonymousUser(), "halton OR knowsley")["Places"], titles(AnonymousUser(), "halton -knowsley")["Places"]
    assert (sorted(both), one) == (["Halton", "Knowsley"], ["Halton"])
    assert beginnings("wres-2 board") == "'wres':* & '2':* & 'board':*"
    assert beginnings('"two words"') == beginnings("one -two") == beginnings("one or two") == ""


def test_at_most_twenty_of_a_kind_in_few_queries(planted: User) -> None:
    OrganisationFactory.create_batch(25, name="Numbat NHS Trust", town="Numbatville")
    browser = signed_in(planted)
    browser.get(reverse("search"), {"q": "numbat"})
    with CaptureQueriesContext(connection) as queries:
        page = browser.get(reverse("search"), {"q": "numbat"})
    assert [(group.found, len(group.entries)) for group in page.context["groups"]] == [(25, 20)]
    assert "The best 20 are shown" in page.content.decode()
    assert sum(query["sql"] == "SELECT business_now()" for query in queries) == 1, "what day it is, asked once for all sources"
    assert len(queries) <= 20, "\n".join(query["sql"].split(" FROM ", 1)[-1][:120] for query in queries)
