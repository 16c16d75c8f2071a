"""What an organisation of the demonstration is like: its size, its people and how it fares, as lines over time. Pure.

Real are kind, staff size (reference data) and the population of its places; the rest is invented, within believable bounds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from edi_portal.periods import Quarter
from kpis.demonstration.draws import around, steady

FIRST_QUARTER = Quarter(2016, 1)
# The reference data's staff sizes are of June 2018.
SIZE_QUARTER = Quarter(2018, 1)
# Two bodies have no staff figure in the reference data; the demonstration assumes these.
ASSUMED_HEADCOUNTS = {"mlcsu": 1500, "southport-and-formby-ccg": 60}


@dataclass(frozen=True, slots=True)
class Known:
    """What the reference data says of an organisation. `headcount` is None where it has none; percentages are of residents."""

    slug: str
    kind: str
    applicability_class: str
    headcount: int | None
    bme_percent: float
    disabled_percent: float


@dataclass(frozen=True, slots=True)
class Line:
    """A rate that moves evenly from `start` in the first quarter to `end` in the fifteenth."""

    start: float
    end: float

    def at(self, step: int) -> float:
        """Its value after so many quarters."""
        return self.start + (self.end - self.start) * step / 14


@dataclass(frozen=True, slots=True)
class Profile:
    """An organisation as the generator sees it. `sizes` are head counts by the first quarter to which they belong."""

    slug: str
    kind: str
    applicability_class: str
    large: bool
    sizes: tuple[tuple[Quarter, int], ...]
    rates: Mapping[str, Line] = field(hash=False)

    def rate(self, name: str, quarter: Quarter) -> float:
        """A rate in a quarter."""
        return self.rates[name].at(quarter.quarters_since(FIRST_QUARTER))

    def size(self, quarter: Quarter) -> int:
        """The level of the head count in a quarter, before drift and chance."""
        return [size for first, size in self.sizes if first <= quarter][-1]

    def with_rates(self, changes: Mapping[str, Line]) -> Profile:
        """The same organisation with some rates replaced."""
        return replace(self, rates={**self.rates, **changes})

    def with_sizes(self, sizes: tuple[tuple[Quarter, int], ...]) -> Profile:
        """The same organisation with another history of its head count."""
        return replace(self, sizes=sizes)


def profile_of(known: Known) -> Profile:
    """The profile of an organisation before any story is planted."""
    size = known.headcount or ASSUMED_HEADCOUNTS.get(known.slug)
    if size is None:
        raise ValueError(f"{known.slug} has no staff figure; give it one in ASSUMED_HEADCOUNTS.")
    return Profile(
        slug=known.slug,
        kind=known.kind,
        applicability_class=known.applicability_class,
        large=(known.headcount or 0) >= 250,
        sizes=((FIRST_QUARTER, size),),
        rates=_rates(known),
    )


# BME share of staff: a part that comes with the kind of work, and a part of the share among residents.
_BME = {
    "acute": (0.045, 0.70),
    "acute_specialist": (0.040, 0.50),
    "mental_health": (0.022, 0.50),
    "community": (0.012, 0.45),
    "ambulance": (0.020, 0.20),
    "ccg": (0.020, 0.55),
    "csu": (0.030, 0.50),
}
# Mean pay gap in percent: high where few, mostly male, doctors earn far above the rest.
_PAY_GAP = {"acute": 28.0, "acute_specialist": 26.0, "mental_health": 13.0, "community": 11.0, "ambulance": 8.0}


def _rates(known: Known) -> dict[str, Line]:
    slug = known.slug

    def line(name: str, low: float, high: float, growth: float = 0.0) -> Line:
        start = around(low, high, slug, name)
        return Line(start, start + growth * (0.6 + 0.8 * steady(slug, name, "growth")))

    fixed, following = _BME[known.kind]
    bme = fixed + following * known.bme_percent / 100 + around(-0.008, 0.008, slug, "bme")
    disabled = 0.026 + 0.0004 * known.disabled_percent + around(-0.006, 0.008, slug, "disabled")
    gap = _PAY_GAP.get(known.kind, 15.0) + around(-3.0, 3.0, slug, "pay gap")
    return {
        "staff.bme": Line(bme, bme + 0.012),
        "staff.ethnicity_unknown": line("staff.ethnicity_unknown", 0.030, 0.080, -0.015),
        "staff.disabled": Line(disabled, disabled + 0.009),
        "staff.disability_unknown": line("staff.disability_unknown", 0.060, 0.140, -0.035),
        "staff.orientation_unknown": line("staff.orientation_unknown", 0.22, 0.38, -0.08),
        "staff.religion_unknown": line("staff.religion_unknown", 0.24, 0.40, -0.07),
        "recruitment.ratio": line("recruitment.ratio", 1.02, 1.30, -0.03),
        "recruitment.disability_ratio": line("recruitment.disability_ratio", 0.95, 1.30, -0.02),
        "cases.ratio": line("cases.ratio", 0.90, 1.55, -0.05),
        "capability.ratio": line("capability.ratio", 1.2, 2.2, -0.1),
        "training.ratio": line("training.ratio", 1.05, 1.16),
        "training.share": line("training.share", 0.30, 0.48, 0.02),
        "interpreters.fulfilled": line("interpreters.fulfilled", 0.90, 0.975, 0.025),
        "patients.ethnicity_valid": line("patients.ethnicity_valid", 0.92, 0.985, 0.025),
        "patients.needs_recorded": line("patients.needs_recorded", 0.50, 0.85, 0.10),
        "patients.needs_met": line("patients.needs_met", 0.70, 0.90, 0.03),
        "complaints.complete": line("complaints.complete", 0.32, 0.68, 0.12),
        "assessments.in_time": line("assessments.in_time", 0.84, 1.10, 0.12),
        "actions.closed": line("actions.closed", 0.70, 0.97, 0.10),
        "networks.members": line("networks.members", 0.016, 0.028, 0.008),
        "board.developed": line("board.developed", 0.40, 0.95, 0.45),
        "board.objectives": line("board.objectives", 0.20, 0.80, 0.60),
        "scores.level": line("scores.level", 1.2, 2.5, 0.8),
        "pay.gap": Line(gap, gap - 1.0),
    }
