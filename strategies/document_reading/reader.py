"""The portal's end of the pipe: a file goes to a limited child, its lines of text come back, or a sentence why not. Pure."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

from edi_portal import children

CHILD = Path(__file__).with_name("child.py")
PATIENCE = 55.0
"""Seconds on the clock after which a child is given up; its processor time is limited far tighter, by itself."""

_SAVE_AGAIN = "Open it to see that it is whole, save it again and choose it once more."
REFUSALS = {
    "encrypted": "The file is protected by a password, so it cannot be read. Save it without the password and choose it again.",
    "broken": f"The file is damaged or did not arrive whole. {_SAVE_AGAIN}",
    "bomb": f"The file unpacks to far more than a document holds, so it was not opened. {_SAVE_AGAIN}",
    "entities": f"The file contains code that a word processor never writes, so it was not opened. {_SAVE_AGAIN}",
    "macro": "The file contains a macro. Save it as “Word document (.docx)”, which holds no macros, or as PDF, and choose that.",
    "too_large": "The file needs more memory or time than there is for it. Save it as a smaller PDF and choose that.",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a document. `role`: "heading", "item" or "text" where the file says so; `page` is None where it does not."""

    text: str
    page: int | None
    role: str = ""


@dataclass(frozen=True, slots=True)
class DocumentText:
    """What was read: the lines, the number of pages where the file says it, and whether everything was read."""

    lines: tuple[Line, ...]
    pages: int | None
    is_whole: bool = True

    @property
    def is_empty(self) -> bool:
        """Whether it holds no text, as a scan does: fewer than 20 letters altogether."""
        return sum(char.isalpha() for line in self.lines[:200] for char in line.text) < 20


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a file is not taken: a stable code, and the sentences to show."""

    code: str
    sentence: str


def read_document(content: bytes, kind: str) -> DocumentText | Refusal:
    """The lines of a PDF ("pdf") or Word file ("docx")."""
    task = json.dumps({"kind": kind}).encode()
    try:
        done = children.run(CHILD, content=task + b"\n" + content, patience=PATIENCE)
    except subprocess.TimeoutExpired:
        return refusal("too_large")
    if done.returncode != 0:
        return refusal("too_large" if done.returncode < 0 else "broken")
    answer = json.loads(done.stdout)
    if "refused" in answer:
        return refusal(answer["refused"])
    lines = tuple(
        Line(text, number if answer["numbered"] else None, role)
        for number, page in enumerate(answer["pages"], start=1)
        for role, text in page
    )
    total = answer["number"]
    return DocumentText(lines, total, is_whole=total is None or len(answer["pages"]) >= total)


def refusal(code: str) -> Refusal:
    """The refusal of a code, with its sentences."""
    return Refusal(code, REFUSALS[code])
