"""The columns we know: what they are called in practice, and the meanings that a value of them can be given.

Header names are aliases to map, never fixed: a spelling more costs one word here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kpis.extracts import ethnicity, grades
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
STAGES = {
    "applied": "Applied, not shortlisted",
    "shortlisted": "Shortlisted, not appointed",
    "appointed": "Appointed: the offer was accepted",
    "out": "Leave these applications out",
}
CASE_TYPES = {
    "disciplinary": "Formal disciplinary investigation",
    "capability_performance": "Capability, about performance",
    "other": "Another kind of case: not counted",
}
TRAINING_TYPES = {"non_mandatory": "Non-mandatory or CPD", "mandatory": "Mandatory or statutory: not counted"}
BOARD_ROLES = {
    "chair": "Chair",
    "chief_executive": "Chief executive",
    "executive": "Executive member",
    "non_executive": "Non-executive member",
    "out": "Not a member of the board",
}
YES_NO = {"yes": "Yes", "no": "No"}
SERVICES = {
    "emergency": "Emergency department",
    "outpatient": "Outpatients",
    "inpatient": "Inpatients",
    "community": "Community and other",
}
PATIENT_ETHNIC = {
    "valid": "A valid code, A to S",
    "not_stated": "Not stated (Z)",
    "not_known": "Not known (99)",
    "missing": "Nothing recorded",
}
LANGUAGES = {"spoken": "Spoken language", "bsl": "British Sign Language"}
MODES = {"face": "Face to face", "remote": "By phone or video"}


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
    # Recruitment
    _field("vacancy_ref", "Vacancy reference", "vacancy ref;vacancy;vacancy id;job reference;job ref;requisition;vacancy number"),
    _field("application_key", "Application", "application id;application number;application reference;applicant id;candidate id"),
    _field(
        "stage",
        "Stage",
        "furthest stage;furthest stage reached;application status;application stage;current stage;recruitment stage",
        STAGES,
        "applied shortlisted longlisted interview interviewed invited offer conditional appointed withdrawn rejected stage",
    ),
    _field("shortlisted_on", "Shortlisted on", "shortlist date;date shortlisted;shortlisting date;shortlisted date"),
    _field("offered_on", "Offered on", "offer date;date offered;appointed on;date appointed;offer accepted on"),
    _field("vacancy_status", "Vacancy status", "post status;campaign status;advert status"),
    _field("vacancy_type", "Vacancy type", "post type;contract;type of contract;vacancy contract type"),
    _field("international", "International recruitment", "international;overseas recruitment;international block recruitment"),
    _field("guaranteed_interview", "Guaranteed interview", "gis;guaranteed interview scheme;disability confident"),
    _field("internal", "Internal or external", "internal;internal external;applicant type"),
    # Employee relations
    _field("case_key", "Case number", "case id;case ref;case reference;case no;case"),
    _field(
        "case_type",
        "Case type",
        "type of case;case category;er case type;type;case sub type",
        CASE_TYPES,
        "case disciplinary capability performance ill health grievance harassment flexible working conduct sickness bullying",
    ),
    _field(
        "formal_start",
        "Formal start",
        "formal start date;formal stage date;date formal;formal date;date formal stage started;formal stage start date",
    ),
    _field("outcome", "Outcome", "case outcome;result;sanction"),
    # Training
    _field("course", "Course", "course name;class name;class;course title;activity;learning title;training"),
    _field(
        "training_type",
        "Mandatory or not",
        "mandatory;mandatory flag;training type;category;training category;type of training;course category;learning type",
        TRAINING_TYPES,
        "mandatory statutory non cpd training development course elearning induction essential optional role",
    ),
    _field("completed_on", "Completed on", "completion date;date completed;completed;end date;attended on;date attended"),
    _field("funded", "Funded amount", "funding;funded;cost;amount"),
    # Pay gap
    _field("hourly_rate", "Hourly rate", "hourly pay;average hourly rate;hourly rate of pay;avg hourly rate"),
    _field("quartile", "Quartile", "pay quartile;quarter;pay quarter;hourly rate quartile"),
    _field("bonus", "Bonus", "bonus pay;bonus amount;bonus paid;total bonus"),
    # Board register
    _field("board_role", "Board role", "role;position;board position;member role;role on the board", BOARD_ROLES),
    _field("voting", "Voting", "voting member;voting y n;votes;voting rights", YES_NO),
    _field(
        "developed_on",
        "EDI development date",
        "edi development;edi development completed;edi training date",
    ),
    _field("objective", "SMART objective", "smart edi objective;edi objective;smart objective in appraisal;objective", YES_NO),
    # Staff survey
    _field("question", "Question", "question number;question id;item;indicator;metric;measure;question text"),
    _field("survey_group", "Group", "staff group breakdown;breakdown;respondent group;group name;characteristic"),
    _field("rate", "Percentage", "score;result;value;percent;pct;figure;rate"),
    _field("base", "Respondents", "n;base;number of respondents;responses;respondents n;base size;number of responses"),
    _field("weighted", "Weighted", "weighting;weighted y n;is weighted"),
    # Patient feeds
    _field("service", "Service", "setting;care setting;point of delivery;pod;department type;dataset", SERVICES),
    _field("patient_ethnic", "Ethnic category code", "ethnic code;ethnic category;ethnicity code", PATIENT_ETHNIC),
    _field("records", "Records", "number of records;count;attendances;number;activity;patients"),
    _field("seen", "Patients seen", "seen;patients;patients in sample;patients audited"),
    _field("recorded", "Asked and recorded", "recorded;asked;needs recorded;patients asked;asked recorded"),
    _field("contacts", "Contacts with a recorded need", "contacts;contacts with need;flagged;contacts flagged"),
    _field("met", "Need met", "met;needs met;contacts met;contacts where the need was met"),
    _field("language", "Language type", "type;interpreter type;language;language or bsl", LANGUAGES),
    _field("mode", "Mode", "delivery;channel;how;booking type;mode of delivery", MODES),
    _field("requested", "Bookings asked for", "requested;bookings;bookings requested;booked"),
    _field("fulfilled", "Bookings met", "fulfilled;met;bookings fulfilled;filled"),
    _field("received", "Complaints received", "received;complaints;number of complaints;total complaints"),
    _field("complete", "All six recorded", "all six;all recorded;all characteristics recorded;complete"),
    _field("with_ethnicity", "Ethnicity recorded", "ethnicity;ethnic origin;ethnicity completed"),
    _field("with_disability", "Disability recorded", "disability;disability completed"),
    _field("with_age", "Age recorded", "age;age completed"),
    _field("with_sex", "Sex recorded", "sex;gender;sex completed;gender recorded"),
    _field("with_orientation", "Sexual orientation recorded", "sexual orientation;sexual orientation completed"),
    _field("with_religion", "Religion or belief recorded", "religion;religion or belief;religion completed;religion recorded"),
)
FIELDS: Mapping[str, Field] = {one.key: one for one in _FIELDS}
