"""The career path of EDI practitioners, bands 5 to 8, and what an appointment in each band asks for. Pure.

A proposal of this portal for one common standard, made so that organisations can compare their posts with it; the partnership's
steering group may agree another. Levels of qualification are those of the Regulated Qualifications Framework.
"""

from dataclasses import dataclass

# Qualifications as people name their level. 0 is none.
QUALIFICATION_LEVELS: dict[int, str] = {
    0: "None yet",
    3: "Level 3, such as an A level or advanced apprenticeship",
    4: "Level 4, such as a certificate of higher education",
    5: "Level 5, such as a foundation degree",
    6: "Level 6, such as a degree",
    7: "Level 7, such as a master's degree",
}


@dataclass(frozen=True, slots=True)
class Step:
    """One band of the path: what the work is, what an appointment asks for, and how people reach the next one."""

    band: str
    title: str
    duties: str
    qualification: int
    learning_days: int
    route: str


PATH: tuple[Step, ...] = (
    Step(
        "5",
        "EDI adviser",
        "Runs data returns, supports networks, prepares equality impact assessments and training with others.",
        3,
        5,
        "Apprenticeship at level 4 or 5 while in post; a spell with patient experience and one with workforce information.",
    ),
    Step(
        "6",
        "EDI practitioner",
        "Leads one area such as disability or race, advises managers on cases, runs engagement with communities.",
        4,
        5,
        "Level 5 or 6 study paid from the levy; a project across two organisations; a mentor outside the own one.",
    ),
    Step(
        "7",
        "EDI lead",
        "Answers for the organisation's return, strategy and objectives, reports to the board's committee, leads others.",
        6,
        5,
        "Master's study paid from the levy; a year as chair of a workstream; leads the staff survey's work on inclusion.",
    ),
    Step(
        "8a",
        "Head of EDI",
        "Sets aims with the board, owns the budget, holds senior people to account, works across the partnership.",
        7,
        5,
        "Leads a shared programme of the partnership; time with a board elsewhere.",
    ),
    Step(
        "8b+",
        "Associate director of EDI",
        "Leads inclusion for a large organisation or for several, and sits where decisions are made.",
        7,
        5,
        "Succession is planned with the executive sponsor.",
    ),
)
BANDS: dict[str, str] = {step.band: f"Band {step.band}" for step in PATH} | {"other": "Another band or grade"}


def step_of(band: str) -> Step | None:
    """The step of a band; None outside the path."""
    return next((step for step in PATH if step.band == band), None)


def gaps_to_standard(*, band: str, qualification: int, learning_days: int | None, filled: bool) -> tuple[str, ...]:
    """How a post differs from the standard of its band, each as a sentence; empty when it meets it or has none."""
    step = step_of(band)
    if step is None:
        return ()
    found = []
    if filled and qualification < step.qualification:
        wanted = QUALIFICATION_LEVELS[step.qualification].partition(",")[0].lower()
        found.append(f"The standard for band {band} asks for a qualification at {wanted}.")
    if learning_days is not None and learning_days < step.learning_days:
        found.append(f"The standard gives {step.learning_days} days a year for learning; this post has {learning_days}.")
    return tuple(found)
