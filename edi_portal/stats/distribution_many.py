"""`distribution.ranks` and `distribution.quantiles` within many groups at once, by arrays.

Groups of one size are worked on together, as the columns of a matrix: small ones by comparing every pair (n comparisons of
whole rows, which processors do fastest), large ones by sorting.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

# Up to this size of a group comparing every pair is faster than sorting.
_PAIRS_UP_TO = 64
# Values worked on at a time, so that they stay in the processor's cache.
_BLOCK = 16_384


@dataclass(frozen=True, slots=True)
class GroupArrays:
    """Per row its rank in its group (1 the lowest value, ties share the best); per group, in order of its number, quantiles."""

    ranks: np.ndarray
    groups: np.ndarray
    quantiles: np.ndarray


def within_groups(values: np.ndarray, groups: np.ndarray, probabilities: Sequence[float] = (0.25, 0.5, 0.75)) -> GroupArrays:
    """Rank of each value in its group and type-7 quantiles (groups × probabilities) of each group.

    Rows of a group need not stand together, but it is faster when they do. Raises ValueError for unequal lengths and
    for values that are no numbers.
    """
    import numpy as np

    if len(values) != len(groups):
        raise ValueError("Values and groups are not equally many.")
    if len(values) == 0:
        return GroupArrays(np.zeros(0, np.int32), groups[:0], np.zeros((0, len(probabilities))))
    values = values.astype(float, copy=False)
    if not np.isfinite(values.sum()) and not np.isfinite(values).all():
        raise ValueError("Every value must be a number.")
    order = None if bool((groups[1:] >= groups[:-1]).all()) else np.argsort(groups, kind="stable")
    if order is not None:
        values, groups = values[order], groups[order]
    starts = np.concatenate(([0], np.flatnonzero(groups[1:] != groups[:-1]) + 1))
    sizes = np.diff(np.append(starts, len(values)))
    ranks = np.empty(len(values), np.int32)
    found = np.empty((len(starts), len(probabilities)))
    for size in np.unique(sizes).tolist():
        which = np.flatnonzero(sizes == size)
        per_block = max(1, _BLOCK // size)
        for start in range(0, len(which), per_block):
            _one_size(values, starts, which[start : start + per_block], size, probabilities, ranks, found)
    if order is not None:
        placed = np.empty_like(ranks)
        placed[order] = ranks
        ranks = placed
    return GroupArrays(ranks, groups[starts], found)


def _one_size(
    values: np.ndarray,
    starts: np.ndarray,
    which: np.ndarray,
    size: int,
    probabilities: Sequence[float],
    ranks: np.ndarray,
    found: np.ndarray,
) -> None:
    """Fill ranks and quantiles of some groups of one size."""
    import numpy as np

    first = int(starts[which[0]])
    if int(starts[which[-1]]) - first == (len(which) - 1) * size:
        # Neighbours: a view is enough.
        at = slice(first, first + len(which) * size)
        rows = values[at].reshape(-1, size)
        ranks[at] = (_ranks_by_pairs(rows) if size <= _PAIRS_UP_TO else _ranks_by_sorting(rows)).ravel()
    else:
        places = starts[which][:, None] + np.arange(size)
        rows = values[places]
        ranks[places] = _ranks_by_pairs(rows) if size <= _PAIRS_UP_TO else _ranks_by_sorting(rows)
    ordered = np.sort(rows, axis=1)
    for column, probability in enumerate(probabilities):
        position = (size - 1) * probability
        below = floor(position)
        above = min(below + 1, size - 1)
        found[which, column] = ordered[:, below] + (position - below) * (ordered[:, above] - ordered[:, below])


def _ranks_by_pairs(rows: np.ndarray) -> np.ndarray:
    """Ranks in each row: 1 and the number of smaller values."""
    import numpy as np

    columns = np.ascontiguousarray(rows.T)
    counts = np.ones(columns.shape, np.uint8)
    smaller = np.empty(columns.shape, bool)
    for column in columns:
        np.greater(columns, column, out=smaller)
        counts += smaller.view(np.uint8)
    return counts.T


def _ranks_by_sorting(rows: np.ndarray) -> np.ndarray:
    """Ranks in each row: sorted, every value takes the place where its run of equals begins."""
    import numpy as np

    order = np.argsort(rows, axis=1, kind="stable")
    ordered = np.take_along_axis(rows, order, axis=1)
    place = np.broadcast_to(np.arange(1, rows.shape[1] + 1), rows.shape).copy()
    place[:, 1:][ordered[:, 1:] == ordered[:, :-1]] = 0
    np.maximum.accumulate(place, axis=1, out=place)
    ranks = np.empty(rows.shape, np.int32)
    np.put_along_axis(ranks, order, place.astype(np.int32), axis=1)
    return ranks
