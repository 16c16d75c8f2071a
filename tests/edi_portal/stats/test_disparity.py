"""Race disparity ratios and their product."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.contingency_tables import Table2x2

from edi_portal.stats.disparity import Tiers, disparity_ratio, disparity_ratios
from edi_portal.stats.estimate import Estimate, NotCalculable

TIERS = st.builds(Tiers, st.integers(1, 9000), st.integers(1, 9000), st.integers(1, 9000))


def test_worked_numbers_of_the_tiers() -> None:
    found = disparity_ratios(Tiers(1000, 600, 200), Tiers(300, 120, 20))
    steps = found.lower_to_middle, found.middle_to_upper, found.lower_to_upper
    assert [step.value for step in steps if isinstance(step, Estimate)] == pytest.approx([1.5, 2.0, 3.0])
    assert found.product_holds


@given(TIERS, TIERS)
def test_the_long_step_is_the_product_of_the_short_ones(reference: Tiers, comparison: Tiers) -> None:
    assert disparity_ratios(reference, comparison).product_holds


def test_a_product_that_does_not_hold_is_noticed() -> None:
    found = disparity_ratios(Tiers(1000, 600, 200), Tiers(300, 120, 20))
    broken = type(found)(found.lower_to_middle, found.middle_to_upper, Estimate(2.9))
    assert not broken.product_holds


@given(*[st.integers(1, 5000)] * 4)
def test_interval_is_that_of_an_odds_ratio_elsewhere(a: int, b: int, c: int, d: int) -> None:
    found = disparity_ratio(a, b, c, d)
    table = Table2x2([[b, a], [d, c]])
    assert isinstance(found, Estimate)
    assert found.value == pytest.approx(table.oddsratio)
    assert (found.low, found.high) == pytest.approx(table.oddsratio_confint(0.05), rel=1e-9)


def test_worked_example_of_the_aspirin_trial() -> None:
    """A. Agresti, Categorical Data Analysis: odds ratio of the aspirin trial 1.83 with Woolf's interval 1.44 to 2.33."""
    found = disparity_ratio(10845, 189, 10933, 104)
    assert isinstance(found, Estimate) and found.low is not None and found.high is not None
    assert (round(found.value, 2), round(found.low, 2), round(found.high, 2)) == (1.83, 1.44, 2.33)


@given(TIERS, TIERS, st.integers(2, 30))
def test_scale_of_a_group_does_not_matter(reference: Tiers, comparison: Tiers, times: int) -> None:
    larger = Tiers(reference.lower * times, reference.middle * times, reference.upper * times)
    one = disparity_ratios(reference, comparison).lower_to_upper
    other = disparity_ratios(larger, comparison).lower_to_upper
    assert isinstance(one, Estimate) and isinstance(other, Estimate)
    assert one.value == pytest.approx(other.value)


def test_empty_tiers() -> None:
    assert disparity_ratio(0, 5, 10, 5) == NotCalculable("no_lower_tier")
    assert disparity_ratio(10, 5, 0, 5) == NotCalculable("no_lower_tier")
    assert disparity_ratio(10, 5, 10, 0) == NotCalculable("no_comparison_group")
    assert disparity_ratio(10, 0, 10, 5) == Estimate(0.0)
    assert disparity_ratios(Tiers(10, 5, 0), Tiers(10, 0, 3)).product_holds
    with pytest.raises(ValueError, match="not below 0"):
        Tiers(1, -1, 2)
