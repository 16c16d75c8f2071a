"""A merged organisation over time as it is now: earlier quarters joined from the released figures of what it is made of.

Every joined figure is a union of counts that were released and that the reader may see; where one of them was not shown there
is no joined figure. No verdict is read into it: the stored verdict is of the series as it was.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from edi_portal.periods import Quarter
from edi_portal.stats.estimate import Estimate, NotCalculable
from edi_portal.stats.likelihood import relative_likelihood
from edi_portal.stats.proportions import wilson
from kpis.catalogue import KpiDefinition
from kpis.catalogue.formulas import CountGroup, Likelihood, Share
from kpis.selectors.releases import Reading
from kpis.selectors.series import Joined

WINDOW_LENGTHS = {"twelve_months": 4, "twenty_four_months": 8}
# What is said of a joined quarter: the first of these that holds for one of its parts.
ABSENCES = ("withheld", "too_few", "not_returned", "not_available")


def can_be_joined(definition: KpiDefinition) -> bool:
    """Whether figures of two bodies add up to the figure of both: shares and ratios of counted people."""
    formula = definition.formula
    return isinstance(formula, Likelihood) or (isinstance(formula, Share) and isinstance(formula.group, CountGroup))


def series_as_now(
    definition: KpiDefinition,
    own: Mapping[Quarter, Reading],
    others: Mapping[int, Mapping[Quarter, Reading]],
    joined: Sequence[Joined],
) -> dict[Quarter, Reading]:
    """The series of the successor with every quarter before a merger joined with those who came in later."""
    length = WINDOW_LENGTHS.get(definition.formula.window, 1)
    found = {}
    for quarter, reading in own.items():
        parts, spans = [reading], False
        for one in joined:
            if quarter < one.before:
                part = others.get(one.organisation_id, {}).get(quarter)
                parts.append(part if part is not None else replace(reading, status="not_available", value=None))
            elif quarter.previous(length - 1) < one.before:
                spans = True
        found[quarter] = _absent(reading, "not_available") if spans else _joined(definition, parts)
    return found


def _joined(definition: KpiDefinition, parts: Sequence[Reading]) -> Reading:
    """The figure of all parts together, or why there is none."""
    if len(parts) == 1:
        return parts[0]
    missing = {part.verdict for part in parts if part.value is None} | {
        "not_available" for part in parts if part.status == "not_available"
    }
    if missing:
        return _absent(parts[0], next((code for code in ABSENCES if code in missing), "not_available"))
    sums = {name: _sum(parts, name) for name in COUNTS}
    estimate = _estimate(definition, sums)
    if isinstance(estimate, NotCalculable):
        return _absent(parts[0], "too_few")
    scale = 100 if definition.unit == "percent" else 1
    value, low, high = (
        None if number is None else Decimal(repr(round(number * scale, 6)))
        for number in (estimate.value, estimate.low, estimate.high)
    )
    joined = replace(parts[0], value=value, low=low, high=high, verdict="no_difference", over_time="", time_detail="")
    return replace(
        joined,
        numerator=sums["numerator"],
        denominator=sums["denominator"],
        reference_numerator=sums["reference_numerator"],
        reference_denominator=sums["reference_denominator"],
    )


COUNTS = ("numerator", "denominator", "reference_numerator", "reference_denominator")


def _sum(parts: Sequence[Reading], name: str) -> Decimal | None:
    numbers = [getattr(part, name) for part in parts]
    return None if any(number is None for number in numbers) else sum(numbers, Decimal(0))


def _estimate(definition: KpiDefinition, sums: Mapping[str, Decimal | None]) -> Estimate | NotCalculable:
    ours = sums["numerator"], sums["denominator"]
    theirs = sums["reference_numerator"], sums["reference_denominator"]
    if ours[0] is None or ours[1] is None:
        return NotCalculable("no_values")
    if not isinstance(definition.formula, Likelihood):
        return wilson(float(ours[0]), float(ours[1]))
    if theirs[0] is None or theirs[1] is None:
        return NotCalculable("no_values")
    first, second = (theirs, ours) if definition.formula.over == "reference" else (ours, theirs)
    return relative_likelihood(*(float(number) for number in (*first, *second)))  # type: ignore[arg-type]


def _absent(reading: Reading, verdict: str) -> Reading:
    nothing = dict.fromkeys((*COUNTS, "value", "low", "high"))
    return replace(reading, status=verdict, verdict=verdict, over_time="", time_detail="", **nothing)  # type: ignore[arg-type]
