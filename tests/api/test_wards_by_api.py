"""Figures by ward through the API: what the page's file says, to everybody, without what a publisher withheld."""

import csv
from io import StringIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kpis.models.ward_packs import WardPack
from kpis.services.ward_packs import withdraw_pack
from organisations.models import User
from organisations.roles import Role
from tests.kpis.ward_files import checked_pack, pack_rows, shown_pack
from tests.organisations.factories import person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference")]
FIGURES = "api:ward-figures"


@pytest.fixture
def admin() -> User:
    return person(Role.PORTAL_ADMIN)


@pytest.fixture
def pack(admin: User) -> WardPack:
    """One indicator in every ward, withheld in the most deprived one."""
    rows = pack_rows()
    rows[0][4] = rows[0][5] = "*"
    return shown_pack(by=admin, rows=rows)


def ask(client: Client, name: str = FIGURES, headers: dict[str, str] | None = None, **query: Any) -> Any:
    return client.get(reverse(name), {"page_size": 2000} | query, headers=headers)


def numbers(row: dict[str, Any]) -> tuple[str, str]:
    """As the page's file writes them."""
    return ("[c]", "[c]") if row["status"] == "withheld" else (str(row["numerator"]), str(row["denominator"]))


def test_every_ward_is_that_of_the_pages_file(pack: WardPack, client: Client) -> None:
    page = client.get(reverse("inequalities:data", args=["bowel-screening"])).content.decode("utf-8-sig")
    told = [
        (row["Ward code (2017)"], row["Ward"], row["Numerator"], row["Denominator"]) for row in csv.DictReader(StringIO(page))
    ]
    rows = ask(client).json()["results"]
    ours = [(row["ward_code"], row["ward"], *numbers(row)) for row in rows]
    assert ours == told and len(ours) == 246
    as_csv = ask(client, headers={"Accept": "text/csv"})
    assert as_csv.headers["Content-Type"].startswith("text/csv")
    lines = list(csv.DictReader(StringIO(as_csv.content.decode("utf-8-sig"))))
    assert [line["numerator"] for line in lines] == ["" if row["numerator"] is None else str(row["numerator"]) for row in rows]


def test_what_a_publisher_withheld_and_what_nobody_shows_is_nowhere(pack: WardPack, admin: User, client: Client) -> None:
    checked_pack(by=admin, code="smoking-at-delivery")
    rows = ask(client).json()["results"]
    hidden = [row for row in rows if row["status"] == "withheld"]
    assert [(row["numerator"], row["denominator"]) for row in hidden] == [(None, None)]
    assert {row["indicator"] for row in rows} == {"bowel-screening"}
    assert [row["code"] for row in ask(client, "api:ward-indicators").json()["results"]] == ["bowel-screening"]
    assert ask(client, indicator="smoking-at-delivery").json()["count"] == 0
    assert ask(client, pack__status="checked").status_code == 400


def test_filters_and_pages(pack: WardPack, admin: User, client: Client) -> None:
    shown_pack(by=admin, code="flu-vaccination")
    whole = ask(client).json()["results"]
    assert len(whole) == 2 * 246
    liverpool = ask(client, place="liverpool", indicator="flu-vaccination").json()["results"]
    assert liverpool == [row for row in whole if row["place"] == "liverpool" and row["indicator"] == "flu-vaccination"] != []
    assert ask(client, place="nowhere").json()["count"] == 0
    second = ask(client, page_size=200, page=2).json()
    assert second["results"] == whole[200:400] and second["next"] and second["previous"]


def test_an_unchanged_answer_is_not_sent_again_and_a_withdrawn_pack_changes_it(
    pack: WardPack, admin: User, client: Client
) -> None:
    tag = ask(client).headers["ETag"]
    with CaptureQueriesContext(connection) as queries:
        again = ask(client, headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"") and len(queries) <= 2
    with CaptureQueriesContext(connection) as queries:
        assert ask(client).status_code == 200
    assert len(queries) <= 5
    assert ask(client, headers={"If-None-Match": tag}, place="liverpool").status_code == 200
    withdraw_pack(pack=pack, reason="The wards moved.", by=admin)
    gone = ask(client, headers={"If-None-Match": tag})
    assert (gone.status_code, gone.json()["count"]) == (200, 0)
