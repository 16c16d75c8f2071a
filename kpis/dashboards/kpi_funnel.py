"""The funnel of a KPI's page: is a difference more than chance? Limits and over-dispersion from `edi_portal.stats`."""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal

from edi_portal.charts import Chart, FunnelEntry, FunnelLimits, Reference, funnel
from edi_portal.stats.estimate import NotCalculable
from edi_portal.stats.funnel import Dispersion, arcsine_limits_at, dispersion, limits_at
from edi_portal.stats.funnel_ratios import overdispersed_ratio_limits_at, ratio_dispersion
from kpis.catalogue.formulas import CountGroup, Likelihood, Share
from kpis.dashboards.changes import LIMIT
from kpis.dashboards.figure_words import value_text
from kpis.dashboards.kpi_charts import KpiFigures, axis_of, entry_of, frame_of
from kpis.selectors.releases import Reading

FEWEST_IN_FUNNEL = 5
FUNNEL_POINTS = 40


def funnel_of(figures: KpiFigures) -> Chart | None:
    """Is that more than chance? For shares and ratios of counted people, with limits around the pooled figure; else None."""
    pooled = figures.pooled
    if pooled is None or pooled.value is None or pooled.value <= 0 or not figures.can_be_drawn:
        return None
    formula = figures.definition.formula
    shares = isinstance(formula, Share) and isinstance(formula.group, CountGroup)
    if not shares and not isinstance(formula, Likelihood):
        return None
    sized = [(member, _size(figures.own[member.pk], ratio=not shares)) for member in figures.members if member.pk in figures.own]
    sizes = [size for _member, size in sized if size]
    if len(sizes) < FEWEST_IN_FUNNEL:
        return None
    middle = float(pooled.value)
    readings = list(figures.own.values())
    scatter = dispersion_of_ratios(middle, readings) if not shares else dispersion_of_shares(readings)
    entries = [
        FunnelEntry(entry_of(figures, member), size)
        for member, size in sized
        if figures.own[member.pk].verdict != "not_applicable"
    ]
    return funnel(
        frame_of(
            figures,
            "chance",
            "Is that more than chance?",
            "Marks outside the dashed lines differ from the pooled figure. "
            "A square inside them shares the gap of the whole system.",
        ),
        axis_of(figures.definition),
        entries,
        _limits(middle, sizes, scatter, ratio=not shares),
        pooled=Reference("pooled", pooled.value, f"pooled {value_text(figures.definition, pooled)}"),
        size_title="People or cases behind the figure" if shares else "Cases behind the figure (effective number)",
        dispersion=dispersion_words(scatter),
        reading="comparison",
    )


def dispersion_of_shares(readings: Sequence[Reading]) -> Dispersion | None:
    """Spiegelhalter's over-dispersion of released shares; None for too few."""
    units = [
        (min(float(reading.value) / 100, 1.0) * float(reading.denominator), float(reading.denominator))
        for reading in readings
        if reading.value is not None and reading.denominator
    ]
    return _enough(len(units), dispersion(units)) if units else None


def dispersion_of_ratios(pooled: float, readings: Sequence[Reading]) -> Dispersion | None:
    """The same of released ratios around the pooled one, on the log scale, by the cases that each one's interval is worth."""
    sized = [(reading, _size(reading, ratio=True)) for reading in readings]
    units = [
        (float(reading.value) / pooled * size, float(size))
        for reading, size in sized
        if size and reading.value is not None and reading.value > 0
    ]
    return _enough(len(units), ratio_dispersion(units)) if units else None


def _enough(units: int, found: Dispersion | NotCalculable) -> Dispersion | None:
    return None if units < FEWEST_IN_FUNNEL or isinstance(found, NotCalculable) else found


def dispersion_words(scatter: Dispersion | None) -> str:
    """How much more the figures scatter than chance alone would make them, and what that did to the lines."""
    if scatter is None:
        return ""
    if not scatter.is_over:
        return f"The figures scatter no more than chance alone would make them (over-dispersion {scatter.phi:.1f})."
    return (
        f"The figures scatter more than chance alone would make them (over-dispersion {scatter.phi:.1f}). "
        "The lines are wider for that: a mark outside them stands out even among organisations that differ."
    )


def _size(reading: Reading, *, ratio: bool) -> int | None:
    """The amount of data: the base of a share; for a ratio the number of cases that its interval is worth."""
    if reading.value is None:
        return None
    if not ratio:
        return int(reading.denominator) if reading.denominator else None
    error = _log_error(reading)
    return max(round(1 / error**2), 1) if error else None


def _log_error(reading: Reading) -> float | None:
    if reading.low is None or reading.high is None or reading.low <= 0 or reading.high <= reading.low:
        return None
    return (math.log(reading.high) - math.log(reading.low)) / (2 * LIMIT)


def _limits(pooled: float, sizes: Sequence[int], scatter: Dispersion | None, *, ratio: bool) -> list[FunnelLimits]:
    """Control limits at sizes from the smallest to the largest, closer together where the funnel is wide."""
    first, last = max(min(sizes) * 0.8, 1.0), max(sizes) * 1.05
    steps = [first * (last / first) ** (step / (FUNNEL_POINTS - 1)) for step in range(FUNNEL_POINTS)]
    widening = scatter.widening if scatter is not None else 0.0
    found = []
    for size in sorted({max(round(step), 1) for step in steps}):
        ends = _ratio_ends(pooled, size, widening) if ratio else _share_ends(pooled, size, widening)
        found.append(FunnelLimits(size, *(Decimal(repr(round(end, 6))) for end in ends)))
    return found


def _ratio_ends(pooled: float, size: int, widening: float) -> tuple[float, float, float, float]:
    limits = overdispersed_ratio_limits_at(size, widening)
    return pooled * limits.low95, pooled * limits.high95, pooled * limits.low998, pooled * limits.high998


def _share_ends(pooled: float, size: int, widening: float) -> tuple[float, float, float, float]:
    share = min(pooled / 100, 1.0)
    limits = arcsine_limits_at(share, size, widening) if widening else limits_at(share, size)
    return limits.low95 * 100, limits.high95 * 100, limits.low998 * 100, limits.high998 * 100
