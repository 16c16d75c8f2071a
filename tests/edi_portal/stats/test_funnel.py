"""Funnels of proportions: limits, classes and over-dispersion."""

from math import asin, sqrt
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from peer_numbers import Near, cases
from scipy import stats
from scipy.stats import mstats

from edi_portal.stats.estimate import NotCalculable
from edi_portal.stats.funnel import (
    CLASSES,
    Dispersion,
    arcsine_limits_at,
    class_of,
    dispersion,
    funnel_many,
    limits_at,
    overdispersed_class_of,
    pooled_share,
)

near = Near("funnel_proportions")
# The peer's words for the classes.
WORDS = {
    "Low (0.001)": "low_998",
    "Low (0.025)": "low_95",
    "Not significant": "inside",
    "High (0.025)": "high_95",
    "High (0.001)": "high_998",
}
UNITS = st.lists(st.integers(1, 3000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), min_size=2, max_size=40)
ENDS = (("low95", "lower95"), ("high95", "upper95"), ("low998", "lower998"), ("high998", "upper998"))


def units_of(case: dict[str, Any]) -> list[tuple[int, int]]:
    return [(unit["x"], unit["n"]) for unit in case["orgs"]]


@pytest.mark.parametrize("case", cases("funnel_proportions"))
def test_limits_and_classes_agree_with_public_health_england(case: dict[str, Any]) -> None:
    average = pooled_share(units_of(case))
    assert isinstance(average, float) and near(average, case["average"])
    for unit in case["orgs"]:
        limits = limits_at(average, unit["n"])
        assert all(near(getattr(limits, ours), unit[theirs]) for ours, theirs in ENDS)
        if not unit["near_limit"]:
            assert class_of(unit["x"], unit["n"], average) == WORDS[unit["significance"]]


@pytest.mark.parametrize("case", cases("funnel_proportions"))
def test_curve_of_public_health_england(case: dict[str, Any]) -> None:
    for point in case["curve_percent"]:
        limits = limits_at(case["average"], point["population"])
        assert near(case["average"] * 100, point["baseline"])
        for ours, theirs in ENDS:
            assert getattr(limits, ours) * 100 == pytest.approx(point[theirs], abs=1e-6)


@pytest.mark.parametrize("case", cases("funnel_proportions"))
def test_dispersion_and_its_limits_agree_with_the_peer(case: dict[str, Any]) -> None:
    found, average = dispersion(units_of(case)), case["average"]
    assert isinstance(found, Dispersion)
    assert near(found.phi, case["funnelplotr"]["phi"]) and near(found.tau2, case["funnelplotr"]["tau2"])
    assert found.is_over == case["funnelplotr"]["overdispersion_used"]
    for unit in case["orgs"]:
        peer = unit["funnelplotr"]
        for prefix, tau2 in (("", 0.0), ("od_", found.tau2)):
            limits = arcsine_limits_at(average, unit["n"], tau2)
            keys = [(ours, prefix + theirs) for ours, theirs in ENDS if prefix + theirs not in peer.get("truncated", [])]
            assert all(near(getattr(limits, ours), peer[theirs]) for ours, theirs in keys)
        for key, tau2 in (("outlier998_unadjusted", 0.0), ("outlier998_adjusted", found.widening)):
            assert (overdispersed_class_of(unit["x"], unit["n"], average, tau2) in {"low_998", "high_998"}) == peer[key]


def test_worked_example_of_a_pooled_tenth() -> None:
    """By hand: average 0.1, base 100: 0.1 ∓ 1.96·0.03 is 0.0412 to 0.1588, and 99.8 % reaches 0.0073 to 0.1927."""
    found = limits_at(0.1, 100)
    assert [round(getattr(found, name), 4) for name in ("low95", "high95", "low998", "high998")] == [
        0.0412,
        0.1588,
        0.0073,
        0.1927,
    ]


@given(UNITS)
def test_dispersion_by_another_route(units: list[tuple[int, int]]) -> None:
    found, average = dispersion(units), pooled_share(units)
    assert isinstance(found, Dispersion) and isinstance(average, float)
    bases = np.array([n for _, n in units], float)
    scores = np.array([(asin(sqrt(x / n)) - asin(sqrt(average))) * 2 * sqrt(n) for x, n in units])
    low, high = mstats.mquantiles(scores, [0.1, 0.9], alphap=1, betap=1)
    squares = float((np.clip(scores, low, high) ** 2).sum())
    assert found.phi == pytest.approx(squares / len(units), rel=1e-9, abs=1e-12)
    # DerSimonian and Laird's moment estimate with Q replaced by the drawn-in sum of squares.
    weights = 4 * bases
    tau2 = max(0.0, (squares - len(units) + 1) / (weights.sum() - (weights**2).sum() / weights.sum()))
    assert found.tau2 == pytest.approx(tau2, rel=1e-9, abs=1e-12)


@given(UNITS, st.randoms())
def test_order_of_the_units_does_not_matter(units: list[tuple[int, int]], random: Any) -> None:
    shuffled = list(units)
    random.shuffle(shuffled)
    one, other = dispersion(units), dispersion(shuffled)
    assert isinstance(one, Dispersion) and isinstance(other, Dispersion)
    assert (one.phi, one.tau2) == pytest.approx((other.phi, other.tau2), abs=1e-12)


@given(st.floats(0.01, 0.99), st.integers(1, 5000))
def test_limits_nest_narrow_with_the_base_and_mirror(average: float, base: int) -> None:
    for at in (limits_at, arcsine_limits_at):
        here, larger, mirrored = at(average, base), at(average, base * 4), at(1 - average, base)
        assert 0 <= here.low998 <= here.low95 <= average <= here.high95 <= here.high998 <= 1
        assert larger.low95 >= here.low95 and larger.high95 <= here.high95
        assert (mirrored.low95, mirrored.high95) == pytest.approx((1 - here.high95, 1 - here.low95), abs=1e-12)


def test_chance_alone_shows_no_overdispersion() -> None:
    random = np.random.default_rng(7)
    bases = random.integers(200, 2000, 2000)
    found = funnel_many(random.binomial(bases, 0.2), bases)
    # Drawn in at the outer tenths, the mean of squares of a normal score is 0.71.
    edge = stats.norm.ppf(0.9)
    assert found.dispersion.phi == pytest.approx(0.8 - 2 * edge * stats.norm.pdf(edge) + 0.2 * edge**2, abs=0.06)
    assert not found.dispersion.is_over
    assert 0.03 < float(np.mean(found.classes != CLASSES.index("inside"))) < 0.07


@given(UNITS)
def test_arrays_give_what_single_calls_give(units: list[tuple[int, int]]) -> None:
    one = dispersion(units)
    average = pooled_share(units)
    events, bases = (np.array(column) for column in zip(*units, strict=True))
    found = funnel_many(events, bases)
    assert isinstance(one, Dispersion) and isinstance(average, float)
    assert found.average == average
    assert (found.dispersion.phi, found.dispersion.tau2) == pytest.approx((one.phi, one.tau2), rel=1e-9, abs=1e-12)
    for index, (x, n) in enumerate(units):
        limits = arcsine_limits_at(average, n, found.dispersion.widening)
        ends = [float(getattr(found, name)[index]) for name, _ in ENDS]
        assert ends == pytest.approx([getattr(limits, name) for name, _ in ENDS], abs=1e-12)
        if min(abs(x / n - end) for end in ends) > 1e-12:
            assert CLASSES[found.classes[index]] == overdispersed_class_of(x, n, average, found.dispersion.widening)


def test_impossible_and_empty() -> None:
    assert pooled_share([]) == NotCalculable("no_staff_in_group")
    assert dispersion([]) == NotCalculable("no_staff_in_group")
    assert dispersion([(1, 2)]) == NotCalculable("too_few_units")
    for average, base in ((1.1, 5), (0.5, 0)):
        with pytest.raises(ValueError, match="needed"):
            limits_at(average, base)
    with pytest.raises(ValueError, match="two units"):
        funnel_many(np.array([1]), np.array([2]))
