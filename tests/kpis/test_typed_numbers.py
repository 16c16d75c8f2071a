"""The one reader of typed numbers: what it accepts, what it refuses and with which sentence."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpis.dashboards.return_section import amount_text
from kpis.typed_numbers import NUMBER_UNITS, UNITS, BadNumber, parse_typed, text_of_cell


@pytest.mark.parametrize("text", ["1482", "1,482", "1 482", "1\u00a0482", "1\u202f482", "  1482\u00a0", "1482\t", "001482"])
def test_a_count_may_carry_separators_and_spaces_around_it(text):
    assert parse_typed(text, "people") == Decimal(1482)


@pytest.mark.parametrize("text", [None, "", "   ", "\u00a0", "\r\n"])
@pytest.mark.parametrize("unit", sorted(UNITS))
def test_nothing_typed_is_not_answered_and_never_zero(text, unit):
    assert parse_typed(text, unit, ["lead"]) is None


def test_zero_is_a_value():
    assert parse_typed("0", "people") == Decimal(0)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("1.482", "decimal_point"),
        ("12.0", "decimal_point"),
        ("12%", "percentage"),
        ("-3", "negative"),
        ("\u22123", "negative"),
        ("(3)", "negative"),
        ("#REF!", "spreadsheet_error"),
        ("#N/A", "spreadsheet_error"),
        ("#DIV/0!", "spreadsheet_error"),
        ("<5", "approximate"),
        ("=A1+1", "formula"),
        ("=1482", "formula"),
        ("+5", "formula"),
        ("@SUM(A1)", "formula"),
        ("-A1", "formula"),
        ("twelve", "text"),
        ("12 people", "text"),
        ("\u0661\u0662", "text"),
        ("\uff11\uff12", "text"),
        ("*", "text"),
        ("1e5", "scientific"),
        ("1E+05", "scientific"),
        ("-1e5", "scientific"),
        ("NaN", "not_a_number"),
        ("Infinity", "not_a_number"),
        ("-inf", "not_a_number"),
        ("1\x002", "nul"),
        ("99999999999", "too_large"),
        ("9" * 5000, "too_long"),
        ("1,48", "separators"),
        ("14,82,000", "separators"),
        ("1 48", "separators"),
        ("1..2", "separators"),
        (".", "separators"),
        (",", "separators"),
    ],
)
def test_what_is_no_count_of_people_is_refused_by_name(text, reason):
    answer = parse_typed(text, "people")
    assert isinstance(answer, BadNumber)
    assert answer.reason == reason


@pytest.mark.parametrize(
    ("text", "unit", "mend"),
    [
        ("1.482", "people", "Type whole people, without a point"),
        ("12%", "people", "Enter the count of people, not the percentage"),
        ("12%", "records", "Enter the count of records, not the percentage"),
        ("1.5", "score", "Type a score of 0, 1, 2 or 3, without a point"),
        ("4", "score", "Type a score of 0, 1, 2 or 3"),
        ("maybe", "yes_no", "Answer yes or no"),
        ("nobody", "choice", "Choose one of: lead, co lead"),
        ("12.255", "wte", "Type a number of whole time equivalents with at most 2 decimals, for example 12.25"),
        ("12.25", "percent", "Type a percentage with at most 1 decimal, for example 12.5"),
    ],
)
def test_the_sentence_says_how_to_mend_it(text, unit, mend):
    answer = parse_typed(text, unit, ["lead", "co_lead"])
    assert isinstance(answer, BadNumber)
    assert answer.mend == mend


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("12.25", "wte", "12.25"),
        (".5", "wte", "0.5"),
        ("12.2500", "wte", "12.25"),
        ("7.5", "hours", "7.5"),
        ("£1,234.50", "pounds", "1234.50"),
        ("£ 20", "pounds", "20"),
        ("1 234.5", "pounds", "1234.5"),
        ("12.5", "percent", "12.5"),
        ("12.5%", "percent", "12.5"),
        ("100", "percent", "100"),
        ("6.93", "points", "6.93"),
        ("0", "score", "0"),
        ("3", "score", "3"),
        ("Yes", "yes_no", "1"),
        ("no", "yes_no", "0"),
        ("1", "yes_no", "1"),
        ("Co-lead", "choice", "2"),
        ("co_lead", "choice", "2"),
        ("lead", "choice", "1"),
    ],
)
def test_each_unit_reads_its_own_form(text, unit, value):
    assert parse_typed(text, unit, ["lead", "co_lead"]) == Decimal(value)


@pytest.mark.parametrize(
    ("text", "unit", "reason"),
    [
        ("100.1", "percent", "too_large"),
        ("9" * 40, "pounds", "too_large"),
        ("9" * 40, "people", "too_large"),
        ("-0.5", "percent", "negative"),
        ("£-20", "pounds", "negative"),
        ("-£20", "pounds", "negative"),
        ("$20", "pounds", "text"),
        ("12%", "wte", "percentage"),
    ],
)
def test_each_unit_refuses_what_is_not_its_own(text, unit, reason):
    answer = parse_typed(text, unit)
    assert isinstance(answer, BadNumber)
    assert answer.reason == reason


def test_an_unknown_unit_is_a_fault_of_the_definition():
    with pytest.raises(ValueError, match="unknown unit"):
        parse_typed("1", "furlongs")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (1482.0, "1482"),
        (1482, "1482"),
        (12.299999999999999, "12.3"),
        (True, "yes"),
        (False, "no"),
        ("x", "x"),
        (Decimal("1.50"), "1.50"),
        (1e15, "1000000000000000"),
        (float("nan"), "nan"),
        (float("inf"), "inf"),
        (-3.0, "-3"),
    ],
)
def test_a_spreadsheet_cell_reads_as_it_looks(value, text):
    assert text_of_cell(value) == text


@given(st.text(max_size=60), st.sampled_from(sorted(UNITS)))
def test_any_text_gives_a_sane_answer(text, unit):
    answer = parse_typed(text, unit, ["lead", "co_lead"])
    if isinstance(answer, Decimal):
        assert answer.is_finite() and answer >= 0
    elif isinstance(answer, BadNumber):
        assert answer.reason and answer.mend


@given(st.integers(min_value=0, max_value=9_999_999))
def test_every_count_is_read_back_from_each_way_of_writing_it(count):
    for written in (str(count), f"{count:,}", f"{count:,}".replace(",", "\u00a0"), text_of_cell(float(count))):
        assert parse_typed(written, "people") == count


@pytest.mark.parametrize("unit", sorted(NUMBER_UNITS))
def test_the_example_in_a_message_is_itself_accepted(unit):
    assert isinstance(parse_typed(NUMBER_UNITS[unit].example, unit), Decimal)


@pytest.mark.parametrize(
    ("unit", "text"),
    [("points", "7.04"), ("points", "6.7"), ("points", "7.0"), ("percent", "12.5"), ("pounds", "18.50"), ("wte", "12.25")],
)
def test_what_is_typed_is_shown_as_it_was_typed(unit: str, text: str) -> None:
    amount = parse_typed(text, unit)
    assert isinstance(amount, Decimal) and amount_text(amount, unit) == text
