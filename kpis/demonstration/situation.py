"""One organisation in one quarter, with the counts that several measures share. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from random import Random

from edi_portal.periods import Quarter
from kpis.catalogue import Measure
from kpis.demonstration import staff_counts
from kpis.demonstration.draws import around, quarterly
from kpis.demonstration.profile import FIRST_QUARTER, Profile

Numbers = dict[tuple[str, str], float]


@dataclass(frozen=True)
class Situation:
    """What the counts of one return are drawn from. `rows` are the rows of the staff grids; `planted` cells stand as given."""

    profile: Profile
    quarter: Quarter
    rows: tuple[str, ...]
    planted: Mapping[tuple[str, str, str], Decimal] = field(default_factory=dict)

    @property
    def step(self) -> int:
        """Quarters since the first one of the demonstration."""
        return self.quarter.quarters_since(FIRST_QUARTER)

    @property
    def is_trust(self) -> bool:
        """Whether it provides care."""
        return self.profile.applicability_class == "trust"

    def rate(self, name: str) -> float:
        """A rate of the profile in this quarter."""
        return self.profile.rate(name, self.quarter)

    def draw(self, name: str) -> Random:
        """A source of chance for one measure of this return."""
        return quarterly(self.profile.slug, name, self.quarter.slug)

    def lasting(self, low: float, high: float, *names: str) -> float:
        """A number that belongs to this organisation for ever."""
        return around(low, high, self.profile.slug, *names)

    @cached_property
    def ethnicity(self) -> staff_counts.Grid:
        """Staff in post by band and ethnic group."""
        return staff_counts.staff_ethnicity(self.profile, self.quarter, self.rows)

    @cached_property
    def disability(self) -> staff_counts.Grid:
        """Staff in post by band and disability."""
        return staff_counts.staff_disability(self.profile, self.quarter, self.rows)

    @cached_property
    def headcount(self) -> int:
        """All staff in post."""
        return sum(self.ethnicity.values())

    @cached_property
    def ethnic_groups(self) -> dict[str, int]:
        """Staff in post: White, BME, not known."""
        white, bme = (staff_counts.total(self.ethnicity, group) for group in ("white", "bme"))
        return {"white": white, "bme": bme, "unknown": self.headcount - white - bme}

    @cached_property
    def disability_groups(self) -> dict[str, int]:
        """Staff in post: disabled, not disabled, not known."""
        disabled, others = (staff_counts.total(self.disability, group) for group in ("disabled", "non_disabled"))
        return {"disabled": disabled, "non_disabled": others, "unknown": self.headcount - disabled - others}

    @cached_property
    def patients(self) -> float:
        """How busy it is, in people cared for; grows with its staff."""
        return self.headcount * self.lasting(0.9, 1.1, "patients")


def keys_of(measure: Measure) -> tuple[str, ...]:
    """The row keys of a measure, in order."""
    return tuple(row.key for row in measure.rows)
