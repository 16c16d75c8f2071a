"""The table of `make coverage`: modules of which the tests run too little, the worst first, and the share of the whole.

A branch counts like a line. Modules of which the run touched nothing but definitions are judged with all others: a run of some
tests says little about them, so look at those that the tests are about. With --write the figures go into `docs/tests.md`.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from coverage import Coverage

from tests.quality import figures
from tests.quality.parts import ROOT

FLOOR = 90.0
DATA = ROOT / "var" / "coverage"


@dataclass(frozen=True, slots=True)
class Row:
    """What was run of one module."""

    path: str
    lines: int
    run: int
    branches: int = 0
    branches_run: int = 0

    @property
    def share(self) -> float:
        """The percentage of lines and branches that were run; all, where there are none."""
        return percentage(self.run + self.branches_run, self.lines + self.branches)

    @property
    def package(self) -> str:
        """The app, with the package in it where it has one."""
        return "/".join(Path(self.path).parent.parts[:2])


def rows(data: Path, modules: Iterable[str] = ()) -> list[Row]:
    """What was run of every module, or of those whose paths begin like this: reading them all takes half a minute."""
    cover = Coverage(data_file=str(data), config_file=str(ROOT / "pyproject.toml"))
    cover.load()
    wanted = [str(ROOT / f"{start}{rest}") for start in modules for rest in ("*", "*/**")]
    with tempfile.NamedTemporaryFile() as report:
        cover.json_report(outfile=report.name, include=wanted or None)
        files = json.load(report)["files"]
    summaries = ((path, each["summary"]) for path, each in files.items())
    return [
        Row(path, each["num_statements"], each["covered_lines"], each["num_branches"], each["covered_branches"])
        for path, each in summaries
    ]


def percentage(part: int, whole: int) -> float:
    """A share in per cent; all, where there is nothing."""
    return 100 * part / whole if whole else 100.0


def table(found: Iterable[Row]) -> list[str]:
    """One line for each module below the floor, the worst first."""
    low = sorted((row for row in found if row.share < FLOOR), key=lambda row: row.share)
    return [f"{row.share:5.1f} %  {row.lines - row.run:4} lines not run  {row.path}" for row in low]


def by_package(found: Iterable[Row]) -> dict[str, list[object]]:
    """For `docs/tests.md`: each package with its modules, its lines, and how much of them was run; at last the whole."""
    packages: dict[str, list[Row]] = {}
    for row in sorted(found, key=lambda row: row.package):
        packages.setdefault(row.package, []).append(row)
    packages["all"] = [row for each in packages.values() for row in each]
    return {name: _summed(each) for name, each in packages.items()}


def _summed(found: list[Row]) -> list[object]:
    lines, run = sum(row.lines for row in found), sum(row.run for row in found)
    branches, branches_run = sum(row.branches for row in found), sum(row.branches_run for row in found)
    shares = [f"{percentage(part, of):.1f} %" for part, of in ((run, lines), (run + branches_run, lines + branches))]
    return [len(found), f"{lines:,}", *shares, len(table(found)), figures.today()]


def main(words: list[str]) -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="make coverage", description="Modules of which the tests run too little.")
    parser.add_argument("modules", nargs="*", help="starts of paths to which the table is narrowed")
    parser.add_argument("--write", action="store_true", help="put the figures of each package into docs/tests.md")
    options = parser.parse_args(words)
    chosen = rows(DATA, options.modules)
    low, packages = table(chosen), by_package(chosen)
    print("\n".join(low) if low else f"No module below {FLOOR:.0f} %.")
    print(f"{len(chosen)} modules, {len(low)} of them below {FLOOR:.0f} %; {packages['all'][3]} of all lines and branches.")
    if options.write:
        measured = {name: cells for name, cells in packages.items() if name != "all" or not options.modules}
        figures.put(figures.COVERAGE, measured)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
