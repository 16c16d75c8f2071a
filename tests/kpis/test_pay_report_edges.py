"""The pay report of ESR at its edges: amounts as people write them, people who come twice, quarters under other names."""

import io
from decimal import Decimal

import pytest

from edi_portal.periods import Quarter
from kpis.extracts import ExtractAggregate, ExtractKind, read_extract

HEADS = ["Employee Number", "Gender", "Hourly Rate", "Quartile", "Bonus Pay"]
SEXES = ("Female", "Male")


def read(rows: list[list[str]], heads: list[str] = HEADS) -> ExtractAggregate:
    text = "\n".join(",".join(f'"{cell}"' for cell in row) for row in [heads, *rows])
    return read_extract(io.BytesIO(text.encode()), period=Quarter(2019, 4))


def people(number: int, *, first: int = 0, **changed: str) -> list[list[str]]:
    """So many people, women and men in turn, each paid a pound more than the one before: ten pounds is the least."""
    rows = []
    for place in range(first, first + number):
        given = {"rate": f"{10 + place}", "quarter": "", "bonus": ""} | changed
        rows.append([f"2010{place:04d}", SEXES[place % 2], given["rate"], given["quarter"], given["bonus"]])
    return rows


def figure(found: ExtractAggregate, measure: str, sex: str, column: str) -> Decimal | None:
    return next(one.value for one in found.figures if (one.measure, one.row, one.column) == (measure, sex, column))


def codes(found: ExtractAggregate) -> list[str]:
    return sorted(one.code for one in found.problems)


@pytest.mark.parametrize("written", ["1,250.50", "£1,250.50", " £ 1250.50 ", "1250.5"])
def test_an_amount_is_read_as_it_is_written(written: str) -> None:
    found = read([*people(8, rate="20"), ["20109999", "Female", written, "", ""]])
    assert found.kind is ExtractKind.PAY_GAP and not codes(found)
    assert figure(found, "hourly_pay", "women", "mean") == Decimal("266.10") == Decimal(4 * 20 + Decimal("1250.5")) / 5
    assert figure(found, "hourly_pay", "women", "median") == Decimal("20.00") == figure(found, "hourly_pay", "men", "mean")


@pytest.mark.parametrize("written", ["12,50", "1,2", "12,5000", "-3", "nan", "inf", "1_0", "1e1", "ten", "99999999"])
def test_what_is_no_amount_is_told_and_counts_for_nobody(written: str) -> None:
    found = read([*people(8, rate="20"), ["20109999", "Female", written, "", ""]])
    assert codes(found) == ["no_amount_hourly_rate"] and found.notes["without_rate"] == "1"
    assert figure(found, "hourly_pay", "women", "mean") == Decimal("20.00")
    assert written not in str([one.what for one in found.problems])


def test_a_person_counts_once_with_the_first_rate_and_bonuses_add_up() -> None:
    rows = people(4, rate="20")
    again = [*rows, [rows[0][0], "Female", "99", "", "100"], [rows[0][0], "Female", "", "", "50.01"], ["", "Male", "500", "", ""]]
    found = read(again)
    assert figure(found, "hourly_pay", "women", "mean") == Decimal("20.00") and found.counted == 4
    assert figure(found, "bonus_pay", "women", "mean") == Decimal("150.01")
    assert figure(found, "bonus_pay", "men", "median") is None, "nobody among them received one"
    assert {step.rule: step.removed for step in found.steps if step.removed} == {"again": 2, "no_key": 1}
    receipt = {line.codes: line.count for line in found.lines if line.table == "bonus_receipt"}
    assert receipt == {("received", "women"): 1, ("none", "women"): 1, ("none", "men"): 2}


@pytest.mark.parametrize(
    "names",
    [
        ("1", "2", "3", "4"),
        ("Q1", "Q2", "Q3", "Q4"),
        ("1.0", "2.0", "3.0", "4.0"),
        ("Lower", "Lower middle", "Upper middle", "Upper"),
        ("Lower quartile", "Lower-middle quartile", "Upper middle quarter", "Upper Quartile"),
    ],
)
def test_quarters_of_the_file_are_taken_under_their_names(names: tuple[str, ...]) -> None:
    rows = people(8)
    for place, row in enumerate(rows):
        row[3] = names[(0, 0, 0, 1, 2, 2, 3, 3)[place]]
    found = read(rows)
    assert found.notes["quarters"] == "of the file" and not codes(found)
    counted = {line.codes: line.count for line in found.lines if line.table == "pay_quarters"}
    assert counted[("lower", "women")] == 2 and counted[("lower_middle", "men")] == 1, "as the file cut them, not the law"


def test_one_row_without_a_quarter_has_all_computed_and_says_so() -> None:
    rows = people(8, quarter="1")
    rows[3][3] = ""
    found = read(rows)
    assert codes(found) == ["quarters_computed"] and found.notes["quarters"].startswith("computed: some rows")
    odd = read(people(8, quarter="The best"))
    assert codes(odd) == ["quarters_computed"] and "are not understood" in odd.notes["quarters"], "a name of no quarter is told"
    assert not codes(read(people(8))), "no quarter at all is nothing to tell"


def test_who_is_not_understood_is_left_out_of_means_and_told() -> None:
    found = read([*people(4, rate="20"), ["20109999", "Not told", "90", "", ""]])
    assert "left_out_of_means" in codes(found) and found.notes["left_out_of_means"] == "1"
    assert figure(found, "hourly_pay", "men", "mean") == Decimal("20.00") == figure(found, "hourly_pay", "women", "mean")


def test_an_average_of_half_a_penny_is_rounded_up_as_it_was_written() -> None:
    found = read([["20100001", "Female", "10.01", "", ""], ["20100002", "Female", "10.02", "", ""], *people(4, rate="20")[1::2]])
    assert figure(found, "hourly_pay", "women", "mean") == Decimal("10.02") == figure(found, "hourly_pay", "women", "median")
