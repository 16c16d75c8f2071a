"""A block copied from a spreadsheet into a question: understood with headings, labels and totals, or refused whole in words."""

import html
import re
from decimal import Decimal

import pytest
from django.urls import reverse

from kpis.catalogue import CellKey
from kpis.forms.returns import read_pasted_block
from kpis.models.returns import ReturnValue
from kpis.selectors.returns import content_of, values_of
from kpis.services.returns import CellChange, save_answers
from tests.kpis.return_world import GRID, SECTION, ReturnWorld, return_world
from tests.organisations.factories import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference")]
NUMBERS = [["1", "2", "3"], ["4", "5", "6"], ["7", "8", "9"]]


@pytest.fixture
def world() -> ReturnWorld:
    return return_world()


def block(rows: list[list[str]], end: str = "\n") -> str:
    return end.join("\t".join(row) for row in rows) + end


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_headings_labels_and_totals_of_a_block_are_left_out(world: ReturnWorld, end: str) -> None:
    measure = content_of(world.draft).facts.measures[GRID]
    numbers = NUMBERS[: len(measure.rows)]
    assert (len(numbers), len(measure.columns)) == (len(measure.rows), 3)
    labelled = [[row.label, *line] for row, line in zip(measure.rows, numbers, strict=True)]
    heads = [column.label for column in measure.columns]
    plain = read_pasted_block(block(numbers, end), measure)
    assert list(plain.cells.values()) == [cell for line in numbers for cell in line] and not plain.problem
    for rows in (
        labelled,
        [["", *heads], *labelled],
        [heads, *numbers],
        [*labelled, ["Total", "12", "15", "18"]],
        [[], *labelled, []],
    ):
        assert read_pasted_block(block(rows, end), measure) == plain, rows


@pytest.mark.parametrize("rows", [NUMBERS[:1], [*NUMBERS, ["1", "2", "3"]], [["1"], ["2"], ["3"]], []])
def test_a_block_of_another_shape_fills_nothing_and_says_its_shape(world: ReturnWorld, rows: list[list[str]]) -> None:
    address = reverse("returns:paste", args=[world.organisation.slug, world.draft.collection.period, SECTION, GRID])
    answer = signed_in(world.lead).post(address, {"block": block(rows), "take_over": "1"})
    page = html.unescape(answer.content.decode())
    assert answer.status_code == 422 and f"The block has {len(rows)} rows and " in page and "Nothing was filled." in page
    assert not ReturnValue.objects.exists()


def test_a_block_is_shown_before_it_is_taken_over_and_a_wrong_cell_holds_it_back(world: ReturnWorld) -> None:
    rows = len(content_of(world.draft).facts.measures[GRID].rows)
    client = signed_in(world.lead)
    address = reverse("returns:paste", args=[world.organisation.slug, world.draft.collection.period, SECTION, GRID])
    numbers = [list(line) for line in NUMBERS[:rows]]
    assert client.post(address, {"block": block(numbers)}).status_code == 200 and not ReturnValue.objects.exists()
    numbers[0][0] = "2.5"
    wrong = client.post(address, {"block": block(numbers), "take_over": "1"})
    assert wrong.status_code == 422 and "White, Applied" in html.unescape(wrong.content.decode())
    assert not ReturnValue.objects.exists()
    numbers[0][0] = "1,250"
    assert client.post(address, {"block": block(numbers), "take_over": "1"}).status_code == 302
    assert ReturnValue.objects.get(row="white", column="applied").amount == 1250
    assert ReturnValue.objects.count() == 3 * rows


def test_a_block_replaces_no_number_that_a_colleague_saved_since_it_was_shown(world: ReturnWorld) -> None:
    rows = len(content_of(world.draft).facts.measures[GRID].rows)
    client = signed_in(world.lead)
    address = reverse("returns:paste", args=[world.organisation.slug, world.draft.collection.period, SECTION, GRID])
    save_answers(kpi_return=world.draft, by=world.recruiter, cells=[CellChange(GRID, CellKey("white", "applied"), Decimal(11))])
    sent = {"block": block(NUMBERS[:rows])}
    shown = html.unescape(client.post(address, sent).content.decode())
    theirs = CellChange(GRID, CellKey("bme", "applied"), Decimal(77))
    save_answers(kpi_return=world.draft, by=world.recruiter, cells=[theirs])

    def seen(page: str) -> str:
        return re.findall(r"name=\"seen\" value='([^']*)'", page)[0]

    answer = client.post(address, sent | {"take_over": "1", "seen": seen(shown)})
    page, stands = html.unescape(answer.content.decode()), values_of(world.draft)
    assert answer.status_code == 409 and stands[GRID, "bme", "applied"] == 77
    assert stands[GRID, "white", "applied"] == 1, "what was on the page is replaced"
    assert f", Applied: your block says 4, {world.recruiter.display_name} saved 77" in page
    assert client.post(address, sent | {"take_over": "1", "seen": seen(page)}).status_code == 302
    assert values_of(world.draft)[GRID, "bme", "applied"] == 4, "now that it was seen"
