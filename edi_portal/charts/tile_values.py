"""Positions of a tile map, ready for its SVG template."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DrawnTile:
    """One organisation as a square; `x` and `y` in SVG units, `lines` its short name in one or two lines."""

    x: int
    y: int
    lines: tuple[str, ...]
    glyph: str
    css: str
    own: bool


@dataclass(frozen=True, slots=True)
class PlaceBlock:
    """The name of a place above its tiles."""

    x: int
    y: int
    name: str


@dataclass(frozen=True, slots=True)
class TileSheet:
    """The whole map: its size in SVG units, place names and tiles."""

    width: int
    height: int
    tile: int
    blocks: tuple[PlaceBlock, ...]
    tiles: tuple[DrawnTile, ...]
