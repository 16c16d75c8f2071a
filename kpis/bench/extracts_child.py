"""Started by `kpis.bench.extracts` for one file: read it, and answer with processor time, peak memory and cells as JSON."""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path

from edi_portal.periods import Quarter
from kpis.catalogue import load_catalogue
from kpis.extracts import Marks, cells_of, read_extract


def main(file: str, marks: str) -> None:
    """The time covers all from opening the file to the cells; reading the definitions comes before."""
    measures = load_catalogue().measures
    known = Marks(Path(marks).read_text().split())
    began = time.process_time()
    with Path(file).open("rb") as source:
        aggregate = read_extract(source, period=Quarter(2019, 3), marks=known)
    cells = cells_of([aggregate], measures)
    seconds = time.process_time() - began
    answer = {
        "seconds": seconds,
        "megabytes": peak_megabytes(),
        "located": sum(problem.rows for problem in aggregate.problems if problem.code == "not_understood"),
        "cells": [[*cell, int(value)] for cell, value in cells.items() if value],
    }
    json.dump(answer, sys.stdout)


def peak_megabytes() -> float:
    """The peak of this program alone. What `getrusage` says begins with the peak of the process that started it."""
    status = Path("/proc/self/status")
    if status.exists():
        return next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM")) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main(*sys.argv[1:])
