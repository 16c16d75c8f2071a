"""Workstreams, actions and reports by API: the pages' rows for the same reader, nothing of others, tokens within their scope."""

import csv
from datetime import timedelta
from io import StringIO

import pytest
from django.test import Client
from django.urls import reverse

from edi_portal.audit.models import AuditEvent
from edi_portal.clock import business_today
from organisations.models import Organisation
from organisations.roles import Role
from organisations.services.tokens import make_token
from steering.models import Action, Workstream
from steering.services import reports
from tests.kpis.release_world import closed_collection, people, published, shrink_partnership
from tests.organisations.factories import person, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference")]


@pytest.fixture
def trusts() -> tuple[Organisation, Organisation]:
    first, second = Organisation.objects.filter(kind="acute").order_by("slug")[:2]
    return first, second


def raised(owner: Organisation, *, due_in: int, kpi: str = "WRES-2") -> Action:
    today = business_today()
    return Action.objects.create(
        written_for=owner,
        workstream=Workstream.objects.get(slug="workforce-standards"),
        kpi=kpi,
        owner_organisation=owner,
        owner_role="EDI lead",
        title=f"Ask again at {owner.slug}",
        what="A campaign.",
        effect="A higher share.",
        raised_on=today - timedelta(days=200),
        period="2019-20-q1",
        due_on=today + timedelta(days=due_in),
    )


def test_a_lead_reads_the_own_actions_and_the_group_all_of_them(trusts: tuple[Organisation, Organisation]) -> None:
    own, other = raised(trusts[0], due_in=9), raised(trusts[1], due_in=3)
    lead, group = signed_in(person(Role.EDI_LEAD, trusts[0])), signed_in(person(Role.STEERING_MEMBER))
    address = reverse("api:actions")
    assert [row["number"] for row in lead.get(address).json()["results"]] == [own.pk]
    assert [row["number"] for row in group.get(address).json()["results"]] == [other.pk, own.pk]
    assert lead.get(reverse("api:action", args=[other.pk])).status_code == 404
    told = lead.get(reverse("api:action", args=[own.pk])).json()
    assert (told["what"], told["state"], told["updates"]) == ("A campaign.", "Open", [])


def test_words_of_others_wait_for_their_review(trusts: tuple[Organisation, Organisation]) -> None:
    raised(trusts[0], due_in=9)
    group = signed_in(person(Role.STEERING_MEMBER))
    assert "Ask again at" not in group.get(reverse("api:actions")).content.decode()


def test_actions_are_filtered_and_come_as_csv_like_the_pages_file(trusts: tuple[Organisation, Organisation]) -> None:
    raised(trusts[0], due_in=-4), raised(trusts[0], due_in=20), raised(trusts[0], due_in=21, kpi="WDES-1")
    lead = signed_in(person(Role.EDI_LEAD, trusts[0]))
    found = lead.get(reverse("api:actions"), {"state": "all", "kpi": "wres-2"}, headers={"Accept": "text/csv"})
    rows = list(csv.DictReader(StringIO(found.content.decode("utf-8-sig"))))
    page = lead.get(reverse("actions:csv"), {"state": "all"}).content.decode("utf-8-sig")
    told = {row["Action"]: row for row in csv.DictReader(StringIO(page))}
    assert [row["state"] for row in rows] == ["Overdue", "Open"] and len(told) == 3
    assert all((row["title"], row["due_on"]) == (told[row["number"]]["Title"], told[row["number"]]["Due on"]) for row in rows)
    assert lead.get(reverse("api:actions"), {"state": "overdue"}).json()["count"] == 1
    assert lead.get(reverse("api:actions"), {"workstream": "staff-networks"}).json()["count"] == 0
    assert lead.get(reverse("api:actions"), {"stat": "all"}).status_code == 400


def test_the_seven_workstreams_are_tagged_and_counted(trusts: tuple[Organisation, Organisation]) -> None:
    raised(trusts[0], due_in=-4)
    board = signed_in(person(Role.BOARD_MEMBER))
    answer = board.get(reverse("api:workstreams"))
    by_slug = {row["slug"]: row for row in answer.json()["results"]}
    assert len(by_slug) == 7 and by_slug["workforce-standards"]["overdue_actions"] == 1
    assert board.get(reverse("api:workstreams"), headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    assert board.get(reverse("api:workstream", args=["workforce-standards"])).json()["milestones"] == []


def test_a_token_needs_the_scope_of_governance(trusts: tuple[Organisation, Organisation]) -> None:
    lead = person(Role.EDI_LEAD, trusts[0])
    until = business_today() + timedelta(days=30)
    for scopes, expected in ((("released:read",), 403), (("governance:read",), 200)):
        _, text = make_token(by=lead, membership=lead.memberships.get(), label=scopes[0], scopes=scopes, expires_on=until)
        answer = Client(headers={"Authorization": f"Bearer {text}"}).get(reverse("api:workstreams"))
        assert answer.status_code == expected


def test_a_published_report_is_read_as_it_was_frozen_and_that_is_on_record() -> None:
    shrink_partnership()
    team = people()
    release = published(closed_collection("2019-20-q2", lead=team[0], sponsor=team[1]), team[2:])
    writer, board = person(Role.STEERING_MEMBER), signed_in(person(Role.BOARD_MEMBER))
    draft = reports.start_report(period="2019-20-q2", by=writer)
    assert board.get(reverse("api:reports")).json()["count"] == 0
    reports.propose_report(report=draft, by=writer)
    frozen = reports.publish_report(report=draft, by=person(Role.STEERING_MEMBER))
    (row,) = board.get(reverse("api:reports")).json()["results"]
    assert (row["number"], row["release"], row["current"]) == (frozen.number, release.number, True)
    assert board.get(reverse("api:report", args=[frozen.number])).json()["content"] == frozen.content
    assert AuditEvent.objects.get(action="report.downloaded").details == {"format": "api"}
