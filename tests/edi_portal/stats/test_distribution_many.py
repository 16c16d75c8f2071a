"""Ranks and quantiles within many groups at once."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edi_portal.stats.distribution import quantiles, ranks
from edi_portal.stats.distribution_many import within_groups


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 6)), max_size=60))
def test_arrays_give_what_single_calls_give(rows: list[tuple[int, int]]) -> None:
    groups = np.array([group for group, _ in rows], int)
    values = np.array([value / 2 for _, value in rows])
    found = within_groups(values, groups)
    assert found.groups.tolist() == sorted({group for group, _ in rows})
    for place, group in enumerate(found.groups):
        own = values[groups == group].tolist()
        assert found.ranks[groups == group].tolist() == ranks(own)
        assert found.quantiles[place].tolist() == quantiles(own, (0.25, 0.5, 0.75))


@pytest.mark.parametrize("size", [1, 2, 30, 64, 65, 300])
def test_small_and_large_groups_with_ties(size: int) -> None:
    random = np.random.default_rng(size)
    groups = np.repeat(np.arange(700 // size + 3), size)
    values = random.integers(0, 40, len(groups)).astype(float)
    found = within_groups(values, groups, (0.0, 0.1, 1.0))
    for group in (0, 1, groups[-1]):
        own = values[groups == group].tolist()
        assert found.ranks[groups == group].tolist() == ranks(own)
        assert found.quantiles[group].tolist() == quantiles(own, (0, 0.1, 1))


def test_more_rows_than_a_block_and_groups_of_two_sizes_in_turn() -> None:
    sizes = np.tile([30, 7], 1200)
    groups = np.repeat(np.arange(len(sizes)), sizes)
    values = np.random.default_rng(1).normal(size=len(groups))
    found = within_groups(values, groups)
    for group in (0, 1, 1199, 2398, 2399):
        own = values[groups == group].tolist()
        assert found.ranks[groups == group].tolist() == ranks(own)
        assert found.quantiles[group].tolist() == quantiles(own, (0.25, 0.5, 0.75))


def test_refusals() -> None:
    with pytest.raises(ValueError, match="equally many"):
        within_groups(np.zeros(3), np.zeros(2))
    with pytest.raises(ValueError, match="must be a number"):
        within_groups(np.array([1.0, np.nan]), np.zeros(2))
