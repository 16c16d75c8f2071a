"""The rows of a pack as indicators with figures, or every problem with its row and column. Pure.

One row is one indicator in one ward. What a row says of its indicator (title, period, source, licence) is the same in all its
rows.
A small count is never stored: the publisher writes a star for it, and a file that gives it is refused (docs/disclosure.md).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

COLUMNS = ("indicator", "title", "better", "ward_code", "numerator", "denominator", "period", "source", "licence")
EXAMPLE = (
    "smoking-at-delivery",
    "Mothers who smoke when they give birth",
    "lower",
    "E05001577",
    "24",
    "180",
    "2018-19",
    "RightCare equality pack, March 2019",
    "Open Government Licence v3.0",
)
BETTER = {"higher": "Higher is better", "lower": "Lower is better", "neither": "Neither is better"}
WITHHELD = frozenset({"*", "[c]", "c"})
MOST_INDICATORS = 60
LARGEST = 10_000_000
_CODE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_YEAR = r"(?:19|20)\d\d(?:-\d\d)?(?: Q[1-4])?"
_PERIOD = re.compile(rf"{_YEAR}(?: to {_YEAR})?")
_NUMBER = re.compile(r"\d{1,3}(?:,\d{3})+|\d+")
_LONGEST = {"title": 120, "source": 200, "licence": 120}
Refuse = Callable[[str, str, str], None]
_ALIKE = {"title": "title", "better": "direction", "period": "period", "source": "source", "licence": "licence"}


@dataclass(frozen=True, slots=True)
class Problem:
    """Something to mend: the row of the file, the column, what stands there, what is wrong, how to mend it."""

    row: int
    column: str
    wrote: str
    wrong: str
    mend: str


@dataclass(frozen=True, slots=True)
class WardCount:
    """A ward's numerator and denominator; both are missing where the publisher withheld a small count."""

    ward: str
    numerator: int | None
    denominator: int | None

    @property
    def withheld(self) -> bool:
        """Whether the publisher withheld it."""
        return self.denominator is None


@dataclass(frozen=True, slots=True)
class Indicator:
    """What a pack says of one indicator, with its wards in the order of the file."""

    code: str
    title: str
    better: str
    period: str
    source: str
    licence: str
    counts: tuple[WardCount, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file as read. With problems there are no indicators: a file is taken whole or not at all."""

    indicators: tuple[Indicator, ...]
    problems: tuple[Problem, ...]


def read_sheet(rows: Sequence[tuple[int, Mapping[str, str]]], *, wards: Collection[str], small: int) -> Sheet:
    """Rows (number, cells by column) as indicators. `wards` are the codes that exist; counts from 1 to `small` are refused."""
    reader = _Reader(wards, small)
    for number, cells in rows:
        reader.take(number, cells)
    codes = list(reader.first)
    if len(codes) > MOST_INDICATORS:
        row = reader.first[codes[MOST_INDICATORS]][0]
        wrong = f"The file has {len(codes)} indicators; a pack has at most {MOST_INDICATORS}."
        reader.problems.append(Problem(row, "indicator", codes[MOST_INDICATORS], wrong, "Make two packs of it."))
    if reader.problems:
        return Sheet((), tuple(sorted(reader.problems, key=lambda one: one.row)))
    return Sheet(tuple(reader.indicator(code) for code in codes), ())


class _Reader:
    """What is known of the file so far."""

    def __init__(self, wards: Collection[str], small: int) -> None:
        self.wards, self.small = wards, small
        self.first: dict[str, tuple[int, Mapping[str, str]]] = {}
        self.counts: dict[str, dict[str, tuple[int, WardCount]]] = {}
        self.problems: list[Problem] = []

    def indicator(self, code: str) -> Indicator:
        """One indicator of a file without problems."""
        about = self.first[code][1]
        counts = tuple(count for _row, count in self.counts[code].values())
        return Indicator(code, about["title"], about["better"], about["period"], about["source"], about["licence"], counts)

    def take(self, row: int, cells: Mapping[str, str]) -> None:
        """Read one row."""
        cells = {name: " ".join(cells[name].split()) for name in COLUMNS} | {"better": cells["better"].strip().lower()}

        def refuse(column: str, wrong: str, mend: str) -> None:
            self.problems.append(Problem(row, column, cells[column][:80], wrong, mend))

        code = cells["indicator"]
        if not _CODE.fullmatch(code) or len(code) > 60:
            refuse(
                "indicator",
                "An indicator has a short code of small letters, digits and hyphens." if code else "The indicator is missing.",
                "Write a code such as smoking-at-delivery.",
            )
            return
        if code not in self.first:
            self.first[code] = (row, cells)
            self._about(cells, refuse)
        else:
            self._alike(code, cells, refuse)
        ward = cells["ward_code"]
        if ward not in self.wards:
            refuse(
                "ward_code",
                f"{ward} is no ward of the nine places." if ward else "The ward is missing.",
                "Write the code of a ward as it was in December 2017, or leave the row out.",
            )
            return
        seen = self.counts.setdefault(code, {})
        if ward in seen:
            refuse(
                "ward_code", f"The ward stands twice for {code}: in row {seen[ward][0]} and here.", "Keep one of the two rows."
            )
            return
        seen[ward] = (row, WardCount(ward, *self._count(cells, refuse)))

    def _about(self, cells: Mapping[str, str], refuse: Refuse) -> None:
        names = {"title": "title", "source": "source", "licence": "licence"}
        for column, name in names.items():
            if not cells[column]:
                refuse(column, f"The {name} is missing.", f"Write the {name} that the publisher gives.")
            elif len(cells[column]) > _LONGEST[column]:
                refuse(column, f"The {name} has more than {_LONGEST[column]} characters.", "Shorten it.")
        if cells["better"] not in BETTER:
            refuse("better", "It must say which way is good.", "Write higher, lower or neither.")
        if not cells["period"]:
            refuse("period", "The period is missing.", "Write the period of the figures, such as 2018-19.")
        elif not _PERIOD.fullmatch(cells["period"]):
            refuse("period", "This is no period.", "Write it as 2018, 2018-19, 2018-19 Q3 or 2016 to 2018.")

    def _alike(self, code: str, cells: Mapping[str, str], refuse: Refuse) -> None:
        row, about = self.first[code]
        for column, name in _ALIKE.items():
            if cells[column] == about[column]:
                continue
            if column == "period":
                wrong = f"{code} has the period {about[column] or 'nothing'} in row {row} and another one here."
                refuse(column, wrong, "An indicator has one period in a pack. Put the other period into a pack of its own.")
            elif not cells[column]:
                refuse(column, f"The {name} is missing.", f"Repeat what row {row} says.")
            else:
                refuse(column, f"{code} has another {name} in row {row}.", f"Repeat what row {row} says.")

    def _count(self, cells: Mapping[str, str], refuse: Refuse) -> tuple[int | None, int | None]:
        if cells["numerator"].lower() in WITHHELD or cells["denominator"].lower() in WITHHELD:
            return None, None
        numerator, denominator = (_whole(name, cells, refuse) for name in ("numerator", "denominator"))
        if denominator == 0:
            refuse("denominator", "The denominator is 0: nobody was counted in this ward.", "Leave the row out.")
        elif numerator is not None and denominator is not None and numerator > denominator:
            wrong = f"The numerator {numerator:,} is above the denominator {denominator:,}."
            refuse("numerator", wrong, "Check both numbers; perhaps they changed places.")
        elif numerator is not None and 0 < numerator <= self.small:
            wrong = f"A count of 1 to {self.small} people could point at a person."
            refuse("numerator", wrong, "Write * for the numerator, as publishers do.")
        elif numerator is not None and denominator is not None and 0 < denominator - numerator <= self.small:
            wrong = f"All but 1 to {self.small} people are counted, which could point at a person."
            refuse("numerator", wrong, "Write * for the numerator, as publishers do.")
        return numerator, denominator


def _whole(name: str, cells: Mapping[str, str], refuse: Refuse) -> int | None:
    text = cells[name]
    if not text:
        refuse(name, f"The {name} is missing.", "Write a whole number, or * where the publisher withheld it.")
        return None
    # Python turns no number of thousands of digits into an integer.
    is_whole = len(text) < 40 and _NUMBER.fullmatch(text) and text.isascii()
    if not is_whole or int(text.replace(",", "")) > LARGEST:
        refuse(name, f"The {name} is no whole number of people.", "Write a number such as 180, or * where it is withheld.")
        return None
    return int(text.replace(",", ""))
