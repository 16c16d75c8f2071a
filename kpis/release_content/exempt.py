"""Amounts that leave without rounding by their kind: things, public-domain figures, survey results, totals of money and hours."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from edi_portal.disclosure.magnitudes import protect_magnitudes
from edi_portal.disclosure.protection import Published, protect_magnitude, protect_survey
from edi_portal.disclosure.universe import PublishedPart
from kpis.catalogue import Measure
from kpis.release_content.amounts import Problem, read_amounts
from kpis.release_content.inputs import KeptRelease, Needed, ReleaseInput
from kpis.release_content.people import structure_of
from kpis.release_content.rows import Unit

Units = Mapping[Unit, tuple[str, ...]]
ByOrganisation = dict[str, dict[str, Decimal]]


@dataclass(slots=True)
class ExemptAmounts:
    """(part, unit) → amount that may be used, and the addresses of what may not."""

    shown: dict[tuple[str, Unit], Decimal] = field(default_factory=dict)
    withheld: set[tuple[str, Unit]] = field(default_factory=set)
    problems: tuple[Problem, ...] = ()

    def put(self, key: str, unit: Unit, amount: Decimal | None) -> None:
        """Keep an amount; None withholds it."""
        if amount is None:
            self.withheld.add((key, unit))
        else:
            self.shown[key, unit] = amount


def exempt_amounts(given: ReleaseInput, needed: Needed, measure: Measure, units: Units) -> ExemptAmounts:
    """The releasable amounts of a measure that is not about counted people."""
    wanted = {str(cell) for key in needed.parts for cell in measure.cells_of(key)}
    if measure.protection == "survey":
        wanted |= set(_bases(measure).values())
    read = read_amounts(given.organisations, given.quarter, measure, needed.variant, wanted)
    held = read.over_quarters()
    result = ExemptAmounts(problems=read.problems)
    if measure.protection == "survey":
        _survey(given, result, needed, measure, units, held)
    elif measure.protection == "magnitude":
        _magnitudes(given, result, needed, measure, units, held)
    else:
        _exact(given, result, needed, measure, units, held)
    return result


def _by_part(needed: Needed, measure: Measure, held: ByOrganisation) -> dict[str, dict[str, Decimal]]:
    """part → organisation → exact sum, for organisations that have every cell of the part that is not optional."""
    sums: dict[str, dict[str, Decimal]] = {}
    for key in needed.parts:
        cells = measure.cells_of(key)
        names = [str(cell) for cell in cells]
        must = {name for name, cell in zip(names, cells, strict=True) if not measure.is_optional(cell)}
        sums[key] = {
            slug: sum([amounts[name] for name in names if name in amounts], Decimal(0))
            for slug, amounts in held.items()
            if must <= amounts.keys() and not amounts.keys().isdisjoint(names)
        }
    return sums


def _exact(
    given: ReleaseInput, result: ExemptAmounts, needed: Needed, measure: Measure, units: Units, held: ByOrganisation
) -> None:
    for key, amounts in _by_part(needed, measure, held).items():
        for slug, amount in amounts.items():
            result.put(key, Unit("organisation", slug), amount)
        for unit, members in units.items():
            parts = [amounts[slug] for slug in members if slug in amounts]
            enough = len(parts) >= given.policy.fewest_organisations
            result.put(key, unit, sum(parts, Decimal(0)) if enough else None)


def _magnitudes(
    given: ReleaseInput, result: ExemptAmounts, needed: Needed, measure: Measure, units: Units, held: ByOrganisation
) -> None:
    """Totals of types and the system; one organisation's own amount is never released."""
    complete = _by_part(needed, measure, held)
    parts = [_magnitude_part(measure, key) for key in needed.parts]
    amounts = {
        (slug, cell): held[slug][cell]
        for part in parts
        for slug in complete[part.key]
        for cell in part.cells
        if cell in held[slug]
    }
    structure = structure_of(given.organisations, given.policy, given.accounts)
    for key, total in protect_magnitudes(amounts, parts, structure, given.policy).items():
        unit = Unit(key.level, key.unit)
        told = _told_by_revision(given, needed, measure, key.part, complete[key.part], units.get(unit, ()))
        result.put(key.part, unit, total.value if isinstance(total, Published) and not told else None)
    for part in parts:
        result.withheld.update((part.key, Unit("organisation", slug)) for slug in complete[part.key])


def _magnitude_part(measure: Measure, key: str) -> PublishedPart:
    return PublishedPart(key, tuple(str(cell) for cell in measure.cells_of(key)), level=measure.level_of(key))


def _told_by_revision(
    given: ReleaseInput, needed: Needed, measure: Measure, key: str, now: Mapping[str, Decimal], members: Iterable[str]
) -> bool:
    """Whether the total less that of an earlier release of the period would give the change of one organisation away."""
    for release in (given.previous, *given.kept):
        if release is None or release.quarter != given.quarter:
            continue
        then = _then(release, needed, measure, key)
        concerned = {*members, *(then.keys() - now.keys())}
        changes = {slug: abs(now.get(slug, Decimal(0)) - then.get(slug, Decimal(0))) for slug in concerned}
        changed = {slug: change for slug, change in changes.items() if change}
        if changed and not isinstance(protect_magnitude(changed, policy=given.policy, accounts=given.accounts), Published):
            return True
    return False


def _then(release: KeptRelease, needed: Needed, measure: Measure, key: str) -> dict[str, Decimal]:
    cells = {str(cell) for cell in measure.cells_of(key)}
    held = read_amounts(release.organisations, release.quarter, measure, needed.variant, cells).over_quarters()
    return _by_part(Needed(needed.variant, (key,)), measure, held)[key]


def _survey(
    given: ReleaseInput, result: ExemptAmounts, needed: Needed, measure: Measure, units: Units, held: ByOrganisation
) -> None:
    """Survey results stand as published nationally with their base; below the fewest respondents they are withheld.

    A type's or the system's result is the mean of its members' results weighted by respondents.
    """
    bases = _bases(measure)
    for key in needed.parts:
        cell = str(measure.cells_of(key)[0])
        base_cell = bases.get(cell, cell)
        whole_cell = _whole(base_cell)
        enough: dict[str, tuple[Decimal, Decimal]] = {}
        for slug, amounts in held.items():
            base = amounts.get(base_cell)
            if base is None or cell not in amounts:
                continue
            others = int(amounts[whole_cell] - base) if whole_cell in amounts and whole_cell != base_cell else None
            released = protect_survey(amounts[cell], int(base), policy=given.policy, complement_base=others)
            shown = isinstance(released, Published)
            if shown:
                enough[slug] = (amounts[cell], base)
            result.put(key, Unit("organisation", slug), amounts[cell] if shown else None)
        for unit, members in units.items():
            pairs = [enough[slug] for slug in members if slug in enough]
            result.put(
                key, unit, _mean(pairs, of_bases=cell == base_cell) if len(pairs) >= given.policy.fewest_organisations else None
            )


def _mean(pairs: list[tuple[Decimal, Decimal]], *, of_bases: bool) -> Decimal:
    bases = sum((base for _, base in pairs), Decimal(0))
    return bases if of_bases else sum((rate * base for rate, base in pairs), Decimal(0)) / bases


def _whole(base_cell: str) -> str:
    """The cell with the number of all respondents, where a measure asks for it: row "everyone"."""
    return "everyone/" + base_cell.partition("/")[2]


def _bases(measure: Measure) -> dict[str, str]:
    """For each result cell of a survey measure the cell that holds the number who answered: same row, counted in people."""
    return {
        str(cell): str(other)
        for cell in measure.cells()
        for other in measure.cells()
        if measure.unit_of(cell) != "people" and measure.unit_of(other) == "people" and other.row == cell.row
    }
