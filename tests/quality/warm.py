"""Faults in the bodies of functions: a process that has read the portal and its tests once is forked for each of them.

The fork gives the living function the changed code, wherever it is referred to, and runs the tests that reach it.
"""

import gc
import json
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from types import CodeType, FunctionType
from typing import Any

import pytest

from tests.quality import trials
from tests.quality.changes import Mutant
from tests.quality.learning import file_of
from tests.quality.parts import ROOT
from tests.quality.trials import Broken, Chosen, Outcome, Result

WARM_SECONDS = 24 * 3600
Place = tuple[str, str, int]


@dataclass(frozen=True, slots=True)
class Trial:
    """A mutant, the tests that could notice it, and how long they take when nothing is wrong."""

    mutant: Mutant
    tests: list[str]
    seconds: float


def try_out_all(wanted: list[Trial], until: float) -> Iterator[tuple[Trial, Result | None]]:
    """The result of each trial as it comes; None where the function could not be changed in place.

    None begins after `until`, a time of the monotonic clock.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        trials.be_the_child(lambda: _collect_and_try(wanted, writing, until), os.open(os.devnull, os.O_WRONLY), WARM_SECONDS)
    os.close(writing)
    done = 0
    with os.fdopen(reading) as lines:
        for trial, line in zip(wanted, lines, strict=False):
            done += 1
            said = json.loads(line)
            yield trial, said and Result(Outcome(said[0]), said[1], said[2])
    os.waitpid(child, 0)
    if done < len(wanted) and time.monotonic() < until:
        raise Broken("The process that runs the trials ended early.")


def _collect_and_try(wanted: list[Trial], writing: int, until: float) -> tuple[int, str]:
    tests = dict.fromkeys(test for trial in wanted for test in trial.tests)
    files = dict.fromkeys(str(ROOT / file_of(test)) for test in tests)
    chosen = Chosen(tests, prepared_database=True)
    return trials.run_pytest(list(files), chosen, _Trying(wanted, writing, until, chosen)), ""


class _Trying:
    """A pytest plugin: in place of running the tests, the trials."""

    def __init__(self, wanted: list[Trial], writing: int, until: float, chosen: Chosen) -> None:
        self.wanted, self.writing, self.until, self.chosen = wanted, writing, until, chosen

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        living = living_functions()
        items = {item.nodeid: item for item in session.items}
        for trial in self.wanted:
            if time.monotonic() >= self.until:
                break
            chosen_items = [items[test] for test in trial.tests if test in items]
            said = json.dumps(self._result(trial, chosen_items, living))
            os.write(self.writing, f"{said}\n".encode())
        return True

    def _result(self, trial: Trial, items: list[pytest.Item], living: dict[Place, list[FunctionType]]) -> Any:
        if not items:
            return [Outcome.UNREACHED, "", 0]
        functions = living.get(place_of(trial.mutant), [])
        if not functions:
            return None

        def run() -> tuple[int, str]:
            change(functions, trial.mutant)
            for item, following in zip(items, [*items[1:], None], strict=True):
                item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
                if self.chosen.failed:
                    return 1, self.chosen.failed
            return 0, ""

        result = trials.in_a_fork(run, seconds=trials.limit_of(trial.seconds))
        return [result.outcome, result.noticed_by, result.seconds]


def living_functions() -> dict[Place, list[FunctionType]]:
    """Every function in memory by file, name and first line."""
    found: dict[Place, list[FunctionType]] = {}
    for each in gc.get_objects():
        if type(each) is FunctionType:  # isinstance would wake lazy objects, which may need what is not installed
            code = each.__code__
            found.setdefault((code.co_filename, code.co_qualname, code.co_firstlineno), []).append(each)
    return found


def place_of(mutant: Mutant) -> Place:
    """Where the outermost function around a mutant is found."""
    outermost = mutant.outermost
    return str(mutant.path), mutant.outermost_name, min([outermost.lineno, *(each.lineno for each in outermost.decorator_list)])


def change(functions: list[FunctionType], mutant: Mutant) -> None:
    """Give the functions the mutant's code."""
    changed = _code_of(mutant.compiled(), place_of(mutant))
    for function in functions:
        function.__code__ = changed


def _code_of(code: CodeType, place: Place) -> CodeType:
    pending = [code]
    while pending:
        each = pending.pop()
        if (each.co_qualname, each.co_firstlineno) == place[1:]:
            return each
        pending.extend(inner for inner in each.co_consts if isinstance(inner, CodeType))
    raise Broken(f"The changed code has no {place[1]}.")
