"""What became of each headline figure over time: one verdict, frozen with the release, from protected released figures alone.

Quarters that stand on their own, collected four times a year, are read by `stats.run_chart.read_series`. Every other figure
(rolling years overlap; yearly figures are too few for a chart) is read from two windows that do not overlap.
A change of definition and a rebase start a series anew. A merger does so for the organisations in it; figures of the whole
system carry on through it, because the same people are counted before and after, and the chart only marks it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal, NamedTuple, cast

from edi_portal.periods import Quarter, last_quarters
from edi_portal.stats.run_chart import POINTS_FOR_LIMITS, Break, RunChart, SeriesReading, read_series
from edi_portal.stats.spc import Improvement, Xmr, stretches_of
from edi_portal.stats.trend import Figure, figure_change
from kpis.catalogue import KpiDefinition
from kpis.release_content.rows import FigureRow, Unit

# Five years of quarters before the release's own are read.
QUARTERS_READ = 20
WINDOW_LENGTHS = {"twelve_months": 4, "twenty_four_months": 8}
EVERY_QUARTER = (1, 2, 3, 4)
PARITY = {"closer_to_0": 0.0, "closer_to_1": 1.0}
CLAIMS = {"improvement": "better", "concern": "worse", "neutral": "changed"}

Kind = Literal["merger", "definition", "rebase"]


@dataclass(frozen=True, slots=True, order=True)
class SeriesBreak:
    """A break before the quarter `before`. `kpi` is a code, or empty for all; `by` is the role that decided a rebase."""

    before: Quarter
    kind: Kind
    unit: Unit
    text: str
    kpi: str = ""
    by: str = ""

    def as_data(self) -> list[Any]:
        """The stored form."""
        return [self.before.slug, self.kind, *self.unit, self.text, self.kpi, self.by]

    @classmethod
    def from_data(cls, data: Sequence[str]) -> SeriesBreak:
        """Read the stored form back."""
        before, kind, level, name, text, kpi, by = data
        return cls(Quarter.parse(before), cast(Kind, kind), Unit(level, name), text, kpi, by)

    @property
    def words(self) -> str:
        """As it stands beside its line in a chart."""
        return f"Rebased by {self.by}, {self.text}" if self.kind == "rebase" else self.text


class PastFigure(NamedTuple):
    """A figure of an earlier release, with the version of the definition that it was made by."""

    value: Decimal
    low: Decimal | None
    high: Decimal | None
    version_id: int


SeriesKey = tuple[int, Unit, str]


@dataclass(frozen=True, slots=True)
class Past:
    """Earlier released headline figures by (KPI, unit, statistic), the breaks, and definitions no longer in force."""

    figures: Mapping[SeriesKey, Mapping[Quarter, PastFigure]] = field(default_factory=dict, hash=False)
    breaks: tuple[SeriesBreak, ...] = ()
    definitions: Mapping[int, KpiDefinition] = field(default_factory=dict, hash=False)


NO_PAST = Past()

# One encoder for all rows: `json.dumps` with options makes a new one each time.
_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Series:
    """The quarters from the first figure of a row to its own; the figure of each earlier one, None where there is none."""

    quarters: tuple[Quarter, ...]
    earlier: tuple[PastFigure | None, ...]
    own: PastFigure

    @classmethod
    def of(cls, own: PastFigure, quarter: Quarter, earlier: Mapping[Quarter, PastFigure]) -> Series:
        """The series that ends with a row's own figure of `quarter`; what is not from before it does not count."""
        # Places are reckoned in whole numbers: thousands of series are laid out, and comparing quarters costs more.
        ages = [(quarter.year - at.year) * 4 + quarter.number - at.number for at in earlier]
        longest = max([0, *ages])
        points: list[PastFigure | None] = [None] * longest
        for age, one in zip(ages, earlier.values(), strict=True):
            if age > 0:
                points[longest - age] = one
        return cls(last_quarters(quarter, longest + 1), tuple(points), own)

    def before(self, age: int) -> PastFigure | None:
        """The figure of so many quarters before the last."""
        return self.earlier[-age] if age <= len(self.earlier) else None

    @property
    def points(self) -> tuple[PastFigure | None, ...]:
        """The figure of each quarter."""
        return (*self.earlier, self.own)

    @property
    def known(self) -> list[tuple[Quarter, PastFigure]]:
        """The quarters that have a figure, with it, oldest first."""
        return [(at, one) for at, one in zip(self.quarters, self.points, strict=True) if one is not None]

    @property
    def values(self) -> list[float | None]:
        """The value of each quarter."""
        return [None if one is None else float(one.value) for one in self.points]


def with_time(row: FigureRow, definition: KpiDefinition, quarter: Quarter, past: Past) -> FigureRow:
    """The row with its verdict over time; components and figures without a number have none."""
    if row.component or row.value is None or definition.unit in {"yes_no", "choice"}:
        return row
    own = PastFigure(row.value, row.low, row.high, row.version_id)
    series = Series.of(own, quarter, past.figures.get((row.kpi_id, row.unit, row.statistic), {}))
    breaks = breaks_of(row, definition, series, past)
    if stands_alone(definition):
        return _by_chart(row, definition, series, breaks)
    return _by_windows(row, definition, quarter, series, breaks)


def stands_alone(definition: KpiDefinition) -> bool:
    """Whether each quarter is counted on its own, four times a year: then a chart of quarters may be drawn."""
    return definition.formula.window == "quarter" and definition.collected_in == EVERY_QUARTER


def breaks_of(row: FigureRow, definition: KpiDefinition, series: Series, past: Past) -> tuple[SeriesBreak, ...]:
    """Every break inside the series of this row, changes of its definition included, oldest first."""
    marks = [one for one in past.breaks if one.unit == row.unit and one.kpi in {"", row.code}]
    marks.extend(_changes_of_definition(row, definition, series, past.definitions))
    if not marks:
        return ()
    first, last = series.quarters[0], series.quarters[-1]
    return tuple(sorted({one for one in marks if first < one.before <= last}))


def _changes_of_definition(
    row: FigureRow, definition: KpiDefinition, series: Series, definitions: Mapping[int, KpiDefinition]
) -> Iterable[SeriesBreak]:
    """Where the way of counting changed: another formula or unit, not another word."""
    if {one.version_id for one in series.points if one is not None} == {row.version_id}:
        return
    before: KpiDefinition | None = None
    for at, one in series.known:
        now = definition if one.version_id == row.version_id else definitions.get(one.version_id, definition)
        if before is not None and (before.formula, before.unit) != (now.formula, now.unit):
            yield SeriesBreak(at, "definition", row.unit, f"{at.label}: the definition changed", row.code)
        before = now


def _starts_anew(mark: SeriesBreak) -> bool:
    """A merger inside the system is only drawn there: the same people are counted before and after."""
    return mark.kind != "merger" or mark.unit.level == "organisation"


def _by_chart(row: FigureRow, definition: KpiDefinition, series: Series, breaks: Sequence[SeriesBreak]) -> FigureRow:
    quarters, values = series.quarters, series.values
    starts = [mark for mark in breaks if _starts_anew(mark)]
    current = values[max((quarters.index(mark.before) for mark in starts), default=0) :]
    improvement = _improvement(definition.direction, [value for value in current if value is not None])
    reading = read_series(
        values,
        improvement=improvement,
        target=_target(definition),
        breaks=[Break(quarters.index(mark.before), mark.kind, mark.text, mark.by) for mark in starts],
    )
    verdict, detail = _reading_in_brief(reading, quarters, values, definition, improvement)
    detail["breaks"] = [[mark.before.slug, mark.kind, mark.words] for mark in breaks]
    detail["stretches"] = _stretches(reading, quarters, values, starts)
    was = series.before(4)
    if was is not None and not any(mark.before > quarters[-5] for mark in starts):
        detail |= {"before": format(was.value, "f"), "earlier": quarters[-5].slug}
    return row._replace(
        over_time=verdict,
        variation=reading.variation or "",
        assurance=reading.assurance or "",
        time_points=reading.known,
        time_detail=_text(detail),
    )


def _improvement(direction: str, current: Sequence[float]) -> Improvement:
    """Which way is better: for a figure that should be close to parity, towards parity from where its mean lies."""
    if direction in PARITY:
        mean = sum(current) / len(current)
        return "neutral" if mean == PARITY[direction] else "decrease" if mean > PARITY[direction] else "increase"
    return {"higher": "increase", "lower": "decrease"}.get(direction, "neutral")  # type: ignore[return-value]


def _target(definition: KpiDefinition) -> float | None:
    target = definition.target
    if target.kind not in {"at_least", "at_most"}:
        return None
    aim = target.low if target.low is not None else target.high
    return None if aim is None else float(aim)


def _reading_in_brief(
    reading: SeriesReading,
    quarters: Sequence[Quarter],
    values: Sequence[float | None],
    definition: KpiDefinition,
    improvement: Improvement,
) -> tuple[str, dict[str, Any]]:
    """The verdict, with the length and side of the run that it rests on, and the special points to draw."""
    detail: dict[str, Any] = {"basis": "run" if isinstance(reading.chart, RunChart) else ""}
    if reading.variation is None:
        return "too_few", detail
    verdict = CLAIMS.get(reading.variation.split("_")[0], "no_difference")
    if verdict == "better" and _beyond_parity(definition.direction, values):
        verdict = "changed"
    high = reading.variation.endswith("_high")
    if isinstance(reading.chart, Xmr):
        detail["basis"] = "limits"
        points = reading.chart.points
        start = reading.chart.stretches[-1].start
        special = {
            quarters[place].slug: CLAIMS[point.variation.split("_")[0]]
            for place, point in enumerate(points)
            if point is not None and point.special != "common_cause" and point.variation.split("_")[0] in CLAIMS
        }
        detail["special"] = special
        detail["all_inside"] = not any(quarters[place].slug in special for place in range(start, len(points)))
        run = _tail(points[start:], reading.variation)
        if verdict != "no_difference":
            last = next(point for point in reversed(points) if point is not None)
            detail["rule"] = last.special
            detail |= {"since": quarters[len(points) - run].slug, "run": sum(one is not None for one in points[-run:])}
    elif isinstance(reading.chart, RunChart):
        detail["rule"] = reading.chart.rule
        detail["median"] = format(reading.chart.median, ".6f")
    if verdict != "no_difference":
        detail["side"] = "above" if high else "below"
    return verdict, detail


def _beyond_parity(direction: str, values: Sequence[float | None]) -> bool:
    """Whether the newest value has passed parity and lies on its other side: no claim of better rests on that."""
    parity = PARITY.get(direction)
    known = [value for value in values if value is not None]
    return parity is not None and (known[-1] - parity) * (sum(known) / len(known) - parity) < 0


def _tail(points: Sequence[Any], variation: str) -> int:
    """How many of the last places belong to the run that the newest point ends; gaps do not count as its end."""
    length = 0
    for place, point in enumerate(reversed(points), start=1):
        if point is None:
            continue
        if point.variation != variation:
            break
        length = place
    return length


def _stretches(
    reading: SeriesReading, quarters: Sequence[Quarter], values: Sequence[float | None], starts: Sequence[SeriesBreak]
) -> list[list[Any]]:
    """First and last quarter, mean and limits of each stretch of 12 points or more, and whether it is the current one."""
    if len(values) < POINTS_FOR_LIMITS:
        return []
    drawn = reading.chart.stretches if isinstance(reading.chart, Xmr) else None
    found: list[list[Any]] = []
    for stretch in drawn or stretches_of(values, [quarters.index(mark.before) for mark in starts]):
        if stretch.known < POINTS_FOR_LIMITS or stretch.mean is None or stretch.low is None or stretch.high is None:
            continue
        numbers = [format(number, ".6f") for number in (stretch.mean, stretch.low, stretch.high)]
        found.append([quarters[stretch.start].slug, quarters[stretch.stop - 1].slug, *numbers, stretch.stop == len(values)])
    return found


def _by_windows(
    row: FigureRow,
    definition: KpiDefinition,
    quarter: Quarter,
    series: Series,
    breaks: Sequence[SeriesBreak],
) -> FigureRow:
    """This window against the newest one before it that it does not overlap, unless a break lies in either."""
    length = WINDOW_LENGTHS.get(definition.formula.window, 1)
    apart = max(4, length)
    was = series.before(apart)
    detail: dict[str, Any] = {"basis": "windows", "breaks": [[mark.before.slug, mark.kind, mark.words] for mark in breaks]}
    first = quarter.previous(apart + length - 1)
    broken = any(_starts_anew(mark) and mark.before > first for mark in breaks)
    found, known = None, len(series.known)
    if was is not None and not broken:
        then, now = _figure(was), _figure(series.own)
        found = figure_change(now, then, direction=definition.direction, ratio=definition.unit == "ratio")
    if was is not None and found is not None:
        detail |= {"before": format(was.value, "f"), "earlier": quarter.previous(apart).slug, "size": format(found.size, ".3f")}
        return row._replace(over_time=found.verdict, time_points=known, time_detail=_text(detail))
    return row._replace(over_time="too_few", time_points=known, time_detail=_text(detail))


def _figure(one: PastFigure) -> Figure:
    return float(one.value), None if one.low is None else float(one.low), None if one.high is None else float(one.high)


def _text(detail: Mapping[str, Any]) -> str:
    return _ENCODER.encode(detail)
