"""Wilson limits and Newcombe differences."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from peer_numbers import Near, cases
from statsmodels.stats.proportion import confint_proportions_2indep

from edi_portal.stats.estimate import Estimate, NotCalculable
from edi_portal.stats.proportions import difference, wilson, wilson_limits, wilson_many

near = Near("proportions")
SHARES = st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@pytest.mark.parametrize("case", cases("proportions"))
def test_wilson_agrees_with_the_peer(case: dict[str, Any]) -> None:
    for level, name in ((0.95, "95"), (0.998, "998")):
        found = wilson(case["x"], case["n"], level)
        assert isinstance(found, Estimate)
        assert near(found.value, case["value"])
        assert near(found.low, case[f"lower{name}"]) and near(found.high, case[f"upper{name}"])


def test_worked_example_of_newcombe() -> None:
    """R. G. Newcombe, Statistics in Medicine 17 (1998) 857-872: 81 of 263 by method 3, 0.2553 to 0.3662."""
    low, high = wilson_limits(81, 263)
    assert (round(low, 4), round(high, 4)) == (0.2553, 0.3662)


def test_difference_worked_example_of_newcombe() -> None:
    """R. G. Newcombe, Statistics in Medicine 17 (1998) 873-890: 56/70 less 48/80 by method 10, 0.0524 to 0.3339."""
    found = difference(56, 70, 48, 80)
    assert isinstance(found, Estimate) and found.low is not None and found.high is not None
    assert (round(found.value, 4), round(found.low, 4), round(found.high, 4)) == (0.2, 0.0524, 0.3339)


@given(SHARES, SHARES)
def test_difference_agrees_with_another_library(first: tuple[int, int], second: tuple[int, int]) -> None:
    found = difference(*first, *second)
    low, high = confint_proportions_2indep(*first, *second, method="newcomb", compare="diff")
    assert isinstance(found, Estimate)
    assert found.low == pytest.approx(low, abs=1e-12) and found.high == pytest.approx(high, abs=1e-12)


@given(SHARES, SHARES)
def test_difference_is_antisymmetric(first: tuple[int, int], second: tuple[int, int]) -> None:
    one, other = difference(*first, *second), difference(*second, *first)
    assert isinstance(one, Estimate) and isinstance(other, Estimate) and other.low is not None and other.high is not None
    assert (one.value, one.low, one.high) == pytest.approx((-other.value, -other.high, -other.low), abs=1e-15)


@given(SHARES)
def test_limits_hold_the_share_and_mirror_the_rest(share: tuple[int, int]) -> None:
    events, base = share
    low, high = wilson_limits(events, base)
    assert 0 <= low <= events / base <= high <= 1
    assert wilson_limits(base - events, base) == pytest.approx((1 - high, 1 - low), abs=1e-15)


@given(SHARES)
def test_more_certainty_is_wider_and_more_people_narrower(share: tuple[int, int]) -> None:
    low, high = wilson_limits(*share)
    wider, narrower = wilson_limits(*share, 0.998), wilson_limits(10 * share[0], 10 * share[1])
    assert wider[0] <= low <= high <= wider[1]
    assert narrower[1] - narrower[0] < high - low


@given(st.integers(2, 3000), st.data())
def test_limits_rise_with_the_events(base: int, data: st.DataObject) -> None:
    events = data.draw(st.integers(0, base - 1))
    fewer, more = wilson_limits(events, base), wilson_limits(events + 1, base)
    assert fewer[0] < more[0] and fewer[1] < more[1]


def test_nobody_is_not_calculable() -> None:
    assert wilson(0, 0) == NotCalculable("no_staff_in_group")
    assert difference(0, 0, 1, 2) == NotCalculable("no_staff_in_group")
    assert difference(1, 2, 0, 0) == NotCalculable("no_comparison_group")


@pytest.mark.parametrize(("events", "base"), [(3, 2), (-1, 2)])
def test_impossible_shares_are_refused(events: int, base: int) -> None:
    with pytest.raises(ValueError, match="no proportion"):
        wilson(events, base)
    with pytest.raises(ValueError, match="above 0"):
        wilson_many(np.array([events]), np.array([base]))


@given(st.lists(SHARES, min_size=1, max_size=40))
def test_arrays_give_what_single_calls_give(shares: list[tuple[int, int]]) -> None:
    events, bases = (np.array(column) for column in zip(*shares, strict=True))
    values, limits = wilson_many(events, bases, (0.95, 0.998))
    for level, (low, high) in zip((0.95, 0.998), limits, strict=True):
        for index, share in enumerate(shares):
            one = wilson(*share, level)
            assert isinstance(one, Estimate)
            assert (values[index], low[index], high[index]) == pytest.approx((one.value, one.low, one.high), rel=1e-14, abs=1e-15)


def test_arrays_longer_than_a_block_and_of_unequal_length() -> None:
    bases = np.arange(1, 20_001)
    values, ((low, high),) = wilson_many(bases // 2, bases)
    assert [(low[i], high[i]) for i in (0, 8191, 8192, 19_999)] == [
        pytest.approx(wilson_limits(int(bases[i]) // 2, int(bases[i])), rel=1e-14) for i in (0, 8191, 8192, 19_999)
    ]
    with pytest.raises(ValueError, match="equally many"):
        wilson_many(bases, bases[1:])
