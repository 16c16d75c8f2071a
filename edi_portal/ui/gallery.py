"""What the gallery page shows: each component in each of its states, a form with every kind of field, and a chart.

Examples made of plain words and numbers stand in `gallery.toml`; those that need a Python object are here.
"""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from django import forms
from django.contrib.messages import SUCCESS
from django.contrib.messages.storage.base import Message
from django.core.paginator import Paginator

from edi_portal.charts import Axis, Chart, Entry, Frame, Tile, caterpillar, tile_map
from edi_portal.charts.sparklines import sparkline
from edi_portal.ui.forms import DayField, HintedLabel, PortalForm
from edi_portal.ui.heat import HeatColumn, HeatRow, HeatSection, HeatTable, MarkBar

EXAMPLES = Path(__file__).with_name("gallery.toml")
# Drawn by `{% chart %}`, which the gallery shows as well.
CHART_PARTS = frozenset({"chart", "chart_table", "tile_map"})


@dataclass(frozen=True, slots=True)
class Example:
    """One state of a component: its words for the gallery, and its parameters."""

    component: str
    state: str
    parameters: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Family:
    """Examples of components that belong together."""

    heading: str
    examples: tuple[Example, ...]


@cache
def families() -> tuple[Family, ...]:
    """All examples; raises TypeError for one that is written wrongly."""
    with EXAMPLES.open("rb") as source:
        written = tomllib.load(source)["families"]
    read = tuple(Family(family["heading"], tuple(Example(**example) for example in family["examples"])) for family in written)
    return (*read, Family("Made of more than words", tuple(_built())))


def _built() -> Iterator[Example]:
    yield Example("heat_table", "every mark", {"table": heat_example()})
    yield Example("mark_bar", "readings of one KPI", {"bar": MarkBar(better=6, unchanged=9, worse=8, to_act_on=8, no_reading=7)})
    yield Example("pagination", "second of three", {"page": Paginator(range(130), 50).page(2), "address": "?page="})
    yield Example("messages", "after a step", {"messages": [Message(SUCCESS, "Your return was sent to your sponsor.")]})
    values = [Decimal(value) for value in ("1.2", "1.3", "1.25", "1.4", "1.35", "1.5", "1.45", "1.6")]
    yield Example("sparkline", "eight quarters", {"line": sparkline(values)})


def heat_example() -> HeatTable:
    """A heat table of two rows in which every mark occurs."""
    names = (
        "Aintree",
        "Countess of Chester",
        "East Cheshire",
        "Mid Cheshire",
        "Alder Hey",
        "Walton Centre",
        "Halton CCG",
        "Knowsley CCG",
    )
    columns = tuple(
        HeatColumn(name.lower().replace(" ", "-"), name, "#main", place in (4, 6)) for place, name in enumerate(names)
    )
    codes = ("act", "worse", "no_difference", "better", "watch", "too_few", "not_returned", "withheld")
    first = HeatRow("WRES-2", "Shortlisting, White vs BME", "#main", ("1.26", "1"), codes)
    second = HeatRow("BRD-1", "Board EDI development", "#main", ("57%", "–"), (*codes[2:], "not_applicable", "not_available"))
    return HeatTable(
        caption="Readings of 2 KPIs by organisation, July to September 2019",
        corner="KPI, by workstream",
        sums=("C&M pooled", "To act on"),
        columns=columns,
        sections=(HeatSection("Workforce standards", (first,)), HeatSection("Board development", (second,))),
    )


def example_charts() -> tuple[Chart, ...]:
    """A chart that is drawn by script, and one that is drawn in the page."""
    entries = (
        Entry("Royal Liverpool", "act", Decimal("1.79"), Decimal("1.45"), Decimal("2.20"), counts=("490 of 2,190",), own=True),
        Entry("Alder Hey", "no_difference", Decimal("0.96"), Decimal("0.78"), Decimal("1.18"), counts=("260 of 1,065",)),
        Entry("Halton CCG", "not_returned"),
    )
    differ = Frame(
        slug="differ",
        heading="Which organisations differ?",
        note="Relative likelihood with 95% interval, 12 months to 30 September 2019.",
        sentence="One of two trusts lies outside 0.80 to 1.25 by more than chance.",
        period="2019-20 Q2",
        synthetic=True,
    )
    where = Frame(
        slug="where", heading="Where are they?", note="Readings by place.", sentence="One reading needs action.", synthetic=True
    )
    drawn = caterpillar(differ, Axis("ratio", "Times as likely to be appointed"), entries, count_columns=("White appointed",))
    mapped = tile_map(
        where, [Tile(entry, place, name) for entry, place, name in zip(entries, _PLACES, _PLACE_NAMES, strict=True)]
    )
    return drawn, mapped


_PLACES = ("liverpool", "liverpool", "halton")
_PLACE_NAMES = ("Liverpool", "Liverpool", "Halton")


class ExampleForm(PortalForm):
    """Every kind of field."""

    name = forms.CharField(label="Name of the organisation", help_text="As it stands on letters.", max_length=20)
    email = forms.EmailField(label="Email address")
    staff = forms.IntegerField(label="Number of staff", help_text="Headcount on 31 December, bank staff left out.", min_value=0)
    pay = forms.DecimalField(label="Mean hourly pay", max_digits=8, decimal_places=2)
    due = DayField(label="Due date", first=date(2019, 10, 1), last=date(2019, 12, 31))
    kind = forms.ChoiceField(label="Kind of organisation", choices=[("", "Choose one"), ("acute", "Acute trust"), ("ccg", "CCG")])
    decision = forms.ChoiceField(
        label="Your decision",
        widget=forms.RadioSelect,
        choices=[("sign", "Sign off"), ("back", HintedLabel("Send back", "You say what should change."))],
    )
    parts = forms.MultipleChoiceField(
        label="Sections to send back",
        widget=forms.CheckboxSelectMultiple,
        choices=[("w", "Workforce"), ("p", "Patients")],
    )
    why = forms.CharField(
        label="Why did it change?", widget=forms.Textarea(attrs={"rows": 3}), help_text="Do not name anyone.", required=False
    )
    file = forms.FileField(label="Workbook", help_text="An .xlsx file, at most 5 MB.")
    password = forms.CharField(label="Password", widget=forms.PasswordInput)
    agree = forms.BooleanField(label="These figures are a fair record for my organisation")


def example_forms() -> tuple[tuple[str, ExampleForm], ...]:
    """The form empty, and the same form sent with faults in it."""
    faults = {
        "name": "A name that is far too long",
        "staff": "1.482",
        "email": "nobody",
        "due-day": "31",
        "due-month": "2",
        "due-year": "2019",
    }
    sent = {f"wrong-{name}": value for name, value in faults.items()}
    return ("Not sent yet", ExampleForm(prefix="empty")), ("Sent with faults", ExampleForm(sent, prefix="wrong"))
