"""The data quality of another organisation as releases tell it: no draft is read, and what its rules ask stays with it."""

from __future__ import annotations

from edi_portal.clock import business_today
from kpis import data_quality
from kpis.dashboards.data_quality import QUARTERS_BACK, UNKNOWN, signatures_of
from kpis.dashboards.organisation_page import OrganisationFigures
from kpis.data_quality import Quality
from kpis.selectors.releases import ReleaseAsSeen, answered_cells
from organisations.models import Organisation

READERS = "steering"
"""The tier whose readers govern the returns; others see the system's completeness on the overview."""


def released_quality(seen: ReleaseAsSeen, page: OrganisationFigures, organisation: Organisation) -> Quality | None:
    """Three parts for readers of the steering tier, up to the quarter of the release they look at. Three queries.

    Declaration comes from the released figures on the page and nowhere else: what is withheld there is not judged here.
    """
    if READERS not in seen.tiers:
        return None
    cells = answered_cells(seen.release, organisation=organisation.pk)
    quarters = [seen.quarter.previous(back) for back in range(QUARTERS_BACK)]
    shares = {row.definition.code: row.reading.value for row in page.rows if row.definition.code in UNKNOWN}
    return Quality(
        (
            data_quality.returned(sum(answered for _kpi, _organisation, answered in cells), len(cells)),
            data_quality.timeliness(signatures_of(organisation, quarters), business_today()),
            data_quality.declaration(*(shares.get(code) for code in UNKNOWN), missing="not released"),
        )
    )
