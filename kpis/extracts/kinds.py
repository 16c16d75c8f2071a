"""The kinds of file a trust can produce, and which measures and KPIs each of them fills."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ExtractKind(StrEnum):
    """One kind of file. The value is what is stored."""

    STAFF_IN_POST = "staff_in_post"
    RECRUITMENT = "recruitment"
    EMPLOYEE_RELATIONS = "employee_relations"
    TRAINING = "training"
    PAY_GAP = "pay_gap"
    BOARD_REGISTER = "board_register"
    STAFF_SURVEY = "staff_survey"
    PATIENT_ETHNICITY = "patient_ethnicity"
    PATIENT_INFORMATION = "patient_information"
    PATIENT_INTERPRETERS = "patient_interpreters"
    PATIENT_COMPLAINTS = "patient_complaints"

    @property
    def label(self) -> str:
        """The name on screen."""
        return _KINDS[self].label

    @property
    def row_is(self) -> str:
        """What one row of the file is: "assignment", "application"."""
        return _KINDS[self].row_is

    @property
    def rule(self) -> str:
        """What is counted, in one sentence: the first line of a trace."""
        return _RULES[self]

    @property
    def measures(self) -> tuple[str, ...]:
        """The measures of which the file fills cells."""
        return _KINDS[self].measures

    @property
    def kpis(self) -> tuple[str, ...]:
        """The KPIs for which it brings counts."""
        return _KINDS[self].kpis

    @property
    def personal(self) -> bool:
        """Whether a row is about one person; such rows are never kept."""
        return _KINDS[self].personal


@dataclass(frozen=True, slots=True)
class _Kind:
    label: str
    row_is: str
    measures: tuple[str, ...]
    kpis: tuple[str, ...]
    personal: bool = True


_SURVEY = (
    *(f"survey_wres_{number}" for number in range(5, 9)),
    *(f"survey_wdes_4a_{whom}" for whom in ("patients", "managers", "colleagues")),
    *(f"survey_wdes_{number}" for number in ("4b", "5", "6", "7", "8")),
    "survey_engagement",
)
_KINDS = {
    ExtractKind.STAFF_IN_POST: _Kind(
        "Staff in post",
        "assignment",
        ("staff_ethnicity", "staff_disability", "staff_orientation_religion"),
        (
            "WRES-1",
            "WDES-1",
            "RDR-1",
            "REP-BME-67",
            "REP-BME-8V",
            "REP-DIS-67",
            "REP-DIS-8V",
            "DQ-1",
            "DQ-2",
            "DQ-3",
        ),
    ),
    ExtractKind.RECRUITMENT: _Kind(
        "Recruitment", "application", ("recruitment_ethnicity", "recruitment_disability"), ("WRES-2", "WDES-2")
    ),
    ExtractKind.EMPLOYEE_RELATIONS: _Kind(
        "Employee relations cases", "case", ("disciplinary_ethnicity", "capability_disability"), ("WRES-3", "WDES-3")
    ),
    ExtractKind.TRAINING: _Kind("Training records", "attendance", ("training_ethnicity",), ("WRES-4",)),
    ExtractKind.PAY_GAP: _Kind(
        "Gender pay gap report",
        "employee",
        ("hourly_pay", "pay_quarters", "bonus_receipt", "bonus_pay"),
        ("GPG-1", "GPG-2", "GPG-3", "GPG-4", "GPG-5", "GPG-6"),
    ),
    ExtractKind.BOARD_REGISTER: _Kind(
        "Board register",
        "member",
        ("board_ethnicity", "board_disability", "board_development", "board_objectives"),
        ("WRES-9", "WDES-10", "BRD-1", "BRD-2"),
    ),
    ExtractKind.STAFF_SURVEY: _Kind(
        "NHS Staff Survey workbook",
        "figure",
        _SURVEY,
        (
            "WRES-5",
            "WRES-6",
            "WRES-7",
            "WRES-8",
            "WDES-4a",
            "WDES-4b",
            "WDES-5",
            "WDES-6",
            "WDES-7",
            "WDES-8",
            "WDES-9a",
            "GAP-CP-BME",
            "GAP-CP-DIS",
        ),
        personal=False,
    ),
    ExtractKind.PATIENT_ETHNICITY: _Kind(
        "Patient records by ethnic category", "count", ("patient_ethnicity",), ("PAT-4",), False
    ),
    ExtractKind.PATIENT_INFORMATION: _Kind(
        "Accessible information audit", "count", ("accessible_information",), ("PAT-1",), False
    ),
    ExtractKind.PATIENT_INTERPRETERS: _Kind("Interpreter bookings", "count", ("interpreters",), ("PAT-2",), False),
    ExtractKind.PATIENT_COMPLAINTS: _Kind("Complaints", "count", ("complaints_recording",), ("PAT-3",), False),
}
_RULES = {
    ExtractKind.STAFF_IN_POST: "Each person in post counts once, in the band of the main post.",
    ExtractKind.RECRUITMENT: "Applications to vacancies whose shortlisting ended in the quarter.",
    ExtractKind.EMPLOYEE_RELATIONS: "Entries into a formal stage that began in the quarter, once for each person and case.",
    ExtractKind.TRAINING: "People with at least one item in the quarter that is not mandatory, each once.",
    ExtractKind.PAY_GAP: "The hourly rates and bonuses of the report, for the main post of each person.",
    ExtractKind.BOARD_REGISTER: "Members of the board, without those who only attend.",
    ExtractKind.STAFF_SURVEY: "The figure as the survey published it.",
    ExtractKind.PATIENT_ETHNICITY: "Records by service and ethnic category, added up.",
    ExtractKind.PATIENT_INFORMATION: "The counts of the audit, added up.",
    ExtractKind.PATIENT_INTERPRETERS: "Bookings by language and mode, added up.",
    ExtractKind.PATIENT_COMPLAINTS: "Complaints and the fields filled in, added up.",
}
