"""The rows of a release as plain values, with their canonical form for the fingerprint."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from edi_portal.disclosure.protection import Hidden, Protected, Shown


class Unit(NamedTuple):
    """Whose figure: an organisation (its slug), a type of organisation (its slug) or the whole system ("")."""

    level: str
    name: str = ""


SYSTEM = Unit("system")


class CountRow(NamedTuple):
    """One protected count of a measure's part. `source` names the quarters it covers, as "2019-20-q3"."""

    measure: str
    part: str
    source: str
    unit: Unit
    protected: Protected

    @property
    def status(self) -> str:
        """shown, hidden or withheld."""
        match self.protected:
            case Shown():
                return "shown"
            case Hidden():
                return "hidden"
        return "withheld"

    @property
    def value(self) -> int | None:
        """The rounded count, when it is shown."""
        return self.protected.value if isinstance(self.protected, Shown) else None

    def canonical(self) -> list[object]:
        """What the fingerprint covers."""
        return [self.measure, self.part, self.source, *self.unit, self.status, self.value]


class FigureRow(NamedTuple):
    """One figure of a KPI as readers will see it. Field by field as `kpis.models.releases.ReleasedFigure`."""

    kpi_id: int
    version_id: int
    code: str
    component: str
    unit: Unit
    statistic: str
    tier: str
    status: str
    verdict: str
    value: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    rounding_low: Decimal | None = None
    rounding_high: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    reference_numerator: Decimal | None = None
    reference_denominator: Decimal | None = None
    word: str = ""
    reason: str = ""
    comparator: Decimal | None = None
    comparator_kind: str = ""
    quartile: int | None = None
    rank_low: int | None = None
    rank_high: int | None = None
    ranked: int | None = None
    contributing: int | None = None
    over_time: str = ""
    variation: str = ""
    assurance: str = ""
    time_points: int | None = None
    time_detail: str = ""

    def canonical(self) -> list[object]:
        """What the fingerprint covers: content, never database keys."""
        numbers = (
            self.value,
            self.low,
            self.high,
            self.rounding_low,
            self.rounding_high,
            self.numerator,
            self.denominator,
            self.reference_numerator,
            self.reference_denominator,
            self.comparator,
        )
        return [
            self.code,
            self.component,
            *self.unit,
            self.statistic,
            self.tier,
            self.status,
            self.verdict,
            *[None if number is None else format(number, "f") for number in numbers],
            self.word,
            self.reason,
            self.comparator_kind,
            self.quartile,
            self.rank_low,
            self.rank_high,
            self.ranked,
            self.contributing,
            self.over_time,
            self.variation,
            self.assurance,
            self.time_points,
            self.time_detail,
        ]


SIX_PLACES = Decimal("0.000001")


def stored(number: Decimal | None) -> Decimal | None:
    """A number at the six decimals that are stored, so that a rebuilt release compares equal."""
    return None if number is None else number.quantize(SIX_PLACES)
