"""docs/security.md tells the truth: 43 rows, tests that exist and bear the number, a reason where one is missing."""

import ast
import re
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)
NUMBERS = range(1, 44)
ROW = re.compile(r"^\| (\d+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
MARK = "pytest.mark.security"
LONGEST_WAIT = 25
"""Words with which a row may say what is missing."""


def rows() -> dict[int, tuple[set[str], str]]:
    """Number → the tests of its row, and its state."""
    text = (ROOT / "docs" / "security.md").read_text()
    found = [
        (int(number), set(re.findall(r"`(tests/[\w/.]+::\w+)`", tests)), state) for number, _, tests, state in ROW.findall(text)
    ]
    assert [number for number, _, _ in found] == list(NUMBERS)
    return {number: (tests, state) for number, tests, state in found}


def marked() -> dict[int, set[str]]:
    """Number → the tests that bear it."""
    bearing: dict[int, set[str]] = {number: set() for number in NUMBERS}
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        text = path.read_text()
        if MARK not in text:
            continue
        for function in ast.walk(ast.parse(text)):
            if isinstance(function, ast.FunctionDef):
                for mark in function.decorator_list:
                    if isinstance(mark, ast.Call) and ast.unparse(mark.func) == MARK:
                        for number in mark.args:
                            bearing[ast.literal_eval(number)].add(f"{path.relative_to(ROOT).as_posix()}::{function.name}")
    return bearing


def test_the_table_names_the_tests_that_bear_each_number() -> None:
    bearing = marked()
    for number, (tests, _) in rows().items():
        assert tests == bearing[number], number


def test_a_row_says_met_or_what_is_missing() -> None:
    for number, (tests, state) in rows().items():
        word, _, reason = state.partition(":")
        assert word in {"met", "in part", "open"}, number
        assert (word == "open") == (not tests), number
        assert word == "met" or reason.strip(), number
        assert len(reason.split()) <= LONGEST_WAIT, number
