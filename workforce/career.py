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
        "Sends in the figures and helps staff networks. Works with others on training and on equality impact assessments.",
        3,
        5,
        "Apprenticeship at level 4 or 5 while in post. Some weeks with patient experience and with workforce information.",
    ),
    Step(
        "6",
        "EDI practitioner",
        "Leads one area such as disability or race. Advises managers on cases, and meets local people.",
        4,
        5,
        "Study at level 5 or 6, paid from the levy. A project with a second organisation, and a mentor from outside.",
    ),
    Step(
        "7",
        "EDI lead",
        "Answers for the return, the strategy and its aims. Reports to the board's committee, and leads others.",
        6,
        5,
        "Study for a master's, paid from the levy. A year as chair of a workstream. Leads the staff survey's work on inclusion.",
    ),
    Step(
        "8a",
        "Head of EDI",
        "Sets aims with the board and owns the budget. Holds senior people to account, and works across the partnership.",
        7,
        5,
        "Leads a shared programme of the partnership. Spends time with a board elsewhere.",
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
