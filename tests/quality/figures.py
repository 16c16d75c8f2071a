"""The figures of `docs/tests.md`: each line of a table is known by its first column, and what was measured replaces it."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from tests.quality.parts import ROOT

DOCUMENT = ROOT / "docs" / "tests.md"
MUTANTS = "| part | possible | drawn with seed | tried | noticed | share | survivors | judged | on |"
COVERAGE = "| package | modules | lines | lines run | lines and branches | below 90 % | on |"


def today() -> str:
    """The day of a measurement, as the tables say it."""
    return datetime.now(UTC).date().isoformat()


def put(head: str, rows: Mapping[str, list[object]], document: Path = DOCUMENT) -> None:
    """Put rows into the table with this head; what was not measured now keeps its line."""
    document.write_text(with_rows(document.read_text(encoding="utf-8"), head, rows), encoding="utf-8")


def with_rows(text: str, head: str, rows: Mapping[str, list[object]]) -> str:
    """The text with these rows in the table with this head, in the order of their first column where they are new."""
    before, found, after = text.partition(head + "\n")
    if not found:
        raise ValueError(f"No table begins with {head}")
    rule, *lines = after.split("\n")
    end = next((at for at, line in enumerate(lines) if not line.startswith("|")), len(lines))
    standing = {line.split("|")[1].strip(): line for line in lines[:end]}
    standing |= {name: f"| {' | '.join(str(cell) for cell in [name, *cells])} |" for name, cells in rows.items()}
    return before + found + "\n".join([rule, *standing.values(), *lines[end:]])
