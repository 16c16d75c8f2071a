"""Trend of a share over periods, and comparison of windows a year apart."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.contingency_tables import Table

from edi_portal.stats.estimate import Estimate, NotCalculable
from edi_portal.stats.trend import ShareTrend, WindowChange, figure_change, ratio_change, share_change, share_trend

PERIODS = st.lists(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), min_size=3, max_size=16)


def test_worked_example_of_agresti() -> None:
    """A. Agresti, Categorical Data Analysis: malformations by mothers' drinking, scores 0, 0.5, 1.5, 4, 7: z² is 6.57, p 0.01."""
    cases, others = [48, 38, 5, 1, 1], [17066, 14464, 788, 126, 37]
    found = share_trend(cases, [a + b for a, b in zip(cases, others, strict=True)], [0, 0.5, 1.5, 4, 7])
    assert isinstance(found, ShareTrend)
    assert (round(found.z**2, 2), round(found.p_value, 2)) == (6.57, 0.01)
    assert found.is_beyond_chance() and not found.is_beyond_chance(0.998)


@given(PERIODS)
def test_trend_of_another_library(periods: list[tuple[int, int]]) -> None:
    total, base = sum(x for x, _ in periods), sum(n for _, n in periods)
    assume(0 < total < base)
    found = share_trend([x for x, _ in periods], [n for _, n in periods])
    table = Table(np.array([[x, n - x] for x, n in periods]), shift_zeros=False)
    other = table.test_ordinal_association(col_scores=np.array([1.0, 0.0]))
    assert isinstance(found, ShareTrend)
    # The other library scales the variance for sampling without replacement.
    z = other.zscore * np.sqrt(base / (base - 1))
    assert found.z == pytest.approx(z, rel=1e-9, abs=1e-9)
    assert found.p_value == pytest.approx(2 * stats.norm.sf(abs(z)), rel=1e-7)


@given(PERIODS)
def test_slope_is_that_of_least_squares_over_people(periods: list[tuple[int, int]]) -> None:
    assume(0 < sum(x for x, _ in periods) < sum(n for _, n in periods))
    found = share_trend([x for x, _ in periods], [n for _, n in periods])
    line = np.polyfit(range(len(periods)), [x / n for x, n in periods], 1, w=[np.sqrt(n) for _, n in periods])
    assert isinstance(found, ShareTrend) and found.slope == pytest.approx(line[0], rel=1e-6, abs=1e-9)


@given(PERIODS, st.floats(0.5, 50), st.floats(-100, 100))
def test_time_may_be_counted_from_anywhere_and_turned(periods: list[tuple[int, int]], step: float, first: float) -> None:
    events, bases = [x for x, _ in periods], [n for _, n in periods]
    one = share_trend(events, bases)
    moved = share_trend(events, bases, [first + step * index for index in range(len(periods))])
    back = share_trend(events[::-1], bases[::-1])
    if isinstance(one, NotCalculable):
        assert moved == back == one
        return
    assert isinstance(moved, ShareTrend) and isinstance(back, ShareTrend)
    assert moved.z == pytest.approx(one.z, rel=1e-6, abs=1e-7) and back.z == pytest.approx(-one.z, rel=1e-9, abs=1e-9)


def test_no_trend() -> None:
    assert share_trend([1, 2], [10, 10]) == NotCalculable("too_few_points")
    assert share_trend([1, 0, 2], [10, 0, 10]) == NotCalculable("too_few_points")
    assert share_trend([0, 0, 0], [10, 10, 10]) == NotCalculable("no_cases")
    assert share_trend([9, 9, 9], [9, 9, 9]) == NotCalculable("all_cases")
    flat = share_trend([5, 5, 5], [10, 10, 10])
    assert isinstance(flat, ShareTrend) and (flat.z, flat.p_value, flat.slope) == (0, 1, 0)
    with pytest.raises(ValueError, match="between 0 and their base"):
        share_trend([11, 1, 1], [10, 10, 10])


def test_windows_of_a_share() -> None:
    up = share_change((300, 1000), (200, 1000), direction="higher")
    assert isinstance(up, WindowChange) and up.verdict == "better" and up.change.value == pytest.approx(0.1)
    same = share_change((30, 100), (29, 100), direction="higher")
    assert isinstance(same, WindowChange) and same.verdict == "no_difference"
    down = share_change((300, 1000), (200, 1000), direction="lower")
    assert isinstance(down, WindowChange) and down.verdict == "worse"
    assert share_change((0, 0), (1, 5), direction="lower") == NotCalculable("no_staff_in_group")
    with pytest.raises(ValueError, match="higher or when lower"):
        share_change((1, 2), (1, 2), direction="closer_to_0")


def test_windows_of_a_ratio() -> None:
    before, now = (300, 1200, 60, 400), (260, 1200, 84, 400)
    found = ratio_change(now, before)
    assert isinstance(found, WindowChange) and found.verdict == "better"
    assert found.change.value == pytest.approx((260 / 1200) / (84 / 400) / 1.6667, rel=1e-3)
    turned = ratio_change(before, now)
    assert isinstance(turned, WindowChange) and turned.verdict == "worse"
    crossing = ratio_change((200, 1200, 100, 400), (400, 1200, 100, 400))
    assert isinstance(crossing, WindowChange) and crossing.change.high is not None and crossing.change.high < 1
    assert crossing.verdict == "no_difference"
    few = ratio_change((26, 120, 9, 40), (30, 120, 6, 40))
    assert isinstance(few, WindowChange) and few.verdict == "no_difference"
    assert ratio_change((1, 10, 0, 10), before) == NotCalculable("no_reference_cases")
    assert ratio_change(now, (0, 10, 3, 10)) == NotCalculable("no_cases")


@given(st.lists(st.tuples(st.integers(1, 400), st.integers(1, 400)).map(sorted), min_size=4, max_size=4))
def test_change_of_ratios_is_a_difference_of_normal_logarithms(pairs: list[list[int]]) -> None:
    (a, b), (c, d), (e, f), (g, h) = pairs
    found = ratio_change((a, b, c, d), (e, f, g, h))
    log_change = np.log(a / b / (c / d)) - np.log(e / f / (g / h))
    variance = sum(1 / x - 1 / n for x, n in pairs)
    assert isinstance(found, WindowChange) and isinstance(found.change, Estimate)
    ends = stats.norm.interval(0.95, log_change, np.sqrt(variance)) if variance > 0 else (log_change, log_change)
    assert (found.change.low, found.change.high) == pytest.approx(tuple(np.exp(ends)), rel=1e-9)
    swapped = ratio_change((c, d, a, b), (g, h, e, f))
    assert isinstance(swapped, WindowChange) and swapped.verdict == found.verdict


@pytest.mark.parametrize(
    ("direction", "ratio", "before", "after", "verdict"),
    [
        ("lower", False, (7.4, 7.0, 7.8), (6.1, 5.8, 6.4), "better"),
        ("lower", False, (6.1, 5.8, 6.4), (7.4, 7.0, 7.8), "worse"),
        ("lower", False, (6.1, 5.0, 7.2), (6.4, 5.3, 7.5), "no_difference"),
        ("lower", False, (6.1, None, None), (7.4, 7.0, 7.8), None),
        ("closer_to_1", True, (1.6, 1.4, 1.83), (1.1, 0.98, 1.23), "better"),
        ("closer_to_1", True, (1.1, 1.05, 1.15), (0.6, 0.55, 0.66), "worse"),
        ("closer_to_1", True, (1.6, 1.5, 1.7), (0.625, 0.59, 0.66), "no_difference"),
        ("closer_to_1", True, (1.6, 0, 3), (1.1, 0.98, 1.23), None),
        ("higher", False, (6.1, 5.8, 6.4), (7.4, 7.0, 7.8), "better"),
        ("lower", False, (6.1, 6.1, 6.1), (7.4, 7.4, 7.4), None),
        ("lower", False, (6.1, 5.8, 6.4), (7.4, None, 7.8), None),
        ("none", False, (7.4, 7.0, 7.8), (6.1, 5.8, 6.4), None),
    ],
)
def test_change_is_claimed_only_beyond_chance(
    direction: str, ratio: bool, before: tuple[float, ...], after: tuple[float, ...], verdict: str | None
) -> None:
    found = figure_change(after, before, direction=direction, ratio=ratio)  # type: ignore[arg-type]
    assert (found.verdict if found else None) == verdict


@pytest.mark.parametrize(
    ("direction", "ratio", "before", "after", "size"),
    [
        # Widths of 0.8 and 0.6 make a joint width of 1.0, which is 2 × 1.959964 standard errors.
        ("lower", False, (7.4, 7.0, 7.8), (6.1, 5.8, 6.4), 1.3 * 2 * 1.959964),
        ("lower", True, (4, 2, 8), (2, 2, 2), np.log(2) / np.log(4) * 2 * 1.959964),
        ("closer_to_1", True, (0.25, 0.25, 0.25), (2, 1, 4), np.log(2) / np.log(4) * 2 * 1.959964),
    ],
)
def test_size_of_a_change_is_in_standard_errors(
    direction: str, ratio: bool, before: tuple[float, ...], after: tuple[float, ...], size: float
) -> None:
    found = figure_change(after, before, direction=direction, ratio=ratio)  # type: ignore[arg-type]
    assert found is not None
    assert found.size == pytest.approx(size, rel=1e-6)
