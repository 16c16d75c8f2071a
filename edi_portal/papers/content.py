"""What a paper says, block by block, before any format. Pure.

Everything here is plain text: no format reads markup in it. A paper that could not be read by everybody is refused when it is
made: a figure without an alternative text, a table without a caption, a heading that skips a level.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any

from edi_portal.exceptions import Incomplete

LEVELS = (1, 2, 3)
FEWEST_WORDS = 4
# "Chart", "image1.png": what a program writes when nobody said what the picture shows.
_EMPTY_WORDS = re.compile(r"^(chart|figure|image|picture|graph|plot)?[\s\d_-]*(\.\w+)?$", re.IGNORECASE)


class PaperRefused(Incomplete):
    """The paper cannot be made; the message says which part must change and how."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; level 1 is a chapter."""

    text: str
    level: int = 1


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text. `strong` are the words in front that carry the finding; `small` is for notes."""

    text: str
    strong: str = ""
    small: bool = False


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list, numbered where the order matters."""

    items: tuple[str, ...]
    numbered: bool = False


@dataclass(frozen=True, slots=True)
class Callout:
    """A box that must not be missed."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table of texts. `numeric` are the positions of right-aligned columns; `name` is its sheet in the workbook.

    `widths` are parts of the line that each column takes; empty leaves it to the format.
    """

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[int, ...] = ()
    name: str = ""
    widths: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if not self.caption.strip():
            raise PaperRefused("A table needs a caption.")
        for row in self.rows:
            if len(row) != len(self.columns):
                raise PaperRefused(f"{self.caption}: the row {row[:1]} has {len(row)} cells for {len(self.columns)} columns.")
        if self.widths and len(self.widths) != len(self.columns):
            raise PaperRefused(f"{self.caption}: every column needs its width, or none.")


@dataclass(frozen=True, slots=True)
class Facts:
    """A short table of two columns that needs no other caption than its heading: what, and what is so."""

    caption: str
    items: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart as a drawing with the words for those who do not see it, and the table of every value in it."""

    title: str
    note: str
    drawing: str
    alternative: str
    table: Table

    def __post_init__(self) -> None:
        words = self.alternative.strip()
        if _EMPTY_WORDS.match(words) or len(words.split()) < FEWEST_WORDS:
            raise PaperRefused(f"The chart “{self.title}” has no alternative text. Write in one or two sentences what it shows.")


Block = Heading | Paragraph | Bullets | Callout | Table | Facts | Figure
_KINDS: dict[str, type] = {kind.__name__: kind for kind in (Heading, Paragraph, Bullets, Callout, Table, Facts, Figure)}


@dataclass(frozen=True, slots=True)
class Paper:
    """A whole paper. `kind` stands above the title ("Assurance report 14"), `lines` under it; `mark` on every page.

    `day` is the only date that its files carry: they are the same bytes whenever they are made.
    """

    title: str
    kind: str
    lines: tuple[str, ...]
    mark: str
    day: date
    blocks: tuple[Block, ...]

    def __post_init__(self) -> None:
        if not self.title.strip():
            raise PaperRefused("A paper needs a title.")
        level = 0
        for block in self.blocks:
            if isinstance(block, Heading):
                if block.level not in LEVELS or block.level > level + 1:
                    raise PaperRefused(f"The heading “{block.text}” skips a level.")
                level = block.level

    def as_data(self) -> dict[str, Any]:
        """The paper as plain values, to be stored and to be sent to the typesetter."""
        blocks = [{"is": type(block).__name__, **asdict(block)} for block in self.blocks]
        return {
            "title": self.title,
            "kind": self.kind,
            "lines": list(self.lines),
            "mark": self.mark,
            "day": self.day.isoformat(),
            "blocks": json.loads(json.dumps(blocks)),
        }

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> Paper:
        """The paper that was stored; raises PaperRefused for anything that is none."""
        try:
            return cls(
                title=data["title"],
                kind=data["kind"],
                lines=tuple(data["lines"]),
                mark=data["mark"],
                day=date.fromisoformat(data["day"]),
                blocks=tuple(_block(one) for one in data["blocks"]),
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise PaperRefused(f"This is not a stored paper: {error}.") from None

    def fingerprint(self) -> str:
        """SHA-256 of everything it says."""
        text = json.dumps(self.as_data(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    def sections(self) -> Iterator[tuple[str, Block]]:
        """Every block with the chapter it stands in."""
        chapter = ""
        for block in self.blocks:
            if isinstance(block, Heading) and block.level == 1:
                chapter = block.text
            yield chapter, block

    def chapters(self) -> tuple[str, ...]:
        """The chapters, in order."""
        return tuple(block.text for block in self.blocks if isinstance(block, Heading) and block.level == 1)


def _block(data: dict[str, Any]) -> Block:
    kind = _KINDS[data["is"]]
    values: dict[str, Any] = {}
    for field in fields(kind):
        value = data[field.name]
        values[field.name] = _block({"is": "Table", **value}) if field.name == "table" else _tuples(value)
    made: Block = kind(**values)
    return made


def _tuples(value: Any) -> Any:
    return tuple(_tuples(one) for one in value) if isinstance(value, list) else value
