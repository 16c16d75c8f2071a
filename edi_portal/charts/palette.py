"""Colours and mark styles of charts: the tokens of the design, one place, asserted by a contrast test."""

from __future__ import annotations

from dataclasses import dataclass

INK = "#212b32"
GREY_1 = "#4c6272"  # secondary text, chart lines, intervals
GREY_2 = "#768692"  # common-cause points: graphics only, never text
GREY_3 = "#aeb7bd"
GREY_4 = "#d8dde0"  # bands: never the only carrier of meaning
GREY_5 = "#f0f4f5"
GRID = "#e8edee"
WHITE = "#ffffff"
BLUE = "#005eb8"
DARK_BLUE = "#003087"
BLUE_TINT = "#ccdff1"
ORANGE = "#ed8b00"  # fill only, always inside an ink edge
ORANGE_INK = "#9c4a00"
ORANGE_TINT = "#fde8c8"
PURPLE = "#330072"  # breaks and rebases

FONT_FAMILY = 'Arial, "Liberation Sans", sans-serif'
FONT_SIZE = 14
FONT_SIZE_NARROW = 12  # the least that any chart uses


@dataclass(frozen=True, slots=True)
class MarkStyle:
    """How one kind of point is drawn; `size` and `edge_width` in pixels."""

    symbol: str
    fill: str
    edge: str
    edge_width: float
    size: float


DISC = MarkStyle("circle", BLUE, DARK_BLUE, 1, 9)
QUIET = MarkStyle("circle", GREY_2, GREY_1, 1, 8)
WORSE = MarkStyle("square", ORANGE, INK, 1.5, 10)
ACT = MarkStyle("square", ORANGE, INK, 2.5, 12)
WATCH = MarkStyle("diamond", ORANGE_TINT, INK, 1.5, 11)
HOLLOW = MarkStyle("circle", WHITE, GREY_1, 2, 9)
FIRST_GROUP = MarkStyle("circle", WHITE, DARK_BLUE, 2, 10)
SECOND_GROUP = MarkStyle("circle", DARK_BLUE, DARK_BLUE, 1, 10)
OWN_RING = MarkStyle("circle-open", INK, INK, 2, 22)  # plotly takes the fill of an open symbol as its line

# Parts of a stacked bar: fill and the colour of text on it. No verdict colour among them.
STACK = ((DARK_BLUE, WHITE), (BLUE_TINT, INK), (GREY_1, WHITE), (GREY_4, INK))

# Steps of a share on the map of places, palest first: fill and the colour of text on it. No verdict colour among them.
SHARE_STEPS = ((WHITE, INK), (BLUE_TINT, INK), ("#41669f", WHITE), (DARK_BLUE, WHITE))
