"""Hand a person's own workbook back, with a comment at each cell that must be mended. Pure."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from kpis.workbooks.reading import run_child
from kpis.workbooks.writing import INPUT_COLOUR


@dataclass(frozen=True, slots=True)
class Note:
    """A comment for one cell. `is_input` marks an answer cell, which is coloured as well."""

    sheet: str
    cell: str
    text: str
    is_input: bool = True


def with_comments(content: bytes, notes: Iterable[Note]) -> bytes | None:
    """The workbook with the notes; None when it cannot be opened for writing (the findings then stand on the page alone)."""
    task = json.dumps({"notes": [asdict(note) for note in notes], "plain_colour": INPUT_COLOUR}).encode()
    try:
        done = run_child("comment", task, content)
    except subprocess.TimeoutExpired:
        return None
    return done.stdout if done.returncode == 0 and done.stdout.startswith(b"PK") else None
