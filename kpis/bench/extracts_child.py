"""Started by `kpis.bench.extracts` for files that belong together: answers with processor time, peak memory and cells as JSON."""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import BinaryIO

from edi_portal.periods import Quarter
from kpis.catalogue import load_catalogue
from kpis.extracts import ExtractAggregate, Marks, cells_of, read_extract, read_extracts

PERIOD = Quarter(2019, 3)


def main(marks: str, *files: str) -> None:
    """The time covers all from opening the first file to the cells; reading the definitions comes before."""
    measures = load_catalogue().measures
    known = Marks(Path(marks).read_text().split())
    began = time.process_time()
    aggregates = _read(files, known)
    cells = cells_of(aggregates, measures)
    seconds = time.process_time() - began
    answer = {
        "seconds": seconds,
        "megabytes": peak_megabytes(),
        "located": sum(problem.rows for one in aggregates for problem in one.problems if problem.code == "not_understood"),
        "cells": [[*cell, int(value)] for cell, value in cells.items() if value],
    }
    json.dump(answer, sys.stdout)


def _read(files: Sequence[str], marks: Marks) -> list[ExtractAggregate]:
    """One file alone is opened once; of several the kinds are told first, so that the staff file is counted before the others."""
    if len(files) > 1:
        return read_extracts([_opener(file) for file in files], period=PERIOD, marks=marks)
    with Path(files[0]).open("rb") as source:
        return [read_extract(source, period=PERIOD, marks=marks)]


def _opener(file: str) -> Callable[[], BinaryIO]:
    return lambda: Path(file).open("rb")


def peak_megabytes() -> float:
    """The peak of this program alone. What `getrusage` says begins with the peak of the process that started it."""
    status = Path("/proc/self/status")
    if status.exists():
        return next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM")) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main(*sys.argv[1:])
