"""From which released counts each figure is computed, and which of it is its owner's alone: for docs/released-cells.md."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kpis.catalogue import KpiDefinition, Measure
from kpis.catalogue.formulas import inputs_of
from kpis.release_content.figures import NOT_POOLED

OWNER_ONLY = {
    "magnitude": "one organisation's money, hours or posts are never released, totals of several are",
    "system": "a part is released for the whole system alone",
}
# Who reads an organisation's own part, by the kind of measure and the level of the part.
READERS = {"organisation": "steering group", "group_total": "board", "system": "system total only"}
EXEMPT = {
    "public": "everyone, exact: in the public domain",
    "things": "board, exact: not about people",
    "survey": "board: survey rule",
    "magnitude": "totals of several only",
}


@dataclass(frozen=True, slots=True)
class Source:
    """One figure: KPI and component, the released parts behind it, and why an organisation's own is not released, if so."""

    code: str
    component: str
    parts: tuple[str, ...]
    owner_only: str
    pooled: bool


def sources_of(kpi: KpiDefinition, measures: Mapping[str, Measure]) -> list[Source]:
    """The headline and each component of a KPI with the released cells it is computed from."""
    found = []
    for component in (None, *(item.key for item in kpi.components)):
        formula = kpi.formula_of(component)
        pieces = [
            (measures[ref.measure], part) for ref in inputs_of(formula) for part in measures[ref.measure].parts_of(ref.part)
        ]
        parts = sorted({f"{measure.code}/{part.key} ({_readers(measure, part.level)})" for measure, part in pieces})
        reasons = {_reason(measure, part.level) for measure, part in pieces} - {""}
        pooled = not isinstance(formula, NOT_POOLED)
        found.append(Source(kpi.code, component or "", tuple(parts), "; ".join(sorted(reasons)), pooled))
    return found


def _readers(measure: Measure, level: str) -> str:
    return EXEMPT.get(measure.protection) or READERS[level]


def _reason(measure: Measure, level: str) -> str:
    if measure.protection == "magnitude":
        return OWNER_ONLY["magnitude"]
    return OWNER_ONLY["system"] if measure.protection == "people" and level == "system" else ""


def as_markdown(kpis: Iterable[KpiDefinition], measures: Mapping[str, Measure]) -> str:
    """The page docs/released-cells.md."""
    lines = [
        "# The released cells behind each figure",
        "",
        "Every figure that others read is computed from released counts alone. `manage.py released_cells` writes this table,",
        "and a test holds it to the definitions. “Owner only” says why an organisation's own figure is not released; that of the",
        "whole system may still be. In brackets: who reads the part of a single organisation.",
        "",
        "| KPI | Component | Computed from | Own figure of an organisation | Pooled |",
        "|---|---|---|---|---|",
    ]
    for kpi in sorted(kpis, key=lambda one: one.code):
        for source in sources_of(kpi, measures):
            own = f"owner only: {source.owner_only}" if source.owner_only else "released"
            row = (source.code, source.component or "headline", "<br>".join(source.parts), own, "yes" if source.pooled else "no")
            lines.append(f"| {' | '.join(row)} |")
    return "\n".join(lines) + "\n"
