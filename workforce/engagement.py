"""Communications and engagement in words and rules: audiences, topics, when an entry is due for review, shared steps. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

AUDIENCES: dict[str, str] = {
    "boards": "Boards",
    "staff": "Staff",
    "patients": "Patients",
    "carers": "Carers",
    "public": "The public",
}
TOPICS: dict[str, str] = {
    "accessible_information": "Accessible information and interpreters",
    "race": "Race equality",
    "disability": "Disability equality",
    "lgbt": "LGBT+ inclusion",
    "religion": "Religion and belief",
    "sex": "Sex and pay equality",
    "networks": "Staff networks",
    "rights": "Rights and the Equality Act",
    "health_inequalities": "Health inequalities",
    "other": "Something else",
}
FORMATS: dict[str, str] = {
    "leaflet": "Leaflet or poster",
    "slides": "Slides",
    "video": "Video",
    "easy_read": "Easy read",
    "audio": "Audio",
    "web": "Web page",
    "paper": "Board paper or briefing",
    "training": "Training material",
    "text": "Text to copy",
}
LANGUAGES: dict[str, str] = {
    "en": "English",
    "bsl": "British Sign Language",
    "cy": "Welsh",
    "pl": "Polish",
    "ro": "Romanian",
    "ar": "Arabic",
    "zh": "Chinese",
    "ur": "Urdu",
    "bn": "Bengali",
    "pa": "Punjabi",
    "other": "Another language",
}
WARN_DAYS = 60


class ReviewState(StrEnum):
    """How fresh an entry is; computed from its dates, never typed."""

    FRESH = "fresh"
    SOON = "soon"
    DUE = "due"
    WITHDRAWN = "withdrawn"


REVIEW_WORDS: dict[ReviewState, str] = {
    ReviewState.FRESH: "In date",
    ReviewState.SOON: "Due for review soon",
    ReviewState.DUE: "Due for review",
    ReviewState.WITHDRAWN: "Withdrawn",
}


def review_state(*, review_on: date, withdrawn_on: date | None, today: date) -> ReviewState:
    """Whether an entry is in date on a day, due within two months, due, or withdrawn."""
    if withdrawn_on is not None and withdrawn_on <= today:
        return ReviewState.WITHDRAWN
    if review_on <= today:
        return ReviewState.DUE
    return ReviewState.SOON if (review_on - today).days <= WARN_DAYS else ReviewState.FRESH


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the model that organisations on Merseyside share, as an organisation in Cheshire takes it up."""

    key: str
    name: str
    description: str
    evidence: str


# What is public of the model: commissioners on Merseyside publish the same equality objectives and grade together with
# Healthwatch. The order of the steps is a proposal of this portal.
STEPS: tuple[Step, ...] = (
    Step(
        "objectives",
        "Same objectives",
        "The equality objectives are those that the organisations on Merseyside publish together.",
        "The published objectives",
    ),
    Step(
        "lead",
        "Shared lead",
        "A named lead works with the shared equality team, with time agreed in writing.",
        "The agreement on time",
    ),
    Step(
        "messages",
        "Same messages",
        "Staff, patients and the public get the common message templates, in the languages of the place.",
        "The templates in use",
    ),
    Step(
        "forum",
        "Joint engagement",
        "BME and disabled people's groups are heard in one forum with neighbouring organisations.",
        "Dates of the forum",
    ),
    Step(
        "grading",
        "Graded together",
        "Evidence of the Equality Delivery System is graded with neighbours and the local Healthwatch.",
        "The published grades",
    ),
    Step(
        "review",
        "Reviewed each year",
        "Once a year the organisations look together at what changed and agree the next year.",
        "The note of the review",
    ),
)
STEP_NAMES = {step.key: step.name for step in STEPS}
STEP_STATES: dict[str, str] = {"not_started": "Not started", "working": "Working on it", "adopted": "Adopted"}
# The places whose organisations take up the model of Merseyside.
CHESHIRE_PLACES = ("cheshire-east", "cheshire-west", "warrington")

OUTREACH_GROUPS: dict[str, str] = {"bme": "BME people", "disabled": "Disabled people", "both": "BME and disabled people"}
# A number of people leaves its organisation through a release alone, so a band is for the owner too.
REACH_BANDS: dict[str, str] = {
    "under_25": "fewer than 25 people",
    "25_99": "25 to 99 people",
    "100_499": "100 to 499 people",
    "500_up": "500 people or more",
}
# The KPIs that outreach to patients may move.
PATIENT_KPIS: dict[str, str] = {
    "PAT-1": "Accessible information",
    "PAT-2": "Interpreter requests met",
    "PAT-3": "Complaints with data recorded",
    "PAT-4": "Patient ethnicity recorded",
}
