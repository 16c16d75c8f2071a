"""The universe of a measure: every figure about people that may ever be released from it, declared before any is computed.

An *atom* is one count that one organisation returned: (organisation, cell of the measure). A *part* is a named set of cells of
the measure with the lowest level at which it may be released. A *released cell* is a part at one unit: an organisation, a type
of organisation or the whole system. What is not in the universe cannot be shown to anyone outside its organisation.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal, NamedTuple

from edi_portal.disclosure.policy import Policy

Level = Literal["organisation", "type", "system"]
Atom = tuple[str, str]
Atoms = Mapping[Atom, int]
PART_LEVELS = ("organisation", "group_total", "system")
# Types with too few organisations are merged with their neighbours; others with too few are left out.
DEFAULT_MERGES: Mapping[str, str] = {"ccg": "commissioning", "csu": "commissioning"}


class CellKey(NamedTuple):
    """The address of a released cell: level, unit (organisation or type; "" for the system) and part."""

    level: Level
    unit: str
    part: str


@dataclass(frozen=True, slots=True)
class PublishedPart:
    """A named set of cells of a measure.

    `level` is the lowest level of release: "organisation" (organisations that are not small), "group_total" (small ones too)
    or "system" (the system alone). The name is "row.group"; the sensitive parts of one row are compared with each other by
    the rule against class disclosure. `sensitive`: about a trait whose zeros are hidden too.
    """

    key: str
    cells: tuple[str, ...]
    level: str = "organisation"
    sensitive: bool = False

    def __post_init__(self) -> None:
        if self.level not in PART_LEVELS:
            raise ValueError(f"Part {self.key}: “{self.level}” is not one of {', '.join(PART_LEVELS)}.")
        if not self.cells:
            raise ValueError(f"Part {self.key} names no cell.")

    @property
    def row(self) -> str:
        """The row of the part: "cluster_5" of "cluster_5.white"; "" when the name has no dot."""
        return self.key.rpartition(".")[0]


@dataclass(frozen=True, slots=True)
class Structure:
    """Who is who in a release.

    `types`: organisation → type. `small`: organisations below the headcount of the policy. `accounts`: the sets of
    organisations whose exact figures one account can read, where that is more than one. `merges`: type → the merged type
    used when a type has too few organisations.
    """

    types: Mapping[str, str]
    small: frozenset[str] = frozenset()
    accounts: tuple[frozenset[str], ...] = ()
    merges: Mapping[str, str] = field(default_factory=lambda: DEFAULT_MERGES)


@dataclass(frozen=True, slots=True)
class ReleasedCell:
    """One declared figure: the sum of its atoms. `owner` is the organisation whose cell it is, None above that level."""

    key: CellKey
    atoms: frozenset[Atom]
    part: PublishedPart
    owner: str | None = None

    @property
    def tier(self) -> str:
        """The widest circle of readers: "public", "board" (named group totals) or "steering" (named breakdowns)."""
        if self.owner is None:
            return "public"
        return "board" if self.part.level == "group_total" else "steering"


def small_organisations(headcounts: Mapping[str, int], policy: Policy) -> frozenset[str]:
    """The organisations whose headcount is under the policy's limit."""
    return frozenset(name for name, people in headcounts.items() if people < policy.small_organisation)


def publishable_types(structure: Structure, reporting: Iterable[str], policy: Policy) -> dict[str, tuple[str, ...]]:
    """Type → its reporting organisations, for the types that have enough of them after merging."""
    members: dict[str, list[str]] = {}
    for organisation in sorted(set(reporting)):
        members.setdefault(structure.types[organisation], []).append(organisation)
    short = {
        structure.merges[t] for t, those in members.items() if len(those) < policy.fewest_organisations and t in structure.merges
    }
    merged: dict[str, list[str]] = {}
    for kind in sorted(members):
        target = structure.merges.get(kind, kind)
        merged.setdefault(target if target in short else kind, []).extend(members[kind])
    return {kind: tuple(sorted(those)) for kind, those in sorted(merged.items()) if len(those) >= policy.fewest_organisations}


def build_universe(
    atoms: Iterable[Atom], parts: Iterable[PublishedPart], structure: Structure, policy: Policy
) -> tuple[ReleasedCell, ...]:
    """The declared cells of one measure, in a fixed order whatever the order of the input.

    An organisation without any atom of a part has no cell of it. Types and the system are released only with enough
    organisations that reported the part.
    """
    ordered = _checked(parts)
    held: dict[str, list[str]] = {}
    for organisation, cell in atoms:
        held.setdefault(cell, []).append(organisation)
    everyone = {organisation for those in held.values() for organisation in those}
    kinds = publishable_types(structure, everyone, policy)
    cells: list[ReleasedCell] = []
    for part in ordered:
        owned: dict[str, list[Atom]] = {}
        for cell in part.cells:
            for organisation in held.get(cell, ()):
                owned.setdefault(organisation, []).append((organisation, cell))
        if part.level != "system":
            for organisation in sorted(owned):
                if part.level == "group_total" or organisation not in structure.small:
                    key = CellKey("organisation", organisation, part.key)
                    cells.append(ReleasedCell(key, frozenset(owned[organisation]), part, organisation))
            for kind, those in kinds.items():
                cells.extend(_joined(CellKey("type", kind, part.key), part, owned, those, policy))
        cells.extend(_joined(CellKey("system", "", part.key), part, owned, sorted(owned), policy))
    return tuple(sorted(cells, key=lambda cell: cell.key))


def _joined(
    key: CellKey, part: PublishedPart, owned: Mapping[str, list[Atom]], organisations: Iterable[str], policy: Policy
) -> list[ReleasedCell]:
    those = [name for name in organisations if name in owned]
    if len(those) < policy.fewest_organisations:
        return []
    return [ReleasedCell(key, frozenset(atom for name in those for atom in owned[name]), part)]


def _checked(parts: Iterable[PublishedPart]) -> list[PublishedPart]:
    ordered = sorted(parts, key=lambda part: part.key)
    for part, following in pairwise(ordered):
        if part.key == following.key:
            raise ValueError(f"Part {part.key} is declared twice.")
    return ordered
