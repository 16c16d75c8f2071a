"""The tables of a package: which fields they have, what each says, and how a released figure becomes a row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

Cell = str | int | Decimal | date | datetime | bool | None


@dataclass(frozen=True, slots=True)
class Field:
    """One column: its name, type ("string", "integer", "number", "boolean", "date", "datetime") and what it says."""

    name: str
    type: str
    title: str
    description: str = ""
    required: bool = False
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """One table of a package. `key` names the columns that tell its rows apart; `refers` maps a column to (table, column)."""

    name: str
    title: str
    description: str
    fields: tuple[Field, ...]
    key: tuple[str, ...]
    refers: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def file(self) -> str:
        """Its place in the package."""
        return f"{self.name}.csv"


LEVELS: Final = ("system", "type", "organisation")
STATISTICS: Final = ("own", "pooled", "median")

FIGURES: Final = Table(
    "figures",
    "Released figures",
    "One row for each figure: of one organisation, of one kind of organisation, or of all together. Public tier only.",
    (
        Field("release", "integer", "Release", "Number of the release.", required=True),
        Field("period", "string", "Period", "Financial quarter, as 2019-20-q3: October to December 2019.", required=True),
        Field("kpi", "string", "KPI", "Code of the KPI.", required=True),
        Field("kpi_version", "integer", "Version", "Version of the KPI's definition.", required=True),
        Field("component", "string", "Part", "Part of the KPI; empty for the headline."),
        Field("level", "string", "Level", "Whose figure it is.", required=True, words=LEVELS),
        Field("organisation", "string", "Organisation", "For a figure of one organisation."),
        Field("peer_group", "string", "Kind", "For a figure of one kind of organisation."),
        Field("statistic", "string", "Statistic", "pooled: all counts added up.", required=True, words=STATISTICS),
        Field("status", "string", "Status", "shown, withheld, not_returned, not_available and so on.", required=True),
        Field("value", "number", "Value", "Empty where there is none: never read it as 0."),
        Field("unit", "string", "Unit", "percent, points (of percentages), ratio, pounds and so on.", required=True),
        Field("low", "number", "95% interval, low"),
        Field("high", "number", "95% interval, high"),
        Field("numerator", "number", "Numerator", "Counts of people are rounded to 5."),
        Field("denominator", "number", "Denominator", "Counts of people are rounded to 5."),
        Field("reference_numerator", "number", "Reference numerator", "Of the group it is compared with."),
        Field("reference_denominator", "number", "Reference denominator", "Of the group it is compared with."),
        Field("word", "string", "Word", "similar, higher or lower, where too few people stand behind it for a value."),
        Field("reason", "string", "Reason", "Why there is no value."),
        Field("verdict", "string", "Verdict", "Against others or the target, as it was stored with the figure."),
        Field("over_time", "string", "Over time", "The stored verdict over time."),
        Field("contributing", "integer", "Organisations", "How many stand behind a pooled figure or a median."),
    ),
    ("release", "kpi", "component", "level", "organisation", "peer_group", "statistic"),
    {"kpi": ("kpis", "code")},
)

KPIS: Final = Table(
    "kpis",
    "KPIs",
    "What each KPI means, in the version that was in force.",
    (
        Field("code", "string", "Code", required=True),
        Field("version", "integer", "Version", required=True),
        Field("name", "string", "Name", required=True),
        Field("question", "string", "Question", required=True),
        Field("workstream", "string", "Workstream", required=True),
        Field("unit", "string", "Unit", required=True),
        Field("direction", "string", "Direction", "Which way is good."),
        Field("numerator", "string", "Numerator"),
        Field("denominator", "string", "Denominator"),
        Field("groups", "string", "Groups"),
        Field("target", "string", "Target"),
        Field("how_to_read", "string", "How to read it"),
        Field("standard", "string", "Standard"),
        Field("source", "string", "Source of the definition"),
        Field("address", "string", "Page of the KPI", required=True),
    ),
    ("code",),
)

ORGANISATIONS: Final = Table(
    "organisations",
    "Organisations",
    "Who was due in the release, under the name of that time.",
    (
        Field("organisation", "string", "Organisation", "Its part of every address.", required=True),
        Field("name", "string", "Name", required=True),
        Field("kind", "string", "Kind", required=True),
        Field("peer_group", "string", "Peers it is compared with"),
        Field("returned", "boolean", "Returned", "Whether its signed return is inside.", required=True),
    ),
    ("organisation",),
)
TABLES: Final = (FIGURES, KPIS, ORGANISATIONS)


@dataclass(frozen=True, slots=True)
class Figure:
    """One released figure of the public tier, its names resolved. Numbers are as stored; None where there is none."""

    kpi: str
    kpi_version: int
    component: str
    level: str
    organisation: str
    peer_group: str
    statistic: str
    status: str
    value: Decimal | None
    unit: str
    low: Decimal | None
    high: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None
    reference_numerator: Decimal | None
    reference_denominator: Decimal | None
    word: str
    reason: str
    verdict: str
    over_time: str
    contributing: int | None


@dataclass(frozen=True, slots=True)
class Definition:
    """A KPI as a reader of the data needs it; `components` maps the key of each part to its label."""

    code: str
    slug: str
    version: int
    name: str
    question: str
    workstream: str
    unit: str
    direction: str
    numerator: str
    denominator: str
    groups: str
    target: str
    how_to_read: str
    standard: str
    source: str
    is_share: bool
    components: Mapping[str, str]
    reviewed_on: date


@dataclass(frozen=True, slots=True)
class Due:
    """An organisation that was due in the release."""

    slug: str
    name: str
    kind: str
    peer_group: str
    returned: bool


@dataclass(frozen=True, slots=True)
class OpenRelease:
    """A published release within the public tier. `home` is the portal's address, without a slash at the end."""

    number: int
    period: str
    label: str
    first_day: date
    last_day: date
    revision: int
    current: bool
    published_at: datetime
    fingerprint: str
    synthetic: bool
    publisher: str
    home: str
    figures: tuple[Figure, ...]
    kpis: tuple[Definition, ...]
    organisations: tuple[Due, ...]

    @property
    def base(self) -> str:
        """The address under which all its files stand."""
        return f"{self.home}/open-data/releases/{self.number}"

    @property
    def title(self) -> str:
        """What it is called."""
        kind = "Synthetic demonstration data: " if self.synthetic else ""
        return f"{kind}Equality metrics of {self.publisher}, release {self.number} ({self.label})"

    def rows(self, table: Table) -> list[list[Cell]]:
        """The rows of a table, in the order of its fields."""
        return [[row[column.name] for column in table.fields] for row in self._rows(table)]

    def _rows(self, table: Table) -> Sequence[Mapping[str, Any]]:
        if table is FIGURES:
            about = {"release": self.number, "period": self.period}
            return [about | {name: getattr(one, name) for name in Figure.__slots__} for one in self.figures]
        if table is KPIS:
            return [_kpi_row(one, self.home) for one in self.kpis]
        return [
            {"organisation": one.slug, "name": one.name, "kind": one.kind, "peer_group": one.peer_group, "returned": one.returned}
            for one in self.organisations
        ]


def _kpi_row(one: Definition, home: str) -> dict[str, Any]:
    texts = {name: getattr(one, name) for name in Definition.__slots__}
    return texts | {"address": f"{home}/compendium/{one.slug}/"}
