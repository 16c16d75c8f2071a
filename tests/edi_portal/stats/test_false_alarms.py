"""How many marks chance alone puts on a page."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from edi_portal.stats.estimate import NotCalculable
from edi_portal.stats.false_alarms import FalseAlarms, false_alarms


def test_worked_example_of_bland_and_altman() -> None:
    """J. M. Bland and D. G. Altman, BMJ 310 (1995) 170: twenty tests at 5 %: one is expected, the chance of any is 0.64."""
    found = false_alarms(20)
    assert isinstance(found, FalseAlarms)
    assert found.expected == pytest.approx(1) and round(found.chance_of_any, 2) == 0.64


@given(st.integers(1, 5000), st.sampled_from([0.9, 0.95, 0.998]), st.booleans())
def test_binomial_of_another_library(comparisons: int, level: float, one_sided: bool) -> None:
    found = false_alarms(comparisons, level=level, one_sided=one_sided)
    chance = (1 - level) / (2 if one_sided else 1)
    assert isinstance(found, FalseAlarms)
    assert found.expected == pytest.approx(comparisons * chance)
    assert found.chance_of_any == pytest.approx(stats.binom.sf(0, comparisons, chance), rel=1e-9)
    assert found.usually_at_most == stats.binom.ppf(0.95, comparisons, chance)


@given(st.integers(1, 2000))
def test_more_comparisons_and_less_certainty_mean_more(comparisons: int) -> None:
    one, more, surer = false_alarms(comparisons), false_alarms(comparisons + 1), false_alarms(comparisons, level=0.998)
    assert isinstance(one, FalseAlarms) and isinstance(more, FalseAlarms) and isinstance(surer, FalseAlarms)
    assert surer.expected < one.expected < more.expected and surer.chance_of_any < one.chance_of_any <= more.chance_of_any


def test_nothing_compared_and_impossible_questions() -> None:
    assert false_alarms(0) == NotCalculable("no_values")
    for comparisons, level in ((-1, 0.95), (3, 95)):
        with pytest.raises(ValueError, match="needed"):
            false_alarms(comparisons, level=level)
