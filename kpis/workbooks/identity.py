"""Whose workbook a file is: its hidden sheet read, and compared with the return it was uploaded to. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from kpis.typed_numbers import text_of_cell
from kpis.workbooks.answers import Address, Answer, Content
from kpis.workbooks.layout import META_SHEET, Layout
from kpis.workbooks.reading import RawSheet, RawWorkbook, Refused

_LONGEST_LIST = 3_000


@dataclass(frozen=True, slots=True)
class Identity:
    """What the hidden sheet says. `held` is what the portal held when the workbook was made."""

    template_version: int
    organisation: str
    organisation_name: str
    period: str
    months: str
    return_number: int
    layout: str
    measures: tuple[str, ...]
    held: Content


def identity_of(raw: RawWorkbook) -> Identity | Refused:
    """Read the hidden sheet; a file without it, or with nonsense in it, is no workbook of the portal."""
    sheet = raw.sheets.get(META_SHEET)
    if sheet is None:
        return _stranger()
    facts = _pairs(sheet, "A", "B")
    numbers = {name: facts.get(name, "") for name in ("template_version", "return_number")}
    if facts.get("workbook") != "edi-return" or not all(text.isascii() and text.isdecimal() for text in numbers.values()):
        return _stranger()
    held = _held(_pairs(sheet, "F", "G"))
    if held is None:
        return _stranger()
    return Identity(
        template_version=int(numbers["template_version"][:6]),
        organisation=facts.get("organisation", ""),
        organisation_name=facts.get("organisation_name", "")[:120],
        period=facts.get("period", ""),
        months=facts.get("months", "")[:60],
        return_number=int(numbers["return_number"][:6]),
        layout=facts.get("layout", ""),
        measures=tuple(_column(sheet, "D")),
        held=held,
    )


def _stranger() -> Refused:
    return Refused(
        "not_ours",
        "This is not a workbook of the portal: its hidden sheet is missing or was changed. "
        "Download your workbook from the return and copy your counts into it.",
    )


def _column(sheet: RawSheet, letter: str) -> list[str]:
    texts = (text_of_cell(sheet.values.get(f"{letter}{number}")) for number in range(1, _LONGEST_LIST))
    return [text for text in texts if text]


def _pairs(sheet: RawSheet, names: str, values: str) -> dict[str, str]:
    found = {}
    for number in range(1, _LONGEST_LIST):
        name = text_of_cell(sheet.values.get(f"{names}{number}"))
        if not name:
            break
        found[name] = text_of_cell(sheet.values.get(f"{values}{number}"))
    return found


def _held(pairs: Mapping[str, str]) -> Content | None:
    """The values and answers of the hidden sheet; None when they cannot be read."""
    values: dict[Address, Decimal] = {}
    parts: dict[str, dict[str, str]] = {}
    try:
        for name, text in pairs.items():
            if ":" in name:
                measure, _, field = name.partition(":")
                parts.setdefault(measure, {})[field] = text
            else:
                measure, row, column = name.split("/")
                values[measure, row, column] = Decimal(text)
        answers = {measure: Answer.from_parts(found) for measure, found in parts.items()}
    except (ValueError, InvalidOperation):
        return None
    return Content(values, answers)


def refuse_stranger(identity: Identity, *, organisation: str, period: str, months: str) -> Refused | None:
    """Another organisation's workbook, or another period's: one sentence and what to do."""
    if identity.organisation != organisation:
        whose = identity.organisation_name or identity.organisation or "another organisation"
        return Refused(
            "other_organisation", f"This is the workbook of {whose}. Download yours from the return and copy the counts."
        )
    if identity.period != period:
        return Refused(
            "other_period",
            f"This is your workbook for {identity.months or identity.period}; the return you opened is for {months}. "
            "Open the return of that period, or download the workbook of this one and copy the counts.",
        )
    return None


def refuse_old_template(identity: Identity, layout: Layout) -> Refused | None:
    """A workbook made before the questions changed: cells could mean something else now."""
    current = layout.template_version
    if identity.template_version != current:
        return Refused(
            "old_template",
            f"This workbook is template version {identity.template_version}; the portal now uses version {current}. "
            "Download your workbook again and copy your counts into it.",
        )
    if identity.layout != layout.fingerprint:
        return Refused(
            "old_template",
            "The questions of this return changed after you downloaded this workbook. "
            "Download your workbook again and copy your counts into it.",
        )
    return None


def refuse_moved(raw: RawWorkbook, layout: Layout) -> Refused | None:
    """A sheet that is gone, or whose rows or columns were moved: an answer could belong to another question."""
    for name in layout.sheets:
        if name not in raw.sheets:
            return Refused(
                "sheet_missing",
                f"The sheet “{name}” is missing or has another name. Give it its name back, or download your workbook again "
                "and copy your counts into it.",
            )
    for block in layout.blocks:
        sheet = raw.sheets[block.sheet]
        for place, text in block.anchors():
            found = text_of_cell(sheet.values.get(place.cell)).strip()
            if found != text.strip():
                return Refused(
                    "moved",
                    f"The sheet “{block.sheet}” has been rearranged: cell {place.cell} should read “{text}”. "
                    "Undo that, or download your workbook again and copy your counts into it.",
                )
    return None
