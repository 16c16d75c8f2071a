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
from kpis.models.returns import AnswerState, ReturnAnswer
from kpis.return_changes import UNSEEN, AnswerChange, CellChange, SaidAnswer, SnapshotChange, Unseen
from kpis.typed_numbers import BadNumber, parse_typed

LONGEST = ReturnAnswer._meta.get_field("reason").max_length or 0
"""Characters of a reason, and of what is named as evidence."""


@dataclass(slots=True)
class PostedSection:
    """What was posted: changes that can be saved, and errors by field that name the field and the mend."""

    cells: list[CellChange] = field(default_factory=list)
    answers: list[AnswerChange] = field(default_factory=list)
    snapshots: list[SnapshotChange] = field(default_factory=list)
    explanations: dict[str, str] = field(default_factory=dict)
    seen_explanations: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)


def read_section(posted: Mapping[str, str], measures: Iterable[Measure]) -> PostedSection:
    """Read every field of the measures that is in the post; fields left out stay as they are.

    A NUL character, which no keyboard types and no database holds, is left out.
    """
    posted = {name: text.replace("\x00", "") for name, text in posted.items()}
    seen, seen_texts = read_seen(posted.get("seen", "")), read_seen_texts(posted.get("seen-texts", ""))
    choices = read_choices(posted)
    result = PostedSection()
    for measure in measures:
        for cell in measure.cells():
            name = field_name(measure.code, cell)
            if name in posted:
                _read_cell(measure, cell, name, posted[name], seen, choices, result)
        if f"state/{measure.code}" in posted:
            _read_answer(measure, posted, seen_texts, choices, result)
        if f"snapshot/{measure.code}" in posted:
            _read_snapshot(measure, posted, result)
    for key, text in posted.items():
        if key.startswith("explain/"):
            _read_explanation(key, text, seen_texts, choices, result)
    return result


def _read_explanation(
    name: str, text: str, seen: Mapping[str, list[str]], choices: Mapping[str, str], result: PostedSection
) -> None:
    finding = name.removeprefix("explain/")
    if choices.get(name) == "theirs":
        return
    result.texts[name] = result.explanations[finding] = text
    if name in seen and choices.get(name) != "mine":
        result.seen_explanations[finding] = seen[name][0]


def read_seen(text: str) -> dict[str, Decimal | None]:
    """The values that were on the page when it was drawn, by field; nonsense counts as nothing seen."""
    try:
        content = json.loads(text or "{}")
        seen = {str(name): None if value in ("", None) else Decimal(str(value)) for name, value in content.items()}
    except (ValueError, InvalidOperation, AttributeError, RecursionError):
        return {}
    return seen if all(amount is None or amount.is_finite() for amount in seen.values()) else {}


def read_seen_texts(text: str) -> dict[str, list[str]]:
    """The words that were on the page when it was drawn, by answer, evidence and explanation; nonsense counts as nothing seen."""
    try:
        content = json.loads(text or "{}")
        return {str(name): [str(value) for value in values] for name, values in content.items() if values}
    except (ValueError, AttributeError, TypeError, RecursionError):
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


def _read_answer(
    measure: Measure,
    posted: Mapping[str, str],
    seen_texts: Mapping[str, list[str]],
    choices: Mapping[str, str],
    result: PostedSection,
) -> None:
    state = posted[f"state/{measure.code}"]
    reason = posted.get(f"reason/{measure.code}", "")
    expected_on: date | None = None
    typed_day = posted.get(f"expected/{measure.code}", "").strip()
    result.texts |= {
        f"{part}/{measure.code}": posted[f"{part}/{measure.code}"]
        for part in ("state", "reason", "expected", "evidence")
        if f"{part}/{measure.code}" in posted
    }
    seen, seen_evidence = _seen_answer(measure, seen_texts)
    if choices.get(f"answer/{measure.code}") == "theirs" and isinstance(seen, SaidAnswer):
        result.answers.append(_answer_change(measure, seen, seen, seen_evidence, posted, choices))
        return
    if state == "not_available" and typed_day:
        expected_on = parse_typed_date(typed_day)
        if expected_on is None:
            result.errors[f"expected/{measure.code}"] = f"{measure.title}: write the expected date as 31/3/2020."
    if state not in AnswerState.values:
        result.errors[f"state/{measure.code}"] = f"{measure.title}: choose one of the answers shown."
    for part, words in (("reason", reason.strip()), ("evidence", posted.get(f"evidence/{measure.code}", "").strip())):
        if len(words) > LONGEST:
            what = "why there is no figure" if part == "reason" else "your evidence"
            result.errors[f"{part}/{measure.code}"] = f"{measure.title}: say {what} in {LONGEST} characters or fewer."
    if state != "value" and not reason.strip():
        result.errors[f"reason/{measure.code}"] = f"{measure.title}: say why there is no figure."
    if state == "not_available" and not typed_day:
        result.errors[f"expected/{measure.code}"] = f"{measure.title}: say when you expect the figure, as 31/3/2020."
    if any(f"{part}/{measure.code}" in result.errors for part in ("state", "reason", "expected", "evidence")):
        return
    seen = UNSEEN if choices.get(f"answer/{measure.code}") == "mine" else seen
    said = SaidAnswer(state, reason.strip(), expected_on)
    result.answers.append(_answer_change(measure, said, seen, seen_evidence, posted, choices))


def _answer_change(
    measure: Measure,
    said: SaidAnswer,
    seen: SaidAnswer | Unseen,
    seen_evidence: str | Unseen,
    posted: Mapping[str, str],
    choices: Mapping[str, str],
) -> AnswerChange:
    """A question without a field for evidence leaves what is held as it is."""
    name = f"evidence/{measure.code}"
    held = "" if isinstance(seen_evidence, Unseen) else seen_evidence
    evidence = held if choices.get(name) == "theirs" else posted.get(name, held)
    known = UNSEEN if choices.get(name) == "mine" else seen_evidence
    return AnswerChange(measure.code, said.state, said.reason, said.expected_on, evidence, seen, known)


def _seen_answer(measure: Measure, seen: Mapping[str, list[str]]) -> tuple[SaidAnswer | Unseen, str | Unseen]:
    """What stood on the page in the place of figures, and as evidence."""
    state, reason, day = (*seen.get(f"answer/{measure.code}", ()), "", "", "")[:3]
    try:
        said = SaidAnswer(state, reason, date.fromisoformat(day) if day else None) if state else UNSEEN
    except ValueError:
        said = UNSEEN
    return said, seen.get(f"evidence/{measure.code}", [UNSEEN])[0]


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
