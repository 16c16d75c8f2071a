"""The page of a return's versions: what differs between two of them, for whom, and what an odd address shows."""

import html
import re
from decimal import Decimal

import pytest
from django.urls import reverse

from kpis.catalogue import CellKey
from kpis.dashboards.return_section import option_labels
from kpis.models.returns import KpiReturn, ReturnValue
from kpis.selectors.returns import content_of, values_of
from kpis.services import returns
from kpis.services.returns import CellChange
from organisations.models import User
from organisations.roles import Role
from tests.kpis.return_world import GRID, ReturnWorld, return_world
from tests.organisations.factories import person, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference")]
CHANGED = "What changed from version"
RAISED, EMPTIED = CellKey("white", "applied"), CellKey("bme", "applied")


@pytest.fixture
def world() -> ReturnWorld:
    return return_world()


@pytest.fixture
def second(world: ReturnWorld) -> KpiReturn:
    """A second version, in which one figure is another and one is empty."""
    fresh = returns.reopen_return(kpi_return=world.signed(), by=world.lead, reason="A figure was wrong.")
    cells = [CellChange(GRID, RAISED, Decimal(4321)), CellChange(GRID, EMPTIED, None)]
    assert returns.save_answers(kpi_return=fresh, cells=cells, by=world.lead).changed == 2
    return fresh


def page(reader: User, kpi_return: KpiReturn, query: str = "") -> str:
    address = reverse("returns:versions", args=[kpi_return.organisation.slug, kpi_return.collection.period])
    answer = signed_in(reader).get(address + query)
    assert answer.status_code == 200
    return answer.content.decode()


def cells_of(text: str) -> list[list[str]]:
    """The table of cells that differ: its rows as words."""
    _, _, table = text.partition("Cells that differ")
    rows = re.findall(r"<tr><th scope=\"row\">(.*?)</tr>", table)
    return [[cell for cell in re.split(r"<[^>]+>", row) if cell.strip()] for row in rows]


def signed_amount(kpi_return: KpiReturn, cell: CellKey) -> str:
    return f"{ReturnValue.objects.get(kpi_return=kpi_return, measure=GRID, row=cell.row, column=cell.column).amount:.0f}"


def test_the_last_two_versions_are_compared_cell_by_cell(world: ReturnWorld, second: KpiReturn) -> None:
    assert second.reopens is not None
    for reader in (world.lead, world.sponsor):
        shown = page(reader, second)
        assert f"{CHANGED} 1 to version 2" in shown
        found = {tuple(row[-2:]) for row in cells_of(shown)}
        assert found == {
            (signed_amount(second.reopens, RAISED), "4321"),
            (signed_amount(second.reopens, EMPTIED), "not answered"),
        }
    assert all("Applied" in row[1] for row in cells_of(page(world.lead, second)))


def test_an_address_turns_the_comparison_round_or_compares_a_version_with_itself(world: ReturnWorld, second: KpiReturn) -> None:
    assert second.reopens is not None
    back = page(world.lead, second, "?from=2&to=1")
    assert f"{CHANGED} 2 to version 1" in back
    assert ["4321", signed_amount(second.reopens, RAISED)] in [row[-2:] for row in cells_of(back)]
    same = page(world.lead, second, "?from=2&to=2")
    assert "No figure differs." in same and not cells_of(same)


@pytest.mark.parametrize("query", ["?from=²", "?to=²&from=1", "?from=" + "9" * 5000, "?from=x&to=-1"])
def test_a_number_that_is_none_compares_the_last_two(world: ReturnWorld, second: KpiReturn, query: str) -> None:
    assert f"{CHANGED} 1 to version 2" in page(world.lead, second, query)


def test_a_version_that_there_is_not_is_compared_with_nothing(world: ReturnWorld, second: KpiReturn) -> None:
    shown = page(world.lead, second, "?from=1&to=7")
    assert CHANGED not in shown and "Version 2: Draft" in shown


def test_one_version_alone_has_its_history_and_no_comparison(world: ReturnWorld) -> None:
    shown = page(world.lead, world.sent())
    assert "Version 1: " in shown and CHANGED not in shown


def test_who_answers_some_questions_reads_the_history_and_no_figure_of_the_others(world: ReturnWorld, second: KpiReturn) -> None:
    shown = page(world.learning, second)
    assert "A figure was wrong." in shown
    assert CHANGED not in shown and "4321" not in shown
    address = reverse("returns:versions", args=[second.organisation.slug, second.collection.period])
    for outsider in (world.stranger, person(Role.STEERING_MEMBER), person(Role.PORTAL_ADMIN)):
        assert signed_in(outsider).get(address).status_code == 404


@pytest.mark.parametrize(("verb", "status"), [("take-back", "submitted"), ("reopen", "signed_off")])
def test_taking_back_and_reopening_ask_why_and_keep_what_was_typed(world: ReturnWorld, verb: str, status: str) -> None:
    kpi_return = world.sent() if verb == "take-back" else world.signed()
    address = reverse(f"returns:{verb}", args=[kpi_return.organisation.slug, kpi_return.collection.period])
    client = signed_in(world.lead)
    for typed, sentence in (
        ("  ", "Say why, so that your sponsor and the portal admin understand it."),
        ("A ward moved. " * 40, "Why? must be 500 characters or fewer"),
    ):
        answer = client.post(address, {"reason": typed})
        shown = answer.content.decode()
        assert answer.status_code == 422 and sentence in shown and typed.strip() in shown
    assert KpiReturn.objects.get().status == status, "Nothing happened yet."
    assert client.post(address, {"reason": "A ward moved."}).status_code == 302
    assert "A ward moved." in page(world.lead, kpi_return)


@pytest.mark.parametrize("unit", ["yes_no", "choice"])
def test_an_answer_that_is_chosen_is_compared_in_its_own_words(world: ReturnWorld, second: KpiReturn, unit: str) -> None:
    measures = content_of(second).facts.measures.values()
    measure, cell = next((one, cell) for one in measures for cell in one.cells() if one.unit_of(cell) == unit)
    before = values_of(second)[measure.code, cell.row, cell.column]
    after = Decimal(0) if unit == "yes_no" else Decimal(2 if before == 1 else 1)
    returns.save_answers(kpi_return=second, cells=[CellChange(measure.code, cell, after)], by=world.lead)
    words = {0: "No", 1: "Yes"} if unit == "yes_no" else dict(enumerate(option_labels(measure, cell), start=1))
    text = " ".join(re.sub(r"<[^>]+>", " ", html.unescape(page(world.lead, second))).split())
    assert f"{words[int(before)]} {words[int(after)]}" in text
