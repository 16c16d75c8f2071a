"""What a workbook says beside what the portal holds: answers read cell by cell, faults named, changes listed. Pure.

Three sides are compared: the file, what the portal held when the workbook was made, and what it holds now. A cell that was
left alone in the file never undoes what a colleague saved since.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from edi_portal.dates import parse_typed_date
from kpis.catalogue.grids import CellKey, Measure
from kpis.typed_numbers import BadNumber, parse_typed, text_of_cell
from kpis.workbooks.answers import NOTHING_SAID, Address, Answer, Content, option_labels
from kpis.workbooks.layout import STATES, Block, Layout, Place
from kpis.workbooks.reading import RawSheet, RawWorkbook

LONGEST_TEXT = 500
_WRONG = {
    "negative": "A count cannot be below zero.",
    "spreadsheet_error": "The cell holds a broken formula.",
    "decimal_point": "Only whole numbers are counted here.",
    "too_many_decimals": "The number has too many decimals.",
    "percentage": "This is a percentage.",
    "text": "The cell holds text, not a number.",
    "separators": "The commas or points stand where none belong.",
    "too_large": "The number is larger than it can be.",
    "approximate": "The number is not exact.",
    "scientific": "The number is written in short form.",
    "yes_no": "The answer is neither yes nor no.",
    "choice": "The answer is none of the options.",
    "formula": "The cell holds a formula.",
    "date": "The spreadsheet has turned the entry into a date.",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """A cell that cannot be taken over: where, which answer, what stands there, what is wrong and how to mend it."""

    place: Place
    measure: str
    field: str
    wrote: str
    wrong: str
    mend: str


@dataclass(frozen=True, slots=True)
class FileContent:
    """What the file says about the questions that this person may answer."""

    content: Content
    faults: tuple[Fault, ...]
    faulty: frozenset[Address]
    faulty_answers: frozenset[str]
    read: int
    remarks: tuple[str, ...]

    @property
    def filled(self) -> int:
        """How many cells hold a number, right or wrong."""
        return len(self.content.values) + len(self.faulty)


@dataclass(frozen=True, slots=True)
class CellDifference:
    """A cell that differs between file and portal. `meanwhile` is true when the portal's value changed since the download."""

    address: Address
    before: Decimal | None
    after: Decimal | None
    meanwhile: bool = False


@dataclass(frozen=True, slots=True)
class AnswerDifference:
    """A question about which the file says something else as a whole."""

    measure: str
    before: Answer
    after: Answer
    meanwhile: bool = False


@dataclass(frozen=True, slots=True)
class Comparison:
    """`cells` and `answers` would change; `kept` differ because the portal is newer, and stay; `same` cells agree."""

    cells: tuple[CellDifference, ...]
    answers: tuple[AnswerDifference, ...]
    kept: tuple[CellDifference, ...]
    kept_answers: tuple[AnswerDifference, ...]
    same: int

    def merged(self, saved: Content) -> Content:
        """What the return would hold after saving."""
        values = dict(saved.values)
        for change in self.cells:
            if change.after is None:
                values.pop(change.address, None)
            else:
                values[change.address] = change.after
        return Content(values, dict(saved.answers) | {change.measure: change.after for change in self.answers})


def read_file(raw: RawWorkbook, layout: Layout, mine: Iterable[str], days: Mapping[str, date]) -> FileContent:
    """Read the answers to the questions named in `mine`; other questions of the workbook are left out and said so.

    `days` are the days that snapshots are asked of: such a day in the file is what the portal wrote there itself.
    """
    reader = _Reader(raw, days)
    wanted = set(mine)
    foreign = 0
    for block in layout.blocks:
        if block.measure.code in wanted:
            reader.read_block(block)
        else:
            foreign += reader.is_filled(block)
    return FileContent(
        Content(reader.values, reader.answers),
        tuple(reader.faults),
        frozenset(reader.faulty),
        frozenset(reader.faulty_answers),
        reader.read,
        tuple(_remarks(raw, layout, foreign)),
    )


def _remarks(raw: RawWorkbook, layout: Layout, foreign: int) -> Iterable[str]:
    """What was left aside, in words that follow "Ignored: "."""
    if foreign:
        yield f"{foreign} {_plural(foreign, 'question that is', 'questions that are')} not yours"
    strays = [Place(name, cell) for name in layout.sheets for cell in raw.sheets[name].formulas]
    formulas = sum(place not in layout.answer_cells and place not in layout.computed_cells for place in strays)
    if formulas:
        yield f"{formulas} {_plural(formulas, 'formula', 'formulas')} outside the answer cells"
    empty = sum(raw.sheets[name].empty_rows for name in layout.sheets)
    if empty:
        yield f"{empty:,} empty {_plural(empty, 'row', 'rows')} below the questions"
    added = [name for name in raw.others if name not in {"Read me", "_lists"}]
    if added:
        yield f"the added {_plural(len(added), 'sheet', 'sheets')} {', '.join(f'“{name[:40]}”' for name in added[:5])}"


def _plural(number: int, one: str, more: str) -> str:
    return one if number == 1 else more


class _Reader:
    """Collects answers and faults over the blocks of a workbook."""

    def __init__(self, raw: RawWorkbook, days: Mapping[str, date]) -> None:
        self.raw = raw
        self.days = days
        self.values: dict[Address, Decimal] = {}
        self.answers: dict[str, Answer] = {}
        self.faults: list[Fault] = []
        self.faulty: set[Address] = set()
        self.faulty_answers: set[str] = set()
        self.read = 0

    def is_filled(self, block: Block) -> bool:
        """Whether anything was written in a block."""
        places = [block.place(cell) for cell in block.measure.cells()]
        places += [place for name, place in block.answer_places().items() if name != "snapshot_on"]
        return any(text_of_cell(self.raw.sheets[place.sheet].values.get(place.cell)).strip() for place in places)

    def read_block(self, block: Block) -> None:
        """Read every cell of a question, then what is said about it as a whole."""
        for cell in block.measure.cells():
            self.read += 1
            self._read_cell(block, cell)
        self._read_answer(block)

    def _read_cell(self, block: Block, cell: CellKey) -> None:
        measure, place = block.measure, block.place(cell)
        address = (measure.code, cell.row, cell.column)
        found = _number_in(self.raw.sheets[place.sheet], place.cell, measure, cell)
        if isinstance(found, Decimal):
            self.values[address] = found
        elif found is not None:
            wrote, bad = found
            self.faulty.add(address)
            self._fault(place, measure, cell_label(measure, cell), wrote, bad)

    def _fault(self, place: Place, measure: Measure, label: str, wrote: str, bad: BadNumber) -> None:
        wrong = _WRONG.get(bad.reason, "The entry is not an answer to this question.")
        shown = "\u2212" + wrote[1:60] if bad.reason == "negative" else wrote[:60]
        self.faults.append(Fault(place, measure.code, label, shown, wrong, f"{bad.mend}."))

    def _read_answer(self, block: Block) -> None:
        before = len(self.faults)
        measure, places = block.measure, block.answer_places()
        texts = {name: self._text_in(block, name, place) for name, place in places.items()}
        state = self._state_in(measure, places["state"], texts["state"])
        expected_on = self._day_in(measure, places, texts, "expected_on", "expected on")
        snapshot_on = self._day_in(measure, places, texts, "snapshot_on", "figures as of")
        if state != "value" and not texts["reason"]:
            bad = BadNumber("no_reason", "Say why there is no figure, or choose “We have figures”")
            self._fault(places["reason"], measure, f"{measure.title}, reason", "empty", bad)
        if state == "not_available" and not texts["expected_on"]:
            bad = BadNumber("no_day", "Say when you expect the figure, such as 31/3/2020")
            self._fault(places["expected_on"], measure, f"{measure.title}, expected on", "empty", bad)
        if len(self.faults) > before:
            self.faulty_answers.add(measure.code)
            return
        usual = snapshot_on is None or snapshot_on == self.days.get(measure.code)
        answer = Answer(state, texts["reason"], expected_on, texts.get("evidence", ""), None if usual else snapshot_on)
        if answer != NOTHING_SAID:
            self.answers[measure.code] = answer

    def _day_in(
        self, measure: Measure, places: Mapping[str, Place], texts: Mapping[str, str], name: str, label: str
    ) -> date | None:
        text = texts.get(name, "")
        day = parse_typed_date(text) if text else None
        if text and day is None:
            bad = BadNumber("no_date", "Write a date, such as 31/3/2020")
            self._fault(places[name], measure, f"{measure.title}, {label}", text, bad)
        return day

    def _text_in(self, block: Block, name: str, place: Place) -> str:
        sheet = self.raw.sheets[place.sheet]
        label = f"{block.measure.title}, {name.replace('_', ' ')}"
        if place.cell in sheet.formulas or place.cell in sheet.errors:
            bad = BadNumber("formula", "Type the text itself, or paste it as a value")
            self._fault(place, block.measure, label, sheet.formulas.get(place.cell, sheet.errors.get(place.cell, "")), bad)
            return ""
        value = sheet.values.get(place.cell)
        text = str(value["date"]) if isinstance(value, dict) and "date" in value else text_of_cell(_plain(value)).strip()
        if len(text) > LONGEST_TEXT or "\x00" in text:
            self._fault(place, block.measure, label, text, BadNumber("long", f"Shorten it to {LONGEST_TEXT} characters"))
            return ""
        return text

    def _state_in(self, measure: Measure, place: Place, text: str) -> str:
        wanted = " ".join(text.casefold().split())
        if not wanted:
            return "value"
        for state, label in STATES.items():
            if wanted in {label.casefold(), state.replace("_", " ")}:
                return state
        bad = BadNumber("choice", f"Choose one of: {', '.join(STATES.values())}")
        self._fault(place, measure, f"{measure.title}, no figure", text, bad)
        return "value"


def _plain(value: Any) -> Any:
    return next(iter(value.values())) if isinstance(value, dict) else value


def _number_in(sheet: RawSheet, at: str, measure: Measure, cell: CellKey) -> Decimal | None | tuple[str, BadNumber]:
    """The number in an answer cell, None when it is empty, or what stands there and why it is none."""
    unit, options = measure.unit_of(cell), measure.options_of(cell)
    what = _thing(measure, cell)
    if at in sheet.errors:
        return sheet.errors[at], BadNumber("spreadsheet_error", f"Type {what}")
    if at in sheet.formulas:
        wrong = text_of_cell(_plain(sheet.values.get(at)))
        if wrong.startswith("#"):
            return wrong, BadNumber("spreadsheet_error", f"Type {what}")
        return sheet.formulas[at], BadNumber("formula", f"Type {what}, or paste it as a value")
    value = sheet.values.get(at)
    if isinstance(value, dict):
        return str(_plain(value)), BadNumber("date", f"Type {what}. Set the cell's format to Number first")
    text = text_of_cell(value)
    if unit == "choice":
        labels = [label.casefold() for label in option_labels(measure, cell)]
        wanted = " ".join(text.casefold().split())
        text = options[labels.index(wanted)] if wanted in labels else text
    found = parse_typed(text, unit, options)
    if not isinstance(found, BadNumber):
        return found
    if found.reason == "choice":
        found = BadNumber("choice", f"Choose one of: {', '.join(option_labels(measure, cell))}")
    return text, found


def _thing(measure: Measure, cell: CellKey) -> str:
    unit = measure.unit_of(cell)
    if unit in {"yes_no", "choice"}:
        return f"the answer to “{cell_label(measure, cell)}”"
    return f"the number for “{cell_label(measure, cell)}”"


def cell_label(measure: Measure, cell: CellKey) -> str:
    """An answer in words: "BME, shortlisted"."""
    row, column = measure.row(cell.row).label, measure.column(cell.column).label
    return row if len(measure.columns) == 1 else f"{row}, {column}"


def compare(
    file: FileContent, *, held: Content, saved: Content, measures: Mapping[str, Measure], keep_newer: bool = True
) -> Comparison:
    """Compare cell by cell. With `keep_newer` a cell that the file left as it was downloaded never changes the portal's."""
    changed: list[CellDifference] = []
    kept: list[CellDifference] = []
    same = 0
    for code, measure in measures.items():
        for cell in measure.cells():
            address = (code, cell.row, cell.column)
            mine, first, now = (side.values.get(address) for side in (file.content, held, saved))
            if address in file.faulty:
                continue
            if mine == now:
                same += mine is not None
            elif mine is None and first is None:
                continue  # never filled in this file: it says nothing about the cell
            elif keep_newer and mine == first:
                kept.append(CellDifference(address, now, mine))
            else:
                changed.append(CellDifference(address, now, mine, meanwhile=now != first))
    answers, kept_answers = _compare_answers(file, held, saved, measures, keep_newer)
    return Comparison(tuple(changed), answers, tuple(kept), kept_answers, same)


def _compare_answers(
    file: FileContent, held: Content, saved: Content, measures: Mapping[str, Measure], keep_newer: bool
) -> tuple[tuple[AnswerDifference, ...], tuple[AnswerDifference, ...]]:
    changed, kept = [], []
    for code in measures:
        if code in file.faulty_answers:
            continue
        mine, first, now = (side.answers.get(code, NOTHING_SAID) for side in (file.content, held, saved))
        if not any(check.evidence for check in measures[code].checks):
            mine = replace(mine, evidence=now.evidence)
            first = replace(first, evidence=now.evidence)
        if mine == now or mine == first == NOTHING_SAID:
            continue
        if keep_newer and mine == first:
            kept.append(AnswerDifference(code, now, mine))
        else:
            changed.append(AnswerDifference(code, now, mine, meanwhile=now != first))
    return tuple(changed), tuple(kept)
