"""Numbers as text: rounding, signs, units."""

from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edi_portal.charts import numbers


@pytest.mark.parametrize(
    ("value", "unit", "base", "text"),
    [
        (D("1482"), "count", None, "1,482"),
        (D("-3"), "count", None, "\u22123"),
        (D("45"), "percent", None, "45.0%"),
        (D("45.25"), "percent", 1000, "45.3%"),
        (D("44.5"), "percent", 999, "45%"),
        (D("-0.04"), "percent", None, "0.0%"),
        (D("1.665"), "ratio", None, "1.67"),
        (D("-14"), "points", None, "\u221214.0 pp"),
        (D("-14.4"), "points", 900, "\u221214 pp"),
        (D("12500"), "pounds", None, "£12,500.00"),
        (D("-2.5"), "pounds", None, "\u2212£2.50"),
        (D("7.05"), "score", None, "7.1"),
        (D("3.4"), "wte", None, "3.40"),
        (1, "yes_no", None, "Yes"),
        (0, "yes_no", None, "No"),
        ("Co-lead", "choice", None, "Co-lead"),
        (2.5, "rate", None, "2.5"),
        (D("0.44"), "per_thousand", None, "0.4"),
    ],
)
def test_a_figure_in_its_unit(value: D | str, unit: str, base: int | None, text: str) -> None:
    assert numbers.format_figure(value, unit, base) == text


def test_what_is_no_figure_is_refused() -> None:
    with pytest.raises(ValueError, match="no number"):
        numbers.format_figure("many", "count")
    with pytest.raises(ValueError, match="No number format"):
        numbers.format_figure(D(1), "furlongs")


def test_the_named_functions() -> None:
    assert numbers.count_text(1234567) == "1,234,567"
    assert numbers.percent_text(D("91.04")) == "91.0%"
    assert numbers.ratio_text(D("0.8")) == "0.80"
    assert numbers.points_text(D(1)) == "1.0 percentage point"
    assert numbers.points_text(D("14")) == "14.0 percentage points"
    assert numbers.pounds_text(D("1.018")) == "£1.02"
    assert numbers.pounds_text(D("12500.4"), pence=False) == "£12,500"
    assert numbers.score_text(D("6.94")) == "6.9"


def test_intervals_and_plurals() -> None:
    assert numbers.interval_text(D("1.286"), D("2.149"), "ratio") == "1.29 to 2.15"
    assert numbers.interval_text(D("-20"), D("-7.9"), "points") == "\u221220.0 to \u22127.9 pp"
    assert numbers.plural(1, "quarter") == "1 quarter"
    assert numbers.plural(14, "quarter") == "14 quarters"
    assert numbers.plural(2, "person", "people") == "2 people"


@pytest.mark.parametrize(
    ("position", "text"),
    [(1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (12, "12th"), (13, "13th"), (21, "21st"), (111, "111th")],
)
def test_ordinals(position: int, text: str) -> None:
    assert numbers.ordinal_text(position) == text


@given(st.decimals(-(10**6), 10**6, places=4))
def test_what_is_written_is_what_is_drawn(value: D) -> None:
    text = numbers.ratio_text(value).replace(",", "").replace(numbers.MINUS, "-")
    assert D(text) == numbers.quantise(value, "ratio")
    assert abs(D(text) - value) <= D("0.005")
