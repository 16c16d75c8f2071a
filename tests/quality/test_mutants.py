"""The tool that puts faults into code: which faults, how they are named, and that the judged ones are still there."""

import json
import textwrap
from pathlib import Path

import pytest

from tests.quality.changes import Mutant, mutants_of
from tests.quality.coverage_table import Row, by_package, table
from tests.quality.figures import COVERAGE, DOCUMENT, MUTANTS, with_rows
from tests.quality.learning import SLOWEST, Learned, joined, read, write
from tests.quality.mutants import Report, all_mutants, judged_equivalent, results_before, sample_of
from tests.quality.parts import PARTS, ROOT
from tests.quality.trials import Outcome, in_two
from tests.quality.warm import change, living_functions, place_of


def written(folder: Path, code: str) -> list[Mutant]:
    path = folder / "sample.py"
    path.write_text(textwrap.dedent(code))
    return mutants_of(path, folder)


@pytest.mark.parametrize(
    ("code", "faults"),
    [
        ("return a < b", ["return a < b → return None", "a < b → a <= b", "a < b → a >= b"]),
        ("x = a and b", ["a and b → a or b", "a and b → b", "a and b → a"]),
        ("x = not a", ["not a → a"]),
        ("x = a + 2", ["a + 2 → a - 2", "a + 2 → a + 3"]),
        ("x = f(max(a))", ["max(a) → min(a)"]),
        ("x = {a, 'lead'}", ["without a", "without 'lead'", "{a, 'lead'} → {a, ''}"]),
        ("q.filter(at=a)", ["q.filter(at=a) → pass", "q.filter(at=a) → q.filter()"]),
        ("x = [a for a in b if a]", ["[a for a in b if a] → [a for a in b]"]),
        ("for a in b: f(a)", ["for a in b: → for a in ():", "f(a) → pass"]),
        ("if a: f(b)", ["if a: → if True:", "if a: → if False:", "f(b) → pass"]),
        ("a.x = b", ["a.x = b → pass"]),
        ("raise ValueError('Words for people', 3)", ["raise ValueError('Words for people', 3) → pass"]),
        ("x = 'Words for people'", []),
        ("Flag = Literal['act', 'watch']", []),
        ("x: list[int] = a", []),
        ('"""Documentation."""', []),
    ],
)
def test_each_kind_of_fault(tmp_path: Path, code: str, faults: list[str]):
    found = written(tmp_path, f"def f(a, b, q):\n    {code}\n")
    assert [mutant.key for mutant in found] == [f"sample:f: {fault}" for fault in faults]


def test_a_decorator_is_left_out_unless_nothing_runs_without_it(tmp_path: Path):
    found = written(tmp_path, "@atomic\ndef f(): ...\n\n@property\ndef g(): ...\n")
    assert [mutant.key for mutant in found] == ["sample:f: @atomic f → f"]


def test_a_rule_s_own_examples_are_left_alone(tmp_path: Path):
    code = """
    LIMIT = 5
    _ROWS = [1, 2]
    def _rows(): return [_ROWS, LIMIT]
    def check(rows): return LIMIT
    RULES = (Rule(check, Example("a case", _rows(), True)),)
    """
    assert [mutant.key for mutant in written(tmp_path, code)] == ["sample:: 5 → 6", "sample:check: return LIMIT → return None"]


def test_a_key_survives_lines_that_move_and_tells_twins_apart(tmp_path: Path):
    before = written(tmp_path, "def f(a):\n    return (a < 1, a < 1)\n")
    after = written(tmp_path, "# More.\n\n\ndef f(a):\n    return (a < 1, a < 1)\n")
    keys = [mutant.key for mutant in before]
    assert keys == [mutant.key for mutant in after]
    assert len(set(keys)) == len(keys)


def test_every_mutant_is_a_program_and_differs_from_the_code(tmp_path: Path):
    code = "def f(a, b):\n    if a < 1 and b:\n        return max(a, 2)\n    return [c for c in b if c]\n"
    original = compile(code, str(tmp_path / "sample.py"), "exec")
    for at in range(len(written(tmp_path, code))):
        changed = written(tmp_path, code)[at].compiled()
        assert changed.co_consts != original.co_consts, at


def test_a_living_function_is_changed_wherever_it_is_referred_to(tmp_path: Path):
    path = tmp_path / "sample.py"
    mutant = next(each for each in written(tmp_path, "def f(a):\n    return [a + 1 for _ in 'x']\n") if "a - 1" in each.key)
    names: dict = {}
    exec(compile(path.read_text(), str(path), "exec"), names)
    kept_elsewhere = names["f"]
    change(living_functions()[place_of(mutant)], mutant)
    assert kept_elsewhere(5) == [4]


def test_the_tests_of_a_fault_are_those_that_reach_its_line(tmp_path: Path):
    found = written(tmp_path, "LIMIT = 1\n\ndef f(a):\n    return -a\n")
    limit, inside = (next(each for each in found if part in each.key) for part in ("1 → 2", "-a → a"))
    seconds = {"b.py::slow": 3.0, "a.py::quick": 0.1, "c.py::other": 0.2}
    learned = Learned({str(inside.path): {1: {""}, 4: {"b.py::slow", "a.py::quick"}}}, seconds)
    assert learned.tests_for(inside) == ["a.py::quick", "b.py::slow"]
    assert learned.tests_for(limit) == ["a.py::quick", "b.py::slow", "c.py::other"]


def test_what_was_learned_of_a_test_file_is_kept_until_that_file_changes(tmp_path: Path):
    lines = {1: {"", "a.py::x", "b.py::z"}, 2: {"b.py::z"}}
    write(Learned({"m.py": lines}, {"a.py::x": 0.5, "b.py::z": 0.1}), tmp_path / "saved", {"a.py": "1", "b.py": "1"})
    kept, files = read(tmp_path / "saved", {"a.py": "1", "b.py": "2", "c.py": "1"})
    assert files == {"a.py"}
    assert kept == Learned({"m.py": {1: {"", "a.py::x"}, 2: set()}}, {"a.py::x": 0.5})
    whole = joined(kept, Learned({"m.py": {2: {"b.py::z"}}, "n.py": {7: {"b.py::z"}}}, {"b.py::z": 0.2}))
    assert whole.reached == {"m.py": {1: {"", "a.py::x"}, 2: {"b.py::z"}}, "n.py": {7: {"b.py::z"}}}
    assert whole.cheapest_file() == "b.py"
    assert read(tmp_path / "nothing", {"a.py": "1"}) == (Learned({}, {}), set())


def test_a_slow_test_is_asked_only_where_no_other_reaches_the_fault(tmp_path: Path):
    first, second = (
        each for each in written(tmp_path, "def f(a):\n    return -a\n\ndef g(a):\n    return -a\n") if "→ a" in each.key
    )
    lines = {2: {"a.py::slow", "a.py::quick"}, 5: {"a.py::slow"}}
    learned = Learned({str(first.path): lines}, {"a.py::slow": SLOWEST + 1, "a.py::quick": 0.1})
    assert learned.tests_for(first) == ["a.py::quick"]
    assert learned.tests_for(second) == ["a.py::slow"]


def test_a_sample_hangs_on_the_seed_and_on_nothing_else(tmp_path: Path):
    code = "def f(a):\n    return (a + 1) * (a - 2) / (a * 3)\n"
    few = [mutant.key for mutant in sample_of(written(tmp_path, code), 4, seed=1)]
    assert few == [mutant.key for mutant in sample_of(reversed(written(tmp_path, code)), 4, seed=1)]
    assert few != [mutant.key for mutant in sample_of(written(tmp_path, code), 4, seed=2)]


def test_what_no_test_reaches_counts_as_not_noticed(tmp_path: Path):
    mutant = all_mutants(PARTS["stats"])[0]
    report = Report("stats", of=3, judged=0)
    for outcome in (Outcome.KILLED, Outcome.TIMED_OUT, Outcome.SURVIVED, Outcome.UNREACHED):
        report.add(mutant, outcome)
    assert report.score == 0.5
    assert report.is_low
    assert [each["outcome"] for each in report.survivors] == ["survived", "unreached"]


def test_a_run_goes_on_with_what_is_known(tmp_path: Path):
    sample = all_mutants(PARTS["stats"])[:4]
    results = tmp_path / "results.json"
    assert results_before(results, sample) == {}
    outcomes = (Outcome.KILLED, Outcome.SURVIVED, Outcome.UNREACHED)
    saved = {mutant.key: outcome for mutant, outcome in zip(sample, outcomes, strict=False)}
    results.write_text(json.dumps(saved))
    assert results_before(results, sample) == saved
    assert results_before(results, sample[3:]) == {}


def test_one_survivor_alone_does_not_make_a_part_low():
    mutant = all_mutants(PARTS["stats"])[0]
    report = Report("stats", of=3, judged=0)
    for outcome in (Outcome.KILLED, Outcome.SURVIVED):
        report.add(mutant, outcome)
    assert not report.is_low
    report.add(mutant, Outcome.SURVIVED)
    assert report.is_low
    for _ in range(18):
        report.add(mutant, Outcome.KILLED)
    assert not report.is_low


def test_every_judged_mutant_is_still_in_the_code_and_has_its_reason():
    keys = {mutant.key for part in PARTS.values() for mutant in all_mutants(part)}
    judged = judged_equivalent()
    assert sorted(judged.keys() - keys) == []
    assert [key for key, reason in judged.items() if len(reason.split()) < 4] == []


def test_every_part_has_its_modules_and_tests():
    for part in PARTS.values():
        assert list(part.modules()), part.name
        missing = [name for name in (*part.sources, *part.tests) if not list(ROOT.glob(name))]
        assert not missing, part.name


def test_modules_below_the_floor_are_listed_the_worst_first():
    found = [Row("well.py", 100, 90), Row("less.py", 100, 89), Row("least.py", 100, 100, branches=20)]
    assert [line.split()[-1] for line in table(found)] == ["least.py", "less.py"]


def test_packages_are_added_up_line_by_line():
    found = [Row("a/b/c/one.py", 90, 90), Row("a/b/two.py", 10, 0), Row("a/three.py", 0, 0)]
    packages = {name: cells[:-1] for name, cells in by_package(found).items()}
    assert packages == {
        "a": [1, "0", "100.0 %", "100.0 %", 0],
        "a/b": [2, "100", "90.0 %", "90.0 %", 1],
        "all": [3, "100", "90.0 %", "90.0 %", 1],
    }


def test_figures_replace_their_own_line_and_no_other():
    text = "Before.\n\n| a | b |\n|-|-|\n| one | 1 |\n| two | 2 |\n\nAfter.\n"
    assert with_rows(text, "| a | b |", {"two": [22], "three": [3]}) == (
        "Before.\n\n| a | b |\n|-|-|\n| one | 1 |\n| two | 22 |\n| three | 3 |\n\nAfter.\n"
    )
    with pytest.raises(ValueError, match="No table"):
        with_rows(text, "| c |", {})


@pytest.mark.parametrize("head", [MUTANTS, COVERAGE])
def test_the_document_has_the_tables_that_the_commands_write(head: str):
    assert with_rows(DOCUMENT.read_text(), head, {}) == DOCUMENT.read_text()


def test_a_fault_of_a_table_is_tried_with_the_first_file_alone_before_all_others():
    assert list(in_two(["a.py::x", "a.py::y", "b.py::z", "c.py::x"])) == [["a.py::x", "a.py::y"], ["b.py::z", "c.py::x"]]
    assert list(in_two(["a.py::x"])) == [["a.py::x"]]
    assert list(in_two([])) == []
