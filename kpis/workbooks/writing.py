"""Write the workbook of a return: prefilled, with drop-downs, notes, protection and a hidden sheet about itself. Pure.

Protection carries no password: it keeps rows in their place, it keeps nobody out. Text from people is stored as text with
the quote prefix of the spreadsheet, so that it never runs as a formula and comes back unchanged.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from kpis.catalogue.grids import CellKey
from kpis.typed_numbers import NUMBER_UNITS
from kpis.workbooks.answers import NOTHING_SAID, Address, Content, Values, option_labels, plain_number, shown_value
from kpis.workbooks.layout import HEADINGS, LISTS_SHEET, META_SHEET, README_SHEET, STATES, Block, Layout, column_letters

AUTHOR = "EDI portal"
INPUT_COLOUR = "FFFFF9D6"
_INPUT = PatternFill("solid", fgColor=INPUT_COLOUR)
_QUIET = PatternFill("solid", fgColor="FFF0F4F5")
_HEAD = PatternFill("solid", fgColor="FF005EB8")
_THIN = Side(style="thin", color="FFAEB7BD")
_BOX = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_OPEN = Protection(locked=False)
_WRAP = Alignment(wrap_text=True, vertical="top")
_GREY = Font(color="FF4C6272")
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]|[\ud800-\udfff]")
_ANSWER_LABELS = {
    "state": "No figure? Say why here",
    "reason": "Reason, in a few words (do not name anyone)",
    "expected_on": "Expected on, if not available yet",
    "evidence": "Evidence: link or reference for each yes",
    "snapshot_on": "Figures as of (leave it, unless they are of another day)",
}


_DAYS = {"expected_on", "snapshot_on"}


@dataclass(frozen=True, slots=True)
class Prefill:
    """Whose workbook it is and what it already holds.

    `earlier` are last period's values, `days` the day that each snapshot is asked of; `remark` stands on every sheet.
    """

    organisation: str
    organisation_name: str
    period: str
    months: str
    due: str
    return_number: int
    content: Content = field(default_factory=Content)
    earlier: Values = field(default_factory=dict)
    days: Mapping[str, date] = field(default_factory=dict)
    remark: str = ""


def write_workbook(layout: Layout, prefill: Prefill) -> bytes:
    """The workbook as XLSX."""
    book = Workbook()
    _write_readme(book, layout, prefill)
    lists = _Lists(book)
    for name in layout.sheets:
        _write_sheet(book, name, [block for block in layout.blocks if block.sheet == name], prefill, lists)
    lists.write()
    _write_meta(book, layout, prefill)
    book.security.lockStructure = True
    book.properties.creator = AUTHOR
    book.properties.title = f"{prefill.organisation_name}, {prefill.months}"
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def put_text(cell: Cell, text: str) -> None:
    """Store a text as text, whatever it starts with."""
    cell.value = _NOT_XML.sub("", text)
    cell.data_type = "s"
    cell.quotePrefix = text.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "'"))


class _Lists:
    """The hidden sheet of drop-down words; each list has a name, which every spreadsheet program understands."""

    def __init__(self, book: Workbook) -> None:
        self.book = book
        self.lists: dict[tuple[str, ...], str] = {}

    def name_of(self, words: tuple[str, ...]) -> str:
        """The name of a list; the same words share one."""
        return self.lists.setdefault(words, f"choices_{len(self.lists) + 1}")

    def write(self) -> None:
        sheet = self.book.create_sheet(LISTS_SHEET)
        sheet.sheet_state = "hidden"
        for number, (words, name) in enumerate(self.lists.items(), start=1):
            letters = column_letters(number)
            for index, word in enumerate(words, start=1):
                put_text(sheet[f"{letters}{index}"], word)
            target = f"'{LISTS_SHEET}'!${letters}$1:${letters}${len(words)}"
            self.book.defined_names[name] = DefinedName(name, attr_text=target)


def _write_readme(book: Workbook, layout: Layout, prefill: Prefill) -> None:
    sheet = book.active
    sheet.title = README_SHEET
    sheet.column_dimensions["A"].width = 110
    sheet.sheet_view.showGridLines = False
    cells = sum(len(block.measure.cells()) for block in layout.blocks)
    lines = [
        f"{prefill.organisation_name}: return for {prefill.months}",
        prefill.remark,
        f"{len(layout.blocks)} questions with {cells} cells, on {len(layout.sheets)} sheets. Due on {prefill.due}.",
        "",
        "How to fill it in",
        "1. Type counts into the yellow cells; percentages only where it says so. 0 is an answer, empty means not answered.",
        "2. Grey cells to the right show what your organisation returned last time. Totals are worked out for you.",
        "3. Where you have no figure, choose why under the question, and write the reason. If it comes later, write the date.",
        "4. Type numbers, not formulas. If your number comes from another sheet, paste it as a value.",
        "5. Leave rows, columns and sheets where they are. You may leave questions empty and upload again later.",
        "",
        "How to hand it in",
        "6. Open your return in the portal, choose “Upload your workbook” and pick this file.",
        "7. You first see what would change and what must be mended. Nothing is saved until you press the button.",
        "8. If a cell is wrong, you can take your own file back with a comment at that cell.",
        "",
        "Cells that you do not change are left as they are in the portal, also when a colleague has changed them there since.",
        "Do not write names, employee numbers or NHS numbers anywhere in this file.",
    ]
    for number, line in enumerate(lines, start=1):
        cell = sheet[f"A{number}"]
        put_text(cell, line)
        cell.alignment = _WRAP
        if number == 1:
            cell.font = Font(bold=True, size=16)
        elif line.startswith("How"):
            cell.font = Font(bold=True, size=12)
    sheet.protection.sheet = True


def _write_sheet(book: Workbook, name: str, blocks: Iterable[Block], prefill: Prefill, lists: _Lists) -> None:
    sheet = book.create_sheet(name)
    sheet.column_dimensions["A"].width = 52
    for number in range(2, 14):
        sheet.column_dimensions[column_letters(number)].width = 16
    put_text(sheet["A1"], f"{name}: {prefill.organisation_name}, {prefill.months}")
    sheet["A1"].font = Font(bold=True, size=14)
    put_text(sheet["A2"], prefill.remark or "Fill in the yellow cells. Empty means not answered.")
    sheet["A2"].font = _GREY
    sheet.freeze_panes = "B3"
    checks = _Checks(sheet, lists)
    for block in blocks:
        _write_block(sheet, block, prefill, checks)
    checks.attach()
    sheet.protection.sheet = True
    sheet.protection.formatColumns = False
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True


def _write_block(sheet: Worksheet, block: Block, prefill: Prefill, checks: _Checks) -> None:
    measure = block.measure
    _heading(sheet, block)
    for cell in measure.cells():
        address = (measure.code, cell.row, cell.column)
        at = sheet[block.place(cell).cell]
        _as_input(at)
        unit = measure.unit_of(cell)
        at.number_format = _number_format(unit)
        if address in prefill.content.values:
            _put(at, shown_value(measure, cell, prefill.content.values[address]))
        checks.for_cell(block, cell, at)
        before = sheet[block.earlier_place(cell).cell]
        before.fill, before.font, before.number_format = _QUIET, _GREY, at.number_format
        before.alignment = Alignment(horizontal="right")
        if address in prefill.earlier:
            _put(before, shown_value(measure, cell, prefill.earlier[address]))
    for place, formula in block.total_formulas():
        at = sheet[place.cell]
        at.value, at.fill, at.font, at.number_format = formula, _QUIET, Font(bold=True), _number_format(measure.unit)
    _write_answer(sheet, block, prefill, checks)


def _heading(sheet: Worksheet, block: Block) -> None:
    measure, row = block.measure, block.heads_row
    title = sheet[block.title.cell]
    put_text(title, measure.title)
    title.font = Font(bold=True, size=12)
    note = Comment(f"{measure.question}\n\n{measure.help}\n\nSource: {measure.source}", AUTHOR, width=420, height=200)
    title.comment = note
    put_text(sheet[f"A{block.top + 1}"], measure.question)
    put_text(sheet[f"A{block.top + 2}"], f"{measure.help} Source: {measure.source}.")
    sheet[f"A{block.top + 2}"].font, sheet[f"A{block.top + 2}"].alignment = _GREY, _WRAP
    sheet.merge_cells(f"A{block.top + 2}:G{block.top + 2}")
    sheet.row_dimensions[block.top + 2].height = 48
    heads = [(1, HEADINGS[measure.unit])]
    heads += [(2 + index, column.label) for index, column in enumerate(measure.columns)]
    heads += [(block.totals_column + index, total.label) for index, total in enumerate(block.column_totals)]
    heads += [(block.earlier_column + index, f"Last time: {column.label}") for index, column in enumerate(measure.columns)]
    for number, text in heads:
        cell = sheet[f"{column_letters(number)}{row}"]
        put_text(cell, text)
        cell.font, cell.fill = Font(bold=True, color="FFFFFFFF"), _HEAD
        cell.alignment = Alignment(wrap_text=True, vertical="center", horizontal="left" if number == 1 else "right")
    labels = [axis.label for axis in measure.rows] + [total.label for total in block.row_totals]
    for index, label in enumerate(labels, start=1):
        put_text(sheet[f"A{row + index}"], label)
        sheet[f"A{row + index}"].font = Font(bold=index > len(measure.rows))


def _write_answer(sheet: Worksheet, block: Block, prefill: Prefill, checks: _Checks) -> None:
    answer = prefill.content.answers.get(block.measure.code, NOTHING_SAID)
    shown: dict[str, str | date | None] = {
        "state": "" if answer.state == "value" else STATES[answer.state],
        "reason": answer.reason,
        "expected_on": answer.expected_on,
        "evidence": answer.evidence,
        "snapshot_on": answer.snapshot_on or prefill.days.get(block.measure.code),
    }
    places = block.answer_places()
    for name, place in places.items():
        at = sheet[place.cell]
        label = sheet[f"A{at.row}"]
        put_text(label, _ANSWER_LABELS[name])
        label.font = _GREY
        _as_input(at)
        at.number_format = "d mmmm yyyy" if name in _DAYS else "@"
        value = shown[name]
        if isinstance(value, date):
            at.value = value
        elif value:
            put_text(at, value)
    days = [
        (_ANSWER_LABELS[name].partition(" (")[0].partition(",")[0], sheet[place.cell])
        for name, place in places.items()
        if name in _DAYS
    ]
    checks.for_answer(sheet[places["state"].cell], days)


def _as_input(cell: Cell) -> None:
    cell.fill, cell.border, cell.protection = _INPUT, _BOX, _OPEN


def _put(cell: Cell, value: str | int | float) -> None:
    if isinstance(value, str):
        put_text(cell, value)
    else:
        cell.value = value


def _number_format(unit: str) -> str:
    if unit in {"yes_no", "choice"}:
        return "General"
    places = NUMBER_UNITS[unit].places
    if unit == "percent":
        return "0.0"
    return "#,##0" + ("." + "0" * places if places else "")


class _Checks:
    """The drop-downs and limits of one sheet; cells of one kind share one entry."""

    def __init__(self, sheet: Worksheet, lists: _Lists) -> None:
        self.sheet, self.lists = sheet, lists
        self.made: dict[str, DataValidation] = {}

    def for_cell(self, block: Block, cell: CellKey, at: Cell) -> None:
        """Yes or no, one of the options, or a number that is possible in its unit."""
        unit = block.measure.unit_of(cell)
        if unit == "yes_no":
            self._list(("Yes", "No")).add(at)
        elif unit == "choice":
            self._list(option_labels(block.measure, cell)).add(at)
        else:
            self._number(unit).add(at)

    def for_answer(self, state: Cell, days: Iterable[tuple[str, Cell]]) -> None:
        """Why there is no figure, and dates with their names."""
        self._list(tuple(STATES.values())).add(state)
        for name, day in days:
            check = self._made(f"date:{name}", type="date", operator="greaterThan", formula1="36526")
            self._explain(check, name, "Write a date, such as 31/3/2020.")
            check.add(day)

    def attach(self) -> None:
        """Put the entries on the sheet."""
        for check in self.made.values():
            self.sheet.add_data_validation(check)

    def _list(self, words: tuple[str, ...]) -> DataValidation:
        check = self._made("list:" + "|".join(words), type="list", formula1=self.lists.name_of(words))
        self._explain(check, "Choose from the list", "Choose one of the answers in the list, or leave the cell empty.")
        return check

    def _number(self, unit: str) -> DataValidation:
        kind = NUMBER_UNITS[unit]
        whole = "whole" if kind.places == 0 else "decimal"
        check = self._made(unit, type=whole, operator="between", formula1="0", formula2=plain_number(kind.highest))
        self._explain(check, kind.noun.capitalize()[:32], f"Type {kind.thing}, for example {kind.example}. 0 is an answer.")
        return check

    def _made(self, name: str, **settings: Any) -> DataValidation:
        if name not in self.made:
            self.made[name] = DataValidation(allow_blank=True, showErrorMessage=True, showInputMessage=True, **settings)
        return self.made[name]

    @staticmethod
    def _explain(check: DataValidation, title: str, text: str) -> None:
        check.promptTitle, check.prompt = title, text
        check.errorTitle, check.error = title, text


def _write_meta(book: Workbook, layout: Layout, prefill: Prefill) -> None:
    sheet = book.create_sheet(META_SHEET)
    sheet.sheet_state = "hidden"
    facts = {
        "workbook": "edi-return",
        "template_version": str(layout.template_version),
        "organisation": prefill.organisation,
        "organisation_name": prefill.organisation_name,
        "period": prefill.period,
        "months": prefill.months,
        "return_number": str(prefill.return_number),
        "layout": layout.fingerprint,
    }
    for number, (name, value) in enumerate(facts.items(), start=1):
        put_text(sheet[f"A{number}"], name)
        put_text(sheet[f"B{number}"], value)
    for number, block in enumerate(layout.blocks, start=1):
        put_text(sheet[f"D{number}"], block.measure.code)
    for number, (name, value) in enumerate(_held(layout, prefill.content).items(), start=1):
        put_text(sheet[f"F{number}"], name)
        put_text(sheet[f"G{number}"], value)
    sheet.protection.sheet = True


def _held(layout: Layout, content: Content) -> Mapping[str, str]:
    """What the portal held when the workbook was made, so that a cell left alone is told from a cell changed."""
    held: dict[str, str] = {}
    for block in layout.blocks:
        code = block.measure.code
        for cell in block.measure.cells():
            address: Address = (code, cell.row, cell.column)
            amount: Decimal | None = content.values.get(address)
            if amount is not None:
                held["/".join(address)] = plain_number(amount)
        answer = content.answers.get(code, NOTHING_SAID)
        held |= {f"{code}:{name}": text for name, text in answer.parts().items() if answer != NOTHING_SAID and text}
    return held
