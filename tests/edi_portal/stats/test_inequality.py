"""Slope and relative index of inequality."""

from typing import Any

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st
from peer_numbers import Near, cases, read

from edi_portal.stats.estimate import Estimate, NotCalculable
from edi_portal.stats.inequality import Group, Inequality, Scale, inequality

near = Near("slope_index")
SHARE_OF_WIDTH = read("slope_index")["meta"]["ci_tol_share_of_width"]
SCALES: dict[str, Scale] = {"rate": "log", "proportion": "logit", "other": "plain"}
GROUPS = st.lists(
    st.builds(lambda people, value: Group(people, value, value - 1, value + 1), st.integers(1, 9000), st.floats(10, 90)),
    min_size=3,
    max_size=10,
)


def found_for(case: dict[str, Any]) -> Inequality:
    columns = zip(case["population"], case["value"], case["lower_cl"], case["upper_cl"], strict=True)
    found = inequality([Group(*row) for row in columns], scale=SCALES[case["value_type"]] if case["transform"] else "plain")
    assert isinstance(found, Inequality)
    return found


@pytest.mark.parametrize("case", cases("slope_index"))
def test_indices_agree_with_the_peer(case: dict[str, Any]) -> None:
    found = found_for(case)
    assert isinstance(found.relative_index, Estimate)
    assert near(found.slope_index.value, case["sii"])
    assert near(found.relative_index.value, case["rii"])
    assert near(found.intercept, case["intercept"])


@pytest.mark.parametrize("case", cases("slope_index"))
def test_limits_agree_with_the_simulated_ones(case: dict[str, Any]) -> None:
    found = found_for(case)
    for index, name in ((found.slope_index, "sii"), (found.relative_index, "rii")):
        assert isinstance(index, Estimate)
        low, high = case[f"{name}_lower95"], case[f"{name}_upper95"]
        allowed = SHARE_OF_WIDTH * (high - low)
        assert index.low == pytest.approx(low, abs=allowed) and index.high == pytest.approx(high, abs=allowed)


@given(GROUPS)
def test_line_of_another_library(groups: list[Group]) -> None:
    found = inequality(groups)
    people = np.array([group.population for group in groups], float)
    places = (np.cumsum(people) - people / 2) / people.sum()
    line = sm.WLS([group.value for group in groups], sm.add_constant(places), weights=people).fit()
    assert isinstance(found, Inequality)
    assert (found.intercept, found.slope_index.value) == pytest.approx(tuple(line.params), rel=1e-6, abs=1e-6)


def test_worked_example_of_equal_groups_by_hand() -> None:
    """Four equal groups with 40, 30, 20, 10: 10 per quarter, so -40 from end to end, from 45 to 5."""
    found = inequality([Group(100, value, value - 2, value + 2) for value in (40, 30, 20, 10)])
    assert isinstance(found, Inequality) and isinstance(found.relative_index, Estimate)
    assert (found.slope_index.value, found.intercept) == pytest.approx((-40, 45))
    assert found.relative_index.value == pytest.approx(5 / 45)


@given(GROUPS, st.sampled_from([2, 10]))
def test_head_counts_may_be_scaled_and_the_order_turned(groups: list[Group], times: int) -> None:
    one = inequality(groups)
    larger = inequality([Group(group.population * times, group.value, group.low, group.high) for group in groups])
    turned = inequality(groups[::-1])
    assert isinstance(one, Inequality) and isinstance(larger, Inequality) and isinstance(turned, Inequality)
    assert one.slope_index.value == pytest.approx(larger.slope_index.value, abs=1e-6)
    assert one.slope_index.value == pytest.approx(-turned.slope_index.value, abs=1e-6)
    assert one.slope_index.low is not None and one.slope_index.high is not None
    wide = inequality(groups, level=0.998)
    assert isinstance(wide, Inequality) and wide.slope_index.low is not None and wide.slope_index.high is not None
    assert wide.slope_index.low < one.slope_index.low < one.slope_index.high < wide.slope_index.high


def test_no_index() -> None:
    """A line that reaches 0 has a slope and no ratio; two groups make no line worth the name."""
    steep = inequality([Group(100, value, value - 1, value + 1) for value in (90, 40, 1)])
    assert isinstance(steep, Inequality) and steep.relative_index == NotCalculable("no_ratio")
    assert inequality([Group(1, 2, 1, 3), Group(1, 2, 1, 3), Group(0, 2, 1, 3)]) == NotCalculable("too_few_values")
