"""The map of places: one equal square per place, coloured by a share of its people, with the share written on it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import floor

from edi_portal.charts.chart import KeyEntry
from edi_portal.charts.figures import wrapped
from edi_portal.charts.numbers import percent_text, quantise
from edi_portal.charts.tile_values import DrawnTile, TileSheet
from edi_portal.charts.tiles import GAP, TILE, grid_cells

# Lower end of each step in percent, palest first. England's own share in its most deprived tenth is about 10%.
STEPS: tuple[float, ...] = (0, 10, 20, 40)
WIDTHS = (0.5, 1.0, 2.0, 2.5, 5.0, 10.0, 20.0, 25.0)  # of the steps of a figure that has none of its own
LETTERS = 11  # of a name in one line of a square


@dataclass(frozen=True, slots=True)
class PlaceShare:
    """A place by its slug and name, with a public share in percent; nothing where none is known.

    `base` is the number of people behind it, where that decides how many decimals are shown.
    """

    slug: str
    name: str
    percent: float | None
    base: int | None = None


@dataclass(frozen=True, slots=True)
class PlaceMap:
    """The drawing, its key and its words for those who do not see it."""

    tiles: TileSheet
    key: tuple[KeyEntry, ...]
    label: str


def place_map(heading: str, shares: Sequence[PlaceShare], *, steps: Sequence[float] = STEPS) -> PlaceMap:
    """Every place on its square of the grid. Nothing is said by colour alone: each square carries its share."""
    cells = grid_cells({share.slug: share.name for share in shares})
    order = sorted(shares, key=lambda share: cells[share.slug][::-1])
    drawn = tuple(_square(share, *cells[share.slug], steps) for share in order)
    width = max((tile.x for tile in drawn), default=0) + TILE + 1
    height = max((tile.y for tile in drawn), default=0) + TILE + 1
    used = sorted({step_of(share.percent, steps, share.base) for share in shares if share.percent is not None})
    words = _words(steps)
    key = [KeyEntry(_css(step), words[step]) for step in used]
    if any(share.percent is None for share in shares):
        key.append(KeyEntry("edi-mark--not-returned", "No figure"))
    said = ", ".join(f"{share.name} {_text(share)}" for share in shares)
    return PlaceMap(TileSheet(width, height, TILE, (), drawn), tuple(key), f"{heading}: {said}.")


def step_of(percent: float, steps: Sequence[float] = STEPS, base: int | None = None) -> int:
    """The step of a share as it is written: 0 is the palest. 9.96 is written 10.0% and stands there."""
    written = float(quantise(percent, "percent", base))
    return max((step for step, least in enumerate(steps) if written >= least), default=0)


def even_steps(shares: Iterable[PlaceShare]) -> tuple[float, ...]:
    """Four steps of one round width that hold all shares as they are written."""
    written = [float(quantise(one.percent, "percent", one.base)) for one in shares if one.percent is not None]
    low, high = min(written, default=0.0), max(written, default=0.0)
    width = next(width for width in WIDTHS if high < floor(low / width) * width + 4 * width or width == WIDTHS[-1])
    first = min(floor(low / width) * width, 100 - 4 * width)  # a share of 100% stands in the last step
    return tuple(first + number * width for number in range(4))


def _words(steps: Sequence[float]) -> tuple[str, ...]:
    """The steps in words: "Under 10%", "10% to under 20%", "20% or more"."""
    ends = [f"{step:g}%" for step in steps[1:]]
    between = [f"{low} to under {high}" for low, high in zip(ends, ends[1:], strict=False)]
    return (f"Under {ends[0]}", *between, f"{ends[-1]} or more")


def _square(share: PlaceShare, column: int, row: int, steps: Sequence[float]) -> DrawnTile:
    css = "edi-mark--not-returned" if share.percent is None else _css(step_of(share.percent, steps, share.base))
    lines = tuple(wrapped(share.name, LETTERS).split("\n"))
    return DrawnTile(1 + column * (TILE + GAP), 1 + row * (TILE + GAP), lines, _text(share), css, own=False)


def _text(share: PlaceShare) -> str:
    return "no figure" if share.percent is None else percent_text(share.percent, share.base)


def _css(step: int) -> str:
    return f"edi-mark--share-{step + 1}"
