"""Quantiles, ranks, quantile groups, and ranks that intervals allow."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from peer_numbers import Near, cases
from scipy import stats

from edi_portal.stats.distribution import (
    badness,
    percent_ranks,
    places,
    quantile,
    quantile_groups,
    quantiles,
    quartile_groups,
    rank_range,
    ranks,
)
from edi_portal.stats.estimate import NotCalculable

near = Near("vectors")
VALUES = st.lists(st.integers(-50, 50).map(lambda value: value / 4), min_size=1, max_size=40)
RATIOS = st.lists(st.floats(0.05, 20), min_size=5, max_size=30)


@pytest.mark.parametrize("case", cases("vectors"))
def test_quantiles_and_ranks_agree_with_the_peers(case: dict[str, Any]) -> None:
    values = case["values"]
    for found, expected in zip(quantiles(values, case["probs"]), case["type7"], strict=True):
        assert near(found, expected)
    for ties in ("min", "max", "average", "dense", "first"):
        assert ranks(values, ties=ties) == case["rank"][ties]  # type: ignore[arg-type]
    assert ranks(values, direction="higher") == case["rank"]["descending_min"]
    shares = percent_ranks(values)
    if len(values) == 1:
        assert shares == NotCalculable("too_few_units")
    else:
        assert not isinstance(shares, NotCalculable)
        assert all(near(found, expected) for found, expected in zip(shares, case["percent_rank"], strict=True))
    highest = [rank / len(values) for rank in ranks(values, ties="max")]
    assert all(near(found, expected) for found, expected in zip(highest, case["cume_dist"], strict=True))


def test_a_wrong_quantile_convention_would_be_noticed() -> None:
    told_apart = [case.values[0] for case in cases("vectors") if case.values[0]["type6"] != case.values[0]["type7"]]
    assert len(told_apart) > 10


@pytest.mark.parametrize("case", cases("quantile_groups"))
def test_quantile_groups_agree_with_the_peer(case: dict[str, Any]) -> None:
    found = quantile_groups(case["values"], case["nquantiles"], direction="higher" if case["invert"] else "lower")
    if all(group is None for group in case["quantile"]):
        assert found == NotCalculable("too_few_units")
    else:
        assert found == case["quantile"]


def test_worked_example_of_type_7() -> None:
    """The example in R's documentation of its default: quantiles of 1 to 10 are 3.25, 5.5 and 7.75."""
    assert quantiles(range(1, 11), (0.25, 0.5, 0.75)) == [3.25, 5.5, 7.75]


@given(VALUES, st.floats(0, 1))
def test_quantile_of_another_library(values: list[float], probability: float) -> None:
    assert quantile(values, probability) == pytest.approx(float(np.quantile(values, probability)), abs=1e-9)


@given(VALUES, st.sampled_from(["min", "max", "average", "dense", "ordinal"]))
def test_ranks_of_another_library(values: list[float], method: str) -> None:
    ties = "first" if method == "ordinal" else method
    assert ranks(values, ties=ties) == stats.rankdata(values, method=method).tolist()  # type: ignore[arg-type]


@given(VALUES, st.randoms())
def test_order_of_the_values_does_not_matter(values: list[float], random: Any) -> None:
    order = list(range(len(values)))
    random.shuffle(order)
    shuffled = [values[index] for index in order]
    assert quantiles(shuffled, (0.1, 0.5)) == quantiles(values, (0.1, 0.5))
    whole, moved = ranks(values), ranks(shuffled)
    assert [whole[index] for index in order] == moved
    quartiles = quartile_groups(values)
    assert [quartiles[index] for index in order] == quartile_groups(shuffled)


@given(VALUES)
def test_ranks_keep_under_a_change_of_unit_and_turn_with_the_direction(values: list[float]) -> None:
    assert ranks([3 * value + 7 for value in values]) == ranks(values)
    assert ranks([-value for value in values], direction="higher") == ranks(values, direction="lower")


@given(RATIOS)
def test_nearest_1_is_the_same_for_a_ratio_turned_round(values: list[float]) -> None:
    for value in values:
        assert badness(value, "closer_to_1") == pytest.approx(badness(1 / value, "closer_to_1"), abs=1e-12)


def test_distance_from_the_ideal() -> None:
    assert badness(2, "closer_to_1") == badness(0.5, "closer_to_1") == math.log(2)
    assert badness(-3, "closer_to_0") == 3
    assert badness(0, "closer_to_1") == math.inf
    assert ranks([2, 0.6, 1.1, 0], direction="closer_to_1") == [3, 2, 1, 4]


@given(st.lists(st.tuples(st.floats(0, 100), st.floats(0, 20), st.floats(0, 20)), min_size=1, max_size=25))
def test_rank_ranges_hold_the_rank_and_count_those_certainly_ahead(given: list[tuple[float, float, float]]) -> None:
    values = [value for value, _, _ in given]
    intervals = [(value - down, value + up) for value, down, up in given]
    found = rank_range(values, intervals)
    for index, ((best, worst), rank) in enumerate(zip(found, ranks(values), strict=True)):
        assert 1 <= best <= rank <= worst <= len(values)
        low, high = intervals[index]
        assert best == 1 + sum(other_high < low for _, other_high in intervals)
        assert worst == len(values) - sum(other_low > high for other_low, _ in intervals)


def test_rank_range_near_the_ideal() -> None:
    """An interval that holds 1 may be the very best; one that cannot reach as near as another's worst is behind it."""
    intervals = [(0.9, 1.1), (1.5, 2.0), (0.2, 0.4), (0.8, 3.0)]
    assert rank_range([1.0, 1.7, 0.3, 1.5], intervals, direction="closer_to_1") == [(1, 2), (2, 3), (3, 4), (1, 4)]


def test_places_and_their_guard() -> None:
    values = [10.0, 20.0, 30.0, 40.0, 50.0]
    apart = [(value - 1, value + 1) for value in values]
    found = places(values, apart)
    assert not isinstance(found, NotCalculable)
    assert [(place.rank, place.quartile, place.best, place.worst, place.of) for place in found] == [
        (1, 1, 1, 1, 5),
        (2, 1, 2, 2, 5),
        (3, 2, 3, 3, 5),
        (4, 3, 4, 4, 5),
        (5, 4, 5, 5, 5),
    ]
    assert places(values[:4], apart[:4]) == NotCalculable("too_few_units")
    assert places(values, apart, direction="none") == NotCalculable("no_direction")


def test_impossible_questions_are_refused() -> None:
    with pytest.raises(ValueError, match="no values"):
        quantile([], 0.5)
    with pytest.raises(ValueError, match="between 0 and 1"):
        quantile([1.0], 1.5)
