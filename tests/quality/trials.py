"""One trial: the tests that reach a fault, run against the code with the fault, in a process of its own. No file is touched.

The parent has imported what is large and does not change (pandas, scipy, Django), but nothing of the portal. A trial here is a
fork of it that imports the portal with the one module changed, so that tables and constants are changed as truly as functions
are. What is wrong in the body of a function alone is tried much faster in `warm`.
"""

import contextlib
import importlib
import os
import resource
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum, auto
from functools import partial
from importlib.abc import MetaPathFinder
from importlib.machinery import SourceFileLoader
from importlib.util import spec_from_file_location
from typing import Any

import pytest

from tests.quality.changes import Mutant
from tests.quality.learning import Learned, Watching, file_of
from tests.quality.parts import ROOT, Part

LARGE = (
    "asyncio", "celery", "django.contrib.auth.hashers", "django.db.backends.postgresql.base", "django.forms", "django.http",
    "django.template.defaultfilters", "django.test.client", "factory", "hypothesis", "hypothesis.strategies", "jinja2", "numpy",
    "openpyxl", "pandas", "psycopg2", "python_calamine", "scipy.optimize", "scipy.stats", "statsmodels.api",
)  # fmt: skip
MOST_SECONDS = 10  # of processor time for a trial, beside three times what its tests take
QUIET = ("-q", "--no-header", "--tb=no", "-p", "no:cacheprovider", "-p", "no:randomly", "--hypothesis-seed=0")
IGNORED = ("-W", "ignore::pytest.PytestAssertRewriteWarning")  # the large packages above are there before pytest is


class Outcome(StrEnum):
    """What became of a mutant."""

    KILLED = auto()
    TIMED_OUT = auto()
    SURVIVED = auto()
    UNREACHED = auto()


class Broken(Exception):
    """The tests fail, or cannot be run, although nothing was changed."""


@dataclass(frozen=True, slots=True)
class Result:
    """The outcome, the first test that failed, and how long it took."""

    outcome: Outcome
    noticed_by: str
    seconds: float


class Chosen:
    """A pytest plugin: these tests alone, in this order, with properties tried the same way every time."""

    def __init__(self, tests: Iterable[str], *, prepared_database: bool) -> None:
        self.rank = {test: at for at, test in enumerate(tests)}
        self.prepared_database = prepared_database
        self.database_named = False
        self.failed = ""

    def pytest_pycollect_makemodule(self) -> None:
        from hypothesis import HealthCheck, Phase, settings

        phases = (Phase.explicit, Phase.generate)
        settings.register_profile(
            "mutants", deadline=None, database=None, phases=phases, suppress_health_check=list(HealthCheck), derandomize=True
        )
        settings.load_profile("mutants")

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = [item for item in items if not _really_commits(item)]
        if self.rank:
            items[:] = sorted((item for item in items if item.nodeid in self.rank), key=lambda item: self.rank[item.nodeid])

    @pytest.hookimpl(tryfirst=True)
    def pytest_fixture_setup(self, fixturedef: Any) -> object:
        """The test database stands already: the first run of the part has made and filled it."""
        if not self.prepared_database or fixturedef.argname != "django_db_setup":
            return None
        if not self.database_named:  # the project's fixture of this name wraps that of pytest-django: both come here
            from django.db import connections

            self.database_named = True
            connection = connections["default"]
            name = connection.creation._get_test_db_name()
            connection.settings_dict["NAME"] = connections.settings["default"]["NAME"] = name
        fixturedef.cached_result = (None, None, None)
        return True

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed and not self.failed:
            self.failed = report.nodeid

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed and not self.failed:
            self.failed = report.nodeid


def _really_commits(item: pytest.Item) -> bool:
    """Tests outside a transaction would leave behind what a fault made of the database."""
    marker = item.get_closest_marker("django_db")
    return "transactional_db" in getattr(item, "fixturenames", ()) or bool(marker and marker.kwargs.get("transaction"))


class Changed(MetaPathFinder):
    """Gives one module its changed code; everything else is imported as ever."""

    def __init__(self, mutant: Mutant) -> None:
        self.mutant = mutant

    def find_spec(self, name: str, path: object, target: object = None) -> Any:
        if name != self.mutant.module:
            return None
        loader = SourceFileLoader(name, str(self.mutant.path))
        loader.get_code = lambda fullname: self.mutant.compiled()  # type: ignore[method-assign]
        return spec_from_file_location(name, self.mutant.path, loader=loader)


def warm_up() -> None:
    """Import what every trial would otherwise import again."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "edi_portal.settings")
    for name in LARGE:
        importlib.import_module(name)


def learn(part: Part, files: Iterable[str], save: Callable[[Learned], None]) -> None:
    """Run test files of the part as they are, make the test database, and save which test reaches which line."""

    def run() -> tuple[int, str]:
        watching, chosen = Watching(part), Chosen((), prepared_database=False)
        status = run_pytest([str(ROOT / file) for file in files], watching, chosen)
        if status == pytest.ExitCode.OK:
            save(watching.learned())
        return status, chosen.failed

    result = in_a_fork(run, seconds=3600)
    if result.outcome is not Outcome.SURVIVED:
        raise Broken(f"The tests of {part.name} do not pass as they are: {result.noticed_by or result.outcome}.")


def control(part: Part, tests: list[str]) -> None:
    """Run tests as a trial does, with nothing changed: they must pass, or a trial would say nothing."""
    result = in_a_fork(lambda: _run(tests, None, prepared_database=True), seconds=600)
    if result.outcome is not Outcome.SURVIVED:
        raise Broken(f"Nothing was changed in {part.name}, and a test failed: {result.noticed_by or result.outcome}.")


def try_out(mutant: Mutant, tests: list[str], expected_seconds: float) -> Result:
    """Whether one of these tests notices the mutant.

    The first file is tried alone: it notices most faults of a table, and reading all the others takes longer than running them.
    """
    result, seconds = Result(Outcome.UNREACHED, "", 0), 0.0
    for some in in_two(tests):
        result = in_a_fork(partial(_run, some, mutant, prepared_database=True), seconds=limit_of(expected_seconds))
        seconds += result.seconds
        if result.outcome is not Outcome.SURVIVED:
            break
    return replace(result, seconds=seconds)


def in_two(tests: list[str]) -> Iterator[list[str]]:
    """The tests of the first file, then all others; nothing that holds no test."""
    others = [test for test in tests if file_of(test) != file_of(tests[0])]
    yield from (some for some in (tests[: len(tests) - len(others)], others) if some)


def limit_of(expected_seconds: float) -> int:
    """Seconds of processor time for a trial; a fault that takes longer has made an endless loop."""
    return MOST_SECONDS + round(3 * expected_seconds)


def _run(tests: list[str], mutant: Mutant | None, *, prepared_database: bool) -> tuple[int, str]:
    if mutant is not None:
        sys.meta_path.insert(0, Changed(mutant))
    chosen = Chosen(tests, prepared_database=prepared_database)
    try:
        status = run_pytest(["-x", *dict.fromkeys(str(ROOT / file_of(test)) for test in tests)], chosen)
    except BaseException as error:  # noqa: BLE001 - a fault may keep the portal from starting, which is noticed too
        return 1, f"the start: {type(error).__name__}"
    if status == pytest.ExitCode.NO_TESTS_COLLECTED:
        return -1, "no test was found"
    return status, chosen.failed


def run_pytest(words: list[str], *plugins: object) -> int:
    return int(pytest.main([*words, *QUIET, *IGNORED, "--reuse-db", f"--rootdir={ROOT}"], plugins=list(plugins)))


def in_a_fork(run: Callable[[], tuple[int, str]], *, seconds: int) -> Result:
    """Run in a child with a limit of processor time, which a busy machine does not shorten, and a wide one of the clock."""
    started = time.perf_counter()
    with tempfile.TemporaryFile("w+") as told:
        child = os.fork()
        if child == 0:
            be_the_child(run, told.fileno(), seconds)
        _, status = os.waitpid(child, 0)
        told.seek(0)
        answer = told.read()
    taken = time.perf_counter() - started
    if os.WIFSIGNALED(status):
        if os.WTERMSIG(status) in (signal.SIGXCPU, signal.SIGALRM, signal.SIGKILL):
            return Result(Outcome.TIMED_OUT, "", taken)
        raise Broken(f"A trial ended by signal {os.WTERMSIG(status)}.")
    code, _, noticed_by = answer.partition(" ")
    if not code or int(code) < 0:
        raise Broken(f"A trial gave no answer: {noticed_by or 'it ended early'}")
    return Result(Outcome.KILLED if int(code) else Outcome.SURVIVED, noticed_by, taken)


def be_the_child(run: Callable[[], tuple[int, str]], told: int, seconds: int) -> None:
    """Never returns."""
    try:
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))
        signal.alarm(20 * seconds)
        silence = os.open(os.environ.get("MUTANTS_LOG", os.devnull), os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.dup2(silence, 1)
        os.dup2(silence, 2)
        with tempfile.TemporaryDirectory() as folder, contextlib.suppress(ImportError):
            from hypothesis.configuration import set_hypothesis_home_dir

            set_hypothesis_home_dir(folder)
            status, noticed_by = run()
            os.write(told, f"{status} {noticed_by}".encode())
    finally:
        os._exit(0)
