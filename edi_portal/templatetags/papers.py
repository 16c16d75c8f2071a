"""`{% paper found %}`: a paper on the page, chapter by chapter. Load with `{% load papers %}`."""

from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify

from edi_portal.papers.content import Block, Figure, Paper, Table
from edi_portal.papers.figures import chart_table_of

register = template.Library()


@register.inclusion_tag("papers/paper.html")
def paper(found: Paper, level: int = 2) -> dict[str, Any]:
    """The paper without its title. `level` is that of a chapter's heading."""
    return {
        "blocks": [_item(block, level) for block in found.blocks],
        "chapters": [{"label": chapter, "url": f"#{slugify(chapter)}"} for chapter in found.chapters()],
    }


def _item(block: Block, level: int) -> dict[str, Any]:
    table = block.table if isinstance(block, Figure) else block if isinstance(block, Table) else None
    return {
        "is": type(block).__name__,
        "block": block,
        "level": _level(block, level),
        "table": chart_table_of(table) if table is not None else None,
    }


def _level(block: object, first: int) -> int:
    return min(first + getattr(block, "level", 1) - 1, 6)


@register.filter
def drawing(figure: Figure) -> SafeString:
    """The drawing of a figure. It is made by `edi_portal.charts.drawing` alone, which escapes every text in it."""
    return mark_safe(figure.drawing)
