"""Fifths of wards by deprivation: who belongs where, and slope index, relative index and gap against numbers worked out apart."""

from math import exp, log

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import confint_proportions_2indep

from edi_portal.stats.estimate import Estimate, NotCalculable
from kpis.ward_figures.fifths import NAMES, RankedWard, fifths_of, gradient_of
from kpis.ward_figures.sheet import WardCount

# Ten wards of 1,000 people: two in each fifth, rank 1 the most deprived.
TEN = [RankedWard(f"W{rank}", 1000, rank) for rank in range(1, 11)]
SHARES = (0.30, 0.25, 0.20, 0.15, 0.10)


def counts(cases: dict[str, tuple[int, int] | None]) -> dict[str, WardCount]:
    """Ward → its numbers; None for withheld."""
    return {code: WardCount(code, *(both or (None, None))) for code, both in cases.items()}


def even() -> dict[str, WardCount]:
    """Every ward has 200 people counted, with the share of its fifth."""
    return counts({ward.code: (round(200 * SHARES[(ward.mean_rank - 1) // 2]), 200) for ward in TEN})


def test_fifths_hold_a_fifth_of_the_people_each_most_deprived_first() -> None:
    assert fifths_of(TEN) == {f"W{rank}": (rank - 1) // 2 for rank in range(1, 11)}


def test_a_large_ward_belongs_where_the_middle_of_its_people_falls() -> None:
    wards = [RankedWard("small", 100, 1), RankedWard("large", 900, 2), RankedWard("last", 1000, 3)]
    assert fifths_of(wards) == {"small": 0, "large": 1, "last": 3}


@given(st.lists(st.tuples(st.integers(1, 20_000), st.integers(1, 32_844)), min_size=1, max_size=60))
def test_fifths_never_go_back_and_every_ward_has_one(given_wards: list[tuple[int, int]]) -> None:
    wards = [RankedWard(f"W{number:03}", people, rank) for number, (people, rank) in enumerate(given_wards)]
    found = fifths_of(wards)
    order = [found[ward.code] for ward in sorted(wards, key=lambda one: (one.mean_rank, one.code))]
    assert order == sorted(order) and set(order) <= set(range(5)) and len(found) == len(wards)


def test_indices_are_those_of_a_weighted_line_on_the_logit_scale() -> None:
    found = gradient_of(TEN, even())
    odds = [log(share / (1 - share)) for share in reversed(SHARES)]  # least deprived first
    line = sm.WLS(odds, sm.add_constant(np.array([0.1, 0.3, 0.5, 0.7, 0.9])), weights=[400] * 5).fit()
    least, most = (1 / (1 + exp(-value)) for value in (line.params[0], line.params[0] + line.params[1]))
    assert isinstance(found.slope_index, Estimate) and isinstance(found.relative_index, Estimate)
    assert found.slope_index.value == pytest.approx(most - least, abs=1e-9) and found.slope_index.value > 0
    assert found.relative_index.value == pytest.approx(most / least, abs=1e-9)
    low, high = found.slope_index.low, found.slope_index.high
    assert low is not None and high is not None and 0 < low < found.slope_index.value < high


def test_the_gap_compares_the_outer_fifths_with_newcombes_interval() -> None:
    found = gradient_of(TEN, even())
    assert isinstance(found.gap, Estimate)
    assert found.gap.value == pytest.approx(0.20)
    low, high = confint_proportions_2indep(120, 400, 40, 400, method="newcomb", compare="diff")
    assert (found.gap.low, found.gap.high) == pytest.approx((low, high), abs=1e-9)
    assert found.is_sure
    assert [fifth.name for fifth in found.fifths] == list(NAMES)
    assert (found.numerator, found.denominator) == (400, 2000)


def test_withheld_and_missing_wards_count_in_no_fifth() -> None:
    given_counts = even()
    given_counts["W1"] = WardCount("W1", None, None)
    del given_counts["W10"]
    found = gradient_of(TEN, given_counts)
    assert (found.withheld, found.missing) == (1, 1)
    assert (found.fifths[0].with_figure, found.fifths[0].wards, found.fifths[0].denominator) == (1, 2, 200)
    assert found.denominator == 1600
    # Of wards elsewhere nothing is taken.
    assert gradient_of(TEN, given_counts | counts({"W99": (50, 100)})) == found


@pytest.mark.parametrize(
    ("gone", "slope", "gap"),
    [
        ({"W1", "W2"}, None, "empty_end"),
        ({f"W{rank}" for rank in range(3, 9)}, "too_few_groups", None),
        ({ward.code for ward in TEN}, "too_few_groups", "empty_end"),
    ],
)
def test_what_cannot_be_worked_out_says_why(gone: set[str], slope: str | None, gap: str | None) -> None:
    found = gradient_of(TEN, {code: one for code, one in even().items() if code not in gone})
    for figure, reason in ((found.slope_index, slope), (found.gap, gap)):
        assert figure == NotCalculable(reason) if reason else isinstance(figure, Estimate)


def test_a_fifth_in_which_nobody_is_a_case_has_no_place_on_the_line() -> None:
    found = gradient_of(TEN, even() | counts({"W9": (0, 200), "W10": (0, 200)}))
    assert found.slope_index == found.relative_index == NotCalculable("group_without_cases")
    assert isinstance(found.gap, Estimate) and found.gap.value == pytest.approx(0.30)


def test_equal_shares_have_no_gradient() -> None:
    found = gradient_of(TEN, counts({ward.code: (40, 200) for ward in TEN}))
    assert isinstance(found.slope_index, Estimate) and isinstance(found.relative_index, Estimate)
    assert found.slope_index.value == pytest.approx(0, abs=1e-12) and found.relative_index.value == pytest.approx(1)
    assert not found.is_sure
