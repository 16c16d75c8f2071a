"""Rates: exact Poisson limits below 10 events, Byar's from 10."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from peer_numbers import Near, cases
from scipy import stats

from edi_portal.stats.estimate import Estimate, NotCalculable
from edi_portal.stats.rates import count_limits, rate, rate_many

near = Near("rates")


@pytest.mark.parametrize("case", cases("rates"))
def test_rates_agree_with_the_peer(case: dict[str, Any]) -> None:
    for level, name in ((0.95, "95"), (0.998, "998")):
        found = rate(case["x"], case["n"], multiplier=case["multiplier"], level=level)
        assert isinstance(found, Estimate)
        assert near(found.value, case["value"])
        assert near(found.low, case[f"lower{name}"]) and near(found.high, case[f"upper{name}"])
    assert count_limits(case["x"]).method == {"Exact": "exact", "Byars": "byar"}[case["method"]]


def test_worked_example_of_garwood() -> None:
    """Exact 95 % limits of a count of 5 in printed Poisson tables (Garwood 1936): 1.62 to 11.67; of 0: up to 3.69."""
    five, none = count_limits(5), count_limits(0)
    assert (round(five.low, 2), round(five.high, 2)) == (1.62, 11.67)
    assert (none.low, round(none.high, 2)) == (0, 3.69)


@given(st.integers(1, 9), st.sampled_from([0.9, 0.95, 0.998]))
def test_exact_limits_leave_the_tails_they_promise(events: int, level: float) -> None:
    limits = count_limits(events, level)
    tail = (1 - level) / 2
    assert stats.poisson.sf(events - 1, limits.low) == pytest.approx(tail, rel=1e-9)
    assert stats.poisson.cdf(events, limits.high) == pytest.approx(tail, rel=1e-9)


@given(st.integers(0, 10_000), st.integers(1, 10_000))
def test_limits_hold_the_rate_and_scale_with_the_multiplier(events: int, base: int) -> None:
    one, thousand = rate(events, base, multiplier=1), rate(events, base, multiplier=1000)
    assert isinstance(one, Estimate) and isinstance(thousand, Estimate) and one.low is not None and one.high is not None
    assert one.low <= one.value <= one.high
    assert (thousand.value, thousand.low, thousand.high) == pytest.approx((1000 * one.value, 1000 * one.low, 1000 * one.high))


@given(st.integers(0, 500))
def test_limits_rise_with_the_events(events: int) -> None:
    fewer, more = count_limits(events), count_limits(events + 1)
    assert fewer.low < more.low and fewer.high < more.high


def test_nobody_and_impossible_counts() -> None:
    assert rate(3, 0) == NotCalculable("no_staff_in_group")
    with pytest.raises(ValueError, match="not below 0"):
        rate(1, -1)
    with pytest.raises(ValueError, match="not below 0"):
        count_limits(-1)
    with pytest.raises(ValueError, match="above 0"):
        rate_many(np.array([1]), np.array([0]))


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(1, 4000)), min_size=1, max_size=30))
def test_arrays_give_what_single_calls_give(pairs: list[tuple[int, int]]) -> None:
    events, bases = (np.array(column) for column in zip(*pairs, strict=True))
    columns = rate_many(events, bases, level=0.998)
    for index, (x, n) in enumerate(pairs):
        one = rate(x, n, level=0.998)
        assert isinstance(one, Estimate)
        assert [column[index] for column in columns] == pytest.approx([one.value, one.low, one.high], rel=1e-13)
