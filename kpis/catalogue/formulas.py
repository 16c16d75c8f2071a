"""The kinds of formula a KPI may have, one dataclass each, with the parts they read. The arithmetic is in `kpis.indicators`,
reading in `kpis.catalogue.formula_reading`.

In every comparison `reference` is the majority group (White, non-disabled, men) and `comparison` the protected group
(BME, disabled, women). A likelihood says with `over` which of the two rates stands above the line.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, is_dataclass
from decimal import Decimal
from functools import lru_cache
from typing import ClassVar


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


@lru_cache(maxsize=4096)
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


def formula_to_dict(formula: Formula) -> dict[str, object]:
    """The formula as plain values; `kpis.catalogue.formula_reading` reads it back."""
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
