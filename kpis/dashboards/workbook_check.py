"""The page of a checked workbook: what must be mended, what would change, what happens next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from kpis.models.files import UploadStatus, WorkbookUpload

SHOWN_CHANGES = 6
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Panel:
    """The lead panel: what was saved, and what to do."""

    heading: str
    text: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class WorkbookCheck:
    """Everything the page shows."""

    panel: Panel
    facts: tuple[dict[str, Any], ...]
    about: str
    findings: tuple[Row, ...]
    comparison: dict[str, Any]
    shown: int
    changes: int
    kept: dict[str, Any]
    kept_count: int
    steps: tuple[str, ...]
    save_label: str
    is_saved: bool
    is_void: bool
    errors: int
    has_file: bool


def check_page(upload: WorkbookUpload, *, version: int, changed_at: str, everything: bool = False) -> WorkbookCheck:
    """Build the page; `version` is the return's now, `changed_at` when it last changed, as a clock shows it."""
    outcome, counts = upload.outcome, upload.outcome["counts"]
    rows = changes_of(upload)
    is_saved = upload.status == UploadStatus.SAVED
    is_void = not is_saved and (upload.status == UploadStatus.VOID or upload.return_version != version)
    shown = rows if everything else rows[:SHOWN_CHANGES]
    return WorkbookCheck(
        panel=_panel(upload, len(rows), is_saved=is_saved, is_void=is_void, changed_at=changed_at),
        facts=_facts(counts),
        about=_about(upload),
        findings=tuple(outcome["findings"]),
        comparison=_table(shown, "In the portal", "In your file", "Before and after, cell by cell"),
        shown=len(shown),
        changes=len(rows),
        kept=_table(outcome["kept"], "In the portal, kept", "In your file", "Numbers that are newer in the portal"),
        kept_count=len(outcome["kept"]),
        steps=_steps(counts, len(rows)),
        save_label=f"Save {count(len(rows), 'change')}" if rows and not (counts["errors"] or is_saved or is_void) else "",
        is_saved=is_saved,
        is_void=is_void,
        errors=counts["errors"],
        has_file=bool(upload.content),
    )


def changes_of(upload: WorkbookUpload) -> list[Row]:
    """Every change, the largest first; then cells emptied, new answers, and what is said about whole questions."""
    return sorted(upload.outcome["cells"], key=_weight) + list(upload.outcome["answers"])


def comparison_rows(upload: WorkbookUpload) -> list[tuple[str, str, str, str, str]]:
    """The comparison for download: place, answer, in the portal, in the file, change."""
    return [(row["where"], row["field"], row["before"], row["after"], change_text(row)) for row in changes_of(upload)]


def count(number: int, one: str, more: str = "") -> str:
    """A number with its noun: "1 change", "137 changes"."""
    return f"{number:,} {one if number == 1 else more or one + 's'}"


def change_text(row: Row) -> str:
    """How a row changes: "+92", "−674", "new", "emptied" or "changed"."""
    if row["difference"]:
        amount = Decimal(row["difference"])
        return ("+" if amount > 0 else "\u2212") + f"{abs(amount).normalize():,f}"
    if not row["before"]:
        return "new"
    return "changed" if row["after"] else "emptied"


def _weight(row: Row) -> tuple[int, Decimal]:
    if row["difference"]:
        return 0, -abs(Decimal(row["difference"]))
    order = {"changed": 1, "emptied": 2, "new": 3}[change_text(row)]
    return order, -Decimal(row["amount"] or 0)


def _panel(upload: WorkbookUpload, changes: int, *, is_saved: bool, is_void: bool, changed_at: str) -> Panel:
    counts = upload.outcome["counts"]
    if is_saved:
        text = "They are in your draft. Explain the queries, if there are any, then check and send the return."
        return Panel(f"{count(changes, 'change')} saved.", text)
    if is_void:
        text = "Nothing of this workbook has been saved. The comparison below is out of date."
        return Panel(f"The return changed at {changed_at}. Check again.", text, "worse")
    if counts["errors"]:
        heading = f"Nothing has been saved. {count(counts['errors'], 'cell')} must be mended."
        return Panel(heading, "Your draft is as it was. Mend the cells in your own file and upload it again.", "worse")
    if not changes:
        return Panel("Nothing to save: every answer in your file is in the portal already.", "Your draft is as it was.")
    verb = "is" if changes == 1 else "are"
    text = f"{count(counts['queries'], 'query', 'queries')} can wait until after saving." if counts["queries"] else ""
    return Panel(f"{count(changes, 'change')} {verb} ready. Nothing has been saved yet.", text)


def _facts(counts: Mapping[str, int]) -> tuple[dict[str, Any], ...]:
    items = [
        ("Errors, to mend now", counts["errors"]),
        ("Queries, to explain later", counts["queries"]),
        ("New answers", counts["new"]),
        ("Changed", counts["changed"] + counts["answers"]),
        ("Emptied", counts["emptied"]),
        ("Same as saved", counts["same"]),
        ("Cells read", counts["read"]),
    ]
    return tuple({"label": label, "value": f"{value:,}"} for label, value in items if value or label != "Emptied")


def _about(upload: WorkbookUpload) -> str:
    """What the file is and what was left aside; its name stands before."""
    file = upload.outcome["file"]
    size = f"{max(1, round(file['size'] / 1000)):,} kB"
    text = (
        f"{size}, read in {file['seconds']} seconds. It is your organisation, this period and the current template "
        f"(version {file['template']})."
    )
    if file["ignored"]:
        text += f" Ignored: {', '.join(file['ignored'])}."
    if upload.outcome["counts"]["standing"]:
        number = upload.outcome["counts"]["standing"]
        text += f" The return also has {count(number, 'error')} that {'does' if number == 1 else 'do'} not come from this file."
    if upload.outcome.get("again"):
        text += " You uploaded this same file before; the result is the same."
    return text


def _steps(counts: Mapping[str, int], changes: int) -> tuple[str, ...]:
    steps = []
    if counts["errors"]:
        steps += [
            f"Mend the {count(counts['errors'], 'error')} in your file.",
            "Upload it again. We check everything again.",
        ]
    if changes:
        steps.append(f"Save all {count(changes, 'change')} in one step." if changes > 1 else "Save the change.")
    if counts["queries"]:
        steps.append(f"Explain the {count(counts['queries'], 'query', 'queries')} in the return.")
    steps.append("Check and send the return to your sponsor.")
    return tuple(steps)


def _table(rows: list[Row], before: str, after: str, caption: str) -> dict[str, Any]:
    return {
        "caption": caption,
        "columns": [
            {"label": "Answer"},
            {"label": before, "number": True},
            {"label": after, "number": True},
            {"label": "Change", "number": True},
        ],
        "rows": [
            {
                "cells": [
                    {"text": row["field"], "note": row["where"]},
                    {"text": row["before"] or "empty", "number": True},
                    {
                        "text": row["after"] or "empty",
                        "number": True,
                        "note": "changed in the portal since your download" if row["meanwhile"] else "",
                    },
                    {"text": change_text(row), "number": True},
                ]
            }
            for row in rows
        ],
    }
