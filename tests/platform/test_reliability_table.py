"""docs/reliability.md tells the truth: every fault and property once, tests that exist, a reason where one is missing."""

import ast
import re
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
ROW = re.compile(r"^\| ([FA]\d+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
LONGEST_REASON = 25
"""Words with which a row may say what is missing."""


def rows() -> list[tuple[str, set[str], str]]:
    """Number, named tests and state of each row."""
    text = (ROOT / "docs" / "reliability.md").read_text()
    return [(number, set(re.findall(r"`(tests/[\w/.:]+)`", tests)), state) for number, _, tests, state in ROW.findall(text)]


def functions(path: Path) -> set[str]:
    """The names of the functions of a file."""
    return {node.name for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.FunctionDef)}


def test_every_fault_and_property_has_one_row() -> None:
    expected = [f"F{number}" for number in range(1, 21)] + [f"A{number}" for number in range(1, 13)]
    assert [number for number, _, _ in rows()] == expected


@pytest.mark.parametrize("row", rows(), ids=lambda row: row[0])
def test_a_row_names_tests_that_exist_or_says_what_is_missing(row: tuple[str, set[str], str]) -> None:
    _, tests, state = row
    for test in tests:
        path, _, name = test.partition("::")
        assert (ROOT / path).is_file(), test
        assert not name or name in functions(ROOT / path), test
    word, _, reason = state.partition(":")
    assert word in {"met", "in part", "open"}
    assert (word == "open") == (not tests)
    assert word == "met" or reason.strip()
    assert len(reason.split()) <= LONGEST_REASON
