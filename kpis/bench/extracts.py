"""Reading staff-level extracts: first whether every cell equals the invented truth, then processor time and memory.

Each file is read in a process of its own (`kpis.bench.extracts_child`), so that its memory is that of the reading alone.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from edi_portal.bench import BenchResult, within
from edi_portal.periods import Quarter
from kpis.demonstration.extract_files import StaffFile, csv_bytes, staff_file, training_file, xlsx_bytes

ROOT = Path(__file__).resolve().parents[2]
QUARTER = Quarter(2019, 3)
ROWS, FEW_ROWS, TIMES = 100_000, 10_000, 10
CSV_SECONDS, XLSX_SECONDS, ERRORS_SECONDS, MEGABYTES = 1.0, 3.0, 1.0, 400.0
STRAIGHT = 1.25
"""So many times the time of a tenth of the rows, for each row, still counts as linear on a machine with other work."""


class UnequalCellsError(AssertionError):
    """A computed cell differs from the truth, so its speed means nothing."""


@dataclass(frozen=True, slots=True)
class Read:
    """What reading one file cost."""

    seconds: float
    megabytes: float
    answer: dict[str, Any]


def measure(rows: int = ROWS, times: int = TIMES) -> list[BenchResult]:
    """All cases of this module."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file = staff_file(rows, seed="bench")
        (folder / "marks.txt").write_text("\n".join(file.marks))
        (folder / "staff.csv").write_bytes(csv_bytes(file.rows))
        (folder / "staff.xlsx").write_bytes(xlsx_bytes({"Staff": file.rows}))
        as_csv = _read(folder, "staff.csv", file.truth)
        as_workbook = _read(folder, "staff.xlsx", file.truth)
        found = [
            within(f"Staff CSV to cells, {rows:,} people: processor", as_csv.seconds, "s", CSV_SECONDS * rows / ROWS),
            within(f"Staff CSV, {rows:,} people: peak memory", as_csv.megabytes, "MB", MEGABYTES),
            within(f"Staff XLSX to cells, {rows:,} people: processor", as_workbook.seconds, "s", XLSX_SECONDS * rows / ROWS),
            within(f"Staff XLSX, {rows:,} people: peak memory", as_workbook.megabytes, "MB", MEGABYTES),
        ]
        found += _many(folder, file, rows, times, as_csv)
    return [*found, errors_located()]


def _many(folder: Path, file: StaffFile, rows: int, times: int, few: Read) -> list[BenchResult]:
    """The same people again and again under other keys: time grows with the rows, memory by little."""
    with (folder / "many.csv").open("wb") as target:
        target.write(csv_bytes(file.rows[:5]))
        for copy in range(times):
            target.write(csv_bytes(_under_other_keys(file, copy)))
    marks = [str(int(key) + copy * rows * 10) for key in file.marks for copy in range(times)]
    (folder / "marks.txt").write_text("\n".join(marks))
    truth = Counter({cell: count * times for cell, count in file.truth.items()})
    many = _read(folder, "many.csv", truth)
    name = f"Staff CSV to cells, {rows * times:,} people"
    joined = _joined(folder, file, rows, times, truth)
    with_training = f"Staff and training joined, {rows * times:,} people"
    return [
        BenchResult(f"{name}: processor", many.seconds, "s", None, True),
        within(f"{name}: for each row, times that of {rows:,}", many.seconds / few.seconds / times, "×", STRAIGHT),
        within(f"{name}: peak memory", many.megabytes, "MB", MEGABYTES),
        BenchResult(f"{with_training}: processor", joined.seconds, "s", None, True),
        within(f"{with_training}: peak memory", joined.megabytes, "MB", MEGABYTES),
    ]


def _joined(folder: Path, file: StaffFile, rows: int, times: int, truth: Counter[tuple[str, str, str]]) -> Read:
    """The staff file with the training of the same people, which says who they are by their keys alone."""
    training = training_file(file.people, QUARTER)
    with (folder / "training.csv").open("wb") as target:
        target.write(csv_bytes(training.rows[:1]))
        for copy in range(times):
            shift = copy * rows * 10
            target.write(csv_bytes([int(str(row[0])) + shift, *row[1:]] for row in training.rows[1:]))
    taken = Counter({cell: count * times for cell, count in training.truth.items()})
    return _read(folder, "many.csv", truth + taken, "training.csv")


def _under_other_keys(file: StaffFile, copy: int) -> Iterator[list[object]]:
    shift = copy * len(file.people) * 10
    for row in file.rows[5:-1]:
        key, dash, suffix = str(row[1]).partition("-")
        yield [int(str(row[0])) + shift, f"{int(key) + shift}{dash}{suffix}", *row[2:]]


def errors_located(rows: int = FEW_ROWS) -> BenchResult:
    """A file in which every single row has something wrong: each of them has to be located."""
    file = staff_file(rows, seed="errors", unknown_share=1.0)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "marks.txt").write_text("")
        (folder / "errors.csv").write_bytes(csv_bytes(file.rows))
        read = _read(folder, "errors.csv", file.truth)
    if read.answer["located"] != file.unknown:
        raise UnequalCellsError(f"{read.answer['located']} of {file.unknown} errors were located.")
    return within(f"{rows:,} rows, each with an error, all located: processor", read.seconds, "s", ERRORS_SECONDS)


def _read(folder: Path, name: str, truth: Counter[tuple[str, str, str]], *beside: str) -> Read:
    files = [str(folder / one) for one in ("marks.txt", name, *beside)]
    command = [sys.executable, "-m", "kpis.bench.extracts_child", *files]
    done = subprocess.run(command, cwd=ROOT, env={"LANG": "C.UTF-8"}, check=True, capture_output=True)
    answer = json.loads(done.stdout)
    cells = {(measure, row, column): count for measure, row, column, count in answer["cells"]}
    if cells != truth:
        raise UnequalCellsError(f"{', '.join([name, *beside])}: computed cells differ from the truth.")
    return Read(answer["seconds"], answer["megabytes"], answer)
