"""A file of a register against what is stored: what is new, what changed, what clashes, what must be mended.

The check does everything, through the forms and services of the pages, and undoes it; applying does the same and keeps it. A file
with one problem changes nothing. Entries that the file leaves out stay as they are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django import forms
from django.db import transaction

from edi_portal.exceptions import BusinessError
from edi_portal.exchange.columns import Column, Kind, UnreadableCell
from edi_portal.exchange.reading import Row
from edi_portal.ui.downloads import Sheet

ENTRY = Column("entry", "Entry")
VERSION = Column("version", "Version", Kind.NUMBER)
SHOWN = 200
"""Characters of a value that a page shows."""


@dataclass(frozen=True, slots=True)
class Stored:
    """One entry as it is stored: the row of the database, its values by field, its version, and what people call it."""

    row: Any
    values: Mapping[str, Any]
    version: int
    name: str


@dataclass(frozen=True, slots=True)
class Problem:
    """Something to mend: where it is, what stands there, what is wrong, how to mend it."""

    sheet: str
    row: int
    column: str
    wrote: str
    wrong: str
    mend: str = ""
    is_conflict: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """One entry that would change: (heading, before, after) of each cell; for a new entry the cells that are filled."""

    sheet: str
    row: int
    name: str
    is_new: bool
    cells: tuple[tuple[str, str, str], ...]


@dataclass
class SheetOutcome:
    """One sheet in numbers."""

    title: str
    before: int
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    left_out: int = 0

    @property
    def after(self) -> int:
        """How many entries there will be."""
        return self.before + self.added


@dataclass
class Outcome:
    """What a file does."""

    sheets: list[SheetOutcome] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def is_fit(self) -> bool:
        """Whether it may be applied: nothing to mend, and something to do."""
        return not self.problems and bool(self.changes)

    @property
    def conflicts(self) -> int:
        """How many entries somebody changed since the download."""
        return len({(one.sheet, one.row) for one in self.problems if one.is_conflict})


class Register:
    """One sheet of a register: its columns, what is stored, and how an entry is saved. A subclass for each kind of entry."""

    title: ClassVar[str]
    noun: ClassVar[str]
    takes_new: ClassVar[bool] = True
    """Whether a row without a key adds an entry; else the entries are given, and only what they say is written."""
    columns: Sequence[Column]

    def stored(self) -> dict[str, Stored]:
        """Key → entry, as they are now."""
        raise NotImplementedError

    def form(self, data: dict[str, Any], entry: Stored | None) -> forms.BaseForm:
        """The form of the page, filled with the row."""
        raise NotImplementedError

    def save(self, form: Any, entry: Stored | None) -> None:
        """Through the service of the page; raises BusinessError."""
        raise NotImplementedError

    def check(self, data: dict[str, Any], entry: Stored | None) -> None:
        """What the form cannot know; raises BusinessError."""

    @property
    def all_columns(self) -> list[Column]:
        """Key and version in front."""
        return [ENTRY, VERSION, *self.columns]

    def sheet(self) -> Sheet:
        """The sheet as it is taken out."""
        rows = [
            [key, entry.version, *(column.written(entry.values[column.name]) for column in self.columns)]
            for key, entry in self.stored().items()
        ]
        return Sheet(self.title, [column.heading for column in self.all_columns], rows)


@transaction.atomic
def compare(registers: Sequence[Register], rows: Mapping[str, Sequence[Row]], *, apply: bool) -> Outcome:
    """Check a file, and with `apply` keep what it says where nothing is to be mended; all of it or nothing."""
    outcome = Outcome()
    # Everything is read before anything is written: a line is compared with its document as it was.
    stored = {register.title: register.stored() for register in registers}
    for register in registers:
        if register.title in rows:
            _compare_sheet(register, stored[register.title], rows[register.title], outcome)
    if not apply or outcome.problems:
        transaction.set_rollback(True)
    return outcome


def _compare_sheet(register: Register, stored: dict[str, Stored], rows: Sequence[Row], outcome: Outcome) -> None:
    sheet = SheetOutcome(register.title, before=len(stored))
    outcome.sheets.append(sheet)
    keys = Counter(key for row in rows if (key := row.cells[ENTRY.heading]))
    for row in rows:
        key = row.cells[ENTRY.heading]
        if not key and not register.takes_new:
            mend = "Keep the Entry of each row as the download has it, or take the row out."
            outcome.problems.append(_whole_row(register, row, key, f"No {register.noun} is added by file.", mend))
        elif key and keys[key] > 1:
            outcome.problems.append(_whole_row(register, row, key, f"The entry “{key}” stands in {keys[key]} rows.", "Keep one."))
        elif key and key not in stored:
            mend = f"Leave the cell empty for a new {register.noun}, or take the row out."
            outcome.problems.append(_whole_row(register, row, key, f"There is no entry “{key}” in your register.", mend))
        else:
            _compare_row(register, row, stored.get(key) if key else None, sheet, outcome)
    sheet.left_out = len(stored.keys() - keys.keys())


def _compare_row(register: Register, row: Row, entry: Stored | None, sheet: SheetOutcome, outcome: Outcome) -> None:
    data, problems = _data(register, row)
    if problems:
        outcome.problems += problems
        return
    cells = _differing(register, data, entry)
    if entry is not None and not cells:
        sheet.unchanged += 1
        return
    if entry is not None and row.cells[VERSION.heading] != str(entry.version):
        outcome.problems += [
            Problem(
                register.title,
                row.number,
                heading,
                after,
                f"“{entry.name}” was changed in the portal since this file was taken out. It now says: {before or 'nothing'}.",
                "Take the register out again and repeat your change there.",
                is_conflict=True,
            )
            for heading, before, after in cells
        ]
        return
    if problems := _saved(register, row, data, entry):
        outcome.problems += problems
        return
    if entry is None:
        sheet.added += 1
    else:
        sheet.changed += 1
    name = entry.name if entry is not None else next((after for _, _, after in cells), "")
    outcome.changes.append(Change(register.title, row.number, name, entry is None, tuple(cells)))


def _data(register: Register, row: Row) -> tuple[dict[str, Any], list[Problem]]:
    """The row as its form takes it, and the cells that cannot be read."""
    data: dict[str, Any] = {}
    problems = []
    for column in register.columns:
        text = row.cells[column.heading]
        try:
            data[column.name] = column.read(text)
        except UnreadableCell as error:
            problems.append(Problem(register.title, row.number, column.heading, text[:SHOWN], str(error)))
    return data, problems


def _differing(register: Register, data: dict[str, Any], entry: Stored | None) -> list[tuple[str, str, str]]:
    found = []
    for column in register.columns:
        before = column.canonical(entry.values[column.name]) if entry is not None else ""
        after = column.text(data[column.name])
        if before != after and not (entry is None and after in {"", "no"}):
            found.append((column.heading, before[:SHOWN], after[:SHOWN]))
    return found


def _saved(register: Register, row: Row, data: dict[str, Any], entry: Stored | None) -> list[Problem]:
    """Save the row; what form and service find instead."""
    form = register.form({name: value for name, value in data.items() if value is not False}, entry)
    if not form.is_valid():
        headings = {column.name: column.heading for column in register.columns}
        return [
            Problem(
                register.title,
                row.number,
                headings.get(name, "Whole row"),
                row.cells.get(headings.get(name, ""), "")[:SHOWN],
                str(message),
            )
            for name, messages in form.errors.items()
            for message in messages
        ]
    try:
        with transaction.atomic():
            register.check(data, entry)
            register.save(form, entry)
    except BusinessError as error:
        return [_whole_row(register, row, "", str(error), "")]
    return []


def _whole_row(register: Register, row: Row, wrote: str, wrong: str, mend: str) -> Problem:
    return Problem(register.title, row.number, "Whole row", wrote[:SHOWN], wrong, mend)
