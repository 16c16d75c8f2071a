"""docs/security.md and docs/reliability.md tell the truth.

Every requirement, fault and property stands in them once, with tests that exist and what came of them on which day, or with a
reason why one is missing.
"""

import ast
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.quality.evidence import DOCUMENTS, Outcome, Row, main, outcome_of, results_in, rows, with_outcomes
from tests.quality.parts import ROOT

REQUIREMENTS = [str(number) for number in range(1, 44)]
FAULTS = [f"F{number}" for number in range(1, 21)]
PROPERTIES = [f"A{number}" for number in range(1, 13)]
MARK = "pytest.mark.security"
LONGEST_REASON = 25
"""Words with which a row may say what is missing."""
ROWS = {row.number: row for path in DOCUMENTS for row in rows(path.read_text())}


def functions(path: Path) -> dict[str, ast.FunctionDef]:
    """The functions of a file by their names."""
    return {node.name: node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.FunctionDef)}


def marked() -> dict[str, set[str]]:
    """Number of a requirement → the tests that bear it."""
    bearing: dict[str, set[str]] = {number: set() for number in REQUIREMENTS}
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        if MARK not in path.read_text():
            continue
        for name, function in functions(path).items():
            for mark in function.decorator_list:
                if isinstance(mark, ast.Call) and ast.unparse(mark.func) == MARK:
                    for number in mark.args:
                        bearing[str(ast.literal_eval(number))].add(f"{path.relative_to(ROOT).as_posix()}::{name}")
    return bearing


def test_every_requirement_fault_and_property_has_one_row() -> None:
    assert [row.number for path in DOCUMENTS for row in rows(path.read_text())] == REQUIREMENTS + FAULTS + PROPERTIES


def test_the_table_of_requirements_names_the_tests_that_bear_each_number() -> None:
    assert {number: set(ROWS[number].tests) for number in REQUIREMENTS} == marked()


@pytest.mark.parametrize("row", ROWS.values(), ids=lambda row: row.number)
def test_a_row_names_tests_that_exist_and_how_they_went_or_says_what_is_missing(row: Row) -> None:
    for test in row.tests:
        path, _, name = test.partition("::")
        assert (ROOT / path).is_file(), test
        assert not name or name in functions(ROOT / path), test
    word, _, reason = row.state.partition(":")
    assert word in {"met", "in part", "open"}
    assert (word == "open") == (not row.tests)
    assert word == "met" or reason.strip()
    assert len(reason.split()) <= LONGEST_REASON
    if row.tests:
        assert "passed" in row.ran and "failed" not in row.ran and date.fromisoformat(row.on)


ABOUT = """| Nr | What it asks | Shown by | State | Last run | On |
|-|-|-|-|-|-|
| 7 | One thing | `tests/a/test_x.py::test_one`<br>`tests/b/test_y.py` | met |  |  |
| F2 | Another | `tests/a/test_x.py::test_one_more` | met: as far | 1 passed, 0.1 s | 2020-01-02 |
| A3 | A third | not yet | open: later |  |  |"""


def test_figures_go_into_the_rows_whose_tests_ran() -> None:
    of = {
        "tests/a/test_x.py::test_one": Outcome(passed=2, seconds=1.25),
        "tests/a/test_x.py::test_one_more": Outcome(failed=1, seconds=0.5),
        "tests/b/test_y.py::test_other": Outcome(passed=1000, skipped=1, seconds=0.5),
    }
    first, second, third = rows(with_outcomes(ABOUT, of))
    assert (first.ran, first.state) == ("1,002 passed, 1 left out, 1.8 s", "met")
    assert (second.ran, second.state) == ("1 failed, 0.5 s", "met: as far")
    assert date.fromisoformat(first.on) == date.fromisoformat(second.on) > date(2020, 1, 2)
    assert (third.ran, third.on) == ("", "")
    assert with_outcomes(ABOUT, of, ["7"]).splitlines()[3:] == ABOUT.splitlines()[3:]


REPORT = """<testsuites><testsuite>
<testcase classname="tests.a.test_x" name="test_one[1-two]" time="0.5"/>
<testcase classname="tests.a.test_x" name="test_one[2]" time="0.25"><skipped message="no"/></testcase>
<testcase classname="tests.a.test_x" name="test_two" time="1"><failure message="no"/></testcase>
<testcase classname="tests.a.test_x" name="test_two" time="0"><error message="no"/></testcase>
</testsuite></testsuites>"""


def test_the_cases_of_a_test_are_added_up() -> None:
    assert results_in(ElementTree.fromstring(REPORT)) == {
        "tests/a/test_x.py::test_one": Outcome(passed=1, skipped=1, seconds=0.75),
        "tests/a/test_x.py::test_two": Outcome(failed=2, seconds=1.0),
    }


def test_a_row_of_which_nothing_ran_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "report.xml").write_text(REPORT)
    assert main(["F1", "13", "--reports", str(tmp_path / "report.xml")]) == 1
    assert "Not shown: 13, F1." in capsys.readouterr().out


def test_a_row_holds_when_something_passed_and_nothing_failed() -> None:
    assert Outcome(passed=1, skipped=1).holds
    assert not Outcome(passed=1, failed=1).holds and not Outcome(skipped=1).holds
    assert str(outcome_of(["tests/a/test_x.py::test_none"], {})) == "nothing ran, 0.0 s"
