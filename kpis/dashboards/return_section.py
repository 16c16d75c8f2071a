"""One section of a return as the form shows it: questions with grids, live sentences, findings, answers without figures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from edi_portal.charts.numbers import count_text
from edi_portal.charts.words import Sentence
from kpis.catalogue import CONTRIBUTORS, CellKey, Measure
from kpis.dashboards.answer_fields import AnswerFields, answer_fields
from kpis.dashboards.coverage import answered_in, enter_once_line
from kpis.dashboards.return_snapshot import SnapshotField, snapshot_field
from kpis.dashboards.sentences import sentence_of, verdict_of_own
from kpis.exact_counts import ReturnedQuarter
from kpis.models.evidence import Evidence
from kpis.models.returns import ReturnAnswer
from kpis.models.waivers import Waiver
from kpis.selectors.extracts import CellSource, files_by_question, sources_of
from kpis.selectors.returns import ReturnContent, earlier_values, own_figures
from kpis.selectors.shared_work import EarlierText
from kpis.validation.facts import Values
from kpis.validation.findings import Finding, Level, is_settled
from kpis.validation.waiving import may_be_waived

YES_NO = (("", "Choose"), ("1", "Yes"), ("0", "No"))
NO_FIGURE_STATES = (
    ("value", "We have figures"),
    ("not_applicable", "Not applicable here"),
    ("not_available", "Not available yet"),
    ("not_collected", "We do not collect this"),
)


@dataclass(frozen=True, slots=True)
class Said:
    """A live sentence under a question."""

    code: str
    sentence: Sentence
    waiting: bool


@dataclass(frozen=True, slots=True)
class QueryBox:
    """A query with its explanation field."""

    key: str
    field_id: str
    text: str
    mend: str
    rule: str
    explanation: str
    settled: bool
    earlier: tuple[EarlierText, ...] = ()
    waiver: Waiver | None = None
    may_dispute: bool = False


@dataclass(frozen=True, slots=True)
class QuestionBlock:
    """One measure on the form."""

    measure: Measure
    code_line: str
    grid: dict[str, Any]
    said: tuple[Said, ...]
    errors: tuple[Finding, ...]
    queries: tuple[QueryBox, ...]
    answer: ReturnAnswer | None
    states: tuple[tuple[str, str], ...]
    required: bool
    wants_evidence: bool
    source_note: str
    evidence: tuple[Evidence, ...] = ()
    discussions: int = 0
    file: CellSource | None = None
    enter_once: str = ""
    snapshot: SnapshotField | None = None
    fields: AnswerFields | None = None

    @property
    def has_figures(self) -> bool:
        """Whether the grid is shown, or the line that says why there are no figures."""
        return self.answer is None or self.answer.state == "value"


@dataclass(frozen=True, slots=True)
class Typed:
    """What a person typed and could not be saved as it is: text by field name, and the error beside it."""

    texts: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)


def field_name(measure: str, cell: CellKey) -> str:
    """The name of a cell's input."""
    return f"{measure}/{cell.row}/{cell.column}"


def seen_amounts(measures: Iterable[Measure], values: Values) -> dict[str, str]:
    """What stands in the cells of a page that takes numbers over, exactly: sent back with the form, it shows what came since."""
    found = {}
    for measure in measures:
        for cell in measure.cells():
            amount = values.get((measure.code, cell.row, cell.column))
            found[field_name(measure.code, cell)] = "" if amount is None else format(amount.normalize(), "f")
    return found


def cell_label(measure: Measure, cell: CellKey) -> str:
    """A cell in words: "BME, Applied"."""
    row, column = measure.row(cell.row).label, measure.column(cell.column).label
    return row if len(measure.columns) == 1 else f"{row}, {column}"


def amount_text(amount: Decimal | None, unit: str) -> str:
    """A stored amount as a person types it."""
    if amount is None:
        return ""
    if unit == "percent":
        return format(amount.quantize(Decimal("0.1")), "f")
    if unit == "points":
        return format(amount.quantize(Decimal("0.01")), "f").removesuffix("0")
    if unit in {"pounds", "wte", "hours"}:
        return format(amount.quantize(Decimal("0.01")), "f")
    if unit == "score" and amount != amount.to_integral_value():
        return format(amount.normalize(), "f")
    return format(amount.quantize(Decimal(1)), "f")


def amount_words(measure: Measure, cell: CellKey, amount: Decimal | None) -> str:
    """A stored amount as a person reads it: an answer that is chosen from a list is its own words."""
    unit = measure.unit_of(cell)
    if amount is not None and unit == "yes_no":
        return "Yes" if amount else "No"
    if amount is not None and unit == "choice":
        return option_labels(measure, cell)[int(amount) - 1]
    return amount_text(amount, unit)


def question_blocks(
    content: ReturnContent,
    measures: tuple[Measure, ...],
    *,
    typed: Typed | None = None,
    texts: Mapping[str, tuple[EarlierText, ...]] | None = None,
    asked: Mapping[str, int] | None = None,
) -> tuple[QuestionBlock, ...]:
    """The blocks of the given measures, in the order of the return.

    `texts` are earlier explanations by finding, `asked` the open discussions by measure.
    """
    typed = typed or Typed()
    earlier = earlier_values(content.history, measures, content.framework.quarter)
    said = sentences_by_measure(content, measures)
    files = files_by_question(sources_of(content.kpi_return, content.facts.values))
    answered = answered_in(content.framework)
    return tuple(
        QuestionBlock(
            measure=measure,
            code_line=_code_line(content, measure),
            grid=grid_of(measure, content.facts.values, earlier, typed, f"g{place}"),
            said=said.get(measure.code, ()),
            errors=tuple(f for f in content.errors if f.measure == measure.code),
            queries=_queries(content, measure, texts or {}, typed.texts),
            answer=content.answers.get(measure.code),
            states=NO_FIGURE_STATES,
            required=measure.code in content.required,
            wants_evidence=any(check.evidence for check in measure.checks),
            source_note=f"Usually from {CONTRIBUTORS[measure.contributor].lower()}",
            evidence=content.evidence.get(measure.code, ()),
            discussions=(asked or {}).get(measure.code, 0),
            file=files.get(measure.code),
            enter_once=enter_once_line(answered.get(measure.code, ())),
            snapshot=snapshot_field(content, measure, typed.texts, typed.errors),
            fields=answer_fields(content, measure, typed.texts, typed.errors),
        )
        for place, measure in enumerate(measures)
    )


def _code_line(content: ReturnContent, measure: Measure) -> str:
    codes = [kpi.definition.code for kpi in content.framework.kpis_of_measure(measure.code)]
    shown = ", ".join(codes[:6]) + (f" and {len(codes) - 6} more" if len(codes) > 6 else "")
    optional = "" if measure.code in content.required else " · optional here"
    return f"{shown} · from {measure.source}{optional}"


def _queries(
    content: ReturnContent, measure: Measure, texts: Mapping[str, tuple[EarlierText, ...]], typed: Mapping[str, str]
) -> tuple[QueryBox, ...]:
    boxes: list[QueryBox] = []
    for finding in content.findings:
        waiver = content.waivers.get(finding.key)
        if finding.measure == measure.code and (finding.level is Level.QUERY or waiver is not None):
            given = content.explanations.get(finding.key)
            boxes.append(
                QueryBox(
                    key=finding.key,
                    field_id=f"explain-{len(boxes)}-{measure.code}",
                    text=finding.message,
                    mend=finding.mend,
                    rule=finding.rule,
                    explanation=typed.get(f"explain/{finding.key}", given.text if given else ""),
                    settled=is_settled(finding, content.explanations),
                    earlier=texts.get(finding.key, ()),
                    waiver=waiver,
                    may_dispute=may_be_waived(finding),
                )
            )
    return tuple(boxes)


def grid_of(
    measure: Measure,
    values: Mapping[tuple[str, str, str], Decimal],
    earlier: Mapping[tuple[str, str, str], Decimal],
    typed: Typed,
    key: str = "",
) -> dict[str, Any]:
    """The parameters of the `count_grid` component, with computed totals. `key` differs between the grids of a page."""
    row_totals = [total for total in measure.totals if total.axis == "rows"]
    column_totals = [total for total in measure.totals if total.axis == "columns"]
    rows: list[dict[str, Any]] = []
    for row in measure.rows:
        cells = [
            _input(measure, CellKey(row.key, column.key), values, earlier, typed) | {"column": column.short}
            for column in measure.columns
        ]
        for total in column_totals:
            cells.append(_total(measure, [row.key], total.keys, values, earlier) | {"column": total.label})
        keys = {"keys": row.key} if column_totals else {}
        rows.append({"label": row.label, "total": False, "cells": cells} | keys)
    for total in row_totals:
        cells = []
        for column in measure.columns:
            cells.append(_total(measure, total.keys, [column.key], values, earlier) | {"column": column.short})
        for across in column_totals:
            cells.append(_total(measure, total.keys, across.keys, values, earlier) | {"column": across.label})
        rows.append({"label": total.label, "total": True, "cells": cells, "keys": " ".join(total.keys)})
    return {
        "measure": measure.code,
        "key": key,
        "caption": measure.title,
        "corner": _corner(measure),
        "columns": [*(column.label for column in measure.columns), *(total.label for total in column_totals)],
        "rows": rows,
    }


def _corner(measure: Measure) -> str:
    return {"people": "People", "records": "Records", "items": "Number", "pounds": "Pounds", "wte": "WTE", "score": "Score"}.get(
        measure.unit, "Answer"
    )


def _input(
    measure: Measure,
    cell: CellKey,
    values: Mapping[tuple[str, str, str], Decimal],
    earlier: Mapping[tuple[str, str, str], Decimal],
    typed: Typed,
) -> dict[str, Any]:
    name, unit = field_name(measure.code, cell), measure.unit_of(cell)
    amount = values.get((measure.code, cell.row, cell.column))
    last = earlier.get((measure.code, cell.row, cell.column))
    found: dict[str, Any] = {
        "name": name,
        "label": cell_label(measure, cell),
        "value": typed.texts.get(name, amount_text(amount, unit)),
        "error": typed.errors.get(name, ""),
        "mode": "numeric" if unit in {"people", "records", "items", "score"} else "decimal",
    }
    options = measure.options_of(cell)
    if unit == "yes_no":
        found["options"] = [{"value": value, "label": label} for value, label in YES_NO]
        found["was"] = {None: "", Decimal(1): "yes", Decimal(0): "no"}.get(last, "")
        found["word"] = {None: "", Decimal(1): "Yes", Decimal(0): "No"}.get(amount, "")
    elif unit == "choice":
        labels = option_labels(measure, cell)
        found["options"] = [{"value": "", "label": "Choose"}] + [
            {"value": str(position), "label": label} for position, label in enumerate(labels, start=1)
        ]
        found["was"] = labels[int(last) - 1].lower() if last and options else ""
        found["word"] = labels[int(amount) - 1] if amount and options else ""
    elif last is not None:
        found["was"] = _number(last, unit)
        if amount is not None and name not in typed.texts:
            found["change"] = _change(amount - last, unit)
    return found


def option_labels(measure: Measure, cell: CellKey) -> tuple[str, ...]:
    """The options of a choice cell in words."""
    axis = measure.row(cell.row)
    labels: tuple[str, ...] = getattr(axis, "option_labels", ()) or getattr(measure.column(cell.column), "option_labels", ())
    return labels or tuple(option.replace("_", " ").capitalize() for option in measure.options_of(cell))


def _number(amount: Decimal, unit: str) -> str:
    if unit in {"people", "records", "items", "score"} and amount == amount.to_integral_value():
        return count_text(amount)
    return amount_text(amount, unit)


def _change(change: Decimal, unit: str) -> str:
    if change == 0:
        return "no change"
    return ("+" if change > 0 else "\u2212") + _number(abs(change), unit)


def _total(
    measure: Measure,
    rows: Sequence[str],
    columns: Sequence[str],
    values: Mapping[tuple[str, str, str], Decimal],
    earlier: Mapping[tuple[str, str, str], Decimal],
) -> dict[str, Any]:
    cells = [CellKey(row, column) for row in rows for column in columns]
    unit = measure.unit_of(cells[0])
    amounts = [values[key] for cell in cells if (key := (measure.code, cell.row, cell.column)) in values]
    before = [earlier[key] for cell in cells if (key := (measure.code, cell.row, cell.column)) in earlier]
    return {
        "fixed": _number(sum(amounts, Decimal(0)), unit) if amounts else "\u2013",
        "was": _number(sum(before, Decimal(0)), unit) if before else "",
        "output": " ".join(columns),
    }


def sentences_by_measure(content: ReturnContent, measures: tuple[Measure, ...]) -> dict[str, tuple[Said, ...]]:
    """What the figures say, under the measure whose counts they turn on (the first input of the KPI)."""
    codes = {measure.code for measure in measures}
    wanted = [kpi for kpi in content.framework.due_kpis(content.kpi_return.organisation) if kpi.measures[0] in codes]
    draft = ReturnedQuarter(content.facts.values, content.facts.states)
    figures = own_figures(
        content.kpi_return.organisation,
        content.framework.quarter,
        framework=content.framework,
        draft=draft,
        history=content.history,
        codes=[kpi.definition.code for kpi in wanted],
        headlines_only=True,
    )
    said: dict[str, list[Said]] = {}
    for kpi in wanted:
        definition = kpi.definition
        figure = figures[definition.code, ""]
        verdict = verdict_of_own(definition, None, figure)
        waiting = figure.value is None and figure.status in {"not_available", "not_returned"}
        sentence = (
            Sentence("Enter the counts of every group to see the figure.")
            if waiting
            else sentence_of(definition, None, figure, verdict)
        )
        said.setdefault(kpi.measures[0], []).append(Said(definition.code, sentence, waiting))
    return {code: tuple(rows) for code, rows in said.items()}
