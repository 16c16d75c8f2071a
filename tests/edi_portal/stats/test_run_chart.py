"""Run charts of short series, breaks, and the one reading over time."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edi_portal.stats.estimate import NotCalculable
from edi_portal.stats.run_chart import Break, RunChart, read_series, run_chart
from edi_portal.stats.spc import Xmr

SHORT = st.lists(st.integers(0, 9).map(float), min_size=1, max_size=11)


@pytest.mark.parametrize(
    ("values", "rule", "heading"),
    [
        # Perla and others: six in a row on one side of the median.
        ([1, 2, 1, 2, 1, 2, 8, 9, 8, 9, 8, 9], "shift", 1),
        ([1, 2, 1, 2, 1, 2, 8, 9, 8, 9, 8], "none", 0),
        ([9, 8, 9, 8, 1, 3, 5, 2, 3, 1, 2], "none", 0),
        # Five in a row, equal neighbours counted once.
        ([5, 9, 1, 2, 2, 3, 4, 6], "trend", 1),
        ([5, 1, 9, 8, 7, 6, 2], "trend", -1),
        ([1, 2, 3, 4, 5], "trend", 1),
        ([1, 2, 3, 4], "none", 0),
        ([5, 1, 9, 8, 7, 6, 8], "none", 0),
        # The rule has to hold now.
        ([1, 2, 3, 4, 5, 3], "none", 0),
        ([4, 4, 4, 4, 4, 4, 4], "none", 0),
    ],
)
def test_rules_of_the_run_chart(values: list[float], rule: str, heading: int) -> None:
    found = run_chart(values)
    assert isinstance(found, RunChart)
    assert (found.rule, found.heading, found.known) == (rule, heading, len(values))


def test_a_shift_passes_over_points_on_the_median() -> None:
    values = [3.0, 3, 3, 3, 3, 3, 5, 5, 5, 4, 5, 5, 5]
    found = run_chart([*values[:2], 4.0, *values[2:]])
    assert isinstance(found, RunChart) and found.median == 4 and (found.rule, found.heading) == ("shift", 1)


@given(SHORT)
def test_upside_down_is_the_mirror_and_units_do_not_matter(values: list[float]) -> None:
    one, other, larger = run_chart(values), run_chart([-v for v in values]), run_chart([v * 4 for v in values])
    assert isinstance(one, RunChart) and isinstance(other, RunChart) and isinstance(larger, RunChart)
    assert (other.rule, other.heading, other.median) == (one.rule, -one.heading, -one.median)
    assert (larger.rule, larger.heading) == (one.rule, one.heading)


def test_reading_by_number_of_points() -> None:
    few = read_series([1.0, None, 2, 3, 4, 5], improvement="increase", target=2)
    assert few.chart == NotCalculable("too_few_points") and few.variation is None
    assert few.in_words == "Too few points to tell (5 of 6)"
    short = read_series([9.0, 1, 2, 3, 4, 5, 6], improvement="decrease", target=2)
    assert isinstance(short.chart, RunChart) and (short.variation, short.assurance) == ("concern_high", None)
    assert short.in_words == "Getting worse (low is good). Too few points for limits (7 of 12)"
    enough = read_series([5.0, 6] * 6, improvement="increase", target=1)
    assert isinstance(enough.chart, Xmr) and (enough.variation, enough.assurance) == ("common_cause", "pass")
    assert enough.in_words == "No real change"
    assert run_chart([None]) == NotCalculable("no_values")


def test_a_break_starts_the_count_of_points_anew() -> None:
    merger = Break(at=12, kind="merger", reason="Became part of another trust on 1 June 2021")
    found = read_series([5.0, 6] * 6 + [9.0, 9.5] * 3, improvement="increase", breaks=[merger])
    assert isinstance(found.chart, RunChart) and found.chart.median == 9.25 and found.variation == "common_cause"
    rebase = Break(at=12, kind="rebase", reason="New recruitment system", by="EDI lead")
    long = read_series([5.0, 6] * 6 + [9.0, 9.5] * 6, improvement="increase", breaks=[rebase])
    assert isinstance(long.chart, Xmr) and [stretch.mean for stretch in long.chart.stretches] == [5.5, 9.25]
    assert long.variation == "common_cause"
    unbroken = read_series([5.0, 6] * 6 + [9.0, 9.5] * 6, improvement="increase")
    assert unbroken.variation == "improvement_high" and unbroken.in_words == "Improving (high is good)"


def test_a_break_needs_its_reason_and_a_rebase_its_person() -> None:
    assert Break(at=1, kind="definition", reason="New survey question").by == ""
    with pytest.raises(ValueError, match="not before the first"):
        Break(at=0, kind="merger", reason="x")
    with pytest.raises(ValueError, match="reason"):
        Break(at=3, kind="definition", reason=" ")
    with pytest.raises(ValueError, match="person"):
        Break(at=3, kind="rebase", reason="New system")
