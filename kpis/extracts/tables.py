"""The tables that lines belong to: which fields their codes are about, and the cell that a line of known codes goes into."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from kpis.extracts.aggregate import UNKNOWN, CountedLine, Mappings

RowColumn = tuple[str, str]
Place = Callable[[tuple[str, ...]], tuple[RowColumn, ...]]
OUT = "out"
MEDICAL_GRADES = ("consultant", "career_grade", "trainee", "medical_other")


@dataclass(frozen=True, slots=True)
class Table:
    """The fields of its codes, in order; `place` gives the cells of a line, none when a meaning says that it is left out."""

    fields: tuple[str, ...]
    place: Place


def staff_row(area: str, grade: str) -> str:
    """The row of the staff tables: a medical grade goes before the staff group, an Agenda for Change band likewise."""
    if grade in MEDICAL_GRADES:
        return f"medical.{grade.removeprefix('medical_')}"
    return f"{'nonclinical' if area == 'nonclinical' else 'clinical'}.{grade}"


def _staff(codes: tuple[str, ...]) -> tuple[RowColumn, ...]:
    status, category, area, grade, column = codes
    if OUT in (status, category, grade):
        return ()
    return ((staff_row(area, grade), column),)


def _both(codes: tuple[str, ...]) -> tuple[RowColumn, ...]:
    """Orientation and religion share a measure; the first code says which of them the line is about."""
    status, category, about, column = codes
    return () if OUT in (status, category) else ((about, column),)


TABLES: Mapping[str, Table] = {
    "staff_ethnicity": Table(("assignment_status", "assignment_category", "staff_group", "pay_scale", "ethnic_origin"), _staff),
    "staff_disability": Table(("assignment_status", "assignment_category", "staff_group", "pay_scale", "disability"), _staff),
    "staff_orientation_religion": Table(("assignment_status", "assignment_category", "about", "disclosure"), _both),
}


def field_of(table: str, codes: tuple[str, ...], position: int) -> str:
    """The field that a code is about: in the disclosure table the row itself names it."""
    name = TABLES[table].fields[position]
    if name != "disclosure":
        return name
    return {"orientation": "sexual_orientation", "religion": "religious_belief"}[codes[2]]


def resolved(line: CountedLine, mappings: Mappings) -> tuple[str, ...]:
    """The codes of a line, with the meanings of the mappings put in; what is still not known keeps its "?"."""
    if not any(code.startswith(UNKNOWN) for code in line.codes):
        return line.codes
    return tuple(
        mappings.get((field_of(line.table, line.codes, position), code[1:]), code) if code.startswith(UNKNOWN) else code
        for position, code in enumerate(line.codes)
    )
