"""Relative likelihood, its edges, and the four-fifths band."""

from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from peer_numbers import Near, cases

from edi_portal.stats.estimate import Estimate, NotCalculable
from edi_portal.stats.likelihood import four_fifths, outside_band, relative_likelihood, standard_error_of_log

near = Near("relative_likelihood")
SOME = st.integers(1, 3000).flatmap(lambda n: st.tuples(st.integers(1, n), st.just(n)))
# What the peers call the outcome, and what the portal says where there is no ratio.
REASONS = {"zero_reference": "no_reference_cases", "undefined": "no_reference_cases"}


@pytest.mark.parametrize("case", cases("relative_likelihood"))
def test_ratios_agree_with_the_peers(case: dict[str, Any]) -> None:
    counts = case["x1"], case["n1"], case["x2"], case["n2"]
    for level, name in ((0.95, "95"), (0.998, "998")):
        found = relative_likelihood(*counts, level)
        if case["status"] in REASONS:
            assert found == NotCalculable(REASONS[case["status"]])
            continue
        assert isinstance(found, Estimate)
        assert near(found.value, case["rr"])
        assert near(found.low, case[f"lower{name}"]) and near(found.high, case[f"upper{name}"])
    if case["status"] == "ok":
        assert near(standard_error_of_log(*counts), case["se_log"])


@pytest.mark.parametrize(
    ("counts", "value", "flag"),
    [
        ((300, 1200, 60, 400), "1.67", "act"),
        ((9, 620, 30, 3400), "1.65", "watch"),
        ((2040, 3400, 341, 620), "1.09", "no_flag"),
        ((250, 1000, 20, 100), "1.25", "no_flag"),
        ((2, 60, 1, 50), "1.67", "watch"),
    ],
)
def test_worked_numbers_of_the_standards(counts: tuple[int, int, int, int], value: str, flag: str) -> None:
    found = relative_likelihood(*counts)
    assert isinstance(found, Estimate) and f"{found.value:.2f}" == value
    assert four_fifths(*counts) == flag


def test_worked_example_of_the_aspirin_trial() -> None:
    """A. Agresti, Categorical Data Analysis: 189 of 11,034 on placebo, 104 of 11,037 on aspirin: 1.82 times."""
    found = relative_likelihood(189, 11034, 104, 11037)
    assert isinstance(found, Estimate) and found.low is not None and found.high is not None
    assert (round(found.value, 2), round(found.low, 2), round(found.high, 2)) == (1.82, 1.43, 2.31)


def test_edges() -> None:
    """Domain rules: no cases is 0 without a claim; no cases or nobody to compare with is not calculable."""
    assert relative_likelihood(0, 100, 5, 100) == Estimate(0.0)
    assert relative_likelihood(5, 100, 0, 100) == NotCalculable("no_reference_cases")
    assert relative_likelihood(0, 100, 0, 100) == NotCalculable("no_reference_cases")
    assert relative_likelihood(0, 0, 5, 100) == NotCalculable("no_staff_in_group")
    assert relative_likelihood(5, 100, 0, 0) == NotCalculable("no_comparison_group")
    assert four_fifths(5, 100, 0, 100) == NotCalculable("no_reference_cases")
    with pytest.raises(ValueError, match="no rate"):
        relative_likelihood(5, 4, 1, 2)


def test_a_ratio_of_0_is_judged_by_the_difference() -> None:
    assert four_fifths(0, 30, 5, 400) == "watch"
    assert four_fifths(0, 400, 60, 400) == "act"


def test_the_band_is_a_setting_and_is_met_unrounded() -> None:
    assert [outside_band(ratio) for ratio in (0.7999, 0.8, 1.25, 1.2504)] == [True, False, False, True]
    assert four_fifths(245, 1000, 200, 1000) == "no_flag"
    assert four_fifths(245, 1000, 200, 1000, band=(0.8, 1.2)) == "act"


@given(SOME, SOME)
def test_swapping_the_groups_turns_the_ratio_round(one: tuple[int, int], other: tuple[int, int]) -> None:
    found, turned = relative_likelihood(*one, *other), relative_likelihood(*other, *one)
    assert isinstance(found, Estimate) and isinstance(turned, Estimate) and turned.low and turned.high
    assert (found.value, found.low, found.high) == pytest.approx((1 / turned.value, 1 / turned.high, 1 / turned.low), rel=1e-9)


@given(SOME, SOME, st.integers(2, 20))
def test_more_of_the_same_keeps_the_ratio_and_narrows_the_interval(
    one: tuple[int, int], other: tuple[int, int], times: int
) -> None:
    assume(one[0] < one[1] or other[0] < other[1])
    found = relative_likelihood(*one, *other)
    more = relative_likelihood(*(times * count for count in (*one, *other)))
    assert isinstance(found, Estimate) and isinstance(more, Estimate)
    assert found.low and found.high and more.low and more.high
    assert more.value == pytest.approx(found.value)
    assert found.low <= more.low <= more.high <= found.high
    assert more.high / more.low < found.high / found.low


@given(SOME, SOME)
def test_flags_do_not_depend_on_which_group_stands_on_top(one: tuple[int, int], other: tuple[int, int]) -> None:
    ratio = one[0] * other[1] / (one[1] * other[0])
    assume(min(abs(ratio - 0.8), abs(ratio - 1.25)) > 1e-9)
    assert four_fifths(*one, *other) == four_fifths(*other, *one)
