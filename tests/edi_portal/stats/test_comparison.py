"""Verdicts against a target or accepted range, and against a comparator."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edi_portal.stats.comparison import verdict_against, verdict_against_target

FLOATS = st.floats(0.05, 20)
TRIPLES = st.lists(FLOATS, min_size=3, max_size=3).map(sorted)


@pytest.mark.parametrize(
    ("value", "low", "high", "verdict"),
    [
        (1.67, 1.29, 2.15, "act"),
        (1.65, 0.78, 3.45, "watch"),
        (1.09, 1.01, 1.18, "none"),
        (1.25, 1.10, 1.40, "none"),
        (1.2504, 1.10, 1.40, "act"),
        (0.60, 0.40, 0.90, "act"),
        (0.60, 0.30, 1.20, "watch"),
        (0.0, None, None, "watch"),
    ],
)
def test_accepted_range_around_1(value: float, low: float | None, high: float | None, verdict: str) -> None:
    found = verdict_against_target(value, low, high, target_low=0.80, target_high=1.25, direction="closer_to_1")
    assert found == verdict


@pytest.mark.parametrize(
    ("value", "low", "high", "verdict"),
    [
        (-6.5, -8.6, -3.8, "act"),
        (-6.5, -14.0, 1.0, "watch"),
        (-1.5, -3.0, -0.5, "none"),
        (2.5, 0.5, 4.5, "act"),
        (9.0, None, None, "act"),
    ],
)
def test_accepted_range_around_0_in_points(value: float, low: float | None, high: float | None, verdict: str) -> None:
    assert verdict_against_target(value, low, high, target_low=-2, target_high=2, direction="closer_to_0") == verdict


@pytest.mark.parametrize(
    ("target", "value", "low", "high", "direction", "verdict"),
    [
        ((80, None), 72, 66, 78, "higher", "act"),
        ((80, None), 72, 60, 82, "higher", "watch"),
        ((80, None), 80, 70, 88, "higher", "none"),
        ((None, 5), 9, 6, 13, "lower", "act"),
        ((None, 5), 9, 3, 17, "lower", "watch"),
        ((22, None), 21, None, None, "higher", "act"),
        ((22, None), 22, None, None, "higher", "none"),
    ],
)
def test_one_sided_targets(
    target: tuple[int | None, int | None], value: int, low: int | None, high: int | None, direction: str, verdict: str
) -> None:
    found = verdict_against_target(value, low, high, target_low=target[0], target_high=target[1], direction=direction)
    assert found == verdict


@pytest.mark.parametrize(
    ("direction", "low", "high", "comparator", "verdict"),
    [
        ("higher", 60, 70, 50, "better"),
        ("higher", 60, 70, 65, "no_difference"),
        ("higher", 60, 70, 80, "worse"),
        ("lower", 60, 70, 50, "worse"),
        ("lower", 60, 70, 80, "better"),
        ("closer_to_0", -2, 3, -4, "better"),
        ("closer_to_0", -9, -5, 4, "worse"),
        ("closer_to_0", -9, 5, 4, "no_difference"),
        ("closer_to_0", -1, 1, 0, "no_difference"),
        ("closer_to_0", -1, 0.005, 0, "no_difference"),
        ("closer_to_1", 0.99, 1.005, 1, "no_difference"),
        ("closer_to_1", 1.5, 2.5, 1.2, "worse"),
        ("closer_to_1", 0.4, 0.5, 1.2, "worse"),
        ("closer_to_1", 0.9, 1.1, 1.4, "better"),
        ("closer_to_1", 0.5, 1.1, 1.4, "no_difference"),
        ("none", 60, 70, 10, "no_difference"),
    ],
)
def test_against_a_comparator(direction: str, low: float, high: float, comparator: float, verdict: str) -> None:
    assert verdict_against((low + high) / 2, low, high, comparator=comparator, direction=direction) == verdict


def test_exact_figures_and_a_ratio_of_0() -> None:
    assert verdict_against(7, None, None, comparator=6, direction="higher") == "better"
    assert verdict_against(6, None, None, comparator=6, direction="higher") == "no_difference"
    assert verdict_against(0, None, None, comparator=Decimal("1.2"), direction="closer_to_1") == "no_difference"
    assert verdict_against(0, None, None, comparator=4, direction="closer_to_0") == "better"


@given(TRIPLES, FLOATS)
def test_higher_and_lower_are_opposites(triple: list[float], comparator: float) -> None:
    low, value, high = triple
    up = verdict_against(value, low, high, comparator=comparator, direction="higher")
    down = verdict_against(value, low, high, comparator=comparator, direction="lower")
    assert {"better": "worse", "worse": "better", "no_difference": "no_difference"}[up] == down


@given(TRIPLES, FLOATS)
def test_a_ratio_turned_round_has_the_same_verdict(triple: list[float], comparator: float) -> None:
    low, value, high = triple
    # Ends that lie within rounding of the comparator's distance may fall either way.
    for end in (low, high):
        if min(abs(end - comparator), abs(end - 1 / comparator)) < 1e-9:
            return
    one = verdict_against(value, low, high, comparator=comparator, direction="closer_to_1")
    assert one == verdict_against(1 / value, 1 / high, 1 / low, comparator=comparator, direction="closer_to_1")


@given(TRIPLES, st.floats(0, 2), st.sampled_from(["higher", "lower", "closer_to_1"]))
def test_a_wider_interval_never_says_more(triple: list[float], wider: float, direction: str) -> None:
    low, value, high = triple
    broad = low / (1 + wider), high * (1 + wider)
    if verdict_against(value, low, high, comparator=1.3, direction=direction) == "no_difference":
        assert verdict_against(value, *broad, comparator=1.3, direction=direction) == "no_difference"
    if verdict_against_target(value, low, high, target_low=0.8, target_high=1.25, direction=direction) == "watch":
        assert verdict_against_target(value, *broad, target_low=0.8, target_high=1.25, direction=direction) == "watch"
