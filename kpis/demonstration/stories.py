"""The planted stories, as data: who grew, merged, came late, improved, worsened, mistyped. Pure.

`docs/demonstration.md` tells them in words; a test asserts every line of it. Everything not planted here
is left to the generator.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from edi_portal.periods import Quarter
from kpis.catalogue.vocabulary import WORKSTREAMS
from kpis.demonstration.profile import FIRST_QUARTER, Line, Profile

TODAY = date(2020, 1, 20)
OPEN_QUARTER = Quarter(2019, 3)
NEWEST_CLOSED = OPEN_QUARTER.previous()

ACQUIRER, ACQUIRED_ON, SIZE_BEFORE = "mersey-care", Quarter(2018, 1), 4980
MERGED_INTO, MERGED_FROM = "liverpool-university-hospitals", "royal-liverpool"
LATE, LATE_PERIOD = "halton-ccg", NEWEST_CLOSED
TINY = "knowsley-ccg"
MISTYPED = "countess-of-chester"
EXPLAINED = "mersey-care"
IMPROVING, IMPROVING_RATE = "st-helens-and-knowsley", "interpreters.fulfilled"
WORSENING, WORSENING_RATE = "southport-and-ormskirk", "staff.disability_unknown"
CORRECTED, CORRECTED_PERIOD = "warrington-and-halton", Quarter(2018, 2)
BESPOKE_OWNER, BESPOKE_FROM = "alder-hey", Quarter(2018, 1)
OUTSIDE_FOUR_FIFTHS = {
    "royal-liverpool": 1.75,
    "liverpool-university-hospitals": 1.60,
    "wirral-university-teaching": 1.70,
    "st-helens-and-knowsley": 1.55,
}

TRENDS: Mapping[str, Mapping[str, Line]] = {
    **{slug: {"recruitment.ratio": Line(ratio, ratio)} for slug, ratio in OUTSIDE_FOUR_FIFTHS.items()},
    MISTYPED: {"recruitment.ratio": Line(1.62, 1.62), "staff.bme": Line(0.090, 0.104)},
    WORSENING: {WORSENING_RATE: Line(0.085, 0.195), "recruitment.ratio": Line(0.98, 0.98)},
}
IMPROVEMENT = Line(0.74, 0.97)


def told(profile: Profile) -> Profile:
    """A profile with the stories of its organisation in it."""
    profile = profile.with_rates(TRENDS.get(profile.slug, {}))
    if profile.slug == IMPROVING:
        profile = profile.with_rates({IMPROVING_RATE: IMPROVEMENT})
    if profile.slug == ACQUIRER:
        size = profile.sizes[0][1]
        profile = profile.with_sizes(((FIRST_QUARTER, SIZE_BEFORE), (ACQUIRED_ON, size)))
    return profile


def _recruitment(*rows: tuple[str, int, int, int]) -> dict[tuple[str, str, str], Decimal]:
    stages = ("applied", "shortlisted", "appointed")
    return {
        ("recruitment_ethnicity", group, stage): Decimal(number)
        for group, *numbers in rows
        for stage, number in zip(stages, numbers, strict=True)
    }


# The mistyped trust's twelve months: 300 of 1,200 White and 60 of 400 BME applicants appointed, so a ratio of 1.67.
# In the open quarter somebody typed 98 BME applicants, fewer than were shortlisted.
PLANTED_CELLS: Mapping[tuple[str, Quarter], Mapping[tuple[str, str, str], Decimal]] = {
    (MISTYPED, Quarter(2018, 3)): _recruitment(("white", 1377, 290, 72), ("bme", 396, 95, 15), ("unknown", 49, 17, 4)),
    (MISTYPED, Quarter(2018, 4)): _recruitment(("white", 1401, 292, 74), ("bme", 402, 98, 16), ("unknown", 50, 18, 4)),
    (MISTYPED, Quarter(2019, 1)): _recruitment(("white", 1385, 294, 75), ("bme", 408, 100, 15), ("unknown", 52, 19, 5)),
    (MISTYPED, Quarter(2019, 2)): _recruitment(("white", 1390, 296, 72), ("bme", 411, 98, 15), ("unknown", 51, 18, 5))
    | {
        ("training_ethnicity", "white", "accessed"): Decimal(1486),
        ("training_ethnicity", "bme", "accessed"): Decimal(163),
        ("training_ethnicity", "unknown", "accessed"): Decimal(66),
    },
    (MISTYPED, OPEN_QUARTER): _recruitment(("white", 1482, 318, 79), ("bme", 98, 104, 14), ("unknown", 46, 21, 4))
    | {
        ("training_ethnicity", "white", "accessed"): Decimal(774),
        ("training_ethnicity", "bme", "accessed"): Decimal(163),
        ("training_ethnicity", "unknown", "accessed"): Decimal(41),
    },
    # Far fewer BME people in training than usual, and the lead says why: something to read for the sponsor who has to sign.
    (EXPLAINED, OPEN_QUARTER): {("training_ethnicity", "bme", "accessed"): Decimal(82)},
}
# What the corrected return said before it was reopened: 200 bookings too few were counted as met.
CORRECTED_CELL = ("interpreters", "spoken_face", "fulfilled")
CORRECTED_BY = Decimal(200)
CORRECTION = "The interpreter supplier sent a corrected report after the return was signed off."


@dataclass(frozen=True, slots=True)
class OpenReturn:
    """How far a return of the open quarter has come. `sections` are answered; `skipped` measures are not, even so."""

    status: str
    sections: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()
    comments: tuple[tuple[str, str, str], ...] = ()
    explained: bool = True


EVERYTHING = tuple(WORKSTREAMS)
NOT_STARTED = OpenReturn("draft")
SIGNED, SENT = OpenReturn("signed_off", EVERYTHING), OpenReturn("submitted", EVERYTHING)

OPEN_RETURNS: Mapping[str, OpenReturn] = {
    "alder-hey": SIGNED,
    "walton-centre": SIGNED,
    "clatterbridge": SIGNED,
    "liverpool-womens": SIGNED,
    "cwp": SIGNED,
    "mid-cheshire": SIGNED,
    "warrington-ccg": SIGNED,
    "st-helens-ccg": SIGNED,
    "mersey-care": SENT,
    "st-helens-and-knowsley": SENT,
    "wirral-community": SENT,
    "mlcsu": SENT,
    "wirral-university-teaching": OpenReturn(
        "sent_back",
        EVERYTHING,
        comments=(
            (
                "workforce-standards",
                "recruitment_ethnicity",
                "Please confirm the number shortlisted with recruitment before I sign.",
            ),
            ("patient-participation", "interpreters", "Does this include bookings made by phone on the day?"),
        ),
    ),
    MISTYPED: OpenReturn(
        "draft",
        (
            "equality-assurance",
            "workforce-standards",
            "patient-participation",
            "quality-risk-assurance",
            "board-development",
            "staff-networks",
        ),
        skipped=("recruitment_disability", "accessible_information", "complaints_recording", "eia_actions"),
        explained=False,
    ),
    MERGED_INTO: OpenReturn("draft", ("equality-assurance", "workforce-standards", "board-development"), explained=False),
    "warrington-and-halton": OpenReturn("draft", ("equality-assurance", "workforce-standards", "staff-networks")),
    "southport-and-ormskirk": OpenReturn("draft", ("workforce-standards", "patient-participation")),
    "liverpool-heart-and-chest": OpenReturn("draft", EVERYTHING),
    "north-west-boroughs": OpenReturn("draft", ("workforce-standards",)),
    "nwas": OpenReturn("draft", ("equality-assurance", "staff-networks", "board-development")),
    "cheshire-ccg": OpenReturn("draft", ("workforce-standards", "equality-assurance")),
    "halton-ccg": OpenReturn("draft", ("workforce-standards",)),
}
EXTENDED, EXTENDED_UNTIL = "east-cheshire", date(2020, 2, 21)
EXTENSION_REASON = "The workforce system moves to a new supplier in January; reports are back on 10 February."

EXTENSION_ASKED_ON, EXTENSION_GRANTED_ON = date(2020, 1, 8), date(2020, 1, 9)
ASKING, ASKING_UNTIL = "wirral-ccg", date(2020, 2, 17)
ASKING_REASON = "Our support unit delivers the workforce report on 12 February."
REBASED, REBASED_FROM, REBASED_ON = "PAT-3", Quarter(2016, 3), date(2017, 2, 27)
REBASE_REASON = "a new complaints form asks for all nine characteristics"
REMINDED_ON = date(2020, 1, 17)
WAIVED_ON = date(2020, 1, 15)


@dataclass(frozen=True, slots=True)
class PlantedWaiver:
    """A rule that an organisation disputes at one place; a waiver where it was granted until a day."""

    slug: str
    finding: str
    reason: str
    asked_on: date
    answer: str = ""
    until: date | None = None


WAIVERS = (
    PlantedWaiver(
        "warrington-ccg",
        "V7:training_ethnicity:ratio.WRES-4",
        "Courses run as one cohort each autumn, so this ratio swings from quarter to quarter.",
        date(2020, 1, 13),
        "Checked with the training plan. The rule is looked at again when courses are spread over the year.",
        date(2020, 6, 30),
    ),
    PlantedWaiver(
        "clatterbridge",
        "V7:recruitment_disability:ratio.WDES-2",
        "Few people are appointed in a quarter, so the ratio moves by chance.",
        date(2020, 1, 10),
        "True for this quarter. From the next one on the rule asks again.",
        date(2020, 2, 10),
    ),
)
DISPUTE = PlantedWaiver(
    MERGED_INTO,
    "V7:staff_ethnicity:headcount",
    "Two trusts became one on 1 October 2019. The rule compares with one of the two.",
    date(2020, 1, 17),
)

# One text for every rule that asks for a reason.
REASONS = {
    "V5": "Both counts were checked: the reports were run on different days.",
    "V6": "The board's make-up was checked with the company secretary.",
    "V7": "Checked with the service that holds the records: the counts are right. At these numbers such a change is chance.",
    "V8": "A drive to fill the gaps on staff records began this year.",
    "V9": "The direction was checked. Few cases stand behind this ratio.",
    "V13": "The papers are kept by the governance team.",
    "P4": "The two groups were checked and are in the right place.",
    "P5": "The order of the pay quarters was checked with payroll.",
    "P6": "The change was checked with payroll.",
    "P11": "The group is small; the survey contractor confirmed the base.",
}
ACQUISITION = (
    "Liverpool Community Health's services and staff joined the trust on 1 April 2018. Figures before and after are not compared."
)
EVIDENCE = {
    "board_governance": "Board papers of the quarter, kept by the company secretary",
    "disabled_voices": "Evidence log of the equality team",
    "networks_core": "Register of staff networks",
    "publications": "Equality pages of our website",
}


OWN_REASONS = {
    (ACQUIRER, ACQUIRED_ON, "V7"): ACQUISITION,
    (
        EXPLAINED,
        OPEN_QUARTER,
        "V7",
    ): "The leadership course for BME staff ran in September, so its places count in the quarter before.",
}


def reason_for(slug: str, quarter: Quarter, rule: str) -> str:
    """The explanation of a query in a return; KeyError for a rule that no planted or chance query should come from."""
    return OWN_REASONS.get((slug, quarter, rule)) or REASONS[rule]
