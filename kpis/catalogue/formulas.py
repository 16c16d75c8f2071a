"""The kinds of formula a KPI may have, one dataclass each, with the parts they read. The arithmetic is in `kpis.indicators`.

In every comparison `reference` is the majority group (White, non-disabled, men) and `comparison` the protected group
(BME, disabled, women). A likelihood says with `over` which of the two rates stands above the line.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, is_dataclass
from decimal import Decimal
from typing import ClassVar

from kpis.catalogue.reading import Fields
from kpis.catalogue.vocabulary import FORMULA_WINDOWS


@dataclass(frozen=True, slots=True, order=True)
class PartRef:
    """A part (or union) of a measure; written "measure:part"."""

    measure: str
    part: str

    def __str__(self) -> str:
        return f"{self.measure}:{self.part}"


@dataclass(frozen=True, slots=True)
class CountGroup:
    """A group known by two counts: how many of the base had the event. `verb` completes "n times as likely …"."""

    label: str
    events: PartRef
    base: PartRef
    verb: str = ""


@dataclass(frozen=True, slots=True)
class RateGroup:
    """A group known by a published rate (percent, possibly weighted) and the number who answered. Never turned into a count."""

    label: str
    rate: PartRef
    base: PartRef
    verb: str = ""


@dataclass(frozen=True, slots=True)
class TierGroup:
    """A group's headcount in a lower and an upper tier of bands."""

    label: str
    lower: PartRef
    upper: PartRef


@dataclass(frozen=True, slots=True)
class ValueGroup:
    """A group known by one amount, such as a mean hourly rate in pounds."""

    label: str
    value: PartRef


@dataclass(frozen=True, slots=True)
class ScoreGroup:
    """A group known by sub-scores; its score is their mean. `base` is the number who answered."""

    label: str
    parts: tuple[PartRef, ...]
    base: PartRef


@dataclass(frozen=True, slots=True)
class Band:
    """A named band of a score, from `low` up to the next band."""

    low: Decimal
    label: str


@dataclass(frozen=True, slots=True)
class Likelihood:
    """Relative likelihood: the rate of one group over the rate of the other."""

    kind: ClassVar[str] = "likelihood"
    window: str
    reference: CountGroup
    comparison: CountGroup
    over: str = "reference"

    @property
    def first(self) -> CountGroup:
        """The group above the line: the subject of "n times as likely"."""
        return self.reference if self.over == "reference" else self.comparison

    @property
    def second(self) -> CountGroup:
        """The group below the line."""
        return self.comparison if self.over == "reference" else self.reference


@dataclass(frozen=True, slots=True)
class Share:
    """Events out of a base, in percent; or a published rate."""

    kind: ClassVar[str] = "share"
    window: str
    group: CountGroup | RateGroup


@dataclass(frozen=True, slots=True)
class ShareGap:
    """Share of a part minus share of the whole, in percentage points."""

    kind: ClassVar[str] = "share_gap"
    window: str
    part: CountGroup
    whole: CountGroup


@dataclass(frozen=True, slots=True)
class PairGap:
    """Share of the comparison group minus share of the reference group, in percentage points."""

    kind: ClassVar[str] = "pair_gap"
    window: str
    reference: CountGroup | RateGroup
    comparison: CountGroup | RateGroup


@dataclass(frozen=True, slots=True)
class Disparity:
    """Race disparity ratio: the reference group's upper over lower tier, over the same of the comparison group."""

    kind: ClassVar[str] = "disparity"
    window: str
    reference: TierGroup
    comparison: TierGroup


@dataclass(frozen=True, slots=True)
class PayGap:
    """The reference group's pay minus the comparison group's, in percent of the reference group's."""

    kind: ClassVar[str] = "pay_gap"
    window: str
    reference: ValueGroup
    comparison: ValueGroup


@dataclass(frozen=True, slots=True)
class Score:
    """A sum of scores out of a maximum. With `services`, the middle of the services' totals is added to `parts`."""

    kind: ClassVar[str] = "score"
    window: str
    maximum: Decimal
    parts: tuple[PartRef, ...] = ()
    services: tuple[tuple[PartRef, ...], ...] = ()
    bands: tuple[Band, ...] = ()


@dataclass(frozen=True, slots=True)
class ScoreGap:
    """Mean score of the comparison group minus that of the reference group, in points of the scale."""

    kind: ClassVar[str] = "score_gap"
    window: str
    reference: ScoreGroup
    comparison: ScoreGroup


@dataclass(frozen=True, slots=True)
class Count:
    """One number as it stands."""

    kind: ClassVar[str] = "count"
    window: str
    part: PartRef


@dataclass(frozen=True, slots=True)
class Sum:
    """Several numbers added up, out of a maximum where there is one."""

    kind: ClassVar[str] = "sum"
    window: str
    parts: tuple[PartRef, ...]
    maximum: Decimal | None = None


@dataclass(frozen=True, slots=True)
class YesNo:
    """A yes (1) or a no (0)."""

    kind: ClassVar[str] = "yes_no"
    window: str
    part: PartRef


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of a list, stored as its position in `options`, from 1. `good` are the options that count as met."""

    kind: ClassVar[str] = "choice"
    window: str
    part: PartRef
    options: tuple[str, ...]
    good: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rate:
    """Events per 1,000 (or per another number) of a base."""

    kind: ClassVar[str] = "rate"
    window: str
    events: PartRef
    base: PartRef
    per: Decimal = Decimal(1000)


Formula = Likelihood | Share | ShareGap | PairGap | Disparity | PayGap | Score | ScoreGap | Count | Sum | YesNo | Choice | Rate

UNITS_OF_KIND: dict[str, tuple[str, ...]] = {
    "likelihood": ("ratio",),
    "share": ("percent",),
    "share_gap": ("points",),
    "pair_gap": ("points",),
    "disparity": ("ratio",),
    "pay_gap": ("percent",),
    "score": ("score",),
    "score_gap": ("points",),
    "count": ("count", "pounds", "hours", "wte", "score"),
    "sum": ("count", "pounds", "hours", "wte"),
    "yes_no": ("yes_no",),
    "choice": ("choice",),
    "rate": ("per_thousand", "hours", "pounds"),
}
"""The units a figure of each kind may have."""


def inputs_of(formula: Formula) -> tuple[PartRef, ...]:
    """Every part that a formula reads, each once, in the order of writing."""
    found: list[PartRef] = []
    _collect(formula, found)
    return tuple(dict.fromkeys(found))


def _collect(value: object, found: list[PartRef]) -> None:
    if isinstance(value, PartRef):
        found.append(value)
    elif isinstance(value, tuple):
        for item in value:
            _collect(item, found)
    elif is_dataclass(value):
        for field in fields(value):
            _collect(getattr(value, field.name), found)


def formula_from_fields(table: Fields) -> Formula:
    """Read a formula. Takes only the fields of its kind and leaves the others to the caller, which finishes the table."""
    kind = table.text("kind", _READERS)
    return _READERS[kind](table, table.text("window", FORMULA_WINDOWS, default="quarter"))


def formula_to_dict(formula: Formula) -> dict[str, object]:
    """The formula as plain values; `formula_from_fields` reads it back."""
    content: dict[str, object] = {"kind": formula.kind}
    if isinstance(formula, Share):
        inline = _plain_table(formula.group)
        inline["group"] = inline.pop("label")
        return content | {"window": formula.window} | inline
    return content | _plain_table(formula)


def _plain_table(value: object) -> dict[str, object]:
    if not is_dataclass(value):
        raise TypeError(f"{value!r} is no table of a formula")
    written = ((field.name, getattr(value, field.name)) for field in fields(value))
    return {name: _plain(item) for name, item in written if item not in (None, "", ())}


def _plain(value: object) -> object:
    if isinstance(value, PartRef | Decimal):
        return str(value)
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return _plain_table(value) if is_dataclass(value) else value


def _ref_of(table: Fields, name: str, text: str) -> PartRef:
    measure, colon, part = text.partition(":")
    if not (measure and colon and part):
        raise table.fail(name, f"“{text}” is not a part; write measure:part.")
    return PartRef(measure, part)


def _ref(table: Fields, name: str) -> PartRef:
    return _ref_of(table, name, table.text(name))


def _refs(table: Fields, name: str, required: bool = True) -> tuple[PartRef, ...]:
    return tuple(_ref_of(table, name, text) for text in table.texts(name, required=required))


def _group_here(table: Fields, label: str) -> CountGroup | RateGroup:
    name, verb = table.text(label), table.optional_text("verb") or ""
    if table.has("rate"):
        return RateGroup(name, _ref(table, "rate"), _ref(table, "base"), verb)
    return CountGroup(name, _ref(table, "events"), _ref(table, "base"), verb)


def _count_group(table: Fields, name: str) -> CountGroup:
    group = _group(table, name)
    if isinstance(group, RateGroup):
        raise table.fail(name, "this kind needs two counts; write events and base, not a rate.")
    return group


def _group(table: Fields, name: str) -> CountGroup | RateGroup:
    inner = table.table(name)
    group = _group_here(inner, "label")
    inner.finish()
    return group


def _likelihood(table: Fields, window: str) -> Likelihood:
    over = table.text("over", ("reference", "comparison"), default="reference")
    return Likelihood(window, _count_group(table, "reference"), _count_group(table, "comparison"), over)


def _share(table: Fields, window: str) -> Share:
    return Share(window, _group_here(table, "group"))


def _share_gap(table: Fields, window: str) -> ShareGap:
    return ShareGap(window, _count_group(table, "part"), _count_group(table, "whole"))


def _pair_gap(table: Fields, window: str) -> PairGap:
    return PairGap(window, _group(table, "reference"), _group(table, "comparison"))


def _disparity(table: Fields, window: str) -> Disparity:
    def tiers(name: str) -> TierGroup:
        inner = table.table(name)
        group = TierGroup(inner.text("label"), _ref(inner, "lower"), _ref(inner, "upper"))
        inner.finish()
        return group

    return Disparity(window, tiers("reference"), tiers("comparison"))


def _pay_gap(table: Fields, window: str) -> PayGap:
    def value(name: str) -> ValueGroup:
        inner = table.table(name)
        group = ValueGroup(inner.text("label"), _ref(inner, "value"))
        inner.finish()
        return group

    return PayGap(window, value("reference"), value("comparison"))


def _score_gap(table: Fields, window: str) -> ScoreGap:
    def scores(name: str) -> ScoreGroup:
        inner = table.table(name)
        group = ScoreGroup(inner.text("label"), _refs(inner, "parts"), _ref(inner, "base"))
        inner.finish()
        return group

    return ScoreGap(window, scores("reference"), scores("comparison"))


def _score(table: Fields, window: str) -> Score:
    maximum = table.number("maximum")
    if maximum is None or maximum <= 0:
        raise table.fail("maximum", "write the highest possible total.")
    services: list[tuple[PartRef, ...]] = []
    for service in table.listing("services", required=False):
        if not isinstance(service, list | tuple) or not service:
            raise table.fail("services", "write one list of parts for each service.")
        services.append(tuple(_ref_of(table, "services", str(text)) for text in service))
    parts = _refs(table, "parts", required=not services)
    bands = []
    for band in table.tables("bands"):
        low = band.number("low")
        if low is None:
            raise band.fail("low", "write the lowest total of this band.")
        bands.append(Band(low, band.text("label")))
        band.finish()
    if [band.low for band in bands] != sorted({band.low for band in bands}):
        raise table.fail("bands", "write the bands from the lowest to the highest, each with its own low.")
    return Score(window, maximum, parts, tuple(services), tuple(bands))


def _count(table: Fields, window: str) -> Count:
    return Count(window, _ref(table, "part"))


def _sum(table: Fields, window: str) -> Sum:
    return Sum(window, _refs(table, "parts"), table.number("maximum"))


def _yes_no(table: Fields, window: str) -> YesNo:
    return YesNo(window, _ref(table, "part"))


def _choice(table: Fields, window: str) -> Choice:
    options = table.texts("options")
    return Choice(window, _ref(table, "part"), options, table.texts("good", options))


def _rate(table: Fields, window: str) -> Rate:
    per = table.number("per")
    if per is not None and per <= 0:
        raise table.fail("per", "write a number above 0.")
    return Rate(window, _ref(table, "events"), _ref(table, "base"), Decimal(1000) if per is None else per)


_READERS: dict[str, Callable[[Fields, str], Formula]] = {
    "likelihood": _likelihood,
    "share": _share,
    "share_gap": _share_gap,
    "pair_gap": _pair_gap,
    "disparity": _disparity,
    "pay_gap": _pay_gap,
    "score": _score,
    "score_gap": _score_gap,
    "count": _count,
    "sum": _sum,
    "yes_no": _yes_no,
    "choice": _choice,
    "rate": _rate,
}
