"""Contrast of the colours in charts, and what templates and the style sheet promise."""

import itertools
import json
import re
from decimal import Decimal as D
from pathlib import Path
from typing import Any

import plotly
import pytest
from chart_examples import EXAMPLES
from django.template import engines

from edi_portal.charts import VERDICTS, palette, sparkline, verdict_for
from edi_portal.charts.marks import styles
from edi_portal.charts.palette import MarkStyle
from edi_portal.charts.words import Sentence

ROOT = Path(__file__).resolve().parents[3]
CSS = (ROOT / "static" / "css" / "charts.css").read_text(encoding="utf-8")


def luminance(colour: str) -> float:
    """Relative luminance of a #rrggbb colour, by the definition of WCAG 2."""
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_formula_gives_the_known_ends() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize(
    "colour", [palette.INK, palette.GREY_1, palette.DARK_BLUE, palette.BLUE, palette.ORANGE_INK, palette.PURPLE]
)
@pytest.mark.parametrize("ground", [palette.WHITE, palette.GREY_5])
def test_text_colours_reach_4_5(colour: str, ground: str) -> None:
    assert contrast(colour, ground) >= 4.5


@pytest.mark.parametrize(
    ("fill", "ink"),
    [
        *palette.STACK,
        *palette.SHARE_STEPS,
        (palette.ORANGE, palette.INK),
        (palette.ORANGE_TINT, palette.INK),
        (palette.BLUE, palette.WHITE),
    ],
)
def test_text_on_fills_reaches_4_5(fill: str, ink: str) -> None:
    assert contrast(fill, ink) >= 4.5


MARKS = [mark for mark in vars(palette).values() if isinstance(mark, MarkStyle)]


@pytest.mark.parametrize("mark", MARKS, ids=lambda mark: f"{mark.symbol} {mark.fill}")
def test_every_mark_or_its_edge_reaches_3_on_white_and_on_the_band(mark: MarkStyle) -> None:
    band = "#eaeced"  # grey-4 at 55% on white
    for ground in (palette.WHITE, band):
        assert max(contrast(mark.edge, ground), contrast(mark.fill, ground)) >= 3


def test_orange_stands_only_inside_an_ink_edge() -> None:
    assert {mark.edge for mark in MARKS if mark.fill in (palette.ORANGE, palette.ORANGE_TINT)} == {palette.INK}


@pytest.mark.parametrize("reading", ["range", "comparison"])
def test_marks_differ_in_shape_edge_or_lightness_without_colour(reading: Any) -> None:
    looks = [
        (mark.symbol, mark.edge_width, mark.size, round(luminance(mark.fill), 1))
        for mark, _css, _words in styles(reading).values()
    ]
    assert len(set(looks)) == len(looks)


def test_every_reading_has_a_class_and_every_glyph_stands_in_the_style_sheet() -> None:
    for verdict in VERDICTS.values():
        assert f".{verdict.css}::before" in CSS
    with pytest.raises(ValueError, match="is not a reading"):
        verdict_for("green")


def test_every_key_entry_has_a_style() -> None:
    used = {entry.css for example in EXAMPLES.values() for entry in example().key}
    assert [css for css in used if f".{css}::before" not in CSS] == []


def test_the_browser_has_the_plotly_that_checks_the_figures() -> None:
    bundle = (Path(plotly.__file__).parent / "package_data" / "plotly.min.js").read_text(encoding="utf-8")[:200]
    known = re.search(r"plotly\.js v([\d.]+)", bundle)
    package = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))
    assert known and package["dependencies"]["plotly.js-basic-dist-min"] == known[1]


def test_nothing_moves_and_no_text_is_under_12_px() -> None:
    assert not re.search(r"\b(animation|transition)\b", CSS)
    sizes = [int(size) for size in re.findall(r"font-size: (\d+)px", CSS)]
    assert min(sizes) >= 12


def render(source: str, **context: object) -> str:
    return engines["django"].from_string("{% load charts %}" + source).render(context)


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_chart_renders_in_its_fixed_order_without_inline_script_or_style(name: str) -> None:
    html = render("{% chart chart %}", chart=EXAMPLES[name]())
    plot = "<svg" if name == "tiles" else 'role="img"'
    places = [
        html.index(part) for part in ("<h2", "edi-chart__note", "edi-chart__sentence", plot, "edi-links", "<details", "<table")
    ]
    assert places == sorted(places)
    assert " style=" not in html and " onclick" not in html
    assert re.findall(r"<script[^>]*>", html) == (
        [] if name == "tiles" else [f'<script id="{EXAMPLES[name]().slug}-figure" type="application/json">']
    )
    assert "<details" in html and " open" in html[html.index("<details") : html.index("<summary")]


def test_a_chart_page_names_its_table_and_who_is_missing() -> None:
    html = render("{% chart chart level=3 sentence=False %}", chart=EXAMPLES["caterpillar"]())
    assert "<h3" in html and "edi-chart__sentence" not in html
    assert "Not drawn: Halton CCG (not returned); knowsley CCG (withheld to protect people); Walton Centre (similar)." in html
    assert 'aria-label="One trust lies above 1.25. The table holds every value."' in html
    assert '<td data-l="Reading"><span class="edi-mark edi-mark--act"><span class="edi-mark__word">Act</span>' in html


def test_a_hostile_name_is_escaped_in_page_and_json() -> None:
    chart = EXAMPLES["caterpillar"]()
    html = render("{% chart chart %}", chart=chart)
    assert "Southport & Ormskirk" not in html
    assert "Southport &amp; Ormskirk" in html


def test_scripts_come_from_our_own_address() -> None:
    html = render("{% chart_scripts %}")
    assert re.findall(r'src="([^"]+)"', html) == ["/static/plotly-basic.min.js", "/static/js/charts.js"]


def test_marks_sentences_and_levels() -> None:
    assert (
        render('{% component "verdict" code="act" %}').strip()
        == '<span class="edi-mark edi-mark--act"><span class="edi-mark__word">Act</span></span>'
    )
    assert "No real change" in render('{% component "verdict" code="no_difference" word="No real change" %}')
    assert "edi-mark--alone" in render('{% component "verdict" code="worse" glyph_only=True %}')
    html = render("{% sentence sentence %}", sentence=Sentence("It is 1.67 times.", "1.67 times", "(2 of 3.)"))
    assert (
        html.strip() == '<p class="edi-finding">It is <strong>1.67 times</strong>.</p><p class="edi-finding__base">(2 of 3.)</p>'
    )
    assert "base" not in render("{% sentence sentence base=False %}", sentence=Sentence("Plain.", base="(2 of 3.)"))
    assert "Partial" in render('{% component "assurance_level" level="partial" %}')


@pytest.mark.parametrize(
    ("variation", "tone", "letter"),
    [("improving_low", "better", ">L<"), ("worsening_high", "worse", ">H<"), ("common", "common", "<path")],
)
@pytest.mark.parametrize(("assurance", "mark"), [("passes", ">P<"), ("fails", ">F<"), ("either", ">?<")])
def test_time_verdicts(variation: str, tone: str, letter: str, assurance: str, mark: str) -> None:
    source = f'{{% component "time_verdict" variation="{variation}" assurance="{assurance}" words="Words" %}}'
    html = render(source)
    assert f"edi-time__icon--{tone}" in html and letter in html and mark in html and "Words" in html


class TestSparkline:
    def test_a_gap_breaks_the_line_and_the_last_point_is_marked(self) -> None:
        line = sparkline([D(1), D(3), None, D(2), None, D(3), D(2)])
        assert len(line.stretches) == 2
        assert len(line.singles) == 1
        assert line.last == ("106.0", "15.0")

    def test_a_flat_line_lies_in_the_middle_and_an_empty_one_is_nothing(self) -> None:
        assert sparkline([D(5), D(5)]).stretches == ("4.0,15.0 106.0,15.0",)
        assert sparkline([None, None]).last is None
        assert sparkline([D(5)]).singles == (("4.0", "15.0"),)

    def test_a_withheld_value_cannot_change_it(self) -> None:
        assert sparkline([D(1), None, D(2)]) == sparkline([D(1), None, D(2)])
        positions = list(itertools.chain(*(stretch.split() for stretch in sparkline([D(1), D(2), None, D(3), D(4)]).stretches)))
        assert len(positions) == 4

    def test_it_is_hidden_from_assistive_technology(self) -> None:
        html = render("{% sparkline line %}", line=sparkline([D(1), D(2)]))
        assert 'aria-hidden="true"' in html and 'width="110" height="30"' in html
