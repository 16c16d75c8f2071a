"""Repair: hide or withhold more, in fixed stages, until every hidden number is certified. It never shows more.

First something small is tried, and taken back when it does not help: for an organisation's cell its smallest shown line-mate,
the type figure of the same part, both, two line-mates. What remains uncertified goes through stages that are kept: its line,
all breakdowns of the organisation, its group totals, and at last the type and system cells that add up it or its line. A type
or system cell: itself, then its line, then all cells of that unit. The last stages leave little that covers the number; what is
uncertified even then is not released.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from edi_portal.disclosure.audit import audit
from edi_portal.disclosure.certificates import Certificate
from edi_portal.disclosure.ledger import AuditTable, TargetKey
from edi_portal.disclosure.policy import Policy
from edi_portal.disclosure.release_table import ReleaseTable, Treatment
from edi_portal.disclosure.universe import CellKey

MOST_ROUNDS = 10


class Uncertified(Exception):
    """No release: these cells could not be shown to be safe. `cells` lists them."""

    def __init__(self, cells: Iterable[TargetKey]) -> None:
        self.cells = tuple(cells)
        names = "; ".join("/".join(word for word in (key.release, *key.cell) if word) for key in self.cells)
        super().__init__(f"{len(self.cells)} hidden figures could not be certified: {names}.")


@dataclass(slots=True)
class Repair:
    """One measure's repair. `describe` gives the audit table of the present treatments of `table`.

    `pattern`: the cells not shown last period, preferred among equals, so that the choice tells less.
    """

    table: ReleaseTable
    describe: Callable[[], AuditTable]
    policy: Policy
    seed: str
    pattern: Collection[CellKey] = ()

    def certify(self) -> tuple[Certificate, ...]:
        """Certificates of all targets, after as much repair as that takes; raises `Uncertified` when it is not enough."""
        found: dict[tuple[TargetKey, str | None], Certificate] = {}
        bad: list[TargetKey] = []
        for number in range(MOST_ROUNDS):
            seed = f"{self.seed}|{number}"  # a search that found nothing looks elsewhere in the next round
            audited = self.describe()
            # Repair only widens what readers can think possible, so certificates of earlier rounds still hold, unless
            # somebody else than before may know the number.
            owners = {key: target.owner for key, target in audited.targets.items()}
            results = audit(audited, [key for key in owners if (key, owners[key]) not in found], self.policy, seed=seed)
            found.update(((key, owners[key]), certificate) for key, certificate in results.items() if certificate is not None)
            bad = [key for key, certificate in results.items() if certificate is None]
            if not bad:
                return tuple(found[key, owners[key]] for key in sorted(owners))
            for key in bad:
                self._mend(key, seed)
        raise Uncertified(bad)

    def _mend(self, key: TargetKey, seed: str) -> None:
        """Widen the table until a cell is certified, is no target any more, or nothing is left to widen."""
        audited = self.describe()
        if key not in audited.targets or audit(audited, [key], self.policy, seed=f"{seed}|again")[key] is not None:
            return  # mended along with another
        for kept, change in _stages(self.table, key, self.pattern):
            before = dict(self.table.treatments)
            if not change():
                continue
            audited = self.describe()
            if key not in audited.targets or audit(audited, [key], self.policy, seed=seed)[key] is not None:
                return
            if not kept:
                self.table.treatments = before


def _stages(table: ReleaseTable, key: TargetKey, pattern: Collection[CellKey]) -> list[tuple[bool, Callable[[], bool]]]:
    """The stages of a cell in order: whether it is kept when it does not help, and what it changes."""
    cell = key.cell
    unit = [other for other in table.universe if (other.level, other.unit) == (cell.level, cell.unit)]
    line = _line(table, cell, unit)
    if cell.level != "organisation":
        itself = [cell] if cell in table.universe else []
        return [
            (False, lambda: _withhold(table, itself)),
            (True, lambda: _withhold(table, line)),
            (True, lambda: _withhold(table, unit)),
        ]
    fine = [other for other in unit if table.universe[other].part.level == "organisation"]
    broken_down = set(fine)

    def mates(most: int) -> list[CellKey]:
        shown = [
            other
            for other in line
            if other != cell and table.treatments[other] is Treatment.SHOWN and table.counts[other] and other not in table.frozen
        ]
        return sorted(shown, key=lambda other: (table.counts[other], other not in pattern, other))[:most]

    same = [other for other in _above(table, cell, "type") if other.part == cell.part]
    return [
        (False, lambda: _hide(table, mates(1))),
        (False, lambda: _hide(table, same)),
        (False, lambda: _hide(table, [*mates(1), *same])),
        (False, lambda: _hide(table, mates(2))),
        (True, lambda: _withhold(table, [other for other in line if other in broken_down])),
        (True, lambda: _withhold(table, fine)),
        (True, lambda: _withhold(table, unit)),
        (True, lambda: _withhold(table, _above(table, cell, "type"))),
        (True, lambda: _withhold(table, _above(table, cell, "system"))),
        (True, lambda: _withhold(table, [other for each in line for other in _above(table, each, "type")])),
        (True, lambda: _withhold(table, [other for each in line for other in _above(table, each, "system")])),
    ]


def _line(table: ReleaseTable, cell: CellKey, unit: list[CellKey]) -> list[CellKey]:
    """The cells of one unit that add up to the same total as a cell: those within the smallest cell that contains it.

    A cell that nothing contains is a total itself; its line is what it contains, and itself.
    """
    universe = table.universe
    if cell not in universe:
        return []
    atoms = universe[cell].atoms
    containing = [other for other in unit if universe[other].atoms > atoms]
    if not containing:
        return [other for other in unit if universe[other].atoms <= atoms]
    cover = universe[min(containing, key=lambda other: (len(universe[other].atoms), other))].atoms
    return [other for other in unit if universe[other].atoms < cover]


def _above(table: ReleaseTable, cell: CellKey, level: str) -> list[CellKey]:
    """The type or system cells that count any person of an organisation's cell."""
    universe = table.universe
    if cell not in universe:
        return [other for other in universe if other.level == level and other.part == cell.part]
    atoms = universe[cell].atoms
    return [other for other in universe if other.level == level and not universe[other].atoms.isdisjoint(atoms)]


def _hide(table: ReleaseTable, cells: Iterable[CellKey]) -> bool:
    return any([table.hide(cell) for cell in cells])


def _withhold(table: ReleaseTable, cells: Iterable[CellKey]) -> bool:
    return any([table.withhold(cell) for cell in cells])
