"""The figures of one measure while a release is prepared: true counts, what is done with each, and what a reader then knows.

This is the inside of disclosure control: it holds exact counts. Only `protected()` may leave.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from edi_portal.disclosure.policy import Policy
from edi_portal.disclosure.protection import HIDDEN, Hidden, Protected, Shown, Withheld, is_class_disclosing, protect_count
from edi_portal.disclosure.universe import Atom, Atoms, CellKey, Level, ReleasedCell


class Treatment(StrEnum):
    """What is done with a cell."""

    SHOWN = "shown"
    PRIMARY = "primary"  # hidden for its own sake
    SECONDARY = "secondary"  # a larger count, hidden for another's sake
    WITHHELD = "withheld"


@dataclass(frozen=True, slots=True)
class Constraint:
    """What a reader knows of a sum of atoms: from `low` to `high`, None for no upper limit."""

    atoms: frozenset[Atom]
    low: int
    high: int | None


@dataclass(slots=True)
class ReleaseTable:
    """The cells of a measure with their true counts and treatments; repair changes treatments, nothing else."""

    universe: Mapping[CellKey, ReleasedCell]
    counts: Mapping[CellKey, int]
    policy: Policy
    treatments: dict[CellKey, Treatment]
    row_constraints: tuple[Constraint, ...] = ()
    never_empty: frozenset[CellKey] = frozenset()
    frozen: frozenset[CellKey] = field(default_factory=frozenset)  # shown by an earlier release: hiding them again hides nothing

    def is_small(self, key: CellKey) -> bool:
        """Whether the count is one that has to be hidden for its own sake."""
        return isinstance(self._rule(key), Hidden)

    def hide(self, key: CellKey) -> bool:
        """Hide a shown cell for another's sake; whether that changed anything."""
        if self.treatments[key] is not Treatment.SHOWN or key in self.frozen:
            return False
        self.treatments[key] = Treatment.SECONDARY
        return True

    def withhold(self, key: CellKey) -> bool:
        """Withhold a cell; whether that changed anything."""
        if self.treatments[key] is Treatment.WITHHELD or key in self.frozen:
            return False
        self.treatments[key] = Treatment.WITHHELD
        return True

    def targets(self) -> tuple[CellKey, ...]:
        """The cells whose numbers must stay open: all hidden ones, and withheld ones that are small.

        Of a type, or of the system, of which nothing is released any more nothing has to stay open; what its cells add up
        belongs to organisations, whose own cells are targets.
        """
        silent = self._silent_units()
        return tuple(
            key
            for key, treatment in sorted(self.treatments.items())
            if treatment in (Treatment.PRIMARY, Treatment.SECONDARY)
            or (treatment is Treatment.WITHHELD and key[:2] not in silent and self.is_small(key))
        )

    def _silent_units(self) -> set[tuple[Level, str]]:
        speaking = {key[:2] for key, treatment in self.treatments.items() if treatment is not Treatment.WITHHELD}
        return {key[:2] for key, cell in self.universe.items() if cell.owner is None} - speaking

    def known_range(self, key: CellKey) -> tuple[int, int | None]:
        """What a reader knows of a cell who can even tell cells hidden for their own sake from the others."""
        count, policy = self.counts[key], self.policy
        match self.treatments[key]:
            case Treatment.WITHHELD:
                return 0, None
            case Treatment.SECONDARY:
                return policy.threshold + 1 if count > policy.threshold else 0, None
            case Treatment.PRIMARY:
                sensitive = self.universe[key].part.sensitive
                return 0 if sensitive and key not in self.never_empty else 1, policy.threshold
        if count == 0:
            return 0, 0
        released = self._rule(key)
        assert isinstance(released, Shown)
        half = policy.base // 2
        return max(released.value - half, policy.threshold + 1), released.value + (policy.base - 1) // 2

    def constraints(self) -> list[Constraint]:
        """Everything that the release says about its atoms."""
        said = []
        for key in sorted(self.treatments):
            low, high = self.known_range(key)
            if low > 0 or high is not None:
                said.append(Constraint(self.universe[key].atoms, low, high))
        return [*said, *self.row_constraints]

    def protected(self) -> dict[CellKey, Protected]:
        """The released form of every cell.

        Where any cell was hidden for another's sake, all hidden cells say no more than "hidden": nobody can tell which.
        """
        alike = Treatment.SECONDARY in self.treatments.values()
        released: dict[CellKey, Protected] = {}
        for key, treatment in sorted(self.treatments.items()):
            if treatment is Treatment.WITHHELD:
                released[key] = Withheld("small_numbers")
            elif treatment is Treatment.SECONDARY or (alike and treatment is Treatment.PRIMARY):
                released[key] = HIDDEN
            else:
                released[key] = self._rule(key)
        return released

    def _rule(self, key: CellKey) -> Shown | Hidden:
        return protect_count(self.counts[key], sensitive=self.universe[key].part.sensitive, policy=self.policy)


def primary_table(atoms: Atoms, universe: Iterable[ReleasedCell], policy: Policy) -> ReleaseTable:
    """The table after the primary rule and the rule against class disclosure, before any audit."""
    cells = {cell.key: cell for cell in sorted(universe, key=lambda cell: cell.key)}
    counts = {key: sum(atoms[atom] for atom in cell.atoms) for key, cell in cells.items()}
    table = ReleaseTable(cells, counts, policy, {})
    for key in cells:
        table.treatments[key] = Treatment.PRIMARY if table.is_small(key) else Treatment.SHOWN
    _hide_class_disclosure(table, atoms)
    return table


def protect_table(atoms: Atoms, universe: Iterable[ReleasedCell], policy: Policy) -> dict[CellKey, Protected]:
    """Every cell of a universe under the primary rules alone; `measure.protect_measure` audits and repairs as well."""
    return primary_table(atoms, universe, policy).protected()


def _hide_class_disclosure(table: ReleaseTable, atoms: Atoms) -> None:
    """Hide sensitive rows that speak of everybody in them.

    That a row is *not* hidden tells a reader who knows the rule something as well: either it is large, or none of its groups
    is empty. The audit takes that for known.
    """
    rows: dict[tuple[str, str, str], list[CellKey]] = {}
    for key, cell in table.universe.items():
        if cell.part.sensitive:
            rows.setdefault((key.level, key.unit, cell.part.row), []).append(key)
    large: list[Constraint] = []
    never_empty: set[CellKey] = set()
    for keys in rows.values():
        held = frozenset[Atom]().union(*(table.universe[key].atoms for key in keys))
        total = sum(atoms[atom] for atom in held)
        if is_class_disclosing((table.counts[key] for key in keys), total, policy=table.policy):
            for key in keys:
                table.hide(key)
        elif total >= table.policy.class_disclosure_below:
            if len(keys) > 1:
                large.append(Constraint(held, table.policy.class_disclosure_below, None))
        elif total > 0 and len(keys) > 1:
            never_empty.update(keys)
    table.row_constraints = tuple(large)
    table.never_empty = frozenset(never_empty)
