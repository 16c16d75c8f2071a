"""What a check keeps about an uploaded workbook, as plain rows for JSON: findings and changes. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from kpis.catalogue.grids import CellKey, Measure
from kpis.validation import check_return
from kpis.validation.facts import AnswerState, ReturnFacts
from kpis.validation.findings import Explanation, Finding, Level, is_settled
from kpis.workbooks.answers import Answer, Content, plain_number, shown_value
from kpis.workbooks.comparing import AnswerDifference, CellDifference, Fault, cell_label
from kpis.workbooks.layout import STATES, Layout


def facts_with(facts: ReturnFacts, content: Content) -> ReturnFacts:
    """The facts of a return as they would be with other cells and answers."""
    texts = {key: text for key, text in facts.texts.items() if key[1].startswith("explanation of ")}
    for measure, answer in content.answers.items():
        texts |= {(measure, name): text for name, text in (("reason", answer.reason), ("evidence", answer.evidence)) if text}
    days = {measure: answer.snapshot_on for measure, answer in content.answers.items() if answer.snapshot_on}
    return replace(
        facts,
        values=content.values,
        snapshots=days,
        states={code: AnswerState(one.state, one.reason, one.expected_on) for code, one in content.answers.items()},
        texts=texts,
        evidence=frozenset(code for code, answer in content.answers.items() if answer.evidence),
    )


def findings(
    *,
    facts: ReturnFacts,
    standing: Iterable[Finding],
    explanations: Mapping[str, Explanation],
    layout: Layout,
    faults: Iterable[Fault],
    merged: Content,
    waived: Collection[str] = (),
    open_to: Collection[str] | None = None,
) -> tuple[list[dict[str, Any]], int]:
    """What to mend and explain, and the number of errors that the return has already and that the file leaves as they are.

    Faults of cells come first, then what the rules would find that they do not find now: errors, then queries, in the order
    of the return. What a waiver sets aside, known by the keys in `waived`, is neither asked nor blocks.
    Who sees only some questions (`open_to`) is not told what rules say of others, with the figures that they quote.
    """
    known = {(finding.key, finding.fingerprint) for finding in standing}
    found = [
        finding
        for finding in check_return(facts_with(facts, merged))
        if finding.key not in waived and (open_to is None or finding.measure in open_to)
    ]
    asked = [finding for finding in found if not is_settled(finding, explanations)]
    fresh = [finding for finding in asked if (finding.key, finding.fingerprint) not in known]
    left = sum(finding.level is Level.ERROR for finding in asked) - sum(finding.level is Level.ERROR for finding in fresh)
    rows = [_fault_row(fault, layout) for fault in faults]
    rows += [_finding_row(finding, facts.measures, layout, merged) for finding in fresh if finding.level is Level.ERROR]
    rows += [_finding_row(finding, facts.measures, layout, merged) for finding in fresh if finding.level is Level.QUERY]
    return rows, left


def _fault_row(fault: Fault, layout: Layout) -> dict[str, Any]:
    return {
        "kind": "error",
        "rule": "",
        "measure": fault.measure,
        "sheet": fault.place.sheet,
        "cell": fault.place.cell,
        "is_input": True,
        "where": str(fault.place),
        "field": fault.field,
        "wrote": fault.wrote,
        "wrong": fault.wrong,
        "mend": fault.mend,
    }


def _finding_row(finding: Finding, measures: Mapping[str, Measure], layout: Layout, merged: Content) -> dict[str, Any]:
    block = layout.by_measure.get(finding.measure)
    measure = measures.get(finding.measure)
    cell = CellKey(finding.cell.row, finding.cell.column) if finding.cell else None
    place = None if block is None else block.place(cell) if cell else block.corner
    amount = merged.values.get(finding.cell) if finding.cell else None
    field = measure.title if measure else "The return as a whole"
    if measure and cell:
        field = f"{measure.title}: {cell_label(measure, cell)}"
    return {
        "kind": "error" if finding.level is Level.ERROR else "query",
        "rule": finding.rule,
        "measure": finding.measure,
        "sheet": place.sheet if place else "",
        "cell": place.cell if place else "",
        "is_input": cell is not None,
        "where": str(place) if place else "In the form",
        "field": field,
        "wrote": "" if amount is None or cell is None or measure is None else _shown(measure, cell, amount),
        "wrong": f"{finding.message.rstrip('.')}.",
        "mend": finding.mend if finding.level is Level.ERROR else _explain_later(finding.mend),
    }


def _explain_later(mend: str) -> str:
    return f"{mend} You can do that after saving." if "xplain" in mend else f"{mend} Or explain it after saving."


def _shown(measure: Measure, cell: CellKey, amount: Decimal) -> str:
    value = shown_value(measure, cell, amount)
    return value if isinstance(value, str) else f"{value:,}"


def cell_row(change: CellDifference, layout: Layout, measures: Mapping[str, Measure]) -> dict[str, Any]:
    """A cell before and after; `amount` is the exact value to save, None to empty the cell."""
    code, row, column = change.address
    measure, cell = measures[code], CellKey(row, column)
    is_number = measure.unit_of(cell) not in {"yes_no", "choice"}
    return {
        "measure": code,
        "row": row,
        "column": column,
        "amount": None if change.after is None else str(change.after),
        "where": str(layout.by_measure[code].place(cell)),
        "field": f"{measure.title}: {cell_label(measure, cell)}",
        "before": "" if change.before is None else _shown(measure, cell, change.before),
        "after": "" if change.after is None else _shown(measure, cell, change.after),
        "difference": plain_number(change.after - change.before)
        if is_number and change.before is not None and change.after is not None
        else "",
        "meanwhile": change.meanwhile,
    }


def answer_row(change: AnswerDifference, layout: Layout, measures: Mapping[str, Measure]) -> dict[str, Any]:
    """What is said about a question before and after; `parts` are the texts to save."""
    measure = measures[change.measure]
    places = layout.by_measure[change.measure].answer_places()
    return {
        "measure": change.measure,
        "parts": change.after.parts(),
        "is_snapshot": "snapshot_on" in places,
        "where": str(places["state"]),
        "field": f"{measure.title}: answer as a whole",
        "before": answer_text(change.before),
        "after": answer_text(change.after),
        "difference": "",
        "meanwhile": change.meanwhile,
    }


def answer_text(answer: Answer) -> str:
    """An answer in one line: what is said, why, until when, and the evidence."""
    parts = [STATES[answer.state]] if answer.state != "value" else []
    parts += [answer.reason] if answer.reason else []
    parts += [f"expected {answer.expected_on:%-d %B %Y}"] if answer.expected_on else []
    parts += [f"evidence: {answer.evidence}"] if answer.evidence else []
    parts += [f"figures as of {answer.snapshot_on:%-d %B %Y}"] if answer.snapshot_on else []
    return "; ".join(parts)
