"""What a measurement prints and keeps: one table for people, one JSON file for comparisons over time. Pure but for the file."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path

from edi_portal.bench import BenchResult


def number_text(value: float) -> str:
    """A value with three digits that count: 0.0123, 1.23, 12.3, 123, 1,234."""
    if value == 0 or abs(value) >= 100 or value == int(value):
        return f"{value:,.0f}"
    digits = 4 if abs(value) < 0.1 else 3 if abs(value) < 1 else 2 if abs(value) < 10 else 1
    return f"{value:.{digits}f}"


def row_of(result: BenchResult) -> tuple[str, str, str, str]:
    """Name, value with unit, limit and whether it holds, as text; a figure for information has no limit."""
    limit = "" if result.limit is None else f"{number_text(result.limit)} {result.unit}".strip()
    holds = "no" if not result.holds else "yes" if result.limit is not None else ""
    return result.name, f"{number_text(result.value)} {result.unit}".strip(), limit, holds


def table(results: Iterable[BenchResult]) -> str:
    """The results as lines of text in four columns."""
    rows = [("What", "Measured", "At most", "Holds"), *(row_of(result) for result in results)]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    return "\n".join(f"{row[0]:<{widths[0]}}  {row[1]:>{widths[1]}}  {row[2]:>{widths[2]}}  {row[3]}".rstrip() for row in rows)


def write_json(results: Iterable[BenchResult], path: Path) -> None:
    """Write the results as a list of objects with name, value, unit, limit and holds; the folder is made where it is missing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps([asdict(result) for result in results], indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def failures(results: Sequence[BenchResult]) -> list[BenchResult]:
    """The results that do not hold."""
    return [result for result in results if not result.holds]
