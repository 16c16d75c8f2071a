"""The closed word lists of the catalogue. A definition may use only these words."""

from __future__ import annotations

from typing import Final

WORKSTREAMS: Final = {
    "workforce-standards": "Workforce standards",
    "staff-networks": "Develop integrated staff networks for protected groups",
    "board-development": "Board development to integrate EDI into decision-making and strategy",
    "patient-participation": "Patient participation and engagement",
    "equality-assurance": "Equality assurance and metrics",
    "quality-risk-assurance": "Quality, risk and assurance",
    "health-inequalities": "Support health and inequalities strategies with commissioners and public health",
}
"""The seven workstreams, in the order in which a return is answered; slug to title."""

SHORT_WORKSTREAMS: Final = {
    "workforce-standards": "Workforce standards",
    "staff-networks": "Staff networks",
    "board-development": "Board development",
    "patient-participation": "Patient participation",
    "equality-assurance": "Equality assurance",
    "quality-risk-assurance": "Quality, risk and assurance",
    "health-inequalities": "Health inequalities",
}
"""The same in few words, for side columns and tables."""

DOMAINS: Final = ("technical", "cultural")

CONTRIBUTORS: Final = {
    "workforce-information": "Workforce information",
    "recruitment": "Recruitment",
    "employee-relations": "Employee relations",
    "learning": "Learning and development",
    "patient-experience": "Patient experience",
    "governance": "Governance",
    "finance": "Finance and payroll",
    "edi": "EDI team",
}
"""Who usually holds the figures; slug to title."""

MEASURE_UNITS: Final = ("people", "records", "items", "yes_no", "choice", "score", "percent", "points", "pounds", "wte", "hours")
"""What one cell holds. `yes_no` is 1 or 0; `choice` is the position of the option, counted from 1; `percent` is 0 to 100."""

KPI_UNITS: Final = ("ratio", "percent", "points", "score", "count", "pounds", "hours", "wte", "per_thousand", "yes_no", "choice")
"""What a figure is. `points` are percentage points, or points of a scale for a score gap; `percent` is 0 to 100."""

PROTECTIONS: Final = ("people", "things", "survey", "magnitude", "public")
MEASURE_WINDOWS: Final = ("quarter", "snapshot", "snapshot_31_march", "year")
FORMULA_WINDOWS: Final = ("quarter", "twelve_months", "twenty_four_months", "last_march")
PART_LEVELS: Final = ("group_total", "organisation", "system")
"""Lowest level at which a part may leave the organisation, from the least to the most restricted.

`group_total`: every organisation. `organisation`: only organisations that are not small. `system`: no single organisation.
"""

FAMILIES: Final = (
    "WRES",
    "WDES",
    "GPG",
    "EDS",
    "RDR",
    "REP",
    "NET",
    "CAP",
    "GAP",
    "EIA",
    "PSED",
    "STR",
    "DQ",
    "PAT",
    "BRD",
    "HI",
)
"""Order of KPIs by the first piece of their code; codes of other families follow."""

ORGANISATION_CLASSES: Final = ("trust", "ccg", "csu")
APPLICABILITIES: Final = ("required", "voluntary", "not_applicable")
DIRECTIONS: Final = ("higher", "lower", "closer_to_0", "closer_to_1", "none")
SNAPSHOT_RULES: Final = ("quarter_end", "31_march", "quarter_flow", "twelve_months", "twenty_four_months", "survey_year", "year")
CONFIDENCES: Final = ("CONFIRMED", "PARTIAL", "UNCONFIRMED")
TARGET_KINDS: Final = ("range", "at_least", "at_most", "none")
COMPARATORS: Final = ("peers", "none")
RULES: Final = tuple(f"V{number}" for number in range(1, 17))
