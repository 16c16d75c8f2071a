"""What the tests of a part run when nothing is wrong: for each line the tests that reach it, for each test its processor time."""

import ast
import hashlib
import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.quality.changes import Mutant
from tests.quality.parts import ROOT, Part

SLOWEST = 3.0
"""Seconds of processor time: a slower test is asked only where no other reaches the fault.

A survivor must sit through every test that is asked, so a few slow ones would take most of the time. What they alone would have
noticed counts as not noticed.
"""


@dataclass(frozen=True, slots=True)
class Learned:
    """`reached`: full path → line → tests; `seconds`: test → time. Tests are named by their pytest node id."""

    reached: dict[str, dict[int, set[str]]]
    seconds: dict[str, float]

    def is_read_at_import(self, mutant: Mutant) -> bool:
        """Whether the fault tells before any test runs: in a table, or in a function that one is made with, or that is kept."""
        if mutant.outermost is None or any("cache" in ast.unparse(each) for each in mutant.outermost.decorator_list):
            return True
        lines = self.reached.get(str(mutant.path), {})
        return any("" in lines.get(line, ()) for span in (mutant.lines, mutant.statement_lines) for line in span)

    def tests_for(self, mutant: Mutant) -> list[str]:
        """The tests that could notice a mutant, the cheapest files first; none where no test reaches the line."""
        lines = self.reached.get(str(mutant.path), {})
        tests: set[str] = set()
        for span in (mutant.lines, mutant.statement_lines):
            tests = tests or set().union(*(lines.get(line, set()) for line in span))
        touching = set().union(*lines.values()) - {""}
        if self.is_read_at_import(mutant):
            # A table or a constant is read anywhere: those that run this module's functions first, then all others.
            return self._ordered(touching) + self._ordered(self.seconds.keys() - touching)
        return self._ordered(tests)

    def cheapest_file(self) -> str:
        """The test file that takes least time."""
        costs: dict[str, float] = {}
        for test, seconds in self.seconds.items():
            costs[file_of(test)] = costs.get(file_of(test), 0) + seconds
        return min(costs, key=lambda file: costs[file])

    def _ordered(self, tests: set[str]) -> list[str]:
        tests = {test for test in tests if self.seconds.get(test, 0) <= SLOWEST} or tests
        cost: dict[str, float] = {}
        for test in tests:
            cost[file_of(test)] = cost.get(file_of(test), 0) + self.seconds.get(test, 0)
        return sorted(tests, key=lambda test: (cost[file_of(test)], file_of(test), self.seconds.get(test, 0), test))


def file_of(test: str) -> str:
    """The file of a pytest node id."""
    return test.partition("::")[0]


def marks_of(part: Part) -> dict[str, str]:
    """Test file → a mark of what decides what it reaches: itself, the part's modules, and the helpers beside its tests."""
    shared = hashlib.sha256()
    helpers = {helper for path in part.test_files() for helper in path.parent.glob("[!t]*.py")}
    for path in sorted({*part.modules(), *helpers}):
        shared.update(str(path).encode() + path.read_bytes())
    return {
        str(path.relative_to(ROOT)): hashlib.sha256(shared.digest() + path.read_bytes()).hexdigest() for path in part.test_files()
    }


class Watching:
    """A pytest plugin that notes which test runs which line, and its processor time."""

    def __init__(self, part: Part) -> None:
        from coverage import Coverage

        self.cover = Coverage(data_file=None, include=[str(path) for path in part.modules()], config_file=False)
        self.seconds: dict[str, float] = {}
        self.cover.start()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[Any]:
        started = time.process_time()
        try:
            return (yield)
        finally:
            self.seconds[item.nodeid] = time.process_time() - started
            self.cover.switch_context("")

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        self.cover.switch_context(f"{item.nodeid}|setup")

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_call(self, item: pytest.Item) -> None:
        self.cover.switch_context(item.nodeid)

    def learned(self) -> Learned:
        """What was seen. What a test's preparation reached counts for its whole file, which may share it."""
        self.cover.stop()
        of_file: dict[str, list[str]] = {}
        for test in self.seconds:
            of_file.setdefault(file_of(test), []).append(test)
        data = self.cover.get_data()
        reached: dict[str, dict[int, set[str]]] = {}
        for path in data.measured_files():
            reached[path] = {}
            for line, contexts in data.contexts_by_lineno(path).items():
                tests = {context for context in contexts if not context.endswith("|setup")}
                for context in contexts:
                    if context.endswith("|setup"):
                        tests.update(of_file[file_of(context)])
                reached[path][line] = tests
        return Learned(reached, self.seconds)


def write(learned: Learned, target: Path, marks: Mapping[str, str]) -> None:
    """Save what was learned of the test files with these marks."""
    reached = {path: {line: sorted(tests) for line, tests in lines.items()} for path, lines in learned.reached.items()}
    target.write_text(json.dumps({"marks": marks, "reached": reached, "seconds": learned.seconds}))


def read(source: Path, marks: Mapping[str, str]) -> tuple[Learned, set[str]]:
    """What was saved of the test files that are still the same, and these files."""
    saved = json.loads(source.read_text()) if source.exists() else {"marks": {}, "reached": {}, "seconds": {}}
    kept = {file for file, mark in saved.get("marks", {}).items() if marks.get(file) == mark}
    reached = {
        path: {int(line): {test for test in tests if not test or file_of(test) in kept} for line, tests in lines.items()}
        for path, lines in saved["reached"].items()
    }
    return Learned(
        reached if kept else {}, {test: time for test, time in saved["seconds"].items() if file_of(test) in kept}
    ), kept


def joined(one: Learned, other: Learned) -> Learned:
    """What was learned of some test files and of others."""
    reached: dict[str, dict[int, set[str]]] = {}
    for path, lines in (*one.reached.items(), *other.reached.items()):
        for line, tests in lines.items():
            reached.setdefault(path, {}).setdefault(line, set()).update(tests)
    return Learned(reached, one.seconds | other.seconds)
