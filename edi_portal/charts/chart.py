"""What every chart is made of: the words around it, its entries, and the finished, frozen chart."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from edi_portal.charts.table import ChartTable
from edi_portal.charts.tile_values import TileSheet
from edi_portal.charts.verdicts import WITHHELD_CELL, verdict_for


@dataclass(frozen=True, slots=True)
class Link:
    """A link under a chart; the text describes its target ("Download CSV")."""

    text: str
    href: str


@dataclass(frozen=True, slots=True)
class KeyEntry:
    """One entry of the key: `css` draws the glyph, the word stands beside it."""

    css: str
    word: str


@dataclass(frozen=True, slots=True)
class Frame:
    """The words around a chart and what a downloaded picture must say.

    `heading` is a question; `note` one grey line (measure, period, what the marks mean); `sentence` the finding.
    `provisional` is the reason of a provisional figure ("27 of 30 returned") or empty.
    """

    slug: str
    heading: str
    note: str
    sentence: str
    links: tuple[Link, ...] = ()
    period: str = ""
    release: str = ""
    source: str = ""
    synthetic: bool = False
    provisional: str = ""
    table_caption: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """The lines printed inside a downloaded picture, and its file name without ending."""

    title: str
    footer: str
    filename: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A finished chart. `figure` is JSON-safe: data, layout, and `narrow`, the changes for a phone."""

    slug: str
    heading: str
    note: str
    sentence: str
    key: tuple[KeyEntry, ...]
    figure: Mapping[str, Any]
    table: ChartTable
    not_drawn: tuple[str, ...]
    links: tuple[Link, ...]
    picture: Picture
    tiles: TileSheet | None = field(default=None)

    @property
    def label(self) -> str:
        """What a screen reader hears for the plot: the finding, and where the values are."""
        return f"{self.sentence} The table holds every value."

    def payload(self) -> dict[str, Any]:
        """What the drawing script reads."""
        picture = {"title": self.picture.title, "footer": self.picture.footer, "filename": self.picture.filename}
        return {**self.figure, "picture": picture}


@dataclass(frozen=True, slots=True)
class Entry:
    """One organisation (or group) in a chart.

    `value`, `low` and `high` (95% interval) are in the unit of the axis; `base` is the released number of people
    behind a percentage; `counts` are texts for further table columns ("490 of 2,190").
    `word` replaces the mark when an input is under 20 ("similar", "higher", "lower").
    A withheld entry must come without any number: what is not here cannot leak.
    """

    label: str
    verdict: str
    value: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    short: str = ""
    base: int | None = None
    counts: tuple[str, ...] = ()
    own: bool = False
    provisional: bool = False
    word: str = ""
    revised_on: str = ""
    detail: str = ""

    def __post_init__(self) -> None:
        verdict_for(self.verdict)
        numbers = (self.value, self.low, self.high)
        if (self.verdict == "withheld" or self.word) and any(number is not None for number in numbers):
            raise ValueError(f"{self.label}: an entry that is withheld or told in a word holds no number.")
        if (self.low is None) != (self.high is None):
            raise ValueError(f"{self.label}: an interval needs both ends.")

    @property
    def drawn(self) -> bool:
        """Whether the entry gets a mark."""
        return self.value is not None and verdict_for(self.verdict).drawn

    @property
    def absence(self) -> str:
        """Why there is no mark, in words: "similar", "withheld to protect people", or the given detail."""
        if self.word:
            return self.word
        reason = verdict_for(self.verdict).short if not verdict_for(self.verdict).drawn else "no figure"
        return f"{reason}: {self.detail}" if self.detail else reason

    @property
    def cell(self) -> str:
        """What the value column prints when there is no value."""
        return WITHHELD_CELL if self.verdict == "withheld" else "\u2013"

    @property
    def reading(self) -> str:
        """The word of the reading, with the word-only result where there is one."""
        return f"{self.word[:1].upper()}{self.word[1:]} (under 20)" if self.word else verdict_for(self.verdict).word


def not_drawn(entries: Iterable[Entry]) -> tuple[str, ...]:
    """ "Name (reason)" for every entry without a mark, by name: the order must not follow a hidden value."""
    return tuple(f"{entry.label} ({entry.absence})" for entry in by_name(entry for entry in entries if not entry.drawn))


def by_name(entries: Iterable[Entry]) -> list[Entry]:
    """Entries in alphabetical order, capitals and small letters alike."""
    return sorted(entries, key=lambda entry: entry.label.casefold())


def by_value(entries: Iterable[Entry]) -> list[Entry]:
    """Drawn entries, highest value first; equal values by name."""
    drawn = [entry for entry in entries if entry.drawn]
    return sorted(by_name(drawn), key=lambda entry: entry.value or Decimal(0), reverse=True)


def finish(
    frame: Frame,
    *,
    figure: Mapping[str, Any],
    table: ChartTable,
    key: Iterable[KeyEntry],
    missing: tuple[str, ...] = (),
    extra_note: str = "",
    tiles: TileSheet | None = None,
) -> Chart:
    """Put the words of the frame around a figure and its table."""
    provisional = f"Provisional, {frame.provisional}." if frame.provisional else ""
    heading = f"{frame.heading} (provisional)" if frame.provisional else frame.heading
    note = " ".join(part for part in (frame.note, extra_note, provisional) if part)
    release = f"release {frame.release}" if frame.release else ""
    source = f"Source: {frame.source}" if frame.source else ""
    footer = "; ".join(part for part in (frame.period, release, source) if part)
    if frame.synthetic:
        footer = f"Synthetic demonstration data. {footer}".strip()
    return Chart(
        slug=frame.slug,
        heading=heading,
        note=note,
        sentence=frame.sentence,
        key=tuple(key),
        figure=figure,
        table=table,
        not_drawn=missing,
        links=frame.links,
        picture=Picture(heading, footer, f"edi-{frame.slug}"),
        tiles=tiles,
    )
