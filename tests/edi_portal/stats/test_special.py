"""Quantiles of chi-square and Student against scipy, over the whole range that limits use."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special, stats

from edi_portal.stats.special import beta_lower, chi_square_quantile, gamma_tails, student_quantile, student_upper_tail

PROBABILITIES = [0.0005, 0.001, 0.025, 0.3, 0.5, 0.7, 0.975, 0.999, 0.9995]


@pytest.mark.parametrize("degrees", [0.1, 0.5, 1, 2, 3, 7.3, 18, 40, 123.4, 2000])
@pytest.mark.parametrize("probability", PROBABILITIES)
def test_chi_square_quantile(probability: float, degrees: float) -> None:
    assert chi_square_quantile(probability, degrees) == pytest.approx(stats.chi2.ppf(probability, degrees), rel=1e-11)


@pytest.mark.parametrize("degrees", [1, 2, 3, 4.5, 10, 30, 200, 5000])
@pytest.mark.parametrize("probability", PROBABILITIES)
def test_student_quantile(probability: float, degrees: float) -> None:
    assert student_quantile(probability, degrees) == pytest.approx(stats.t.ppf(probability, degrees), rel=1e-11, abs=1e-14)


@given(st.floats(0.05, 500), st.floats(0, 2000))
def test_gamma_tails(shape: float, x: float) -> None:
    lower, upper = gamma_tails(shape, x)
    assert lower == pytest.approx(special.gammainc(shape, x), rel=1e-9, abs=1e-290)
    assert upper == pytest.approx(special.gammaincc(shape, x), rel=1e-9, abs=1e-15)


@given(st.floats(0.1, 200), st.floats(0.1, 200), st.integers(0, 1024).map(lambda part: part / 1024))
def test_beta_and_its_mirror(a: float, b: float, x: float) -> None:
    assert beta_lower(a, b, x) == pytest.approx(special.betainc(a, b, x), rel=1e-9, abs=1e-14)
    assert beta_lower(a, b, x) == pytest.approx(1 - beta_lower(b, a, 1 - x), abs=1e-9)


def test_worked_example_of_printed_tables() -> None:
    """Chi-square 3.841 (1 df, 5 %) and t 2.228 (10 df, 5 % two-sided) as in any printed table."""
    assert round(chi_square_quantile(0.95, 1), 3) == 3.841
    assert round(student_quantile(0.975, 10), 3) == 2.228
    assert round(student_upper_tail(2.228, 10), 4) == 0.025


@pytest.mark.parametrize(("probability", "degrees"), [(0, 1), (1, 1), (0.5, 0), (0.5, -1)])
def test_impossible_questions_are_refused(probability: float, degrees: float) -> None:
    with pytest.raises(ValueError, match="needed"):
        chi_square_quantile(probability, degrees)
    with pytest.raises(ValueError, match="needed"):
        student_quantile(probability, degrees)


def test_numbers_too_large_to_sum_are_refused() -> None:
    assert chi_square_quantile(0.5, 1e6) == pytest.approx(stats.chi2.ppf(0.5, 1e6), rel=1e-9)
    with pytest.raises(OverflowError, match="too large"):
        gamma_tails(1e12, 1e12)
    with pytest.raises(OverflowError, match="too large"):
        gamma_tails(1e12, 1e12 + 2)
    with pytest.raises(OverflowError, match="too large"):
        beta_lower(1e12, 1e12, 0.5)
