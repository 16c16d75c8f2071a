"""What the API gives of releases: the pages' figures, within the tier, tagged, paged, as CSV, in few queries."""

import csv
import json
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from edi_portal.api.guide import described
from kpis.models.definitions import Kpi
from kpis.models.releases import ReleasedFigure
from organisations.models import Organisation
from organisations.roles import Role
from tests.kpis.release_world import closed_collection, people, published, shrink_partnership
from tests.organisations.factories import person, signed_in


@pytest.fixture(scope="module")
def db(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The database of this module: one transaction, rolled back after it; pytest-django knows the fixture by its name."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def release(db: None) -> Any:
    """A small published release."""
    shrink_partnership()
    team = people()
    return published(closed_collection("2019-20-q2", lead=team[0], sponsor=team[1], missing=1), team[2:])


@pytest.fixture(scope="module")
def steering(release: Any) -> Client:
    return signed_in(person(Role.STEERING_MEMBER))


def figures(client: Client, release: Any, **query: Any) -> Any:
    return client.get(reverse("api:figures", args=[release.number]), {"page_size": 2000} | query)


def own_queries(client: Client, release: Any, **query: Any) -> list[str]:
    """What a second request asks the database, beside who is asking."""
    figures(client, release, **query)
    with CaptureQueriesContext(connection) as queries:
        figures(client, release, **query)
    signing_in = ("django_session", "organisations_user", "organisations_membership", "mfa_authenticator")
    return [one["sql"] for one in queries if not any(f'FROM "{table}"' in one["sql"] for table in signing_in)]


def test_every_headline_in_one_answer(release: Any, steering: Client) -> None:
    answer = figures(steering, release)
    rows = answer.json()["results"]
    assert answer.json()["count"] == len(rows) > 300
    assert {row["level"] for row in rows} == {"organisation", "type", "system"}


def test_five_queries_for_every_reader_also_where_organisations_have_own_kpis(release: Any, steering: Client) -> None:
    trust, other = Organisation.objects.filter(slug__in=release.due).order_by("slug")[:2]
    version = Kpi.objects.get(slug="wres-2").versions.get()
    for number, owner in enumerate((trust, other), 7):
        own = Kpi.objects.create(code=f"OWN-{number}", slug=f"own-{number}", owner=owner)
        content = {**version.definition, "code": own.code, "name": f"Own KPI {number}"}
        own.versions.create(number=1, from_period=version.from_period, definition=content, fingerprint=own.code)
    organisation_roles = (Role.EDI_LEAD, Role.EXECUTIVE_SPONSOR, Role.CONTRIBUTOR)
    clients = {role: signed_in(person(role, trust)) for role in organisation_roles}
    clients |= {role: signed_in(person(role)) for role in (Role.BOARD_MEMBER, Role.PORTAL_ADMIN)}
    clients |= {"steering": steering, "visitor": Client()}
    for reader, client in clients.items():
        for query in ({}, {"page_size": 50, "page": 2}):
            asked = own_queries(client, release, **query)
            assert len(asked) <= 5, (reader, query, asked)


def test_a_figure_is_that_of_its_pages_file(release: Any, steering: Client) -> None:
    page = steering.get(reverse("kpis:data", args=["dq-1"]), {"release": release.number})
    told = [row["Value"] for row in csv.DictReader(StringIO(page.content.decode("utf-8-sig")))]
    rows = figures(steering, release, kpi="dq-1", components="true").json()["results"]
    ours = ["[c]" if row["status"] == "withheld" else row["value"] for row in rows]
    assert len(told) == len(ours) > 5
    assert [float(text) if text not in ("", "[c]") else text for text in told] == [
        "" if value is None else value for value in ours
    ]


def test_a_tier_is_never_widened(release: Any, steering: Client) -> None:
    tiers = {"steering": ("public", "board", "steering"), "board": ("public", "board"), "visitor": ("public",)}
    clients = {"steering": steering, "board": signed_in(person(Role.BOARD_MEMBER)), "visitor": Client()}
    for reader, client in clients.items():
        stored = ReleasedFigure.objects.filter(release=release, tier__in=tiers[reader]).count()
        assert figures(client, release, components="true").json()["count"] == stored, reader
    public, board, whole = (figures(clients[one], release).json()["count"] for one in ("visitor", "board", "steering"))
    assert 0 < public < board < whole


def test_a_hidden_figure_has_no_number(release: Any, steering: Client) -> None:
    rows = figures(steering, release, components="true").json()["results"]
    hidden = [row for row in rows if row["status"] != "shown"]
    assert hidden and all(row["value"] is row["low"] is row["high"] is None for row in hidden)


def test_an_unchanged_answer_is_not_sent_again(release: Any, steering: Client) -> None:
    first = figures(steering, release)
    tag = first.headers["ETag"]
    address = reverse("api:figures", args=[release.number])
    again = steering.get(address, {"page_size": 2000}, headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    visitor = Client().get(address, {"page_size": 2000}, headers={"If-None-Match": tag})
    assert visitor.status_code == 200, "another tier is another answer"
    assert steering.get(address, {"page_size": 5}, headers={"If-None-Match": tag}).status_code == 200


def test_pages_lead_to_each_other_and_cover_everything(release: Any, steering: Client) -> None:
    address: str | None = reverse("api:figures", args=[release.number]) + "?page_size=400"
    seen = []
    while address:
        page = steering.get(address).json()
        seen += page["results"]
        address = page["next"]
    assert seen == figures(steering, release).json()["results"]
    empty = steering.get(reverse("api:figures", args=[release.number]), {"organisation": "nowhere"}).json()
    assert (empty["count"], empty["results"], empty["next"]) == (0, [], None)
    beyond = steering.get(reverse("api:figures", args=[release.number]), {"page": 99}).json()
    assert beyond["results"] == [] and beyond["next"] is None and beyond["count"] == len(seen)


def test_csv_by_negotiation_has_the_same_rows(release: Any, steering: Client) -> None:
    address = reverse("api:figures", args=[release.number])
    answer = steering.get(address, {"page_size": 2000}, headers={"Accept": "text/csv"})
    rows = list(csv.DictReader(StringIO(answer.content.decode("utf-8-sig"))))
    told = figures(steering, release).json()["results"]
    assert answer.headers["Content-Type"].startswith("text/csv")
    assert [row["value"] for row in rows] == ["" if row["value"] is None else str(row["value"]) for row in told]
    wrong = steering.get(address, {"level": "galaxy"}, headers={"Accept": "text/csv"})
    assert wrong.status_code == 400 and wrong.headers["Content-Type"].startswith("application/problem+json")


@pytest.mark.security(4)
def test_filters_cannot_reach_what_they_do_not_name(release: Any, steering: Client) -> None:
    for sneaky in ("kpi_return__organisation__slug", "ordering", "release__status", "organization"):
        refused = figures(steering, release, **{sneaky: "x"})
        assert refused.status_code == 400 and sneaky in refused.json()["errors"]
    assert figures(steering, release, organisation="nowhere").json()["count"] == 0


def test_benchmarks_are_groups_only(release: Any, steering: Client) -> None:
    rows = steering.get(reverse("api:benchmarks"), {"page_size": 2000}).json()["results"]
    assert rows and {row["level"] for row in rows} == {"system", "type"}


def test_definitions_are_public(release: Any) -> None:
    visitor = Client()
    rows = visitor.get(reverse("api:kpis"), {"page_size": 2000}).json()["results"]
    assert len(rows) == 61 and not any(row["own"] for row in rows)
    detail = visitor.get(reverse("api:kpi", args=["wres-2"])).json()
    assert detail["versions"] and detail["questions"] == ["recruitment_ethnicity"]
    assert visitor.get(reverse("api:collections")).status_code == 401


def test_the_calculator_answers_as_its_page_and_keeps_nothing(release: Any) -> None:
    visitor, address = Client(), reverse("api:calculator", args=["wres-2"])
    asked = visitor.get(address).json()["asked"]
    counts = dict(zip([one["key"] for one in asked], ["1000", "200", "800", "100"], strict=True))
    with CaptureQueriesContext(connection) as queries:
        result = visitor.post(address, json.dumps({"counts": counts}), content_type="application/json").json()
    assert result["value"] == "1.60" and result["sentence"]
    assert not [one for one in queries if one["sql"].startswith(("INSERT", "UPDATE"))]
    half = visitor.post(address, json.dumps({"counts": {}}), content_type="application/json")
    assert half.status_code == 422 and set(half.json()["errors"]) == set(counts)


def test_the_schema_is_valid_and_names_every_address(db: None) -> None:
    from tests.access.addresses import names_and_parameters

    call_command("spectacular", validate=True, fail_on_warn=True, file="/dev/null")
    paths = described()["paths"]
    assert described()["openapi"].startswith("3.1")
    ours = {name for name in names_and_parameters() if name.startswith("api:")} - {"api:guide", "api:schema"}
    assert len(paths) == len(ours)
    for path, item in paths.items():
        for method in set(item) & {"get", "post", "patch"}:
            assert item[method]["description"] and item[method]["tags"], path
