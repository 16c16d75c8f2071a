"""What was understood of files, what was not, and every cell they would change, before it is taken over."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.urls import reverse

from kpis.catalogue import CellKey, Measure
from kpis.dashboards.extract_list import when_of
from kpis.dashboards.return_section import amount_text, cell_label
from kpis.extract_comparison import Change, changes_to, fingerprint_of, said_by, without_figure
from kpis.extract_notes import Note, notes_in_words
from kpis.extracts import FIELDS, Cell, ExtractAggregate, ExtractKind, absent_cells
from kpis.models.extracts import Extract
from kpis.models.returns import AnswerState, KpiReturn
from kpis.selectors.definitions import framework_for
from kpis.selectors.extracts import meanings_of, questions_open_to, usable_counts
from kpis.selectors.returns import reasons_given, values_of

Row = dict[str, Any]
LEVEL_WORDS = {"error": "Not counted", "query": "Look at this", "information": "For your information"}


@dataclass(frozen=True, slots=True)
class FileReport:
    """What was read of one file."""

    key: str
    title: str
    name: str
    facts: list[dict[str, str]]
    columns: tuple[Row, ...]
    steps: tuple[Row, ...]
    problems: tuple[Row, ...]
    open: int
    share: str
    blocked: bool
    mapping_url: str
    provisional: int
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class QuestionChanges:
    """The cells of one question that would change."""

    code: str
    title: str
    line: str
    source: str
    rows: tuple[Row, ...]

    @property
    def number(self) -> int:
        """How many."""
        return len(self.rows)


@dataclass(frozen=True, slots=True)
class ResultPage:
    """One file, or all files of a return together."""

    reports: tuple[FileReport, ...]
    questions: tuple[QuestionChanges, ...]
    settled: tuple[QuestionChanges, ...]
    silent: tuple[Row, ...]
    absent: tuple[Row, ...]
    shown: str
    seen: str

    @property
    def cells(self) -> int:
        """How many cells would change."""
        return sum(question.number for question in self.questions)

    @property
    def same(self) -> int:
        """How many cells have the file's value already."""
        return sum(question.number for question in self.settled)

    @property
    def blocked(self) -> tuple[FileReport, ...]:
        """Files of which too much is not understood."""
        return tuple(report for report in self.reports if report.blocked)

    @property
    def open(self) -> int:
        """How many values have no meaning yet."""
        return sum(report.open for report in self.reports)


def result_page(kpi_return: KpiReturn, extracts: Iterable[Extract], user: Any) -> ResultPage:
    """The page of these files for one reader: cells of the questions that are this person's."""
    extracts = list(extracts)
    meanings = meanings_of(kpi_return.organisation)
    measures = questions_open_to(user, kpi_return)
    usable = usable_counts(extracts, meanings)
    said = said_by(usable, measures, meanings)
    silent = without_figure(usable, measures, said, reasons_given(kpi_return))
    values = values_of(kpi_return)
    changes = changes_to(said, values)
    settled = [Change(one, one.amount) for cell, one in said.items() if values.get(cell) == one.amount]
    return ResultPage(
        reports=tuple(_report(kpi_return, one, meanings, measures) for one in extracts),
        questions=_questions(kpi_return, changes, measures),
        settled=_questions(kpi_return, settled, measures),
        silent=tuple(
            {
                "code": one.measure,
                "title": measures[one.measure].title,
                "state": AnswerState(one.state).label,
                "reason": one.words,
            }
            for one in silent
        ),
        absent=_absent(extracts, measures, {one.measure for one in silent}),
        shown=fingerprint_of(said),
        seen=seen_text({cell: values.get(cell) for cell in said}),
    )


def seen_text(values: Mapping[Cell, Decimal | None]) -> str:
    """The values that a person sees before they decide, as the form carries them."""
    return json.dumps([[*cell, None if amount is None else str(amount)] for cell, amount in values.items()])


def _questions(kpi_return: KpiReturn, changes: Iterable[Change], measures: Mapping[str, Measure]) -> tuple[QuestionChanges, ...]:
    framework = framework_for(kpi_return.quarter)
    by_question: dict[str, list[Change]] = {}
    for change in changes:
        by_question.setdefault(change.cell[0], []).append(change)
    found = []
    for code, measure in measures.items():
        if code not in by_question:
            continue
        mine = sorted(by_question[code], key=lambda change: -change.size)
        codes = [kpi.definition.code for kpi in framework.kpis_of_measure(code)]
        found.append(
            QuestionChanges(
                code=code,
                title=measure.title,
                line=", ".join(codes[:6]) + (f" and {len(codes) - 6} more" if len(codes) > 6 else ""),
                source=ExtractKind(mine[0].said.kind).label,
                rows=tuple(_change(kpi_return, change, measure) for change in mine),
            )
        )
    return tuple(found)


def _absent(extracts: Iterable[Extract], measures: Mapping[str, Measure], silent: set[str]) -> tuple[Row, ...]:
    """Cells that the source of a file leaves out on purpose: no zero, and nothing to take over. Not of questions in `silent`."""
    found = absent_cells([ExtractAggregate.from_data(one.aggregate) for one in extracts], measures)
    return tuple(
        {"question": measures[code].title, "label": cell_label(measures[code], CellKey(row, column)), "reason": reason}
        for (code, row, column), reason in found.items()
        if code not in silent
    )


def _change(kpi_return: KpiReturn, change: Change, measure: Measure) -> Row:
    _, row, column = change.cell
    unit = measure.unit_of(CellKey(row, column))
    return {
        "label": cell_label(measure, CellKey(row, column)),
        "before": amount_text(change.before, unit) or "empty",
        "after": amount_text(change.after, unit),
        "move": _move(change, unit),
        "url": trace_url(kpi_return, str(change.said.source), change.cell),
    }


def _move(change: Change, unit: str) -> str:
    if change.before is None:
        return "new"
    by = change.after - change.before
    return f"{'+' if by > 0 else '−'}{amount_text(abs(by), unit)}"


def trace_url(kpi_return: KpiReturn, key: str, cell: Cell) -> str:
    """Where it says how a cell was got."""
    return reverse("returns:extract-trace", args=[kpi_return.organisation.slug, kpi_return.collection.period, key, *cell])


def _report(
    kpi_return: KpiReturn, extract: Extract, meanings: Mapping[tuple[str, str], str], measures: Mapping[str, Measure]
) -> FileReport:
    counts = ExtractAggregate.from_data(extract.aggregate)
    framework = framework_for(kpi_return.quarter)
    computed = {kpi.definition.code: kpi.definition for code in counts.fills for kpi in framework.kpis_of_measure(code)}
    computed = {code: kpi for code, kpi in computed.items() if set(kpi.measures()) <= measures.keys()}
    share = counts.unmapped_share(meanings)
    own = {(one.field, one.value) for one in counts.unmapped}
    return FileReport(
        key=str(extract.pk),
        title=extract.get_kind_display(),
        name=extract.file_name,
        facts=_facts(extract, counts),
        columns=tuple(_column(one.letter, one.header, one.field) for one in counts.columns),
        steps=tuple(step_row(one.label, one.removed, one.left, one.reason) for one in counts.steps),
        problems=tuple(
            {"kind": LEVEL_WORDS[one.level], "what": one.what, "mend": one.how_to_mend, "rows": one.rows, "where": one.where}
            for one in counts.problems
        ),
        open=len(counts.open_values(meanings)),
        share=f"{100 * share:.1f}%",
        blocked=counts.blocked(meanings),
        mapping_url=reverse(
            "returns:extract-mapping", args=[kpi_return.organisation.slug, kpi_return.collection.period, extract.pk]
        ),
        provisional=len(own & set(meanings)),
        notes=notes_in_words(counts, computed.values(), measures, meanings),
    )


def _facts(extract: Extract, counts: ExtractAggregate) -> list[dict[str, str]]:
    where = f"sheet “{counts.sheet}”, " if counts.sheet else ""
    return [
        {"label": "Rows read", "value": f"{counts.rows_read:,}", "note": f"{where}headings in row {counts.header_row}"},
        {"label": "Counted", "value": f"{counts.counted:,}", "note": "after the steps below"},
        {
            "label": "Columns used",
            "value": str(sum(bool(one.field) for one in counts.columns)),
            "note": f"of {len(counts.columns)}",
        },
        {"label": "Read", "value": when_of(extract), "note": f"by {extract.uploaded_by.display_name}"},
    ]


def _column(letter: str, header: str, name: str) -> Row:
    meaning = FIELDS[name].label if name in FIELDS else name.replace("_", " ").capitalize()
    return {"letter": letter, "header": header or "no heading", "meaning": meaning if name else "not read"}


def step_row(label: str, removed: int, left: int, reason: str) -> Row:
    """One step from rows to people."""
    return {"label": label, "removed": f"−{removed:,}" if removed else "", "left": f"{left:,}", "reason": reason}
