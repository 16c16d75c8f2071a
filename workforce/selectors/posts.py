"""Questions about EDI posts, apprenticeships and yearly facts. Everything here is for the own organisation alone."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from edi_portal.periods import Quarter
from organisations.models import Organisation
from workforce.capacity import CapacityCounts, capacity_at
from workforce.models import EdiApprenticeship, EdiPost, EdiYear
from workforce.pipeline import Pipeline, PipelineFacts, pipeline_of


@dataclass(frozen=True, slots=True)
class CapacityRegister:
    """The registers of one organisation, read once."""

    posts: tuple[EdiPost, ...]
    apprenticeships: tuple[EdiApprenticeship, ...]
    years: tuple[EdiYear, ...]

    @property
    def is_empty(self) -> bool:
        """Whether nothing was ever entered."""
        return not (self.posts or self.apprenticeships or self.years)

    def counts(self, quarter: Quarter) -> CapacityCounts:
        """What posts and apprenticeships say at the end of a quarter."""
        return capacity_at((post.facts for post in self.posts), (one.facts for one in self.apprenticeships), quarter)

    @property
    def pipeline(self) -> Pipeline:
        """Apprenticeships from start to completion, beside spending on consultants."""
        facts = (
            PipelineFacts(one.level, one.started_on, one.completed_on, one.withdrawn_on, one.cost_avoided)
            for one in self.apprenticeships
        )
        return pipeline_of(facts, {year.financial_year: year.consultants for year in self.years})

    def year(self, quarter: Quarter) -> EdiYear | None:
        """What is said of the quarter's financial year."""
        return next((row for row in self.years if row.financial_year == quarter.financial_year), None)


def capacity_register(organisation: Organisation) -> CapacityRegister:
    """Everything that an organisation keeps on its EDI capacity. Three queries."""
    return CapacityRegister(
        posts=tuple(EdiPost.objects.filter(organisation=organisation)),
        apprenticeships=tuple(EdiApprenticeship.objects.filter(organisation=organisation)),
        years=tuple(EdiYear.objects.filter(organisation=organisation)),
    )


def wte_per_thousand(wte: Decimal, headcount: int | None) -> Decimal | None:
    """WTE for 1,000 people employed; None where the number of people is not known."""
    return wte * 1000 / headcount if headcount else None
