"""Read a posted section of a return: numbers as people write them, answers without figures, explanations."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation

from edi_portal.dates import parse_typed_date
from kpis.catalogue import CellKey, Measure
from kpis.dashboards.return_section import cell_label, field_name
from kpis.services.returns import UNSEEN, AnswerChange, CellChange, SnapshotChange, Unseen
from kpis.typed_numbers import BadNumber, parse_typed


@dataclass(slots=True)
class PostedSection:
    """What was posted: changes that can be saved, and errors by field that name the field and the mend."""

    cells: list[CellChange] = field(default_factory=list)
    answers: list[AnswerChange] = field(default_factory=list)
    snapshots: list[SnapshotChange] = field(default_factory=list)
    explanations: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)


def read_section(posted: Mapping[str, str], measures: Iterable[Measure]) -> PostedSection:
    """Read every field of the measures that is in the post; fields left out stay as they are."""
    seen = read_seen(posted.get("seen", ""))
    choices = read_choices(posted)
    result = PostedSection()
    for measure in measures:
        for cell in measure.cells():
            name = field_name(measure.code, cell)
            if name in posted:
                _read_cell(measure, cell, name, posted[name], seen, choices, result)
        if f"state/{measure.code}" in posted:
            _read_answer(measure, posted, result)
        if f"snapshot/{measure.code}" in posted:
            _read_snapshot(measure, posted, result)
    for key, text in posted.items():
        if key.startswith("explain/"):
            result.explanations[key.removeprefix("explain/")] = text
    return result


def read_seen(text: str) -> dict[str, Decimal | None]:
    """The values that were on the page when it was drawn, by field; nonsense counts as nothing seen."""
    try:
        content = json.loads(text or "{}")
        return {str(name): None if value in ("", None) else Decimal(str(value)) for name, value in content.items()}
    except (ValueError, InvalidOperation, AttributeError):
        return {}


def read_choices(posted: Mapping[str, str]) -> dict[str, str]:
    """Which side of a shown conflict a person chose, by field: mine or theirs."""
    return {key.removeprefix("choose/"): value for key, value in posted.items() if key.startswith("choose/")}


def _read_cell(
    measure: Measure,
    cell: CellKey,
    name: str,
    text: str,
    seen: Mapping[str, Decimal | None],
    choices: Mapping[str, str],
    result: PostedSection,
) -> None:
    result.texts[name] = text
    if choices.get(name) == "theirs":
        return
    amount = parse_typed(text, measure.unit_of(cell), measure.options_of(cell))
    if isinstance(amount, BadNumber):
        result.errors[name] = f"{cell_label(measure, cell)}: {amount.mend}"
        return
    last: Decimal | None | Unseen = UNSEEN if choices.get(name) == "mine" else seen.get(name, UNSEEN)
    result.cells.append(CellChange(measure.code, cell, amount, last))


def _read_answer(measure: Measure, posted: Mapping[str, str], result: PostedSection) -> None:
    state = posted[f"state/{measure.code}"]
    reason = posted.get(f"reason/{measure.code}", "")
    expected_on: date | None = None
    typed_day = posted.get(f"expected/{measure.code}", "").strip()
    if state == "not_available" and typed_day:
        expected_on = parse_typed_date(typed_day)
        if expected_on is None:
            result.errors[f"expected/{measure.code}"] = f"{measure.title}: write the expected date as 31/3/2020."
    if state != "value" and not reason.strip():
        result.errors[f"reason/{measure.code}"] = f"{measure.title}: say why there is no figure."
    if state == "not_available" and not typed_day:
        result.errors[f"expected/{measure.code}"] = f"{measure.title}: say when you expect the figure, as 31/3/2020."
    if any(name in result.errors for name in (f"reason/{measure.code}", f"expected/{measure.code}")):
        result.texts |= {
            f"{part}/{measure.code}": posted.get(f"{part}/{measure.code}", "") for part in ("state", "reason", "expected")
        }
        return
    result.answers.append(AnswerChange(measure.code, state, reason, expected_on, posted.get(f"evidence/{measure.code}", "")))


def _read_snapshot(measure: Measure, posted: Mapping[str, str], result: PostedSection) -> None:
    """The day that the figures are of; left empty it is the day that the question asks for."""
    name = f"snapshot/{measure.code}"
    typed = posted[name].strip()
    result.texts[name] = typed
    day = parse_typed_date(typed) if typed else None
    if typed and day is None:
        result.errors[name] = f"{measure.title}: write the date of the figures as 31/3/2020."
        return
    seen = posted.get(f"seen-{name}")
    result.snapshots.append(SnapshotChange(measure.code, day, UNSEEN if seen is None else parse_typed_date(seen)))


@dataclass(frozen=True, slots=True)
class PastedGrid:
    """What a pasted block was understood as: text by field in the grid's order, or the sentence that says what is wrong."""

    cells: dict[str, str]
    problem: str = ""


def read_pasted_block(text: str, measure: Measure) -> PastedGrid:
    """Understand a block copied from a spreadsheet as this measure's grid: headings and totals are recognised and left out."""
    lines = [line.rstrip("\r").split("\t") for line in text.strip("\n").split("\n") if line.strip()]
    lines = [line for line in lines if not _is_heading(line, measure)]
    lines = [line for line in lines if not _is_total(line, measure)]
    lines = [line[1:] if len(line) == len(measure.columns) + 1 or _starts_with_label(line) else line for line in lines]
    lines = [line[: len(measure.columns)] if _has_total_column(line, measure) else line for line in lines]
    rows, columns = len(measure.rows), len(measure.columns)
    width = max((len(line) for line in lines), default=0)
    if len(lines) != rows or width != columns:
        return PastedGrid(
            {},
            f"The block has {len(lines)} rows and {width} columns of numbers; "
            f"this question has {rows} rows and {columns} columns. "
            "Nothing was filled. Copy the numbers only and paste again.",
        )
    cells = {
        field_name(measure.code, CellKey(row.key, column.key)): (line[index].strip() if index < len(line) else "")
        for row, line in zip(measure.rows, lines, strict=True)
        for index, column in enumerate(measure.columns)
    }
    return PastedGrid(cells)


def _looks_like_number(text: str) -> bool:
    return any(letter.isdigit() for letter in text) or not text.strip()


def _starts_with_label(line: list[str]) -> bool:
    return bool(line) and bool(line[0].strip()) and not _looks_like_number(line[0])


def _is_heading(line: list[str], measure: Measure) -> bool:
    filled = [cell.strip().lower() for cell in line if cell.strip()]
    names = {text.lower() for column in measure.columns for text in (column.label, column.short, column.key)}
    return bool(filled) and any(cell in names for cell in filled) and not any(cell.replace(",", "").isdigit() for cell in filled)


def _is_total(line: list[str], measure: Measure) -> bool:
    first = line[0].strip().lower() if line else ""
    return first in {"total", "all", "sum", *(total.label.lower() for total in measure.totals if total.axis == "rows")}


def _has_total_column(line: list[str], measure: Measure) -> bool:
    totals = [total for total in measure.totals if total.axis == "columns"]
    return bool(totals) and len(line) == len(measure.columns) + len(totals)
