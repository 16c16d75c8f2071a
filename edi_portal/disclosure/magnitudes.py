"""Protection of a measure of money, hours or whole-time equivalents: exact totals of many, or nothing.

One organisation's own amount is never released. Types and the system are, where no single contributor can be worked out, also
not by subtracting the types that are shown from the system, or parts from a part that contains them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from edi_portal.disclosure.policy import Policy
from edi_portal.disclosure.protection import Published, Withheld, protect_magnitude
from edi_portal.disclosure.universe import Atom, CellKey, PublishedPart, ReleasedCell, Structure, build_universe

Amounts = Mapping[Atom, Decimal]
Released = Published | Withheld


def protect_magnitudes(
    amounts: Amounts, parts: Iterable[PublishedPart], structure: Structure, policy: Policy
) -> dict[CellKey, Released]:
    """Type and system totals of a magnitude. `amounts`: (organisation, cell) → amount of 0 or more.

    The parts of a measure must be nested or apart from each other; raises ValueError for parts that overlap otherwise, because
    subtracting them from each other is not looked into.
    """
    cells = [cell for cell in build_universe(amounts, parts, structure, policy) if cell.owner is None]
    _refuse_crossing(cells)
    released = {cell.key: _protect(amounts, cell.atoms, structure, policy) for cell in cells}
    for system in (cell for cell in cells if cell.key.level == "system"):
        kinds = [cell for cell in cells if cell.key.level == "type" and cell.key.part == system.key.part]
        _protect_remainder(amounts, system, kinds, released, structure, policy)
    for cell in cells:
        inner = [other for other in cells if other.key[:2] == cell.key[:2] and other.atoms < cell.atoms]
        withheld = [released[other.key] for other in inner if isinstance(released[other.key], Withheld)]
        if withheld and isinstance(released[cell.key], Published):
            released[cell.key] = withheld[0]
    return released


def _protect(amounts: Amounts, atoms: Iterable[Atom], structure: Structure, policy: Policy) -> Released:
    contributions: dict[str, Decimal] = {}
    for atom in atoms:
        contributions[atom[0]] = contributions.get(atom[0], Decimal(0)) + amounts[atom]
    return protect_magnitude(contributions, policy=policy, accounts=structure.accounts)


def _protect_remainder(
    amounts: Amounts,
    system: ReleasedCell,
    kinds: list[ReleasedCell],
    released: dict[CellKey, Released],
    structure: Structure,
    policy: Policy,
) -> None:
    """Withhold the system total where, less the types shown, it gives the rest away."""
    shown = [cell for cell in kinds if isinstance(released[cell.key], Published)]
    rest = system.atoms.difference(*(cell.atoms for cell in shown))
    if any(amounts[atom] for atom in rest):
        remainder = _protect(amounts, rest, structure, policy)
        if isinstance(remainder, Withheld):
            released[system.key] = remainder


def _refuse_crossing(cells: list[ReleasedCell]) -> None:
    system = [cell for cell in cells if cell.key.level == "system"]
    for place, cell in enumerate(system):
        for other in system[:place]:
            common = cell.atoms & other.atoms
            if common and common not in (cell.atoms, other.atoms):
                raise ValueError(f"The parts {other.key.part} and {cell.key.part} overlap without one containing the other.")
