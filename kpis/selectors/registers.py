"""What the organisation's registers would answer in a return, beside what stands there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from edi_portal.periods import Quarter
from kpis import permissions
from kpis.catalogue import Measure
from kpis.catalogue.measures import CellKey
from kpis.models.returns import KpiReturn
from kpis.registers import SOURCES, Cell, capacity_cells, network_cells, survey_cells
from kpis.selectors.definitions import framework_for
from organisations.models import Organisation
from workforce.selectors.networks import network_counts
from workforce.selectors.posts import capacity_register


@dataclass(frozen=True, slots=True)
class Register:
    """A register that an app above this one keeps: how pages call it, the URL name of its page, and what it answers.

    `cells` is given the organisation and the quarter. It may answer the measures named, and no others.
    """

    label: str
    page: str
    measures: frozenset[str]
    cells: Callable[[Organisation, Quarter], Mapping[Cell, Decimal]]


REGISTERS: dict[str, Register] = {}
"""The registers of apps above this one, by URL name; each app adds its own when it starts."""


def add_register(register: Register) -> None:
    """Let a register answer its questions in every return."""
    taken = {code for other in REGISTERS.values() if other.page != register.page for code in other.measures} | set(SOURCES)
    if both := register.measures & taken:
        raise ValueError(f"Two registers answer {', '.join(sorted(both))}.")
    REGISTERS[register.page] = register


def source_of(measure: str) -> str:
    """The register that answers a measure, as pages call it."""
    return SOURCES.get(measure) or next(one.label for one in REGISTERS.values() if measure in one.measures)


def register_cells(kpi_return: KpiReturn) -> dict[Cell, Decimal]:
    """Every cell that the registers answer at the end of the return's quarter. Six queries, and those of further registers."""
    organisation, quarter = kpi_return.organisation, kpi_return.quarter
    found: dict[Cell, Decimal] = {}
    networks = network_counts(organisation, quarter)
    if networks is not None:
        found |= network_cells(networks)
    register = capacity_register(organisation)
    if register.posts or register.apprenticeships:
        found |= capacity_cells(register.counts(quarter))
    year = register.year(quarter)
    found |= survey_cells(year.survey_part) if year is not None else {}
    for further in REGISTERS.values():
        cells = further.cells(organisation, quarter)
        if strange := {code for code, _, _ in cells} - further.measures:
            raise ValueError(f"The {further.label} must not answer {', '.join(sorted(strange))}.")
        found |= cells
    return found


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
