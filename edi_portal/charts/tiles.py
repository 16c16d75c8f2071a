"""The tile map: where? One equal square per organisation, laid out by place; drawn as our own SVG."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from edi_portal.charts.chart import Chart, Entry, Frame, KeyEntry, by_name, finish
from edi_portal.charts.figures import wrapped
from edi_portal.charts.table import ChartTable
from edi_portal.charts.tile_values import DrawnTile, PlaceBlock, TileSheet
from edi_portal.charts.verdicts import verdict_for

TILE = 76
GAP = 4
PER_ROW = 4
HEAD = 24
BLOCK_GAP = 24
LETTER = 9  # width of a letter of a place name, in SVG units

# Column and row of each place, roughly as on a map of Cheshire and Merseyside: the Mersey runs from right to left.
PLACE_GRID: Mapping[str, tuple[int, int]] = MappingProxyType(
    {
        "sefton": (0, 0),
        "knowsley": (1, 0),
        "st-helens": (2, 0),
        "liverpool": (0, 1),
        "halton": (1, 1),
        "warrington": (2, 1),
        "wirral": (0, 2),
        "cheshire-west": (1, 2),
        "cheshire-east": (2, 2),
    }
)


@dataclass(frozen=True, slots=True)
class Tile:
    """An organisation on the map. `place` is a slug of the grid; any other stands below, under its `place_name`."""

    entry: Entry
    place: str
    place_name: str


def tile_map(frame: Frame, tiles: Sequence[Tile]) -> Chart:
    """Readings of organisations by place. Tiles carry a reading only, never a figure; a withheld one says so in its tile."""
    sheet = arrange(tiles)
    ordered = sorted(tiles, key=lambda tile: (tile.place_name.casefold(), tile.entry.label.casefold()))
    rows = tuple((tile.entry.label, tile.place_name, tile.entry.reading) for tile in ordered)
    caption = frame.table_caption or frame.heading
    table = ChartTable(
        ("Organisation", "Place", "Reading"), rows, caption, readings=tuple(tile.entry.verdict for tile in ordered)
    )
    used = {tile.entry.verdict for tile in tiles}
    key = [KeyEntry(verdict_for(code).css, verdict_for(code).word) for code in _key_order() if code in used]
    return finish(frame, figure={}, table=table, key=key, tiles=sheet)


def _key_order() -> tuple[str, ...]:
    return (
        "act",
        "worse",
        "watch",
        "no_difference",
        "better",
        "too_few",
        "withheld",
        "not_returned",
        "not_applicable",
        "not_available",
    )


def arrange(tiles: Sequence[Tile]) -> TileSheet:
    """Positions of places and tiles: places on their grid, tiles of a place by name in rows of four."""
    members: dict[str, list[Tile]] = {}
    for tile in tiles:
        members.setdefault(tile.place, []).append(tile)
    cells = grid_cells({place: tiles[0].place_name for place, tiles in members.items()})
    column_x = _starts({column for column, _ in cells.values()}, lambda column: _width(members, cells, column))
    row_y = _starts({row for _, row in cells.values()}, lambda row: _height(members, cells, row))
    blocks = []
    drawn = []
    for place, (column, row) in sorted(cells.items(), key=lambda item: (item[1][1], item[1][0])):
        x, y = column_x[column], row_y[row]
        blocks.append(PlaceBlock(x, y + 14, members[place][0].place_name))
        entries = by_name(tile.entry for tile in members[place])
        drawn += [
            _tile(entry, x + order % PER_ROW * (TILE + GAP), y + HEAD + order // PER_ROW * (TILE + GAP))
            for order, entry in enumerate(entries)
        ]
    width = max((tile.x + TILE for tile in drawn), default=0) + 2
    height = max((tile.y + TILE for tile in drawn), default=0) + 2
    return TileSheet(width, height, TILE, tuple(blocks), tuple(drawn))


def grid_cells(names: Mapping[str, str]) -> dict[str, tuple[int, int]]:
    """Column and row of each place (slug → name); places outside the grid in a row below, by name."""
    cells = {place: PLACE_GRID[place] for place in names if place in PLACE_GRID}
    others = sorted((place for place in names if place not in PLACE_GRID), key=lambda place: names[place])
    below = max((row for _, row in PLACE_GRID.values()), default=-1) + 1
    return cells | {place: (order % 3, below + order // 3) for order, place in enumerate(others)}


def _starts(keys: set[int], size_of: Callable[[int], int]) -> dict[int, int]:
    starts: dict[int, int] = {}
    at = 1
    for key in sorted(keys):
        starts[key] = at
        at += size_of(key) + BLOCK_GAP
    return starts


def _width(members: Mapping[str, Sequence[Tile]], cells: Mapping[str, tuple[int, int]], column: int) -> int:
    most = max(min(len(members[place]), PER_ROW) for place, (at, _) in cells.items() if at == column)
    longest = max(len(members[place][0].place_name) for place, (at, _) in cells.items() if at == column)
    return max(most * (TILE + GAP), longest * LETTER)


def _height(members: Mapping[str, Sequence[Tile]], cells: Mapping[str, tuple[int, int]], row: int) -> int:
    most = max(-(-len(members[place]) // PER_ROW) for place, (_, at) in cells.items() if at == row)
    return HEAD + most * (TILE + GAP)


def _tile(entry: Entry, x: int, y: int) -> DrawnTile:
    verdict = verdict_for(entry.verdict)
    lines = tuple(wrapped(entry.short or entry.label, 11).split("\n"))
    return DrawnTile(x, y, lines, verdict.glyph or "\u2026", verdict.css, entry.own)
