"""What the tests of a part run when nothing is wrong: for each line the tests that reach it, for each test its processor time."""

import ast
import hashlib
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.quality.changes import Mutant
from tests.quality.parts import ROOT, Part


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

    def _ordered(self, tests: set[str]) -> list[str]:
        cost: dict[str, float] = {}
        for test in tests:
            cost[file_of(test)] = cost.get(file_of(test), 0) + self.seconds.get(test, 0)
        return sorted(tests, key=lambda test: (cost[file_of(test)], file_of(test), self.seconds.get(test, 0), test))


def file_of(test: str) -> str:
    """The file of a pytest node id."""
    return test.partition("::")[0]


def fingerprint(part: Part) -> str:
    """Of everything that decides what the tests reach: the part's modules and all code of tests."""
    digest = hashlib.sha256()
    for path in sorted({*part.modules(), *part.test_files(), *(ROOT / "tests").glob("**/[!t]*.py")}):
        digest.update(str(path).encode() + path.read_bytes())
    return digest.hexdigest()


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

    def write(self, target: Path, mark: str) -> None:
        """Save what was seen. What a test's preparation reached counts for its whole file, which may share it."""
        self.cover.stop()
        of_file: dict[str, list[str]] = {}
        for test in self.seconds:
            of_file.setdefault(file_of(test), []).append(test)
        data = self.cover.get_data()
        reached = {}
        for path in data.measured_files():
            lines = {}
            for line, contexts in data.contexts_by_lineno(path).items():
                tests = {context for context in contexts if not context.endswith("|setup")}
                for context in contexts:
                    if context.endswith("|setup"):
                        tests.update(of_file[file_of(context)])
                lines[line] = sorted(tests)
            reached[path] = lines
        target.write_text(json.dumps({"mark": mark, "reached": reached, "seconds": self.seconds}))


def read(source: Path, mark: str) -> Learned | None:
    """What was saved, where it is still true."""
    if not source.exists():
        return None
    saved = json.loads(source.read_text())
    if saved["mark"] != mark:
        return None
    reached = {path: {int(line): set(tests) for line, tests in lines.items()} for path, lines in saved["reached"].items()}
    return Learned(reached, saved["seconds"])
