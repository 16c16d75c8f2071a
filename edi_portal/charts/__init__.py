"""Charts and words: plain data in, a frozen chart with its table, its sentence and its figure out.

One function per kind of chart: `caterpillar`, `funnel`, `trend`, `dumbbell`, `stacked_bar`, `band_ladder`, `gradient`,
`spine`, `tile_map` and `sparkline`. Sentences are in `words`, numbers as text in `numbers`, readings in `verdicts`.
Nothing here knows Django; plotly is loaded only when a figure is made.
"""

from edi_portal.charts.axes import Axis, span_of
from edi_portal.charts.caterpillar import caterpillar
from edi_portal.charts.chart import Chart, Entry, Frame, KeyEntry, Link
from edi_portal.charts.entries import Range, Reference
from edi_portal.charts.funnel import FunnelEntry, FunnelLimits, funnel
from edi_portal.charts.gradient import GradientRow, gradient
from edi_portal.charts.groups import BandShare, PairRow, StackRow, band_ladder, dumbbell, stacked_bar
from edi_portal.charts.place_map import PlaceMap, PlaceShare, even_steps, place_map
from edi_portal.charts.sparklines import Sparkline, sparkline
from edi_portal.charts.spine import SpineRow, spine
from edi_portal.charts.table import ChartTable
from edi_portal.charts.tiles import Tile, tile_map
from edi_portal.charts.trend import trend
from edi_portal.charts.trend_values import Break, Limits, TrendPoint
from edi_portal.charts.verdicts import VERDICTS, Verdict, verdict_for

__all__ = [
    "VERDICTS",
    "Axis",
    "BandShare",
    "Break",
    "Chart",
    "ChartTable",
    "Entry",
    "Frame",
    "FunnelEntry",
    "FunnelLimits",
    "GradientRow",
    "KeyEntry",
    "Limits",
    "Link",
    "PairRow",
    "Range",
    "Reference",
    "Sparkline",
    "SpineRow",
    "StackRow",
    "Tile",
    "TrendPoint",
    "Verdict",
    "band_ladder",
    "caterpillar",
    "dumbbell",
    "even_steps",
    "funnel",
    "gradient",
    "span_of",
    "sparkline",
    "spine",
    "stacked_bar",
    "tile_map",
    "PlaceMap",
    "PlaceShare",
    "place_map",
    "trend",
    "verdict_for",
]
