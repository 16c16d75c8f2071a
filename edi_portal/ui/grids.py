"""The cells of a grid of counts as markup: a long section of a return has several hundred, each with its last value beside it."""

from collections.abc import Mapping
from typing import Any

from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString

NOT_ASKED = format_html('<span class="nhsuk-u-visually-hidden">{}</span>', "not asked")


def cell_markup(cell: Mapping[str, Any]) -> SafeString:
    """One cell; what it may hold is said in `templates/components/count_grid.html`."""
    label = escape(cell["column"])
    if cell.get("name"):
        return SafeString(f'<td data-l="{label}">{_error(cell)}{_control(cell)}{_last(cell)}</td>')
    return SafeString(f'<td data-l="{label}" class="edi-grid__fixed">{_fixed(cell)}</td>')


def _error(cell: Mapping[str, Any]) -> str:
    if not cell.get("error"):
        return ""
    return format_html(
        '<span class="nhsuk-error-message" id="id_{}-error"><span class="nhsuk-u-visually-hidden">Error: </span>{}</span>',
        cell["name"],
        cell["error"],
    )


def _control(cell: Mapping[str, Any]) -> str:
    """A select where the cell offers options, otherwise a field for a number."""
    name, wrong = escape(cell["name"]), bool(cell.get("error"))
    described = [_note_id(cell)] if cell.get("was") else []
    described += [f"id_{name}-error"] if wrong else []
    place = f'id="id_{name}" name="{name}"'
    told = f'aria-label="{escape(cell["label"])}"' + (f' aria-describedby="{" ".join(described)}"' if described else "")
    kind = "select" if cell.get("options") else "input"
    look = f"nhsuk-{kind} nhsuk-{kind}--error" if wrong else f"nhsuk-{kind}"
    value = cell.get("value")
    value = "" if value is None else str(value)
    if kind == "select":
        offered = (
            (one["value"], SafeString(" selected" if one["value"] == value else ""), one["label"]) for one in cell["options"]
        )
        options = format_html_join("", '<option value="{}"{}>{}</option>', offered)
        return f'<select class="{look}" {place} {told}>{options}</select>'
    mode = escape(cell.get("mode") or "numeric")
    return f'<input class="{look}" {place} type="text" inputmode="{mode}" value="{escape(value)}" {told}>'


def _last(cell: Mapping[str, Any]) -> str:
    """The value of the last period, and the change since."""
    if not cell.get("was"):
        return ""
    change = f", {escape(cell['change'])}" if cell.get("change") else ""
    return f'<small id="{_note_id(cell)}">was {escape(cell["was"])}{change}</small>'


def _note_id(cell: Mapping[str, Any]) -> str:
    """The id of what stands beside the field: short where the grid has a key, because it is written twice in every cell."""
    return str(escape(cell.get("note_id") or f"id_{cell['name']}-was"))


def _fixed(cell: Mapping[str, Any]) -> str:
    if not cell.get("fixed"):
        return NOT_ASKED
    output = f' data-output="{escape(cell["output"])}"' if cell.get("output") else ""
    beside = f"was {escape(cell['was'])}" if cell.get("was") else escape(cell.get("note") or "")
    note = f"<small>{beside}</small>" if beside else ""
    return f'<span class="edi-grid__number"{output}>{escape(cell["fixed"])}</span>{note}'
