"""Funnels of observed over expected events."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from peer_numbers import Near, cases
from scipy import stats
from test_funnel import ENDS, WORDS

from edi_portal.stats.estimate import NotCalculable, z_of
from edi_portal.stats.funnel import Dispersion, class_between
from edi_portal.stats.funnel_ratios import (
    overdispersed_ratio_limits_at,
    ratio_class_of,
    ratio_dispersion,
    ratio_limits_at,
)

near = Near("funnel_ratios")


@pytest.mark.parametrize("case", cases("funnel_ratios"))
def test_classes_agree_with_public_health_england(case: dict[str, Any]) -> None:
    pooled = sum(unit["observed"] for unit in case["orgs"]) / sum(unit["expected"] for unit in case["orgs"])
    for unit in case["orgs"]:
        assert ratio_class_of(unit["observed"], unit["expected"]) == WORDS[unit["significance_ratio"]]
        assert ratio_class_of(unit["observed"], unit["expected"], pooled) == WORDS[unit["significance_rate"]]


@pytest.mark.parametrize("case", cases("funnel_ratios"))
def test_limits_agree_with_the_peer(case: dict[str, Any]) -> None:
    """Exact and log-scale limits. The peer's square-root limits stay on the root scale, so they bound no ratio: left out."""
    found = ratio_dispersion([(unit["observed"], unit["expected"]) for unit in case["orgs"]])
    peer = case["funnelplotr"]["shmi_adjusted"]
    assert isinstance(found, Dispersion)
    assert near(found.phi, peer["phi"]) and near(found.tau2, peer["tau2"]) and found.is_over == peer["overdispersion_used"]
    for unit in case["orgs"]:
        if unit["observed"] == 0:
            continue
        ratio = unit["observed"] / unit["expected"]
        exact = ratio_limits_at(unit["expected"])
        assert all(near(getattr(exact, ours), unit["poisson"][theirs]) for ours, theirs in ENDS)
        wide = overdispersed_ratio_limits_at(unit["expected"], found.tau2)
        # The peer rounds z to six decimals; on the log scale that is a power of the limit.
        for (ours, theirs), (level, z) in zip(ENDS, ((0.95, 1.959964),) * 2 + ((0.998, 3.090232),) * 2, strict=True):
            assert near(getattr(wide, ours), unit["shmi_od"][theirs] ** (z_of(level) / z))
        if found.is_over:
            assert (class_between(ratio, wide) in {"low_998", "high_998"}) == unit["shmi_od"]["outlier998"]
        assert (class_between(ratio, exact) in {"low_998", "high_998"}) == unit["poisson"]["outlier998"]


@given(st.floats(0.2, 400))
def test_limits_nest_around_1_and_narrow(expected: float) -> None:
    for limits, larger in (
        (ratio_limits_at(expected), ratio_limits_at(expected * 3)),
        (overdispersed_ratio_limits_at(expected, 0.01), overdispersed_ratio_limits_at(expected * 3, 0.01)),
    ):
        assert 0 <= limits.low998 <= limits.low95 < 1 < limits.high95 < limits.high998
        assert larger.low95 > limits.low95 and larger.high95 < limits.high95


@given(st.integers(0, 9), st.floats(0.5, 40))
def test_class_is_the_exact_poisson_test(observed: int, expected: float) -> None:
    found = ratio_class_of(observed, expected)
    high, low = stats.poisson.sf(observed - 1, expected), stats.poisson.cdf(observed, expected)
    if min(abs(tail - cut) for tail in (high, low) for cut in (0.025, 0.001)) > 1e-9:
        assert (found in {"high_95", "high_998"}) == (high < 0.025) and (found == "high_998") == (high < 0.001)
        assert (found in {"low_95", "low_998"}) == (low < 0.025) and (found == "low_998") == (low < 0.001)


def test_worked_example_of_garwoods_table() -> None:
    """Exact limits of 10 expected events: chi-square with 20 and 22 degrees of freedom (9.591 and 36.781) over 20."""
    found = ratio_limits_at(10)
    assert (round(found.low95, 4), round(found.high95, 4)) == (0.4795, 1.839)


def test_nothing_expected_and_too_few() -> None:
    assert ratio_class_of(3, 0) == NotCalculable("no_expected_cases")
    assert ratio_dispersion([(3, 2.0), (0, 1.0)]) == NotCalculable("too_few_units")
    assert ratio_dispersion([(3, 2.0), (1, 2.0)]) == NotCalculable("too_few_units")
    with pytest.raises(ValueError, match="needed"):
        ratio_limits_at(0)


def test_events_where_none_were_expected_are_refused_and_not_left_to_a_division() -> None:
    with pytest.raises(ValueError, match="above 0"):
        ratio_dispersion([(3.0, 2.0), (2.0, -1.0), (4.0, 3.0)])
