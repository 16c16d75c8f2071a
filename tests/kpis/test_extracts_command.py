"""The command on a trust's own computer: no portal, no server, no database; it writes the aggregate file and nothing else."""

import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from edi_portal.periods import Quarter
from kpis.catalogue import load_catalogue
from kpis.demonstration.extract_files import cases_file, csv_bytes, staff_file, training_file, xlsx_bytes
from kpis.extracts import aggregate_as_text, aggregate_from_text, cells_of
from kpis.extracts.__main__ import main

PERIOD = Quarter(2019, 3)
STAFF = staff_file(400, code="REM")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "training.csv").write_bytes(csv_bytes(training_file(STAFF.people, PERIOD).rows))
    (tmp_path / "staff.xlsx").write_bytes(xlsx_bytes({"Staff": STAFF.rows}))
    (tmp_path / "cases.csv").write_bytes(csv_bytes(cases_file(STAFF.people, 60, PERIOD).rows, separator=";"))
    (tmp_path / "marks.txt").write_text("\n".join(STAFF.marks))
    return tmp_path


def arguments(folder: Path, *names: str) -> list[str]:
    out = ["--period", "2019-20-q3", "--organisation", "REM", "--out", str(folder / "aggregate.json")]
    return [*(str(folder / name) for name in names), *out, "--marks", str(folder / "marks.txt")]


def test_files_that_belong_together_are_joined_and_become_counts(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = set(folder.iterdir())
    counts = folder / "counts"
    assert main([*arguments(folder, "training.csv", "cases.csv", "staff.xlsx"), "--out", str(counts)]) == 0
    assert set(folder.iterdir()) - before == {counts}
    names = ["employee_relations.json", "staff_in_post.json", "training.json"]
    assert sorted(path.name for path in counts.iterdir()) == names
    text = "".join((counts / name).read_text() for name in names)
    aggregates = [aggregate_from_text((counts / name).read_text()) for name in names]
    assert "".join(map(aggregate_as_text, aggregates)) == text
    truth = STAFF.truth + training_file(STAFF.people, PERIOD).truth + cases_file(STAFF.people, 60, PERIOD).truth
    cells = cells_of(aggregates, load_catalogue().measures)
    assert {cell: value for cell, value in cells.items() if value} == truth
    printed = capsys.readouterr().out
    assert "Staff in post (sheet “Staff”, headings in row 5)" in printed
    assert not any(person.key in text or person.key in printed for person in STAFF.people)


def test_it_runs_without_the_framework(folder: Path) -> None:
    banned = "import sys; sys.modules['django'] = sys.modules['celery'] = None; import runpy; "
    banned += "runpy.run_module('kpis.extracts', run_name='__main__')"
    command = [sys.executable, "-c", banned, *arguments(folder, "staff.xlsx")]
    done = subprocess.run(command, cwd=settings.BASE_DIR, env={"LANG": "C.UTF-8"}, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_refused_file_leaves_nothing_behind(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "broken.csv").write_bytes(b"")
    assert main(arguments(folder, "staff.xlsx", "broken.csv")) == 1
    assert not (folder / "aggregate.json").exists()
    assert "The file is empty" in capsys.readouterr().err


def test_meanings_come_from_a_small_file(folder: Path) -> None:
    unknown = staff_file(300, unknown_share=0.1, code="REM")
    (folder / "unknown.csv").write_bytes(csv_bytes(unknown.rows))
    (folder / "marks.txt").write_text("\n".join(unknown.marks))
    meanings = folder / "meanings.csv"
    meanings.write_text("field,value,meaning\npay_scale,Trust Specific,band_8a\npay_scale,Ad Hoc Salary,vsm\n")
    assert main([*arguments(folder, "unknown.csv"), "--meanings", str(meanings)]) == 0
    assert not aggregate_from_text((folder / "aggregate.json").read_text()).unmapped
    meanings.write_text("pay_scale,Trust Specific,band_11\n")
    with pytest.raises(SystemExit):
        main([*arguments(folder, "unknown.csv"), "--meanings", str(meanings)])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"format": "edi-extract-aggregate", "version": NaN}',
        '{"format": "edi-extract-aggregate", "version": 1}',
        '{"format": "edi-extract-aggregate", "version": 1, "kind": "staff_in_post", "lines": {}}',
        "[" * 100_000,
        "1" * 5000,
        b"\xff\xfe\x00",
        '"\\ud800"',
    ],
)
def test_what_is_no_aggregate_file_is_refused_in_words(text: str | bytes) -> None:
    with pytest.raises(ValueError, match="Make it again"):
        aggregate_from_text(text)
