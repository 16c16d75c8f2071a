"""What every chart promises: a JSON-safe figure, a table with each value drawn, and nothing of what is withheld."""

import json
import re
from collections.abc import Iterator
from decimal import Decimal as D
from typing import Any

import pytest
from chart_examples import EXAMPLES, MISSING, POOLED, PRESENT, RATIO, SHARE, frame, quarters, spine_rows
from hypothesis import given
from hypothesis import strategies as st
from plotly import graph_objects

from edi_portal.charts import (
    Axis,
    Chart,
    Entry,
    FunnelEntry,
    FunnelLimits,
    Limits,
    PairRow,
    StackRow,
    TrendPoint,
    caterpillar,
    dumbbell,
    funnel,
    spine,
    stacked_bar,
    trend,
)
from edi_portal.charts.spine import quartiles
from edi_portal.charts.tiles import TILE
from edi_portal.periods import Quarter

PLOTTED = [name for name in EXAMPLES if name != "tiles"]


def numbers_of(chart: Chart) -> list[float]:
    """Every number in the text of the table, percent signs and units aside."""
    text = " ".join([chart.table.caption, *(cell for row in chart.table.rows for cell in row)])
    return [float(number.replace(",", "").replace("\u2212", "-")) for number in re.findall(r"\u2212?\d[\d,]*(?:\.\d+)?", text)]


def drawn_values(chart: Chart, axis: str) -> Iterator[float]:
    """The positions of marks and intervals along the axis of values; rulers left out."""
    for trace in chart.figure["data"]:
        if trace.get("meta") != "guide":
            yield from (value for value in trace[axis] if value is not None)


VALUE_AXIS = {"caterpillar": "x", "funnel": "y", "trend": "y", "dumbbell": "x", "stack": "x", "ladder": "x", "gradient": "x"}


@pytest.mark.parametrize("name", VALUE_AXIS)
def test_the_table_holds_every_value_of_the_figure(name: str) -> None:
    chart = EXAMPLES[name]()
    known = {*numbers_of(chart), 0.0}  # stems of the ladder start at zero
    values = list(drawn_values(chart, VALUE_AXIS[name]))
    assert values
    assert [value for value in values if value not in known] == []


def test_long_names_of_groups_get_the_room_of_their_lines() -> None:
    long = "People with a learning disability who had their yearly health check"
    heights = {}
    for name in ("Short", long):
        row = PairRow(name, D(50), D(40), D(-10))
        figure = dumbbell(frame(), SHARE, [row, row], first="A", second="B").figure
        heights[name] = (figure["layout"]["height"], figure["narrow"]["height"])
    assert heights[long][0] > heights["Short"][0] and heights[long][1] > heights[long][0]


def test_sizes_of_a_funnel_are_in_its_table() -> None:
    chart = EXAMPLES["funnel"]()
    assert set(drawn_values(chart, "x")) <= set(numbers_of(chart))


@pytest.mark.parametrize("name", VALUE_AXIS)
def test_reference_lines_are_told_in_the_caption_or_the_key(name: str) -> None:
    chart = EXAMPLES[name]()
    told = [chart.table.caption, *(entry.word for entry in chart.key)]
    rulers = {trace["name"] for trace in chart.figure["data"] if trace.get("meta") == "guide"} - {"parity", "step to 8a"}
    assert [ruler for ruler in rulers if not any(ruler in text for text in told)] == []


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_figure_survives_json_unchanged(name: str) -> None:
    payload = EXAMPLES[name]().payload()
    assert json.loads(json.dumps(payload, allow_nan=False)) == payload


@pytest.mark.parametrize("name", PLOTTED)
def test_plotly_knows_every_attribute_of_both_layouts(name: str) -> None:
    figure = EXAMPLES[name]().figure
    graph_objects.Figure(data=figure["data"], layout=figure["layout"])
    graph_objects.Figure(layout=figure["narrow"])
    assert "template" not in figure["layout"]


@pytest.mark.parametrize("name", PLOTTED)
def test_no_zoom_no_drag_no_legend_and_text_of_12_px_or_more(name: str) -> None:
    figure = EXAMPLES[name]().figure
    for layout in (figure["layout"], figure["narrow"]):
        assert layout["dragmode"] is False
        assert layout["showlegend"] is False
        assert layout["xaxis"]["fixedrange"] and layout["yaxis"]["fixedrange"]
    sizes = [size for size in sizes_of(figure) if size is not None]
    assert min(sizes) >= 12


def sizes_of(thing: Any) -> Iterator[Any]:
    if isinstance(thing, dict):
        for key, value in thing.items():
            if key in ("font", "tickfont", "textfont"):
                yield value.get("size")
            yield from sizes_of(value)
    elif isinstance(thing, list):
        for item in thing:
            yield from sizes_of(item)


@pytest.mark.parametrize("name", ["caterpillar", "funnel"])
def test_a_missing_organisation_has_no_trace_in_the_figure(name: str) -> None:
    figure = json.dumps(EXAMPLES[name]().figure)
    assert [entry.label for entry in MISSING if entry.label in figure] == []


def test_not_drawn_is_told_by_name_and_reason() -> None:
    expected = ("Halton CCG (not returned)", "knowsley CCG (withheld to protect people)", "Walton Centre (similar)")
    assert EXAMPLES["caterpillar"]().not_drawn == expected
    assert EXAMPLES["funnel"]().not_drawn == expected


@given(st.permutations([*PRESENT, *MISSING]))
def test_the_order_given_leaves_no_mark_on_a_chart(entries: list[Entry]) -> None:
    chart = caterpillar(frame(), RATIO, entries)
    assert chart == caterpillar(frame(), RATIO, [*PRESENT, *MISSING])


def test_rows_stand_highest_first_and_the_rest_by_name() -> None:
    table = EXAMPLES["caterpillar"]().table
    assert [row[0] for row in table.rows] == [
        "Royal Liverpool", "Southport & Ormskirk", "Alder Hey", "Halton CCG", "knowsley CCG", "Walton Centre",
    ]  # fmt: skip
    assert table.rows[0] == ("Royal Liverpool", "1.79", "1.45 to 2.20", "490 of 2,190", "Act")
    assert table.rows[4] == ("knowsley CCG", "[c]", "[c]", "[c]", "Withheld to protect people")
    assert table.rows[5][-1] == "Similar (under 20)"


def test_a_withheld_entry_may_not_carry_a_number() -> None:
    with pytest.raises(ValueError, match="holds no number"):
        Entry("Knowsley CCG", "withheld", D("1.2"))
    with pytest.raises(ValueError, match="holds no number"):
        Entry("Walton Centre", "too_few", low=D(1), high=D(2), word="similar")
    with pytest.raises(ValueError, match="both ends"):
        Entry("Aintree", "act", D(2), low=D(1))
    with pytest.raises(ValueError, match="is not a reading"):
        Entry("Aintree", "bad", D(2))


def test_a_figure_too_small_to_judge_is_in_the_table_only() -> None:
    chart = caterpillar(frame(), RATIO, [*PRESENT, Entry("Own", "too_few", D("3.53"), D("1.22"), D("10.2"))])
    assert chart.not_drawn == ("Own (too few to tell)",)
    assert 3.53 not in set(drawn_values(chart, "x"))
    assert ("Own", "3.53", "1.22 to 10.20", "Too few to tell") in chart.table.rows


def test_zero_has_no_place_on_an_axis_of_ratios() -> None:
    chart = caterpillar(frame(), RATIO, [*PRESENT, Entry("Aintree", "no_difference", D(0), D(0), D("1.4"))])
    assert chart.not_drawn == ("Aintree (0.00, which has no place on this axis)",)
    assert 0.0 not in set(drawn_values(chart, "x"))


def test_an_interval_down_to_zero_starts_at_the_edge_of_the_axis() -> None:
    chart = caterpillar(frame(), RATIO, [Entry("Aintree", "no_difference", D("1.1"), D("0.001"), D("1.4"))])
    ends = next(trace for trace in chart.figure["data"] if trace["name"] == "95% interval")["x"]
    assert ends[0] == pytest.approx(10 ** chart.figure["layout"]["xaxis"]["range"][0])


def test_the_own_organisation_is_ringed_and_bold_and_keeps_its_mark() -> None:
    chart = EXAMPLES["caterpillar"]()
    ring = next(trace for trace in chart.figure["data"] if trace["name"] == "own organisation")
    assert ring["x"] == [1.79]
    assert "<b>Royal Liverpool</b>" in chart.figure["layout"]["yaxis"]["ticktext"]
    act = next(trace for trace in chart.figure["data"] if trace["name"].startswith("Act"))
    assert act["x"] == [1.79]


def test_names_are_never_read_as_markup() -> None:
    chart = caterpillar(frame(), RATIO, [Entry("<a href='x'>A & B</a>", "act", D(2), D("1.5"), D(3))])
    assert chart.figure["layout"]["yaxis"]["ticktext"] == ["&lt;a href='x'&gt;A &amp; B&lt;/a&gt;"]


def test_ratio_axis_has_fixed_ticks_and_every_second_on_a_phone_with_parity() -> None:
    figure = EXAMPLES["caterpillar"]().figure
    wide, phone = figure["layout"]["xaxis"], figure["narrow"]["xaxis"]
    assert wide["type"] == "log"
    assert wide["ticktext"] == ["0.60", "0.80", "1.00", "1.25", "1.50", "2.00", "2.50"]
    assert phone["ticktext"] == ["0.60", "", "1.00", "", "1.50", "", "2.50"]


@given(st.lists(st.decimals("0.1", "8", places=2), min_size=1, max_size=12))
def test_every_ratio_lies_inside_the_axis(values: list[D]) -> None:
    chart = caterpillar(frame(), RATIO, [Entry(f"Trust {place}", "act", value) for place, value in enumerate(values)])
    low, high = chart.figure["layout"]["xaxis"]["range"]
    assert 10**low <= float(min(values)) and float(max(values)) <= 10**high


def test_a_provisional_figure_is_hollow_and_said_in_the_heading() -> None:
    chart = caterpillar(frame(provisional="27 of 30 returned"), RATIO, PRESENT)
    assert chart.heading == "Which organisations differ? (provisional)"
    assert chart.note.endswith("Provisional, 27 of 30 returned.")
    hollow = next(trace for trace in chart.figure["data"] if trace["name"].endswith("(provisional)"))
    assert hollow["marker"]["color"] == "#ffffff"
    assert "Provisional" in [entry.word for entry in chart.key]


def test_a_picture_says_where_it_comes_from() -> None:
    picture = EXAMPLES["caterpillar"]().payload()["picture"]
    assert picture["footer"] == "Synthetic demonstration data. 2019-20 Q2; release 14; Source: WRES"
    assert picture["filename"] == "edi-differ"


def test_readings_against_a_range_have_no_mark_for_better() -> None:
    with pytest.raises(ValueError, match="no mark"):
        caterpillar(frame(), RATIO, [Entry("Aintree", "better", D(1))])
    chart = caterpillar(frame(), RATIO, [Entry("Aintree", "better", D(1))], reading="comparison")
    assert [entry.word for entry in chart.key] == ["Better by more than chance"]


def test_small_bases_are_drawn_as_coarsely_as_they_are_written() -> None:
    chart = caterpillar(frame(), SHARE, [Entry("Aintree", "no_difference", D("33.4"), D("20.2"), D("47.7"), base=250)])
    assert chart.table.rows[0][1:3] == ("33%", "20% to 48%")
    assert set(drawn_values(chart, "x")) == {33.0, 20.0, 48.0}


def test_an_organisation_without_a_size_is_named_below_the_funnel() -> None:
    limits = [FunnelLimits(size, D("0.8"), D("1.9"), D("0.6"), D("2.4")) for size in (100, 800)]
    chart = funnel(
        frame(),
        RATIO,
        [FunnelEntry(PRESENT[0], None), FunnelEntry(PRESENT[1], 300)],
        limits,
        pooled=POOLED,
        size_title="Shortlisted",
    )
    assert chart.not_drawn == ("Alder Hey (size not shown)",)


class TestTrend:
    def test_a_withheld_quarter_is_a_c_on_the_axis_and_a_gap(self) -> None:
        chart = EXAMPLES["trend"]()
        tags = [tag for tag in chart.figure["layout"]["annotations"] if tag["text"] == "c"]
        assert [(tag["x"], tag["y"], tag["yref"]) for tag in tags] == [(5, 0, "paper")]
        line = next(trace for trace in chart.figure["data"] if trace["name"] == "line")
        pairs = list(zip(line["x"][::3], line["x"][1::3], strict=True))
        assert (4, 5) not in pairs and (5, 6) not in pairs and (3, 4) in pairs
        assert chart.table.rows[5][1] == "[c]"

    def test_the_line_is_interrupted_at_a_break_and_dashed_into_the_provisional_point(self) -> None:
        chart = EXAMPLES["trend"]()
        line = next(trace for trace in chart.figure["data"] if trace["name"] == "line")
        assert (7, 8) not in list(zip(line["x"][::3], line["x"][1::3], strict=True))
        dashed = next(trace for trace in chart.figure["data"] if trace["name"] == "provisional line")
        assert dashed["x"] == [12, 13, None] and dashed["line"]["dash"] == "dash"
        assert chart.table.rows[8][-1] == "Usual variation; break before it: New booking service"
        assert chart.table.rows[-1][1] == "86.0% (provisional, 27 of 30 returned)"

    def test_a_rebase_is_solid_and_keeps_the_old_limits_in_outline(self) -> None:
        shapes = EXAMPLES["trend"]().figure["layout"]["shapes"]
        purple = [shape for shape in shapes if shape["line"].get("color") == "#330072"]
        assert [shape["line"]["dash"] for shape in purple] == ["solid"]
        boxes = [shape for shape in shapes if shape["type"] == "rect"]
        assert [box["fillcolor"] for box in boxes] == ["rgba(0,0,0,0)", "#d8dde0"]

    def test_under_12_points_there_are_no_limits(self) -> None:
        limits = [Limits("2016-17 Q1", "2017-18 Q3", D(73), D(68), D(78))]
        chart = trend(frame(), SHARE, quarters(["70"] * 7), kind="independent", limits=limits)
        assert chart.note.endswith("7 points so far; limits need 12.")
        assert [shape for shape in chart.figure["layout"].get("shapes", []) if shape["type"] == "rect"] == []
        assert chart.table.columns == ("Period", "Figure", "Reading")

    def test_limits_on_a_rolling_figure_are_refused(self) -> None:
        with pytest.raises(ValueError, match="windows overlap"):
            trend(
                frame(),
                SHARE,
                quarters(["70"] * 14),
                kind="rolling",
                limits=[Limits("2016-17 Q1", "2016-17 Q2", D(1), D(0), D(2))],
            )

    def test_a_quarter_that_is_not_given_keeps_its_place(self) -> None:
        points = [TrendPoint(Quarter(2018, 1), D(70)), TrendPoint(Quarter(2018, 4), D(72))]
        chart = trend(frame(), SHARE, points, kind="rolling")
        assert [row[0] for row in chart.table.rows] == ["2018-19 Q1", "2018-19 Q2", "2018-19 Q3", "2018-19 Q4"]
        assert [trace for trace in chart.figure["data"] if trace["name"] == "line"] == []

    def test_years_are_written_under_first_quarters_and_every_second_on_a_phone(self) -> None:
        figure = EXAMPLES["trend"]().figure
        assert figure["layout"]["xaxis"]["ticktext"] == ["2016-17", "2017-18", "2018-19", "2019-20"]
        assert figure["narrow"]["xaxis"]["ticktext"] == ["2016-17", "", "2018-19", ""]

    def test_a_series_of_years_and_an_empty_one(self) -> None:
        chart = trend(frame(), Axis("percent", "Gap"), [TrendPoint("2017", D(5)), TrendPoint("2018", D(4))], kind="independent")
        assert chart.figure["layout"]["xaxis"]["ticktext"] == ["2017", "2018"]
        assert trend(frame(), SHARE, [], kind="rolling").table.rows == ()

    def test_a_point_has_a_known_verdict(self) -> None:
        with pytest.raises(ValueError, match="better, worse or usual"):
            TrendPoint("2017", D(5), special="great")


class TestGroups:
    def test_a_pair_comes_whole_or_not_at_all(self) -> None:
        with pytest.raises(ValueError, match="together or not at all"):
            PairRow("Aintree", first=D(59), gap=D(-14))

    def test_a_withheld_pair_is_marked_three_times_and_named(self) -> None:
        chart = EXAMPLES["dumbbell"]()
        assert chart.table.rows[1] == ("Walton Centre", "[c]", "[c]", "[c]", "Withheld to protect people")
        assert chart.not_drawn == ("Walton Centre (withheld to protect people)",)
        assert chart.table.rows[0] == ("Aintree", "61.2%", "52.1%", "\u22129.1 pp", "Shown")

    def test_rows_without_figures_only(self) -> None:
        assert dumbbell(frame(), SHARE, [PairRow("A")], first="White", second="BME").not_drawn == ("A (not returned)",)

    def test_a_bar_with_a_withheld_part_is_not_drawn_at_all(self) -> None:
        chart = EXAMPLES["stack"]()
        assert [len(trace["x"]) for trace in chart.figure["data"]] == [2, 2, 2]
        assert chart.not_drawn == ("2018-19 (withheld to protect people)",)
        with pytest.raises(ValueError, match="every part or none"):
            stacked_bar(frame(), [StackRow("2019", (D(90),))], parts=("White", "BME"))
        with pytest.raises(ValueError, match="2 to 4 parts"):
            stacked_bar(frame(), [], parts=("a", "b", "c", "d", "e"))

    def test_bars_start_at_zero_and_end_at_100(self) -> None:
        assert EXAMPLES["stack"]().figure["layout"]["xaxis"]["range"] == [0.0, 100.0]

    def test_the_ladder_marks_its_step_and_leaves_a_withheld_band_empty(self) -> None:
        chart = EXAMPLES["ladder"]()
        step = next(trace for trace in chart.figure["data"] if trace["name"] == "step to 8a")
        assert step["y"] == [1.5, 1.5]
        assert [row[0] for row in chart.table.rows] == ["Band 8b", "Band 8a", "Band 7", "Band 6"]
        assert chart.table.rows[0] == ("Band 8b", "[c]", "Withheld to protect people")


class TestSpine:
    def test_better_is_always_to_the_right(self) -> None:
        chart = EXAMPLES["spine"]()
        at = {
            text.split(":")[0]: x for trace in chart.figure["data"][1:] for text, x in zip(trace["text"], trace["x"], strict=True)
        }
        assert at["PAT-2 Interpreters"] > 0 > at["DQ-2 Unknown"]
        assert at["WRES-2 Shortlisting"] < 0  # 1.60 is the farthest from 1

    def test_what_cannot_be_placed_is_named(self) -> None:
        assert EXAMPLES["spine"]().not_drawn == ("BRD-1 Board (too few peers)", "WDES-3 Capability (withheld to protect people)")
        row = spine_rows()[1]
        flat = type(row)("X-1", "Flat", "percent", "higher", "better", D(5), (D(5),) * 5)
        undirected = type(row)("Y-1", "No side", "percent", "none", "better", D(5), row.peers)
        missing = type(row)("Z-1", "None", "percent", "higher", "better", None, row.peers)
        assert spine(frame(), [flat, undirected, missing]).not_drawn == (
            "X-1 Flat (all peers alike)", "Y-1 No side (neither side is better)", "Z-1 None (no figure)",
        )  # fmt: skip

    def test_a_figure_beyond_the_plot_is_an_arrow_at_its_edge(self) -> None:
        row = spine_rows()[1]
        far = type(row)("X-1", "Far", "percent", "higher", "better", D(1000), row.peers)
        trace = spine(frame(), [far]).figure["data"][1]
        assert (trace["x"], trace["marker"]["symbol"]) == ([3.0], ["triangle-right"])

    def test_its_table_tells_median_and_middle_half(self) -> None:
        assert EXAMPLES["spine"]().table.rows[1] == ("PAT-2 Interpreters", "95.0%", "75.0%", "70.0% to 80.0%", "Better")
        assert EXAMPLES["spine"]().table.rows[3] == ("WDES-3 Capability", "[c]", "\u2013", "\u2013", "Withheld to protect people")

    def test_quartiles_interpolate(self) -> None:
        assert quartiles([D(1), D(2), D(3), D(4)]) == (D("1.75"), D("2.5"), D("3.25"))


class TestTiles:
    def test_tiles_do_not_overlap_and_lie_inside_the_sheet(self) -> None:
        sheet = EXAMPLES["tiles"]().tiles
        assert sheet is not None
        corners = [(tile.x, tile.y) for tile in sheet.tiles]
        apart = [abs(a[0] - b[0]) >= TILE or abs(a[1] - b[1]) >= TILE for a in corners for b in corners if a != b]
        assert len(set(corners)) == 6 and all(apart)
        assert max(x for x, _ in corners) + TILE <= sheet.width and max(y for _, y in corners) + TILE <= sheet.height

    def test_a_tile_tells_a_reading_and_never_a_figure(self) -> None:
        chart = EXAMPLES["tiles"]()
        assert chart.figure == {}
        assert "1.79" not in repr(chart.tiles) and "1.79" not in repr(chart.table)
        assert chart.table.rows[0] == ("Halton CCG", "Across C&M", "Not returned")


def test_the_words_below_a_lowest_last_mark_have_room_above_the_axis() -> None:
    def bottom(values: list[str]) -> float:
        layout = trend(frame(), SHARE, quarters(values), kind="independent").figure["layout"]
        return float(layout["yaxis"]["range"][0])

    falling, rising = [str(60 - step) for step in range(7)], [str(54 + step) for step in range(7)]
    assert bottom(falling) < bottom(rising) <= 54
    assert bottom(["3", "2", "1", "0"]) >= 0
