"""Gaps of a part against its whole, and headcount to parity."""

from math import sqrt

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from statsmodels.stats.proportion import confint_proportions_2indep

from edi_portal.stats.estimate import Estimate, NotCalculable
from edi_portal.stats.representation import goal_headcount, headcount_to_parity, share_gap

COUNTS = st.tuples(st.integers(1, 300), st.integers(0, 1)).flatmap(
    lambda given: st.tuples(st.integers(0, given[0]), st.just(given[0]), st.integers(1, 4000)).flatmap(
        lambda part: st.tuples(st.just(part[0]), st.just(part[1]), st.integers(0, part[2]), st.just(part[2]))
    )
)


@pytest.mark.parametrize(
    ("counts", "points"),
    [
        ((42, 510, 620, 4200), "-6.53"),
        ((1, 14, 620, 4200), "-7.62"),
        ((12, 300, 170, 4200), "-0.05"),
        ((1, 14, 170, 4200), "3.10"),
    ],
)
def test_worked_numbers_of_the_standards(counts: tuple[int, int, int, int], points: str) -> None:
    found = share_gap(*counts)
    assert isinstance(found, Estimate) and f"{found.value * 100:.2f}" == points


@given(COUNTS)
def test_interval_is_newcombes_for_part_against_rest_shrunk(counts: tuple[int, int, int, int]) -> None:
    x, n, rest_x, rest_n = counts
    found = share_gap(x, n, x + rest_x, n + rest_n)
    low, high = confint_proportions_2indep(x, n, rest_x, rest_n, method="newcomb", compare="diff")
    assert isinstance(found, Estimate)
    shrunk = rest_n / (n + rest_n)
    assert found.value == pytest.approx(shrunk * (x / n - rest_x / rest_n), abs=1e-12)
    assert found.low == pytest.approx(shrunk * low, abs=1e-12) and found.high == pytest.approx(shrunk * high, abs=1e-12)


def test_interval_covers_as_often_as_it_says() -> None:
    """Drawn at random a thousand times from a known truth, about 95 of 100 intervals hold it."""
    random = np.random.default_rng(20200120)
    part, rest = random.binomial(160, 0.10, 1000), random.binomial(4040, 0.15, 1000)
    truth = 0.10 - (0.10 * 160 + 0.15 * 4040) / 4200
    found = [share_gap(x, 160, x + y, 4200) for x, y in zip(part.tolist(), rest.tolist(), strict=True)]
    held = sum(gap.low <= truth <= gap.high for gap in found if isinstance(gap, Estimate) and gap.low is not None)
    assert abs(held / 1000 - 0.95) < 3 * sqrt(0.95 * 0.05 / 1000)


@given(COUNTS)
def test_gap_of_the_group_is_minus_the_gap_of_all_others(counts: tuple[int, int, int, int]) -> None:
    x, n, rest_x, rest_n = counts
    one = share_gap(x, n, x + rest_x, n + rest_n)
    other = share_gap(n - x, n, n + rest_n - x - rest_x, n + rest_n)
    assert isinstance(one, Estimate) and isinstance(other, Estimate) and other.low is not None and other.high is not None
    assert (one.value, one.low, one.high) == pytest.approx((-other.value, -other.high, -other.low), abs=1e-12)


def test_part_that_is_the_whole_and_counts_that_do_not_nest() -> None:
    assert share_gap(30, 200, 30, 200) == Estimate(0.0, 0.0, 0.0)
    board = share_gap(8, 14, 2, 40)
    assert isinstance(board, Estimate) and board.low is not None and board.high is not None
    assert board.value == pytest.approx(8 / 14 - 2 / 40) and board.low < board.value < board.high
    larger = share_gap(30, 220, 30, 200)
    assert isinstance(larger, Estimate) and (larger.low, larger.high) == (larger.value, 0.0)


def test_nobody() -> None:
    assert share_gap(0, 0, 10, 100) == NotCalculable("no_staff_in_group")
    assert share_gap(0, 0, 0, 0) == NotCalculable("no_comparison_group")
    with pytest.raises(ValueError, match="nobody"):
        goal_headcount(0, 0, 10)


def test_eleven_more_appointments() -> None:
    """14.76 % of 160 posts are 23.6, so 24; 13 are in post."""
    assert goal_headcount(620, 4200, 160) == 24
    assert headcount_to_parity(13, 160, 620, 4200) == 11


@given(st.integers(1, 400), st.integers(1, 5000), st.data())
def test_parity_is_the_nearest_whole_headcount(base: int, whole_base: int, data: st.DataObject) -> None:
    whole = data.draw(st.integers(0, whole_base))
    goal = goal_headcount(whole, whole_base, base)
    assert abs(goal - whole * base / whole_base) <= 0.5 + 1e-9
    held = data.draw(st.integers(0, base))
    more = headcount_to_parity(held, base, whole, whole_base)
    assert more == max(0, goal - held)
    assume(more)
    assert headcount_to_parity(held + more, base, whole, whole_base) == 0


def test_halves_go_upwards() -> None:
    assert goal_headcount(1, 4, 2) == 1
    assert goal_headcount(3, 40, 20) == 2
    assert goal_headcount(497, 1000, 1) == 0
