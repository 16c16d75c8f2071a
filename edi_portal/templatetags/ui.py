"""Tags and filters that every template has: NHS form fields, components, and how figures and dates are written."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django import template
from django.forms import BaseForm, BaseFormSet, BoundField
from django.utils.formats import date_format
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localtime

from edi_portal.ui import components, fields, grids, heat, icons

register = template.Library()

MINUS = "\N{MINUS SIGN}"


@register.simple_tag
def nhs_field(bound_field: BoundField, **options: Any) -> SafeString:
    """One form field with label, hint and error. Options: see `edi_portal.ui.fields.FieldOptions`."""
    return fields.render_field(bound_field, fields.FieldOptions(**options))


@register.simple_tag
def nhs_errors(*forms: BaseForm | BaseFormSet, heading: str = "") -> SafeString:
    """The error summary of the forms given, with a link to each field; nothing when there are no errors."""
    return fields.render_summary(forms, heading)


@register.simple_tag(takes_context=True)
def error_prefix(context: template.Context) -> str:
    """'Error: ' in front of the title when a form of the page (`form`, `forms`, `formset`) has errors or `has_errors` is set."""
    forms = [context.get("form"), context.get("formset"), *(context.get("forms") or ())]
    return "Error: " if context.get("has_errors") or any(fields.has_errors(form) for form in forms) else ""


@register.simple_tag(name="component")
def render_component(component_name: str, **parameters: Any) -> SafeString:
    """Render `templates/components/<component_name>.html` with these parameters (one may be `name`) and nothing else."""
    return components.render(component_name, parameters)


@register.simple_tag
def component_example(name: str, parameters: dict[str, Any]) -> SafeString:
    """The same with the parameters in one dictionary, for the gallery."""
    return components.render(name, parameters)


@register.simple_tag
def icon(name: str) -> SafeString:
    """A small NHS icon, hidden from assistive technology: the word stands beside it."""
    return icons.svg(name)


@register.simple_tag
def grid_cell(cell: Mapping[str, Any]) -> SafeString:
    """One cell of a grid of counts (`edi_portal.ui.grids`)."""
    return grids.cell_markup(cell)


# What could end a text in single quotes, or begin a tag or an entity in it.
ESCAPED_IN_JSON = {ord(letter): f"\\u{ord(letter):04x}" for letter in "<>&'"}


@register.filter
def json_in_quotes(value: Any) -> SafeString:
    """Plain values as JSON for an attribute in single quotes, where JSON's own quotes stay as they are."""
    written = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    return mark_safe(written.translate(ESCAPED_IN_JSON))  # noqa: S308 - nothing is left that could end the attribute


class WrapNode(template.Node):
    """`{% wrap "name" a=b %}inner{% endwrap %}`: a component whose parameter `slot` is what stands inside."""

    def __init__(self, name: template.base.FilterExpression, parameters: dict[str, Any], inner: template.NodeList) -> None:
        self.name, self.parameters, self.inner = name, parameters, inner

    def render(self, context: template.Context) -> SafeString:
        values = {key: value.resolve(context) for key, value in self.parameters.items()}
        values["slot"] = self.inner.render(context)
        return components.render(self.name.resolve(context), values)


@register.tag
def wrap(parser: template.base.Parser, token: template.base.Token) -> WrapNode:
    """Read `{% wrap %}` up to `{% endwrap %}`."""
    _, name, *rest = token.split_contents()
    parameters = template.base.token_kwargs(rest, parser)
    if rest:
        raise template.TemplateSyntaxError(f"wrap takes a component's name and then name=value, not {rest[0]!r}")
    inner = parser.parse(("endwrap",))
    parser.delete_first_token()
    return WrapNode(parser.compile_filter(name), parameters, inner)


def _rounded(value: Any, places: int) -> Decimal | None:
    if value is None or value == "":
        return None
    return Decimal(str(value)).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def _written(number: Decimal | None, places: int, sign: bool = False) -> str:
    if number is None:
        return ""
    mark = MINUS if number < 0 else "+" if sign and number > 0 else ""
    return f"{mark}{abs(number):,.{places}f}"


@register.filter
def count(value: Any, places: int = 0) -> str:
    """A number with commas and a true minus sign: 1482 → 1,482; nothing for None."""
    return _written(_rounded(value, int(places)), int(places))


register.filter("number", count)


@register.filter
def change(value: Any, places: int = 0) -> str:
    """A difference with its sign: 92 → +92, -313 → −313, 0 → 0."""
    return _written(_rounded(value, int(places)), int(places), sign=True)


@register.filter
def ratio(value: Any) -> str:
    """A ratio to two decimals: 1.6 → 1.60."""
    return _written(_rounded(value, 2), 2)


@register.filter
def percent(value: Any, places: int = 1) -> str:
    """A value already in percent, to one decimal: 22.24 → 22.2%."""
    written = _written(_rounded(value, int(places)), int(places))
    return f"{written}%" if written else ""


@register.filter
def points(value: Any, places: int = 1) -> str:
    """A difference of percentages with its sign: -20.5 → −20.5 pp."""
    written = _written(_rounded(value, int(places)), int(places), sign=True)
    return f"{written} pp" if written else ""


register.filter("pp", points)


@register.filter
def pounds(value: Any) -> str:
    """Money with pence: 1.02 → £1.02, -3 → −£3.00."""
    number = _rounded(value, 2)
    return "" if number is None else f"{MINUS if number < 0 else ''}£{abs(number):,.2f}"


def _day(value: date | datetime) -> date:
    return localtime(value).date() if isinstance(value, datetime) and value.tzinfo else value


@register.filter
def date_long(value: date | datetime | None) -> str:
    """20 January 2020, in London."""
    return date_format(_day(value), "j F Y") if value else ""


@register.filter
def date_short(value: date | datetime | None) -> str:
    """20 Jan 2020, for tables."""
    return date_format(_day(value), "j M Y") if value else ""


@register.filter
def time_short(value: datetime | None) -> str:
    """14:32, in London."""
    return date_format(localtime(value), "H:i") if value else ""


@register.filter
def plural(number: Any, words: str) -> str:
    """The number with its noun: 1|plural:"cell,cells" → 1 cell; 1482 → 1,482 cells."""
    one, many = words.split(",")
    return f"{count(number)} {one if number == 1 else many}"


@register.simple_tag
def heat_cells(codes: Sequence[str], gaps: Sequence[int] = ()) -> SafeString:
    """The marks of one row of a heat table, one short cell each (`edi_portal.ui.heat`)."""
    return mark_safe(heat.cells(codes, frozenset(gaps)))  # noqa: S308 - built from a fixed table of words
