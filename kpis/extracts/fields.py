"""The columns we know: what they are called in practice, and the meanings that a value of them can be given.

Header names are aliases to map, never fixed: a spelling more costs one word here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kpis.extracts import ethnicity, grades
from kpis.extracts.kinds import ExtractKind
from kpis.extracts.spellings import normalised

__all__ = ["FIELDS", "Field", "normalised"]

IN_OR_OUT = {"in": "Count these people", "out": "Leave these people out"}
ETHNIC_GROUPS = {
    "white": "White",
    "bme": "Black and minority ethnic (BME)",
    "declined": "Asked, not stated",
    "missing": "Not recorded",
}
DISABILITY_GROUPS = {
    "disabled": "Disabled",
    "non_disabled": "Not disabled",
    "declined": "Not declared or preferred not to answer",
    "missing": "Not recorded",
}
DISCLOSURES = {"disclosed": "Disclosed", "declined": "Asked, not stated", "missing": "Not recorded"}
AREAS = {"clinical": "Clinical", "nonclinical": "Non-clinical", "medical": "Medical and dental"}
GRADES = {
    "under_1": "Under band 1",
    **{band: f"Band {band.removeprefix('band_')}" for band in grades.BANDS[1:]},
    "vsm": "Very senior manager",
    "consultant": "Consultant",
    "career_grade": "Career grade doctor (not consultant)",
    "trainee": "Doctor in training",
    "medical_other": "Other medical and dental staff",
    "out": "Leave these people out",
}


@dataclass(frozen=True, slots=True)
class Field:
    """One column: its name on screen, its headings in practice (normalised, best first), the meanings a mapping may give."""

    key: str
    label: str
    aliases: tuple[str, ...]
    codes: Mapping[str, str] = field(default_factory=dict)
    words: frozenset[str] = frozenset()
    """Words that belong to its values: a rare value made of such words is a spelling and may be repeated."""


def _field(key: str, label: str, aliases: str, codes: Mapping[str, str] | None = None, words: str = "") -> Field:
    names = (normalised(label), *(normalised(alias) for alias in aliases.split(";")))
    return Field(key, label, tuple(dict.fromkeys(names)), codes or {}, frozenset(words.split()))


_CATEGORY_WORDS = (
    "permanent fixed term temp bank honorary locum exec executive non director chair zero hours apprentice contract casual"
)
_STATUS_WORDS = (
    "active assignment inactive leave unpaid paid break secondment suspended suspend pay out on not worked external internal"
)
_GROUP_WORDS = (
    "nursing midwifery medical dental admin administrative clerical estates ancillary scientists healthcare allied professionals"
)
_SCALE_WORDS = (
    "band afc nhs ad hoc trust specific local pay scale spot salary grade vsm consultant non review body range personal other"
)

_FIELDS = (
    _field(
        "staff_key", "Employee number", "employee no;employee id;emp no;unique id;person id;staff number;staff id;payroll number"
    ),
    _field("assignment_key", "Assignment number", "assignment no;assignment id"),
    _field("primary", "Primary assignment", "primary;primary y n;main assignment;primary flag"),
    _field("assignment_status", "Assignment status", "status;asg status", IN_OR_OUT, _STATUS_WORDS),
    _field(
        "assignment_category",
        "Assignment category",
        "employee category;employment category;contract type;assignment type",
        IN_OR_OUT,
        _CATEGORY_WORDS,
    ),
    _field("fte", "FTE", "wte;contracted fte;contracted wte;whole time equivalent;full time equivalent;actual fte"),
    _field("staff_group", "Staff group", "staffgroup;staff grp;main staff group", AREAS, _GROUP_WORDS),
    _field("occ_code", "Occupation code", "occ code;occupational code;nhs occupation code"),
    _field("job_role", "Job role", "role;job title;position title;role name"),
    _field(
        "pay_scale", "Pay scale", "grade;pay grade;pay band;payscale;band;pay scale description;afc band", GRADES, _SCALE_WORDS
    ),
    _field(
        "ethnic_origin",
        "Ethnic origin",
        "ethnicity;ethnic group;ethnic category;ethnic origin description;ethnicity description;ethnic background",
        ETHNIC_GROUPS,
        " ".join(ethnicity.KNOWN_WORDS),
    ),
    _field(
        "disability",
        "Disability",
        "disabled;disability flag;disabled flag;disability status;disabled y n;disability declared;disabled yn",
        DISABILITY_GROUPS,
        "disability disabled yes no not known impairment condition declared",
    ),
    _field(
        "sexual_orientation", "Sexual orientation", "sexuality;orientation", DISCLOSURES, "orientation sexual other gay lesbian"
    ),
    _field(
        "religious_belief",
        "Religious belief",
        "religion;religion or belief;religion and belief;religion belief;belief",
        DISCLOSURES,
        "religion belief other none church",
    ),
    _field("gender", "Gender", "sex;legal sex", {"women": "Women", "men": "Men"}, "female male woman man"),
    _field("latest_start", "Latest hire date", "continuous service date;latest start date;start date;hire date"),
    _field("organisation_code", "Organisation code", "ods code;org code;organisation ods code;trust code;provider code"),
)
FIELDS: Mapping[str, Field] = {one.key: one for one in _FIELDS}


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of one kind of file: without the needed ones nothing can be counted; the telling ones give the kind away."""

    fields: tuple[str, ...]
    needed: tuple[tuple[str, ...], ...]
    """Each entry is a choice: one of its fields has to be there."""
    telling: tuple[str, ...]


LAYOUTS: Mapping[ExtractKind, Layout] = {
    ExtractKind.STAFF_IN_POST: Layout(
        (
            "staff_key",
            "assignment_key",
            "primary",
            "assignment_status",
            "assignment_category",
            "fte",
            "staff_group",
            "occ_code",
            "job_role",
            "pay_scale",
            "ethnic_origin",
            "disability",
            "sexual_orientation",
            "religious_belief",
            "gender",
            "latest_start",
            "organisation_code",
        ),
        (("staff_key", "assignment_key"), ("pay_scale",), ("staff_group", "occ_code"), ("ethnic_origin", "disability")),
        ("staff_group", "pay_scale", "assignment_category", "assignment_status", "primary", "occ_code"),
    ),
}
