"""The drawing of a chart for paper: its marks stand where the table says, and nothing is left out in silence."""

import re
from dataclasses import replace
from decimal import Decimal

import pytest

from edi_portal.charts.drawing import KEY_LINE, marks_of, plot_of, svg_of
from tests.edi_portal.charts.chart_examples import EXAMPLES, example_caterpillar, example_spine, example_stack, example_tiles

CENTRE = re.compile(r'<circle cx="([\d.]+)" cy="([\d.]+)"|<rect x="([\d.]+)" y="([\d.]+)" width="(10|12)" height="(10|12)"')


def test_every_kind_of_chart_is_drawn_the_same_twice() -> None:
    drawn = [chart for chart in (make() for make in EXAMPLES.values()) if chart.tiles is None]
    assert len(drawn) >= 7
    for chart in drawn:
        assert svg_of(chart) == svg_of(chart)
        assert svg_of(chart).startswith("<svg ") and 'viewBox="0 0 700 ' in svg_of(chart)


def test_marks_stand_at_the_values_of_the_table() -> None:
    """Read back from the pixels of the drawing, every value is the one that the table prints."""
    chart = example_caterpillar()
    printed = sorted(Decimal(row[1].split()[0]) for row in chart.table.rows if re.match(r"\d", row[1]))
    plot = plot_of(chart.figure["layout"], lift=KEY_LINE * 2)
    body = svg_of(chart).partition("</clipPath>")[2]
    found = set()
    for circle_x, _, square_x, _, wide, _ in CENTRE.findall(body):
        x = float(circle_x) if circle_x else float(square_x) + float(wide) / 2
        if plot.left <= x <= plot.left + plot.width:
            found.add(Decimal(str(round(plot.x.value(x), 2))))
    assert set(printed) - {Decimal("1.25")} <= found, "the watched organisation is a diamond"
    assert sorted({Decimal(str(x)) for x, _ in marks_of(chart)}) == printed


def test_bars_are_as_long_as_the_table_says() -> None:
    chart = example_stack()
    plot = plot_of(chart.figure["layout"], lift=KEY_LINE)
    bars = re.findall(
        r'<rect x="([\d.]+)" y="[\d.]+" width="([\d.]+)" height="[\d.]+" fill="#\w+" stroke="#212b32" stroke-width', svg_of(chart)
    )
    lengths = sorted(round(plot.x.value(float(x) + float(width)) - plot.x.value(float(x)), 1) for x, width in bars)
    printed = sorted(float(text.rstrip("%")) for row in chart.table.rows for text in row[1:-1] if text.endswith("%"))
    assert lengths == pytest.approx(printed, abs=0.06)


def test_texts_cannot_become_markup() -> None:
    chart = example_spine()
    notes = [{**note, "text": "&lt;script&gt;"} for note in chart.figure["layout"]["annotations"]]
    forged = replace(chart, figure={**chart.figure, "layout": {**chart.figure["layout"], "annotations": notes}})
    assert "<script" not in svg_of(forged) and "&lt;script&gt;" in svg_of(forged)


def test_what_it_cannot_draw_is_said() -> None:
    with pytest.raises(ValueError, match="shows its table"):
        svg_of(example_tiles())
    chart = example_caterpillar()
    pie = replace(chart, figure={**chart.figure, "data": [{"type": "pie", "mode": ""}]})
    with pytest.raises(ValueError, match="pie"):
        svg_of(pie)
