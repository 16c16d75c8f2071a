"""Figures that are public elsewhere, and that any reader may therefore use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from edi_portal.disclosure.release_table import Constraint
from edi_portal.disclosure.universe import Atom


@dataclass(frozen=True, slots=True)
class KnownPublicFact:
    """A sum of atoms that is published elsewhere, such as the headcount in NHS Workforce Statistics.

    Its own value is not used: the published figure may differ by date or definition, and a reader who knows the true sum is
    the worst case.
    """

    name: str
    atoms: frozenset[Atom]

    def constraint(self, values: Mapping[Atom, int]) -> Constraint:
        """The sum as an exact equation; atoms that nobody returned count nothing."""
        held = frozenset(atom for atom in self.atoms if atom in values)
        total = sum(values[atom] for atom in held)
        return Constraint(held, total, total)
