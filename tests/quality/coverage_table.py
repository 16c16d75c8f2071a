"""The table of `make coverage`: modules of which the tests run too little, the worst first, and the share of the whole.

A branch counts like a line. Modules of which the run touched nothing but definitions are judged with all others: a run of some
tests says little about them, so look at those that the tests are about.
"""

import json
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from coverage import Coverage

from tests.quality.parts import ROOT

FLOOR = 85.0
DATA = ROOT / "var" / "coverage"
Row = tuple[float, int, str]


def rows(data: Path) -> tuple[list[Row], float]:
    """(Percentage, lines not run, module) of every module, and the percentage of the whole."""
    cover = Coverage(data_file=str(data), config_file=str(ROOT / "pyproject.toml"))
    cover.load()
    with tempfile.NamedTemporaryFile() as report:
        whole = cover.json_report(outfile=report.name)
        files = json.load(report)["files"]
    summaries = ((path, each["summary"]) for path, each in files.items())
    return [(each["percent_covered"], each["missing_lines"], path) for path, each in summaries], whole


def table(found: Iterable[Row]) -> list[str]:
    """One line for each module below the floor, the worst first."""
    return [f"{share:5.1f} %  {missed:4} lines not run  {path}" for share, missed, path in sorted(found) if share < FLOOR]


def main(words: list[str]) -> int:
    """Print the table; words are starts of paths to which it is narrowed."""
    found, whole = rows(DATA)
    chosen = [row for row in found if not words or row[2].startswith(tuple(words))]
    low = table(chosen)
    print("\n".join(low) if low else f"No module below {FLOOR:.0f} %.")
    print(f"{len(chosen)} modules, {len(low)} of them below {FLOOR:.0f} %; {whole:.1f} % of all lines and branches.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
