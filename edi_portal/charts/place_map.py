"""The map of places: one equal square per place, coloured by a share of its people, with the share written on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from edi_portal.charts.chart import KeyEntry
from edi_portal.charts.figures import wrapped
from edi_portal.charts.numbers import percent_text
from edi_portal.charts.tile_values import DrawnTile, TileSheet
from edi_portal.charts.tiles import GAP, TILE, grid_cells

# Lower end of each step in percent, palest first. England's own share in its most deprived tenth is about 10%.
STEPS: tuple[float, ...] = (0, 10, 20, 40)
WORDS: tuple[str, ...] = ("Under 10%", "10% to under 20%", "20% to under 40%", "40% or more")
LETTERS = 11  # of a name in one line of a square


@dataclass(frozen=True, slots=True)
class PlaceShare:
    """A place by its slug and name, with a public share in percent; nothing where none is known."""

    slug: str
    name: str
    percent: float | None


@dataclass(frozen=True, slots=True)
class PlaceMap:
    """The drawing, its key and its words for those who do not see it."""

    tiles: TileSheet
    key: tuple[KeyEntry, ...]
    label: str


def place_map(heading: str, shares: Sequence[PlaceShare]) -> PlaceMap:
    """Every place on its square of the grid. Nothing is said by colour alone: each square carries its share."""
    cells = grid_cells({share.slug: share.name for share in shares})
    drawn = tuple(_square(share, *cells[share.slug]) for share in sorted(shares, key=lambda share: cells[share.slug][::-1]))
    width = max((tile.x for tile in drawn), default=0) + TILE + 1
    height = max((tile.y for tile in drawn), default=0) + TILE + 1
    used = sorted({step_of(share.percent) for share in shares if share.percent is not None})
    key = [KeyEntry(_css(step), WORDS[step]) for step in used]
    if any(share.percent is None for share in shares):
        key.append(KeyEntry("edi-mark--not-returned", "No figure"))
    said = ", ".join(f"{share.name} {_text(share)}" for share in shares)
    return PlaceMap(TileSheet(width, height, TILE, (), drawn), tuple(key), f"{heading}: {said}.")


def step_of(percent: float) -> int:
    """The step of a share as it is written, to one decimal: 0 is the palest. 9.96 is written 10.0% and stands there."""
    written = round(percent, 1)
    return max(step for step, least in enumerate(STEPS) if written >= least)


def _square(share: PlaceShare, column: int, row: int) -> DrawnTile:
    css = "edi-mark--not-returned" if share.percent is None else _css(step_of(share.percent))
    lines = tuple(wrapped(share.name, LETTERS).split("\n"))
    return DrawnTile(1 + column * (TILE + GAP), 1 + row * (TILE + GAP), lines, _text(share), css, own=False)


def _text(share: PlaceShare) -> str:
    return "no figure" if share.percent is None else percent_text(share.percent)


def _css(step: int) -> str:
    return f"edi-mark--share-{step + 1}"
