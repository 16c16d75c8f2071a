"""Heat table KPI × organisation: short cells whose text is the word and whose glyph the style sheet draws.

A table of 61 × 30 marks stays near 75 kB, because a cell is at most 40 bytes: no link, no title, no style. A mark's
address is that of its row with the organisation of its column (`static/js/heat.js`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

# Verdict code → (class of one letter, word in the cell).
MARKS = {
    "better": ("b", "Better"),
    "no_difference": ("s", "No difference shown"),
    "worse": ("w", "Worse"),
    "act": ("a", "Act"),
    "watch": ("t", "Watch"),
    "too_few": ("f", "Too few to tell"),
    "withheld": ("c", "Withheld"),
    "not_returned": ("n", "Not returned"),
    "not_applicable": ("x", "Not applicable"),
    "not_available": ("y", "Not available yet"),
}
CELL_BYTES = 40
_CELLS = {code: f"<td class={letter}>{word}" for code, (letter, word) in MARKS.items()}
_CELLS_AFTER_GAP = {code: f'<td class="{letter} g">{word}' for code, (letter, word) in MARKS.items()}

BETTER, UNCHANGED, WORSE = frozenset({"better"}), frozenset({"no_difference"}), frozenset({"worse", "act", "watch"})


@dataclass(frozen=True, slots=True)
class HeatColumn:
    """One organisation: its short name upright, the first of a further group is set apart by a gap."""

    slug: str
    name: str
    url: str = ""
    starts_group: bool = False


@dataclass(frozen=True, slots=True)
class Piece:
    """One part of a bar, in readings."""

    mark: str
    start: int
    length: int


@dataclass(frozen=True, slots=True)
class MarkBar:
    """How the readings of one KPI divide, for the phone."""

    better: int
    unchanged: int
    worse: int
    to_act_on: int
    no_reading: int

    @classmethod
    def of(cls, codes: Iterable[str]) -> "MarkBar":
        """Count verdict codes; a KPI that does not apply to an organisation is no reading and is left out."""
        counted = [code for code in codes if code != "not_applicable"]
        better = sum(code in BETTER for code in counted)
        unchanged = sum(code in UNCHANGED for code in counted)
        worse = sum(code in WORSE for code in counted)
        return cls(better, unchanged, worse, counted.count("act"), len(counted) - better - unchanged - worse)

    @property
    def total(self) -> int:
        """All readings; 1 where there are none, so that the drawing has a width."""
        return self.better + self.unchanged + self.worse + self.no_reading or 1

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """The parts from left to right, empty ones left out."""
        parts, start = [], 0
        for mark, length in (("b", self.better), ("s", self.unchanged), ("w", self.worse), ("f", self.no_reading)):
            if length:
                parts.append(Piece(mark, start, length))
            start += length
        return tuple(parts)

    @property
    def words(self) -> str:
        """The same in words: "6 better, 9 no difference shown, 8 worse (8 to act on), 12 no reading"."""
        act = f" ({self.to_act_on} to act on)" if self.worse else ""
        return (
            f"{self.better} better, {self.unchanged} no difference shown, {self.worse} worse{act}, {self.no_reading} no reading"
        )


@dataclass(frozen=True, slots=True)
class HeatRow:
    """One KPI: code, short name, address, the sums left of the marks (pooled, to act on), and a verdict code per column."""

    code: str
    name: str
    url: str
    sums: tuple[str, ...]
    codes: tuple[str, ...]

    @property
    def bar(self) -> MarkBar:
        """The row as it is shown on a phone."""
        return MarkBar.of(self.codes)


@dataclass(frozen=True, slots=True)
class HeatSection:
    """The rows of one workstream."""

    heading: str
    rows: tuple[HeatRow, ...]


@dataclass(frozen=True, slots=True)
class HeatTable:
    """The whole table; `sums` are the headings of the columns left of the marks."""

    caption: str
    corner: str
    sums: tuple[str, ...]
    columns: tuple[HeatColumn, ...]
    sections: tuple[HeatSection, ...]

    @property
    def gaps(self) -> tuple[int, ...]:
        """Places of the columns that start a further group."""
        return tuple(place for place, column in enumerate(self.columns) if column.starts_group)

    @property
    def width(self) -> int:
        """Number of columns, the heading column included."""
        return 1 + len(self.sums) + len(self.columns)


def cells(codes: Sequence[str], gaps: frozenset[int] = frozenset()) -> str:
    """HTML of one row's cells; `gaps` are the places (from 0) after a gap. Raises KeyError for a code that is no verdict."""
    return "".join((_CELLS_AFTER_GAP if place in gaps else _CELLS)[code] for place, code in enumerate(codes))
