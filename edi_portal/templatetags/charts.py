"""Template tags of charts: `{% chart chart %}`, `{% chart_scripts %}`, `{% sparkline line %}`, and filters of marks.

Load with `{% load charts %}`. A page that shows charts puts `{% chart_scripts %}` into its block `scripts`.
"""

from typing import Any

from django import template
from django.templatetags.static import static
from django.utils.html import format_html, json_script
from django.utils.safestring import SafeString

from edi_portal.charts.chart import Chart
from edi_portal.charts.sparklines import Sparkline
from edi_portal.charts.verdicts import Verdict, verdict_for
from edi_portal.charts.words import Sentence

register = template.Library()

VARIATIONS = {
    "improving_high": ("better", "H"),
    "improving_low": ("better", "L"),
    "worsening_high": ("worse", "H"),
    "worsening_low": ("worse", "L"),
    "changing_high": ("common", "H"),
    "changing_low": ("common", "L"),
    "common": ("common", ""),
}
ASSURANCES = {"passes": "P", "fails": "F", "either": "?"}


@register.inclusion_tag("components/chart.html")
def chart(chart: Chart, level: int = 2, sentence: bool = True) -> dict[str, Any]:
    """The whole chart. `level` is that of its heading, 2 or 3; `sentence=False` where a lead panel already says it."""
    payload = "" if chart.tiles else json_script(chart.payload(), f"{chart.slug}-figure")
    return {"chart": chart, "level": level, "with_sentence": sentence, "payload": payload}


@register.simple_tag
def chart_scripts() -> SafeString:
    """The two scripts that draw charts, once a page."""
    return format_html(
        '<script src="{}" defer></script>\n<script src="{}" defer></script>',
        static("plotly-basic.min.js"),
        static("js/charts.js"),
    )


@register.inclusion_tag("components/sparkline.html")
def sparkline(line: Sparkline) -> dict[str, Sparkline]:
    """A small line in a table row; the row must say the trend in words."""
    return {"line": line}


@register.inclusion_tag("components/sentence.html")
def sentence(sentence: Sentence, base: bool = True) -> dict[str, Any]:
    """A sentence with its strong words, and its base in small print unless `base=False`."""
    before, strong, after = sentence.parts()
    return {"before": before, "strong": strong, "after": after, "base": sentence.base if base else ""}


@register.filter
def verdict(code: str) -> Verdict:
    """The verdict of a code, for its word, glyph and class."""
    return verdict_for(code)


@register.filter
def variation_tone(variation: str) -> str:
    """better, worse or common."""
    return VARIATIONS[variation][0]


@register.filter
def variation_letter(variation: str) -> str:
    """H for a high run, L for a low one."""
    return VARIATIONS[variation][1]


@register.filter
def assurance_letter(assurance: str) -> str:
    """P, F or ?."""
    return ASSURANCES[assurance]


@register.filter
def half(size: int) -> int:
    """Half of a length, for text in the middle of a tile."""
    return size // 2


@register.filter
def line_down(number: int) -> int:
    """Where line `number` of the name of a tile stands, in SVG units."""
    return 4 + 14 * number
