"""Two versions of a return side by side: every cell that differs."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet

from kpis.catalogue import CellKey, Measure
from kpis.dashboards.return_section import amount_words, cell_label
from kpis.models.returns import KpiReturn
from kpis.selectors.definitions import framework_for
from kpis.selectors.returns import values_of


@dataclass(frozen=True, slots=True)
class ChangedCell:
    """A cell that differs between two versions."""

    question: str
    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class VersionComparison:
    """What changed from one version to another."""

    before: KpiReturn
    after: KpiReturn
    cells: tuple[ChangedCell, ...]


def compare_versions(chain: QuerySet[KpiReturn], before: str | None, after: str | None) -> VersionComparison | None:
    """The comparison of two version numbers of a chain; without numbers the last two; None when there is one version only."""
    versions = {version.number: version for version in chain.select_related("organisation", "collection")}
    if len(versions) < 2:
        return None
    newest = sorted(versions)[-2:]
    first, second = (versions.get(_number(asked, usual)) for asked, usual in zip((before, after), newest, strict=True))
    if first is None or second is None:
        return None
    return VersionComparison(first, second, changed_cells(first, values_of(first), values_of(second)))


def _number(asked: str | None, usual: int) -> int:
    """The number in an address; the usual one where it holds none. Python takes more than 0 to 9 for digits."""
    return int(asked) if asked and asked.isascii() and asked.isdecimal() and len(asked) < 10 else usual


def changed_cells(
    kpi_return: KpiReturn, before: dict[tuple[str, str, str], Decimal], after: dict[tuple[str, str, str], Decimal]
) -> tuple[ChangedCell, ...]:
    """Every cell that differs, in the order of the return."""
    measures = framework_for(kpi_return.quarter).measures
    found = []
    for measure in measures.values():
        for cell in measure.cells():
            key = (measure.code, cell.row, cell.column)
            if before.get(key) != after.get(key):
                found.append(_changed(measure, cell, before.get(key), after.get(key)))
    return tuple(found)


def _changed(measure: Measure, cell: CellKey, before: Decimal | None, after: Decimal | None) -> ChangedCell:
    return ChangedCell(
        measure.title,
        cell_label(measure, cell),
        amount_words(measure, cell, before) or "not answered",
        amount_words(measure, cell, after) or "not answered",
    )
