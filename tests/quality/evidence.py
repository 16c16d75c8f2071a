"""`make evidence`: run what docs/security.md and docs/reliability.md name, row by row, and say how it went.

Each row of their tables is a requirement, a fault or a property with the tests that show it. All of them are run once, the long
ones too. With --write the figures of each row (tests passed, seconds of work) and the day go into its last two columns.
Tests that ran a moment ago need not run again: after `make test ARGS=--junitxml=var/quick.xml` say `--reports var/quick.xml`.
"""

import argparse
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.etree import ElementTree

from tests.quality.figures import today
from tests.quality.parts import ROOT

DOCUMENTS = (ROOT / "docs" / "security.md", ROOT / "docs" / "reliability.md")
ROW = re.compile(
    r"^\| (?P<number>[FA]?\d+) \| (?P<what>[^|]+) \| (?P<tests>[^|]+) \| (?P<state>[^|]+) \| (?P<ran>[^|]*) \| (?P<on>[^|]*) \|$"
)
TEST = re.compile(r"`(tests/[\w/.]+(?:::\w+)?)`")


@dataclass(frozen=True, slots=True)
class Row:
    """One requirement, fault or property: its number, what it asks or holds, the tests that show it, and what is said of them."""

    number: str
    what: str
    tests: tuple[str, ...]
    state: str
    ran: str
    on: str


@dataclass(slots=True)
class Outcome:
    """What came of the cases of some tests."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0
    seconds: float = 0.0

    def __add__(self, other: "Outcome") -> "Outcome":
        return Outcome(
            self.passed + other.passed, self.failed + other.failed, self.skipped + other.skipped, self.seconds + other.seconds
        )

    @property
    def holds(self) -> bool:
        """Whether some case passed and none failed."""
        return self.passed > 0 and self.failed == 0

    def __str__(self) -> str:
        parts = [(self.passed, "passed"), (self.failed, "failed"), (self.skipped, "left out")]
        said = [f"{count:,} {word}" for count, word in parts if count]
        return f"{', '.join(said) or 'nothing ran'}, {self.seconds:.1f} s"


def results_in(report: ElementTree.Element) -> dict[str, Outcome]:
    """test function → what came of its cases, by the report that pytest writes for machines."""
    return added(map(_result, report.iter("testcase")))


def _result(case: ElementTree.Element) -> dict[str, Outcome]:
    path = case.get("classname", "").replace(".", "/") + ".py"
    test = f"{path}::{case.get('name', '').partition('[')[0]}"
    failed = any(case.find(word) is not None for word in ("failure", "error"))
    skipped = not failed and case.find("skipped") is not None
    outcome = Outcome(int(not failed and not skipped), int(failed), int(skipped), float(case.get("time", "0")))
    return {test: outcome}


def added(parts: Iterable[Mapping[str, Outcome]]) -> dict[str, Outcome]:
    """The outcomes of several runs together: of one test, some cases may be quick and others long."""
    found: dict[str, Outcome] = {}
    for part in parts:
        for test, outcome in part.items():
            found[test] = found.get(test, Outcome()) + outcome
    return found


def run(tests: Sequence[str], workers: str, *, long: bool) -> dict[str, Outcome]:
    """Run them, the quick ones or the long ones; a file of which none is asked for has no result."""
    environment = os.environ | ({"PORTAL_LONG": "1"} if long else {})
    with TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        command = [sys.executable, "-m", "pytest", "-q", "-n", workers, "--dist", "loadfile", f"--junitxml={report}", *tests]
        subprocess.run(command, cwd=ROOT, env=environment, check=False)
        return results_in(ElementTree.parse(report).getroot()) if report.exists() else {}


def rows(text: str) -> Iterator[Row]:
    """The rows of a document."""
    for line in text.splitlines():
        if found := ROW.match(line):
            cells = found.groupdict()
            yield Row(**cells | {"tests": tuple(TEST.findall(cells["tests"]))})


def outcome_of(tests: Iterable[str], of: Mapping[str, Outcome]) -> Outcome:
    """The sum for these tests; a test is a function, or a file with all of its functions."""
    return sum(
        (each for name, each in of.items() if any(name == test or name.startswith(f"{test}::") for test in tests)), Outcome()
    )


def with_outcomes(text: str, of: Mapping[str, Outcome], numbers: Iterable[str] = ()) -> str:
    """The document with figures and day in the rows with these numbers, or in all; a row without a test keeps what it says."""
    chosen, lines = set(numbers), []
    for line in text.split("\n"):
        row = next(rows(line), None)
        if row is not None and row.tests and (not chosen or row.number in chosen):
            line = f"{line.rsplit(' | ', 2)[0]} | {outcome_of(row.tests, of)} | {today()} |"
        lines.append(line)
    return "\n".join(lines)


def main(words: list[str]) -> int:
    """Run and print; the exit status is 0 when every test passed and every row ran at least one."""
    parser = argparse.ArgumentParser(prog="make evidence", description="Run what shows each requirement, fault and property.")
    parser.add_argument("numbers", nargs="*", help="only these rows, such as 13 F7 A3")
    parser.add_argument("--write", action="store_true", help="put figures and day into the rows")
    parser.add_argument("--reports", nargs="+", type=Path, help="reports of runs of today that pytest wrote; nothing runs then")
    parser.add_argument("--workers", default="2", help="processes that run tests (2)")
    options = parser.parse_args(words)
    texts = {path: path.read_text(encoding="utf-8") for path in DOCUMENTS}
    chosen = [row for text in texts.values() for row in rows(text) if not options.numbers or row.number in options.numbers]
    wanted = sorted({test for row in chosen for test in row.tests})
    if options.reports:
        of = added(results_in(ElementTree.parse(path).getroot()) for path in options.reports)
    else:
        of = added(run(wanted, options.workers, long=long) for long in (False, True))
    for row in chosen:
        print(f"{row.number:>3}  {outcome_of(row.tests, of)}  {row.what}")
    if options.write:
        for path, text in texts.items():
            path.write_text(with_outcomes(text, of, options.numbers), encoding="utf-8")
    short = [row.number for row in chosen if row.tests and not outcome_of(row.tests, of).holds]
    if short:
        print(f"Not shown: {', '.join(short)}.")
    return 1 if short else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
