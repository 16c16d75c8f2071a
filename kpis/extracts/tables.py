"""The tables that lines belong to: which fields their codes are about, and the cell that a line of known codes goes into."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from kpis.extracts.aggregate import UNKNOWN, CountedLine, Mappings

RowColumn = tuple[str, str]
Place = Callable[[tuple[str, ...]], tuple[RowColumn, ...]]
OUT = "out"
BAR = "|"
HOME, ABROAD = "home", "international"
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


def unknown_if_silent(group: str) -> str:
    """Measures of flows ask for one column "unknown" where the staff tables ask for declined and missing apart."""
    return "unknown" if group in ("declined", "missing") else group


_REACHED = {
    "applied": ("applied",),
    "shortlisted": ("applied", "shortlisted"),
    "appointed": ("applied", "shortlisted", "appointed"),
}


def _recruitment(codes: tuple[str, ...]) -> tuple[RowColumn, ...]:
    _, stage, group = codes
    return tuple((unknown_if_silent(group), column) for column in _REACHED.get(stage, ()))


def _entered(wanted: str) -> Place:
    def place(codes: tuple[str, ...]) -> tuple[RowColumn, ...]:
        kind, group = codes
        return ((unknown_if_silent(group), "entered"),) if kind == wanted else ()

    return place


def _training(codes: tuple[str, ...]) -> tuple[RowColumn, ...]:
    kind, group = codes
    return ((unknown_if_silent(group), "accessed"),) if kind == "non_mandatory" else ()


def _quarters(codes: tuple[str, ...]) -> tuple[RowColumn, ...]:
    return (codes,)  # type: ignore[return-value]


def _bonus(codes: tuple[str, ...]) -> tuple[RowColumn, ...]:
    received, gender = codes
    return ((gender, "employed"), (gender, "received")) if received == "received" else ((gender, "employed"),)


EXECUTIVES = ("executive", "chief_executive")


def _board(codes: tuple[str, ...]) -> tuple[RowColumn, ...]:
    role, voting, group = codes
    if role == OUT:
        return ()
    rows = ["board", *(["voting"] if voting == "yes" else []), *(["executive"] if role in EXECUTIVES else [])]
    return tuple((row, unknown_if_silent(group)) for row in rows)


def _development(codes: tuple[str, ...]) -> tuple[RowColumn, ...]:
    role, voting, developed = codes
    if role == OUT or voting != "yes":
        return ()
    row = "executive" if role in EXECUTIVES else "non_executive"
    return ((row, "members"), (row, "completed")) if developed == "yes" else ((row, "members"),)


def _objectives(codes: tuple[str, ...]) -> tuple[RowColumn, ...]:
    role, objective = codes
    if role == OUT:
        return ()
    return ((role, "members"), (role, "with_objective")) if objective == "yes" else ((role, "members"),)


def _sum(codes: tuple[str, ...]) -> tuple[RowColumn, ...]:
    return ((codes[0], "value"),)


def _interpreters(codes: tuple[str, ...]) -> tuple[RowColumn, ...]:
    language, mode, column = codes
    return ((f"{language}_{mode}", column),)


TABLES: Mapping[str, Table] = {
    "staff_ethnicity": Table(("assignment_status", "assignment_category", "staff_group", "pay_scale", "ethnic_origin"), _staff),
    "staff_disability": Table(("assignment_status", "assignment_category", "staff_group", "pay_scale", "disability"), _staff),
    "staff_orientation_religion": Table(("assignment_status", "assignment_category", "about", "disclosure"), _both),
    "recruitment_ethnicity": Table(("origin", "stage", "ethnic_origin"), _recruitment),
    "recruitment_disability": Table(("origin", "stage", "disability"), _recruitment),
    "disciplinary_ethnicity": Table(("case_type", "ethnic_origin"), _entered("disciplinary")),
    "capability_disability": Table(("case_type", "disability"), _entered("capability_performance")),
    "training_ethnicity": Table(("training_type", "ethnic_origin"), _training),
    "pay_quarters": Table(("quartile", "gender"), _quarters),
    "bonus_receipt": Table(("bonus", "gender"), _bonus),
    "board_ethnicity": Table(("board_role", "voting", "ethnic_origin"), _board),
    "board_disability": Table(("board_role", "voting", "disability"), _board),
    "board_development": Table(("board_role", "voting", "developed_on"), _development),
    "board_objectives": Table(("board_role", "objective"), _objectives),
    "patient_ethnicity": Table(("service", "patient_ethnic"), _quarters),
    "accessible_information": Table(("item",), _sum),
    "interpreters": Table(("language", "mode", "item"), _interpreters),
    "complaints_recording": Table(("item",), _sum),
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
        _resolved(code, field_of(line.table, line.codes, position), mappings) if code.startswith(UNKNOWN) else code
        for position, code in enumerate(line.codes)
    )


def _resolved(code: str, field: str, mappings: Mappings) -> str:
    """The meaning of one code. A person with training of several kinds that are not known has them all in it, with bars."""
    found = [mappings.get((field, value)) for value in code[1:].split(BAR)]
    if "non_mandatory" in found:
        return "non_mandatory"
    return code if None in found else str(found[0])
