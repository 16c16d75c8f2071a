"""A sentence with its strong words and its base, and the few rules of grammar that the templates need."""

from __future__ import annotations

from dataclasses import dataclass

PROPER = frozenset(
    {"White", "Black", "Asian", "Mixed", "British", "Chinese", "Christian", "Muslim", "Jewish", "Hindu", "Sikh", "Buddhist"}
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """Finding in plain text; `strong` is the part of it to stress, if any; `base` is the small print under it."""

    text: str
    strong: str | None = None
    base: str = ""

    def __post_init__(self) -> None:
        if self.strong is not None and self.strong not in self.text:
            raise ValueError(f"The strong words {self.strong!r} are not in the sentence.")

    def parts(self) -> tuple[str, str, str]:
        """The text before, in and after the strong words."""
        if self.strong is None:
            return self.text, "", ""
        before, _strong, after = self.text.partition(self.strong)
        return before, self.strong, after

    def __str__(self) -> str:
        return f"{self.text} {self.base}".strip()


def start(label: str) -> str:
    """A label at the start of a sentence: "disabled staff" becomes "Disabled staff"."""
    return label[:1].upper() + label[1:]


def inside(label: str) -> str:
    """A label within a sentence: "Disabled staff" becomes "disabled staff"; names and abbreviations stay."""
    first = label.split(" ", 1)[0]
    bare = first.split("-", 1)[0].removesuffix("'s")
    if bare in PROPER or any(letter.isupper() for letter in first[1:]):
        return label
    return label[:1].lower() + label[1:]


def short_pair(first: str, second: str) -> tuple[str, str]:
    """Two labels without the words they end on alike: "White applicants", "BME applicants" become "White", "BME"."""
    one, other = first.split(), second.split()
    while len(one) > 1 and len(other) > 1 and one[-1] == other[-1]:
        one.pop()
        other.pop()
    return " ".join(one), " ".join(other)
