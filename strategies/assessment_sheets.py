"""A self-assessment by spreadsheet: the sheet with the answers as they stand, and a dry run of a sheet that comes back.

Each row passes the form of the page; what the dry run found is applied as a whole, or not at all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from edi_portal.ui.downloads import Cell, Sheet, safe_text
from strategies.forms.assessments import AnswerForm
from strategies.models import Criterion, CriterionAnswer, SelfAssessment
from strategies.services.assessments import AnswerEntry

COLUMNS = ("criterion", "level", "evidence_link", "evidence_text", "note", "target_level", "target_by")
NAME_COLUMN = "name"
Row = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Finding:
    """What must be mended: the row of the sheet, the column, and how."""

    row: int
    column: str
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """What a row would do: the criterion, the level before, and what is typed now."""

    criterion: Criterion
    before: int | None
    entry: AnswerEntry
    seen_version: int


@dataclass(frozen=True, slots=True)
class SheetCheck:
    """What a sheet would do to an assessment; nothing of it is saved."""

    changes: tuple[Change, ...]
    findings: tuple[Finding, ...]
    unchanged: int
    left_empty: int


def answers_sheet(assessment: SelfAssessment) -> Sheet:
    """One row for each criterion with its answer, to be filled in and read back."""
    answers = {one.criterion_id: one for one in assessment.answers.all()}
    rows: list[list[Cell]] = []
    for criterion in assessment.criteria.rows.all():
        answer = answers.get(criterion.pk)
        given: list[Cell] = [getattr(answer, name) for name in COLUMNS[1:]] if answer is not None else [None] * 6
        rows.append([criterion.key, criterion.name, *given])
    return Sheet("Self-assessment", [COLUMNS[0], NAME_COLUMN, *COLUMNS[1:]], rows)


def check_sheet(assessment: SelfAssessment, rows: Sequence[Row]) -> SheetCheck:
    """Try every row by the form of the page. A row without level, evidence, note and target is left alone."""
    criteria = {one.key: one for one in assessment.criteria.rows.all()}
    answers = {one.criterion_id: one for one in assessment.answers.all()}
    often = Counter(row["criterion"] for row in rows)
    changes, findings, unchanged, empty = [], [], 0, 0
    for number, row in enumerate(rows, start=2):
        criterion = criteria.get(row["criterion"])
        if criterion is None:
            findings.append(Finding(number, "criterion", f"“{row['criterion']}” is no criterion. Keep the keys of the sheet."))
            continue
        if often[criterion.key] > 1:
            findings.append(Finding(number, "criterion", f"“{criterion.key}” stands in several rows. Keep one."))
            continue
        if not any(row[name] for name in COLUMNS[1:]):
            empty += 1
            continue
        form = AnswerForm({name: as_typed(row[name]) for name in COLUMNS[1:]}, criterion=criterion)
        if not form.is_valid():
            findings += [Finding(number, name, str(text)) for name, texts in form.errors.items() for text in texts]
            continue
        answer = answers.get(criterion.pk)
        entry = form.entry()
        if answer is not None and _same(answer, entry):
            unchanged += 1
        else:
            before = answer.level if answer is not None else None
            changes.append(Change(criterion, before, entry, answer.version if answer is not None else 0))
    return SheetCheck(tuple(changes), tuple(findings), unchanged, empty)


def as_typed(text: str) -> str:
    """The text without the apostrophe that the download put in front of what a spreadsheet would run."""
    return text[1:] if text.startswith("'") and safe_text(text[1:]) == text else text


def to_session(check: SheetCheck) -> list[dict[str, Any]]:
    """The changes in plain values, to be kept until the person says yes."""
    return [
        {
            "criterion": one.criterion.key,
            "seen_version": one.seen_version,
            **{name: getattr(one.entry, name) for name in COLUMNS[1:-1]},
            "target_by": one.entry.target_by.isoformat() if one.entry.target_by else None,
        }
        for one in check.changes
    ]


def from_session(kept: Sequence[Mapping[str, Any]]) -> list[tuple[str, AnswerEntry, int]]:
    """The same back: criterion key, entry, version seen."""
    return [
        (
            str(one["criterion"]),
            AnswerEntry(
                **{name: one[name] for name in COLUMNS[1:-1]},
                target_by=date.fromisoformat(one["target_by"]) if one["target_by"] else None,
            ),
            int(one["seen_version"]),
        )
        for one in kept
    ]


def _same(answer: CriterionAnswer, entry: AnswerEntry) -> bool:
    return all(getattr(answer, name) == getattr(entry, name) for name in AnswerEntry.__dataclass_fields__)
