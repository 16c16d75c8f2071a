"""From a chart of a page to a figure of a paper: the same drawing, the same table, the same finding in words. Pure."""

from __future__ import annotations

from edi_portal.charts import Chart, ChartTable
from edi_portal.charts.drawing import svg_of
from edi_portal.papers.content import Figure, Table


def figure_of_chart(chart: Chart) -> Figure:
    """The chart as a figure. Its finding is its alternative text: a chart without one is refused."""
    absent = f"Not drawn: {'; '.join(chart.not_drawn)}." if chart.not_drawn else ""
    return Figure(
        title=chart.heading,
        note=" ".join(part for part in (chart.note, absent) if part),
        drawing=svg_of(chart),
        alternative=f"{chart.sentence} The table below holds every value." if chart.sentence.strip() else "",
        table=table_of_chart(chart.table, name=chart.slug),
    )


def table_of_chart(table: ChartTable, *, name: str = "") -> Table:
    """The table of a chart as it is."""
    return Table(
        caption=table.caption,
        columns=table.columns,
        rows=table.rows,
        numeric=tuple(sorted(table.numeric)),
        name=name,
    )


def chart_table_of(table: Table) -> ChartTable:
    """A table of a paper as the component of pages takes it."""
    return ChartTable(table.columns, table.rows, table.caption, frozenset(table.numeric))
