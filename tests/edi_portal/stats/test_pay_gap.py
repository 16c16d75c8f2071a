"""Mean and median pay gap, and pay quarters."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from peer_numbers import Near, cases

from edi_portal.stats.estimate import Estimate, NotCalculable
from edi_portal.stats.pay_gap import gap_percent, mean_gap, median_gap, quarter_sizes, women_by_quarter

near = Near("pay_gap")
PENCE = st.lists(st.integers(700, 9000).map(lambda pence: pence / 100), min_size=1, max_size=60)


@pytest.mark.parametrize("case", cases("pay_gap"))
def test_gaps_agree_with_the_peer(case: dict[str, Any]) -> None:
    men, women = case["male"], case["female"]
    for found, expected in ((mean_gap(men, women), case["mean_gap_pct"]), (median_gap(men, women), case["median_gap_pct"])):
        if expected is None:
            assert found == NotCalculable("no_staff_in_group")
        else:
            assert isinstance(found, Estimate) and near(found.value, expected)
    if case["women_per_quarter"] is not None:
        assert women_by_quarter(men, women) == tuple(case["women_per_quarter"])
        assert quarter_sizes(len(men) + len(women)) == (case["staff_per_quarter"],) * 4


def test_worked_numbers_of_the_standard() -> None:
    men, women = [12, 14, 18, 30], [11, 12, 13, 16, 20]
    mean, median = mean_gap(men, women), median_gap(men, women)
    assert isinstance(mean, Estimate) and isinstance(median, Estimate)
    assert (round(mean.value, 2), median.value) == (22.16, 18.75)


def test_quarter_rule_of_the_government_guidance() -> None:
    """GOV.UK, make your calculations: of 322 people lower and upper middle quarters take one more: 81, 80, 81, 80."""
    assert quarter_sizes(322) == (81, 80, 81, 80)
    assert [quarter_sizes(staff) for staff in (320, 321, 323)] == [(80, 80, 80, 80), (81, 80, 80, 80), (81, 81, 81, 80)]


def test_ties_across_a_cut_are_shared_in_proportion() -> None:
    assert women_by_quarter([10, 10, 10, 10], [10, 10, 10, 10]) == (1, 1, 1, 1)
    # 6 men and 2 women on one rate: every quarter of 2 holds half a woman.
    assert women_by_quarter([10] * 6, [10] * 2) == (0.5, 0.5, 0.5, 0.5)
    # Lowest two are women; the middle four share a rate, 1 woman among them; the top two are men.
    assert women_by_quarter([12, 12, 12, 20, 20], [9, 9, 12]) == (2, 0.5, 0.5, 0)


@given(PENCE, PENCE)
def test_quarters_hold_every_woman_once_whatever_the_order(men: list[float], women: list[float]) -> None:
    found = women_by_quarter(men, women)
    assert sum(found) == pytest.approx(len(women))
    assert found == women_by_quarter(men[::-1], sorted(women))
    others = women_by_quarter(women, men)
    assert [a + b for a, b in zip(found, others, strict=True)] == pytest.approx(quarter_sizes(len(men) + len(women)))


@given(st.integers(0, 100_000))
def test_quarters_differ_by_at_most_one_person(staff: int) -> None:
    sizes = quarter_sizes(staff)
    assert sum(sizes) == staff and max(sizes) - min(sizes) <= 1


@given(PENCE, PENCE, st.sampled_from([2, 10, 100]))
def test_gaps_do_not_depend_on_the_currency_unit(men: list[float], women: list[float], times: int) -> None:
    for gap, middle in ((mean_gap, np.mean), (median_gap, np.median)):
        one, other = gap(men, women), gap([pay * times for pay in men], [pay * times for pay in women])
        assert isinstance(one, Estimate) and isinstance(other, Estimate)
        assert one.value == pytest.approx(other.value, abs=1e-9)
        assert one.value == pytest.approx((middle(men) - middle(women)) / middle(men) * 100, abs=1e-9)


def test_no_pay_is_not_calculable() -> None:
    assert gap_percent(0, 5) == NotCalculable("zero_pay")
