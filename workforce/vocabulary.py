"""The words of this app: protected characteristics, core networks, maturity. Pure."""

from dataclasses import dataclass

# The nine of the Equality Act 2010, section 4.
CHARACTERISTICS: dict[str, str] = {
    "age": "Age",
    "disability": "Disability",
    "gender_reassignment": "Gender reassignment",
    "marriage": "Marriage and civil partnership",
    "maternity": "Pregnancy and maternity",
    "race": "Race",
    "religion": "Religion or belief",
    "sex": "Sex",
    "sexual_orientation": "Sexual orientation",
}

# The three networks of NET-1 and the characteristics that make a network one of them. One network may be two of them.
CORE_NETWORKS: dict[str, frozenset[str]] = {
    "bame": frozenset({"race"}),
    "lgbt": frozenset({"sexual_orientation", "gender_reassignment"}),
    "disability": frozenset({"disability"}),
}
CORE_LABELS: dict[str, str] = {"bame": "BAME staff", "lgbt": "LGBT+ staff", "disability": "Disabled staff"}


@dataclass(frozen=True, slots=True)
class MaturityLevel:
    """One step of a network's growth, described so that its members can agree on it."""

    number: int
    name: str
    description: str


MATURITY: tuple[MaturityLevel, ...] = (
    MaturityLevel(1, "Forming", "A few people meet. Purpose and chair are not settled."),
    MaturityLevel(2, "Running", "It has terms of reference and a named chair, and meets at least every quarter."),
    MaturityLevel(3, "Supported", "A board member is its sponsor. Its leads have agreed time, and it has a budget."),
    MaturityLevel(
        4, "Heard", "Policies and plans are put to it before they are decided, and it learns what became of its advice."
    ),
    MaturityLevel(
        5, "Shaping", "It sets part of the organisation's aims, brings on its own successors and works with other organisations."
    ),
)


def core_of(characteristics: frozenset[str]) -> frozenset[str]:
    """Which of the three core networks a network with these characteristics is."""
    return frozenset(key for key, wanted in CORE_NETWORKS.items() if wanted & characteristics)
