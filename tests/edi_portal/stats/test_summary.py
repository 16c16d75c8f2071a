"""Means, spreads and Student's interval."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from peer_numbers import Near, cases
from scipy import stats

from edi_portal.stats.estimate import Estimate, NotCalculable
from edi_portal.stats.summary import mean_with_interval, standard_deviation, summary

near = Near("vectors")


@pytest.mark.parametrize("case", cases("vectors"))
def test_summaries_agree_with_the_peer(case: dict[str, Any]) -> None:
    found, expected = summary(case["values"]), case["summary"]
    assert not isinstance(found, NotCalculable)
    assert found.count == expected["n"]
    assert near(found.mean, expected["mean"]) and near(found.median, expected["median"])
    assert near(found.interquartile_range, expected["iqr"]) and near(found.mad, expected["mad"])
    assert (found.smallest, found.largest) == (expected["min"], expected["max"])
    if expected["sd"] is None:
        assert found.sd == NotCalculable("too_few_values")
    else:
        assert isinstance(found.sd, float) and near(found.sd, expected["sd"]) and near(found.sd**2, expected["var"])


@pytest.mark.parametrize("case", cases("vectors"))
def test_intervals_of_the_mean_agree_with_the_peer(case: dict[str, Any]) -> None:
    for level, name in ((0.95, "95"), (0.998, "998")):
        found = mean_with_interval(case["values"], level)
        assert isinstance(found, Estimate)
        assert near(found.low, case["mean_ci"][f"lower{name}"]) and near(found.high, case["mean_ci"][f"upper{name}"])


def test_worked_example_of_student() -> None:
    """Student's own sleep data (Biometrika 1908): the ten differences have mean 1.58, sd 1.23 and limits 0.70 to 2.46."""
    found = mean_with_interval([1.2, 2.4, 1.3, 1.3, 0.0, 1.0, 1.8, 0.8, 4.6, 1.4])
    assert isinstance(found, Estimate) and found.low is not None and found.high is not None
    assert [round(number, 2) for number in (found.value, found.low, found.high)] == [1.58, 0.7, 2.46]


@given(st.lists(st.floats(-1000, 1000), min_size=2, max_size=30))
def test_interval_of_another_library(values: list[float]) -> None:
    found, spread = mean_with_interval(values), standard_deviation(values)
    assert isinstance(found, Estimate) and isinstance(spread, float)
    if spread > 1e-6:
        low, high = stats.t.interval(0.95, len(values) - 1, loc=found.value, scale=stats.sem(values))
        assert (found.low, found.high) == pytest.approx((low, high), rel=1e-9, abs=1e-9)


def test_no_values() -> None:
    assert summary([]) == NotCalculable("no_values")
    assert mean_with_interval([]) == NotCalculable("no_values")
    assert mean_with_interval([3.0]) == Estimate(3.0)
