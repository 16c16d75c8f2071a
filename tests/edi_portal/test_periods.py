"""Quarters of the financial year: each day in exactly one, steps that undo each other, texts that read back."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edi_portal.periods import PeriodError, Quarter, last_march, last_quarters, last_twelve, quarters_between

quarters = st.builds(Quarter, st.integers(1950, 2150), st.integers(1, 4))
days = st.dates(date(1950, 4, 1), date(2150, 3, 31))


def test_the_open_quarter_of_january_2020_is_the_fourth() -> None:
    quarter = Quarter.containing(date(2020, 1, 20))
    assert quarter == Quarter(2019, 4)
    assert (quarter.slug, quarter.label) == ("2019-20-q4", "2019-20 Q4")
    assert (quarter.first_day, quarter.last_day) == (date(2020, 1, 1), date(2020, 3, 31))
    assert quarter.months == "January to March 2020"


def test_the_third_quarter_of_2019_20() -> None:
    quarter = Quarter(2019, 3)
    assert (quarter.slug, quarter.label, quarter.financial_year) == ("2019-20-q3", "2019-20 Q3", "2019-20")
    assert quarter.months == "October to December 2019"
    assert (quarter.first_day, quarter.last_day) == (date(2019, 10, 1), date(2019, 12, 31))


def test_the_century_turns_in_the_label() -> None:
    assert Quarter(1999, 1).slug == "1999-00-q1"
    assert Quarter.parse("1999-00 Q1") == Quarter(1999, 1)


def test_the_last_twelve_months_and_the_last_march() -> None:
    assert last_twelve(Quarter(2019, 3)) == (Quarter(2018, 4), Quarter(2019, 1), Quarter(2019, 2), Quarter(2019, 3))
    assert last_march(Quarter(2019, 1)) == Quarter(2018, 4)
    assert last_march(Quarter(2018, 4)) == Quarter(2018, 4)
    assert quarters_between(Quarter(2016, 1), Quarter(2019, 2))[-1] == Quarter(2019, 2)
    assert len(quarters_between(Quarter(2016, 1), Quarter(2019, 2))) == 14
    assert quarters_between(Quarter(2019, 2), Quarter(2019, 1)) == ()


@given(days)
def test_every_day_lies_in_exactly_one_quarter(day: date) -> None:
    quarter = Quarter.containing(day)
    assert quarter.first_day <= day <= quarter.last_day
    assert quarter.next().first_day - quarter.last_day == timedelta(days=1)
    assert not quarter.previous().first_day <= day <= quarter.previous().last_day


@given(quarters, st.integers(-40, 40))
def test_steps_undo_each_other(quarter: Quarter, n: int) -> None:
    assert quarter.previous().next() == quarter
    assert quarter.next(n).previous(n) == quarter
    assert quarter.next(n).quarters_since(quarter) == n


@given(quarters)
def test_slug_and_label_read_back(quarter: Quarter) -> None:
    for text in (quarter.slug, quarter.label, f" {quarter.financial_year.replace('-', '/')} q{quarter.number} "):
        assert Quarter.parse(text) == quarter


@given(quarters, quarters)
def test_order_follows_the_calendar(one: Quarter, other: Quarter) -> None:
    assert (one < other) == (one.first_day < other.first_day)


@given(quarters, st.integers(1, 12))
def test_a_window_ends_with_its_quarter(quarter: Quarter, n: int) -> None:
    window = last_quarters(quarter, n)
    assert len(window) == n and window[-1] == quarter
    assert all(later == earlier.next() for earlier, later in zip(window, window[1:], strict=False))


@pytest.mark.parametrize(
    "text", ["", "2019", "2019-20", "2019-21 Q1", "2019-20 Q5", "2019-20 Q0", "19-20 Q1", "2019-2021 Q1", "Q3"]
)
def test_other_texts_are_refused_with_the_way_to_write_it(text: str) -> None:
    with pytest.raises(PeriodError, match="quarter|financial year"):
        Quarter.parse(text)


def test_a_quarter_has_a_number_from_1_to_4() -> None:
    with pytest.raises(PeriodError, match="1 to 4"):
        Quarter(2019, 5)
