"""W1: the counts that a peer computes row by row, as one set: 2,500 cases of 338 organisations, 8 levels, 21 indicators.

Each case passed, failed, is not eligible for, or has no answer to each indicator. Wanted and stored are the four counts of every
organisation, of everything that it belongs to at seven further levels, and of the nation. The peer, Epilepsy12 at its commit
9e95f0fc, measured on 2 cores: 3,351 queries and 6.1 s. Its cases are synthetic there as here; none of its code is used.
"""

from __future__ import annotations

import io
from collections import defaultdict
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from edi_portal.bench import BenchResult, within

if TYPE_CHECKING:
    import numpy as np

CASES, ORGANISATIONS, INDICATORS = 2500, 338, 21
OUTCOMES = ("passed", "failed", "not_eligible", "incomplete")
# How many units there are at each level above the organisation; the last is the nation.
LEVELS = (242, 120, 42, 20, 7, 2, 1)
RUNS = 9
MOST_QUERIES, MOST_SECONDS = 20, 0.25
PEER_QUERIES, PEER_SECONDS = 3351, 6.1

# (level, unit, indicator) → how many cases have each outcome.
Counts = dict[tuple[int, int, int], tuple[int, ...]]


class UnequalCounts(AssertionError):
    """The set and the plain loop counted differently."""


def measure() -> list[BenchResult]:
    """Count once and compare with a plain loop, then for queries and time."""
    with transaction.atomic(), connection.cursor() as cursor:
        _make_tables()
        aggregate()
        cursor.execute(f"SELECT level, unit, indicator, {', '.join(OUTCOMES)} FROM bench_count")
        stored = {tuple(row[:3]): row[3:] for row in cursor.fetchall() if any(row[3:])}
        if stored != _counted_one_by_one():
            raise UnequalCounts("The stored counts are not those of the plain loop.")
        with CaptureQueriesContext(connection) as captured:
            aggregate()
        seconds = [_clocked() for _ in range(RUNS)]
        rows = _rows()
        transaction.set_rollback(True)
    queries = len(captured)
    return [
        BenchResult("W1: rows of counts", rows, "", None, True),
        BenchResult("W1: queries", queries, "", MOST_QUERIES, queries <= MOST_QUERIES),
        within("W1: counting again, median", median(seconds), "s", MOST_SECONDS),
        BenchResult("W1: spread of the times", max(seconds) - min(seconds), "s", None, True),
        BenchResult("W1: times as fast as the peer", PEER_SECONDS / median(seconds), "×", None, True),
        BenchResult("W1: times fewer queries than the peer", PEER_QUERIES / queries, "×", None, True),
    ]


def aggregate() -> None:
    """Read the cases as one set, count all levels by arrays, and put the new counts in place of the old ones."""
    import numpy as np

    with connection.cursor() as cursor:
        cursor.execute("SELECT organisation, outcomes FROM bench_case")
        cases = cursor.fetchall()
        organisation = np.fromiter((case[0] for case in cases), int, len(cases))
        outcomes = np.array([case[1] for case in cases])
        lines = io.StringIO()
        for level, units in enumerate((ORGANISATIONS, *LEVELS)):
            counts = tally(organisation * units // ORGANISATIONS, outcomes, units)
            lines.writelines(_lines(level, counts))
        lines.seek(0)
        cursor.execute("TRUNCATE bench_count")
        cursor.copy_expert("COPY bench_count FROM STDIN", lines)


def tally(unit: np.ndarray, outcomes: np.ndarray, units: int) -> np.ndarray:
    """How many cases of each unit have each outcome of each indicator: units × indicators × outcomes.

    `unit` has one number for each case, `outcomes` one row; every place in the answer is one number, so counting is one pass.
    """
    import numpy as np

    indicators = outcomes.shape[1]
    kinds = len(OUTCOMES)
    places = (unit[:, None] * indicators + np.arange(indicators)) * kinds + outcomes
    return np.bincount(places.ravel(), minlength=units * indicators * kinds).reshape(units, indicators, kinds)


def _lines(level: int, counts: np.ndarray) -> list[str]:
    return [
        f"{level}\t{unit}\t{indicator}\t{passed}\t{failed}\t{not_eligible}\t{incomplete}\n"
        for unit, of_unit in enumerate(counts.tolist())
        for indicator, (passed, failed, not_eligible, incomplete) in enumerate(of_unit)
    ]


def _make_tables() -> None:
    """Synthetic cases, drawn alike each time."""
    import numpy as np

    random = np.random.default_rng(1)
    organisation = random.integers(0, ORGANISATIONS, CASES).tolist()
    outcomes = random.integers(0, len(OUTCOMES), (CASES, INDICATORS)).tolist()
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE bench_case (organisation int NOT NULL, outcomes smallint[] NOT NULL)")
        cursor.execute(
            "CREATE TEMPORARY TABLE bench_count (level smallint, unit int, indicator smallint, passed int NOT NULL,"
            " failed int NOT NULL, not_eligible int NOT NULL, incomplete int NOT NULL, PRIMARY KEY (level, unit, indicator))"
        )
        cursor.executemany("INSERT INTO bench_case VALUES (%s, %s)", list(zip(organisation, outcomes, strict=True)))
        cursor.execute("ANALYZE bench_case")


def _counted_one_by_one() -> Counts:
    """The same counts by a loop that nobody can misread."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT organisation, outcomes FROM bench_case")
        cases = cursor.fetchall()
    counts: dict[tuple[int, int, int], list[int]] = defaultdict(lambda: [0] * len(OUTCOMES))
    for organisation, outcomes in cases:
        for level, units in enumerate((ORGANISATIONS, *LEVELS)):
            for indicator, outcome in enumerate(outcomes):
                counts[level, organisation * units // ORGANISATIONS, indicator][outcome] += 1
    return {address: tuple(numbers) for address, numbers in counts.items()}


def _clocked() -> float:
    began = perf_counter()
    aggregate()
    return perf_counter() - began


def _rows() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM bench_count")
        return int(cursor.fetchone()[0])
