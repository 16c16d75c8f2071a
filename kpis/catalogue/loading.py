"""The whole catalogue, read from the definition files and checked as one."""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from types import MappingProxyType

from edi_portal.periods import Quarter
from kpis.catalogue.definitions import KpiDefinition, kpi_from_dict
from kpis.catalogue.formulas import Choice, CountGroup, Formula, PairGap, PartRef, RateGroup, Share, YesNo, inputs_of
from kpis.catalogue.measures import Measure, measure_from_dict
from kpis.catalogue.reading import DefinitionError
from kpis.catalogue.vocabulary import FAMILIES, ORGANISATION_CLASSES, PART_LEVELS, WORKSTREAMS
from kpis.catalogue.windows import source_quarters

DEFINITIONS = Path(__file__).resolve().parent.parent / "definitions"
_ANY_YEAR = 2019


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All measures and KPIs, by code, in the order of the workstreams.

    Within a workstream KPIs follow their families and codes, and measures the first KPI that reads them.
    """

    measures: Mapping[str, Measure]
    kpis: Mapping[str, KpiDefinition]
    version: str

    def measure(self, code: str) -> Measure:
        """The measure of a code; KeyError when there is none."""
        return self.measures[code]

    def kpi(self, code: str) -> KpiDefinition:
        """The KPI of a code; KeyError when there is none."""
        return self.kpis[code]

    def kpis_due(self, organisation_class: str, quarter: int, headcount: int | None = None) -> tuple[KpiDefinition, ...]:
        """The KPIs that apply to a class of organisation and are reported in a financial quarter.

        With a headcount, those that need a larger organisation are left out.
        """
        return tuple(
            kpi
            for kpi in self.kpis.values()
            if quarter in kpi.collected_in
            and kpi.applies_to[organisation_class] != "not_applicable"
            and (headcount is None or headcount >= (self.minimum_headcount(kpi) or 0))
        )

    def measures_due(self, organisation_class: str, quarter: int, headcount: int | None = None) -> tuple[Measure, ...]:
        """The measures that a class of organisation is asked for in a financial quarter, in the order of the workstreams."""
        due = (
            measure
            for measure in self.measures.values()
            if quarter in measure.collected_in
            and organisation_class in measure.applies_to
            and (headcount is None or headcount >= (measure.minimum_headcount or 0))
        )
        return tuple(due)

    def kpis_using(self, measure: str) -> tuple[KpiDefinition, ...]:
        """The KPIs that read a measure."""
        return tuple(kpi for kpi in self.kpis.values() if measure in kpi.measures())

    def minimum_headcount(self, kpi: KpiDefinition) -> int | None:
        """The smallest organisation that is asked for every measure of a KPI; None when size does not matter."""
        limits = [self.measures[code].minimum_headcount for code in kpi.measures()]
        return max((limit for limit in limits if limit is not None), default=None)

    def is_sensitive(self, kpi: KpiDefinition) -> bool:
        """Whether a KPI reads any cell about a sensitive characteristic or process."""
        return any(
            self.measures[part.measure].is_sensitive(cell)
            for part in kpi.inputs()
            for cell in self.measures[part.measure].cells_of(part.part)
        )

    def level_of(self, formula: Formula) -> str:
        """The lowest level at which a formula can be shown to others: that of its most restricted part."""
        levels = [self.measures[part.measure].level_of(part.part) for part in inputs_of(formula)]
        return max(levels, key=PART_LEVELS.index)


def build_catalogue(measures: Iterable[Measure], kpis: Iterable[KpiDefinition]) -> Catalogue:
    """Put definitions together and check them against each other. Raises `DefinitionError`."""
    by_measure: dict[str, Measure] = {}
    for measure in measures:
        if measure.code in by_measure:
            raise DefinitionError(measure.code, "code", "two measures have this code; give each its own.")
        by_measure[measure.code] = measure
    by_kpi: dict[str, KpiDefinition] = {}
    for kpi in kpis:
        if kpi.code.upper() in (code.upper() for code in by_kpi):
            raise DefinitionError(kpi.code, "code", "two KPIs have this code; give each its own.")
        check_kpi(kpi, by_measure)
        by_kpi[kpi.code] = kpi
    for measure in by_measure.values():
        _check_measure(measure, by_measure)
    ordered = sorted(by_kpi.values(), key=_kpi_order)
    content = {
        "measures": {code: measure.to_dict() for code, measure in by_measure.items()},
        "kpis": {kpi.code: kpi.to_dict() for kpi in ordered},
    }
    version = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]
    return Catalogue(
        MappingProxyType({measure.code: measure for measure in _ordered_measures(by_measure.values(), ordered)}),
        MappingProxyType({kpi.code: kpi for kpi in ordered}),
        version,
    )


@cache
def load_catalogue(folder: Path = DEFINITIONS) -> Catalogue:
    """Read every definition file of a folder. Raises `DefinitionError` that names file, field and how to mend it."""
    measures = []
    for path in sorted((folder / "measures").glob("*.toml")):
        measure = measure_from_dict(_content(path), path.name)
        if measure.code != path.stem:
            raise DefinitionError(path.name, "code", f"the file must be named {measure.code}.toml.")
        measures.append(measure)
    kpis = []
    for path in sorted(folder.glob("*.toml")):
        kpi = kpi_from_dict(_content(path), path.name)
        if kpi.slug != path.stem:
            raise DefinitionError(path.name, "code", f"the file must be named {kpi.slug}.toml.")
        kpis.append(kpi)
    return build_catalogue(measures, kpis)


def check_kpi(kpi: KpiDefinition, measures: Mapping[str, Measure]) -> None:
    """Check a KPI against the measures it reads: parts exist, are asked in time, of the right organisations, in fitting units."""
    file = f"{kpi.slug}.toml"
    for part in kpi.inputs():
        if part.measure not in measures:
            raise DefinitionError(file, "formula", f"{part} names the measure {part.measure}, which does not exist.")
        try:
            measures[part.measure].part(part.part)
        except KeyError:
            raise DefinitionError(
                file, "formula", f"{part} names no part or union of {part.measure}; add it or correct it."
            ) from None
    for code in kpi.measures():
        for organisation_class in ORGANISATION_CLASSES:
            if kpi.applies_to[organisation_class] == "required" and organisation_class not in measures[code].applies_to:
                raise DefinitionError(
                    file, "applies_to", f"{code} is not asked of a {organisation_class}; add it there or take it out here."
                )
    _check_formula(file, kpi.formula, kpi.collected_in, measures)
    for component in kpi.components:
        _check_formula(file, component.formula, component.collected_in, measures)


def _check_formula(file: str, formula: Formula, collected_in: tuple[int, ...], measures: Mapping[str, Measure]) -> None:
    for part in inputs_of(formula):
        measure = measures[part.measure]
        for number in collected_in:
            for quarter in source_quarters(measure, formula.window, Quarter(_ANY_YEAR, number)):
                if quarter.number not in measure.collected_in:
                    raise DefinitionError(
                        file,
                        "collected_in",
                        f"in quarter {number} it needs {part.measure} of quarter {quarter.number}, which is not asked then.",
                    )
    for wanted, part in _units_needed(formula):
        measure = measures[part.measure]
        units = {measure.unit_of(cell) for cell in measure.cells_of(part.part)}
        if units != {wanted}:
            held = " and ".join(sorted(units))
            raise DefinitionError(file, "formula", f"{part} holds {held}; {formula.kind} needs {wanted} there.")
    if isinstance(formula, Choice):
        measure = measures[formula.part.measure]
        for cell in measure.cells_of(formula.part.part):
            if measure.options_of(cell) != formula.options:
                raise DefinitionError(file, "formula.options", f"write the options of {formula.part} in their order.")


def _units_needed(formula: Formula) -> Iterable[tuple[str, PartRef]]:
    """The parts that must hold one certain unit."""
    if isinstance(formula, Choice):
        yield "choice", formula.part
    if isinstance(formula, YesNo):
        yield "yes_no", formula.part
    groups: list[CountGroup | RateGroup] = []
    if isinstance(formula, Share):
        groups = [formula.group]
    if isinstance(formula, PairGap):
        groups = [formula.reference, formula.comparison]
    for group in groups:
        if isinstance(group, RateGroup):
            yield "percent", group.rate
            yield "people", group.base


def _check_measure(measure: Measure, measures: Mapping[str, Measure]) -> None:
    for check in measure.checks:
        if check.same_total_as is None:
            if check.other_cells:
                raise DefinitionError(
                    f"{measure.code}.toml", "checks", "other_cells needs same_total_as; name the other measure."
                )
            continue
        other = measures.get(check.same_total_as)
        if other is None:
            raise DefinitionError(f"{measure.code}.toml", "checks", f"{check.same_total_as} is no measure; name one that exists.")
        for pattern in check.other_cells:
            if not other.match(pattern):
                raise DefinitionError(f"{measure.code}.toml", "checks", f"“{pattern}” fits no cell of {other.code}.")


def _content(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    except tomllib.TOMLDecodeError as fault:
        raise DefinitionError(path.name, "whole file", f"this is not valid TOML: {fault}.") from fault


def _kpi_order(kpi: KpiDefinition) -> tuple[int, int, list[tuple[int, str]]]:
    """Workstream, family, then the code with its numbers read as numbers: WRES-10 after WRES-9b."""
    family = kpi.code.partition("-")[0]
    pieces = re.findall(r"\d+|\D+", kpi.code)
    return (
        list(WORKSTREAMS).index(kpi.workstream),
        FAMILIES.index(family) if family in FAMILIES else len(FAMILIES),
        [(int(piece), "") if piece.isdigit() else (-1, piece) for piece in pieces],
    )


def _ordered_measures(measures: Iterable[Measure], kpis: Iterable[KpiDefinition]) -> list[Measure]:
    """By workstream, then by the first KPI of any workstream that reads the measure, families first; unread ones last."""
    by_family = sorted(kpis, key=lambda kpi: _kpi_order(kpi)[1:])
    read = list(dict.fromkeys(code for kpi in by_family for code in kpi.measures()))
    streams = list(WORKSTREAMS)

    def place(measure: Measure) -> tuple[int, int, str]:
        first = read.index(measure.code) if measure.code in read else len(read)
        return streams.index(measure.workstream), first, measure.code

    return sorted(measures, key=place)
