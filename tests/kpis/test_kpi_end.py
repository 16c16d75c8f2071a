"""The end of a KPI: nobody is asked for it from a quarter on, what was before stays, and it is undone while nobody noticed."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from edi_portal.audit.models import AuditEvent
from edi_portal.exceptions import Incomplete, InvalidTransition, NotAllowed
from edi_portal.periods import Quarter
from kpis.dashboards.own_kpis import own_kpis, questions_ended
from kpis.models.definitions import Kpi, KpiVersion
from kpis.models.releases import ReleasedFigure
from kpis.models.returns import KpiReturn
from kpis.selectors.definitions import framework_for, read_kpi
from kpis.services import definitions, releases
from kpis.services.collections import due_organisations
from organisations.models import Organisation, User
from organisations.roles import Role
from tests.kpis.dashboard_factories import figure, published_release, write
from tests.kpis.factories import close, make_user, open_collection, whole_quarter
from tests.kpis.test_bespoke import LATER, NEXT, added, asked
from tests.organisations.factories import person, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference")]
ALL = ["1", "2", "3", "4"]
ENDED = {"from_period": LATER.slug, "reason": "JKQ VXZ"}


@pytest.fixture(autouse=True)
def collection_of_the_quarter_before() -> None:
    open_collection("2019-20-q3")


@pytest.fixture
def owner() -> Organisation:
    return Organisation.objects.get(slug="countess-of-chester")


@pytest.fixture
def lead(owner: Organisation) -> User:
    return person(Role.EDI_LEAD, owner)


@pytest.fixture
def admin() -> User:
    return person(Role.PORTAL_ADMIN)


@pytest.fixture
def own(lead: User) -> Kpi:
    return added(lead, quarters=ALL)


@pytest.fixture
def baseline() -> Kpi:
    return Kpi.objects.get(code="DQ-1")


def at(name: str, code: str = "own-1") -> str:
    return reverse(f"kpis:{name}", args=[code])


def text(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, (address, answer.status_code)
    return answer.content.decode()


def stop(kpi: Kpi, by: User, quarter: Quarter = LATER) -> Kpi:
    return definitions.retire_kpi(kpi=kpi, from_period=quarter.slug, reason="JKQ VXZ", by=by)


def test_a_lead_ends_an_own_kpi_on_its_page(own: Kpi, lead: User) -> None:
    client = signed_in(lead)
    assert f'href="{at("stop-asking")}">Stop asking' in text(client, reverse("kpis:own"))
    page = text(client, at("stop-asking"))
    assert "What will happen" in page and "nhsuk-button--warning" in page and "until the collection of that quarter opens" in page
    assert "no other KPI needs it: " in page
    shown = client.post(at("stop-asking"), ENDED, follow=True).content.decode()
    assert f"OWN-1 is no longer asked from {LATER.label} on." in shown
    assert f"Asked until {NEXT.label}" in shown and "JKQ VXZ" in shown
    assert at("stop-asking") not in shown and at("change") not in shown and at("ask-again") in shown
    event = AuditEvent.objects.filter(action="kpi.retired").get()
    assert (event.actor, event.subject, event.details) == (lead, "kpi:OWN-1", {"from": LATER.slug})


def test_the_return_before_asks_for_it_and_the_one_after_does_not(own: Kpi, lead: User, owner: Organisation) -> None:
    stop(own, lead)
    assert "own_own_1" in asked(owner, NEXT) and "own_own_1" not in asked(owner, LATER), "nor is its own question due"
    pages = {}
    for quarter in (NEXT, LATER):
        KpiReturn.objects.create(collection=open_collection(quarter.slug), organisation=owner)
        address = reverse("returns:section", args=[owner.slug, quarter.slug, "equality-assurance"])
        pages[quarter] = text(signed_in(lead), address)
    assert "Staff who finished the training" in pages[NEXT] and "Staff who finished the training" not in pages[LATER]


def test_its_reason_is_read_by_those_who_may_change_it_alone(own: Kpi, lead: User, admin: User, baseline: Kpi) -> None:
    stop(own, lead)
    stop(baseline, admin)
    member = person(Role.STEERING_MEMBER)
    for address in (reverse("kpis:own"), at("definition")):
        assert "JKQ VXZ" in text(signed_in(lead), address)
        assert "JKQ VXZ" not in text(signed_in(member), address)
    assert "JKQ VXZ" not in text(signed_in(admin), reverse("kpis:own"))
    assert "JKQ VXZ" in text(signed_in(admin), at("definition", "dq-1"))
    for reader in (lead, member, person(Role.BOARD_MEMBER)):
        page = text(signed_in(reader), at("definition", "dq-1"))
        assert f"From {LATER.label} on, nobody is asked for DQ-1." in page and "JKQ VXZ" not in page
        assert at("ask-again", "dq-1") not in page


def test_an_admin_ends_a_kpi_of_the_baseline_and_asks_again(admin: User, owner: Organisation) -> None:
    client = signed_in(admin)
    assert at("stop-asking", "wres-4") in text(client, at("definition", "wres-4"))
    assert client.post(at("stop-asking", "wres-4"), ENDED).headers["Location"] == at("definition", "wres-4")
    assert "training_ethnicity" in asked(owner, NEXT) and "training_ethnicity" not in asked(owner, LATER)
    page = text(client, at("definition", "wres-4"))
    assert at("change", "wres-4") not in page and at("stop-asking", "wres-4") not in page
    shown = client.post(at("ask-again", "wres-4"), follow=True).content.decode()
    assert "WRES-4 is asked for again." in shown and "nobody is asked" not in shown
    assert "training_ethnicity" in asked(owner, LATER)
    kpi = Kpi.objects.get(code="WRES-4")
    assert kpi.retired_from == kpi.retired_reason == ""
    assert AuditEvent.objects.filter(action="kpi.asked_again", subject="kpi:WRES-4", actor=admin).exists()


def test_a_question_that_another_kpi_needs_stays(baseline: Kpi, admin: User, owner: Organisation) -> None:
    assert questions_ended(read_kpi(baseline.versions.get()), LATER) == ()
    assert "other KPIs need them" in text(signed_in(admin), at("stop-asking", "dq-1"))
    before = asked(owner, LATER)
    stop(baseline, admin)
    assert asked(owner, LATER) == before
    assert "DQ-1" not in {kpi.definition.code for kpi in framework_for(LATER).due_kpis(owner)}


def test_no_return_changes_in_mid_quarter(own: Kpi, lead: User) -> None:
    with pytest.raises(InvalidTransition, match="has opened"):
        stop(own, lead, Quarter(2019, 3))
    with pytest.raises(Incomplete, match="Say why"):
        definitions.retire_kpi(kpi=own, from_period=LATER.slug, reason=" ", by=lead)
    client = signed_in(lead)
    page = client.post(at("stop-asking"), {"from_period": "2019-20-q3", "reason": "JKQ VXZ"})
    assert page.status_code == 422 and "JKQ VXZ" in page.content.decode()
    page = client.post(at("stop-asking"), {"from_period": LATER.slug, "reason": ""})
    assert page.status_code == 422 and "Enter the reason" in page.content.decode()
    own.refresh_from_db()
    assert not own.retired_from


def test_what_has_ended_is_neither_ended_nor_changed_nor_adopted(own: Kpi, lead: User) -> None:
    stop(own, lead)
    member = person(Role.STEERING_MEMBER)
    stale, version = Kpi(pk=own.pk, code="OWN-1", owner=own.owner), own.versions.get()
    for deed in (
        lambda: stop(stale, lead, LATER.next()),
        lambda: definitions.change_definition(
            kpi=stale,
            content=version.definition | {"why_it_matters": "New."},
            from_period=NEXT.slug,
            note="x",
            seen_version=1,
            by=lead,
        ),
        lambda: definitions.adopt_kpi(kpi=stale, from_period=LATER.slug, by=member),
    ):
        with pytest.raises(InvalidTransition, match="nobody is asked for OWN-1"):
            deed()
    client = signed_in(lead)
    for name in ("stop-asking", "change"):
        assert "nobody is asked for OWN-1" in text(client, at(name), 409)
        assert client.post(at(name), ENDED).status_code == 409
    assert [row.may_adopt for row in own_kpis(member)] == [False]
    assert KpiVersion.objects.filter(kpi=own).count() == 1
    own.refresh_from_db()
    assert (own.retired_from, own.adopted_from) == (LATER.slug, "")


def test_it_is_asked_again_until_a_collection_has_opened_without_it(own: Kpi, lead: User) -> None:
    with pytest.raises(InvalidTransition, match="still asked for"):
        definitions.ask_again(kpi=own, by=lead)
    stop(own, lead)
    client = signed_in(lead)
    assert at("ask-again") in text(client, reverse("kpis:own")) and at("ask-again") in text(client, at("definition"))
    open_collection(LATER.slug)
    assert at("ask-again") not in text(client, reverse("kpis:own")) and at("ask-again") not in text(client, at("definition"))
    assert client.post(at("ask-again")).status_code == 409
    own.refresh_from_db()
    assert own.retired_from == LATER.slug


def test_one_that_was_never_asked_stands_in_the_list_without_a_page(own: Kpi, lead: User) -> None:
    stop(own, lead, Quarter.parse(own.versions.get().from_period))
    page = text(signed_in(lead), reverse("kpis:own"))
    assert "Ended before it was asked" in page and f'href="{at("detail")}"' not in page
    assert signed_in(lead).get(at("detail")).status_code == 404


def test_whose_kpi_it_is_says_who_ends_it(own: Kpi, lead: User, admin: User, baseline: Kpi) -> None:
    stranger, member = person(Role.EDI_LEAD, Organisation.objects.get(slug="mid-cheshire")), person(Role.STEERING_MEMBER)
    for who, kpi in ((stranger, own), (member, own), (admin, own), (lead, baseline), (member, baseline)):
        with pytest.raises(NotAllowed):
            stop(kpi, who)
        with pytest.raises(NotAllowed):
            definitions.ask_again(kpi=kpi, by=who)
    definitions.adopt_kpi(kpi=own, from_period=LATER.slug, by=member)
    own.refresh_from_db()
    assert signed_in(lead).get(at("stop-asking")).status_code == 403
    assert at("stop-asking") in text(signed_in(admin), reverse("kpis:own"))
    assert stop(own, admin, LATER.next()).retired_from == LATER.next().slug


def test_what_was_released_stays_and_its_pages_lead_there(baseline: Kpi, admin: User) -> None:
    due = due_organisations(open_collection("2019-20-q2"))
    then = published_release("2019-20-q2", 14, due)
    write(*(figure(then, "DQ-1", trust, value=3.5, low=2, high=9, tier="public") for trust in due[:8]))
    stop(baseline, admin, NEXT)
    client = signed_in(admin)
    assert "3.5%" in text(client, at("detail", "dq-1"))
    open_collection(NEXT.slug)
    close(open_collection(LATER.slug))
    published_release(NEXT.slug, 15, due)
    published_release(LATER.slug, 16, due)
    assert ReleasedFigure.objects.filter(kpi=baseline, release=then).count() == 8
    page = text(client, at("detail", "dq-1"))
    assert "It is no longer asked for. The last quarter was October to December 2019." in page
    assert f'href="{at("detail", "dq-1")}?release=14"' in page and "release=15" not in page and "next time" not in page
    assert "3.5%" in text(client, f"{at('detail', 'dq-1')}?release=14")
    for name in ("definition", "versions"):
        text(client, at(name, "dq-1"))
    assert "/kpis/dq-1/" not in text(client, reverse("kpis:list")) and "/kpis/dq-2/" in text(client, reverse("kpis:list"))


def test_the_next_release_holds_nothing_of_it(baseline: Kpi, admin: User) -> None:
    stop(baseline, admin, NEXT)
    collection = open_collection(NEXT.slug)
    whole_quarter(
        collection,
        due_organisations(collection)[:6],
        lead=make_user("lead@example.invalid"),
        sponsor=make_user("sponsor@example.invalid"),
    )
    close(collection)
    release = releases.prepare_release(collection=collection)
    codes = set(ReleasedFigure.objects.filter(release=release).values_list("kpi__code", flat=True))
    assert "DQ-2" in codes and "DQ-1" not in codes


def test_every_page_stands_when_much_of_the_baseline_has_ended(lead: User, admin: User, owner: Organisation) -> None:
    due = due_organisations(open_collection("2019-20-q2"))
    published_release("2019-20-q2", 14, due)
    Kpi.objects.exclude(code="NET-1").update(retired_from=NEXT.slug)
    collection = open_collection(NEXT.slug)
    KpiReturn.objects.create(collection=collection, organisation=owner)
    published_release(NEXT.slug, 15, due)
    common = ["/", "/kpis/", "/kpis/representation/", "/kpis/capability/", "/kpis/outreach/", "/kpis/coverage/", "/compendium/"]
    common += ["/outcomes/", "/places/", "/search/?q=wres", f"/organisations/{owner.slug}/figures/", "/calculator/"]
    governing = ["/overview/", "/overview/exceptions/", "/overview/completeness/"]
    entering = [reverse("returns:overview", args=[owner.slug, NEXT.slug])]
    for reader, more in ((lead, entering), (admin, governing), (person(Role.STEERING_MEMBER), governing)):
        for address in (*common, *more):
            assert signed_in(reader).get(address, follow=True).status_code == 200, address


def test_the_pages_ask_little_of_the_database(own: Kpi, lead: User) -> None:
    client = signed_in(lead)
    client.get("/help/")  # the first click of a session is noted
    stop(own, lead)
    for address in (reverse("kpis:own"), at("definition"), at("stop-asking", "own-1")):
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        assert len(queries) <= 25, address
