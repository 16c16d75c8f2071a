"""What the organisation's registers would answer in a return, beside what stands there."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from kpis import permissions
from kpis.catalogue import Measure
from kpis.catalogue.measures import CellKey
from kpis.models.returns import KpiReturn
from kpis.registers import Cell, capacity_cells, network_cells, survey_cells
from kpis.selectors.definitions import framework_for
from workforce.selectors.networks import network_counts
from workforce.selectors.posts import capacity_register


def register_cells(kpi_return: KpiReturn) -> dict[Cell, Decimal]:
    """Every cell that the registers answer at the end of the return's quarter. Six queries at the most."""
    organisation, quarter = kpi_return.organisation, kpi_return.quarter
    found: dict[Cell, Decimal] = {}
    networks = network_counts(organisation, quarter)
    if networks is not None:
        found |= network_cells(networks)
    register = capacity_register(organisation)
    if register.posts or register.apprenticeships:
        found |= capacity_cells(register.counts(quarter))
    year = register.year(quarter)
    return found | (survey_cells(year.survey_part) if year is not None else {})


def answered_by_registers(kpi_return: KpiReturn, user: Any) -> dict[Measure, dict[CellKey, Decimal]]:
    """The same by question, in the order of the return: only questions that are due and open to this person."""
    framework = framework_for(kpi_return.quarter)
    open_to = permissions.measures_open_to(user, kpi_return, framework.due_measures(kpi_return.organisation))
    cells = register_cells(kpi_return)
    found: dict[Measure, dict[CellKey, Decimal]] = {}
    for measure in open_to:
        own = {cell: cells[place] for cell in measure.cells() if (place := (measure.code, cell.row, cell.column)) in cells}
        if own:
            found[measure] = own
    return found
